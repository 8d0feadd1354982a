#pragma once

#include <heartsight/core/order_statistics.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// What the intervals of one stretch of beats say about its rhythm; NaN where there are too few.
struct IntervalIrregularity {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  std::size_t n_differences = 0;
  double median_rr_ms = none;
  double step = none;         ///< median absolute difference of successive intervals over the median interval
  double large_steps = none;  ///< share of the differences above a tenth of the median interval
  double pattern =
      none;  ///< median absolute difference of next-but-one intervals over that of successive ones: small in bigeminy
};

/// @param rr_ms    intervals; NaN where unknown, or where an ectopic beat begins or ends one.
inline IntervalIrregularity irregularity_of(std::span<const double> rr_ms) {
  IntervalIrregularity result;
  std::vector<double> intervals;
  std::vector<double> one;
  std::vector<double> two;
  for (std::size_t i = 0; i < rr_ms.size(); ++i) {
    if (!std::isfinite(rr_ms[i])) continue;
    intervals.push_back(rr_ms[i]);
    if (i >= 1 && std::isfinite(rr_ms[i - 1])) one.push_back(std::abs(rr_ms[i] - rr_ms[i - 1]));
    if (i >= 2 && std::isfinite(rr_ms[i - 2])) two.push_back(std::abs(rr_ms[i] - rr_ms[i - 2]));
  }
  result.n_differences = one.size();
  if (one.size() < 3 || two.size() < 2) return result;
  result.median_rr_ms = median(intervals);
  const double limit = 0.1 * result.median_rr_ms;
  result.large_steps = static_cast<double>(std::count_if(one.begin(), one.end(), [&](double v) { return v > limit; })) /
                       static_cast<double>(one.size());
  const double step = median(one);
  result.step = step / result.median_rr_ms;
  result.pattern = step > 0.0 ? std::min(3.0, median(two) / step) : 1.0;
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
