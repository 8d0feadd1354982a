#pragma once

#include <heartsight/version.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

/// The shape of a P or T wave in one lead, seen from the line through its two ends.
enum class WaveShape : std::uint8_t {
  absent,
  upright,   ///< monophasic, up
  inverted,  ///< monophasic, down
  up_down,   ///< biphasic, up first
  down_up,   ///< biphasic, down first
};

[[nodiscard]] constexpr std::string_view to_string(WaveShape shape) noexcept {
  constexpr std::array<std::string_view, 5> names{"absent", "upright", "inverted", "biphasic up-down", "biphasic down-up"};
  return names[static_cast<std::size_t>(shape)];
}

/// The deflections of a QRS complex in one lead, in their order: capital letters for those of at least half the largest,
/// small letters for the others (of at least 6 % of it): "qRs", "QS", "rSR'". Empty where there is no complex.
using QrsShape = std::string;

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
