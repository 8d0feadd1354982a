#pragma once

#include <heartsight/core/random.hpp>
#include <heartsight/core/random_binomial.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Random counts for simulated null distributions.
namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

inline double log_choose(double n, double k) noexcept {
  return std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
}

/// log P(k marked among `drawn`, out of `all` of which `marked` are marked).
inline double log_hypergeometric(std::int64_t k, std::int64_t all, std::int64_t marked, std::int64_t drawn) noexcept {
  const auto x = static_cast<double>(k);
  const auto n = static_cast<double>(all);
  const auto good = static_cast<double>(marked);
  const auto sample = static_cast<double>(drawn);
  return log_choose(good, x) + log_choose(n - good, sample - x) - log_choose(n, sample);
}

/// A value of low .. high from its mode outwards: `up(k)` is P(k + 1) / P(k), `down(k)` is P(k - 1) / P(k). Takes about as
/// many steps as the standard deviation.
template <class Up, class Down>
std::int64_t draw_from_mode(Random& random, std::int64_t mode, double at_mode, std::int64_t low, std::int64_t high, Up&& up,
                            Down&& down) {
  double u = random.uniform();
  u -= at_mode;
  if (u < 0.0) return mode;
  std::int64_t above = mode;
  std::int64_t below = mode;
  double p_above = at_mode;
  double p_below = at_mode;
  while (above < high || below > low) {
    if (above < high) {
      p_above *= up(above);
      ++above;
      u -= p_above;
      if (u < 0.0) return above;
    }
    if (below > low) {
      p_below *= down(below);
      --below;
      u -= p_below;
      if (u < 0.0) return below;
    }
    if (p_above < 1e-300 && p_below < 1e-300) break;
  }
  return mode;  // rounding left nothing of the last probability
}

/// How many of `marked` are among `drawn` out of `all`. Exact up to a standard deviation of 200 and 2^36 in all; beyond it
/// the normal law, or the binomial one where a part is tiny, whose error is below what 10^5 draws can show: time and the
/// digits of log-gamma set the limit.
inline std::int64_t draw_hypergeometric(Random& random, std::int64_t all, std::int64_t marked, std::int64_t drawn) {
  const std::int64_t low = std::max<std::int64_t>(0, drawn - (all - marked));
  const std::int64_t high = std::min(marked, drawn);
  if (low == high) return low;
  const auto n = static_cast<double>(all);
  const auto good = static_cast<double>(marked);
  const auto sample = static_cast<double>(drawn);
  const double variance = sample * (good / n) * (1.0 - good / n) * ((n - sample) / (n - 1.0));
  if (variance > 200.0 * 200.0) {
    const double value = std::round(random.normal(sample * (good / n), std::sqrt(variance)));
    return static_cast<std::int64_t>(std::clamp(value, static_cast<double>(low), static_cast<double>(high)));
  }
  if (all > std::int64_t{1} << 36) {
    if (marked > all - marked) return drawn - draw_hypergeometric(random, all, all - marked, drawn);
    if (drawn > all - drawn) return marked - draw_hypergeometric(random, all, marked, all - drawn);
    return draw_binomial(random, high, static_cast<double>(std::max(marked, drawn)) / n);
  }
  const auto mode = std::clamp(static_cast<std::int64_t>((sample + 1.0) * (good + 1.0) / (n + 2.0)), low, high);
  return draw_from_mode(
      random, mode, std::exp(log_hypergeometric(mode, all, marked, drawn)), low, high,
      [&](std::int64_t k) {
        const auto x = static_cast<double>(k);
        return (good - x) * (sample - x) / ((x + 1.0) * (n - good - sample + x + 1.0));
      },
      [&](std::int64_t k) {
        const auto x = static_cast<double>(k);
        return x * (n - good - sample + x) / ((good - x + 1.0) * (sample - x + 1.0));
      });
}

/// Gamma(shape, 1) by Marsaglia and Tsang 2000 (DOI 10.1145/358407.358414).
inline double draw_gamma(Random& random, double shape) {
  if (shape < 1.0) {
    const double u = std::max(random.uniform(), 0x1p-60);
    return draw_gamma(random, shape + 1.0) * std::pow(u, 1.0 / shape);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = random.normal();
    const double t = 1.0 + c * x;
    if (t <= 0.0) continue;
    const double v = t * t * t;
    const double u = 1.0 - random.uniform();
    if (std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

/// Counts of n draws, whose shares are themselves Dirichlet(alpha): what a sample shows on bins that another one made.
inline void draw_dirichlet_multinomial(Random& random, std::int64_t n, std::span<const double> alpha,
                                       std::span<std::int64_t> counts) {
  std::vector<double> share(alpha.size());
  double rest = 0.0;
  for (std::size_t i = 0; i < alpha.size(); ++i) rest += share[i] = draw_gamma(random, alpha[i]);
  std::int64_t left = n;
  for (std::size_t i = 0; i < alpha.size(); ++i) {
    counts[i] = i + 1 == alpha.size() ? left : draw_binomial(random, left, std::clamp(share[i] / rest, 0.0, 1.0));
    left -= counts[i];
    rest = std::max(rest - share[i], 1e-300);
  }
}

/// Splits pooled counts at random: counts[i] of pooled[i] go to a sample of n.
inline void draw_split(Random& random, std::int64_t n, std::span<const std::int64_t> pooled, std::int64_t total,
                       std::span<std::int64_t> counts) {
  std::int64_t left = n;
  std::int64_t rest = total;
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    counts[i] = draw_hypergeometric(random, rest, pooled[i], left);
    left -= counts[i];
    rest -= pooled[i];
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
