#pragma once

#include <heartsight/drift/detail/binned.hpp>
#include <heartsight/drift/test_result.hpp>

#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// Jensen-Shannon distance: the root of the Jensen-Shannon divergence in nats, in [0, sqrt(ln 2)].
///
/// Bins as in population_stability_index; no smoothing is needed. Equal to scipy.spatial.distance.jensenshannon of the same
/// shares within 1e-12. @return the distance and its p-value; NaN and NaN when a side holds no value. Errors as there.
/// NaN policy: omit. Source: Endres and Schindelin 2003, DOI 10.1109/TIT.2003.813506.
[[nodiscard]] inline TestResult jensen_shannon(std::span<const double> reference, std::span<const double> current,
                                               const BinnedOptions& options = {}) {
  return detail::binned_test_of_values<double>("jensen_shannon", reference, current, detail::JensenShannon{}, options);
}
[[nodiscard]] inline TestResult jensen_shannon(std::span<const float> reference, std::span<const float> current,
                                               const BinnedOptions& options = {}) {
  return detail::binned_test_of_values<float>("jensen_shannon", reference, current, detail::JensenShannon{}, options);
}
/// The same of (k,) counts on the same k bins or categories, which do not depend on either sample.
/// @throws ShapeError sizes differ. @throws DomainError a count is negative.
[[nodiscard]] inline TestResult jensen_shannon(std::span<const std::int64_t> reference,
                                               std::span<const std::int64_t> current, const BinnedOptions& options = {}) {
  detail::check_binned("jensen_shannon", options);
  return detail::binned_test("jensen_shannon", reference, current, detail::BinOrigin::given, detail::JensenShannon{},
                             options.n_resamples, options.seed);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
