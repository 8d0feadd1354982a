#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/recording.hpp>
#include <heartsight/detection/detect_qrs.hpp>
#include <heartsight/detection/qrs_detection.hpp>
#include <heartsight/features/detail/measurements.hpp>
#include <heartsight/features/recording_measurements.hpp>

#include <span>
#include <string>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// What a cardiologist measures: beats, their groups, the median beat of each lead, its waves, and the measurements of each
/// lead and of all leads together.
///
/// The chain is detect_qrs, group_beats, median_beat of the dominant group, delineate_median, measure_lead, and what
/// follows for all leads; measure_beats starts from beats that are known already.
///
/// @param signal         (n_leads, n_samples) in mV, simultaneous leads, at the full band: only the level and slow drift of
///                       each beat are taken out. A caller who wants another band filters before.
/// @param sampling_rate  Hz, in [50, 20000].
/// @param leads          one name per row; the twelve standard names are known in any usual spelling, others are measured
///                       but take no part in axes, voltages and regions.
/// @param options        sex: for the Cornell product.
/// @return see Measurements. values() is the feature vector, in the order of measurement_schema(leads).
/// @throws ShapeError    leads and signal do not fit, or there is no lead. @throws DomainError the rate is out of range.
///
/// A bad signal is a result: without a beat, or without a QRS complex that can be delineated, measurements are NaN. Missing
/// samples are left out of the average; a lead without any is NaN. Linear in n_samples. Research software, not a medical
/// device.
[[nodiscard]] inline Measurements measurements(MatrixView<const double> signal, double sampling_rate,
                                               std::span<const std::string> leads, const MeasurementOptions& options = {}) {
  return detail::measurements<double>(signal, sampling_rate, leads, options);
}
[[nodiscard]] inline Measurements measurements(MatrixView<const float> signal, double sampling_rate,
                                               std::span<const std::string> leads, const MeasurementOptions& options = {}) {
  return detail::measurements<float>(signal, sampling_rate, leads, options);
}

/// measurements of a recording, with its sex.
/// @throws DomainError  a channel is not in mV: pick those that are, and call the function of a signal.
[[nodiscard]] inline Measurements measurements(const Recording& recording) {
  return detail::measurements<double>(recording);
}
[[nodiscard]] inline Measurements measurements(const RecordingFloat32& recording) {
  return detail::measurements<float>(recording);
}

/// measurements from beats that are known: of detect_qrs on this signal, or of an annotation.
/// @throws DomainError  the beats are not ascending or outside the signal.
[[nodiscard]] inline Measurements measure_beats(MatrixView<const double> signal, double sampling_rate,
                                                std::span<const std::string> leads, detection::QrsDetection beats,
                                                const MeasurementOptions& options = {}) {
  return detail::measure_beats<double>(signal, sampling_rate, leads, std::move(beats), options);
}
[[nodiscard]] inline Measurements measure_beats(MatrixView<const float> signal, double sampling_rate,
                                                std::span<const std::string> leads, detection::QrsDetection beats,
                                                const MeasurementOptions& options = {}) {
  return detail::measure_beats<float>(signal, sampling_rate, leads, std::move(beats), options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
