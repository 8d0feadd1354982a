#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/nan_policy.hpp>
#include <heartsight/signal/detail/scaling.hpp>

#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

struct ZscoreOptions {
  /// A lead whose standard deviation is not above it counts as flat; in the unit of the signal, at least 0. The default, 1
  /// pV for a signal in mV, lies far below any converter's step and above what a filter leaves of a flat lead.
  double min_scale = 1e-9;
  NanPolicy nan_policy = NanPolicy::propagate;
};

namespace detail {

template <std::floating_point T>
void zscore(const MatrixView<const T>& signal, const ZscoreOptions& options, const MatrixView<T>& out) {
  scale_leads<T>("zscore", signal, options.min_scale, options.nan_policy, mean_and_deviation<T>, out);
}

template <std::floating_point T>
std::vector<T> zscore(const MatrixView<const T>& signal, const ZscoreOptions& options) {
  std::vector<T> out(signal.n_rows() * signal.n_cols());
  zscore<T>(signal, options, MatrixView<T>(out.data(), signal.n_rows(), signal.n_cols()));
  return out;
}

}  // namespace detail

/// Each lead minus its mean, over its standard deviation (divisor n).
///
/// @param signal   (n_samples,) or (n_leads, n_samples), in any unit.
/// @param options  min_scale, nan_policy.
/// @return of the shape of signal, without unit; zeros for a flat lead, one whose deviation is not above min_scale or not
/// above
///   1e-13 of its level, instead of amplified rounding.
/// @throws DomainError min_scale is negative or not finite; nan_policy is reject and a sample is NaN.
///
/// NaN policy: propagate makes the whole lead NaN, omit takes mean and deviation of the other samples and leaves NaN where
/// it was, reject refuses. An infinite sample makes its lead NaN. An empty signal gives an empty result. Equal to
/// scipy.stats.zscore within 1e-12 relative (tests/python/test_signal_scaling.py). O(n).
[[nodiscard]] inline std::vector<double> zscore(std::span<const double> signal, const ZscoreOptions& options = {}) {
  return detail::zscore<double>({signal.data(), 1, signal.size()}, options);
}
[[nodiscard]] inline std::vector<float> zscore(std::span<const float> signal, const ZscoreOptions& options = {}) {
  return detail::zscore<float>({signal.data(), 1, signal.size()}, options);
}
[[nodiscard]] inline std::vector<double> zscore(const MatrixView<const double>& signal, const ZscoreOptions& options = {}) {
  return detail::zscore<double>(signal, options);
}
[[nodiscard]] inline std::vector<float> zscore(const MatrixView<const float>& signal, const ZscoreOptions& options = {}) {
  return detail::zscore<float>(signal, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
