#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/sampling_rate.hpp>
#include <heartsight/signal/detail/median_filter.hpp>
#include <heartsight/signal/detail/scaling.hpp>
#include <heartsight/signal/detail/sosfiltfilt.hpp>
#include <heartsight/signal/filter_design.hpp>
#include <heartsight/signal/fourier_resample.hpp>
#include <heartsight/signal/remove_baseline.hpp>
#include <heartsight/signal/resample.hpp>
#include <heartsight/signal/zscore.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

template <std::floating_point T>
std::vector<T> classifier_chain(const MatrixView<const T>& signal, SamplingRate sampling_rate, double target_hz) {
  const ResampleRatio ratio = resample_ratio(sampling_rate.hz(), target_hz);
  std::vector<T> resampled = signal::resample_poly(signal, ratio.up, ratio.down, {.padding = ResamplePadding::line});
  const std::size_t n_out = signal.n_rows() == 0 ? 0 : resampled.size() / signal.n_rows();
  const MatrixView<T> view(resampled.data(), signal.n_rows(), n_out);
  zscore<T>(MatrixView<const T>(view), {}, view);
  return resampled;
}

/// Median, low-pass at 40 Hz, minus its own low-pass at 2 Hz: what both forms of the detector's chain share.
template <std::floating_point T>
std::vector<T> detector_filters(const MatrixView<const T>& signal, SamplingRate sampling_rate, std::size_t median_width,
                                const MedianFilterOptions& median_options, bool has_lowpass) {
  std::vector<T> out = median_filter<T>(signal, median_width, median_options);
  const MatrixView<T> view(out.data(), signal.n_rows(), signal.n_cols());
  if (has_lowpass) {
    const auto lowpass = butterworth(2, sampling_rate, {.high_hz = 40.0});
    sosfiltfilt<T>(lowpass, MatrixView<const T>(view), FilterPadding::odd, std::nullopt, view);
  }
  const auto baseline = sosfiltfilt<T>(butterworth(2, sampling_rate, {.high_hz = 2.0}), MatrixView<const T>(view),
                                       FilterPadding::odd, std::nullopt);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] -= baseline[i];
  return out;
}

template <std::floating_point T>
std::vector<T> detector_chain(const MatrixView<const T>& signal, SamplingRate sampling_rate) {
  const std::size_t width = odd_window("preprocess", "sampling_rate", 0.006, sampling_rate);
  std::vector<T> out = detector_filters<T>(signal, sampling_rate, width, {}, sampling_rate.hz() > 80.0);
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    const std::span<T> x = std::span(out).subspan(lead * signal.n_cols(), signal.n_cols());
    const CenterAndScale statistics = mean_and_deviation<T>(x);
    if (is_flat(statistics, ZscoreOptions{}.min_scale)) {
      for (T& value : x) value = std::isnan(value) ? value : T{0};
      continue;
    }
    double largest = 0.0;  // above 0, since the deviation is; a NaN has made the whole lead NaN
    for (const T value : x) largest = std::max(largest, std::abs(static_cast<double>(value) - statistics.center));
    for (T& value : x) value = static_cast<T>((static_cast<double>(value) - statistics.center) / largest);
  }
  return out;
}

template <std::floating_point T>
std::vector<T> clinical_recommender_chain(const MatrixView<const T>& signal) {
  constexpr std::size_t n_out = 5000;
  std::vector<T> out;
  if (signal.n_cols() == n_out) {
    for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
      const auto row = signal.row(lead);
      out.insert(out.end(), row.begin(), row.end());
    }
  } else {
    out = signal::fourier_resample(signal, n_out);
  }
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    const std::span<T> x = std::span(out).subspan(lead * n_out, n_out);
    const auto [mean, deviation] = mean_and_deviation<T>(x);
    for (T& value : x) value = static_cast<T>((static_cast<double>(value) - mean) / (deviation + 1e-8));
  }
  return out;
}

template <std::floating_point T>
std::vector<T> cpsc2019_chain(const MatrixView<const T>& signal, SamplingRate sampling_rate) {
  std::vector<T> out = detector_filters<T>(signal, sampling_rate, 3, {.edge = MedianEdge::constant}, true);
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    const std::span<T> x = std::span(out).subspan(lead * signal.n_cols(), signal.n_cols());
    const auto [mean, deviation] = mean_and_deviation<T>(x);
    double largest = -std::numeric_limits<double>::infinity();
    for (T& value : x) {
      const double z = (static_cast<double>(value) - mean) / deviation;
      value = static_cast<T>(z);
      largest = std::max(largest, z);
    }
    for (T& value : x) value = static_cast<T>(static_cast<double>(value) / largest);
  }
  return out;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
