#pragma once

#include <heartsight/version.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// A vector of the heart in Frank's axes: x to the left, y to the feet, z to the back; in the unit of the leads.
struct HeartVector {
  double x = std::numeric_limits<double>::quiet_NaN();
  double y = std::numeric_limits<double>::quiet_NaN();
  double z = std::numeric_limits<double>::quiet_NaN();

  [[nodiscard]] double magnitude() const noexcept { return std::hypot(x, y, z); }
  /// In the horizontal plane: 0 to the left, 90 to the back, -90 to the front. Degrees.
  [[nodiscard]] double azimuth() const noexcept { return std::atan2(z, x) * (180.0 / std::numbers::pi); }
  /// From the vertical: 0 to the feet, 90 horizontal, 180 to the head. Degrees.
  [[nodiscard]] double elevation() const noexcept { return std::atan2(std::hypot(x, z), y) * (180.0 / std::numbers::pi); }
};

/// The leads that kors_vector takes, in their order.
inline constexpr std::array<std::string_view, 8> kors_leads = {"I", "II", "V1", "V2", "V3", "V4", "V5", "V6"};

/// Frank's vectorcardiogram from the eight independent leads of the standard ECG, by the regression matrix of Kors et al.
///
/// @param leads  (8,) values of I, II, V1 to V6 at one instant, or their areas; in one unit.
/// @return the vector in that unit; NaN where a lead is NaN.
///
/// @cite kors1990, DOI 10.1093/oxfordjournals.eurheartj.a059647
[[nodiscard]] inline HeartVector kors_vector(std::span<const double, 8> leads) noexcept {
  constexpr std::array<std::array<double, 8>, 3> matrix = {{{0.38, -0.07, -0.13, 0.05, -0.01, 0.14, 0.06, 0.54},
                                                            {-0.07, 0.93, 0.06, -0.02, -0.05, 0.06, -0.17, 0.13},
                                                            {0.11, -0.23, -0.43, -0.06, -0.14, -0.20, -0.11, 0.31}}};
  std::array<double, 3> v{};
  for (std::size_t k = 0; k < 3; ++k) {
    for (std::size_t lead = 0; lead < 8; ++lead) v[k] += matrix[k][lead] * leads[lead];
  }
  return {v[0], v[1], v[2]};
}

/// The angle between two vectors in space, in degrees, in [0, 180]; NaN where one is NaN or has no length.
[[nodiscard]] inline double spatial_angle(const HeartVector& a, const HeartVector& b) noexcept {
  const double lengths = a.magnitude() * b.magnitude();
  if (!(lengths > 0.0)) return std::numeric_limits<double>::quiet_NaN();
  const double cosine = (a.x * b.x + a.y * b.y + a.z * b.z) / lengths;
  return std::acos(cosine < -1.0 ? -1.0 : (cosine > 1.0 ? 1.0 : cosine)) * (180.0 / std::numbers::pi);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
