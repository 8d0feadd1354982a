#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// The trend of an evenly sampled series under smoothness priors: the solution t of (I + lambda^2 D' D) t = x, where D takes
/// second differences. Tarvainen et al. 2002, DOI 10.1109/10.979357. Five diagonals, so one pass each way.
inline std::vector<double> smoothness_priors_trend(std::span<const double> x, double lambda) {
  const std::size_t n = x.size();
  std::vector<double> t(x.begin(), x.end());
  if (n < 3) return t;
  const double weight = lambda * lambda;
  std::vector<double> diagonal(n, 1.0);
  std::vector<double> first(n, 0.0);         // entry (i, i + 1)
  std::vector<double> second(n, 0.0);        // entry (i, i + 2)
  for (std::size_t i = 0; i + 2 < n; ++i) {  // the row (1, -2, 1) of D at i
    diagonal[i] += weight;
    diagonal[i + 1] += 4.0 * weight;
    diagonal[i + 2] += weight;
    first[i] -= 2.0 * weight;
    first[i + 1] -= 2.0 * weight;
    second[i] += weight;
  }
  // L D L' in place: afterwards first and second hold the entries of L below its diagonal of ones.
  for (std::size_t i = 0; i < n; ++i) {
    const double below = first[i];
    const double below_that = second[i];
    first[i] = below / diagonal[i];
    second[i] = below_that / diagonal[i];
    if (i + 1 < n) {
      diagonal[i + 1] -= first[i] * below;
      first[i + 1] -= first[i] * below_that;
      t[i + 1] -= first[i] * t[i];
    }
    if (i + 2 < n) {
      diagonal[i + 2] -= second[i] * below_that;
      t[i + 2] -= second[i] * t[i];
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    t[i] /= diagonal[i];
    if (i + 1 < n) t[i] -= first[i] * t[i + 1];
    if (i + 2 < n) t[i] -= second[i] * t[i + 2];
  }
  return t;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
