#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

/// Limit laws of two statistics: the weighted sums of chi-square variables to which Cramer-von Mises and Anderson-Darling
/// statistics converge. Smirnov's formula writes P(Q > x) as an alternating series of integrals between the reciprocals
/// of the weights; with a Gauss-Chebyshev rule each integral is exact to rounding, and the far tail keeps its digits.
namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

/// 1/pi sum over k of (-1)^(k+1) of the integral from low(k) to high(k) of exp(-u x / 2) / (u sqrt|F(u)|) du, where
/// |F(u)| vanishes linearly at both ends.
template <class Low, class High, class F>
double smirnov_series(double x, Low&& low, High&& high, F&& magnitude) {
  constexpr int n_nodes = 40;
  double sum = 0.0;
  for (int k = 1; k <= 400; ++k) {
    const double a = low(k);
    const double b = high(k);
    double integral = 0.0;
    for (int i = 0; i < n_nodes; ++i) {
      const double t = std::cos(std::numbers::pi * (i + 0.5) / n_nodes);
      const double u = 0.5 * (a + b) + 0.5 * (b - a) * t;
      const double ends = 0.5 * (b - a) * std::sqrt((1.0 - t) * (1.0 + t));  // sqrt((u - a)(b - u))
      integral += std::exp(-0.5 * u * x) * ends / (u * std::sqrt(magnitude(u)));
    }
    const double term = integral / n_nodes;  // pi / n_nodes of the rule, 1 / pi of the series
    sum += k % 2 == 1 ? term : -term;
    if (term < 1e-17 * std::abs(sum)) break;
  }
  return std::clamp(sum, 0.0, 1.0);
}

/// P(W2 > x) of the limiting Cramer-von Mises statistic (weights 1 / (pi j)^2), the same for one sample and for two.
inline double cramer_von_mises_survival(double x) {
  if (!(x > 0.012)) return x != x ? x : 1.0;  // the rest of the distribution is below 1e-9
  constexpr double pi2 = std::numbers::pi * std::numbers::pi;
  return smirnov_series(
      x, [](int k) { return (2.0 * k - 1.0) * (2.0 * k - 1.0) * pi2; }, [](int k) { return 4.0 * k * k * pi2; },
      [](double u) { return std::abs(std::sin(std::sqrt(u))) / std::sqrt(u); });
}

/// P(A2 > x) of the limiting Anderson-Darling statistic (weights 1 / (j (j + 1))).
inline double anderson_darling_survival(double x) {
  if (!(x > 0.06)) return x != x ? x : 1.0;  // the rest of the distribution is below 1e-9
  return smirnov_series(
      x, [](int k) { return (2.0 * k - 1.0) * 2.0 * k; }, [](int k) { return 2.0 * k * (2.0 * k + 1.0); },
      [](double u) {
        return std::abs(std::cos(0.5 * std::numbers::pi * std::sqrt(1.0 + 4.0 * u))) / (std::numbers::pi * u);
      });
}

/// Variance of that law: 2 sum 1 / (j (j + 1))^2.
inline constexpr double anderson_darling_variance = 2.0 * (std::numbers::pi * std::numbers::pi - 9.0) / 3.0;

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
