#pragma once

#include <heartsight/drift/detail/binned.hpp>
#include <heartsight/drift/test_result.hpp>

#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// Hellinger distance, sqrt(1 - sum sqrt(p q)), in [0, 1].
///
/// Bins as in population_stability_index; no smoothing is needed. @return the distance and its p-value; NaN and NaN when a
/// side holds no value. Errors as there. NaN policy: omit. Source: Hellinger 1909, DOI 10.1515/crll.1909.136.210.
[[nodiscard]] inline TestResult hellinger(std::span<const double> reference, std::span<const double> current,
                                          const BinnedOptions& options = {}) {
  return detail::binned_test_of_values<double>("hellinger", reference, current, detail::Hellinger{}, options);
}
[[nodiscard]] inline TestResult hellinger(std::span<const float> reference, std::span<const float> current,
                                          const BinnedOptions& options = {}) {
  return detail::binned_test_of_values<float>("hellinger", reference, current, detail::Hellinger{}, options);
}
/// The same of (k,) counts on the same k bins or categories, which do not depend on either sample.
/// @throws ShapeError sizes differ. @throws DomainError a count is negative.
[[nodiscard]] inline TestResult hellinger(std::span<const std::int64_t> reference, std::span<const std::int64_t> current,
                                          const BinnedOptions& options = {}) {
  detail::check_binned("hellinger", options);
  return detail::binned_test("hellinger", reference, current, detail::BinOrigin::given, detail::Hellinger{},
                             options.n_resamples, options.seed);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
