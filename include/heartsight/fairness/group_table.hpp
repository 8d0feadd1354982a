#pragma once

#include <heartsight/core/beta_function.hpp>
#include <heartsight/core/check.hpp>
#include <heartsight/fairness/group_rate.hpp>
#include <heartsight/metrics/proportion_interval.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::fairness {

/// What is said of a rate that has fewer than min_cases cases behind it. It is marked in every case.
enum class SmallCells {
  keep,      ///< its value and its wide interval
  suppress,  ///< nothing but how many cases there are
  shrink,    ///< drawn towards the rate of all groups together, as far as the groups are alike
};

struct GroupTableOptions {
  double level = 0.95;          ///< of the intervals, in (0, 1)
  std::int64_t min_cases = 10;  ///< a rate of fewer cases is "not enough data"
  SmallCells small_cells = SmallCells::keep;
  bool exact = false;  ///< Clopper and Pearson's intervals in place of Wilson's
};

/// A rate in a group.
struct GroupEstimate {
  static constexpr std::int64_t suppressed = -1;

  Share share;                 ///< the counts behind it; part is `suppressed` when it is
  double value;                ///< NaN without a case, or suppressed
  metrics::Interval interval;  ///< [0, 1] without a case; NaN when suppressed
  bool enough;                 ///< share.whole >= min_cases
};

namespace detail {

/// How many cases of all groups together one group's rate is worth, by the method of moments of the beta-binomial model
/// (Kleinman 1973, DOI 10.1080/01621459.1973.10481341): few where groups differ, all of them where they do not.
inline double shrinkage_strength(std::span<const Share> shares) {
  double part = 0.0;
  double whole = 0.0;
  double squares = 0.0;
  double n_groups = 0.0;
  for (const Share& s : shares) {
    if (s.whole == 0) continue;
    const auto n = static_cast<double>(s.whole);
    part += static_cast<double>(s.part);
    whole += n;
    squares += n * n;
    n_groups += 1.0;
  }
  if (n_groups < 2.0) return 0.0;
  const double mean = part / whole;
  const double variance = mean * (1.0 - mean);
  double spread = 0.0;
  for (const Share& s : shares) {
    if (s.whole != 0) spread += static_cast<double>(s.whole) * (s.value() - mean) * (s.value() - mean);
  }
  const double scale = whole - squares / whole - (n_groups - 1.0);
  if (variance <= 0.0 || scale <= 0.0) return whole;
  const double correlation = (spread - (n_groups - 1.0) * variance) / (variance * scale);
  if (correlation <= 0.0) return whole;
  return std::clamp(1.0 / correlation - 1.0, 0.0, whole);
}

}  // namespace detail

/// One rate in every group, with its interval; nothing is left out because it is small.
///
/// @param counts (n_groups,) as group_counts gives them.
/// @return (n_groups,). The interval is Wilson's (or exact); with SmallCells::shrink a small cell gets the mean and the
/// equal-tailed interval of its beta posterior, whose prior is the rate of all groups, worth shrinkage_strength cases.
/// @throws DomainError level not in (0, 1), min_cases below 1.
/// Intervals are for one rate; disparities() corrects for the number of comparisons. O(n_groups).
[[nodiscard]] inline std::vector<GroupEstimate> group_estimates(GroupRate rate,
                                                                std::span<const metrics::ConfusionCounts> counts,
                                                                const GroupTableOptions& options = {}) {
  constexpr auto where = "group_estimates";
  check::at_least<std::int64_t>(where, "min_cases", options.min_cases, 1);
  if (!(options.level > 0.0 && options.level < 1.0)) {
    check::detail::fail<DomainError>(where, "level", check::detail::show(options.level), "must be between 0 and 1");
  }
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<Share> shares;
  Share all;
  for (const auto& c : counts) {
    shares.push_back(share_of(rate, c));
    all.part += shares.back().part;
    all.whole += shares.back().whole;
  }
  const double strength = options.small_cells == SmallCells::shrink ? detail::shrinkage_strength(shares) : 0.0;
  std::vector<GroupEstimate> result;
  for (const Share& s : shares) {
    const auto interval = options.exact ? metrics::clopper_pearson_interval(s.part, s.whole, options.level)
                                        : metrics::wilson_interval(s.part, s.whole, options.level);
    GroupEstimate e{.share = s, .value = s.value(), .interval = interval, .enough = s.whole >= options.min_cases};
    if (!e.enough && options.small_cells == SmallCells::suppress) {
      e.share.part = GroupEstimate::suppressed;
      e.value = nan;
      e.interval = {nan, nan};
    }
    if (!e.enough && s.whole > 0 && options.small_cells == SmallCells::shrink && strength > 0.0) {
      // Half a case on each side keeps the posterior proper where all groups show 0 or 1.
      const double a = static_cast<double>(s.part) + strength * all.value() + 0.5;
      const double b = static_cast<double>(s.whole - s.part) + strength * (1.0 - all.value()) + 0.5;
      const double tail = (1.0 - options.level) / 2.0;
      e.value = a / (a + b);
      e.interval = {beta_quantile(tail, a, b), beta_quantile(1.0 - tail, a, b)};
    }
    result.push_back(e);
  }
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::fairness
