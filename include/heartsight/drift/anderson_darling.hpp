#pragma once

#include <heartsight/drift/detail/anderson_darling.hpp>
#include <heartsight/drift/test_result.hpp>

#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// Two-sample Anderson-Darling test with midranks: sensitive to location, scale and tails; the default for numbers.
///
/// The statistic is standardised, (A2 - 1) / sigma, as Scholz and Stephens 1987 (DOI 10.1080/01621459.1987.10478517) do.
/// p-value: the limit law of Anderson and Darling at 1 + statistic * 0.7614 (Pettitt 1976, DOI 10.1093/biomet/63.1.161),
/// by Smirnov's series, so that it is right far out in the tail; the variance is that of the values' own ties.
///
/// @return statistic and p; NaN and NaN when a side holds no value; p = 1 when all values are equal or there are two.
/// NaN policy: omit. The statistic equals scipy.stats.anderson_ksamp(midrank=True) (1.17) within 1e-8 relative; SciPy's
/// p-value is interpolated from a table of seven points and cut to [0.001, 0.25], and within it the two differ by less than
/// 0.03. Size by simulation: docs/drift.md. O(n log n + m log m).
[[nodiscard]] inline TestResult anderson_darling(std::span<const double> reference, std::span<const double> current) {
  return detail::anderson_darling<double>(reference, current);
}
[[nodiscard]] inline TestResult anderson_darling(std::span<const float> reference, std::span<const float> current) {
  return detail::anderson_darling<float>(reference, current);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
