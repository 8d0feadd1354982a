#pragma once

#include <heartsight/drift/detail/kolmogorov_distribution.hpp>
#include <heartsight/drift/detail/rank_sweep.hpp>
#include <heartsight/drift/p_value_method.hpp>
#include <heartsight/drift/test_result.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

inline constexpr TestResult no_result = {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
inline constexpr std::int64_t largest_exact_sample = 10'000;

inline double kolmogorov_smirnov_p(std::int64_t n, std::int64_t m, std::int64_t gap, bool exact) {
  if (exact) return kolmogorov_two_sample_exact(n, m, gap);
  const auto a = static_cast<double>(n);
  const auto b = static_cast<double>(m);
  const double effective = std::max(1.0, std::nearbyint(a / (a + b) * b));
  return kolmogorov_survival(static_cast<std::int64_t>(effective), static_cast<double>(gap) / (a * b));
}

template <std::floating_point T>
TestResult kolmogorov_smirnov(std::span<const T> reference, std::span<const T> current, PValueMethod method) {
  const SortedSample x = sorted_sample(reference);
  const SortedSample y = sorted_sample(current);
  if (x.values.empty() || y.values.empty()) return no_result;
  RankSweep ranks(x.size(), y.size());
  for_each_value(x.values, y.values, [&](double, std::int64_t a, std::int64_t b) { ranks.add(a, b); });
  const bool exact = method == PValueMethod::exact ||
                     (method == PValueMethod::automatic && std::max(x.size(), y.size()) <= largest_exact_sample);
  return {ranks.kolmogorov_smirnov(), kolmogorov_smirnov_p(x.size(), y.size(), ranks.largest_gap(), exact)};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
