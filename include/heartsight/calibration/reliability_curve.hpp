#pragma once

#include <heartsight/calibration/detail/reliability_bins.hpp>
#include <heartsight/metrics/estimate.hpp>
#include <heartsight/metrics/proportion_interval.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

enum class Binning : std::uint8_t {
  equal_width,  ///< p falls in bin floor(p * n_bins), p = 1 in the last
  equal_mass,   ///< about equally many cases in each; equal probabilities share a bin, so there may be fewer bins
};

struct ReliabilityCurveOptions {
  std::size_t n_bins = 15;  ///< 1 to 1,000,000
  Binning binning = Binning::equal_width;
  double level = 0.95;  ///< of the Wilson limits of each observed share
};

/// One bin that holds a case.
struct ReliabilityBin {
  std::int64_t n;
  std::int64_t n_positive;
  double mean_probability;
  double observed;  ///< share of positives
  double low;       ///< Wilson limits of the observed share
  double high;
};

/// Observed shares beside mean probabilities, and the errors that follow.
struct ReliabilityCurve {
  std::vector<ReliabilityBin> bins;  ///< ascending; empty bins are left out
  double expected_calibration_error;
  double maximum_calibration_error;
};

namespace detail {

template <std::floating_point T>
std::vector<BinSums> reliability_sums(const char* where, std::span<const T> probability, std::span<const std::int64_t> label,
                                      std::size_t n_bins, Binning binning) {
  check::in_closed_range<std::size_t>(where, "n_bins", n_bins, 1, 1'000'000);
  if (binning == Binning::equal_width) return equal_width_sums<T>(where, probability, label, n_bins);
  check_probabilities<T>(where, probability, label);
  std::size_t n_used = 0;
  const auto bin = equal_mass_bins<T>(probability, n_bins, &n_used);
  std::vector<BinSums> sums(n_used);
  for (std::size_t i = 0; i < bin.size(); ++i) {
    BinSums& b = sums[bin[i]];
    b.weight += 1.0;
    b.probability += static_cast<double>(probability[i]);
    b.positive += static_cast<double>(label[i]);
  }
  return sums;
}

template <std::floating_point T>
ReliabilityCurve reliability_curve(std::span<const T> probability, std::span<const std::int64_t> label,
                                   const ReliabilityCurveOptions& options) {
  constexpr auto where = "reliability_curve";
  metrics::detail::check_level(where, options.level);
  ReliabilityCurve curve{{}, 0.0, 0.0};
  for (const BinSums& b : reliability_sums<T>(where, probability, label, options.n_bins, options.binning)) {
    if (b.weight == 0.0) continue;
    const double gap = std::abs(b.positive - b.probability);
    curve.expected_calibration_error += gap / static_cast<double>(label.size());
    curve.maximum_calibration_error = std::max(curve.maximum_calibration_error, gap / b.weight);
    const auto n = static_cast<std::int64_t>(b.weight);
    const auto positive = static_cast<std::int64_t>(b.positive);
    const auto [low, high] = metrics::wilson_interval(positive, n, options.level);
    curve.bins.push_back({n, positive, b.probability / b.weight, b.positive / b.weight, low, high});
  }
  return curve;
}

}  // namespace detail

/// The binned reliability curve with ECE and MCE, in one pass over the cases.
///
/// @param probability (n,) in [0, 1]. @param label (n,) 0 or 1.
/// @throws ShapeError n = 0, sizes differ. @throws DomainError a value or an option is out of range.
/// expected_calibration_error is the sum of (n_b / n) |observed - mean probability| (Naeini et al. 2015), the maximum error
/// its largest term without the weight. Both grow with noise: a perfect model has an ECE above 0 (see reliability_test), and
/// the maximum is that of the emptiest bin more often than not. Equal to netcal 1.3 (equal width). O(n); O(n log n) memory
/// traffic for equal mass.
[[nodiscard]] inline ReliabilityCurve reliability_curve(std::span<const double> probability,
                                                        std::span<const std::int64_t> label,
                                                        const ReliabilityCurveOptions& options = {}) {
  return detail::reliability_curve<double>(probability, label, options);
}
[[nodiscard]] inline ReliabilityCurve reliability_curve(std::span<const float> probability,
                                                        std::span<const std::int64_t> label,
                                                        const ReliabilityCurveOptions& options = {}) {
  return detail::reliability_curve<float>(probability, label, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
