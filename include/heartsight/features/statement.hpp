#pragma once

#include <heartsight/version.hpp>

#include <optional>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// A number that a statement rests on.
struct StatementNumber {
  std::string name;  ///< of the measurement, as in measurement_schema
  double value = 0.0;
  std::string unit;

  friend bool operator==(const StatementNumber&, const StatementNumber&) = default;
};

/// A published criterion that measurements meet.
struct Statement {
  std::string code;  ///< snake_case, stable
  std::string text;  ///< one sentence for a reader
  std::vector<StatementNumber> because;
  std::string source;  ///< of the criterion, with DOI where there is one

  friend bool operator==(const Statement&, const Statement&) = default;
};

struct StatementOptions {
  std::optional<double> age_years;  ///< unknown takes the limits of an adult of 40 or more
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
