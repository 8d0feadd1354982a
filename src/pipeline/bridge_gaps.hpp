#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// Straight lines across samples that are missing, constants before the first and after the last that is there.
inline void bridge_gaps(std::vector<double>& x) {
  std::size_t last = x.size();  // last present sample, none yet
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i])) continue;
    if (last == x.size()) {
      std::fill(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(i), x[i]);
    } else {
      const double slope = (x[i] - x[last]) / static_cast<double>(i - last);
      for (std::size_t k = last + 1; k < i; ++k) x[k] = x[last] + slope * static_cast<double>(k - last);
    }
    last = i;
  }
  if (last < x.size()) std::fill(x.begin() + static_cast<std::ptrdiff_t>(last), x.end(), x[last]);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
