#pragma once

#include <heartsight/detection/detail/stretches.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// A local maximum of what a classical detector takes for the energy of a complex, and what it is judged by.
struct QrsPeak {
  std::int64_t at;
  double height;
  double band = 0.0;   ///< largest of the band-passed signal around, either way
  double slope = 0.0;  ///< steepest around
};

/// Adds the local maxima among the stretch's own samples, a plateau's first sample for the whole; of two that are less than
/// `distance` apart the larger stays. describe(peak) completes those of this stretch.
template <class Describe>
void add_peaks(const Stretch& stretch, const std::vector<float>& energy, std::int64_t distance, std::vector<QrsPeak>& peaks,
               Describe&& describe) {
  const auto begin = static_cast<std::size_t>(std::max<std::int64_t>(1, stretch.from - stretch.first));
  const auto end = static_cast<std::size_t>(stretch.to - stretch.first);
  for (std::size_t i = begin;; ++i) {
    while (i < end && !(energy[i] > energy[i - 1])) ++i;
    while (i + 1 < energy.size() && energy[i + 1] > energy[i]) ++i;
    if (i >= end || i + 1 >= energy.size()) break;  // the next stretch's, or still rising where the lead ends
    const QrsPeak peak{.at = stretch.first + static_cast<std::int64_t>(i), .height = static_cast<double>(energy[i])};
    if (peaks.empty() || peak.at - peaks.back().at >= distance) {
      peaks.push_back(peak);
    } else if (peak.height > peaks.back().height) {
      peaks.back() = peak;
    }
  }
  for (auto peak = peaks.rbegin(); peak != peaks.rend() && peak->at >= stretch.from; ++peak) describe(*peak);
}

/// The largest magnitude of x within `around` samples of a position of the stretch.
inline double largest_around(const Stretch& stretch, const std::vector<float>& x, std::int64_t at, std::int64_t around) {
  const std::int64_t centre = at - stretch.first;
  const std::int64_t from = std::max<std::int64_t>(0, centre - around);
  const std::int64_t n = std::min(static_cast<std::int64_t>(x.size()), centre + around + 1) - from;
  const float* const v = x.data() + from;
  std::array<float, 8> largest{};
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) {
      const float size = std::abs(v[i + static_cast<std::int64_t>(lane)]);
      largest[lane] = size > largest[lane] ? size : largest[lane];
    }
  }
  for (; i < n; ++i) largest[0] = std::max(largest[0], std::abs(v[i]));
  return static_cast<double>(*std::max_element(largest.begin(), largest.end()));
}

/// For every sample combine(x[i - reach], .., x[i + reach]) given a pointer to x[i]; beyond the ends the end values go on.
template <class Combine>
void combine_around(const std::vector<float>& x, std::int64_t reach, std::vector<float>& out, Combine&& combine) {
  const auto n = static_cast<std::int64_t>(x.size());
  out.resize(x.size());
  std::vector<float> window(static_cast<std::size_t>(2 * reach + 1));
  const auto at_the_edge = [&](std::int64_t i) {
    for (std::int64_t k = -reach; k <= reach; ++k) {
      window[static_cast<std::size_t>(k + reach)] = x[static_cast<std::size_t>(std::clamp<std::int64_t>(i + k, 0, n - 1))];
    }
    out[static_cast<std::size_t>(i)] = combine(window.data() + reach);
  };
  const std::int64_t inner_begin = std::min(reach, n);
  const std::int64_t inner_end = std::max(inner_begin, n - reach);
  for (std::int64_t i = 0; i < inner_begin; ++i) at_the_edge(i);
  const float* const from = x.data();
  float* const to = out.data();
  for (std::int64_t i = inner_begin; i < inner_end; ++i) to[i] = combine(from + i);
  for (std::int64_t i = inner_end; i < n; ++i) at_the_edge(i);
}

/// A search back looks at so many peaks at the most (some 13 s and more): the time stays linear where nothing is accepted.
inline constexpr std::size_t search_back_peaks = 64;

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
