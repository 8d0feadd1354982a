#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// Slopes at the knots of the cubic spline through (x, y) whose third derivative is continuous at the second and the last
/// but one knot ("not a knot"). x increases. Two knots give a line, three a parabola.
inline std::vector<double> spline_slopes(std::span<const double> x, std::span<const double> y) {
  const std::size_t n = x.size();
  std::vector<double> slope(n, 0.0);
  if (n < 2) return slope;
  std::vector<double> h(n - 1);
  std::vector<double> secant(n - 1);
  for (std::size_t i = 0; i + 1 < n; ++i) {
    h[i] = x[i + 1] - x[i];
    secant[i] = (y[i + 1] - y[i]) / h[i];
  }
  if (n == 2) return {secant[0], secant[0]};
  if (n == 3) {
    const double curvature = (secant[1] - secant[0]) / (h[0] + h[1]);
    return {secant[0] - curvature * h[0], secant[0] + curvature * h[0], secant[1] + curvature * h[1]};
  }
  // Tridiagonal system, solved from the front: row i reads lower[i] s[i - 1] + diagonal[i] s[i] + upper[i] s[i + 1].
  std::vector<double> diagonal(n);
  std::vector<double> upper(n, 0.0);
  const double front = h[0] + h[1];
  diagonal[0] = h[1];
  upper[0] = front;
  slope[0] = ((h[0] + 2.0 * front) * h[1] * secant[0] + h[0] * h[0] * secant[1]) / front;
  const double back = h[n - 2] + h[n - 3];
  for (std::size_t i = 1; i < n; ++i) {
    const bool is_last = i + 1 == n;
    const double lower = is_last ? back : h[i];
    const double own = is_last ? h[n - 3] : 2.0 * (h[i - 1] + h[i]);
    const double right =
        is_last ? (h[n - 2] * h[n - 2] * secant[n - 3] + (2.0 * back + h[n - 2]) * h[n - 3] * secant[n - 2]) / back
                : 3.0 * (h[i] * secant[i - 1] + h[i - 1] * secant[i]);
    const double factor = lower / diagonal[i - 1];
    diagonal[i] = own - factor * upper[i - 1];
    upper[i] = is_last ? 0.0 : h[i - 1];
    slope[i] = right - factor * slope[i - 1];
  }
  slope[n - 1] /= diagonal[n - 1];
  for (std::size_t i = n - 1; i-- > 0;) slope[i] = (slope[i] - upper[i] * slope[i + 1]) / diagonal[i];
  return slope;
}

/// Value at `at` of the cubic with these values and slopes at a and b.
inline double hermite(double at, double a, double b, double value_a, double value_b, double slope_a, double slope_b) {
  const double width = b - a;
  const double u = (at - a) / width;
  const double v = 1.0 - u;
  return v * v * (1.0 + 2.0 * u) * value_a + u * u * (1.0 + 2.0 * v) * value_b + width * u * v * (v * slope_a - u * slope_b);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
