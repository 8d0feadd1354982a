#pragma once

#include <heartsight/drift/detail/binned.hpp>
#include <heartsight/drift/test_result.hpp>

#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// Population stability index (PSI, the symmetrised Kullback-Leibler divergence): sum of (q - p) ln(q / p) over bins.
///
/// Bins lie at quantiles of the reference, the outer two open (see ReferenceBins): an outlier of the current sample is
/// counted, not given a bin that leaves all others one. Each count is raised by smoothing before shares are formed, so that
/// an empty bin is not an infinity; smoothing = 0 is the plain definition.
///
/// @param reference, current  (n,), (m,) in any order.
/// @return PSI and its p-value; NaN and NaN when a side holds no value.
/// @throws DomainError n_bins is not 1 to 4,000, smoothing is negative, n_resamples is below 99.
/// The customary limits 0.1 and 0.2 know no sample size: without drift the mean is about (1/n + 1/m)(n_bins - 1), 0.36 for
/// two samples of 50. The p-value does (Yurdakul and Naranjo 2020, DOI 10.21314/JRMV.2020.227): the limit law for large
/// counts, a simulated null for small ones. NaN policy: omit. O(n log n + m log m).
[[nodiscard]] inline TestResult population_stability_index(std::span<const double> reference,
                                                           std::span<const double> current,
                                                           const BinnedOptions& options = {}) {
  return detail::binned_test_of_values<double>("population_stability_index", reference, current,
                                               detail::StabilityIndex{options.smoothing}, options);
}
[[nodiscard]] inline TestResult population_stability_index(std::span<const float> reference, std::span<const float> current,
                                                           const BinnedOptions& options = {}) {
  return detail::binned_test_of_values<float>("population_stability_index", reference, current,
                                              detail::StabilityIndex{options.smoothing}, options);
}
/// The same of (k,) counts on the same k bins or categories, which do not depend on either sample.
/// @throws ShapeError sizes differ. @throws DomainError a count is negative.
[[nodiscard]] inline TestResult population_stability_index(std::span<const std::int64_t> reference,
                                                           std::span<const std::int64_t> current,
                                                           const BinnedOptions& options = {}) {
  detail::check_binned("population_stability_index", options);
  return detail::binned_test("population_stability_index", reference, current, detail::BinOrigin::given,
                             detail::StabilityIndex{options.smoothing}, options.n_resamples, options.seed);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
