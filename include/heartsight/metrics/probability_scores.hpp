#pragma once

#include <heartsight/core/check.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

namespace detail {

template <std::floating_point T>
double brier_score(std::span<const std::int64_t> label, std::span<const T> probability) {
  constexpr auto where = "brier_score";
  check::not_empty(where, "label", label.size());
  check::same_size(where, "label", label.size(), "probability", probability.size());
  check::binary_labels(where, "label", label);
  check::in_closed_range<T>(where, "probability", probability, T{0}, T{1});
  double sum = 0.0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const double gap = static_cast<double>(label[i]) - static_cast<double>(probability[i]);
    sum += gap * gap;
  }
  return sum / static_cast<double>(label.size());
}

}  // namespace detail

/// Brier score: the mean squared difference of probability and outcome (Brier 1950,
/// DOI 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2).
///
/// @param label (n,) 0 or 1. @param probability (n,) in [0, 1]. @return in [0, 1], smaller is better.
/// @throws ShapeError n = 0, or sizes differ. @throws DomainError a label or probability is out of range or NaN. O(n).
[[nodiscard]] inline double brier_score(std::span<const std::int64_t> label, std::span<const double> probability) {
  return detail::brier_score<double>(label, probability);
}
[[nodiscard]] inline double brier_score(std::span<const std::int64_t> label, std::span<const float> probability) {
  return detail::brier_score<float>(label, probability);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
