#pragma once

#include <heartsight/core/normal_distribution.hpp>
#include <heartsight/metrics/confusion.hpp>
#include <heartsight/metrics/estimate.hpp>
#include <heartsight/metrics/proportion_interval.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

enum class ProportionMethod : std::uint8_t {
  wilson,           ///< near its level on average
  clopper_pearson,  ///< never below its level
};

struct DecisionRatesOptions {
  double level = 0.95;                                 ///< of each interval, in (0, 1)
  ProportionMethod method = ProportionMethod::wilson;  ///< of the proportions
};

/// What follows from the four counts of a decision, each with its interval.
struct DecisionRates {
  Estimate prevalence;
  Estimate sensitivity;
  Estimate specificity;
  Estimate positive_predictive_value;
  Estimate negative_predictive_value;
  Estimate accuracy;
  Estimate call_rate;  ///< share of cases that were called positive
  Estimate balanced_accuracy;
  Estimate youden_index;
  Estimate f1;
  Estimate positive_likelihood_ratio;
  Estimate negative_likelihood_ratio;
  double matthews_correlation;  ///< no interval from counts alone: see bootstrap_interval
};

namespace detail {

/// A ratio (a / m) / (b / n) of two independent proportions with limits on the log scale (Simel et al. 1991). An empty cell
/// adds a half to every cell for the limits only.
inline Estimate proportion_ratio(double a, double m, double b, double n, double z) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double value = (a / m) / (b / n);
  if (m == 0.0 || n == 0.0) return {std::numeric_limits<double>::quiet_NaN(), 0.0, infinity};
  const double half_case = a == 0.0 || b == 0.0 ? 0.5 : 0.0;
  const double ratio = ((a + half_case) / (m + 2 * half_case)) / ((b + half_case) / (n + 2 * half_case));
  const double spread = z * std::sqrt(std::max(0.0, 1.0 / (a + half_case) - 1.0 / (m + 2 * half_case) +
                                                        1.0 / (b + half_case) - 1.0 / (n + 2 * half_case)));
  return {value, a == 0.0 ? 0.0 : ratio * std::exp(-spread), b == 0.0 ? infinity : ratio * std::exp(spread)};
}

}  // namespace detail

/// The rates of a decision with confidence intervals.
///
/// Proportions: Wilson or Clopper-Pearson. Balanced accuracy and Youden's index: the two proportions' limits combined
/// (MOVER, Newcombe 1998, DOI 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I). F1: it is 2 J / (1 + J) of
/// the proportion J = TP / (TP + FP + FN), whose limits are carried over. Likelihood ratios: the log method of Simel et al.
/// 1991 (DOI 10.1016/0895-4356(91)90128-V); with an empty cell a half is added to each for the limits, the open end is 0
/// or infinity, and coverage is above the level.
///
/// @param counts of confusion_counts; a rate without a case is NaN with the widest limits.
/// @throws DomainError a negative count, or the level is out of range. O(1).
[[nodiscard]] inline DecisionRates decision_rates(const ConfusionCounts& counts, const DecisionRatesOptions& options = {}) {
  constexpr auto where = "decision_rates";
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  check::at_least<std::int64_t>(where, "true_positive", counts.true_positive, 0);
  check::at_least<std::int64_t>(where, "false_positive", counts.false_positive, 0);
  check::at_least<std::int64_t>(where, "true_negative", counts.true_negative, 0);
  check::at_least<std::int64_t>(where, "false_negative", counts.false_negative, 0);
  detail::check_level(where, options.level);
  const auto proportion = [&](std::int64_t part, std::int64_t whole) -> Estimate {
    const Interval limits = options.method == ProportionMethod::wilson
                                ? wilson_interval(part, whole, options.level)
                                : clopper_pearson_interval(part, whole, options.level);
    return {whole == 0 ? nan : static_cast<double>(part) / static_cast<double>(whole), limits.low, limits.high};
  };
  DecisionRates rates{};
  rates.prevalence = proportion(counts.n_positive(), counts.n());
  rates.sensitivity = proportion(counts.true_positive, counts.n_positive());
  rates.specificity = proportion(counts.true_negative, counts.n_negative());
  rates.positive_predictive_value = proportion(counts.true_positive, counts.n_called());
  rates.negative_predictive_value = proportion(counts.true_negative, counts.n() - counts.n_called());
  rates.accuracy = proportion(counts.true_positive + counts.true_negative, counts.n());
  rates.call_rate = proportion(counts.n_called(), counts.n());
  const Estimate& se = rates.sensitivity;
  const Estimate& sp = rates.specificity;
  const double below = std::hypot(se.value - se.low, sp.value - sp.low);
  const double above = std::hypot(se.high - se.value, sp.high - sp.value);
  const bool both = counts.n_positive() > 0 && counts.n_negative() > 0;
  const double youden = counts.youden_index();
  rates.youden_index =
      both ? Estimate{youden, std::max(-1.0, youden - below), std::min(1.0, youden + above)} : Estimate{nan, -1.0, 1.0};
  rates.balanced_accuracy = {(1.0 + rates.youden_index.value) / 2.0, (1.0 + rates.youden_index.low) / 2.0,
                             (1.0 + rates.youden_index.high) / 2.0};
  const Estimate jaccard = proportion(counts.true_positive, counts.n_called() + counts.false_negative);
  const auto f1_of = [](double j) { return 2.0 * j / (1.0 + j); };
  rates.f1 = {f1_of(jaccard.value), f1_of(jaccard.low), f1_of(jaccard.high)};
  const double z = normal_quantile(0.5 + options.level / 2.0);
  const auto p = static_cast<double>(counts.n_positive());
  const auto n = static_cast<double>(counts.n_negative());
  rates.positive_likelihood_ratio = detail::proportion_ratio(static_cast<double>(counts.true_positive), p,
                                                             static_cast<double>(counts.false_positive), n, z);
  rates.negative_likelihood_ratio = detail::proportion_ratio(static_cast<double>(counts.false_negative), p,
                                                             static_cast<double>(counts.true_negative), n, z);
  rates.matthews_correlation = counts.matthews_correlation();
  return rates;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
