#pragma once

#include <heartsight/drift/compare_options.hpp>
#include <heartsight/drift/drift_method.hpp>
#include <heartsight/drift/verdict.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// What a row of a report is about.
enum class ColumnKind : std::uint8_t {
  numeric,
  categorical,
  missing,  ///< the share of missing values of a column that is reported beside its distribution
};

[[nodiscard]] constexpr std::string_view to_string(ColumnKind kind) noexcept {
  return kind == ColumnKind::numeric ? "numeric" : kind == ColumnKind::categorical ? "categorical" : "missing";
}

/// One test of one column.
struct ColumnDrift {
  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

  std::string name;
  ColumnKind kind = ColumnKind::numeric;
  DriftMethod method = DriftMethod::automatic;  ///< the one that was used
  std::string rule;                             ///< preset reference: that system's name of its test; else empty
  std::int64_t n_reference = 0;                 ///< values that are there; rows for kind missing
  std::int64_t n_current = 0;
  double missing_reference = 0.0;  ///< share of rows without a value
  double missing_current = 0.0;
  double statistic = nan;
  double p_value = nan;
  double adjusted_p_value = nan;
  double effect = nan;
  std::string effect_name;
  double margin = nan;
  Verdict verdict = Verdict::not_enough_data;
  std::string reason;  ///< the verdict in a sentence
  // Other measures, for reading; NaN where they do not exist.
  double kolmogorov_smirnov = nan;
  double wasserstein = nan;     ///< in the column's unit
  double wasserstein_sd = nan;  ///< over the reference's standard deviation
  double population_stability_index = nan;
  double jensen_shannon = nan;
  double hellinger = nan;
  double total_variation = nan;
  /// How far Kolmogorov-Smirnov and Wasserstein may lie above (Wasserstein: also below) what is given here: 0 for arrays,
  /// what the bins hide for states.
  double kolmogorov_smirnov_error = 0.0;
  double wasserstein_error = 0.0;
  // What a picture needs: shares on the ten reference bins between `edges`, or per category.
  std::vector<double> edges;
  std::vector<std::string> categories;
  std::vector<std::int64_t> reference_counts;
  std::vector<std::int64_t> current_counts;
};

/// All columns of a comparison and what they say together.
struct DriftReport {
  std::vector<ColumnDrift> columns;
  CompareOptions options;
  Verdict verdict = Verdict::not_enough_data;  ///< drift when any column drifts (preset reference: at least half of them)
  double drift_share = 0.0;                    ///< of the rows
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
