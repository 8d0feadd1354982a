#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/fairness/group_rate.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::fairness {

/// What the published system `clinical_recommender` says of a list of group rates.
struct UrgentRateParity {
  double ratio;  ///< its smallest rate by its largest, as it computes them
  bool passes;   ///< ratio >= 0.8
  std::int64_t n_cases;
  bool sufficient;  ///< at least 10 cases in all: its only rule on size
};

/// The bias check of the published system `clinical_recommender`, with its defects: the rate of urgent recommendations per
/// group, smallest by largest, passed from 0.8 (the "four-fifths rule" of 29 CFR 1607.4 D).
///
/// Kept as it is, for comparison only: a ratio of 1 when no group has an urgent case; no interval and no minimum per group,
/// so that 7 of 11 against 4 of 11 fails; and an empty group *passes everybody* when it comes first (its rate is not a
/// number, and the comparison with it is never true), but is passed over when it comes later. Use disparities().
///
/// @param groups (n_groups,) urgent of all, in the system's order: sexes M, F; ages up to 40, 41 to 65, over 65.
/// @throws ShapeError no group. @throws DomainError part not in 0 .. whole.
[[nodiscard]] inline UrgentRateParity urgent_rate_parity(std::span<const Share> groups) {
  constexpr auto where = "urgent_rate_parity";
  check::not_empty(where, "groups", groups.size());
  UrgentRateParity result{.ratio = 1.0, .passes = true, .n_cases = 0, .sufficient = false};
  double low = groups.front().value();
  double high = groups.front().value();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].part < 0 || groups[i].part > groups[i].whole) {
      check::detail::fail<DomainError>(where, check::detail::indexed("groups", i), check::detail::show(groups[i].part),
                                       "part must be from 0 to whole");
    }
    // As Python's min and max do: a NaN never replaces, and is never replaced.
    const double rate = groups[i].value();
    if (rate < low) low = rate;
    if (rate > high) high = rate;
    result.n_cases += groups[i].whole;
  }
  result.ratio = high > 0.0 ? low / high : 1.0;
  result.passes = result.ratio >= 0.8;
  result.sufficient = result.n_cases >= 10;
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::fairness
