#pragma once

#include <heartsight/calibration/reliability_curve.hpp>
#include <heartsight/calibration/smooth_calibration_error.hpp>
#include <heartsight/core/parallel_for.hpp>
#include <heartsight/core/random.hpp>
#include <heartsight/metrics/bootstrap.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

enum class ReliabilityStatistic : std::uint8_t { expected_calibration_error, smooth_calibration_error };

struct ReliabilityTestOptions {
  ReliabilityStatistic statistic = ReliabilityStatistic::expected_calibration_error;
  std::size_t n_bins = 15;  ///< of the expected calibration error
  Binning binning = Binning::equal_width;
  double level = 0.95;              ///< of the range under perfect calibration
  std::size_t n_simulations = 999;  ///< 19 to 1,000,000
  std::uint64_t seed = 0;
  std::size_t n_threads = 1;  ///< the answer does not depend on it
};

/// A calibration error beside what a perfectly calibrated model with the same probabilities would show.
struct ReliabilityTest {
  double statistic;  ///< of the outcomes as they are
  double expected;   ///< mean of a perfect model of this size
  double low;        ///< range of a perfect model
  double high;
  double p_value;  ///< share of perfect models that look at least as bad
  std::size_t n_simulations;
};

namespace detail {

template <std::floating_point T>
ReliabilityTest reliability_test(std::span<const T> probability, std::span<const std::int64_t> label,
                                 const ReliabilityTestOptions& options) {
  constexpr auto where = "reliability_test";
  check_probabilities<T>(where, probability, label);
  check::in_closed_range<std::size_t>(where, "n_bins", options.n_bins, 1, 1'000'000);
  check::in_closed_range<std::size_t>(where, "n_simulations", options.n_simulations, 19, 1'000'000);
  metrics::detail::check_level(where, options.level);
  const bool smooth = options.statistic == ReliabilityStatistic::smooth_calibration_error;
  const std::size_t n = label.size();
  std::vector<double> p(probability.begin(), probability.end());
  std::vector<std::size_t> bin(n);
  std::vector<double> upper(smooth ? n : 0);
  std::size_t n_cells = smooth ? SmoothResiduals::n_cells : options.n_bins;
  if (smooth) {
    for (std::size_t i = 0; i < n; ++i) {
      const auto place = SmoothResiduals::place_of(p[i]);
      bin[i] = place.cell;
      upper[i] = place.upper;
    }
  } else if (options.binning == Binning::equal_mass) {
    bin = equal_mass_bins<T>(probability, options.n_bins, &n_cells);
  } else {
    for (std::size_t i = 0; i < n; ++i) bin[i] = equal_width_bin(p[i], options.n_bins);
  }
  // outcome(i) in {0, 1}; sums are of residuals.
  const auto statistic_of = [&](auto&& outcome) {
    std::vector<double> cell(n_cells, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      const double residual = outcome(i) - p[i];
      if (smooth) {
        cell[bin[i]] += residual * (1.0 - upper[i]);
        cell[bin[i] + 1] += residual * upper[i];
      } else {
        cell[bin[i]] += residual;
      }
    }
    double sum = 0.0;
    for (double& c : cell) {
      c /= static_cast<double>(n);
      sum += std::abs(c);
    }
    return smooth ? SmoothResiduals().error(cell) : sum;
  };
  ReliabilityTest result{};
  result.n_simulations = options.n_simulations;
  result.statistic = statistic_of([&](std::size_t i) { return static_cast<double>(label[i]); });
  Random seeds(options.seed);
  std::vector<std::uint64_t> seed(options.n_simulations);
  for (auto& s : seed) s = seeds.bits();
  std::vector<double> values(options.n_simulations);
  parallel_for(options.n_simulations, options.n_threads, [&](std::size_t r) {
    Random random(seed[r]);
    values[r] = statistic_of([&](std::size_t i) { return random.uniform() < p[i] ? 1.0 : 0.0; });
  });
  std::size_t as_bad = 0;
  for (const double v : values) as_bad += v >= result.statistic - 1e-12 ? 1U : 0U;  // ties count against calibration
  std::sort(values.begin(), values.end());
  result.expected = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  result.p_value = static_cast<double>(as_bad + 1) / static_cast<double>(options.n_simulations + 1);
  const double tail = (1.0 - options.level) / 2.0;
  result.low = metrics::detail::sorted_quantile(values, tail);
  result.high = metrics::detail::sorted_quantile(values, 1.0 - tail);
  return result;
}

}  // namespace detail

/// Tests whether probabilities are calibrated by simulating outcomes from them: the test holds its size at any n, because
/// nothing is approximated, and its `expected` is the calibration error that a perfect model of this size shows.
///
/// @param probability (n,) in [0, 1]. @param label (n,) 0 or 1, independent given the probabilities.
/// @return p_value is (1 + simulations at least as bad) / (1 + n_simulations): at most `a` with probability at most `a`
/// when the probabilities are right.
/// @throws ShapeError n = 0, sizes differ. @throws DomainError a value or an option is out of range.
/// A large p-value is no proof of calibration: with few cases nothing is found. Probabilities that were fitted to the same
/// outcomes make it conservative. Source: Brocker and Smith 2007 (consistency resampling), DOI 10.1175/WAF993.1;
/// Vaicenavicius et al. 2019, arXiv 1902.06977. O(n * n_simulations).
[[nodiscard]] inline ReliabilityTest reliability_test(std::span<const double> probability,
                                                      std::span<const std::int64_t> label,
                                                      const ReliabilityTestOptions& options = {}) {
  return detail::reliability_test<double>(probability, label, options);
}
[[nodiscard]] inline ReliabilityTest reliability_test(std::span<const float> probability,
                                                      std::span<const std::int64_t> label,
                                                      const ReliabilityTestOptions& options = {}) {
  return detail::reliability_test<float>(probability, label, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
