#pragma once

#include <heartsight/version.hpp>

#include <cstdint>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// What a comparison says of one column.
enum class Verdict : std::uint8_t {
  no_drift_shown,   ///< no significant difference; in a small sample that says little
  drift,            ///< significant, and the effect reaches the margin
  negligible,       ///< significant, but the effect is below the margin
  not_enough_data,  ///< fewer values than the options ask for, or none
};

[[nodiscard]] constexpr std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::no_drift_shown:
      return "no drift shown";
    case Verdict::drift:
      return "drift";
    case Verdict::negligible:
      return "significant but negligible";
    case Verdict::not_enough_data:
      break;
  }
  return "not enough data";
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
