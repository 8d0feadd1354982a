#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/nan_policy.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/signal/detail/scaling.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

enum class RobustSpread : std::uint8_t {
  iqr,  ///< interquartile range, quartiles by linear interpolation
  mad,  ///< median absolute deviation from the median
};

struct RobustScaleOptions {
  RobustSpread spread = RobustSpread::iqr;
  /// Divide by the spread over that of a normal distribution of deviation 1 (1.3490 for iqr, 0.6745 for mad), so that the
  /// result of normal noise has deviation 1.
  bool unit_variance = false;
  double min_scale = 1e-9;  ///< as in ZscoreOptions, on the spread
  NanPolicy nan_policy = NanPolicy::propagate;
};

namespace detail {

template <std::floating_point T>
CenterAndScale median_and_spread(std::span<const T> x, const RobustScaleOptions& options, std::vector<T>& work) {
  constexpr double normal_quartile = 0.674489750196081743;  // the third quartile of a standard normal distribution
  if (x.empty()) return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  const double center = median(x);
  double spread = 0.0;
  if (options.spread == RobustSpread::iqr) {
    spread = quantile(x, 0.75) - quantile(x, 0.25);
    if (options.unit_variance) spread /= 2.0 * normal_quartile;
  } else {
    work.resize(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) work[i] = static_cast<T>(std::abs(static_cast<double>(x[i]) - center));
    spread = median(std::span<const T>(work));
    if (options.unit_variance) spread /= normal_quartile;
  }
  return {center, spread};
}

template <std::floating_point T>
void robust_scale(const MatrixView<const T>& signal, const RobustScaleOptions& options, const MatrixView<T>& out) {
  std::vector<T> work;
  scale_leads<T>(
      "robust_scale", signal, options.min_scale, options.nan_policy,
      [&](std::span<const T> x) { return median_and_spread<T>(x, options, work); }, out);
}

template <std::floating_point T>
std::vector<T> robust_scale(const MatrixView<const T>& signal, const RobustScaleOptions& options) {
  std::vector<T> out(signal.n_rows() * signal.n_cols());
  robust_scale<T>(signal, options, MatrixView<T>(out.data(), signal.n_rows(), signal.n_cols()));
  return out;
}

}  // namespace detail

/// Each lead minus its median, over its interquartile range or median absolute deviation: what a few spikes do not move.
///
/// @param signal   (n_samples,) or (n_leads, n_samples), in any unit.
/// @param options  spread iqr by default; unit_variance; min_scale; nan_policy.
/// @return of the shape of signal, without unit; zeros for a lead whose spread is not above min_scale or 1e-13 of its level.
/// That may
///   be a lead with spikes on a line that is exactly constant for more than half (mad) or three quarters (iqr) of the time.
/// @throws DomainError min_scale is negative or not finite; nan_policy is reject and a sample is NaN.
///
/// NaN policy: propagate makes the whole lead NaN, omit takes median and spread of the other samples and leaves NaN where it
/// was, reject refuses. An empty signal gives an empty result. Equal to sklearn's RobustScaler of each lead (iqr) and to
/// scipy.stats.median_abs_deviation (mad) within 1e-12 relative (tests/python/test_signal_scaling.py). O(n).
[[nodiscard]] inline std::vector<double> robust_scale(std::span<const double> signal,
                                                      const RobustScaleOptions& options = {}) {
  return detail::robust_scale<double>({signal.data(), 1, signal.size()}, options);
}
[[nodiscard]] inline std::vector<float> robust_scale(std::span<const float> signal, const RobustScaleOptions& options = {}) {
  return detail::robust_scale<float>({signal.data(), 1, signal.size()}, options);
}
[[nodiscard]] inline std::vector<double> robust_scale(const MatrixView<const double>& signal,
                                                      const RobustScaleOptions& options = {}) {
  return detail::robust_scale<double>(signal, options);
}
[[nodiscard]] inline std::vector<float> robust_scale(const MatrixView<const float>& signal,
                                                     const RobustScaleOptions& options = {}) {
  return detail::robust_scale<float>(signal, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
