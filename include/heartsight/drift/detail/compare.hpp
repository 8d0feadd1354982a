#pragma once

#include <heartsight/drift/compared_column.hpp>
#include <heartsight/drift/detail/decide.hpp>
#include <heartsight/drift/detail/sorted_sample.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

/// Population standard deviation of the finite values; finite itself.
inline double finite_sd(std::span<const double> values) noexcept {
  double largest = 0.0;
  for (const double value : values) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  const double unit = power_of_two_near(largest);
  double sum = 0.0;
  double n = 0.0;
  for (const double value : values) {
    if (std::isfinite(value)) {
      sum += value / unit;
      n += 1.0;
    }
  }
  if (n == 0.0) return 0.0;
  const double mean = sum / n;
  double squares = 0.0;
  for (const double value : values) {
    if (std::isfinite(value)) squares += (value / unit - mean) * (value / unit - mean);
  }
  return std::sqrt(squares / n) * unit;
}

/// At most about 2 * n_cells places of the pooled sample, as wasserstein_p takes them.
class NullGridBuilder {
 public:
  explicit NullGridBuilder(double total) noexcept : total_(total) {}
  void add(double value, std::int64_t count) {
    if (seen_ > 0.0 && std::isfinite(value) && std::isfinite(last_)) {
      const double share = seen_ / total_;
      // The share in the middle of the places that a cell covers stands for all of them.
      if (grid_.share_below.empty() || share - start_ >= 1.0 / n_cells) {
        grid_.share_below.push_back(share);
        grid_.width.push_back(value - last_);
        start_ = share;
      } else {
        grid_.width.back() += value - last_;
      }
    }
    seen_ += static_cast<double>(count);
    last_ = value;
  }
  [[nodiscard]] NullGrid take() { return std::move(grid_); }

 private:
  static constexpr double n_cells = 400.0;
  double total_;
  double seen_ = 0.0;
  double last_ = 0.0;
  double start_ = 0.0;
  NullGrid grid_;
};

inline SortedSample sorted_side(const std::variant<std::span<const double>, std::span<const float>>& values) {
  return std::visit([](const auto& span) { return sorted_sample(span); }, values);
}

inline std::vector<ColumnDrift> rows_of(const NumericColumn& column, const CompareOptions& options) {
  const SortedSample x = sorted_side(column.reference);
  const SortedSample y = sorted_side(column.current);
  ColumnDrift row;
  row.name = column.name;
  row.kind = ColumnKind::numeric;
  row.method = method_for(ColumnKind::numeric, options.method);
  row.n_reference = x.size();
  row.n_current = y.size();
  if (!x.values.empty() && !y.values.empty()) {
    const PairStatistics pair = pair_statistics(x, y, row.method == DriftMethod::cramer_von_mises);
    NumericSummary summary{.ranks = pair.ranks, .n = x.size(), .m = y.size()};
    summary.wasserstein = pair.wasserstein;
    summary.reference_sd = finite_sd(x.values);
    summary.edges = quantile_edges(x.values, n_report_bins);
    summary.reference_counts = counts_between(x.values, summary.edges);
    summary.current_counts = counts_between(y.values, summary.edges);
    const auto total = static_cast<double>(x.size() + y.size());
    if (pair.ranks.tie_share() > tie_share_that_matters) {
      TiePattern pattern(total);
      for_each_value(x.values, y.values, [&](double, std::int64_t a, std::int64_t b) { pattern.add(a + b); });
      summary.tie_variance = pattern.variance();
    }
    if (row.method == DriftMethod::wasserstein) {
      NullGridBuilder grid(total);
      for_each_value(x.values, y.values, [&](double value, std::int64_t a, std::int64_t b) { grid.add(value, a + b); });
      summary.grid = grid.take();
    }
    judge_numeric(row, std::move(summary), options);
  }
  const std::int64_t rows_x = x.size() + x.n_missing;
  const std::int64_t rows_y = y.size() + y.n_missing;
  row.missing_reference = rows_x == 0 ? 0.0 : static_cast<double>(x.n_missing) / static_cast<double>(rows_x);
  row.missing_current = rows_y == 0 ? 0.0 : static_cast<double>(y.n_missing) / static_cast<double>(rows_y);
  std::vector<ColumnDrift> rows;
  rows.push_back(std::move(row));
  if (x.n_missing + y.n_missing > 0) rows.push_back(judge_missing(column.name, x.n_missing, rows_x, y.n_missing, rows_y));
  return rows;
}

inline std::vector<ColumnDrift> rows_of(const CategoricalColumn& column, const CompareOptions& options) {
  check_counts("compare", column.reference_counts, column.current_counts);
  check::same_size("compare", "categories", column.categories.size(), "reference_counts", column.reference_counts.size());
  ColumnDrift row;
  row.name = column.name;
  row.kind = ColumnKind::categorical;
  row.categories = column.categories;
  row.reference_counts = column.reference_counts;
  row.current_counts = column.current_counts;
  judge_categories(row, options);
  const std::int64_t rows_x = row.n_reference + column.missing_reference;
  const std::int64_t rows_y = row.n_current + column.missing_current;
  row.missing_reference = rows_x == 0 ? 0.0 : static_cast<double>(column.missing_reference) / static_cast<double>(rows_x);
  row.missing_current = rows_y == 0 ? 0.0 : static_cast<double>(column.missing_current) / static_cast<double>(rows_y);
  std::vector<ColumnDrift> rows;
  rows.push_back(std::move(row));
  if (column.missing_reference + column.missing_current > 0) {
    rows.push_back(judge_missing(column.name, column.missing_reference, rows_x, column.missing_current, rows_y));
  }
  return rows;
}

// ---- preset reference: Evidently's default rules ---------------------------------------------------------------------

inline constexpr std::int64_t reference_small = 1'000;

/// chisquare(observed, expected = reference shares): the reference's own uncertainty is left out, as that system does.
inline double one_sample_chi_square_p(Counts reference, Counts current) {
  const auto n = static_cast<double>(sum_of(reference));
  const auto m = static_cast<double>(sum_of(current));
  double statistic = 0.0;
  double k = 0.0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    if (reference[i] + current[i] == 0) continue;
    k += 1.0;
    const double expected = static_cast<double>(reference[i]) * m / n;
    const double off = static_cast<double>(current[i]) - expected;
    statistic += off * off / expected;  // infinite for a category that the reference lacks
  }
  if (std::isinf(statistic)) return 0.0;
  return k < 2.0 ? 1.0 : chi_square_survival(statistic, k - 1.0);
}

inline void reference_rule_on_counts(ColumnDrift& row) {
  const Counts a = row.reference_counts;
  const Counts b = row.current_counts;
  const auto n = static_cast<double>(row.n_reference);
  const auto m = static_cast<double>(row.n_current);
  std::size_t n_values = 0;
  for (std::size_t i = 0; i < a.size(); ++i) n_values += a[i] + b[i] > 0 ? 1U : 0U;
  if (row.n_reference > reference_small) {
    row.rule = "Jensen-Shannon distance";
    row.method = DriftMethod::jensen_shannon;
    row.statistic = row.effect = std::sqrt(JensenShannon{}(a, b, n, m));
    row.margin = 0.1;
  } else if (n_values > 2) {
    row.rule = "chi-square p_value";
    row.method = DriftMethod::chi_square;
    row.statistic = row.p_value = one_sample_chi_square_p(a, b);
  } else {
    row.rule = "Z-test p_value";
    row.method = DriftMethod::proportions;
    std::size_t first = 0;
    while (first + 1 < a.size() && a[first] + b[first] == 0) ++first;
    row.statistic = row.p_value =
        n_values < 2 ? 1.0 : two_proportions(a[first], row.n_reference, b[first], row.n_current).p_value;
  }
}

inline std::vector<ColumnDrift> reference_rows(const NumericColumn& column) {
  SortedSample x = sorted_side(column.reference);
  SortedSample y = sorted_side(column.current);
  const auto finite_only = [](SortedSample& sample) {
    std::erase_if(sample.values, [](double value) { return !std::isfinite(value); });
  };
  finite_only(x);
  finite_only(y);
  ColumnDrift row;
  row.name = column.name;
  row.kind = ColumnKind::numeric;
  row.n_reference = x.size();
  row.n_current = y.size();
  if (x.values.empty() || y.values.empty()) return {row};
  row.edges = quantile_edges(x.values, n_report_bins);
  std::vector<std::int64_t> a_counts;
  std::vector<std::int64_t> b_counts;
  constexpr std::size_t few = 5;
  for_each_value(x.values, y.values, [&](double, std::int64_t a, std::int64_t b) {
    if (a_counts.size() > few) return;
    a_counts.push_back(a);
    b_counts.push_back(b);
  });
  if (a_counts.size() <= few) {
    row.reference_counts = a_counts;
    row.current_counts = b_counts;
    row.edges.clear();
    for_each_value(x.values, y.values,
                   [&](double value, std::int64_t, std::int64_t) { row.categories.push_back(short_number(value)); });
    reference_rule_on_counts(row);
    return {row};
  }
  row.reference_counts = counts_between(x.values, row.edges);
  row.current_counts = counts_between(y.values, row.edges);
  const PairStatistics pair = pair_statistics(x, y);
  row.kolmogorov_smirnov = pair.ranks.kolmogorov_smirnov();
  row.wasserstein = pair.wasserstein;
  row.wasserstein_sd = pair.wasserstein / std::max(finite_sd(x.values), 0.001);
  if (row.n_reference > reference_small) {
    row.rule = "Wasserstein distance (normed)";
    row.method = DriftMethod::wasserstein;
    row.statistic = row.effect = row.wasserstein_sd;
    row.margin = 0.1;
  } else {
    row.rule = "K-S p_value";
    row.method = DriftMethod::kolmogorov_smirnov;
    const bool exact = std::max(row.n_reference, row.n_current) <= largest_exact_sample;
    row.statistic = row.p_value = kolmogorov_smirnov_p(row.n_reference, row.n_current, pair.ranks.largest_gap(), exact);
  }
  return {row};
}

inline std::vector<ColumnDrift> reference_rows(const CategoricalColumn& column) {
  check_counts("compare", column.reference_counts, column.current_counts);
  check::same_size("compare", "categories", column.categories.size(), "reference_counts", column.reference_counts.size());
  ColumnDrift row;
  row.name = column.name;
  row.kind = ColumnKind::categorical;
  row.categories = column.categories;
  row.reference_counts = column.reference_counts;
  row.current_counts = column.current_counts;
  row.n_reference = sum_of(row.reference_counts);
  row.n_current = sum_of(row.current_counts);
  if (row.n_reference == 0 || row.n_current == 0) return {row};
  reference_rule_on_counts(row);
  return {row};
}

/// The verdict of each column at its own threshold, and drift of the whole at half of the columns.
inline void decide_as_reference(DriftReport& report) {
  std::size_t n_drifted = 0;
  std::size_t n_tested = 0;
  for (ColumnDrift& row : report.columns) {
    if (row.rule.empty()) {
      row.reason = "no value on a side; that system raises an error";
      continue;
    }
    ++n_tested;
    row.adjusted_p_value = row.p_value;
    const bool by_distance = std::isnan(row.p_value);
    constexpr double threshold_p = 0.05;
    const bool at_limit = row.method == DriftMethod::kolmogorov_smirnov;  // p <= 0.05 there, p < 0.05 elsewhere
    const bool drifted =
        by_distance ? row.statistic >= row.margin : (at_limit ? row.p_value <= threshold_p : row.p_value < threshold_p);
    row.verdict = drifted ? Verdict::drift : Verdict::no_drift_shown;
    row.reason = row.rule + " " + short_number(row.statistic) + ", threshold " + (by_distance ? "0.1" : "0.05");
    n_drifted += drifted ? 1U : 0U;
  }
  report.drift_share =
      report.columns.empty() ? 0.0 : static_cast<double>(n_drifted) / static_cast<double>(report.columns.size());
  report.verdict = n_tested == 0               ? Verdict::not_enough_data
                   : report.drift_share >= 0.5 ? Verdict::drift
                                               : Verdict::no_drift_shown;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
