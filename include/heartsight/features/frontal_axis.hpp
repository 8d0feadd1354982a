#pragma once

#include <heartsight/version.hpp>

#include <cmath>
#include <limits>
#include <numbers>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// The direction of a wave in the frontal plane, in degrees: 0 towards lead I, 90 towards the feet, in (-180, 180].
///
/// @param lead_i    net area or amplitude of the wave in lead I, in any unit.
/// @param lead_avf  the same in lead aVF, in that unit.
/// @return atan2(2 / sqrt(3) aVF, I): an augmented lead shows sqrt(3) / 2 of what a bipolar one does (Einthoven's triangle).
///         NaN where a value is NaN or infinite, or both are 0.
///
/// @cite Novosel et al. 1999, Croatian Medical Journal 40:77, on the factor
[[nodiscard]] inline double frontal_axis(double lead_i, double lead_avf) noexcept {
  if (!std::isfinite(lead_i) || !std::isfinite(lead_avf) || (lead_i == 0.0 && lead_avf == 0.0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return std::atan2(2.0 / std::numbers::sqrt3 * lead_avf, lead_i) * (180.0 / std::numbers::pi);
}

/// The angle between two directions, in degrees, in [0, 180]; NaN where one is NaN.
[[nodiscard]] inline double angle_between(double first_degrees, double second_degrees) noexcept {
  const double difference = std::abs(std::remainder(first_degrees - second_degrees, 360.0));
  return std::isfinite(difference) ? difference : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
