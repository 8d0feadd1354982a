#pragma once

#include <heartsight/version.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// What a second of a lead, or a whole lead, is good for. The order is that of growing trouble.
enum class QualityGrade : std::uint8_t {
  usable,      ///< amplitudes and intervals can be measured
  beats_only,  ///< beats can be found; waves and amplitudes should not be trusted
  unusable,    ///< neither
};

/// "usable", "beats_only" or "unusable".
[[nodiscard]] constexpr std::string_view to_string(QualityGrade grade) noexcept {
  constexpr std::string_view names[] = {"usable", "beats_only", "unusable"};
  return names[static_cast<std::size_t>(grade)];
}

/// Bits that say why something is not simply usable.
enum class QualityReason : std::uint32_t {
  flat = 1,                   ///< no change within 0.01 mV for 0.8 s and more
  clipped = 2,                ///< samples sit at the lead's extreme value
  mains = 4,                  ///< 50 or 60 Hz
  wander = 8,                 ///< the baseline moves by more than 1 mV
  muscle = 16,                ///< broad-band noise, or noise in which no heart can be seen
  loose = 32,                 ///< jumps that no heart makes: a loose electrode
  missing = 64,               ///< samples are NaN or infinite
  reversed_limb_leads = 128,  ///< of a recording: limb electrodes may be swapped; alone it does not make it unacceptable
};

/// A set of QualityReason bits.
using QualityReasons = std::uint32_t;

inline constexpr std::array<QualityReason, 8> quality_reasons = {
    QualityReason::flat,   QualityReason::clipped, QualityReason::mains,   QualityReason::wander,
    QualityReason::muscle, QualityReason::loose,   QualityReason::missing, QualityReason::reversed_limb_leads};

[[nodiscard]] constexpr std::string_view to_string(QualityReason reason) noexcept {
  switch (reason) {
    case QualityReason::flat:
      return "flat";
    case QualityReason::clipped:
      return "clipped";
    case QualityReason::mains:
      return "mains";
    case QualityReason::wander:
      return "wander";
    case QualityReason::muscle:
      return "muscle";
    case QualityReason::loose:
      return "loose";
    case QualityReason::missing:
      return "missing";
    case QualityReason::reversed_limb_leads:
      return "reversed_limb_leads";
  }
  return "";
}

[[nodiscard]] constexpr bool has_reason(QualityReasons reasons, QualityReason reason) noexcept {
  return (reasons & static_cast<QualityReasons>(reason)) != 0;
}

/// The names of the bits that are set, in the order of the enumeration.
[[nodiscard]] inline std::vector<std::string> reason_names(QualityReasons reasons) {
  std::vector<std::string> names;
  for (const QualityReason reason : quality_reasons) {
    if (has_reason(reasons, reason)) names.emplace_back(to_string(reason));
  }
  return names;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
