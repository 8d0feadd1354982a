#pragma once

#include <heartsight/core/recording.hpp>
#include <heartsight/features/lead_measurements.hpp>
#include <heartsight/features/standard_lead_index.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <span>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// Voltages that grow with the left ventricle. In mV; NaN where a lead is missing.
struct VoltageCriteria {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  double sokolow_lyon_mv = none;  ///< depth in V1 + larger R of V5, V6; met from 3.5 (DOI 10.1016/0002-8703(49)90562-1)
  double cornell_mv = none;       ///< R of aVL + depth in V3; met above 2.8 (men), 2.0 (women) (DOI 10.1161/01.CIR.75.3.565)
  double cornell_product_mv_ms =
      none;  ///< (that, + 0.6 in women) * QRS duration; met above 244 (Molloy et al. 1992, J Am Coll Cardiol 20:1180)
  double peguero_lo_presti_mv =
      none;  ///< deepest of all leads + depth in V4; met from 2.8, 2.3 (DOI 10.1016/j.jacc.2017.01.037)
  double limb_peak_to_peak_mv = none;   ///< largest QRS of the limb leads; low voltage below 0.5
  double chest_peak_to_peak_mv = none;  ///< largest QRS of V1 to V6; low voltage below 1.0
  double total_peak_to_peak_mv = none;  ///< sum over the twelve leads
  double romhilt_estes_points = none;   ///< 0 to 13; probable from 4, definite from 5 (Am Heart J 1968, 75:752)
};

namespace detail {

/// Measurements of the standard leads by name; NaN for a lead that is not there.
class LeadValues {
 public:
  LeadValues(std::span<const LeadMeasurements> leads, const StandardLeadIndex& index) : leads_(leads), index_(index) {}

  [[nodiscard]] double operator()(std::string_view lead, double LeadMeasurements::* value) const noexcept {
    const std::size_t row = index_.row(lead);
    return row < leads_.size() ? leads_[row].*value : LeadMeasurements::none;
  }
  /// The largest over several leads; NaN where one is NaN.
  [[nodiscard]] double largest(std::initializer_list<std::string_view> names,
                               double LeadMeasurements::* value) const noexcept {
    double most = -std::numeric_limits<double>::infinity();
    for (const std::string_view name : names) {
      const double v = (*this)(name, value);
      if (std::isnan(v)) return v;
      most = std::max(most, v);
    }
    return most;
  }
  [[nodiscard]] double depth(std::string_view lead) const noexcept {
    return std::max(0.0, -(*this)(lead, &LeadMeasurements::qrs_min_mv)) + 0.0 * (*this)(lead, &LeadMeasurements::qrs_min_mv);
  }

 private:
  std::span<const LeadMeasurements> leads_;
  const StandardLeadIndex& index_;
};

/// Points of Romhilt and Estes. Strain is ST and T against a mainly positive QRS complex in V5 or V6, without digitalis.
inline double romhilt_estes(const LeadValues& lead, double qrs_duration_ms, double qrs_axis_degrees) {
  using L = LeadMeasurements;
  double points = 0.0;
  const double limb_r = lead.largest({"I", "II", "III", "aVR", "aVL", "aVF"}, &L::qrs_max_mv);
  double limb_s = 0.0;
  for (const char* name : {"I", "II", "III", "aVR", "aVL", "aVF"}) limb_s = std::max(limb_s, lead.depth(name));
  const double chest_s = std::max(lead.depth("V1"), lead.depth("V2"));
  const double chest_r = lead.largest({"V5", "V6"}, &L::qrs_max_mv);
  const double terminal = lead("V1", &L::p_terminal_force_mv_ms);
  if (!std::isfinite(limb_r + chest_s + chest_r + terminal + qrs_duration_ms + qrs_axis_degrees))
    return VoltageCriteria::none;
  if (std::max(limb_r, limb_s) >= 2.0 || chest_s >= 3.0 || chest_r >= 3.0) points += 3.0;
  for (const char* name : {"V5", "V6"}) {
    if (lead(name, &L::r_share) > 0.5 && lead(name, &L::j60_mv) <= -0.05 && lead(name, &L::t_amplitude_mv) < 0.0) {
      points += 3.0;
      break;
    }
  }
  if (terminal <= -4.0) points += 3.0;  // 0.1 mV deep for 40 ms
  if (qrs_axis_degrees <= -30.0 && qrs_axis_degrees > -120.0) points += 2.0;
  if (qrs_duration_ms >= 90.0) points += 1.0;
  if (std::max(lead("V5", &L::intrinsicoid_ms), lead("V6", &L::intrinsicoid_ms)) >= 50.0) points += 1.0;
  return points;
}

}  // namespace detail

/// The usual voltage criteria of left ventricular hypertrophy, as numbers: the limits are for statements to apply.
///
/// @param leads             one per row, of measure_lead.
/// @param index             which row is which lead.
/// @param sex               unknown takes the men's formula of the Cornell product.
/// @param qrs_duration_ms   of all leads; NaN leaves out what needs it.
/// @param qrs_axis_degrees  of frontal_axis; NaN leaves out the Romhilt-Estes points.
/// @return see VoltageCriteria. Depths are those of the lowest point of the complex, QS or S.
///
/// NaN policy: a criterion with a missing lead is NaN. O(number of leads).
[[nodiscard]] inline VoltageCriteria voltage_criteria(std::span<const LeadMeasurements> leads,
                                                      const StandardLeadIndex& index, Sex sex, double qrs_duration_ms,
                                                      double qrs_axis_degrees) {
  using L = LeadMeasurements;
  const detail::LeadValues lead(leads, index);
  VoltageCriteria c;
  c.sokolow_lyon_mv = lead.depth("V1") + lead.largest({"V5", "V6"}, &L::qrs_max_mv);
  c.cornell_mv = lead("aVL", &L::qrs_max_mv) + lead.depth("V3");
  c.cornell_product_mv_ms = (c.cornell_mv + (sex == Sex::female ? 0.6 : 0.0)) * qrs_duration_ms;
  c.limb_peak_to_peak_mv = lead.largest({"I", "II", "III", "aVR", "aVL", "aVF"}, &L::qrs_peak_to_peak_mv);
  c.chest_peak_to_peak_mv = lead.largest({"V1", "V2", "V3", "V4", "V5", "V6"}, &L::qrs_peak_to_peak_mv);
  double deepest = 0.0;
  double total = 0.0;
  for (const std::string_view name : standard_leads) {
    deepest = std::isnan(deepest) ? deepest : std::max(lead.depth(name), deepest);
    if (std::isnan(lead.depth(name))) deepest = VoltageCriteria::none;
    total += lead(name, &L::qrs_peak_to_peak_mv);
  }
  c.total_peak_to_peak_mv = total;
  c.peguero_lo_presti_mv = deepest + lead.depth("V4");
  c.romhilt_estes_points = detail::romhilt_estes(lead, qrs_duration_ms, qrs_axis_degrees);
  return c;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
