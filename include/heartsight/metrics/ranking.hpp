#pragma once

#include <heartsight/metrics/detail/ranking.hpp>

#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// Area under the ROC curve: the probability that a random positive scores above a random negative, ties counting a half.
///
/// @param label  (n,) 0 or 1. @param score (n,) any real score, higher means more likely positive; infinities allowed.
/// @param weight (n,) in [0, 1e12], or empty for equal weights.
/// @return AUROC in [0, 1]; NaN when only one class has weight.
/// @throws ShapeError   n = 0, or sizes differ. @throws DomainError a label is not 0 or 1, a score is NaN, a weight is out
/// of range.
/// Equal to sklearn.metrics.roc_auc_score within 1e-12; ties are exact. O(n) for scores that
/// spread over their range, O(n log n) at worst. Source: Hanley and McNeil 1982,
/// DOI 10.1148/radiology.143.1.7063747.
[[nodiscard]] inline double auroc(std::span<const std::int64_t> label, std::span<const double> score,
                                  std::span<const double> weight = {}) {
  return detail::auroc<double>(label, score, weight);
}
[[nodiscard]] inline double auroc(std::span<const std::int64_t> label, std::span<const float> score,
                                  std::span<const double> weight = {}) {
  return detail::auroc<float>(label, score, weight);
}

/// Area under the precision-recall curve as average precision: the sum of (R_k - R_(k-1)) P_k over distinct scores.
///
/// No interpolation; equal to sklearn.metrics.average_precision_score within 1e-12. NaN without a positive.
/// Arguments and errors as auroc.
[[nodiscard]] inline double average_precision(std::span<const std::int64_t> label, std::span<const double> score,
                                              std::span<const double> weight = {}) {
  return detail::ranking_measure<detail::AveragePrecisionSum, double>("average_precision", label, score, weight);
}
[[nodiscard]] inline double average_precision(std::span<const std::int64_t> label, std::span<const float> score,
                                              std::span<const double> weight = {}) {
  return detail::ranking_measure<detail::AveragePrecisionSum, float>("average_precision", label, score, weight);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
