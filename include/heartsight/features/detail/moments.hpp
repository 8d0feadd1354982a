#pragma once

#include <heartsight/version.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// NaN for no value. Summed from the first value on, so that the mean of equal values is that value.
inline double mean_of(std::span<const double> x) {
  if (x.empty()) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0.0;
  for (const double v : x) sum += v - x[0];
  return x[0] + sum / static_cast<double>(x.size());
}

/// Standard deviation with divisor n - 1, in two passes; NaN for fewer than two values.
inline double standard_deviation(std::span<const double> x) {
  if (x.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double mean = mean_of(x);
  double squares = 0.0;
  for (const double v : x) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / static_cast<double>(x.size() - 1));
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
