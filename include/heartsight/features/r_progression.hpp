#pragma once

#include <heartsight/features/lead_measurements.hpp>
#include <heartsight/features/standard_lead_index.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// How the R wave grows from V1 to V6.
struct RProgression {
  /// Chest lead, counted from 1 with fraction, from which on R is at least as large as S; 1 where V1 already has it, 7 where
  /// no lead has; NaN where a chest lead is missing. Between 3 and 4 in most people.
  double transition_zone = std::numeric_limits<double>::quiet_NaN();
  /// Least-squares slope of the R amplitude over V1 to V4, in mV per lead; NaN where one is missing.
  double slope_mv_per_lead = std::numeric_limits<double>::quiet_NaN();
};

/// R progression and transition zone of the chest leads; R and S are the highest and the lowest point of the complex.
///
/// @param leads  one per row, of measure_lead.
/// @param index  which row is which lead.
/// @return see RProgression; the transition lies on the straight line through (R - S) / (R + S) of neighbouring leads.
[[nodiscard]] inline RProgression r_progression(std::span<const LeadMeasurements> leads, const StandardLeadIndex& index) {
  RProgression result;
  std::array<double, 6> balance{};
  std::array<double, 6> height{};
  constexpr std::size_t first_chest_lead = 6;
  bool complete = true;
  for (std::size_t k = 0; k < 6; ++k) {
    const std::size_t row = index.row(first_chest_lead + k);
    const double high = row < leads.size() ? leads[row].qrs_max_mv : LeadMeasurements::none;
    const double low = row < leads.size() ? leads[row].qrs_min_mv : LeadMeasurements::none;
    height[k] = std::max(0.0, high) + 0.0 * high;  // NaN stays NaN
    const double size = std::abs(high) + std::abs(low);
    balance[k] = size > 0.0 ? (std::abs(high) - std::abs(low)) / size : 0.0;
    complete = complete && std::isfinite(height[k]);
  }
  result.slope_mv_per_lead = (-1.5 * height[0] - 0.5 * height[1] + 0.5 * height[2] + 1.5 * height[3]) / 5.0;
  if (!complete) return result;
  result.transition_zone = 7.0;
  for (std::size_t k = 0; k < 6; ++k) {
    if (balance[k] < 0.0) continue;
    const double back = k == 0 ? 0.0 : balance[k] / (balance[k] - balance[k - 1]);
    result.transition_zone = static_cast<double>(k) + 1.0 - back;
    break;
  }
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
