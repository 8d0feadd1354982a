#pragma once

#include <heartsight/features/measurement_field.hpp>

#include <array>
#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// What is measured of a recording as a whole: beats, rate, intervals, axes, voltages, ST and T by region. NaN where it
/// cannot be measured, because a wave or a lead is missing. global_measurement_fields has the definitions.
struct GlobalMeasurements {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  double n_beats = none;
  double dominant_share = none;
  double ectopic_share = none;
  double n_groups = none;
  double paced = none;
  double p_present = none;
  double p_coherence = none;
  double heart_rate_bpm = none;
  double rr_mean_ms = none;
  double rr_median_ms = none;
  double rr_min_ms = none;
  double rr_max_ms = none;
  double rr_sd_ms = none;
  double rr_rmssd_ms = none;
  double rr_cv = none;
  double rr_irregularity = none;
  double p_duration_ms = none;
  double pr_interval_ms = none;
  double pr_segment_ms = none;
  double qrs_duration_ms = none;
  double qt_ms = none;
  double jt_ms = none;
  double t_peak_to_end_ms = none;
  double qtc_bazett_ms = none;
  double qtc_fridericia_ms = none;
  double qtc_framingham_ms = none;
  double qtc_hodges_ms = none;
  double qt_dispersion_ms = none;
  double qt_sd_ms = none;
  double p_axis_deg = none;
  double qrs_axis_deg = none;
  double t_axis_deg = none;
  double frontal_qrs_t_angle_deg = none;
  double spatial_qrs_t_angle_deg = none;
  double spatial_peak_angle_deg = none;
  double qrs_vector_mv = none;
  double qrs_azimuth_deg = none;
  double qrs_elevation_deg = none;
  double t_vector_mv = none;
  double t_azimuth_deg = none;
  double t_elevation_deg = none;
  double gradient_mv_ms = none;
  double gradient_azimuth_deg = none;
  double gradient_elevation_deg = none;
  double transition_zone = none;
  double r_progression_mv_per_lead = none;
  double sokolow_lyon_mv = none;
  double cornell_mv = none;
  double cornell_product_mv_ms = none;
  double peguero_lo_presti_mv = none;
  double limb_peak_to_peak_mv = none;
  double chest_peak_to_peak_mv = none;
  double total_peak_to_peak_mv = none;
  double romhilt_estes_points = none;
  double st_max_mv = none;
  double st_min_mv = none;
  double st_anterior_mv = none;
  double st_inferior_mv = none;
  double st_lateral_mv = none;
  double t_anterior_mv = none;
  double t_inferior_mv = none;
  double t_lateral_mv = none;
  double t_inverted_leads = none;
  double q_anterior = none;
  double q_inferior = none;
  double q_lateral = none;
  double q_share_inferior = none;
  double q_share_lateral = none;
  double r_share_anterior = none;
  double p_terminal_force_v1_mv_ms = none;
  double p_amplitude_ii_mv = none;
  double qrs_notches = none;
  double qrs_duration_spread_ms = none;
  double intrinsicoid_v5_v6_ms = none;
  double limb_lead_reversal = none;
  double noise_mean_mv = none;
  double noise_max_mv = none;
};

/// Names, units and definitions of GlobalMeasurements in the order of the feature vector.
inline constexpr std::array<MeasurementField<GlobalMeasurements>, 77> global_measurement_fields = {{
    {"n_beats", "1", &GlobalMeasurements::n_beats, "beats found"},
    {"dominant_share", "1", &GlobalMeasurements::dominant_share, "share of the beats that belong to the dominant group"},
    {"ectopic_share", "1", &GlobalMeasurements::ectopic_share, "share of the beats in ectopic groups"},
    {"n_groups", "1", &GlobalMeasurements::n_groups,
     "groups of shape with at least two beats, or one where that is all there is"},
    {"paced", "1", &GlobalMeasurements::paced, "1 where at least half of the dominant beats follow a pacing spike"},
    {"p_present", "1", &GlobalMeasurements::p_present, "1 where the median beat has a P wave, 0 where not"},
    {"p_coherence", "1", &GlobalMeasurements::p_coherence,
     "likeness of single beats to their mean in the 170 ms before the complex: near 0 in atrial fibrillation, towards "
     "1 with P waves that keep their distance"},
    {"heart_rate", "1/min", &GlobalMeasurements::heart_rate_bpm, "60,000 over the mean RR interval"},
    {"rr_mean", "ms", &GlobalMeasurements::rr_mean_ms, "mean RR interval"},
    {"rr_median", "ms", &GlobalMeasurements::rr_median_ms, "median RR interval"},
    {"rr_min", "ms", &GlobalMeasurements::rr_min_ms, "shortest RR interval"},
    {"rr_max", "ms", &GlobalMeasurements::rr_max_ms, "longest RR interval"},
    {"rr_sd", "ms", &GlobalMeasurements::rr_sd_ms, "standard deviation of the RR intervals, divisor n - 1"},
    {"rr_rmssd", "ms", &GlobalMeasurements::rr_rmssd_ms, "root mean square of differences between successive RR intervals"},
    {"rr_cv", "1", &GlobalMeasurements::rr_cv, "rr_sd over rr_mean"},
    {"rr_irregularity", "1", &GlobalMeasurements::rr_irregularity,
     "median absolute difference of successive RR intervals over their median"},
    {"p_duration", "ms", &GlobalMeasurements::p_duration_ms, "P onset to P offset of all leads together"},
    {"pr_interval", "ms", &GlobalMeasurements::pr_interval_ms, "P onset to QRS onset"},
    {"pr_segment", "ms", &GlobalMeasurements::pr_segment_ms, "P offset to QRS onset"},
    {"qrs_duration", "ms", &GlobalMeasurements::qrs_duration_ms, "QRS onset to QRS offset of all leads together"},
    {"qt", "ms", &GlobalMeasurements::qt_ms, "QRS onset to T offset of all leads together"},
    {"jt", "ms", &GlobalMeasurements::jt_ms, "QRS offset to T offset"},
    {"t_peak_to_end", "ms", &GlobalMeasurements::t_peak_to_end_ms, "T peak to T offset"},
    {"qtc_bazett", "ms", &GlobalMeasurements::qtc_bazett_ms, "QT / RR^(1/2), RR the mean in s"},
    {"qtc_fridericia", "ms", &GlobalMeasurements::qtc_fridericia_ms, "QT / RR^(1/3)"},
    {"qtc_framingham", "ms", &GlobalMeasurements::qtc_framingham_ms, "QT + 154 (1 - RR)"},
    {"qtc_hodges", "ms", &GlobalMeasurements::qtc_hodges_ms, "QT + 1.75 (heart rate - 60)"},
    {"qt_dispersion", "ms", &GlobalMeasurements::qt_dispersion_ms,
     "longest minus shortest QT of single leads; at least 3 leads"},
    {"qt_sd", "ms", &GlobalMeasurements::qt_sd_ms, "standard deviation of the QT of single leads; at least 3 leads"},
    {"p_axis", "degrees", &GlobalMeasurements::p_axis_deg, "frontal axis of P, from its areas in I and aVF"},
    {"qrs_axis", "degrees", &GlobalMeasurements::qrs_axis_deg,
     "frontal axis of the QRS complex, from its areas in I and aVF"},
    {"t_axis", "degrees", &GlobalMeasurements::t_axis_deg, "frontal axis of T, from its areas in I and aVF"},
    {"frontal_qrs_t_angle", "degrees", &GlobalMeasurements::frontal_qrs_t_angle_deg,
     "angle between qrs_axis and t_axis, 0 to 180"},
    {"spatial_qrs_t_angle", "degrees", &GlobalMeasurements::spatial_qrs_t_angle_deg,
     "angle in space between the QRS and T area vectors (Kors), 0 to 180"},
    {"spatial_peak_angle", "degrees", &GlobalMeasurements::spatial_peak_angle_deg,
     "angle in space between the longest QRS and the longest T vector"},
    {"qrs_vector", "mV", &GlobalMeasurements::qrs_vector_mv, "length of the longest QRS vector (Kors)"},
    {"qrs_azimuth", "degrees", &GlobalMeasurements::qrs_azimuth_deg,
     "azimuth of the QRS area vector: 0 left, 90 back, -90 front"},
    {"qrs_elevation", "degrees", &GlobalMeasurements::qrs_elevation_deg,
     "elevation of the QRS area vector: 0 to the feet, 180 to the head"},
    {"t_vector", "mV", &GlobalMeasurements::t_vector_mv, "length of the longest T vector"},
    {"t_azimuth", "degrees", &GlobalMeasurements::t_azimuth_deg, "azimuth of the T area vector"},
    {"t_elevation", "degrees", &GlobalMeasurements::t_elevation_deg, "elevation of the T area vector"},
    {"gradient", "mV ms", &GlobalMeasurements::gradient_mv_ms,
     "length of the ventricular gradient: sum of the QRS and T area vectors"},
    {"gradient_azimuth", "degrees", &GlobalMeasurements::gradient_azimuth_deg, "its azimuth"},
    {"gradient_elevation", "degrees", &GlobalMeasurements::gradient_elevation_deg, "its elevation"},
    {"transition_zone", "1", &GlobalMeasurements::transition_zone,
     "chest lead, 1 to 7 with fraction, from which on R is at least as large as S"},
    {"r_progression", "mV", &GlobalMeasurements::r_progression_mv_per_lead,
     "slope of the R amplitude over V1 to V4, per lead"},
    {"sokolow_lyon", "mV", &GlobalMeasurements::sokolow_lyon_mv, "depth in V1 plus larger R of V5 and V6"},
    {"cornell", "mV", &GlobalMeasurements::cornell_mv, "R of aVL plus depth in V3"},
    {"cornell_product", "mV ms", &GlobalMeasurements::cornell_product_mv_ms,
     "cornell (plus 0.6 mV in women) times qrs_duration"},
    {"peguero_lo_presti", "mV", &GlobalMeasurements::peguero_lo_presti_mv, "deepest point of all leads plus depth in V4"},
    {"limb_peak_to_peak", "mV", &GlobalMeasurements::limb_peak_to_peak_mv, "largest QRS complex of the limb leads"},
    {"chest_peak_to_peak", "mV", &GlobalMeasurements::chest_peak_to_peak_mv, "largest QRS complex of the chest leads"},
    {"total_peak_to_peak", "mV", &GlobalMeasurements::total_peak_to_peak_mv,
     "sum of qrs_peak_to_peak over the twelve leads"},
    {"romhilt_estes", "1", &GlobalMeasurements::romhilt_estes_points, "points of Romhilt and Estes"},
    {"st_max", "mV", &GlobalMeasurements::st_max_mv, "highest J point of all leads but aVR"},
    {"st_min", "mV", &GlobalMeasurements::st_min_mv, "lowest J point of all leads but aVR"},
    {"st_anterior", "mV", &GlobalMeasurements::st_anterior_mv, "mean J60 of V1 to V4"},
    {"st_inferior", "mV", &GlobalMeasurements::st_inferior_mv, "mean J60 of II, III and aVF"},
    {"st_lateral", "mV", &GlobalMeasurements::st_lateral_mv, "mean J60 of I, aVL, V5 and V6"},
    {"t_anterior", "mV", &GlobalMeasurements::t_anterior_mv, "mean T amplitude of V2 to V4"},
    {"t_inferior", "mV", &GlobalMeasurements::t_inferior_mv, "mean T amplitude of II, III and aVF"},
    {"t_lateral", "mV", &GlobalMeasurements::t_lateral_mv, "mean T amplitude of I, aVL, V5 and V6"},
    {"t_inverted_leads", "1", &GlobalMeasurements::t_inverted_leads,
     "leads but aVR, III and V1 with a T of -0.1 mV or lower"},
    {"q_anterior", "1", &GlobalMeasurements::q_anterior,
     "leads of V1 to V4 with a pathological Q wave: in V2 and V3 any QS or at least 20 ms, else 30 ms, 0.1 mV deep (DOI "
     "10.1161/CIR.0000000000000617)"},
    {"q_inferior", "1", &GlobalMeasurements::q_inferior, "leads of II, III and aVF with such a Q wave"},
    {"q_lateral", "1", &GlobalMeasurements::q_lateral, "leads of I, aVL, V5 and V6 with such a Q wave"},
    {"q_share_inferior", "1", &GlobalMeasurements::q_share_inferior, "mean q_share of II, III and aVF"},
    {"q_share_lateral", "1", &GlobalMeasurements::q_share_lateral, "mean q_share of I, aVL, V5 and V6"},
    {"r_share_anterior", "1", &GlobalMeasurements::r_share_anterior, "mean r_share of V1 to V4"},
    {"p_terminal_force_v1", "mV ms", &GlobalMeasurements::p_terminal_force_v1_mv_ms, "terminal force of P in V1, at most 0"},
    {"p_amplitude_ii", "mV", &GlobalMeasurements::p_amplitude_ii_mv, "amplitude of P in II"},
    {"qrs_notches", "1", &GlobalMeasurements::qrs_notches, "notches of the QRS complex, mean over leads"},
    {"qrs_duration_spread", "ms", &GlobalMeasurements::qrs_duration_spread_ms,
     "standard deviation of the QRS duration of single leads; at least 3 leads"},
    {"intrinsicoid_v5_v6", "ms", &GlobalMeasurements::intrinsicoid_v5_v6_ms, "larger intrinsicoid deflection of V5 and V6"},
    {"limb_lead_reversal", "1", &GlobalMeasurements::limb_lead_reversal,
     "1 where limb electrodes seem to be swapped, 0 where not"},
    {"noise_mean", "mV", &GlobalMeasurements::noise_mean_mv, "mean noise of the leads"},
    {"noise_max", "mV", &GlobalMeasurements::noise_max_mv, "noise of the noisiest lead"},
}};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
