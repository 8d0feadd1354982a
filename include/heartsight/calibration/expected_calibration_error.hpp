#pragma once

#include <heartsight/calibration/detail/expected_calibration_error.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

struct ExpectedCalibrationErrorOptions {
  std::size_t n_bins = 15;  ///< 1 to 1,000,000
  Binning binning = Binning::equal_width;
};

/// Expected calibration error (ECE) of the positive class.
///
/// ECE = sum over bins b of (n_b / n) * |mean label in b - mean probability in b|.
///
/// @param probability  (n,) predicted P(y = 1), in [0, 1].
/// @param label        (n,) 0 or 1.
/// @param options      n_bins defaults to 15, the value of Guo et al. 2017 (arXiv 1706.04599).
/// @return ECE in [0, 1].
/// @throws ShapeError   n = 0, or sizes differ.
/// @throws DomainError  a probability is NaN or outside [0, 1], a label is not 0 or 1, n_bins is out of range.
///
/// NaN policy: reject. Empty bins add 0. A constant prediction equal to the base rate gives 0.
/// Complexity: O(n + n_bins) time in one pass, O(n_bins) memory; equal mass sorts.
/// Caveat: biased upwards for small n: see debiased_calibration_error, reliability_test and smooth_calibration_error.
/// Source: Naeini, Cooper and Hauskrecht 2015, DOI 10.1609/aaai.v29i1.9602.
[[nodiscard]] inline double expected_calibration_error(std::span<const double> probability,
                                                       std::span<const std::int64_t> label,
                                                       const ExpectedCalibrationErrorOptions& options = {}) {
  return detail::expected_calibration_error<double>(probability, label, options.n_bins, options.binning);
}
[[nodiscard]] inline double expected_calibration_error(std::span<const float> probability,
                                                       std::span<const std::int64_t> label,
                                                       const ExpectedCalibrationErrorOptions& options = {}) {
  return detail::expected_calibration_error<float>(probability, label, options.n_bins, options.binning);
}

/// Root-mean-square calibration error with each bin's sampling variance taken off (Kumar, Liang and Ma 2019, arXiv
/// 1909.10155): near 0 for a calibrated model of any size, where the plain ECE is not.
///
/// sqrt(max(0, sum over bins of n_b / n * ((o_b - p_b)^2 - o_b (1 - o_b) / (n_b - 1)))). A bin of one case has no variance
/// of its own and adds nothing. Equal-mass bins are the paper's: give them. It is an L2 error, not below the (L1) ECE for
/// the same bins apart from the correction. Arguments and errors as expected_calibration_error.
[[nodiscard]] inline double debiased_calibration_error(std::span<const double> probability,
                                                       std::span<const std::int64_t> label,
                                                       const ExpectedCalibrationErrorOptions& options = {
                                                           .n_bins = 15, .binning = Binning::equal_mass}) {
  return detail::debiased_calibration_error<double>(probability, label, options.n_bins, options.binning);
}
[[nodiscard]] inline double debiased_calibration_error(std::span<const float> probability,
                                                       std::span<const std::int64_t> label,
                                                       const ExpectedCalibrationErrorOptions& options = {
                                                           .n_bins = 15, .binning = Binning::equal_mass}) {
  return detail::debiased_calibration_error<float>(probability, label, options.n_bins, options.binning);
}

/// The calibration error of the clinical_recommender protocol, fault included: for comparison only.
///
/// Ten equal-width bins. Observed shares and mean probabilities are listed without the empty bins, but the weights with
/// them, so after the first empty bin each gap gets another bin's weight. Equal to ECE (10 bins) when no bin is empty and no
/// probability sits on an edge. Arguments and errors as expected_calibration_error.
[[nodiscard]] inline double clinical_recommender_calibration_error(std::span<const double> probability,
                                                                   std::span<const std::int64_t> label) {
  return detail::clinical_recommender_calibration_error<double>(probability, label);
}
[[nodiscard]] inline double clinical_recommender_calibration_error(std::span<const float> probability,
                                                                   std::span<const std::int64_t> label) {
  return detail::clinical_recommender_calibration_error<float>(probability, label);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
