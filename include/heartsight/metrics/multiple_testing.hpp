#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

namespace detail {

/// Positions of the p-values that are not NaN, in ascending order of p.
inline std::vector<std::size_t> ascending_p(const char* where, std::span<const double> p) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (std::isnan(p[i])) continue;
    if (p[i] < 0.0 || p[i] > 1.0) {
      check::detail::fail<DomainError>(where, check::detail::indexed("p", i), check::detail::show(p[i]),
                                       "must be in [0, 1]");
    }
    order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  return order;
}

}  // namespace detail

/// Holm's step-down correction (1979, https://www.jstor.org/stable/4615733): rejecting where the adjusted value is below
/// alpha keeps the chance of any false alarm in the family below alpha, however the tests depend on each other.
///
/// @param p (n,) p-values in [0, 1]; NaN marks a test that could not be made: it stays NaN and does not count in the family.
/// @return (n,) adjusted p-values, in the order of p. @throws DomainError a value outside [0, 1]. O(n log n).
/// Equal to statsmodels' multipletests(method="holm").
[[nodiscard]] inline std::vector<double> holm(std::span<const double> p) {
  const auto order = detail::ascending_p("holm", p);
  std::vector<double> adjusted(p.begin(), p.end());
  double largest = 0.0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(order.size() - rank) * p[order[rank]]));
    adjusted[order[rank]] = largest;
  }
  return adjusted;
}

/// Benjamini and Hochberg's correction (1995, DOI 10.1111/j.2517-6161.1995.tb02031.x): rejecting where the adjusted value is
/// below alpha keeps the expected share of false alarms among the alarms below alpha, for independent or positively
/// dependent tests. Arguments, NaN and errors as holm. Equal to scipy.stats.false_discovery_control.
[[nodiscard]] inline std::vector<double> benjamini_hochberg(std::span<const double> p) {
  const auto order = detail::ascending_p("benjamini_hochberg", p);
  std::vector<double> adjusted(p.begin(), p.end());
  double smallest = 1.0;
  for (std::size_t rank = order.size(); rank-- > 0;) {
    const double scaled = p[order[rank]] * static_cast<double>(order.size()) / static_cast<double>(rank + 1);
    smallest = std::min(smallest, scaled);
    adjusted[order[rank]] = smallest;
  }
  return adjusted;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
