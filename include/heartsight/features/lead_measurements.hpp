#pragma once

#include <heartsight/detection/wave_fiducials.hpp>
#include <heartsight/features/measurement_field.hpp>

#include <array>
#include <cstddef>
#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// What is measured in one lead of the median beat. Amplitudes of QRS, ST and T count from the level before the QRS onset
/// (mean of 16 ms), those of P from the line between its ends. A wave that is absent has amplitude, duration and area 0;
/// what cannot be measured is NaN.
struct LeadMeasurements {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  double p_amplitude_mv = none;
  double p_positive_mv = none;
  double p_negative_mv = none;
  double p_duration_ms = none;
  double p_area_mv_ms = none;
  double p_terminal_force_mv_ms = none;
  double q_amplitude_mv = none;
  double q_duration_ms = none;
  double r_amplitude_mv = none;
  double r_duration_ms = none;
  double s_amplitude_mv = none;
  double s_duration_ms = none;
  double r2_amplitude_mv = none;
  double r2_duration_ms = none;
  double s2_amplitude_mv = none;
  double s2_duration_ms = none;
  double qrs_max_mv = none;
  double qrs_min_mv = none;
  double qrs_peak_to_peak_mv = none;
  double qrs_area_mv_ms = none;
  double qrs_absolute_area_mv_ms = none;
  double qrs_duration_ms = none;
  double qrs_20_mv = none;
  double qrs_40_mv = none;
  double intrinsicoid_ms = none;
  double qrs_notches = none;
  double q_share = none;
  double r_share = none;
  double j_mv = none;
  double j40_mv = none;
  double j60_mv = none;
  double j80_mv = none;
  double st_slope_mv_per_s = none;
  double t_amplitude_mv = none;
  double t_positive_mv = none;
  double t_negative_mv = none;
  double t_area_mv_ms = none;
  double t_share = none;
  double t_symmetry = none;
  double t_peak_to_end_ms = none;
  double qt_ms = none;
  double noise_mv = none;
};

/// Names, units and definitions of LeadMeasurements in the order of the feature vector. The waves of the QRS complex are
/// stretches of one sign of at least 0.02 mV (or 2.5 standard errors), 6 ms and 0.16 mV ms, after @cite cse1985
/// (DOI 10.1161/01.CIR.71.3.523); amplitudes of negative waves are negative.
inline constexpr std::array<MeasurementField<LeadMeasurements>, 42> lead_measurement_fields = {{
    {"p_amplitude", "mV", &LeadMeasurements::p_amplitude_mv,
     "larger deflection of P from the line between its ends, signed"},
    {"p_positive", "mV", &LeadMeasurements::p_positive_mv, "highest point of P above that line, at least 0"},
    {"p_negative", "mV", &LeadMeasurements::p_negative_mv, "lowest point of P below that line, at most 0"},
    {"p_duration", "ms", &LeadMeasurements::p_duration_ms, "P offset minus P onset, of this lead where it has its own"},
    {"p_area", "mV ms", &LeadMeasurements::p_area_mv_ms, "integral of P from that line"},
    {"p_terminal_force", "mV ms", &LeadMeasurements::p_terminal_force_mv_ms,
     "depth times duration of the last negative part of P, at most 0; 4 mV ms are 0.04 mm s (Morris 1964, DOI "
     "10.1161/01.CIR.29.2.242)"},
    {"q_amplitude", "mV", &LeadMeasurements::q_amplitude_mv, "negative wave before R, or the only, negative wave (QS)"},
    {"q_duration", "ms", &LeadMeasurements::q_duration_ms, "its duration"},
    {"r_amplitude", "mV", &LeadMeasurements::r_amplitude_mv, "first positive wave"},
    {"r_duration", "ms", &LeadMeasurements::r_duration_ms, "its duration"},
    {"s_amplitude", "mV", &LeadMeasurements::s_amplitude_mv, "negative wave after R"},
    {"s_duration", "ms", &LeadMeasurements::s_duration_ms, "its duration"},
    {"r2_amplitude", "mV", &LeadMeasurements::r2_amplitude_mv, "R': second positive wave"},
    {"r2_duration", "ms", &LeadMeasurements::r2_duration_ms, "its duration"},
    {"s2_amplitude", "mV", &LeadMeasurements::s2_amplitude_mv, "S': negative wave after R'"},
    {"s2_duration", "ms", &LeadMeasurements::s2_duration_ms, "its duration"},
    {"qrs_max", "mV", &LeadMeasurements::qrs_max_mv, "highest point of the QRS complex"},
    {"qrs_min", "mV", &LeadMeasurements::qrs_min_mv, "lowest point of the QRS complex"},
    {"qrs_peak_to_peak", "mV", &LeadMeasurements::qrs_peak_to_peak_mv, "qrs_max minus qrs_min"},
    {"qrs_area", "mV ms", &LeadMeasurements::qrs_area_mv_ms, "integral of the QRS complex"},
    {"qrs_absolute_area", "mV ms", &LeadMeasurements::qrs_absolute_area_mv_ms, "integral of its absolute value"},
    {"qrs_duration", "ms", &LeadMeasurements::qrs_duration_ms,
     "QRS offset minus onset in this lead; NaN where it has none of its own"},
    {"qrs_20", "mV", &LeadMeasurements::qrs_20_mv, "value 20 ms after the QRS onset: the initial forces"},
    {"qrs_40", "mV", &LeadMeasurements::qrs_40_mv, "value 40 ms after the QRS onset"},
    {"intrinsicoid", "ms", &LeadMeasurements::intrinsicoid_ms,
     "QRS onset to the peak of the last positive wave; NaN without one"},
    {"qrs_notches", "1", &LeadMeasurements::qrs_notches,
     "turns of the trace within waves, as of a slurred or fragmented complex"},
    {"q_share", "1", &LeadMeasurements::q_share, "depth of Q over that plus the height of the highest positive wave"},
    {"r_share", "1", &LeadMeasurements::r_share, "qrs_max over qrs_peak_to_peak: 0 is QS, 1 is R alone"},
    {"j", "mV", &LeadMeasurements::j_mv, "value at the J point (QRS offset of all leads), mean of 8 ms"},
    {"j40", "mV", &LeadMeasurements::j40_mv, "40 ms later"},
    {"j60", "mV", &LeadMeasurements::j60_mv, "60 ms later"},
    {"j80", "mV", &LeadMeasurements::j80_mv, "80 ms later"},
    {"st_slope", "mV/s", &LeadMeasurements::st_slope_mv_per_s, "straight line through J to J + 80 ms"},
    {"t_amplitude", "mV", &LeadMeasurements::t_amplitude_mv, "larger deflection of T, signed"},
    {"t_positive", "mV", &LeadMeasurements::t_positive_mv, "highest point of T, at least 0"},
    {"t_negative", "mV", &LeadMeasurements::t_negative_mv, "lowest point of T, at most 0"},
    {"t_area", "mV ms", &LeadMeasurements::t_area_mv_ms, "integral of T"},
    {"t_share", "1", &LeadMeasurements::t_share, "t_amplitude over qrs_peak_to_peak, within -2 and 2"},
    {"t_symmetry", "1", &LeadMeasurements::t_symmetry, "share of the absolute area of T that lies before its peak"},
    {"t_peak_to_end", "ms", &LeadMeasurements::t_peak_to_end_ms, "T offset minus T peak in this lead; NaN without"},
    {"qt", "ms", &LeadMeasurements::qt_ms, "QRS onset of all leads to the T offset of this lead; NaN without"},
    {"noise", "mV", &LeadMeasurements::noise_mv, "root mean square of single beats about the median beat"},
}};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
