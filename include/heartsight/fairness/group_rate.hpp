#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/metrics/confusion.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::fairness {

/// A rate of a group that is a share of counted cases.
enum class GroupRate {
  selection_rate,             ///< called positive, of all
  prevalence,                 ///< positive, of all
  sensitivity,                ///< called positive, of the positive (true positive rate)
  specificity,                ///< called negative, of the negative
  false_positive_rate,        ///< called positive, of the negative
  false_negative_rate,        ///< called negative, of the positive
  positive_predictive_value,  ///< positive, of those called positive
  negative_predictive_value,  ///< negative, of those called negative
  accuracy,                   ///< called right, of all
};

inline constexpr std::array<std::string_view, 9> group_rate_names = {"selection_rate",
                                                                     "prevalence",
                                                                     "sensitivity",
                                                                     "specificity",
                                                                     "false_positive_rate",
                                                                     "false_negative_rate",
                                                                     "positive_predictive_value",
                                                                     "negative_predictive_value",
                                                                     "accuracy"};

[[nodiscard]] inline std::string_view name_of(GroupRate rate) noexcept {
  return group_rate_names[static_cast<std::size_t>(rate)];
}

/// @throws DomainError a name that is no rate's.
[[nodiscard]] inline GroupRate group_rate_of(std::string_view name) {
  std::string known;
  for (std::size_t i = 0; i < group_rate_names.size(); ++i) {
    if (group_rate_names[i] == name) return static_cast<GroupRate>(i);
    known.append(i == 0 ? "" : ", ").append(group_rate_names[i]);
  }
  check::detail::fail<DomainError>("group_rate_of", "name", std::string(name), "must be one of " + known);
}

/// A count above this is no count of cases; sums of a few million such still fit.
inline constexpr std::int64_t largest_count = std::int64_t{1} << 52;

/// How many of how many.
struct Share {
  std::int64_t part = 0;
  std::int64_t whole = 0;
  [[nodiscard]] double value() const noexcept {
    return whole == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(part) / static_cast<double>(whole);
  }
};

/// The counts behind a rate.
[[nodiscard]] inline Share share_of(GroupRate rate, const metrics::ConfusionCounts& c) noexcept {
  const std::int64_t positive = c.true_positive + c.false_negative;
  const std::int64_t negative = c.true_negative + c.false_positive;
  const std::int64_t called = c.true_positive + c.false_positive;
  switch (rate) {
    case GroupRate::selection_rate:
      return {called, positive + negative};
    case GroupRate::prevalence:
      return {positive, positive + negative};
    case GroupRate::sensitivity:
      return {c.true_positive, positive};
    case GroupRate::specificity:
      return {c.true_negative, negative};
    case GroupRate::false_positive_rate:
      return {c.false_positive, negative};
    case GroupRate::false_negative_rate:
      return {c.false_negative, positive};
    case GroupRate::positive_predictive_value:
      return {c.true_positive, called};
    case GroupRate::negative_predictive_value:
      return {c.true_negative, positive + negative - called};
    case GroupRate::accuracy:
      return {c.true_positive + c.true_negative, positive + negative};
  }
  return {};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::fairness
