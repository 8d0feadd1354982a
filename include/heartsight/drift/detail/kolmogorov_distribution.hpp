#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

/// P(D+ >= x) of one sample of n: Smirnov's exact sum up to n = 20,000, exp(-(6 n x + 1)^2 / (18 n)) (Maag and Dicaire
/// 1971, DOI 10.1093/biomet/58.3.653) above, where the two agree to 1 % of the p-value down to 1e-12.
inline double smirnov_survival(std::int64_t n, double x) {
  if (x <= 0.0) return 1.0;
  if (x >= 1.0) return 0.0;
  const auto size = static_cast<double>(n);
  if (n > 20'000) {
    const double t = 6.0 * size * x + 1.0;
    return std::exp(-t * t / (18.0 * size));
  }
  const double log_all = std::lgamma(size + 1.0);
  double sum = 0.0;
  for (std::int64_t j = 0; j <= static_cast<std::int64_t>(std::floor(size * (1.0 - x))); ++j) {
    const auto i = static_cast<double>(j);
    const double rest = 1.0 - x - i / size;
    if (rest <= 0.0) break;
    sum += std::exp(log_all - std::lgamma(i + 1.0) - std::lgamma(size - i + 1.0) + (i - 1.0) * std::log(x + i / size) +
                    (size - i) * std::log(rest));
  }
  return std::min(1.0, x * sum);
}

/// P(D_n < x) by the matrix of Marsaglia, Tsang and Wang 2003 (DOI 10.18637/jss.v008.i18).
inline double kolmogorov_by_matrix(std::int64_t n, double x) {
  const auto size = static_cast<double>(n);
  const auto k = static_cast<std::size_t>(size * x) + 1;
  const std::size_t m = 2 * k - 1;
  const double h = static_cast<double>(k) - size * x;
  std::vector<double> step(m * m, 0.0);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < std::min(m, i + 2); ++j) step[i * m + j] = 1.0;
  }
  for (std::size_t i = 0; i < m; ++i) {
    step[i * m] -= std::pow(h, static_cast<double>(i + 1));
    step[(m - 1) * m + i] -= std::pow(h, static_cast<double>(m - i));
  }
  if (2.0 * h - 1.0 > 0.0) step[(m - 1) * m] += std::pow(2.0 * h - 1.0, static_cast<double>(m));
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      for (std::size_t g = 2; g <= i - j + 1; ++g) step[i * m + j] /= static_cast<double>(g);
    }
  }
  const auto product = [m](const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> c(m * m, 0.0);
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t l = 0; l < m; ++l) {
        const double value = a[i * m + l];
        for (std::size_t j = 0; j < m; ++j) c[i * m + j] += value * b[l * m + j];
      }
    }
    return c;
  };
  // step^n by squaring, each product scaled by powers of two that are kept apart.
  std::vector<double> power(m * m, 0.0);
  for (std::size_t i = 0; i < m; ++i) power[i * m + i] = 1.0;
  double power_exponent = 0.0;
  double step_exponent = 0.0;
  const auto rescale = [&](std::vector<double>& a, double& exponent) {
    if (a[(k - 1) * m + k - 1] > 0x1p400) {
      for (double& value : a) value *= 0x1p-400;
      exponent += 400.0;
    }
  };
  for (std::int64_t bits = n; bits > 0; bits >>= 1) {
    if ((bits & 1) != 0) {
      power = product(power, step);
      power_exponent += step_exponent;
      rescale(power, power_exponent);
    }
    if (bits > 1) {
      step = product(step, step);
      step_exponent *= 2.0;
      rescale(step, step_exponent);
    }
  }
  double result = power[(k - 1) * m + k - 1];
  for (std::int64_t i = 1; i <= n; ++i) {
    result *= static_cast<double>(i) / size;
    if (result < 0x1p-400) {
      result *= 0x1p400;
      power_exponent -= 400.0;
    }
  }
  return std::ldexp(result, static_cast<int>(power_exponent));
}

/// P(D_n < x) for large n by Pelz and Good 1976 (DOI 10.1111/j.2517-6161.1976.tb01579.x).
inline double kolmogorov_pelz_good(std::int64_t n, double x) {
  using std::numbers::pi;
  const auto size = static_cast<double>(n);
  const double z = std::sqrt(size) * x;
  const double z2 = z * z;
  const double z4 = z2 * z2;
  const double z6 = z4 * z2;
  double k0 = 0.0;
  double k1 = 0.0;
  double k2 = 0.0;
  double k3 = 0.0;
  double k2_whole = 0.0;
  double k3_whole = 0.0;
  for (int i = 0; i < 200; ++i) {
    const double half = pi * (i + 0.5);
    const double h2 = half * half;
    const double e = std::exp(-h2 / (2.0 * z2));
    const double w2 = pi * pi * i * i;
    const double e_whole = i == 0 ? 0.0 : std::exp(-w2 / (2.0 * z2));
    k0 += e;
    // Sums over all integers are twice those over the non-negative (k + 1/2 and -(k + 1/2) pair up).
    k1 += 2.0 * (h2 - z2) * e;
    k2 += 2.0 * (6.0 * z6 + 2.0 * z4 + (2.0 * z4 - 5.0 * z2) * h2 + (1.0 - 2.0 * z2) * h2 * h2) * e;
    k3 += 2.0 *
          ((5.0 - 30.0 * z2) * h2 * h2 * h2 + (-60.0 * z2 + 212.0 * z4) * h2 * h2 + (135.0 * z4 - 96.0 * z6) * h2 -
           30.0 * z6 - 90.0 * z4 * z4) *
          e;
    k2_whole += 2.0 * w2 * e_whole;
    k3_whole += 2.0 * (-w2 * w2 + 3.0 * w2 * z2) * e_whole;
    if (e < 1e-30) break;
  }
  const double root = std::sqrt(pi / 2.0);
  const double c0 = std::sqrt(2.0 * pi) / z * k0;
  const double c1 = root / (6.0 * z4) * k1;
  const double c2 = root * (k2 / (72.0 * z6 * z) - k2_whole / (36.0 * z2 * z));
  const double c3 = root * (k3 / (6480.0 * z6 * z4) + k3_whole / (108.0 * z6));
  return c0 + c1 / std::sqrt(size) + c2 / size + c3 / (size * std::sqrt(size));
}

/// P(D_n >= x) of one sample of n against a known continuous distribution (Simard and L'Ecuyer 2011,
/// DOI 10.18637/jss.v039.i11, with an exact matrix in place of Pomeranz's recursion).
inline double kolmogorov_survival(std::int64_t n, double x) {
  const auto size = static_cast<double>(n);
  const double t = size * x;
  if (x >= 1.0) return 0.0;
  if (t <= 0.5) return 1.0;
  if (t <= 1.0) {
    return 1.0 - std::exp(std::lgamma(size + 1.0) - size * std::log(size) + size * std::log(2.0 * t - 1.0));
  }
  if (t >= size - 1.0) return 2.0 * std::pow(1.0 - x, size);
  const double scaled = t * x;
  if (x >= 0.5 || scaled >= (n <= 140 ? 4.0 : 2.2)) return std::min(1.0, 2.0 * smirnov_survival(n, x));
  const double cdf = n <= 500 ? kolmogorov_by_matrix(n, x) : kolmogorov_pelz_good(n, x);
  return std::clamp(1.0 - cdf, 0.0, 1.0);
}

/// P(D >= d) of two samples of n and m under permutation of values without ties; gap = n m d, an integer.
///
/// u(i, j), the share of paths from (0, 0) to (i, j) that have left the band, is u(i, j) = (i u(i-1, j) + j u(i, j-1)) /
/// (i + j) inside the band and 1 outside: only sums of positive terms, so that small p-values keep their digits.
/// O(n m) at worst, and as little as the band is narrow.
inline double kolmogorov_two_sample_exact(std::int64_t n, std::int64_t m, std::int64_t gap) {
  if (gap <= 0) return 1.0;
  std::vector<double> u(static_cast<std::size_t>(m) + 1, 1.0);
  std::vector<double> reciprocal(static_cast<std::size_t>(n + m) + 1, 0.0);
  for (std::size_t s = 1; s < reciprocal.size(); ++s) reciprocal[s] = 1.0 / static_cast<double>(s);
  for (std::int64_t i = 0; i <= n; ++i) {
    // Inside: |i m - j n| < gap.
    const std::int64_t low = i * m - gap < 0 ? 0 : (i * m - gap) / n + 1;
    const std::int64_t high = std::min(m, (i * m + gap - 1) / n);
    if (low > 0 && low <= m + 1) u[static_cast<std::size_t>(low - 1)] = 1.0;
    for (std::int64_t j = low; j <= high; ++j) {
      const auto at = static_cast<std::size_t>(j);
      if (i == 0 && j == 0) {
        u[at] = 0.0;
        continue;
      }
      const double left = j > 0 ? u[at - 1] : 0.0;
      u[at] = (static_cast<double>(i) * u[at] + static_cast<double>(j) * left) * reciprocal[static_cast<std::size_t>(i + j)];
    }
  }
  return std::clamp(u[static_cast<std::size_t>(m)], 0.0, 1.0);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
