#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/sampling_rate.hpp>
#include <heartsight/signal/detail/median_filter.hpp>
#include <heartsight/signal/detail/sosfiltfilt.hpp>
#include <heartsight/signal/filter_design.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

enum class BaselineMethod : std::uint8_t {
  highpass,  ///< zero-phase Butterworth high-pass
  median,    ///< minus a median over the QRS complex of a median over the T wave
};

struct RemoveBaselineOptions {
  BaselineMethod method = BaselineMethod::highpass;
  double cutoff_hz = 0.5;        ///< highpass: the edge of one pass, above 0 and below half the sampling rate
  std::size_t order = 2;         ///< highpass: order of one pass, 1 .. 64
  double first_window_s = 0.2;   ///< median: takes out P waves and QRS complexes; positive
  double second_window_s = 0.6;  ///< median: takes out T waves; positive
};

namespace detail {

/// The odd number of samples next to a duration; of two equally near ones the greater.
inline std::size_t odd_window(std::string_view where, std::string_view name, double seconds, SamplingRate sampling_rate) {
  check::positive(where, name, seconds);
  const double samples = seconds * sampling_rate.hz();
  check::in_closed_range(where, name, samples, 0.0, 1e7);
  return 2 * static_cast<std::size_t>(samples / 2.0 + 1e-9) + 1;  // 0.2 s at 360 Hz are 72 samples, whatever rounding says
}

template <std::floating_point T>
void remove_baseline(const MatrixView<const T>& signal, SamplingRate sampling_rate, const RemoveBaselineOptions& options,
                     const MatrixView<T>& out) {
  constexpr auto where = "remove_baseline";
  if (options.method == BaselineMethod::highpass) {
    const auto sos = butterworth(options.order, sampling_rate, {.low_hz = options.cutoff_hz});
    sosfiltfilt<T>(sos, signal, FilterPadding::odd, std::nullopt, out);
    return;
  }
  const std::size_t first = odd_window(where, "first_window_s", options.first_window_s, sampling_rate);
  const std::size_t second = odd_window(where, "second_window_s", options.second_window_s, sampling_rate);
  std::vector<T> without_qrs(signal.n_cols());
  RunningMedian<T> first_median(first);
  RunningMedian<T> second_median(second);
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    const auto x = signal.row(lead);
    const auto baseline = out.row(lead);
    median_filter_lead<T>(x, first, window_sides(where, first), {}, first_median, without_qrs.data());
    median_filter_lead<T>(without_qrs, second, window_sides(where, second), {}, second_median, baseline.data());
    for (std::size_t i = 0; i < x.size(); ++i) baseline[i] = x[i] - baseline[i];
  }
}

template <std::floating_point T>
std::vector<T> remove_baseline(const MatrixView<const T>& signal, SamplingRate sampling_rate,
                               const RemoveBaselineOptions& options) {
  std::vector<T> out(signal.n_rows() * signal.n_cols());
  remove_baseline<T>(signal, sampling_rate, options, MatrixView<T>(out.data(), signal.n_rows(), signal.n_cols()));
  return out;
}

}  // namespace detail

/// Takes out baseline wander: the slow swing that breathing and electrodes lay under an ECG.
///
/// highpass: a Butterworth high-pass forward and backward (sosfiltfilt). At the default of 0.5 Hz and order 2 the -3 dB
/// point of both passes lies at 0.62 Hz; recommendations for diagnostic ECG allow 0.67 Hz to a filter without phase shift,
/// whose ST segment stays in place (@cite kligfield2007, DOI 10.1161/CIRCULATIONAHA.106.180200). median: the baseline is a
/// running median of 600 ms over a running median of 200 ms, and is subtracted
/// (@cite dechazal2004, DOI 10.1109/TBME.2004.827359). It follows steps, and spreads a gap no further than its windows.
///
/// @param signal         (n_samples,) or (n_leads, n_samples), in any unit.
/// @param sampling_rate  in Hz.
/// @param options        method highpass by default. A window is rounded to an odd number of samples.
/// @return of the shape of signal, in its unit.
/// @throws DomainError cutoff_hz or order as for butterworth; a window is not positive and finite, or longer than 10^7
/// samples.
///
/// NaN policy: propagate: highpass makes the whole lead NaN, median the windows that hold the NaN. A constant lead gives 0,
/// by highpass within rounding. Highpass equals SciPy's butter and sosfiltfilt within 1e-10 of the largest sample, median
/// equals scipy.ndimage.median_filter twice exactly (tests/python/test_signal_scaling.py). Neither is causal: for a stream,
/// use SosFilter with a high-pass. O(n) and O(n log window).
[[nodiscard]] inline std::vector<double> remove_baseline(std::span<const double> signal, SamplingRate sampling_rate,
                                                         const RemoveBaselineOptions& options = {}) {
  return detail::remove_baseline<double>({signal.data(), 1, signal.size()}, sampling_rate, options);
}
[[nodiscard]] inline std::vector<float> remove_baseline(std::span<const float> signal, SamplingRate sampling_rate,
                                                        const RemoveBaselineOptions& options = {}) {
  return detail::remove_baseline<float>({signal.data(), 1, signal.size()}, sampling_rate, options);
}
[[nodiscard]] inline std::vector<double> remove_baseline(const MatrixView<const double>& signal, SamplingRate sampling_rate,
                                                         const RemoveBaselineOptions& options = {}) {
  return detail::remove_baseline<double>(signal, sampling_rate, options);
}
[[nodiscard]] inline std::vector<float> remove_baseline(const MatrixView<const float>& signal, SamplingRate sampling_rate,
                                                        const RemoveBaselineOptions& options = {}) {
  return detail::remove_baseline<float>(signal, sampling_rate, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
