#pragma once

#include <heartsight/core/normal_distribution.hpp>
#include <heartsight/core/parallel_for.hpp>
#include <heartsight/core/random.hpp>
#include <heartsight/metrics/estimate.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <unordered_map>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

enum class BootstrapMethod : std::uint8_t {
  percentile,  ///< quantiles of the resampled values
  basic,       ///< the quantiles mirrored at the value: for figures that resampling raises, such as calibration errors
  bca,         ///< bias-corrected and accelerated (Efron 1987, DOI 10.1080/01621459.1987.10478410)
};

struct BootstrapOptions {
  double level = 0.95;             ///< in (0, 1)
  std::size_t n_resamples = 1000;  ///< 20 to 1,000,000
  BootstrapMethod method = BootstrapMethod::bca;
  std::uint64_t seed = 0;
  std::size_t n_threads = 1;  ///< the answer does not depend on it
};

/// A figure with its bootstrap interval.
struct BootstrapInterval {
  double value;  ///< on the cases as they are
  double low;
  double high;
  double standard_error;    ///< standard deviation of the resampled values
  std::size_t n_groups;     ///< what was drawn: patients, or cases
  std::size_t n_undefined;  ///< resamples in which the figure does not exist (one class only, say)
};

/// A figure of weighted cases: called with a weight per case, returns NaN where it does not exist. It is called from several
/// threads at once.
using WeightedFigure = std::function<double(std::span<const double>)>;

namespace detail {

/// Indices 0 .. n_groups - 1 in order of first appearance.
struct GroupIndex {
  std::vector<std::size_t> of_case;
  std::size_t n_groups = 0;

  GroupIndex(std::size_t n, std::span<const std::int64_t> group) : of_case(n) {
    if (group.empty()) {
      std::iota(of_case.begin(), of_case.end(), std::size_t{0});
      n_groups = n;
      return;
    }
    std::unordered_map<std::int64_t, std::size_t> index;
    for (std::size_t i = 0; i < n; ++i) of_case[i] = index.emplace(group[i], index.size()).first->second;
    n_groups = index.size();
  }
};

/// The quantile of sorted values, linear between order statistics.
inline double sorted_quantile(std::span<const double> sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = std::min(static_cast<std::size_t>(std::max(at, 0.0)), sorted.size() - 1);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = at - static_cast<double>(below);
  // Infinite values have no step between them, and none of the step to infinity is taken at a whole rank.
  if (part == 0.0 || std::isinf(sorted[below]) || sorted[below] == sorted[above]) return sorted[below];
  return sorted[below] + part * (sorted[above] - sorted[below]);
}

/// Acceleration by the jackknife over groups; over 400 blocks of groups where there are more.
inline double acceleration(const GroupIndex& groups, const WeightedFigure& figure, std::uint64_t seed,
                           std::size_t n_threads) {
  constexpr std::size_t most_blocks = 400;
  const std::size_t n_blocks = std::min(groups.n_groups, most_blocks);
  std::vector<std::size_t> block(groups.n_groups);
  for (std::size_t g = 0; g < block.size(); ++g) block[g] = g % n_blocks;
  if (groups.n_groups > most_blocks) Random(seed ^ 0xb10c5U).shuffle(std::span(block));
  std::vector<double> left_out(n_blocks);
  parallel_for(n_blocks, n_threads, [&](std::size_t b) {
    std::vector<double> weight(groups.of_case.size());
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = block[groups.of_case[i]] == b ? 0.0 : 1.0;
    left_out[b] = figure(weight);
  });
  double mean = 0.0;
  double n = 0.0;
  for (const double v : left_out) {
    if (!std::isfinite(v)) continue;
    mean += v;
    n += 1.0;
  }
  mean /= std::max(n, 1.0);
  double squares = 0.0;
  double cubes = 0.0;
  for (const double v : left_out) {
    if (!std::isfinite(v)) continue;
    const double gap = mean - v;
    squares += gap * gap;
    cubes += gap * gap * gap;
  }
  return squares > 0.0 ? cubes / (6.0 * squares * std::sqrt(squares)) : 0.0;
}

}  // namespace detail

/// Weights of one bootstrap resample: how often each case's group was drawn.
[[nodiscard]] inline std::vector<double> resample_weights(const detail::GroupIndex& groups, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> drawn(groups.n_groups, 0.0);
  for (std::size_t k = 0; k < groups.n_groups; ++k) drawn[random.below(groups.n_groups)] += 1.0;
  std::vector<double> weight(groups.of_case.size());
  for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = drawn[groups.of_case[i]];
  return weight;
}

/// Bootstrap interval of any figure of weighted cases, drawing whole groups (patients).
///
/// Each resample draws as many groups as there are, with replacement; cases of one patient are not independent, and drawing
/// them alone makes intervals too narrow. BCa corrects median bias and skewness; its jackknife takes 400 blocks of groups
/// where there are more groups.
///
/// @param n_cases   number of cases, at least 1.
/// @param group     (n_cases,) any integers, or empty when each case is its own group.
/// @param figure    of the weights (n_cases,); must not throw for weights that are whole numbers.
/// @return low, high and standard_error are NaN when fewer than 90 % of the resamples have a value, or there is only one
/// group (all its resamples are alike, which is no certainty): too few cases for an interval.
/// @throws ShapeError n_cases = 0 or sizes differ. @throws DomainError an option is out of range.
/// Equal for any n_threads and on every platform with one seed, as far as the figure is. O(n_resamples * cost of figure).
/// Caveat: with few groups the percentile interval is too narrow, and no bootstrap mends a figure with much bias of its own
/// (ECE of a calibrated model): docs/calibration.md has the coverage. Source: Efron and Tibshirani 1993.
[[nodiscard]] inline BootstrapInterval bootstrap_interval(std::size_t n_cases, std::span<const std::int64_t> group,
                                                          const WeightedFigure& figure,
                                                          const BootstrapOptions& options = {}) {
  constexpr auto where = "bootstrap_interval";
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  check::not_empty(where, "cases", n_cases);
  if (!group.empty()) check::same_size(where, "cases", n_cases, "group", group.size());
  detail::check_level(where, options.level);
  check::in_closed_range<std::size_t>(where, "n_resamples", options.n_resamples, 20, 1'000'000);
  const detail::GroupIndex groups(n_cases, group);
  BootstrapInterval result{figure(std::vector<double>(n_cases, 1.0)), nan, nan, nan, groups.n_groups, 0};
  if (groups.n_groups < 2) {
    result.n_undefined = std::isnan(result.value) ? options.n_resamples : 0;
    return result;
  }

  Random seeds(options.seed);
  std::vector<std::uint64_t> seed(options.n_resamples);
  for (auto& s : seed) s = seeds.bits();  // one seed per resample: the result does not depend on the threads
  std::vector<double> values(options.n_resamples);
  parallel_for(options.n_resamples, options.n_threads,
               [&](std::size_t r) { values[r] = figure(resample_weights(groups, seed[r])); });
  std::erase_if(values, [](double v) { return std::isnan(v); });
  result.n_undefined = options.n_resamples - values.size();
  if (std::isnan(result.value) || 10 * result.n_undefined > options.n_resamples) return result;

  std::sort(values.begin(), values.end());
  const auto m = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / m;
  double squares = 0.0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  result.standard_error = std::sqrt(squares / std::max(m - 1.0, 1.0));
  const double tail = (1.0 - options.level) / 2.0;
  double low = tail;
  double high = 1.0 - tail;
  if (options.method == BootstrapMethod::bca) {
    const auto below = static_cast<double>(std::lower_bound(values.begin(), values.end(), result.value) - values.begin());
    const auto tied =
        static_cast<double>(std::upper_bound(values.begin(), values.end(), result.value) - values.begin()) - below;
    const double share = std::clamp((below + 0.5 * tied) / m, 0.5 / m, 1.0 - 0.5 / m);
    const double bias = normal_quantile(share);
    const double a = detail::acceleration(groups, figure, options.seed, options.n_threads);
    const auto corrected = [&](double z) {
      const double scale = 1.0 - a * (bias + z);
      return normal_cdf(bias + (bias + z) / (scale > 0.0 ? scale : 1e-12));
    };
    low = corrected(normal_quantile(tail));
    high = corrected(normal_quantile(1.0 - tail));
  }
  result.low = detail::sorted_quantile(values, low);
  result.high = detail::sorted_quantile(values, high);
  if (options.method == BootstrapMethod::basic) {
    const double reflected = 2.0 * result.value - result.high;
    result.high = 2.0 * result.value - result.low;
    result.low = reflected;
  }
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
