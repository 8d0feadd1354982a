#pragma once

#include <heartsight/features/detail/hrv_frequency.hpp>

#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// Heart rate variability in the frequency domain, in ms^2.
///
/// An interval stands at the time of the beat that ends it. welch and autoregressive resample the series by a cubic spline
/// (not a knot) within each run of intervals and a straight line across gaps up to 5 s. Longer gaps part the series: welch
/// averages the whole windows of all pieces, autoregressive takes the longest piece. lomb_scargle uses the intervals as they
/// are. A band's power is the integral of the broken line through the spectrum between the band's edges, so that bands add
/// up.
///
/// @param nn      the NN intervals, with their gaps; a span of ms is a series without a mask.
/// @param options method, detrending, windows, bands; the values that a result was made with are in Hrv::settings.
/// @return powers in ms^2, normalised units in percent, peaks in Hz, and the spectrum. NaN for fewer than four intervals;
/// unless
///         minimum_lengths is false, also HF below 60 s of NN intervals, LF below 120 s (both Task Force 1996) and VLF and
///         total below 300 s (Shaffer and Ginsberg 2017), each less 5 %. A series without variability has powers 0 and
///         ratios NaN.
/// @throws DomainError an interval is 0 or negative; an option is out of range.
///
/// Accuracy: a modulation of known power in tests/cpp/features/hrv_frequency_test.cpp. O(n log window).
/// @cite Task Force 1996, DOI 10.1161/01.CIR.93.5.1043; Shaffer and Ginsberg 2017, DOI 10.3389/fpubh.2017.00258
[[nodiscard]] inline HrvFrequency hrv_frequency(const NnSeries& nn, const HrvFrequencyOptions& options = {}) {
  return detail::hrv_frequency(nn, options);
}
[[nodiscard]] inline HrvFrequency hrv_frequency(std::span<const double> nn_ms, const HrvFrequencyOptions& options = {}) {
  return detail::hrv_frequency(NnSeries(nn_ms), options);
}
[[nodiscard]] inline HrvFrequency hrv_frequency(std::span<const float> nn_ms, const HrvFrequencyOptions& options = {}) {
  return detail::hrv_frequency(NnSeries(nn_ms), options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
