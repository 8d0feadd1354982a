#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/normal_distribution.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI {

/// Cases that share a probability.
struct ProbabilityCount {
  double probability;
  std::int64_t n;
};

namespace detail {

/// Masses of the number of successes, from 0 up; what lies beyond `longest` is left out (below 1e-20 where it is chosen so).
inline std::vector<double> poisson_binomial_masses(std::span<const ProbabilityCount> cases, bool failures,
                                                   std::size_t longest) {
  std::vector<double> mass = {1.0};
  for (const ProbabilityCount& c : cases) {
    const double p = failures ? 1.0 - c.probability : c.probability;
    if (p <= 0.0) continue;
    for (std::int64_t i = 0; i < c.n; ++i) {
      if (mass.size() < longest) mass.push_back(0.0);
      for (std::size_t k = mass.size(); k-- > 1;) mass[k] = mass[k] * (1.0 - p) + mass[k - 1] * p;
      mass[0] *= 1.0 - p;
    }
  }
  return mass;
}

}  // namespace detail

/// p-value of "each case succeeds with its own probability": twice the smaller tail of the number of successes.
///
/// @param cases probabilities in [0, 1] and how many cases have each. @param successes from 0 to the number of cases.
/// @return in [0, 1]; 1 without a case. Exact where the variance is below 25 (O(n) times about 200), else normal with a
/// continuity correction, whose error is then about 0.005 at most in the tails. @throws DomainError out of range.
[[nodiscard]] inline double poisson_binomial_p_value(std::span<const ProbabilityCount> cases, std::int64_t successes) {
  constexpr auto where = "poisson_binomial_p_value";
  std::vector<ProbabilityCount> rare;
  std::vector<ProbabilityCount> frequent;
  std::int64_t n = 0;
  std::int64_t n_frequent = 0;
  double mean = 0.0;
  double variance = 0.0;
  for (const ProbabilityCount& c : cases) {
    check::in_closed_range(where, "probability", c.probability, 0.0, 1.0);
    check::at_least<std::int64_t>(where, "n", c.n, 0);
    const auto count = static_cast<double>(c.n);
    n += c.n;
    mean += count * c.probability;
    variance += count * c.probability * (1.0 - c.probability);
    (c.probability <= 0.5 ? rare : frequent).push_back(c);
    if (c.probability > 0.5) n_frequent += c.n;
  }
  check::at_least<std::int64_t>(where, "successes", successes, 0);
  check::at_least<std::int64_t>(where, "number of cases", n, successes);
  if (n == 0) return 1.0;
  if (variance >= 25.0) {
    const double excess = std::abs(static_cast<double>(successes) - mean);
    return std::min(1.0, 2.0 * normal_survival(std::max(0.0, excess - 0.5) / std::sqrt(variance)));
  }
  // Successes of the rare less failures of the frequent: each has a mean below 50, however many cases there are.
  constexpr std::size_t longest = 256;
  const auto up = detail::poisson_binomial_masses(rare, false, longest);
  const auto down = detail::poisson_binomial_masses(frequent, true, longest);
  const std::int64_t at = successes - n_frequent;  // = up - down
  double below = 0.0;
  double above = 0.0;
  for (std::size_t u = 0; u < up.size(); ++u) {
    for (std::size_t d = 0; d < down.size(); ++d) {
      const auto value = static_cast<std::int64_t>(u) - static_cast<std::int64_t>(d);
      const double mass = up[u] * down[d];
      if (value <= at) below += mass;
      if (value >= at) above += mass;
    }
  }
  return std::min(1.0, 2.0 * std::min(below, above));
}

}  // namespace heartsight::inline HEARTSIGHT_ABI
