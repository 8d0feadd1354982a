#pragma once

#include <heartsight/drift/anderson_darling.hpp>
#include <heartsight/drift/cramer_von_mises.hpp>
#include <heartsight/drift/detail/binned.hpp>
#include <heartsight/drift/detail/chi_square.hpp>
#include <heartsight/drift/drift_report.hpp>
#include <heartsight/drift/two_proportions.hpp>
#include <heartsight/metrics/multiple_testing.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

inline constexpr std::size_t n_report_bins = 10;

/// Places on the pooled distribution: the share of values below, and the distance to the next place.
struct NullGrid {
  std::vector<double> share_below;
  std::vector<double> width;
};

/// What a decision about numbers needs, whether it comes from arrays or from the counts of a state.
struct NumericSummary {
  RankSweep ranks;
  std::int64_t n = 0;
  std::int64_t m = 0;
  double tie_variance = -1.0;  ///< of the Anderson-Darling statistic; negative: as without ties
  double wasserstein = 0.0;
  double reference_sd = 0.0;
  std::vector<double> edges{};
  std::vector<std::int64_t> reference_counts{};
  std::vector<std::int64_t> current_counts{};
  NullGrid grid{};  ///< for method wasserstein alone
};

/// A unit in which values as large as `largest` can be squared; 1 unless their own would overflow or vanish.
inline double power_of_two_near(double largest) noexcept {
  return largest > 0.0 && (largest > 1e100 || largest < 1e-100) ? std::ldexp(1.0, std::ilogb(largest)) : 1.0;
}

/// p-value of the Wasserstein distance: the law of sqrt(1/n + 1/m) times the integral of |Brownian bridge(H(x))| dx, drawn
/// on the grid. Below 20 draws beyond it, the tail of the gamma law with the draws' mean and variance. NaN where the grid is
/// wider than the largest number.
inline double wasserstein_p(double distance, double n, double m, const NullGrid& grid, std::size_t n_resamples,
                            std::uint64_t seed) {
  Random random(seed);
  double widest = 0.0;
  for (const double width : grid.width) widest = std::max(widest, width);
  if (!std::isfinite(widest)) return std::numeric_limits<double>::quiet_NaN();
  const double unit = power_of_two_near(widest);
  distance /= unit;
  const double scale = std::sqrt(1.0 / n + 1.0 / m);
  std::vector<double> path(grid.width.size());
  double mean = 0.0;
  double m2 = 0.0;
  std::size_t n_beyond = 0;
  for (std::size_t r = 0; r < n_resamples; ++r) {
    double at = 0.0;
    double before = 0.0;
    for (std::size_t i = 0; i < path.size(); ++i) {
      at += std::sqrt(std::max(grid.share_below[i] - before, 0.0)) * random.normal();
      before = grid.share_below[i];
      path[i] = at;
    }
    const double end = at + std::sqrt(std::max(1.0 - before, 0.0)) * random.normal();
    double value = 0.0;
    for (std::size_t i = 0; i < path.size(); ++i)
      value += std::abs(path[i] - grid.share_below[i] * end) * (grid.width[i] / unit);
    value *= scale;
    n_beyond += value >= distance ? 1U : 0U;
    const double off = value - mean;
    mean += off / static_cast<double>(r + 1);
    m2 += off * (value - mean);
  }
  if (n_beyond >= 20 || !(m2 > 0.0)) return (static_cast<double>(n_beyond) + 1.0) / (static_cast<double>(n_resamples) + 1.0);
  const double variance = m2 / static_cast<double>(n_resamples - 1);
  return std::min(gamma_q(mean * mean / variance, distance * mean / variance), 21.0 / static_cast<double>(n_resamples));
}

/// What is left of a divergence once the mean that it has without drift is taken off.
inline double debiased(double divergence, double scale, std::span<const std::int64_t> a, std::span<const std::int64_t> b) {
  std::size_t n_filled = 0;
  for (std::size_t i = 0; i < a.size(); ++i) n_filled += a[i] + b[i] > 0 ? 1U : 0U;
  const double mean = scale * static_cast<double>(n_filled > 0 ? n_filled - 1 : 0) *
                      (1.0 / static_cast<double>(sum_of(a)) + 1.0 / static_cast<double>(sum_of(b)));
  return std::max(0.0, divergence - mean);
}

inline double total_variation(std::span<const std::int64_t> a, std::span<const std::int64_t> b) {
  const auto n = static_cast<double>(sum_of(a));
  const auto m = static_cast<double>(sum_of(b));
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += std::abs(static_cast<double>(a[i]) / n - static_cast<double>(b[i]) / m);
  }
  return 0.5 * sum;
}

/// Divergences of the counts of `column`; the one that is the method becomes its statistic, p-value and effect.
inline void judge_counts(ColumnDrift& column, BinOrigin origin, const CompareOptions& options) {
  const Counts a = column.reference_counts;
  const Counts b = column.current_counts;
  const auto n = static_cast<double>(sum_of(a));
  const auto m = static_cast<double>(sum_of(b));
  column.population_stability_index = StabilityIndex{0.5}(a, b, n, m);
  column.jensen_shannon = std::sqrt(JensenShannon{}(a, b, n, m));
  column.hellinger = std::sqrt(Hellinger{}(a, b, n, m));
  const auto take = [&](const TestResult& test, double effect, const char* name) {
    column.statistic = test.statistic;
    column.p_value = test.p_value;
    column.effect = effect;
    column.effect_name = name;
  };
  const auto test = [&](auto divergence) {
    return binned_test("compare", a, b, origin, divergence, options.n_resamples, options.seed);
  };
  if (column.method == DriftMethod::population_stability_index) {
    take(test(StabilityIndex{0.5}), debiased(column.population_stability_index, 1.0, a, b),
         "population stability index less its mean without drift");
  } else if (column.method == DriftMethod::jensen_shannon) {
    take(test(JensenShannon{}), std::sqrt(debiased(column.jensen_shannon * column.jensen_shannon, 0.125, a, b)),
         "Jensen-Shannon distance less its mean without drift");
  } else if (column.method == DriftMethod::hellinger) {
    take(test(Hellinger{}), std::sqrt(debiased(column.hellinger * column.hellinger, 0.125, a, b)),
         "Hellinger distance less its mean without drift");
  }
}

/// Categories whose expected count is below 5 on a side are tested as one.
inline TestResult chi_square_with_rare_pooled(Counts a, Counts b, const CompareOptions& options) {
  const CountPair pooled = with_rare_pooled(a, b);
  // Among hundreds of frequent categories the rest, should it be rare, does not spoil the limit; draws would take long.
  const double smallest_expected = pooled.reference.size() > largest_unpooled_table ? 0.0 : 5.0;
  return chi_square(pooled.reference, pooled.current, smallest_expected, options.n_resamples, options.seed);
}

inline DriftMethod method_for(ColumnKind kind, DriftMethod asked) noexcept {
  if (kind == ColumnKind::missing) return DriftMethod::proportions;
  if (kind == ColumnKind::numeric) {
    return asked == DriftMethod::automatic || asked == DriftMethod::chi_square ? DriftMethod::anderson_darling : asked;
  }
  const bool on_counts = asked == DriftMethod::population_stability_index || asked == DriftMethod::jensen_shannon ||
                         asked == DriftMethod::hellinger;
  return on_counts ? asked : DriftMethod::chi_square;
}

inline void judge_numeric(ColumnDrift& column, NumericSummary&& summary, const CompareOptions& options) {
  column.method = method_for(ColumnKind::numeric, options.method);
  column.n_reference = summary.n;
  column.n_current = summary.m;
  column.edges = std::move(summary.edges);
  column.reference_counts = std::move(summary.reference_counts);
  column.current_counts = std::move(summary.current_counts);
  column.kolmogorov_smirnov = summary.ranks.kolmogorov_smirnov();
  column.wasserstein = summary.wasserstein;
  column.wasserstein_sd = summary.wasserstein == 0.0 ? 0.0 : summary.wasserstein / summary.reference_sd;
  judge_counts(column, BinOrigin::reference_quantiles, options);
  const auto take = [&](const TestResult& test, double effect, const char* name) {
    column.statistic = test.statistic;
    column.p_value = test.p_value;
    column.effect = effect;
    column.effect_name = name;
  };
  constexpr auto distance_name = "largest distance of the distribution functions";
  const auto n = static_cast<double>(summary.n);
  const auto m = static_cast<double>(summary.m);
  if (column.method == DriftMethod::anderson_darling) {
    take(anderson_darling_of(summary.ranks, summary.n, summary.m, summary.tie_variance), column.kolmogorov_smirnov,
         distance_name);
  } else if (column.method == DriftMethod::kolmogorov_smirnov) {
    constexpr std::int64_t largest_exact = 2'000;
    const bool exact = std::max(summary.n, summary.m) <= largest_exact;
    const double p = kolmogorov_smirnov_p(summary.n, summary.m, summary.ranks.largest_gap(), exact);
    take({column.kolmogorov_smirnov, p}, column.kolmogorov_smirnov, distance_name);
  } else if (column.method == DriftMethod::cramer_von_mises) {
    take(cramer_von_mises_of(summary.ranks, summary.n, summary.m, PValueMethod::automatic), column.kolmogorov_smirnov,
         distance_name);
  } else if (column.method == DriftMethod::wasserstein) {
    double p = anderson_darling_of(summary.ranks, summary.n, summary.m, summary.tie_variance).p_value;
    if (summary.wasserstein == 0.0) p = 1.0;
    if (std::isfinite(summary.wasserstein) && summary.wasserstein > 0.0) {
      const double drawn = wasserstein_p(summary.wasserstein, n, m, summary.grid, options.n_resamples, options.seed);
      if (drawn == drawn) p = drawn;
    }  // else, with an infinite value: the rank test decides
    take({summary.wasserstein, p}, column.wasserstein_sd, "Wasserstein distance over the reference's standard deviation");
  }
}

inline void judge_categories(ColumnDrift& column, const CompareOptions& options) {
  column.method = method_for(ColumnKind::categorical, options.method);
  column.n_reference = sum_of(column.reference_counts);
  column.n_current = sum_of(column.current_counts);
  if (column.n_reference == 0 || column.n_current == 0) return;
  column.total_variation = total_variation(column.reference_counts, column.current_counts);
  judge_counts(column, BinOrigin::given, options);
  if (column.method == DriftMethod::chi_square) {
    const TestResult test = chi_square_with_rare_pooled(column.reference_counts, column.current_counts, options);
    column.statistic = test.statistic;
    column.p_value = test.p_value;
    column.effect = column.total_variation;
    column.effect_name = "total variation: the largest change in the share of any set of categories";
  }
}

/// The row about missing values: fisher_exact for small expected counts, two_proportions for others.
inline ColumnDrift judge_missing(const std::string& name, std::int64_t missing_reference, std::int64_t rows_reference,
                                 std::int64_t missing_current, std::int64_t rows_current) {
  ColumnDrift column;
  column.name = name;
  column.kind = ColumnKind::missing;
  column.method = DriftMethod::proportions;
  column.n_reference = rows_reference;
  column.n_current = rows_current;
  if (rows_reference == 0 || rows_current == 0) return column;
  const auto n = static_cast<double>(rows_reference);
  const auto m = static_cast<double>(rows_current);
  column.missing_reference = static_cast<double>(missing_reference) / n;
  column.missing_current = static_cast<double>(missing_current) / m;
  const auto missing = static_cast<double>(missing_reference + missing_current);
  const double rarest = std::min(missing, n + m - missing) * std::min(n, m) / (n + m);
  const TestResult z = two_proportions(missing_reference, rows_reference, missing_current, rows_current);
  column.statistic = z.statistic;
  column.p_value =
      rarest >= 5.0 ? z.p_value : fisher_exact(missing_reference, rows_reference, missing_current, rows_current).p_value;
  column.effect = std::abs(column.missing_current - column.missing_reference);
  column.effect_name = "change in the share of missing values";
  column.reference_counts = {rows_reference - missing_reference, missing_reference};
  column.current_counts = {rows_current - missing_current, missing_current};
  column.categories = {"there", "missing"};
  return column;
}

inline std::string short_number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

/// Corrects the p-values, compares effects with margins, and words the result.
inline void decide(DriftReport& report) {
  const CompareOptions& options = report.options;
  std::vector<double> p;
  std::vector<std::size_t> tested;
  for (std::size_t i = 0; i < report.columns.size(); ++i) {
    ColumnDrift& column = report.columns[i];
    const bool enough = std::min(column.n_reference, column.n_current) >= std::max<std::int64_t>(options.min_count, 1);
    if (enough && !std::isnan(column.p_value)) {
      tested.push_back(i);
      p.push_back(std::clamp(column.p_value, 0.0, 1.0));
    } else {
      column.verdict = Verdict::not_enough_data;
      column.reason = "fewer than " + std::to_string(std::max<std::int64_t>(options.min_count, 1)) + " values in the " +
                      (column.n_reference <= column.n_current ? "reference" : "current window") + " (" +
                      std::to_string(std::min(column.n_reference, column.n_current)) + ")";
    }
  }
  std::vector<double> adjusted = p;
  if (!p.empty() && options.correction == Correction::holm) adjusted = metrics::holm(p);
  if (!p.empty() && options.correction == Correction::benjamini_hochberg) adjusted = metrics::benjamini_hochberg(p);
  std::size_t n_drifted = 0;
  for (std::size_t k = 0; k < tested.size(); ++k) {
    ColumnDrift& column = report.columns[tested[k]];
    column.adjusted_p_value = adjusted[k];
    column.margin = std::isnan(options.margin) ? default_margin(column.method) : options.margin;
    const std::string p_words =
        "p = " + short_number(adjusted[k]) +
        (options.correction == Correction::none ? "" : " after correction for " + std::to_string(tested.size()) + " tests");
    const std::string effect_words = column.effect_name + " " + short_number(column.effect);
    if (!(adjusted[k] < options.alpha)) {
      column.verdict = Verdict::no_drift_shown;
      column.reason = p_words + "; " + effect_words;
    } else if (column.effect >= column.margin) {
      column.verdict = Verdict::drift;
      column.reason = effect_words + ", margin " + short_number(column.margin) + "; " + p_words;
      ++n_drifted;
    } else {
      column.verdict = Verdict::negligible;
      column.reason = effect_words + " is below the margin of " + short_number(column.margin) + ", though " + p_words;
    }
  }
  report.drift_share =
      report.columns.empty() ? 0.0 : static_cast<double>(n_drifted) / static_cast<double>(report.columns.size());
  if (n_drifted > 0) {
    report.verdict = Verdict::drift;
  } else if (tested.empty()) {
    report.verdict = Verdict::not_enough_data;
  } else {
    const bool any_negligible = std::any_of(report.columns.begin(), report.columns.end(),
                                            [](const ColumnDrift& c) { return c.verdict == Verdict::negligible; });
    report.verdict = any_negligible ? Verdict::negligible : Verdict::no_drift_shown;
  }
}

inline void check_options(const char* where, const CompareOptions& options) {
  if (!(options.alpha > 0.0 && options.alpha < 1.0)) {
    check::detail::fail<DomainError>(where, "alpha", check::detail::show(options.alpha), "must lie between 0 and 1");
  }
  if (!std::isnan(options.margin)) check::at_least(where, "margin", options.margin, 0.0);
  check::at_least<std::int64_t>(where, "min_count", options.min_count, 1);
  check::at_least<std::size_t>(where, "n_resamples", options.n_resamples, 99);
  check::at_least<std::size_t>(where, "n_threads", options.n_threads, 1);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
