#pragma once

#include <heartsight/drift/detail/chi_square.hpp>
#include <heartsight/drift/test_result.hpp>

#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

struct ChiSquareOptions {
  double smallest_expected = 5.0;  ///< below it the p-value comes from random splits of the pooled counts
  std::size_t n_resamples = 1999;  ///< number of those; fewer, 99 at least, where categories times draws pass 2 million
  std::uint64_t seed = 0;
};

/// Pearson's chi-square test that two samples have the same shares of categories, without continuity correction.
///
/// @param reference, current  (k,) counts of the same categories, in the same order; categories empty on both sides are
///                            left out.
/// @return statistic and p; NaN and NaN when a side has no count; 0 and 1 for a single category.
/// @throws ShapeError sizes differ. @throws DomainError a count is negative, n_resamples = 0.
/// p: chi-square with categories - 1 degrees of freedom when every expected count is at least smallest_expected, else the
/// share of random splits (margins fixed) with a statistic as large: exact up to its resolution 1 / (n_resamples + 1).
/// Equal to scipy.stats.chi2_contingency(correction=False) (1.17) within 1e-12 relative where that rule holds.
/// In tables of more than 256 categories with rare ones among them, those with an expected count below 5 are one for the
/// p-value, as compare has it; the statistic is that of the whole table.
/// Source: Pearson 1900, DOI 10.1080/14786440009463897. O(k), or O(k n_resamples) draws, at most about 2 million.
[[nodiscard]] inline TestResult chi_square(std::span<const std::int64_t> reference, std::span<const std::int64_t> current,
                                           const ChiSquareOptions& options = {}) {
  return detail::chi_square(reference, current, options.smallest_expected, options.n_resamples, options.seed);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
