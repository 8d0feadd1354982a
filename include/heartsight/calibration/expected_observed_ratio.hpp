#pragma once

#include <heartsight/calibration/detail/reliability_bins.hpp>
#include <heartsight/core/normal_distribution.hpp>
#include <heartsight/metrics/estimate.hpp>
#include <heartsight/metrics/proportion_interval.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

namespace detail {

template <std::floating_point T>
metrics::Estimate expected_observed_ratio(std::span<const T> probability, std::span<const std::int64_t> label,
                                          double level) {
  constexpr auto where = "expected_observed_ratio";
  constexpr double infinity = std::numeric_limits<double>::infinity();
  check_probabilities<T>(where, probability, label);
  metrics::detail::check_level(where, level);
  double expected = 0.0;
  std::int64_t observed = 0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    expected += static_cast<double>(probability[i]);
    observed += label[i];
  }
  const auto n = static_cast<std::int64_t>(label.size());
  if (expected == 0.0)
    return {observed == 0 ? std::numeric_limits<double>::quiet_NaN() : 0.0, 0.0, observed == 0 ? infinity : 0.0};
  if (observed == 0) {
    return {infinity, expected / (static_cast<double>(n) * metrics::clopper_pearson_interval(0, n, level).high), infinity};
  }
  const double ratio = expected / static_cast<double>(observed);
  double squares = 0.0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const double gap =
        static_cast<double>(probability[i]) / expected - static_cast<double>(label[i]) / static_cast<double>(observed);
    squares += gap * gap;
  }
  const double count = static_cast<double>(n);
  const double spread = normal_quantile(0.5 + level / 2.0) * std::sqrt(squares * count / std::max(count - 1.0, 1.0));
  return {ratio, ratio * std::exp(-spread), ratio * std::exp(spread)};
}

}  // namespace detail

/// Expected over observed events: sum of probabilities / number of positives. 1 is right, above 1 risks are too high.
///
/// The interval is that of the population's ratio, on the log scale: its variance is the mean square of p / mean(p) -
/// y / mean(y) over n, so it takes the agreement of risks and outcomes into account, which the usual sqrt((1 - O/n) / O)
/// ignores and is too wide for a model that discriminates.
///
/// @param probability (n,) in [0, 1]. @param label (n,) 0 or 1. @param level in (0, 1).
/// @throws ShapeError n = 0, sizes differ. @throws DomainError out of range.
/// Degenerate: without a positive the ratio is infinite and the lower limit goes by Clopper and Pearson's upper limit of the
/// prevalence; nothing expected and nothing observed is NaN. With few events (below about ten) coverage falls below the
/// level. O(n).
[[nodiscard]] inline metrics::Estimate expected_observed_ratio(std::span<const double> probability,
                                                               std::span<const std::int64_t> label, double level = 0.95) {
  return detail::expected_observed_ratio<double>(probability, label, level);
}
[[nodiscard]] inline metrics::Estimate expected_observed_ratio(std::span<const float> probability,
                                                               std::span<const std::int64_t> label, double level = 0.95) {
  return detail::expected_observed_ratio<float>(probability, label, level);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
