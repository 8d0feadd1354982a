#pragma once

#include <heartsight/metrics/detail/ranking.hpp>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// Points of a ROC curve from (0, 0) to (1, 1): one per distinct score, from the highest down.
struct RocCurve {
  std::vector<double> false_positive_rate;  ///< 1 - specificity of "score >= threshold"; NaN without a negative
  std::vector<double> true_positive_rate;   ///< sensitivity; NaN without a positive
  std::vector<double> threshold;            ///< descending; the first is infinity: nothing is called
};

/// Points of a precision-recall curve, one per distinct score from the lowest up, then (precision 1, recall 0).
struct PrecisionRecallCurve {
  std::vector<double> precision;  ///< positive predictive value, one more than thresholds
  std::vector<double> recall;     ///< sensitivity, one more than thresholds; NaN without a positive
  std::vector<double> threshold;  ///< ascending
};

namespace detail {

template <std::floating_point T>
RocCurve roc_curve(std::span<const std::int64_t> label, std::span<const T> score, std::span<const double> weight) {
  constexpr auto where = "roc_curve";
  check_scores<T>(where, label, score);
  check_weights(where, weight, label.size());
  RocCurve curve{{0.0}, {0.0}, {std::numeric_limits<double>::infinity()}};
  double positive = 0.0;
  double negative = 0.0;
  for_each_level<T>(label, score, weight, [&](T s, double p, double n) {
    curve.true_positive_rate.push_back(positive += p);
    curve.false_positive_rate.push_back(negative += n);
    curve.threshold.push_back(static_cast<double>(s));
  });
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  for (double& v : curve.true_positive_rate) v = positive > 0.0 ? v / positive : nan;
  for (double& v : curve.false_positive_rate) v = negative > 0.0 ? v / negative : nan;
  return curve;
}

template <std::floating_point T>
PrecisionRecallCurve precision_recall_curve(std::span<const std::int64_t> label, std::span<const T> score,
                                            std::span<const double> weight) {
  constexpr auto where = "precision_recall_curve";
  check_scores<T>(where, label, score);
  check_weights(where, weight, label.size());
  PrecisionRecallCurve curve{{1.0}, {0.0}, {}};
  double positive = 0.0;
  double called = 0.0;
  for_each_level<T>(label, score, weight, [&](T s, double p, double n) {
    positive += p;
    called += p + n;
    curve.precision.push_back(positive / called);
    curve.recall.push_back(positive);
    curve.threshold.push_back(static_cast<double>(s));
  });
  for (double& v : curve.recall) v = positive > 0.0 ? v / positive : std::numeric_limits<double>::quiet_NaN();
  if (positive > 0.0) curve.recall.front() = 0.0;
  std::reverse(curve.precision.begin(), curve.precision.end());
  std::reverse(curve.recall.begin(), curve.recall.end());
  std::reverse(curve.threshold.begin(), curve.threshold.end());
  return curve;
}

}  // namespace detail

/// The ROC curve with all its points; equal scores make one step.
///
/// @param label (n,) 0 or 1. @param score (n,) no NaN. @param weight (n,) in [0, 1e12], or empty.
/// @throws ShapeError n = 0, sizes differ. @throws DomainError a label is not 0 or 1, a score is NaN, a weight out of range.
/// Equal to sklearn.metrics.roc_curve(drop_intermediate=False). One class: the other's rate is NaN. O(n).
[[nodiscard]] inline RocCurve roc_curve(std::span<const std::int64_t> label, std::span<const double> score,
                                        std::span<const double> weight = {}) {
  return detail::roc_curve<double>(label, score, weight);
}
[[nodiscard]] inline RocCurve roc_curve(std::span<const std::int64_t> label, std::span<const float> score,
                                        std::span<const double> weight = {}) {
  return detail::roc_curve<float>(label, score, weight);
}

/// The precision-recall curve with all its points, in scikit-learn's order.
///
/// Arguments and errors as roc_curve. Equal to sklearn.metrics.precision_recall_curve, but the recall is NaN where there is
/// no positive (scikit-learn says 1). O(n).
[[nodiscard]] inline PrecisionRecallCurve precision_recall_curve(std::span<const std::int64_t> label,
                                                                 std::span<const double> score,
                                                                 std::span<const double> weight = {}) {
  return detail::precision_recall_curve<double>(label, score, weight);
}
[[nodiscard]] inline PrecisionRecallCurve precision_recall_curve(std::span<const std::int64_t> label,
                                                                 std::span<const float> score,
                                                                 std::span<const double> weight = {}) {
  return detail::precision_recall_curve<float>(label, score, weight);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
