#pragma once

#include <heartsight/features/hrv_frequency.hpp>
#include <heartsight/features/hrv_nonlinear.hpp>
#include <heartsight/features/hrv_time.hpp>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// Named sets of settings.
enum class HrvPreset : std::uint8_t {
  task_force,      ///< Task Force 1996: deviations of the intervals as they are; Welch of the linearly detrended 4 Hz spline
  lomb_scargle,    ///< the same, with averaged Lomb-Scargle periodograms: nothing interpolated
  autoregressive,  ///< the same, with Burg's model of order 16
  /// The published defaults of Kubios HRV: smoothness priors with lambda 500 before everything but the mean, spline at 4 Hz,
  /// Welch of 300 s windows overlapping by half, VLF 0 - 0.04 Hz, exponents over 4 - 12 and 13 - 64 beats.
  kubios,
  kubios_autoregressive,  ///< the same, with a model of order 16 in place of Welch
};

struct HrvOptions {
  HrvTimeOptions time = {};
  HrvFrequencyOptions frequency = {};
  HrvNonlinearOptions nonlinear = {};
  /// Take the trend of the frequency domain off before deviations and non-linear indices too; the mean stays.
  bool detrend_intervals = false;
  friend bool operator==(const HrvOptions&, const HrvOptions&) = default;
};

/// The settings of a preset, to be changed at will.
[[nodiscard]] inline HrvOptions hrv_preset(HrvPreset preset) {
  HrvOptions options;
  if (preset == HrvPreset::lomb_scargle) options.frequency.method = HrvSpectrum::lomb_scargle;
  if (preset == HrvPreset::autoregressive || preset == HrvPreset::kubios_autoregressive) {
    options.frequency.method = HrvSpectrum::autoregressive;
  }
  if (preset == HrvPreset::kubios || preset == HrvPreset::kubios_autoregressive) {
    options.frequency.detrend = NnDetrend::smoothness_priors;
    options.nonlinear.alpha1_windows = {4, 12};
    options.nonlinear.alpha2_windows = {13, 64};
    options.detrend_intervals = true;
  }
  return options;
}

struct Hrv {
  HrvTime time;
  HrvFrequency frequency;
  HrvNonlinear nonlinear;
  HrvOptions settings;  ///< what the indices were computed with
};

namespace detail {

inline Hrv hrv(const NnSeries& nn, const HrvOptions& options) {
  check_options(options.frequency);
  Hrv result;
  result.settings = options;
  result.frequency = detail::hrv_frequency(nn, options.frequency);
  if (!options.detrend_intervals || nn.size() < 4) {
    result.time = detail::hrv_time(nn, options.time);
    result.nonlinear = detail::hrv_nonlinear(nn, options.nonlinear);
    return result;
  }
  const auto& f = options.frequency;
  const auto trend = nn_trend(nn, f.detrend, f.resample_hz, f.smoothness_lambda);
  const double mean = mean_of(nn.nn_ms());
  std::vector<double> level(nn.nn_ms().begin(), nn.nn_ms().end());
  for (std::size_t i = 0; i < level.size(); ++i) level[i] -= trend[i];
  const double offset = mean - mean_of(level);
  for (double& v : level) v += offset;
  const NnSeries stationary = nn.with_values(std::move(level));
  result.time = detail::hrv_time(stationary, options.time);
  result.nonlinear = detail::hrv_nonlinear(stationary, options.nonlinear);
  return result;
}

}  // namespace detail

/// Heart rate variability of a series of NN intervals: the time domain, the frequency domain and non-linear indices.
///
/// Definitions, units and settings differ between programs by 15 to 100 % and more; here they are part of the result.
/// Options come from hrv_preset. See hrv_time, hrv_frequency and hrv_nonlinear for the indices, their gaps and minimum
/// lengths; docs/hrv.md compares them with other programs.
/// @throws DomainError an interval is 0 or negative; an option is out of range. A series that is empty, short, constant or
/// full
///         of gaps is no error: its indices are NaN.
[[nodiscard]] inline Hrv hrv(const NnSeries& nn, const HrvOptions& options = {}) {
  return detail::hrv(nn, options);
}
[[nodiscard]] inline Hrv hrv(std::span<const double> nn_ms, const HrvOptions& options = {}) {
  return detail::hrv(NnSeries(nn_ms), options);
}
[[nodiscard]] inline Hrv hrv(std::span<const float> nn_ms, const HrvOptions& options = {}) {
  return detail::hrv(NnSeries(nn_ms), options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
