#pragma once

#include <heartsight/core/check.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// The four counts of a binary decision, and the rates that follow. A rate without a case to count is NaN.
struct ConfusionCounts {
  std::int64_t true_positive = 0;
  std::int64_t false_positive = 0;
  std::int64_t true_negative = 0;
  std::int64_t false_negative = 0;

  [[nodiscard]] double sensitivity() const noexcept { return ratio(true_positive, true_positive + false_negative); }
  [[nodiscard]] double specificity() const noexcept { return ratio(true_negative, true_negative + false_positive); }
  [[nodiscard]] double positive_predictive_value() const noexcept {
    return ratio(true_positive, true_positive + false_positive);
  }
  [[nodiscard]] double negative_predictive_value() const noexcept {
    return ratio(true_negative, true_negative + false_negative);
  }

  friend bool operator==(const ConfusionCounts&, const ConfusionCounts&) = default;

 private:
  static double ratio(std::int64_t part, std::int64_t whole) noexcept {
    return whole == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(part) / static_cast<double>(whole);
  }
};

namespace detail {

template <std::floating_point T>
ConfusionCounts confusion_counts(std::span<const std::int64_t> label, std::span<const T> score, double threshold) {
  constexpr auto where = "confusion_counts";
  check::same_size(where, "label", label.size(), "score", score.size());
  check::binary_labels(where, "label", label);
  if (std::isnan(threshold)) check::detail::fail<DomainError>(where, "threshold", "nan", "must not be NaN");
  ConfusionCounts counts;
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (std::isnan(score[i])) {
      check::detail::fail<DomainError>(where, check::detail::indexed("score", i), "nan", "must not be NaN");
    }
    const bool called = static_cast<double>(score[i]) >= threshold;
    if (label[i] == 1) {
      ++(called ? counts.true_positive : counts.false_negative);
    } else {
      ++(called ? counts.false_positive : counts.true_negative);
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
  return detail::confusion_counts<double>(label, score, threshold);
}
[[nodiscard]] inline ConfusionCounts confusion_counts(std::span<const std::int64_t> label, std::span<const float> score,
                                                      double threshold) {
  return detail::confusion_counts<float>(label, score, threshold);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
