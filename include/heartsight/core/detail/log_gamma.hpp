#pragma once

#include <heartsight/version.hpp>

#include <cmath>
#include <numbers>

namespace heartsight::inline HEARTSIGHT_ABI::detail {

/// ln Gamma(x + 1) minus its leading Stirling terms, (x + 1/2) ln x - x + ln(2 pi) / 2: small where ln Gamma is huge, so
/// that densities of large counts keep their digits (Loader 2000, "Fast and accurate computation of binomial
/// probabilities"). For x > 0.
inline double stirling_error(double x) noexcept {
  // Below 16 the error at x follows from that at x + 1: their difference is (x + 1/2) ln(1 + 1/x) - 1.
  double sum = 0.0;
  for (; x < 16.0; x += 1.0) sum += (x + 0.5) * std::log1p(1.0 / x) - 1.0;
  const double r = 1.0 / (x * x);
  return sum + (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / x;
}

/// ln Gamma(x) for x > 0. Not std::lgamma, which writes a global variable and so is no function for threads.
inline double log_gamma(double x) noexcept {
  return stirling_error(x) + (x - 0.5) * std::log(x) - x + 0.5 * std::log(2.0 * std::numbers::pi);
}

/// x ln(x / mean) + mean - x without cancellation near x = mean; x and mean positive.
inline double deviance(double x, double mean) noexcept {
  const double gap = x - mean;
  if (std::abs(gap) < 0.1 * (x + mean)) {
    const double v = gap / (x + mean);
    double term = 2.0 * x * v;
    double sum = gap * v;
    for (int k = 3; k < 1000; k += 2) {
      term *= v * v;
      const double next = sum + term / k;
      if (next == sum) break;
      sum = next;
    }
    return sum;
  }
  return x * std::log(x / mean) - gap;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detail
