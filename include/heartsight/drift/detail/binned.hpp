#pragma once

#include <heartsight/core/gamma_function.hpp>
#include <heartsight/drift/detail/chi_square.hpp>
#include <heartsight/drift/detail/draws.hpp>
#include <heartsight/drift/detail/reference_edges.hpp>
#include <heartsight/drift/detail/sorted_sample.hpp>
#include <heartsight/drift/test_result.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// What the divergences of counts on bins have in common.
struct BinnedOptions {
  std::size_t n_bins = 10;         ///< at quantiles of the reference, the outer two open; 1 to 4,000
  double smoothing = 0.5;          ///< added to every count before shares are formed (population stability index only)
  std::size_t n_resamples = 1999;  ///< draws of the simulated null distribution, where counts are small
  std::uint64_t seed = 0;
};

namespace detail {

struct StabilityIndex {
  static constexpr double chi_square_scale = 1.0;  // statistic / (1/n + 1/m) -> chi-square
  static constexpr bool is_root = false;
  double smoothing;
  double operator()(Counts reference, Counts current, double n, double m) const noexcept {
    const auto k = static_cast<double>(reference.size());
    double sum = 0.0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
      const double p = (static_cast<double>(reference[i]) + smoothing) / (n + k * smoothing);
      const double q = (static_cast<double>(current[i]) + smoothing) / (m + k * smoothing);
      if (p != q) sum += (q - p) * std::log(q / p);
    }
    return sum;
  }
};

/// Divergence in nats; its root is the distance.
struct JensenShannon {
  static constexpr double chi_square_scale = 0.125;
  static constexpr bool is_root = true;
  double operator()(Counts reference, Counts current, double n, double m) const noexcept {
    double sum = 0.0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
      const double p = static_cast<double>(reference[i]) / n;
      const double q = static_cast<double>(current[i]) / m;
      const double middle = 0.5 * (p + q);
      if (p > 0.0) sum += 0.5 * p * std::log(p / middle);
      if (q > 0.0) sum += 0.5 * q * std::log(q / middle);
    }
    return std::max(sum, 0.0);
  }
};

/// Squared distance.
struct Hellinger {
  static constexpr double chi_square_scale = 0.125;
  static constexpr bool is_root = true;
  double operator()(Counts reference, Counts current, double n, double m) const noexcept {
    double sum = 0.0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
      const double off = std::sqrt(static_cast<double>(reference[i]) / n) - std::sqrt(static_cast<double>(current[i]) / m);
      sum += off * off;
    }
    return 0.5 * sum;
  }
};

/// Whether the bins are quantiles of the reference itself, or categories that were there before.
enum class BinOrigin : std::uint8_t { reference_quantiles, given };

inline constexpr double smallest_expected_for_limit = 20.0;

/// The divergence and its p-value. Large counts: scale * (1/n + 1/m) * chi-square(bins - 1). Small ones: draws under the
/// null. On quantiles of the reference the current counts are then Dirichlet-multinomial, because the true content of the
/// bins is only as sure as the reference is large; on given bins the pooled counts are split at random. Below 20 draws
/// beyond the statistic the tail is that of the gamma law with the draws' mean and variance. Of more than 256 given
/// categories the rare ones are pooled for the p-value, and there are fewer draws the more categories are left.
template <class Divergence>
TestResult binned_test(std::string_view where, Counts reference, Counts current, BinOrigin origin, Divergence divergence,
                       std::size_t n_resamples, std::uint64_t seed) {
  check_counts(where, reference, current);
  check::at_least<std::size_t>(where, "n_resamples", n_resamples, 99);
  const std::int64_t n_count = sum_of(reference);
  const std::int64_t m_count = sum_of(current);
  if (n_count == 0 || m_count == 0) return no_result;
  const auto n = static_cast<double>(n_count);
  const auto m = static_cast<double>(m_count);
  const double raw = divergence(reference, current, n, m);
  const double statistic = Divergence::is_root ? std::sqrt(raw) : raw;
  std::vector<std::int64_t> pooled(reference.size());
  std::int64_t rarest = n_count + m_count;
  std::size_t n_filled = 0;
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    pooled[i] = reference[i] + current[i];
    if (pooled[i] == 0) continue;
    ++n_filled;
    rarest = std::min(rarest, pooled[i]);
  }
  if (n_filled < 2) return {statistic, 1.0};
  const double expected = static_cast<double>(rarest) * std::min(n, m) / (n + m);
  if (expected >= smallest_expected_for_limit) {
    const double scale = Divergence::chi_square_scale * (1.0 / n + 1.0 / m);
    return {statistic, chi_square_survival(raw / scale, static_cast<double>(n_filled - 1))};
  }
  if (origin == BinOrigin::given && n_filled > largest_unpooled_table) {
    const CountPair rest = with_rare_pooled(reference, current);
    if (rest.reference.size() < n_filled) {
      return {statistic, binned_test(where, rest.reference, rest.current, origin, divergence, n_resamples, seed).p_value};
    }
    n_resamples = std::min(n_resamples, std::max<std::size_t>(99, most_drawn_counts / n_filled));
  }
  Random random(seed);
  std::vector<std::int64_t> drawn(pooled.size());
  std::vector<std::int64_t> other(reference.begin(), reference.end());
  std::vector<double> alpha(reference.size());
  for (std::size_t i = 0; i < alpha.size(); ++i) {
    // An order statistic as the first edge leaves one spacing more below it; an empty bin is one spacing.
    alpha[i] = std::max(1.0, static_cast<double>(reference[i]) + (i == 0 ? 1.0 : 0.0));
  }
  std::size_t n_beyond = 0;
  double mean = 0.0;
  double m2 = 0.0;
  for (std::size_t r = 0; r < n_resamples; ++r) {
    if (origin == BinOrigin::reference_quantiles) {
      draw_dirichlet_multinomial(random, m_count, alpha, drawn);
    } else {
      draw_split(random, m_count, pooled, n_count + m_count, drawn);
      for (std::size_t i = 0; i < pooled.size(); ++i) other[i] = pooled[i] - drawn[i];
    }
    const double value = divergence(other, drawn, n, m);
    n_beyond += value >= raw * (1.0 - 1e-12) ? 1U : 0U;
    const double off = value - mean;
    mean += off / static_cast<double>(r + 1);
    m2 += off * (value - mean);
  }
  const double share = (static_cast<double>(n_beyond) + 1.0) / (static_cast<double>(n_resamples) + 1.0);
  if (n_beyond >= 20 || !(m2 > 0.0)) return {statistic, share};
  const double variance = m2 / static_cast<double>(n_resamples - 1);
  return {statistic,
          std::min(gamma_q(mean * mean / variance, raw * mean / variance), 21.0 / static_cast<double>(n_resamples))};
}

inline void check_binned(std::string_view where, const BinnedOptions& options) {
  check::in_closed_range<std::size_t>(where, "n_bins", options.n_bins, 1, 4000);
  check::at_least(where, "smoothing", options.smoothing, 0.0);
  check::at_least<std::size_t>(where, "n_resamples", options.n_resamples, 99);
}

template <std::floating_point T, class Divergence>
TestResult binned_test_of_values(std::string_view where, std::span<const T> reference, std::span<const T> current,
                                 Divergence divergence, const BinnedOptions& options) {
  check_binned(where, options);
  const SortedSample x = sorted_sample(reference);
  const SortedSample y = sorted_sample(current);
  if (x.values.empty() || y.values.empty()) return no_result;
  const std::vector<double> edges = quantile_edges(x.values, options.n_bins);
  return binned_test(where, counts_between(x.values, edges), counts_between(y.values, edges), BinOrigin::reference_quantiles,
                     divergence, options.n_resamples, options.seed);
}

}  // namespace detail

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
