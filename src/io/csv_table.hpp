#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// The signal columns of a CSV file, sample after sample as they stand in it.
struct CsvTable {
  std::vector<std::string> leads;
  std::vector<double> values;  ///< n_rows * leads.size(), row after row
  [[nodiscard]] std::size_t n_rows() const noexcept { return leads.empty() ? 0 : values.size() / leads.size(); }
};

/// The strict reading, see parse_csv().
[[nodiscard]] CsvTable read_csv_strict(std::string_view text, std::string_view name);

/// The reading of protocol "mlops_phase1", see parse_csv(): always the 12 standard leads.
[[nodiscard]] CsvTable read_csv_mlops_phase1(std::string_view text, std::string_view name);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
