#pragma once

#include <heartsight/version.hpp>

#include <optional>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// What a value in this unit is multiplied by to be in millivolts; nothing where it is no voltage.
[[nodiscard]] inline std::optional<double> factor_to_mv(std::string_view unit) {
  if (unit == "mV" || unit == "mv") return 1.0;
  if (unit == "uV" || unit == "\xC2\xB5V" || unit == "\xCE\xBCV") return 1e-3;
  if (unit == "V") return 1e3;
  if (unit == "nV") return 1e-6;
  return std::nullopt;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
