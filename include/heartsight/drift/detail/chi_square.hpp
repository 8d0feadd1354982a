#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/gamma_function.hpp>
#include <heartsight/drift/detail/draws.hpp>
#include <heartsight/drift/detail/kolmogorov_smirnov.hpp>
#include <heartsight/drift/test_result.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

using Counts = std::span<const std::int64_t>;

inline void check_counts(std::string_view where, std::span<const std::int64_t> reference,
                         std::span<const std::int64_t> current) {
  check::same_size(where, "reference", reference.size(), "current", current.size());
  constexpr std::int64_t largest = std::int64_t{1} << 52;  // sums stay exact in double
  check::in_closed_range<std::int64_t>(where, "reference", reference, 0, largest);
  check::in_closed_range<std::int64_t>(where, "current", current, 0, largest);
}

inline std::int64_t sum_of(std::span<const std::int64_t> counts) noexcept {
  std::int64_t sum = 0;
  for (const std::int64_t count : counts) sum += count;
  return sum;
}

/// Pearson's statistic from current counts and pooled counts.
inline double pearson(std::span<const std::int64_t> current, std::span<const std::int64_t> pooled, double n,
                      double m) noexcept {
  double sum = 0.0;
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    const auto all = static_cast<double>(pooled[i]);
    const double expected = all * m / (n + m);
    const double off = static_cast<double>(current[i]) - expected;
    sum += off * off / expected * (n + m) / n;  // both rows of the table: 1/m' + 1/n' parts
  }
  return sum;
}

inline constexpr std::size_t largest_unpooled_table = 256;   ///< categories; in larger tables the rare ones are drawn as one
inline constexpr std::size_t most_drawn_counts = 2'000'000;  ///< of all draws together, unless that leaves fewer than 99

struct CountPair {
  std::vector<std::int64_t> reference;
  std::vector<std::int64_t> current;
};

/// Counts with all categories whose expected count is below 5 on a side as one, which comes last.
inline CountPair with_rare_pooled(Counts a, Counts b) {
  const auto n = static_cast<double>(sum_of(a));
  const auto m = static_cast<double>(sum_of(b));
  CountPair pooled;
  std::int64_t rare_a = 0;
  std::int64_t rare_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (static_cast<double>(a[i] + b[i]) * std::min(n, m) / (n + m) >= 5.0) {
      pooled.reference.push_back(a[i]);
      pooled.current.push_back(b[i]);
    } else {
      rare_a += a[i];
      rare_b += b[i];
    }
  }
  if (rare_a + rare_b > 0) {
    pooled.reference.push_back(rare_a);
    pooled.current.push_back(rare_b);
  }
  return pooled;
}

/// Above 256 categories, should one be rare, the rare ones are pooled for the p-value; if more than 256 are left, the rest
/// may be rare: it does not spoil the limit law of hundreds of frequent ones. Where all are frequent but fewer than
/// smallest_expected asks for, there are fewer draws the more categories there are.
inline TestResult chi_square(std::span<const std::int64_t> reference, std::span<const std::int64_t> current,
                             double smallest_expected, std::size_t n_resamples, std::uint64_t seed) {
  constexpr auto where = "chi_square";
  check_counts(where, reference, current);
  check::at_least<std::size_t>(where, "n_resamples", n_resamples, 1);
  const std::int64_t n = sum_of(reference);
  const std::int64_t m = sum_of(current);
  if (n == 0 || m == 0) return no_result;
  std::vector<std::int64_t> pooled;
  std::vector<std::int64_t> observed;
  std::int64_t rarest = n + m;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    if (reference[i] + current[i] == 0) continue;
    pooled.push_back(reference[i] + current[i]);
    observed.push_back(current[i]);
    rarest = std::min(rarest, pooled.back());
  }
  if (pooled.size() < 2) return {0.0, 1.0};
  const auto n_double = static_cast<double>(n);
  const auto m_double = static_cast<double>(m);
  const double statistic = pearson(observed, pooled, n_double, m_double);
  const double expected = static_cast<double>(rarest) * std::min(n_double, m_double) / (n_double + m_double);
  if (expected >= smallest_expected) {
    return {statistic, chi_square_survival(statistic, static_cast<double>(pooled.size() - 1))};
  }
  if (pooled.size() > largest_unpooled_table) {
    if (expected < 5.0) {  // what with_rare_pooled calls rare
      const CountPair rest = with_rare_pooled(reference, current);
      const double smallest = rest.reference.size() > largest_unpooled_table ? 0.0 : smallest_expected;
      return {statistic, chi_square(rest.reference, rest.current, smallest, n_resamples, seed).p_value};
    }
    n_resamples = std::min(n_resamples, std::max<std::size_t>(99, most_drawn_counts / pooled.size()));
  }
  Random random(seed);
  std::vector<std::int64_t> drawn(pooled.size());
  std::size_t n_beyond = 0;
  const double limit = statistic * (1.0 - 1e-12);  // the same table in another order of sums counts as equal
  for (std::size_t r = 0; r < n_resamples; ++r) {
    draw_split(random, m, pooled, n + m, drawn);
    n_beyond += pearson(drawn, pooled, n_double, m_double) >= limit ? 1U : 0U;
  }
  return {statistic, (static_cast<double>(n_beyond) + 1.0) / (static_cast<double>(n_resamples) + 1.0)};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
