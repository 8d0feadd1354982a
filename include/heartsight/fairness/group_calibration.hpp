#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/poisson_binomial.hpp>
#include <heartsight/fairness/disparity.hpp>
#include <heartsight/fairness/group_counts.hpp>
#include <heartsight/metrics/multiple_testing.hpp>
#include <heartsight/metrics/proportion_interval.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::fairness {

struct GroupCalibrationOptions {
  double level = 0.95;
  std::int64_t min_cases = 10;  ///< a group with fewer is "not enough data"
  double margin = 0.05;         ///< a smaller gap is taken for none
};

/// Whether a group's probabilities are right on average: calibration in the large.
struct GroupCalibration {
  std::int64_t n = 0;
  std::int64_t n_positive = 0;
  double mean_probability = std::numeric_limits<double>::quiet_NaN();
  double observed_rate = std::numeric_limits<double>::quiet_NaN();
  double gap = std::numeric_limits<double>::quiet_NaN();  ///< observed minus predicted: positive means risk is understated
  metrics::Interval interval = {-1.0, 1.0};               ///< Wilson's of the observed rate, minus the mean probability
  double p_value = std::numeric_limits<double>::quiet_NaN();
  double adjusted_p_value = std::numeric_limits<double>::quiet_NaN();  ///< Holm's, over the groups
  DisparityVerdict verdict = DisparityVerdict::not_enough_data;
};

/// Corrects the p-values of a family (Holm) and sets the verdicts; a caller with several outcomes or attributes puts all
/// their groups together and judges them once more. @throws DomainError level or margin out of range.
inline void judge(std::span<GroupCalibration> family, double level, double margin) {
  detail::check_disparity("judge", {.level = level, .margin = margin});
  std::vector<double> p_values;
  for (const auto& c : family) p_values.push_back(c.p_value);
  const auto adjusted = metrics::holm(p_values);
  for (std::size_t i = 0; i < family.size(); ++i) {
    GroupCalibration& c = family[i];
    c.adjusted_p_value = adjusted[i];
    c.verdict = DisparityVerdict::not_enough_data;
    if (std::isnan(c.p_value)) continue;
    if (c.adjusted_p_value < 1.0 - level && std::abs(c.gap) >= margin) {
      c.verdict = DisparityVerdict::disparity;
    } else {
      const bool within = c.interval.low > -margin && c.interval.high < margin;
      c.verdict = within ? DisparityVerdict::within_margin : DisparityVerdict::undecided;
    }
  }
}

namespace detail {

template <std::floating_point T>
std::vector<GroupCalibration> group_calibration(std::span<const std::int64_t> label, std::span<const T> probability,
                                                std::span<const std::int64_t> group, std::size_t n_groups,
                                                const GroupCalibrationOptions& options) {
  constexpr auto where = "group_calibration";
  check::same_size(where, "label", label.size(), "probability", probability.size());
  check::same_size(where, "label", label.size(), "group", group.size());
  check::binary_labels(where, "label", label);
  check::in_closed_range<T>(where, "probability", probability, T{0}, T{1});
  check_disparity(where, {.level = options.level, .min_cases = options.min_cases, .margin = options.margin});
  if (n_groups > max_groups) {
    check::detail::fail<DomainError>(where, "n_groups", check::detail::show(n_groups), "must be at most 1000000");
  }
  std::vector<double> expected(n_groups, 0.0);
  std::vector<std::vector<ProbabilityCount>> risks(n_groups);
  std::vector<GroupCalibration> result(n_groups);
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (group[i] < 0 || group[i] >= static_cast<std::int64_t>(n_groups)) {
      check::detail::fail<DomainError>(where, check::detail::indexed("group", i), check::detail::show(group[i]),
                                       "must be from 0 to n_groups - 1");
    }
    const auto g = static_cast<std::size_t>(group[i]);
    const auto p = static_cast<double>(probability[i]);
    ++result[g].n;
    result[g].n_positive += label[i];
    expected[g] += p;
    risks[g].push_back({p, 1});
  }
  for (std::size_t g = 0; g < n_groups; ++g) {
    GroupCalibration& c = result[g];
    if (c.n == 0) continue;
    const auto n = static_cast<double>(c.n);
    const auto positive = static_cast<double>(c.n_positive);
    c.mean_probability = expected[g] / n;
    c.observed_rate = positive / n;
    c.gap = c.observed_rate - c.mean_probability;
    const auto wilson = metrics::wilson_interval(c.n_positive, c.n, options.level);
    c.interval = {wilson.low - c.mean_probability, wilson.high - c.mean_probability};
    if (c.n < options.min_cases) continue;
    c.p_value = poisson_binomial_p_value(risks[g], c.n_positive);
  }
  judge(result, options.level, options.margin);
  return result;
}

}  // namespace detail

/// Observed rate against mean probability in each group: is the risk of one group understated, of another overstated?
///
/// @param label (n,) 0 or 1. @param probability (n,) in [0, 1]. @param group (n,) from 0 to n_groups - 1.
/// @return (n_groups,). The p-value is of "each case is positive with its probability"
/// (poisson_binomial_p_value: exact for few cases and rare outcomes).
/// @throws ShapeError sizes differ. @throws DomainError a value out of range. A group without a case keeps NaN. O(n).
[[nodiscard]] inline std::vector<GroupCalibration> group_calibration(std::span<const std::int64_t> label,
                                                                     std::span<const double> probability,
                                                                     std::span<const std::int64_t> group,
                                                                     std::size_t n_groups,
                                                                     const GroupCalibrationOptions& options = {}) {
  return detail::group_calibration<double>(label, probability, group, n_groups, options);
}
[[nodiscard]] inline std::vector<GroupCalibration> group_calibration(std::span<const std::int64_t> label,
                                                                     std::span<const float> probability,
                                                                     std::span<const std::int64_t> group,
                                                                     std::size_t n_groups,
                                                                     const GroupCalibrationOptions& options = {}) {
  return detail::group_calibration<float>(label, probability, group, n_groups, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::fairness
