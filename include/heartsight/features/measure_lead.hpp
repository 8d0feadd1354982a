#pragma once

#include <heartsight/detection/wave_fiducials.hpp>
#include <heartsight/features/detail/lead_measurer.hpp>
#include <heartsight/features/lead_measurements.hpp>

#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// The classical measurement matrix of one lead of a median beat.
///
/// @param beat               (n_window,) in mV; NaN outside of what was recorded.
/// @param sampling_rate      Hz of the window.
/// @param own                the waves of this lead, in samples of the window.
/// @param consensus          the waves of all leads together: where QRS, ST and T begin and end.
/// @param standard_error_mv  of one sample of beat: waves below 2.5 times that are noise; NaN counts as 0.
/// @return see LeadMeasurements and lead_measurement_fields; noise_mv stays NaN, because one beat does not show it.
/// @throws DomainError       sampling_rate is not positive.
///
/// Without a QRS complex in consensus, or where the level before it is missing, everything is NaN; without P, P measures 0;
/// without T, T is NaN. O(n_window).
[[nodiscard]] inline LeadMeasurements measure_lead(std::span<const double> beat, double sampling_rate,
                                                   const detection::WaveFiducials& own,
                                                   const detection::WaveFiducials& consensus,
                                                   double standard_error_mv = 0.0) {
  return detail::LeadMeasurer(beat, sampling_rate, own, consensus, standard_error_mv).measure();
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
