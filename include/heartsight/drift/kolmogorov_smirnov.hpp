#pragma once

#include <heartsight/drift/detail/kolmogorov_smirnov.hpp>
#include <heartsight/drift/test_result.hpp>

#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

struct KolmogorovSmirnovOptions {
  PValueMethod method = PValueMethod::automatic;  ///< automatic: exact while both samples hold at most 10,000 values
};

/// Two-sample Kolmogorov-Smirnov test: D = sup |F - G| of the two empirical distribution functions.
///
/// p-value, two-sided. exact: the share of all orders of the pooled values (taken as untied) that give a D as large;
/// O(n m) time at worst. asymptotic: Kolmogorov's one-sample law at n m / (n + m), rounded. Ties make both conservative.
///
/// @param reference, current  (n,), (m,) in any order; infinities are values.
/// @return D in [0, 1] and p; NaN and NaN when a side holds no value.
/// NaN policy: omit. Equal to scipy.stats.ks_2samp (1.17): D within 1e-15; exact p within 1e-9 relative; asymptotic p
/// within 5e-6, or where the effective size is above 20,000 within 0.2 % of the p-value.
/// Source: Hodges 1958, DOI 10.1007/BF02589501. O(n log n + m log m).
[[nodiscard]] inline TestResult kolmogorov_smirnov(std::span<const double> reference, std::span<const double> current,
                                                   const KolmogorovSmirnovOptions& options = {}) {
  return detail::kolmogorov_smirnov<double>(reference, current, options.method);
}
[[nodiscard]] inline TestResult kolmogorov_smirnov(std::span<const float> reference, std::span<const float> current,
                                                   const KolmogorovSmirnovOptions& options = {}) {
  return detail::kolmogorov_smirnov<float>(reference, current, options.method);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
