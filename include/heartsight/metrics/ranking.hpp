#pragma once

#include <heartsight/metrics/detail/ranking.hpp>

#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// Area under the ROC curve: the probability that a random positive scores above a random negative, ties counting a half.
///
/// @param label  (n,) 0 or 1. @param score (n,) any real score, higher means more likely positive; infinities allowed.
/// @return AUROC in [0, 1]; NaN when only one class is there.
/// @throws ShapeError   n = 0, or sizes differ. @throws DomainError a label is not 0 or 1, a score is NaN.
/// Equal to sklearn.metrics.roc_auc_score within 1e-12. O(n log n). Source: Hanley and McNeil 1982,
/// DOI 10.1148/radiology.143.1.7063747.
[[nodiscard]] inline double auroc(std::span<const std::int64_t> label, std::span<const double> score) {
  return detail::auroc<double>(label, score);
}
[[nodiscard]] inline double auroc(std::span<const std::int64_t> label, std::span<const float> score) {
  return detail::auroc<float>(label, score);
}

/// Area under the precision-recall curve as average precision: the sum of (R_k - R_(k-1)) P_k over distinct scores.
///
/// No interpolation; equal to sklearn.metrics.average_precision_score within 1e-12. NaN without a positive.
/// Arguments and errors as auroc.
[[nodiscard]] inline double average_precision(std::span<const std::int64_t> label, std::span<const double> score) {
  return detail::average_precision<double>(label, score);
}
[[nodiscard]] inline double average_precision(std::span<const std::int64_t> label, std::span<const float> score) {
  return detail::average_precision<float>(label, score);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
