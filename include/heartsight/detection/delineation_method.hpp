#pragma once

#include <heartsight/core/check.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

/// How delineate looks for waves.
enum class DelineationMethod : std::uint8_t {
  heartsight,    ///< a small network per beat and lead, the beats around and the other leads; the default
  martinez2004,  ///< slopes of a spline wavelet, Martinez et al. 2004, DOI 10.1109/TBME.2003.821031; each lead for itself
};

namespace detail {
/// The methods' own names first, then NeuroKit's.
inline constexpr std::array<std::pair<std::string_view, DelineationMethod>, 3> delineation_method_names{{
    {"heartsight", DelineationMethod::heartsight},
    {"martinez2004", DelineationMethod::martinez2004},
    {"dwt", DelineationMethod::martinez2004},
}};
}  // namespace detail

/// The method of this name.
/// @throws DomainError no method has it.
[[nodiscard]] inline DelineationMethod delineation_method(std::string_view name) {
  std::string known;
  for (const auto& [candidate, method] : detail::delineation_method_names) {
    if (candidate == name) return method;
    known.append(known.empty() ? "" : ", ").append(candidate);
  }
  check::detail::fail<DomainError>("delineate", "method", std::string{name}, "must be one of " + known);
}

/// The first of a method's names.
[[nodiscard]] inline std::string_view name_of(DelineationMethod method) noexcept {
  for (const auto& [name, candidate] : detail::delineation_method_names) {
    if (candidate == method) return name;
  }
  return "";
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
