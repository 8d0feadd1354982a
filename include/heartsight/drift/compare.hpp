#pragma once

#include <heartsight/core/parallel_for.hpp>
#include <heartsight/drift/compared_column.hpp>
#include <heartsight/drift/detail/compare.hpp>
#include <heartsight/drift/drift_report.hpp>

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// Compares two tables column by column and says of each whether it has drifted.
///
/// Each column is tested (options.method), its missing values are a test of their own where there are any, the p-values are
/// corrected for the number of tests, and a significant difference counts as drift when its effect reaches the margin. So
/// fifty rows raise no alarm about noise and ten million none about nothing.
///
/// @return one row per column in the order given, each followed by one of kind missing where a value is missing.
/// @throws ShapeError   counts of a column differ in number. @throws DomainError alpha is not in (0, 1), margin is negative,
///                      n_resamples is below 99, n_threads = 0, a count is negative.
/// A column without a value, or with fewer than min_count on a side: not enough data. A constant equal on both sides: no
/// drift shown; p = 1. Equal for any n_threads. O(n log n) per column.
[[nodiscard]] inline DriftReport compare(std::span<const ComparedColumn> columns, const CompareOptions& options = {}) {
  detail::check_options("compare", options);
  std::vector<std::vector<ColumnDrift>> rows(columns.size());
  parallel_for(columns.size(), options.n_threads, [&](std::size_t i) {
    rows[i] = std::visit(
        [&](const auto& column) {
          return options.preset == Preset::reference ? detail::reference_rows(column) : detail::rows_of(column, options);
        },
        columns[i]);
  });
  DriftReport report;
  report.options = options;
  for (auto& part : rows) {
    for (auto& row : part) report.columns.push_back(std::move(row));
  }
  if (options.preset == Preset::reference) {
    detail::decide_as_reference(report);
  } else {
    detail::decide(report);
  }
  return report;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
