#pragma once

#include <heartsight/core/check.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

/// How detect_qrs looks for beats.
enum class QrsMethod : std::uint8_t {
  heartsight,       ///< candidates judged by shape, surroundings and rhythm, over all leads; the default
  pantompkins1985,  ///< Pan and Tompkins 1985, DOI 10.1109/TBME.1985.325532; one lead
  hamilton2002,     ///< Hamilton 2002, Computers in Cardiology 29:101-104; one lead
  elgendi2010,      ///< two moving averages, Elgendi et al. 2010 and 2013, DOI 10.1371/journal.pone.0073557; one lead
  khamis2016,       ///< the UNSW detector, Khamis et al. 2016, DOI 10.1109/TBME.2016.2549060; one lead
};

namespace detail {
/// NeuroKit's names first, then its aliases.
inline constexpr std::array<std::pair<std::string_view, QrsMethod>, 11> qrs_method_names{{
    {"heartsight", QrsMethod::heartsight},
    {"pantompkins1985", QrsMethod::pantompkins1985},
    {"hamilton2002", QrsMethod::hamilton2002},
    {"elgendi2010", QrsMethod::elgendi2010},
    {"khamis2016", QrsMethod::khamis2016},
    {"pantompkins", QrsMethod::pantompkins1985},
    {"hamilton", QrsMethod::hamilton2002},
    {"elgendi", QrsMethod::elgendi2010},
    {"pan_tompkins", QrsMethod::pantompkins1985},
    {"khamis", QrsMethod::khamis2016},
    {"unsw", QrsMethod::khamis2016},
}};
}  // namespace detail

/// The method of this name.
/// @throws DomainError no method has it.
[[nodiscard]] inline QrsMethod qrs_method(std::string_view name) {
  std::string known;
  for (const auto& [candidate, method] : detail::qrs_method_names) {
    if (candidate == name) return method;
    known.append(known.empty() ? "" : ", ").append(candidate);
  }
  check::detail::fail<DomainError>("detect_qrs", "method", std::string{name}, "must be one of " + known);
}

/// The first of a method's names.
[[nodiscard]] inline std::string_view name_of(QrsMethod method) noexcept {
  for (const auto& [name, candidate] : detail::qrs_method_names) {
    if (candidate == method) return name;
  }
  return "";
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
