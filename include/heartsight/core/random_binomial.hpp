#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/detail/log_gamma.hpp>
#include <heartsight/core/random.hpp>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI {

namespace detail {

/// By inversion: n p steps on average, for small n p.
inline std::int64_t binomial_by_inversion(Random& random, std::int64_t n, double p) noexcept {
  const double ratio = p / (1.0 - p);
  double mass = std::exp(static_cast<double>(n) * std::log1p(-p));
  double u = random.uniform();
  std::int64_t k = 0;
  while (u > mass && k < n) {
    u -= mass;
    ++k;
    mass *= ratio * static_cast<double>(n - k + 1) / static_cast<double>(k);
  }
  return k;
}

/// By transformed rejection (BTRS, Hormann 1993, DOI 10.1080/00949659308811496), for p at most a half and n p at least 10.
inline std::int64_t binomial_by_rejection(Random& random, std::int64_t n_trials, double p) noexcept {
  const auto n = static_cast<double>(n_trials);
  const double q = 1.0 - p;
  const double spread = std::sqrt(n * p * q);
  const double b = 1.15 + 2.53 * spread;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double c = n * p + 0.5;
  const double v_r = 0.92 - 4.2 / b;
  const double ratio = p / q;
  const double alpha = (2.83 + 5.1 / b) * spread;
  const double m = std::floor((n + 1.0) * p);
  while (true) {
    const double u = random.uniform() - 0.5;
    double v = random.uniform();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2.0 * a / us + b) * u + c);
    if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(k);
    if (!(k >= 0.0 && k <= n)) continue;
    v = std::log(v * alpha / (a / (us * us) + b));
    const double limit = (m + 0.5) * std::log((m + 1.0) / (ratio * (n - m + 1.0))) +
                         (n + 1.0) * std::log((n - m + 1.0) / (n - k + 1.0)) +
                         (k + 0.5) * std::log(ratio * (n - k + 1.0) / (k + 1.0)) + stirling_error(m + 1.0) +
                         stirling_error(n - m + 1.0) - stirling_error(k + 1.0) - stirling_error(n - k + 1.0);
    if (v <= limit) return static_cast<std::int64_t>(k);
  }
}

}  // namespace detail

/// A binomial draw: how many of n trials succeed. About 50 ns however large n is.
///
/// @param n at least 0. @param p in [0, 1]. @throws DomainError out of range. Equal for one seed within one build; the
/// platform's log decides borderline cases.
[[nodiscard]] inline std::int64_t draw_binomial(Random& random, std::int64_t n, double p) {
  constexpr auto where = "draw_binomial";
  check::at_least<std::int64_t>(where, "n", n, 0);
  if (!(p >= 0.0 && p <= 1.0)) check::detail::fail<DomainError>(where, "p", check::detail::show(p), "must be in [0, 1]");
  if (n == 0 || p == 0.0) return 0;
  if (p == 1.0) return n;
  if (p > 0.5) return n - draw_binomial(random, n, 1.0 - p);
  return static_cast<double>(n) * p < 10.0 ? detail::binomial_by_inversion(random, n, p)
                                           : detail::binomial_by_rejection(random, n, p);
}

/// A multinomial draw with the shares of `counts`: what resampling the rows behind the counts gives, without the rows.
///
/// @param counts (k,) at least 0. @return (k,) counts with the same total. @throws DomainError a negative count. O(k).
[[nodiscard]] inline std::vector<std::int64_t> draw_resampled_counts(Random& random, std::span<const std::int64_t> counts) {
  for (std::size_t i = 0; i < counts.size(); ++i)
    check::at_least<std::int64_t>("draw_resampled_counts", "counts", counts[i], 0);
  std::int64_t mass = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  std::int64_t left = mass;
  std::vector<std::int64_t> drawn(counts.size(), 0);
  for (std::size_t i = 0; i < counts.size() && left > 0; ++i) {
    drawn[i] =
        counts[i] == mass ? left : draw_binomial(random, left, static_cast<double>(counts[i]) / static_cast<double>(mass));
    left -= drawn[i];
    mass -= counts[i];
  }
  return drawn;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI
