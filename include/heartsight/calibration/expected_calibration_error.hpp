#pragma once

#include <heartsight/calibration/detail/expected_calibration_error.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

struct ExpectedCalibrationErrorOptions {
  std::size_t n_bins = 15;  ///< equal-width bins on [0, 1]; at least 1
};

/// Expected calibration error (ECE) of the positive class.
///
/// ECE = sum over bins b of (n_b / n) * |mean label in b - mean probability in b|, with n_bins equal-width bins on
/// [0, 1]: p falls in bin floor(p * n_bins), p = 1 in the last.
///
/// @param probability  (n,) predicted P(y = 1), in [0, 1].
/// @param label        (n,) 0 or 1.
/// @param options      n_bins defaults to 15, the value of Guo et al. 2017 (arXiv 1706.04599).
/// @return ECE in [0, 1].
/// @throws ShapeError   n = 0, or sizes differ.
/// @throws DomainError  a probability is NaN or outside [0, 1], a label is not 0 or 1, n_bins = 0.
///
/// NaN policy: reject. Empty bins add 0. A constant prediction equal to the base rate gives 0. O(n + n_bins).
/// Caveat: biased upwards for small n (a perfect model of n = 434 shows about 0.06); report an interval with it.
/// Source: Naeini, Cooper and Hauskrecht 2015, DOI 10.1609/aaai.v29i1.9602.
[[nodiscard]] inline double expected_calibration_error(std::span<const double> probability,
                                                       std::span<const std::int64_t> label,
                                                       const ExpectedCalibrationErrorOptions& options = {}) {
  return detail::expected_calibration_error<double>(probability, label, options.n_bins);
}
[[nodiscard]] inline double expected_calibration_error(std::span<const float> probability,
                                                       std::span<const std::int64_t> label,
                                                       const ExpectedCalibrationErrorOptions& options = {}) {
  return detail::expected_calibration_error<float>(probability, label, options.n_bins);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
