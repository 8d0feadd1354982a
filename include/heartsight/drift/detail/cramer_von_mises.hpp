#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/drift/detail/kolmogorov_smirnov.hpp>
#include <heartsight/drift/detail/quadratic_form.hpp>
#include <heartsight/drift/detail/rank_sweep.hpp>
#include <heartsight/drift/p_value_method.hpp>
#include <heartsight/drift/test_result.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <map>
#include <numeric>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

/// Share of all orders with a statistic U at least this: frequency tables over the lattice of paths.
inline double cramer_von_mises_exact(double u, std::int64_t n, std::int64_t m) {
  const std::int64_t lcm = std::lcm(n, m);
  const std::int64_t a = lcm / n;
  const std::int64_t b = lcm / m;
  const auto nm = static_cast<double>(n * m);
  const double zeta =
      std::floor(static_cast<double>(lcm * lcm * (n + m)) * (6.0 * u - nm * (4.0 * nm - 1.0)) / (6.0 * nm * nm));
  using Table = std::map<std::int64_t, double>;  // value -> number of paths
  std::vector<Table> row(static_cast<std::size_t>(n) + 1);
  row[0][0] = 1.0;
  for (std::int64_t j = 0; j <= m; ++j) {
    Table from_left;
    for (std::int64_t i = 0; i <= n; ++i) {
      Table merged = std::move(from_left);
      for (const auto& [value, count] : row[static_cast<std::size_t>(i)]) merged[value] += count;
      const std::int64_t off = a * i - b * j;
      Table moved;
      for (const auto& [value, count] : merged) moved.emplace_hint(moved.end(), value + off * off, count);
      row[static_cast<std::size_t>(i)] = moved;
      from_left = std::move(moved);
    }
  }
  double all = 0.0;
  double beyond = 0.0;
  for (const auto& [value, count] : row[static_cast<std::size_t>(n)]) {
    all += count;
    if (static_cast<double>(value) >= zeta) beyond += count;
  }
  return beyond / all;
}

inline TestResult cramer_von_mises_of(const RankSweep& ranks, std::int64_t n_values, std::int64_t m_values,
                                      PValueMethod method) {
  constexpr std::int64_t largest_automatic = 20;
  constexpr std::int64_t largest_exact = 60;
  const std::int64_t largest = std::max(n_values, m_values);
  if (method == PValueMethod::exact) {
    check::in_closed_range<std::int64_t>("cramer_von_mises", "number of values for method exact", largest, 1, largest_exact);
  }
  const auto n = static_cast<double>(n_values);
  const auto m = static_cast<double>(m_values);
  const double total = n + m;
  const double u = ranks.cramer_von_mises_u();
  const double t = u / (n * m * total) - (4.0 * n * m - 1.0) / (6.0 * total);
  if (method == PValueMethod::exact || (method == PValueMethod::automatic && largest <= largest_automatic)) {
    return {t, cramer_von_mises_exact(u, n_values, m_values)};
  }
  const double mean = (1.0 + 1.0 / total) / 6.0;
  const double variance =
      (total + 1.0) * (4.0 * n * m * total - 3.0 * (n * n + m * m) - 2.0 * n * m) / (45.0 * total * total * 4.0 * n * m);
  return {t, cramer_von_mises_survival(1.0 / 6.0 + (t - mean) / std::sqrt(45.0 * variance))};
}

template <std::floating_point T>
TestResult cramer_von_mises(std::span<const T> reference, std::span<const T> current, PValueMethod method) {
  const SortedSample x = sorted_sample(reference);
  const SortedSample y = sorted_sample(current);
  if (x.values.empty() || y.values.empty()) return no_result;
  return cramer_von_mises_of(pair_statistics(x, y, true).ranks, x.size(), y.size(), method);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
