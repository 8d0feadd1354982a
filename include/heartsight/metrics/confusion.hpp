#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/metrics/detail/ranking.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// The four counts (or sums of weights) of a binary decision, and the rates that follow. A rate without a case to count is
/// NaN. `Number` is std::int64_t for counts and double for weights.
template <class Number>
struct BasicConfusion {
  Number true_positive{};
  Number false_positive{};
  Number true_negative{};
  Number false_negative{};

  [[nodiscard]] Number n_positive() const noexcept { return true_positive + false_negative; }
  [[nodiscard]] Number n_negative() const noexcept { return true_negative + false_positive; }
  [[nodiscard]] Number n_called() const noexcept { return true_positive + false_positive; }
  [[nodiscard]] Number n() const noexcept { return n_positive() + n_negative(); }

  /// TP / (TP + FN), also called recall and true positive rate.
  [[nodiscard]] double sensitivity() const noexcept { return ratio(true_positive, n_positive()); }
  /// TN / (TN + FP).
  [[nodiscard]] double specificity() const noexcept { return ratio(true_negative, n_negative()); }
  /// TP / (TP + FP), also called precision.
  [[nodiscard]] double positive_predictive_value() const noexcept { return ratio(true_positive, n_called()); }
  /// TN / (TN + FN).
  [[nodiscard]] double negative_predictive_value() const noexcept {
    return ratio(true_negative, true_negative + false_negative);
  }
  [[nodiscard]] double accuracy() const noexcept { return ratio(true_positive + true_negative, n()); }
  /// The mean of sensitivity and specificity.
  [[nodiscard]] double balanced_accuracy() const noexcept { return 0.5 * (sensitivity() + specificity()); }
  /// Sensitivity + specificity - 1.
  [[nodiscard]] double youden_index() const noexcept { return sensitivity() + specificity() - 1.0; }
  /// (1 + b^2) TP / ((1 + b^2) TP + b^2 FN + FP); NaN when nothing is positive and nothing was called. Neither proper nor
  /// symmetric: see decision_curve for what a decision is worth.
  [[nodiscard]] double f_beta(double beta = 1.0) const noexcept {
    const double b2 = beta * beta;
    const double hit = (1.0 + b2) * static_cast<double>(true_positive);
    const double whole = hit + b2 * static_cast<double>(false_negative) + static_cast<double>(false_positive);
    return whole > 0.0 ? hit / whole : std::numeric_limits<double>::quiet_NaN();
  }
  /// Matthews' correlation of label and decision (1975, DOI 10.1016/0005-2795(75)90109-9), in [-1, 1]. NaN when a row or a
  /// column of the table is empty (scikit-learn says 0).
  [[nodiscard]] double matthews_correlation() const noexcept {
    const auto tp = static_cast<double>(true_positive);
    const auto fp = static_cast<double>(false_positive);
    const auto tn = static_cast<double>(true_negative);
    const auto fn = static_cast<double>(false_negative);
    const double spread = std::sqrt(tp + fp) * std::sqrt(tp + fn) * std::sqrt(tn + fp) * std::sqrt(tn + fn);
    return spread > 0.0 ? (tp * tn - fp * fn) / spread : std::numeric_limits<double>::quiet_NaN();
  }
  /// Sensitivity / (1 - specificity); infinity when no negative was called.
  [[nodiscard]] double positive_likelihood_ratio() const noexcept { return sensitivity() / (1.0 - specificity()); }
  /// (1 - sensitivity) / specificity.
  [[nodiscard]] double negative_likelihood_ratio() const noexcept { return (1.0 - sensitivity()) / specificity(); }

  friend bool operator==(const BasicConfusion&, const BasicConfusion&) = default;

 private:
  static double ratio(Number part, Number whole) noexcept {
    return whole > Number{0} ? static_cast<double>(part) / static_cast<double>(whole)
                             : std::numeric_limits<double>::quiet_NaN();
  }
};

using ConfusionCounts = BasicConfusion<std::int64_t>;
using ConfusionWeights = BasicConfusion<double>;

namespace detail {

template <class Number, std::floating_point T>
BasicConfusion<Number> confusion(const char* where, std::span<const std::int64_t> label, std::span<const T> score,
                                 double threshold, std::span<const double> weight) {
  check::same_size(where, "label", label.size(), "score", score.size());
  check::binary_labels(where, "label", label);
  check_weights(where, weight, label.size());
  if (std::isnan(threshold)) check::detail::fail<DomainError>(where, "threshold", "nan", "must not be NaN");
  BasicConfusion<Number> counts;
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (std::isnan(score[i])) {
      check::detail::fail<DomainError>(where, check::detail::indexed("score", i), "nan", "must not be NaN");
    }
    const Number w = weight.empty() ? Number{1} : static_cast<Number>(weight[i]);
    const bool called = static_cast<double>(score[i]) >= threshold;
    if (label[i] == 1) {
      (called ? counts.true_positive : counts.false_negative) += w;
    } else {
      (called ? counts.false_positive : counts.true_negative) += w;
    }
  }
  return counts;
}

}  // namespace detail

/// Counts of the decision "positive when score >= threshold".
///
/// @param label (n,) 0 or 1. @param score (n,). @param threshold any number.
/// @throws ShapeError sizes differ. @throws DomainError a label is not 0 or 1, a score or the threshold is NaN.
/// Empty input gives four zeros and NaN rates. O(n).
[[nodiscard]] inline ConfusionCounts confusion_counts(std::span<const std::int64_t> label, std::span<const double> score,
                                                      double threshold) {
  return detail::confusion<std::int64_t, double>("confusion_counts", label, score, threshold, {});
}
[[nodiscard]] inline ConfusionCounts confusion_counts(std::span<const std::int64_t> label, std::span<const float> score,
                                                      double threshold) {
  return detail::confusion<std::int64_t, float>("confusion_counts", label, score, threshold, {});
}

/// Sums of weights of the same decision. @param weight (n,) in [0, 1e12]. Errors as confusion_counts.
[[nodiscard]] inline ConfusionWeights confusion_weights(std::span<const std::int64_t> label, std::span<const double> score,
                                                        double threshold, std::span<const double> weight) {
  return detail::confusion<double, double>("confusion_weights", label, score, threshold, weight);
}
[[nodiscard]] inline ConfusionWeights confusion_weights(std::span<const std::int64_t> label, std::span<const float> score,
                                                        double threshold, std::span<const double> weight) {
  return detail::confusion<double, float>("confusion_weights", label, score, threshold, weight);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
