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
  heartsight,  ///< candidates judged by shape, surroundings and rhythm, over all leads; the default
};

namespace detail {
inline constexpr std::array<std::pair<std::string_view, QrsMethod>, 1> qrs_method_names{{
    {"heartsight", QrsMethod::heartsight},
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
