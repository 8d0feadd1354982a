#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/metrics/detail/ranking.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

namespace detail {

/// The weighted mean of loss(label, probability); NaN when no case has weight.
template <std::floating_point T, class Loss>
double mean_loss(const char* where, std::span<const std::int64_t> label, std::span<const T> probability,
                 std::span<const double> weight, Loss&& loss) {
  check::not_empty(where, "label", label.size());
  check::same_size(where, "label", label.size(), "probability", probability.size());
  check::binary_labels(where, "label", label);
  check::in_closed_range<T>(where, "probability", probability, T{0}, T{1});
  check_weights(where, weight, label.size());
  double sum = 0.0;
  double total = 0.0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const double w = weight.empty() ? 1.0 : weight[i];
    sum += w * loss(label[i], static_cast<double>(probability[i]));
    total += w;
  }
  return total > 0.0 ? sum / total : std::numeric_limits<double>::quiet_NaN();
}

inline double squared_loss(std::int64_t label, double probability) noexcept {
  const double gap = static_cast<double>(label) - probability;
  return gap * gap;
}

inline double logarithmic_loss(std::int64_t label, double probability, double margin) noexcept {
  const double of_truth = label == 1 ? probability : 1.0 - probability;
  return -std::log(std::clamp(of_truth, margin, 1.0 - margin));
}

template <std::floating_point T>
double brier_score(std::span<const std::int64_t> label, std::span<const T> probability, std::span<const double> weight) {
  return mean_loss<T>("brier_score", label, probability, weight, squared_loss);
}

template <std::floating_point T>
double log_loss(std::span<const std::int64_t> label, std::span<const T> probability, std::span<const double> weight) {
  constexpr auto margin = static_cast<double>(std::numeric_limits<T>::epsilon());
  return mean_loss<T>("log_loss", label, probability, weight,
                      [](std::int64_t y, double p) { return logarithmic_loss(y, p, margin); });
}

}  // namespace detail

/// Brier score: the mean squared difference of probability and outcome (Brier 1950,
/// DOI 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2).
///
/// @param label (n,) 0 or 1. @param probability (n,) in [0, 1]. @param weight (n,) in [0, 1e12], or empty.
/// @return in [0, 1], smaller is better; NaN when no case has weight.
/// @throws ShapeError n = 0, or sizes differ. @throws DomainError a label or probability is out of range or NaN. O(n).
[[nodiscard]] inline double brier_score(std::span<const std::int64_t> label, std::span<const double> probability,
                                        std::span<const double> weight = {}) {
  return detail::brier_score<double>(label, probability, weight);
}
[[nodiscard]] inline double brier_score(std::span<const std::int64_t> label, std::span<const float> probability,
                                        std::span<const double> weight = {}) {
  return detail::brier_score<float>(label, probability, weight);
}

/// Logarithmic loss (cross-entropy, natural logarithm): the mean of -ln of the probability given to what happened.
///
/// A probability within the type's epsilon of 0 or 1 counts as that close, so a certain error costs 36.04 (double) or 15.94
/// (float) and not infinity: equal to sklearn.metrics.log_loss. Arguments, errors and the degenerate answer as brier_score.
[[nodiscard]] inline double log_loss(std::span<const std::int64_t> label, std::span<const double> probability,
                                     std::span<const double> weight = {}) {
  return detail::log_loss<double>(label, probability, weight);
}
[[nodiscard]] inline double log_loss(std::span<const std::int64_t> label, std::span<const float> probability,
                                     std::span<const double> weight = {}) {
  return detail::log_loss<float>(label, probability, weight);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
