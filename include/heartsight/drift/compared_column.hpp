#pragma once

#include <heartsight/version.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// A column of numbers in two tables. NaN are missing; infinities are values.
struct NumericColumn {
  std::string name;
  std::variant<std::span<const double>, std::span<const float>> reference;
  std::variant<std::span<const double>, std::span<const float>> current;
};

/// A column of categories in two tables, already counted: the same categories in the same order, on both sides. A category
/// that the reference does not have is counted as itself or under a name for all others; it is never left out.
struct CategoricalColumn {
  std::string name;
  std::vector<std::string> categories;
  std::vector<std::int64_t> reference_counts;
  std::vector<std::int64_t> current_counts;
  std::int64_t missing_reference = 0;
  std::int64_t missing_current = 0;
};

using ComparedColumn = std::variant<NumericColumn, CategoricalColumn>;

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
