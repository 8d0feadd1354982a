#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/detail/log_gamma.hpp>
#include <heartsight/core/gamma_function.hpp>
#include <heartsight/core/random_binomial.hpp>
#include <heartsight/fairness/group_rate.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::fairness {

struct EqualRatesOptions {
  std::size_t n_simulations = 2000;  ///< for three and more groups with few cases
  std::uint64_t seed = 0;
};

namespace detail {

struct Pooled {
  std::int64_t part = 0;
  std::int64_t whole = 0;
  std::size_t n_groups = 0;  ///< with a case
  double smallest_expected = std::numeric_limits<double>::infinity();
};

inline Pooled pooled(std::span<const Share> shares) {
  Pooled all;
  for (const Share& s : shares) {
    all.part += s.part;
    all.whole += s.whole;
    all.n_groups += s.whole > 0 ? 1 : 0;
  }
  const double rate = static_cast<double>(all.part) / static_cast<double>(std::max<std::int64_t>(all.whole, 1));
  for (const Share& s : shares) {
    if (s.whole > 0)
      all.smallest_expected = std::min(all.smallest_expected, static_cast<double>(s.whole) * std::min(rate, 1.0 - rate));
  }
  return all;
}

inline double pearson_statistic(std::span<const Share> shares, std::int64_t part, std::int64_t whole) noexcept {
  const double rate = static_cast<double>(part) / static_cast<double>(whole);
  double sum = 0.0;
  for (const Share& s : shares) {
    if (s.whole == 0) continue;
    const auto n = static_cast<double>(s.whole);
    const double gap = static_cast<double>(s.part) - n * rate;
    sum += gap * gap / (n * rate * (1.0 - rate));
  }
  return sum;
}

/// ln of the binomial mass at k of n.
inline double log_binomial_mass(std::int64_t successes, std::int64_t trials, double rate) noexcept {
  const auto k = static_cast<double>(successes);
  const auto n = static_cast<double>(trials);
  if (successes == 0) return n * std::log1p(-rate);
  if (successes == trials) return n * std::log(rate);
  using heartsight::detail::deviance;
  using heartsight::detail::stirling_error;
  return stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance(k, n * rate) -
         deviance(n - k, n * (1.0 - rate)) + 0.5 * std::log(n / (2.0 * std::numbers::pi * k * (n - k)));
}

/// Fisher's exact test of two shares, two-sided by the masses that are no larger than the observed one.
inline double fisher_exact(Share a, Share b) noexcept {
  // Hypergeometric masses as a ratio of binomial ones, by Loader's saddle point: digits stay when the counts are huge.
  const std::int64_t part = a.part + b.part;
  const double rate = static_cast<double>(part) / static_cast<double>(a.whole + b.whole);
  const auto log_mass = [&](std::int64_t k) {
    return log_binomial_mass(k, a.whole, rate) + log_binomial_mass(part - k, b.whole, rate);
  };
  const std::int64_t first = std::max<std::int64_t>(0, part - b.whole);
  const std::int64_t last = std::min(a.whole, part);
  const double observed = log_mass(a.part) + 1e-7;
  const double scale = log_binomial_mass(part, a.whole + b.whole, rate);
  double sum = 0.0;
  for (std::int64_t k = first; k <= last; ++k) {
    const double mass = log_mass(k);
    if (mass <= observed) sum += std::exp(mass - scale);
  }
  return std::min(1.0, sum);
}

}  // namespace detail

/// p-value of "all groups have one rate".
///
/// Pearson's chi-square where every group expects at least five cases on either side; below that Fisher's exact test of two
/// groups, and for more groups the share of simulated tables, drawn with the pooled rate, that are as unequal.
///
/// @param shares (n_groups,) part of whole; groups without a case are passed over.
/// @return p in (0, 1]; 1 when all cases agree; NaN with fewer than two groups that have a case.
/// @throws DomainError part not in 0 .. whole, n_simulations below 100.
/// Equal to scipy.stats.chi2_contingency(correction=False) and fisher_exact within 1e-10. O(n_groups), or times
/// n_simulations.
[[nodiscard]] inline double equal_rates_p_value(std::span<const Share> shares, const EqualRatesOptions& options = {}) {
  constexpr auto where = "equal_rates_p_value";
  check::at_least<std::size_t>(where, "n_simulations", options.n_simulations, 100);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i].part < 0 || shares[i].part > shares[i].whole || shares[i].whole > largest_count) {
      check::detail::fail<DomainError>(where, check::detail::indexed("shares", i), check::detail::show(shares[i].part),
                                       "part must be from 0 to whole, whole at most 2^52");
    }
  }
  const auto all = detail::pooled(shares);
  if (all.n_groups < 2) return std::numeric_limits<double>::quiet_NaN();
  if (all.part == 0 || all.part == all.whole) return 1.0;
  const double statistic = detail::pearson_statistic(shares, all.part, all.whole);
  if (all.smallest_expected >= 5.0) return chi_square_survival(statistic, static_cast<double>(all.n_groups - 1));
  std::vector<Share> with_cases;
  for (const Share& s : shares) {
    if (s.whole > 0) with_cases.push_back(s);
  }
  if (with_cases.size() == 2) return detail::fisher_exact(with_cases[0], with_cases[1]);
  Random random(options.seed);
  const double rate = static_cast<double>(all.part) / static_cast<double>(all.whole);
  std::size_t n_as_unequal = 0;
  for (std::size_t k = 0; k < options.n_simulations; ++k) {
    std::int64_t part = 0;
    for (Share& s : with_cases) {
      s.part = draw_binomial(random, s.whole, rate);
      part += s.part;
    }
    if (part == 0 || part == all.whole) continue;  // all equal
    n_as_unequal += detail::pearson_statistic(with_cases, part, all.whole) >= statistic - 1e-9 ? 1 : 0;
  }
  return static_cast<double>(n_as_unequal + 1) / static_cast<double>(options.n_simulations + 1);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::fairness
