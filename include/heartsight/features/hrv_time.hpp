#pragma once

#include <heartsight/features/detail/hrv_time.hpp>

#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// Heart rate variability in the time domain.
///
/// @param nn      the NN intervals, with their gaps; a span of ms is a series without a mask.
/// @param options bin width of the histogram; whether indices of too short recordings are NaN.
/// @return HrvTime, each index NaN where it does not exist: means for no interval, deviations for fewer than two, indices of
///         differences without a difference (SDSD: two), sdann and sdnn_index for fewer than two whole 5-minute segments
///         that are at least half covered, triangular_index and tinn for less than 20 minutes less 5 % (unless
///         minimum_lengths is false).
/// @throws DomainError an interval is 0 or negative; histogram_bin_ms is not positive.
///
/// All deviations have divisor n - 1. Golden values of NeuroKit2 0.2.13 in tests/golden/hrv. O(n).
/// @cite Task Force 1996, DOI 10.1161/01.CIR.93.5.1043; Shaffer and Ginsberg 2017, DOI 10.3389/fpubh.2017.00258
[[nodiscard]] inline HrvTime hrv_time(const NnSeries& nn, const HrvTimeOptions& options = {}) {
  return detail::hrv_time(nn, options);
}
[[nodiscard]] inline HrvTime hrv_time(std::span<const double> nn_ms, const HrvTimeOptions& options = {}) {
  return detail::hrv_time(NnSeries(nn_ms), options);
}
[[nodiscard]] inline HrvTime hrv_time(std::span<const float> nn_ms, const HrvTimeOptions& options = {}) {
  return detail::hrv_time(NnSeries(nn_ms), options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
