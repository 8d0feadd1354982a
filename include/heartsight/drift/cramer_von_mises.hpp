#pragma once

#include <heartsight/drift/detail/cramer_von_mises.hpp>
#include <heartsight/drift/p_value_method.hpp>
#include <heartsight/drift/test_result.hpp>

#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

struct CramerVonMisesOptions {
  PValueMethod method = PValueMethod::automatic;  ///< automatic: exact while both samples hold at most 20 values
};

/// Two-sample Cramer-von Mises test, with midranks for ties.
///
/// exact: over all orders of the pooled values (Xiao, Gordon and Yakovlev 2006, DOI 10.18637/jss.v017.i08), at most 60
/// values a side; asymptotic: the statistic is standardised to the mean and variance of its limit law.
///
/// @return statistic T and p; NaN and NaN when a side holds no value.
/// @throws DomainError exact is asked of more than 60 values a side.
/// NaN policy: omit. Equal to scipy.stats.cramervonmises_2samp (1.17): T and p within 1e-9. O(n log n + m log m).
/// Source: Anderson 1962, DOI 10.1214/aoms/1177704477.
[[nodiscard]] inline TestResult cramer_von_mises(std::span<const double> reference, std::span<const double> current,
                                                 const CramerVonMisesOptions& options = {}) {
  return detail::cramer_von_mises<double>(reference, current, options.method);
}
[[nodiscard]] inline TestResult cramer_von_mises(std::span<const float> reference, std::span<const float> current,
                                                 const CramerVonMisesOptions& options = {}) {
  return detail::cramer_von_mises<float>(reference, current, options.method);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
