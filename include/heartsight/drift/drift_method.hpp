#pragma once

#include <heartsight/core/check.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// The statistic by which a column is judged.
enum class DriftMethod : std::uint8_t {
  automatic,  ///< anderson_darling for numbers, chi_square for categories, proportions for missing values
  kolmogorov_smirnov,
  anderson_darling,
  cramer_von_mises,
  wasserstein,
  population_stability_index,
  jensen_shannon,
  hellinger,
  chi_square,
  proportions,
};

inline constexpr std::array<std::string_view, 10> drift_method_names = {"default",          "kolmogorov_smirnov",
                                                                        "anderson_darling", "cramer_von_mises",
                                                                        "wasserstein",      "population_stability_index",
                                                                        "jensen_shannon",   "hellinger",
                                                                        "chi_square",       "proportions"};

[[nodiscard]] constexpr std::string_view to_string(DriftMethod method) noexcept {
  return drift_method_names[static_cast<std::size_t>(method)];
}

/// @throws DomainError no method has that name, or it is `proportions`, which is for missing values alone.
[[nodiscard]] inline DriftMethod parse_drift_method(std::string_view name) {
  for (std::size_t i = 0; i + 1 < drift_method_names.size(); ++i) {
    if (name == drift_method_names[i]) return static_cast<DriftMethod>(i);
  }
  std::string known;
  for (std::size_t i = 0; i + 1 < drift_method_names.size(); ++i) {
    known.append(i == 0 ? "" : ", ").append(drift_method_names[i]);
  }
  check::detail::fail<DomainError>("drift", "method", std::string(name), "must be one of " + known);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
