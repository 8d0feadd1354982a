#pragma once

#include <heartsight/drift/detail/rank_sweep.hpp>

#include <limits>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

namespace detail {

template <std::floating_point T>
double wasserstein(std::span<const T> reference, std::span<const T> current) {
  const SortedSample x = sorted_sample(reference);
  const SortedSample y = sorted_sample(current);
  if (x.values.empty() || y.values.empty()) return std::numeric_limits<double>::quiet_NaN();
  return pair_statistics(x, y).wasserstein;
}

}  // namespace detail

/// First Wasserstein distance (earth mover's): the integral of |F - G|, in the unit of the values.
///
/// @param reference, current  (n,), (m,) in any order.
/// @return the distance; NaN when a side holds no value; infinite where a share of the values is moved to an infinity.
/// NaN policy: omit. Equal to scipy.stats.wasserstein_distance (1.17) within 1e-12 relative. O(n log n + m log m).
/// Caveat: one far value moves it by its distance over n. Source: Vallender 1974, DOI 10.1137/1118101.
[[nodiscard]] inline double wasserstein(std::span<const double> reference, std::span<const double> current) {
  return detail::wasserstein<double>(reference, current);
}
[[nodiscard]] inline double wasserstein(std::span<const float> reference, std::span<const float> current) {
  return detail::wasserstein<float>(reference, current);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
