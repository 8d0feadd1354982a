#pragma once

#include <heartsight/features/lead_measurements.hpp>
#include <heartsight/features/standard_lead_index.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::features {

enum class LimbLeadReversal : std::uint8_t {
  unknown,  ///< a lead that is needed is missing, or not measured
  none,
  arms,           ///< right and left arm: lead I upside down, and V6 not
  right_arm_leg,  ///< right arm and right leg: lead II nearly empty
  left_arm_leg,   ///< left arm and right leg: lead III nearly empty
};

[[nodiscard]] constexpr std::string_view to_string(LimbLeadReversal reversal) noexcept {
  switch (reversal) {
    case LimbLeadReversal::none:
      return "none";
    case LimbLeadReversal::arms:
      return "right and left arm";
    case LimbLeadReversal::right_arm_leg:
      return "right arm and right leg";
    case LimbLeadReversal::left_arm_leg:
      return "left arm and right leg";
    case LimbLeadReversal::unknown:
      break;
  }
  return "unknown";
}

/// Whether limb electrodes seem to have been swapped, from the measured median beat.
///
/// arms: QRS area and P of lead I are negative, while the QRS complex of V6 points the other way, which tells it from a
/// heart on the right side. right_arm_leg and left_arm_leg: the QRS complex of II or III is below 0.15 mV from peak to peak
/// and less than a sixth of each other limb lead's. A swap of left arm and left leg is not looked for: it cannot be told
/// from normal variants.
///
/// @param leads  one per row, of measure_lead.
/// @param index  which row is which lead.
/// @return unknown where I, II, III or V6 is missing.
///
/// @cite Batchvarov et al. 2007, DOI 10.1093/europace/eum198; the limits are ours. A suspicion, not a finding.
[[nodiscard]] inline LimbLeadReversal limb_lead_reversal(std::span<const LeadMeasurements> leads,
                                                         const StandardLeadIndex& index) {
  const auto lead = [&](std::string_view name) {
    const std::size_t row = index.row(name);
    return row < leads.size() ? leads[row] : LeadMeasurements{};
  };
  const LeadMeasurements one = lead("I");
  const LeadMeasurements two = lead("II");
  const LeadMeasurements three = lead("III");
  const LeadMeasurements lateral = lead("V6");
  if (!std::isfinite(one.qrs_area_mv_ms + two.qrs_area_mv_ms + three.qrs_area_mv_ms + lateral.qrs_area_mv_ms)) {
    return LimbLeadReversal::unknown;
  }
  const auto nearly_empty = [](const LeadMeasurements& c, const LeadMeasurements& a, const LeadMeasurements& b) {
    const double size = c.qrs_peak_to_peak_mv;
    return size < 0.15 && 6.0 * size < a.qrs_peak_to_peak_mv && 6.0 * size < b.qrs_peak_to_peak_mv;
  };
  if (nearly_empty(two, one, three)) return LimbLeadReversal::right_arm_leg;
  if (nearly_empty(three, one, two)) return LimbLeadReversal::left_arm_leg;
  const bool upside_down = one.qrs_area_mv_ms < 0.0 && one.r_share < 0.4 && one.p_amplitude_mv < -0.02;
  if (upside_down && lateral.qrs_area_mv_ms > 0.0 && lateral.r_share > 0.5) return LimbLeadReversal::arms;
  return LimbLeadReversal::none;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
