#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/core/parallel_for.hpp>
#include <heartsight/core/random_binomial.hpp>
#include <heartsight/fairness/equal_rates_p_value.hpp>
#include <heartsight/fairness/group_rate.hpp>
#include <heartsight/metrics/multiple_testing.hpp>
#include <heartsight/metrics/proportion_interval.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::fairness {

/// What is asked to be equal in all groups.
enum class FairnessCriterion {
  demographic_parity,   ///< the selection rate
  equal_opportunity,    ///< the sensitivity (Hardt et al. 2016, arXiv 1610.02413)
  predictive_equality,  ///< the false positive rate
  equalized_odds,       ///< sensitivity and false positive rate: the worse of the two (Hardt et al. 2016)
  predictive_parity,    ///< the positive predictive value (Chouldechova 2017, DOI 10.1089/big.2016.0047)
  accuracy_equality,    ///< the accuracy
};

inline constexpr std::array<std::string_view, 6> fairness_criterion_names = {"demographic_parity",  "equal_opportunity",
                                                                             "predictive_equality", "equalized_odds",
                                                                             "predictive_parity",   "accuracy_equality"};

[[nodiscard]] inline std::string_view name_of(FairnessCriterion criterion) noexcept {
  return fairness_criterion_names[static_cast<std::size_t>(criterion)];
}

/// @throws DomainError a name that is no criterion's.
[[nodiscard]] inline FairnessCriterion fairness_criterion_of(std::string_view name) {
  std::string known;
  for (std::size_t i = 0; i < fairness_criterion_names.size(); ++i) {
    if (fairness_criterion_names[i] == name) return static_cast<FairnessCriterion>(i);
    known.append(i == 0 ? "" : ", ").append(fairness_criterion_names[i]);
  }
  check::detail::fail<DomainError>("fairness_criterion_of", "name", std::string(name), "must be one of " + known);
}

/// The rates that a criterion compares: one, or two of which the worse counts.
[[nodiscard]] inline std::vector<GroupRate> rates_of(FairnessCriterion criterion) {
  switch (criterion) {
    case FairnessCriterion::demographic_parity:
      return {GroupRate::selection_rate};
    case FairnessCriterion::equal_opportunity:
      return {GroupRate::sensitivity};
    case FairnessCriterion::predictive_equality:
      return {GroupRate::false_positive_rate};
    case FairnessCriterion::equalized_odds:
      return {GroupRate::sensitivity, GroupRate::false_positive_rate};
    case FairnessCriterion::predictive_parity:
      return {GroupRate::positive_predictive_value};
    case FairnessCriterion::accuracy_equality:
      return {GroupRate::accuracy};
  }
  return {};
}

/// What the counts say.
enum class DisparityVerdict {
  not_enough_data,  ///< fewer than two groups have min_cases cases, or equality is shown only for those that have
  disparity,        ///< two groups differ by at least the margin, and (corrected p below 1 - level) not by chance
  within_margin,    ///< whatever they differ by, the interval says it is less than the margin
  undecided,        ///< neither is shown
};

inline constexpr std::array<std::string_view, 4> disparity_verdict_names = {"not enough data", "disparity", "within margin",
                                                                            "undecided"};

[[nodiscard]] inline std::string_view name_of(DisparityVerdict verdict) noexcept {
  return disparity_verdict_names[static_cast<std::size_t>(verdict)];
}

struct DisparityOptions {
  double level = 0.95;             ///< of the intervals; 1 - level is the chance of a false alarm in the family
  std::int64_t min_cases = 10;     ///< a group with fewer cases behind a rate is listed as left out, and not compared
  double margin = 0.1;             ///< a smaller difference of rates is taken for none
  std::size_t n_resamples = 1000;  ///< at least 100
  std::uint64_t seed = 0;
  std::size_t n_threads = 1;
};

/// How far the groups are from what one criterion asks.
struct Disparity {
  FairnessCriterion criterion;
  GroupRate rate;                         ///< the one compared, or the worse of two
  double difference;                      ///< largest rate minus smallest; NaN with fewer than two groups to compare
  metrics::Interval difference_interval;  ///< percentile bootstrap
  double ratio;                           ///< smallest rate by largest; 1 when all are 0
  metrics::Interval ratio_interval;
  double difference_bound;  ///< no difference of two groups above this is plausible: what `within_margin` goes by
  std::size_t highest;      ///< group with the largest rate
  std::size_t lowest;
  double p_value;           ///< of equal rates
  double adjusted_p_value;  ///< Holm's, over all criteria of the call
  DisparityVerdict verdict;
  std::vector<std::size_t> left_out;  ///< groups with fewer than min_cases cases: nothing is said of them
};

/// One group's rate against that of all others.
struct GroupComparison {
  GroupRate rate;
  std::size_t group;
  Share share;
  Share rest;
  double difference;           ///< group minus rest
  metrics::Interval interval;  ///< Newcombe's, widened for the number of comparisons of the call (Bonferroni)
  double p_value;              ///< of equal rates
  double adjusted_p_value;     ///< Holm's
  DisparityVerdict verdict;
};

namespace detail {

inline void check_disparity(const char* where, const DisparityOptions& o) {
  check::at_least<std::int64_t>(where, "min_cases", o.min_cases, 1);
  check::at_least<std::size_t>(where, "n_resamples", o.n_resamples, 100);
  check::in_closed_range(where, "margin", o.margin, 0.0, 1.0);
  if (!(o.level > 0.0 && o.level < 1.0)) {
    check::detail::fail<DomainError>(where, "level", check::detail::show(o.level), "must be between 0 and 1");
  }
}

struct Extremes {
  double difference = std::numeric_limits<double>::quiet_NaN();
  double ratio = std::numeric_limits<double>::quiet_NaN();
  std::size_t highest = 0;
  std::size_t lowest = 0;
};

/// Largest against smallest rate among the groups; a group without a case has no say.
inline Extremes extremes(GroupRate rate, std::span<const metrics::ConfusionCounts> counts,
                         std::span<const std::size_t> groups) {
  Extremes result;
  double high = -1.0;
  double low = 2.0;
  for (const std::size_t g : groups) {
    const Share share = share_of(rate, counts[g]);
    if (share.whole == 0) continue;
    const double value = share.value();
    if (value > high) {
      high = value;
      result.highest = g;
    }
    if (value < low) {
      low = value;
      result.lowest = g;
    }
  }
  if (high >= 0.0) {
    result.difference = high - low;
    result.ratio = high > 0.0 ? low / high : 1.0;
  }
  return result;
}

inline metrics::Interval percentile_interval(std::vector<double>& values, double level) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (values.empty()) return {nan, nan};
  const double tail = (1.0 - level) / 2.0;
  return {quantile(std::span<const double>(values), tail), quantile(std::span<const double>(values), 1.0 - tail)};
}

/// Interval of the difference of two independent shares: Newcombe 1998, method 10, DOI
/// 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
inline metrics::Interval newcombe_interval(Share a, Share b, double level) {
  const auto of_a = metrics::wilson_interval(a.part, a.whole, level);
  const auto of_b = metrics::wilson_interval(b.part, b.whole, level);
  if (a.whole == 0 || b.whole == 0) return {-1.0, 1.0};
  const double difference = a.value() - b.value();
  return {difference - std::hypot(a.value() - of_a.low, of_b.high - b.value()),
          difference + std::hypot(of_a.high - a.value(), b.value() - of_b.low)};
}

/// Every two of the groups.
struct PairComparison {
  double p_value =
      std::numeric_limits<double>::quiet_NaN();  ///< of the clearest pair that differs by the margin, Bonferroni
  double bound = 0.0;  ///< largest upper limit of a difference: does not collapse where all rates are 0 or 1
};

inline PairComparison compare_pairs(std::span<const Share> shares, const DisparityOptions& options) {
  PairComparison result;
  const auto n_pairs = static_cast<double>(shares.size() * (shares.size() - 1) / 2);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto interval = newcombe_interval(shares[i], shares[j], options.level);
      result.bound = std::max({result.bound, interval.high, -interval.low});
      if (std::abs(shares[i].value() - shares[j].value()) < options.margin) continue;
      const std::array<Share, 2> both = {shares[i], shares[j]};
      result.p_value = std::fmin(result.p_value, std::min(1.0, n_pairs * equal_rates_p_value(both)));
    }
  }
  return result;
}

inline void check_counts(const char* where, std::span<const metrics::ConfusionCounts> counts) {
  for (const auto& c : counts) {
    for (const std::int64_t cell : {c.true_positive, c.false_positive, c.true_negative, c.false_negative}) {
      check::in_closed_range<std::int64_t>(where, "counts", std::span(&cell, 1), 0, largest_count / 4);
    }
  }
}

}  // namespace detail

/// Corrects the p-values of a family (Holm) and sets each verdict: disparities() does so for its criteria; a caller with
/// several attributes or outcomes puts all their disparities together and judges them once more. @throws as disparities.
inline void judge(std::span<Disparity> family, double level, double margin) {
  detail::check_disparity("judge", {.level = level, .margin = margin});
  std::vector<double> p_values;
  for (const Disparity& d : family) p_values.push_back(d.p_value);
  const auto adjusted = metrics::holm(p_values);
  for (std::size_t i = 0; i < family.size(); ++i) {
    Disparity& d = family[i];
    d.adjusted_p_value = adjusted[i];
    d.verdict = DisparityVerdict::not_enough_data;
    if (std::isnan(d.difference)) continue;
    if (d.adjusted_p_value < 1.0 - level && d.difference >= margin) {
      d.verdict = DisparityVerdict::disparity;
    } else if (d.difference_bound >= margin) {
      d.verdict = DisparityVerdict::undecided;
    } else {
      // A group that nothing is known of must not pass with the others.
      d.verdict = d.left_out.empty() ? DisparityVerdict::within_margin : DisparityVerdict::not_enough_data;
    }
  }
}

/// As above for comparisons: Holm's p-values, intervals widened for the number of comparisons of the family, verdicts.
inline void judge(std::span<GroupComparison> family, double level, double margin) {
  detail::check_disparity("judge", {.level = level, .margin = margin});
  std::vector<double> p_values;
  for (const auto& c : family) p_values.push_back(c.p_value);
  const auto n_compared = std::count_if(p_values.begin(), p_values.end(), [](double p) { return !std::isnan(p); });
  const auto adjusted = metrics::holm(p_values);
  const double wide = 1.0 - (1.0 - level) / static_cast<double>(std::max<std::ptrdiff_t>(n_compared, 1));
  for (std::size_t i = 0; i < family.size(); ++i) {
    GroupComparison& c = family[i];
    c.adjusted_p_value = adjusted[i];
    c.interval = detail::newcombe_interval(c.share, c.rest, wide);
    c.verdict = DisparityVerdict::not_enough_data;
    if (std::isnan(c.p_value)) continue;
    if (c.adjusted_p_value < 1.0 - level && std::abs(c.difference) >= margin) {
      c.verdict = DisparityVerdict::disparity;
    } else {
      const bool within = c.interval.low > -margin && c.interval.high < margin;
      c.verdict = within ? DisparityVerdict::within_margin : DisparityVerdict::undecided;
    }
  }
}

/// How far the groups are from each criterion, with intervals, p-values corrected over the criteria, and a verdict.
///
/// Difference and ratio are between the largest and the smallest rate, so they are above 0 and below 1 by chance alone, the
/// more groups and the fewer cases the further: the intervals (percentile bootstrap of the rows, drawn as counts) say how
/// they scatter, not that they exclude equality; that is the p-value's word: of the clearest pair of groups that differ by
/// the margin (equal_rates_p_value, Bonferroni over pairs and rates), or of equal rates in all groups where no pair does.
/// Holm over the criteria.
///
/// @param counts (n_groups,), at least one.
/// @return one per criterion. Groups with fewer than min_cases cases behind a rate are in left_out: they are never counted
/// as equal. For two rates (equalized odds) the difference is the larger, the ratio the smaller, p twice the smaller of
/// both.
/// @throws ShapeError no group. @throws DomainError an option or a count out of range. O(n_resamples * n_groups +
/// n_groups^2). The same row bootstrap as fairlearn.metrics.MetricFrame(n_boot=...), with the same limits up to its Monte
/// Carlo error.
[[nodiscard]] inline std::vector<Disparity> disparities(std::span<const metrics::ConfusionCounts> counts,
                                                        std::span<const FairnessCriterion> criteria,
                                                        const DisparityOptions& options = {}) {
  constexpr auto where = "disparities";
  check::not_empty(where, "counts", counts.size());
  detail::check_counts(where, counts);
  detail::check_disparity(where, options);
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const std::size_t n_criteria = criteria.size();
  std::vector<Disparity> result;
  std::vector<std::vector<std::vector<std::size_t>>> compared(n_criteria);  // criterion, rate, groups
  for (std::size_t c = 0; c < n_criteria; ++c) {
    Disparity d{.criterion = criteria[c],
                .rate = rates_of(criteria[c]).front(),
                .difference = nan,
                .difference_interval = {nan, nan},
                .ratio = nan,
                .ratio_interval = {nan, nan},
                .difference_bound = nan,
                .highest = 0,
                .lowest = 0,
                .p_value = nan,
                .adjusted_p_value = nan,
                .verdict = DisparityVerdict::not_enough_data,
                .left_out = {}};
    std::vector<bool> is_left_out(counts.size(), false);
    double beyond_margin = nan;
    const auto rates = rates_of(criteria[c]);
    for (const GroupRate rate : rates) {
      std::vector<std::size_t> groups;
      std::vector<Share> shares;
      for (std::size_t g = 0; g < counts.size(); ++g) {
        const Share share = share_of(rate, counts[g]);
        if (share.whole >= options.min_cases) {
          groups.push_back(g);
          shares.push_back(share);
        } else {
          is_left_out[g] = true;
        }
      }
      if (groups.size() >= 2) {
        const auto e = detail::extremes(rate, counts, groups);
        const auto pairs = detail::compare_pairs(shares, options);
        const auto n_rates = static_cast<double>(rates.size());
        if (std::isnan(d.difference) || e.difference > d.difference) {
          d.rate = rate;
          d.difference = e.difference;
          d.highest = e.highest;
          d.lowest = e.lowest;
        }
        d.ratio = std::isnan(d.ratio) ? e.ratio : std::min(d.ratio, e.ratio);
        d.difference_bound = std::fmax(d.difference_bound, pairs.bound);
        // A rate whose groups differ by less than the margin has no say in whether those of another do by chance.
        if (!std::isnan(pairs.p_value)) beyond_margin = std::fmin(beyond_margin, std::min(1.0, n_rates * pairs.p_value));
        const double equal = equal_rates_p_value(shares, {.seed = options.seed});
        d.p_value = std::fmin(d.p_value, std::min(1.0, n_rates * equal));
      }
      compared[c].push_back(std::move(groups));
    }
    if (!std::isnan(beyond_margin)) d.p_value = beyond_margin;
    for (std::size_t g = 0; g < counts.size(); ++g) {
      if (is_left_out[g]) d.left_out.push_back(g);
    }
    result.push_back(std::move(d));
  }

  std::vector<std::int64_t> cells;
  for (const auto& c : counts) {
    cells.insert(cells.end(), {c.true_positive, c.false_positive, c.true_negative, c.false_negative});
  }
  std::vector<double> differences(n_criteria * options.n_resamples, nan);
  std::vector<double> ratios(n_criteria * options.n_resamples, nan);
  Random seeds(options.seed);
  std::vector<std::uint64_t> seed(options.n_resamples);
  for (auto& s : seed) s = seeds.bits();  // one seed per resample: the result does not depend on the threads
  parallel_for(
      options.n_resamples, options.n_threads,
      [&](std::size_t r) {
        Random random(seed[r]);
        const auto drawn = draw_resampled_counts(random, cells);
        std::vector<metrics::ConfusionCounts> resampled(counts.size());
        for (std::size_t g = 0; g < counts.size(); ++g) {
          resampled[g] = {drawn[4 * g], drawn[4 * g + 1], drawn[4 * g + 2], drawn[4 * g + 3]};
        }
        for (std::size_t c = 0; c < n_criteria; ++c) {
          const auto rates = rates_of(criteria[c]);
          double& difference = differences[c * options.n_resamples + r];
          double& ratio = ratios[c * options.n_resamples + r];
          for (std::size_t k = 0; k < rates.size(); ++k) {
            if (compared[c][k].size() < 2) continue;
            const auto e = detail::extremes(rates[k], resampled, compared[c][k]);
            difference = std::fmax(difference, e.difference);  // fmax and fmin pass over NaN
            ratio = std::fmin(ratio, e.ratio);
          }
        }
      },
      16);
  for (std::size_t c = 0; c < n_criteria; ++c) {
    Disparity& d = result[c];
    if (std::isnan(d.difference)) continue;
    const auto part = [&](const std::vector<double>& all) {
      const auto first = all.begin() + static_cast<std::ptrdiff_t>(c * options.n_resamples);
      return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(options.n_resamples));
    };
    auto of_difference = part(differences);
    auto of_ratio = part(ratios);
    d.difference_interval = detail::percentile_interval(of_difference, options.level);
    d.ratio_interval = detail::percentile_interval(of_ratio, options.level);
    d.difference_bound = std::fmax(d.difference_bound, d.difference_interval.high);
  }
  judge(result, options.level, options.margin);
  return result;
}

/// Each group's rates against those of all other groups together, with intervals and p-values corrected over all
/// comparisons of the call.
///
/// @return rates.size() * n_groups comparisons, rate by rate. A group (or rest) with fewer than min_cases cases gets
/// not_enough_data, a p-value of NaN, and does not count among the comparisons.
/// @throws ShapeError, DomainError as disparities. O(n_rates * n_groups).
[[nodiscard]] inline std::vector<GroupComparison> compare_groups(std::span<const metrics::ConfusionCounts> counts,
                                                                 std::span<const GroupRate> rates,
                                                                 const DisparityOptions& options = {}) {
  constexpr auto where = "compare_groups";
  check::not_empty(where, "counts", counts.size());
  detail::check_counts(where, counts);
  detail::check_disparity(where, options);
  std::vector<GroupComparison> result;
  for (const GroupRate rate : rates) {
    Share all;
    for (const auto& c : counts) {
      all.part += share_of(rate, c).part;
      all.whole += share_of(rate, c).whole;
    }
    for (std::size_t g = 0; g < counts.size(); ++g) {
      const Share share = share_of(rate, counts[g]);
      const Share rest{all.part - share.part, all.whole - share.whole};
      const bool enough = share.whole >= options.min_cases && rest.whole >= options.min_cases;
      const std::array<Share, 2> both = {share, rest};
      result.push_back({.rate = rate,
                        .group = g,
                        .share = share,
                        .rest = rest,
                        .difference = share.value() - rest.value(),
                        .interval = {-1.0, 1.0},
                        .p_value = enough ? equal_rates_p_value(both) : std::numeric_limits<double>::quiet_NaN(),
                        .adjusted_p_value = 1.0,
                        .verdict = DisparityVerdict::not_enough_data});
    }
  }
  judge(result, options.level, options.margin);
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::fairness
