#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// An odd number of samples that lasts about so long; at least 1.
inline std::int64_t odd_samples(double duration_s, double sampling_rate) noexcept {
  return 2 * std::max<std::int64_t>(0, std::llround(0.5 * (duration_s * sampling_rate - 1.0))) + 1;
}

/// A centred moving average over `width` (odd) samples; beyond the ends the first and last value go on. O(n). out
/// must be another vector than x.
/// Four parts go along side by side: a running sum alone would wait for its last addition.
inline void moving_average(const std::vector<float>& x, std::int64_t width, std::vector<float>& out) {
  constexpr std::size_t n_parts = 4;
  const auto n = static_cast<std::int64_t>(x.size());
  out.resize(x.size());
  if (n == 0) return;
  const std::int64_t half = width / 2;
  const double scale = 1.0 / static_cast<double>(2 * half + 1);
  const auto held = [&](std::int64_t i) {
    return static_cast<double>(x[static_cast<std::size_t>(std::clamp<std::int64_t>(i, 0, n - 1))]);
  };
  const auto sum_around = [&](std::int64_t i) {
    double sum = 0.0;
    for (std::int64_t k = i - half; k <= i + half; ++k) sum += held(k);
    return sum;
  };
  const auto slide = [&](std::int64_t from, std::int64_t to) {
    double sum = sum_around(from);
    for (std::int64_t i = from; i < to; ++i) {
      out[static_cast<std::size_t>(i)] = static_cast<float>(sum * scale);
      sum += held(i + half + 1) - held(i - half);
    }
  };
  const std::int64_t part = std::max<std::int64_t>(0, n - 2 * half - 1) / static_cast<std::int64_t>(n_parts);
  const std::int64_t inner_end = half + part * static_cast<std::int64_t>(n_parts);
  if (part > 0) {
    std::array<double, n_parts> sums;
    std::array<const float*, n_parts> in;
    std::array<float*, n_parts> to;
    for (std::size_t p = 0; p < n_parts; ++p) {
      const std::int64_t start = half + static_cast<std::int64_t>(p) * part;
      sums[p] = sum_around(start);
      in[p] = x.data() + start;
      to[p] = out.data() + start;
    }
    for (std::int64_t i = 0; i < part; ++i) {
      for (std::size_t p = 0; p < n_parts; ++p) {
        to[p][i] = static_cast<float>(sums[p] * scale);
        sums[p] += static_cast<double>(in[p][i + half + 1]) - static_cast<double>(in[p][i - half]);
      }
    }
  }
  slide(0, std::min(half, n));
  slide(std::min(inner_end, n), n);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
