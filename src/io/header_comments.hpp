#pragma once

#include <heartsight/core/recording.hpp>

#include <optional>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// What the comment lines of a WFDB header say of age and sex; the first statement of each counts.
struct Demographics {
  std::optional<double> age_years;
  Sex sex = Sex::unknown;

  /// @param comment  one comment line without its leading '#'.
  void read(std::string_view comment);
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
