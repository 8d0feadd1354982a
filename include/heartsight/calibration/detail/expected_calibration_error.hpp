#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail {

template <std::floating_point T>
double expected_calibration_error(std::span<const T> probability, std::span<const std::int64_t> label, std::size_t n_bins) {
  constexpr auto where = "expected_calibration_error";
  check::not_empty(where, "probability", probability.size());
  check::same_size(where, "probability", probability.size(), "label", label.size());
  check::in_closed_range<T>(where, "probability", probability, T{0}, T{1});
  check::binary_labels(where, "label", label);
  check::in_closed_range<std::size_t>(where, "n_bins", n_bins, 1, 1'000'000);

  std::vector<double> gap(n_bins, 0.0);  // per bin: sum of (label - probability)
  for (std::size_t i = 0; i < probability.size(); ++i) {
    const auto raw = static_cast<std::size_t>(static_cast<double>(probability[i]) * static_cast<double>(n_bins));
    gap[std::min(raw, n_bins - 1)] += static_cast<double>(label[i]) - static_cast<double>(probability[i]);
  }
  double total = 0.0;
  for (const double g : gap) total += std::abs(g);
  return total / static_cast<double>(probability.size());
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail
