#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/random.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// Splits rows into folds so that no group (patient) is in two folds and the strata are spread evenly.
///
/// Groups are taken in a seeded random order, those with the rarest stratum first, and each goes to the fold that has the
/// fewest rows of that stratum (then the fewest rows, then the lowest index).
///
/// @param group    (n,) group of each row, any integers.
/// @param stratum  (n,) class to be spread evenly, any integers; empty for none.
/// @param n_folds  at least 2, at most the number of groups.
/// @return (n,) fold of each row, 0 .. n_folds - 1; equal on every platform for one seed.
/// @throws ShapeError   sizes differ or n = 0. @throws DomainError n_folds is below 2 or above the number of groups.
/// O(n log n + n_groups * n_folds).
[[nodiscard]] inline std::vector<std::int64_t> group_folds(std::span<const std::int64_t> group,
                                                           std::span<const std::int64_t> stratum, std::size_t n_folds,
                                                           std::uint64_t seed) {
  constexpr auto where = "group_folds";
  check::not_empty(where, "group", group.size());
  if (!stratum.empty()) check::same_size(where, "group", group.size(), "stratum", stratum.size());
  std::map<std::int64_t, std::vector<std::size_t>> rows_of;
  std::map<std::int64_t, std::size_t> stratum_size;
  const auto stratum_of = [&](std::size_t row) { return stratum.empty() ? std::int64_t{0} : stratum[row]; };
  for (std::size_t row = 0; row < group.size(); ++row) {
    rows_of[group[row]].push_back(row);
    ++stratum_size[stratum_of(row)];
  }
  check::in_closed_range<std::size_t>(where, "n_folds", n_folds, 2, std::max<std::size_t>(rows_of.size(), 1));

  struct Group {
    const std::vector<std::size_t>* rows;
    std::int64_t stratum;  // the rarest stratum among its rows
  };
  std::vector<Group> groups;
  for (const auto& [id, rows] : rows_of) {
    std::int64_t rarest = stratum_of(rows.front());
    for (const std::size_t row : rows) {
      if (stratum_size[stratum_of(row)] < stratum_size[rarest]) rarest = stratum_of(row);
    }
    groups.push_back({&rows, rarest});
  }
  Random random(seed);
  random.shuffle(std::span(groups));
  std::stable_sort(groups.begin(), groups.end(),
                   [&](const Group& a, const Group& b) { return stratum_size[a.stratum] < stratum_size[b.stratum]; });

  std::vector<std::int64_t> fold(group.size());
  std::vector<std::size_t> n_rows(n_folds, 0);
  std::map<std::int64_t, std::vector<std::size_t>> n_of_stratum;
  for (const auto& [id, size] : stratum_size) n_of_stratum[id].assign(n_folds, 0);
  for (const Group& g : groups) {
    const auto& counts = n_of_stratum[g.stratum];
    std::size_t best = 0;
    for (std::size_t f = 1; f < n_folds; ++f) {
      if (counts[f] < counts[best] || (counts[f] == counts[best] && n_rows[f] < n_rows[best])) best = f;
    }
    for (const std::size_t row : *g.rows) {
      fold[row] = static_cast<std::int64_t>(best);
      ++n_rows[best];
      ++n_of_stratum[stratum_of(row)][best];
    }
  }
  return fold;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
