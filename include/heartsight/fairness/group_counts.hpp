#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/metrics/confusion.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::fairness {

/// More groups than this are identifiers.
inline constexpr std::size_t max_groups = 1'000'000;

namespace detail {

template <std::floating_point T>
std::vector<metrics::ConfusionCounts> group_counts(std::span<const std::int64_t> label, std::span<const T> score,
                                                   std::span<const std::int64_t> group, std::size_t n_groups,
                                                   double threshold) {
  constexpr auto where = "group_counts";
  check::same_size(where, "label", label.size(), "score", score.size());
  check::same_size(where, "label", label.size(), "group", group.size());
  check::binary_labels(where, "label", label);
  if (std::isnan(threshold)) check::detail::fail<DomainError>(where, "threshold", "nan", "must not be NaN");
  if (n_groups > max_groups) {
    check::detail::fail<DomainError>(where, "n_groups", check::detail::show(n_groups), "must be at most 1000000");
  }
  // Four cells per group in a row, and the cell by arithmetic: no branch that would guess wrong.
  std::vector<std::int64_t> cells(4 * n_groups, 0);
  const auto n = static_cast<std::int64_t>(n_groups);
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (std::isnan(score[i]))
      check::detail::fail<DomainError>(where, check::detail::indexed("score", i), "nan", "must not be NaN");
    if (group[i] < 0 || group[i] >= n) {
      check::detail::fail<DomainError>(where, check::detail::indexed("group", i), check::detail::show(group[i]),
                                       "must be from 0 to n_groups - 1");
    }
    const auto called = static_cast<std::size_t>(static_cast<double>(score[i]) >= threshold);
    ++cells[4 * static_cast<std::size_t>(group[i]) + 2 * static_cast<std::size_t>(label[i]) + called];
  }
  std::vector<metrics::ConfusionCounts> result(n_groups);
  for (std::size_t g = 0; g < n_groups; ++g) {
    result[g] = {.true_positive = cells[4 * g + 3],
                 .false_positive = cells[4 * g + 1],
                 .true_negative = cells[4 * g],
                 .false_negative = cells[4 * g + 2]};
  }
  return result;
}

}  // namespace detail

/// Counts of the decision "positive when score >= threshold" in each group.
///
/// @param label (n,) 0 or 1. @param score (n,) probabilities, any scores, or decisions 0 and 1. @param group (n,) from 0 to
/// n_groups - 1; a missing group is a group of its own, given by the caller. @param threshold any number.
/// @return n_groups counts; a group without a case has four zeros.
/// @throws ShapeError sizes differ. @throws DomainError a label is not 0 or 1, a score is NaN, a group is out of range.
/// O(n + n_groups).
[[nodiscard]] inline std::vector<metrics::ConfusionCounts> group_counts(std::span<const std::int64_t> label,
                                                                        std::span<const double> score,
                                                                        std::span<const std::int64_t> group,
                                                                        std::size_t n_groups, double threshold) {
  return detail::group_counts<double>(label, score, group, n_groups, threshold);
}
[[nodiscard]] inline std::vector<metrics::ConfusionCounts> group_counts(std::span<const std::int64_t> label,
                                                                        std::span<const float> score,
                                                                        std::span<const std::int64_t> group,
                                                                        std::size_t n_groups, double threshold) {
  return detail::group_counts<float>(label, score, group, n_groups, threshold);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::fairness
