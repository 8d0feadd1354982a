#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// An odd number of samples that lasts about so long; at least 1.
inline std::int64_t odd_samples(double duration_s, double sampling_rate) noexcept {
  return 2 * std::max<std::int64_t>(0, std::llround(0.5 * (duration_s * sampling_rate - 1.0))) + 1;
}

/// A centred moving average over `width` (odd) samples; beyond the ends the first and last value go on. O(n).
inline std::vector<float> moving_average(const std::vector<float>& x, std::int64_t width) {
  const auto n = static_cast<std::int64_t>(x.size());
  std::vector<float> out(x.size());
  if (n == 0) return out;
  const std::int64_t half = width / 2;
  const double scale = 1.0 / static_cast<double>(2 * half + 1);
  const auto at = [&](std::int64_t i) {
    return static_cast<double>(x[static_cast<std::size_t>(std::clamp<std::int64_t>(i, 0, n - 1))]);
  };
  double sum = 0.0;
  for (std::int64_t i = -half; i <= half; ++i) sum += at(i);
  const std::int64_t inner_end = std::max<std::int64_t>(0, n - half - 1);
  for (std::int64_t i = 0; i < n; ++i) {
    out[static_cast<std::size_t>(i)] = static_cast<float>(sum * scale);
    if (i >= half && i < inner_end) {
      sum += static_cast<double>(x[static_cast<std::size_t>(i + half + 1)]) -
             static_cast<double>(x[static_cast<std::size_t>(i - half)]);
    } else {
      sum += at(i + half + 1) - at(i - half);
    }
  }
  return out;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
