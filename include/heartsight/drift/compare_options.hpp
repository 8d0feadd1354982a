#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/drift/drift_method.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// How the p-values of a table's columns are corrected for their number.
enum class Correction : std::uint8_t {
  holm,                ///< at most alpha for one false alarm or more in the whole table
  benjamini_hochberg,  ///< at most alpha of the alarms are false, on average
  none,
};

/// Whose rules decide.
enum class Preset : std::uint8_t {
  standard,   ///< significant after correction and beyond a margin
  reference,  ///< Evidently's default rules (0.7), for comparison: they know no correction and no margin
};

[[nodiscard]] inline Correction parse_correction(std::string_view name) {
  if (name == "holm") return Correction::holm;
  if (name == "benjamini_hochberg") return Correction::benjamini_hochberg;
  if (name == "none") return Correction::none;
  check::detail::fail<DomainError>("drift", "correction", std::string(name),
                                   "must be one of holm, benjamini_hochberg, none");
}
[[nodiscard]] constexpr std::string_view to_string(Correction correction) noexcept {
  return correction == Correction::holm ? "holm" : correction == Correction::none ? "none" : "benjamini_hochberg";
}
[[nodiscard]] inline Preset parse_preset(std::string_view name) {
  if (name == "default") return Preset::standard;
  if (name == "reference") return Preset::reference;
  check::detail::fail<DomainError>("drift", "preset", std::string(name), "must be one of default, reference");
}
[[nodiscard]] constexpr std::string_view to_string(Preset preset) noexcept {
  return preset == Preset::standard ? "default" : "reference";
}

struct CompareOptions {
  DriftMethod method = DriftMethod::automatic;
  double alpha = 0.05;  ///< of the family of all columns, after correction; in (0, 1)
  Correction correction = Correction::holm;
  /// Smallest effect that counts; NaN: the method's own (default_margin). All of them are about what a shift of 0.1 to 0.15
  /// standard deviations does to a normal variable.
  double margin = std::numeric_limits<double>::quiet_NaN();
  Preset preset = Preset::standard;
  std::int64_t min_count = 20;     ///< fewer values on a side are not enough data
  std::size_t n_resamples = 1999;  ///< draws of a simulated null distribution, where one is needed; at least 99
  std::uint64_t seed = 0;
  std::size_t n_threads = 1;
};

/// The margin that a method has of its own: 0.05 of the distance of distribution functions (rank tests), of total variation
/// (categories) and of the share of missing values; 0.1 of Wasserstein over standard deviation; 0.02 of the population
/// stability index; 0.05 of the Jensen-Shannon and Hellinger distances.
[[nodiscard]] constexpr double default_margin(DriftMethod method) noexcept {
  if (method == DriftMethod::wasserstein) return 0.1;
  if (method == DriftMethod::population_stability_index) return 0.02;
  return 0.05;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
