#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/random.hpp>
#include <heartsight/metrics/bootstrap.hpp>
#include <heartsight/metrics/confusion.hpp>
#include <heartsight/metrics/detail/ranking.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// What deciding by a model is worth at each threshold probability, beside the two ways of deciding without it.
struct DecisionCurve {
  std::vector<double> threshold;
  std::vector<double> net_benefit;  ///< true positives per case, less false positives at the threshold's odds
  std::vector<double> low;          ///< limits of net_benefit; empty when no interval was asked for, NaN with one group
  std::vector<double> high;
  std::vector<double> treat_all;     ///< net benefit of calling everyone
  std::vector<double> standardized;  ///< net_benefit / prevalence: at most 1; NaN without a positive
  double prevalence;
};

struct DecisionCurveOptions {
  double level = 0.95;
  std::size_t n_resamples = 0;  ///< 0: no interval; else at least 20
  std::uint64_t seed = 0;
  std::size_t n_threads = 1;
};

namespace detail {

inline void check_thresholds(const char* where, std::span<const double> threshold) {
  for (std::size_t i = 0; i < threshold.size(); ++i) {
    if (!(threshold[i] > 0.0 && threshold[i] < 1.0)) {
      check::detail::fail<DomainError>(where, check::detail::indexed("threshold", i), check::detail::show(threshold[i]),
                                       "must be between 0 and 1");
    }
  }
}

/// Net benefit at every threshold from weights, in one pass over the cases.
struct NetBenefitBins {
  std::vector<std::size_t> bin;  // (n,): how many of the ascending thresholds the probability reaches
  std::vector<double> threshold;

  template <std::floating_point T>
  NetBenefitBins(std::span<const T> probability, std::span<const double> ascending)
      : bin(probability.size()), threshold(ascending.begin(), ascending.end()) {
    for (std::size_t i = 0; i < bin.size(); ++i) {
      bin[i] = static_cast<std::size_t>(
          std::upper_bound(threshold.begin(), threshold.end(), static_cast<double>(probability[i])) - threshold.begin());
    }
  }

  [[nodiscard]] std::vector<double> net_benefit(std::span<const std::int64_t> label, std::span<const double> weight,
                                                double* prevalence = nullptr) const {
    std::vector<double> positive(threshold.size() + 1, 0.0);
    std::vector<double> negative(threshold.size() + 1, 0.0);
    for (std::size_t i = 0; i < bin.size(); ++i) {
      (label[i] == 1 ? positive : negative)[bin[i]] += weight.empty() ? 1.0 : weight[i];
    }
    for (std::size_t t = threshold.size(); t-- > 0;) {
      positive[t] += positive[t + 1];
      negative[t] += negative[t + 1];
    }
    const double total = positive[0] + negative[0];
    if (prevalence != nullptr) *prevalence = positive[0] / total;
    std::vector<double> result(threshold.size());
    for (std::size_t t = 0; t < result.size(); ++t) {
      result[t] = (positive[t + 1] - negative[t + 1] * threshold[t] / (1.0 - threshold[t])) / total;
    }
    return result;
  }
};

template <std::floating_point T>
DecisionCurve decision_curve(std::span<const std::int64_t> label, std::span<const T> probability,
                             std::span<const double> threshold, std::span<const std::int64_t> group,
                             const DecisionCurveOptions& options) {
  constexpr auto where = "decision_curve";
  check::not_empty(where, "label", label.size());
  check::same_size(where, "label", label.size(), "probability", probability.size());
  check::binary_labels(where, "label", label);
  check::in_closed_range<T>(where, "probability", probability, T{0}, T{1});
  check::not_empty(where, "threshold", threshold.size());
  check_thresholds(where, threshold);
  for (std::size_t i = 1; i < threshold.size(); ++i) {
    if (!(threshold[i] > threshold[i - 1])) {
      check::detail::fail<DomainError>(where, check::detail::indexed("threshold", i), "", "must increase");
    }
  }
  if (!group.empty()) check::same_size(where, "label", label.size(), "group", group.size());
  check_level(where, options.level);
  if (options.n_resamples != 0) {
    check::in_closed_range<std::size_t>(where, "n_resamples", options.n_resamples, 20, 1'000'000);
  }
  const NetBenefitBins bins(probability, threshold);
  DecisionCurve curve{};
  curve.threshold.assign(threshold.begin(), threshold.end());
  curve.net_benefit = bins.net_benefit(label, {}, &curve.prevalence);
  for (std::size_t t = 0; t < threshold.size(); ++t) {
    curve.treat_all.push_back(curve.prevalence - (1.0 - curve.prevalence) * threshold[t] / (1.0 - threshold[t]));
    curve.standardized.push_back(curve.prevalence > 0.0 ? curve.net_benefit[t] / curve.prevalence
                                                        : std::numeric_limits<double>::quiet_NaN());
  }
  if (options.n_resamples == 0) return curve;
  const GroupIndex groups(label.size(), group);
  if (groups.n_groups < 2) {  // all resamples would be alike, which is no certainty
    curve.low.assign(threshold.size(), std::numeric_limits<double>::quiet_NaN());
    curve.high = curve.low;
    return curve;
  }
  Random seeds(options.seed);
  std::vector<std::uint64_t> seed(options.n_resamples);
  for (auto& s : seed) s = seeds.bits();
  std::vector<double> values(options.n_resamples * threshold.size());
  parallel_for(options.n_resamples, options.n_threads, [&](std::size_t r) {
    const auto resampled = bins.net_benefit(label, resample_weights(groups, seed[r]));
    for (std::size_t t = 0; t < threshold.size(); ++t) values[t * options.n_resamples + r] = resampled[t];
  });
  const double tail = (1.0 - options.level) / 2.0;
  for (std::size_t t = 0; t < threshold.size(); ++t) {
    const std::span<double> of(values.data() + t * options.n_resamples, options.n_resamples);
    std::sort(of.begin(), of.end());
    curve.low.push_back(sorted_quantile(of, tail));
    curve.high.push_back(sorted_quantile(of, 1.0 - tail));
  }
  return curve;
}

}  // namespace detail

/// Net benefit of calling cases with probability >= threshold: TP/n - FP/n * threshold / (1 - threshold).
///
/// @param label (n,) 0 or 1. @param probability (n,) in [0, 1]. @param threshold in (0, 1): the probability at which a
/// clinician is indifferent, so 0.1 says that a miss is as bad as nine false alarms.
/// @return at most the prevalence; negative when acting on the model does harm.
/// @throws ShapeError n = 0, sizes differ. @throws DomainError out of range. Source: Vickers and Elkin 2006,
/// DOI 10.1177/0272989X06295361. O(n).
[[nodiscard]] inline double net_benefit(std::span<const std::int64_t> label, std::span<const double> probability,
                                        double threshold) {
  return detail::decision_curve<double>(label, probability, {&threshold, 1}, {}, {}).net_benefit[0];
}
[[nodiscard]] inline double net_benefit(std::span<const std::int64_t> label, std::span<const float> probability,
                                        double threshold) {
  return detail::decision_curve<float>(label, probability, {&threshold, 1}, {}, {}).net_benefit[0];
}

/// The decision curve: net benefit over thresholds, beside calling everyone and calling no one (0 everywhere).
///
/// @param threshold ascending, in (0, 1). @param group (n,) patients for the bootstrap, or empty.
/// Limits: percentile bootstrap of whole groups, pointwise; NaN with only one group. Equal to dcurves (net benefit) within
/// 1e-12. Other arguments and errors as net_benefit. O((1 + n_resamples) (n + thresholds)).
[[nodiscard]] inline DecisionCurve decision_curve(std::span<const std::int64_t> label, std::span<const double> probability,
                                                  std::span<const double> threshold,
                                                  std::span<const std::int64_t> group = {},
                                                  const DecisionCurveOptions& options = {}) {
  return detail::decision_curve<double>(label, probability, threshold, group, options);
}
[[nodiscard]] inline DecisionCurve decision_curve(std::span<const std::int64_t> label, std::span<const float> probability,
                                                  std::span<const double> threshold,
                                                  std::span<const std::int64_t> group = {},
                                                  const DecisionCurveOptions& options = {}) {
  return detail::decision_curve<float>(label, probability, threshold, group, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
