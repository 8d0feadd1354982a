#pragma once

#include <heartsight/version.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// The lead names of SCP-ECG (EN 1064, table of lead identification), by number. DICOM and ISO/IEEE 11073-10102 use the
/// same numbers. "SCP n" for a number without a name here.
[[nodiscard]] inline std::string scp_lead_name(std::size_t number) {
  constexpr std::array<std::string_view, 73> names = {
      "",     "I",   "II",  "V1",  "V2",   "V3",   "V4",  "V5",  "V6",  "V7",  "V2R",  "V3R",  "V4R",  "V5R",  "V6R",
      "V7R",  "X",   "Y",   "Z",   "CC5",  "CM5",  "LA",  "RA",  "LL",  "fI",  "fE",   "fC",   "fA",   "fM",   "fF",
      "fH",   "dI",  "dII", "dV1", "dV2",  "dV3",  "dV4", "dV5", "dV6", "dV7", "dV2R", "dV3R", "dV4R", "dV5R", "dV6R",
      "dV7R", "dX",  "dY",  "dZ",  "dCC5", "dCM5", "dLA", "dRA", "dLL", "dfI", "dfE",  "dfC",  "dfA",  "dfM",  "dfF",
      "dfH",  "III", "aVR", "aVL", "aVF",  "-aVR", "V8",  "V9",  "V8R", "V9R", "D",    "A",    "J"};
  if (number == 0 || number >= names.size()) return "SCP " + std::to_string(number);
  return std::string{names[number]};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
