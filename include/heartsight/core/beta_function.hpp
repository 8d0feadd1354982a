#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/detail/log_gamma.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace heartsight::inline HEARTSIGHT_ABI {

namespace detail {

/// x^a y^b Gamma(a + b) / (Gamma(a) Gamma(b)) with y = 1 - x, by Loader's saddle point: digits stay when a and b are huge.
inline double beta_prefactor(double x, double y, double a, double b) noexcept {
  const double n = a + b;
  const double exponent =
      stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y);
  return std::exp(exponent) * std::sqrt(a * b / (2.0 * std::numbers::pi * n));
}

/// The continued fraction of the incomplete beta function (DLMF 8.17.22, modified Lentz), for x below about a / (a + b).
inline double beta_fraction(double x, double a, double b) noexcept {
  constexpr double tiny = 1e-300;
  double c = 1.0;
  double d = 1.0 - (a + b) * x / (a + 1.0);
  if (std::abs(d) < tiny) d = tiny;
  d = 1.0 / d;
  double h = d;
  for (double m = 1.0; m < 1e6; m += 1.0) {
    double numerator = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    d = 1.0 + numerator * d;
    if (std::abs(d) < tiny) d = tiny;
    c = 1.0 + numerator / c;
    if (std::abs(c) < tiny) c = tiny;
    d = 1.0 / d;
    h *= d * c;
    numerator = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    d = 1.0 + numerator * d;
    if (std::abs(d) < tiny) d = tiny;
    c = 1.0 + numerator / c;
    if (std::abs(c) < tiny) c = tiny;
    d = 1.0 / d;
    const double change = d * c;
    h *= change;
    if (std::abs(change - 1.0) < 1e-16) break;
  }
  return h;
}

/// I_x(a, b), y = 1 - x given beside x so that neither tail loses digits.
inline double incomplete_beta(double x, double y, double a, double b) noexcept {
  if (x <= 0.0) return 0.0;
  if (y <= 0.0) return 1.0;
  const double front = beta_prefactor(x, y, a, b);
  if (x * (a + b + 2.0) < a + 1.0) return front * beta_fraction(x, a, b) / a;
  return 1.0 - front * beta_fraction(y, b, a) / b;
}

inline void check_beta(const char* where, const char* name, double x, double a, double b) {
  check::positive(where, "a", a);
  check::positive(where, "b", b);
  if (!(x >= 0.0 && x <= 1.0)) check::detail::fail<DomainError>(where, name, check::detail::show(x), "must be in [0, 1]");
}

}  // namespace detail

/// Regularised incomplete beta function I_x(a, b): the distribution of a beta variable.
///
/// @param x in [0, 1]. @param a, b positive. @return in [0, 1]; relative error about 1e-13 in the lower half, absolute in
/// the upper. @throws DomainError out of range. O(sqrt(a + b)).
[[nodiscard]] inline double beta_cdf(double x, double a, double b) {
  detail::check_beta("beta_cdf", "x", x, a, b);
  return detail::incomplete_beta(x, 1.0 - x, a, b);
}

/// The x with beta_cdf(x, a, b) = p, by Newton steps kept inside a shrinking bracket.
///
/// @param p in [0, 1]. @param a, b positive. @throws DomainError out of range.
[[nodiscard]] inline double beta_quantile(double p, double a, double b) {
  detail::check_beta("beta_quantile", "p", p, a, b);
  if (p == 0.0 || p == 1.0) return p;
  double low = 0.0;
  double high = 1.0;
  double x = a / (a + b);
  for (int step = 0; step < 200; ++step) {
    const double error = detail::incomplete_beta(x, 1.0 - x, a, b) - p;
    if (error == 0.0) return x;
    (error > 0.0 ? high : low) = x;
    const double density = detail::beta_prefactor(x, 1.0 - x, a, b) / (x * (1.0 - x));
    double next = x - error / density;
    if (!(next > low && next < high)) {
      // Quantiles near 0 may be of any size: halving their logarithm finds them in a few steps.
      next = low > 0.0 && high > 4.0 * low ? std::sqrt(low * high)
             : low == 0.0 && high < 0.1    ? high / 16.0
                                           : (low + high) / 2.0;
    }
    if (std::abs(next - x) <= 4e-16 * next || next < 1e-300) return next;
    x = next;
  }
  return x;
}

/// P(T > t) of Student's t. @param degrees_of_freedom positive. @throws DomainError NaN or out of range.
[[nodiscard]] inline double student_t_survival(double t, double degrees_of_freedom) {
  constexpr auto where = "student_t_survival";
  check::positive(where, "degrees_of_freedom", degrees_of_freedom);
  if (std::isnan(t)) check::detail::fail<DomainError>(where, "t", "nan", "must not be NaN");
  if (std::isinf(t)) return t > 0.0 ? 0.0 : 1.0;
  const double square = t * t;
  const double x = degrees_of_freedom / (degrees_of_freedom + square);
  const double y = square / (degrees_of_freedom + square);
  const double tail = 0.5 * detail::incomplete_beta(x, y, degrees_of_freedom / 2.0, 0.5);
  return t >= 0.0 ? tail : 1.0 - tail;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI
