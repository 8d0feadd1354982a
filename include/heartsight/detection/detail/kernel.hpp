#pragma once

#include <heartsight/detection/detail/fir.hpp>
#include <heartsight/detection/detail/track.hpp>
#include <heartsight/detection/detail/working_rate.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// A symmetric or antisymmetric filter kernel of odd length, centred.
struct Kernel {
  std::vector<float> taps;
  [[nodiscard]] std::int64_t half() const noexcept { return static_cast<std::int64_t>(taps.size()) / 2; }
};

/// A Gaussian of this width in samples (order 0, unit gain at 0 Hz) or its first or second derivative, free of any
/// response to a constant and scaled so that the absolute taps sum to 2.
inline Kernel gaussian_kernel(double sigma, int half, int order) {
  std::vector<double> taps;
  double sum = 0.0;
  double bell_sum = 0.0;
  for (int k = -half; k <= half; ++k) {
    const double u = k / sigma;
    const double bell = std::exp(-0.5 * u * u);
    taps.push_back(order == 0 ? bell : order == 1 ? u * bell : (u * u - 1.0) * bell);
    sum += taps.back();
    bell_sum += bell;
  }
  Kernel kernel;
  if (order == 0) {
    for (double& t : taps) t /= sum;
  } else {
    double magnitude = 0.0;
    for (int k = -half; k <= half; ++k) {
      double& t = taps[static_cast<std::size_t>(k + half)];
      if (order == 2) t -= sum * std::exp(-0.5 * (k / sigma) * (k / sigma)) / bell_sum;
      magnitude += std::abs(t);
    }
    for (double& t : taps) t *= 2.0 / magnitude;
  }
  kernel.taps.assign(taps.begin(), taps.end());
  return kernel;
}

/// One filtered value where samples are missing: the nearest present sample inward stands in for each of them.
inline float filter_around_gap(const Kernel& kernel, const Track<float>& input, std::int64_t t) noexcept {
  const std::int64_t half = kernel.half();
  const auto value = [&](std::int64_t i) { return i < 0 || i >= input.end() ? missing_value : input[i]; };
  float centre = value(t);
  for (std::int64_t d = 1; d <= half && !std::isfinite(centre); ++d) {
    centre = std::isfinite(value(t - d)) ? value(t - d) : value(t + d);
  }
  if (!std::isfinite(centre)) return 0.0F;
  float sum = kernel.taps[static_cast<std::size_t>(half)] * centre;
  for (const int side : {1, -1}) {
    float last = centre;
    for (std::int64_t d = 1; d <= half; ++d) {
      const float v = value(t + side * d);
      if (std::isfinite(v)) last = v;
      sum += kernel.taps[static_cast<std::size_t>(half + side * d)] * last;
    }
  }
  return sum;
}

/// Appends input * kernel to the output as far as the input decides it, or to the input's end once it has ended.
/// n_missing[i] counts the missing among the first i samples (none: null). Each value depends on its own window alone, so
/// that it is the same however the signal was cut into pieces.
inline void extend_filtered(const Kernel& kernel, const Track<float>& input, const Track<std::int64_t>* n_missing,
                            bool ended, Track<float>& output) {
  const std::int64_t half = kernel.half();
  const std::int64_t from = output.end();
  const std::int64_t to = ended ? input.end() : std::max(from, input.end() - half);
  if (to <= from) return;
  float* out = output.grow(to - from);
  const auto all_present = [&](std::int64_t lo, std::int64_t hi) {
    return n_missing == nullptr || (*n_missing)[hi] == (*n_missing)[lo];
  };
  constexpr std::int64_t block = 128;  // a gap spoils the fast path of its block alone
  for (std::int64_t start = from; start < to; start += block) {
    const std::int64_t stop = std::min(to, start + block);
    const std::int64_t first_whole = std::max(start, half);
    const std::int64_t last_whole = std::min(stop, input.end() - half);
    if (first_whole < last_whole) {
      fir(kernel.taps.data(), 2 * half + 1, input.at(first_whole - half), last_whole - first_whole,
          out + (first_whole - from));
      if (first_whole == start && last_whole == stop && all_present(start - half, stop + half)) continue;
    }
    for (std::int64_t t = start; t < stop; ++t) {
      const bool whole = first_whole <= t && t < last_whole && all_present(t - half, t + half + 1);
      if (!whole) out[t - from] = filter_around_gap(kernel, input, t);
    }
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
