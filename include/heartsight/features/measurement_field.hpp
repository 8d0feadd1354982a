#pragma once

#include <heartsight/version.hpp>

#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// One measurement of a group of measurements: its name, unit, value and definition. Lists of these make feature vectors,
/// dictionaries and tables, so that none of them can disagree with another.
template <class Group>
struct MeasurementField {
  std::string_view name;
  std::string_view unit;  ///< "1" for ratios, counts and yes (1) or no (0)
  double Group::* value;
  std::string_view definition;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
