#pragma once

#include <heartsight/features/detail/moments.hpp>
#include <heartsight/features/detail/nn_resample.hpp>
#include <heartsight/features/hrv_field.hpp>
#include <heartsight/signal/autoregressive.hpp>
#include <heartsight/signal/lomb_scargle.hpp>
#include <heartsight/signal/welch.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

enum class HrvSpectrum : std::uint8_t {
  welch,           ///< averaged periodograms of the evenly resampled series
  autoregressive,  ///< Burg's model of the evenly resampled series
  lomb_scargle,    ///< averaged Lomb-Scargle periodograms of the intervals themselves, nothing interpolated
};

struct HrvFrequencyOptions {
  HrvSpectrum method = HrvSpectrum::welch;
  NnDetrend detrend = NnDetrend::linear;
  double smoothness_lambda = 500.0;  ///< of detrend smoothness_priors, at resample_hz
  double resample_hz = 4.0;          ///< rate of the cubic spline; not used by lomb_scargle
  double window_s = 300.0;           ///< Hann window of welch, plain window of lomb_scargle; the series if that is shorter
  double overlap = 0.5;              ///< share of a window that neighbours have in common
  std::size_t autoregressive_order = 16;
  std::array<double, 2> vlf_hz = {0.0, 0.04};
  std::array<double, 2> lf_hz = {0.04, 0.15};
  std::array<double, 2> hf_hz = {0.15, 0.4};
  bool minimum_lengths = true;  ///< NaN below 60 s (HF), 120 s (LF) and 300 s (VLF, total)
  friend bool operator==(const HrvFrequencyOptions&, const HrvFrequencyOptions&) = default;
};

struct HrvFrequency {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  double vlf_ms2 = none;
  double lf_ms2 = none;
  double hf_ms2 = none;
  double total_ms2 = none;
  double lf_nu = none;
  double hf_nu = none;
  double lf_hf_ratio = none;
  double ln_hf = none;
  double vlf_peak_hz = none;
  double lf_peak_hz = none;
  double hf_peak_hz = none;
  std::vector<double> frequency_hz;      ///< (n_bins,); empty where there is no spectrum
  std::vector<double> power_ms2_per_hz;  ///< (n_bins,) one-sided
};

inline constexpr std::array hrv_frequency_fields = {
    HrvField<HrvFrequency>{"vlf_ms2", &HrvFrequency::vlf_ms2, "power of the very low frequencies, in ms^2"},
    HrvField<HrvFrequency>{"lf_ms2", &HrvFrequency::lf_ms2, "power of the low frequencies, in ms^2"},
    HrvField<HrvFrequency>{"hf_ms2", &HrvFrequency::hf_ms2, "power of the high frequencies, in ms^2"},
    HrvField<HrvFrequency>{"total_ms2", &HrvFrequency::total_ms2, "sum of the three, in ms^2"},
    HrvField<HrvFrequency>{"lf_nu", &HrvFrequency::lf_nu, "100 lf / (lf + hf)"},
    HrvField<HrvFrequency>{"hf_nu", &HrvFrequency::hf_nu, "100 hf / (lf + hf)"},
    HrvField<HrvFrequency>{"lf_hf_ratio", &HrvFrequency::lf_hf_ratio, "lf / hf"},
    HrvField<HrvFrequency>{"ln_hf", &HrvFrequency::ln_hf, "natural logarithm of hf in ms^2"},
    HrvField<HrvFrequency>{"vlf_peak_hz", &HrvFrequency::vlf_peak_hz, "frequency of the largest bin of the band"},
    HrvField<HrvFrequency>{"lf_peak_hz", &HrvFrequency::lf_peak_hz, "frequency of the largest bin of the band"},
    HrvField<HrvFrequency>{"hf_peak_hz", &HrvFrequency::hf_peak_hz, "frequency of the largest bin of the band"},
};

namespace detail {

/// Integral over [low, high] of the broken line through the spectrum, so that neighbouring bands add up. The line stays
/// level below its first and above its last bin.
inline double band_power(std::span<const double> f, std::span<const double> power, double low, double high) {
  const auto value = [&](double at) {
    if (at <= f.front()) return power.front();
    if (at >= f.back()) return power.back();
    const auto above = static_cast<std::size_t>(std::upper_bound(f.begin(), f.end(), at) - f.begin());
    const double share = (at - f[above - 1]) / (f[above] - f[above - 1]);
    return power[above - 1] + share * (power[above] - power[above - 1]);
  };
  double sum = 0.0;
  double from = low;
  double value_from = value(low);
  for (std::size_t i = 0; i <= f.size(); ++i) {
    if (i < f.size() && (f[i] <= low || f[i] >= high)) continue;
    const double to = i < f.size() ? f[i] : high;
    const double value_to = i < f.size() ? power[i] : value(high);
    sum += 0.5 * (value_from + value_to) * (to - from);
    from = to;
    value_from = value_to;
  }
  return sum;
}

/// Beats do not begin and end with the recording: 95 % of a length will do.
inline constexpr double nearly = 0.95;

/// The bin of the largest power within [low, high]; NaN when no bin lies there.
inline double band_peak(std::span<const double> f, std::span<const double> power, double low, double high) {
  double best = std::numeric_limits<double>::quiet_NaN();
  double largest = -1.0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    if (f[i] >= low && f[i] <= high && f[i] > 0.0 && power[i] > largest) {
      largest = power[i];
      best = f[i];
    }
  }
  return best;
}

/// The pieces of a series, resampled and freed of their trend.
inline std::vector<std::vector<double>> even_pieces(const NnSeries& nn, const HrvFrequencyOptions& options) {
  std::vector<std::vector<double>> pieces;
  for (const NnPiece& piece : nn_pieces(nn)) {
    EvenSeries even = resample_nn(nn, piece, options.resample_hz);
    detrend_even(even, options.detrend, options.smoothness_lambda);
    pieces.push_back(std::move(even.values));
  }
  return pieces;
}

inline bool is_shorter(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() < b.size();
}

/// The periodograms of all whole windows of all pieces, averaged; the window shrinks to the longest piece.
inline void welch_spectrum(const NnSeries& nn, const HrvFrequencyOptions& options, HrvFrequency& result) {
  const auto pieces = even_pieces(nn, options);
  const std::size_t longest = std::max_element(pieces.begin(), pieces.end(), is_shorter)->size();
  const auto window = std::max<std::size_t>(1, static_cast<std::size_t>(options.window_s * options.resample_hz));
  const std::size_t nperseg = std::min(window, longest);
  const auto noverlap = std::min(nperseg - 1, static_cast<std::size_t>(options.overlap * static_cast<double>(nperseg)));
  double n_windows = 0.0;
  for (const auto& piece : pieces) {
    if (piece.size() < nperseg) continue;
    auto spectrum = signal::welch(piece, options.resample_hz, {.nperseg = nperseg, .noverlap = noverlap});
    const auto n_here = static_cast<double>((piece.size() - nperseg) / (nperseg - noverlap) + 1);
    n_windows += n_here;
    result.power_ms2_per_hz.resize(spectrum.power.size(), 0.0);
    for (std::size_t k = 0; k < spectrum.power.size(); ++k) result.power_ms2_per_hz[k] += n_here * spectrum.power[k];
    result.frequency_hz = std::move(spectrum.frequency_hz);
  }
  for (double& p : result.power_ms2_per_hz) p /= n_windows;
}

/// The model of the longest piece.
inline void autoregressive_spectrum_of(const NnSeries& nn, const HrvFrequencyOptions& options, HrvFrequency& result) {
  const auto pieces = even_pieces(nn, options);
  const auto& longest = *std::max_element(pieces.begin(), pieces.end(), is_shorter);
  if (longest.size() <= options.autoregressive_order) return;
  const auto model = signal::burg(longest, options.autoregressive_order);
  constexpr std::size_t n_bins = 2049;  // steps of 1 mHz at 4 Hz
  result.frequency_hz.resize(n_bins);
  for (std::size_t k = 0; k < n_bins; ++k) {
    result.frequency_hz[k] = options.resample_hz / 2.0 * static_cast<double>(k) / static_cast<double>(n_bins - 1);
  }
  result.power_ms2_per_hz = signal::autoregressive_spectrum(model, options.resample_hz, result.frequency_hz);
}

inline void lomb_scargle_spectrum(const NnSeries& nn, const HrvFrequencyOptions& options, HrvFrequency& result) {
  const auto t = nn.time_s();
  const auto trend = nn_trend(nn, options.detrend, options.resample_hz, options.smoothness_lambda);
  std::vector<double> x(nn.nn_ms().begin(), nn.nn_ms().end());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] -= trend[i];
  const double length = std::min(options.window_s, t.back() - t.front());
  if (!(length > 0.0)) return;
  // Twice as many frequencies as a window of this length tells apart, up to the top of HF: windows of a bounded number of
  // frequencies keep a long recording linear.
  const auto n_bins = static_cast<std::size_t>(std::ceil(options.hf_hz[1] * 2.0 * length));
  result.frequency_hz.resize(n_bins);
  for (std::size_t k = 0; k < n_bins; ++k) result.frequency_hz[k] = static_cast<double>(k + 1) / (2.0 * length);
  result.power_ms2_per_hz.assign(n_bins, 0.0);
  const double step = length * (1.0 - options.overlap);
  double n_windows = 0.0;
  std::size_t begin = 0;
  for (std::size_t w = 0;; ++w) {
    const double from = t.front() + static_cast<double>(w) * step;
    if (w > 0 && from + length > t.back() + 1e-9) break;
    while (begin < t.size() && t[begin] < from) ++begin;
    std::size_t end = begin;
    while (end < t.size() && t[end] <= from + length + 1e-9) ++end;
    const std::size_t n = end - begin;
    if (n < 3) {  // a gap as long as a window
      if (begin >= t.size()) break;
      // Jump to the first window that reaches the next interval: gaps may be long, windows are short.
      const double windows_to_next = std::floor((t[begin] - t.front() - length) / step);
      if (windows_to_next > static_cast<double>(w)) w = static_cast<std::size_t>(windows_to_next);
      continue;
    }
    std::vector<double> part(x.begin() + static_cast<std::ptrdiff_t>(begin), x.begin() + static_cast<std::ptrdiff_t>(end));
    const double mean = mean_of(part);
    for (double& v : part) v -= mean;
    const auto power = signal::lomb_scargle(t.subspan(begin, n), part, result.frequency_hz,
                                            {.scaling = signal::LombScargleScaling::density});
    for (std::size_t k = 0; k < n_bins; ++k) result.power_ms2_per_hz[k] += power[k];
    n_windows += 1.0;
  }
  for (double& p : result.power_ms2_per_hz) p /= n_windows;
  if (n_windows == 0.0) result.frequency_hz.clear();
}

inline void check_options(const HrvFrequencyOptions& options) {
  constexpr auto where = "hrv_frequency";
  check::in_closed_range(where, "resample_hz", options.resample_hz, 0.5, 1000.0);
  check::in_closed_range(where, "smoothness_lambda", options.smoothness_lambda, 0.0, 1e6);
  check::in_closed_range(where, "window_s", options.window_s, 10.0, 86'400.0);
  check::in_closed_range(where, "overlap", options.overlap, 0.0, 0.95);
  check::in_closed_range<std::size_t>(where, "autoregressive_order", options.autoregressive_order, 1, 1000);
  const auto band = [](const char* name, const std::array<double, 2>& hz) {
    if (!(hz[0] >= 0.0 && hz[0] < hz[1] && hz[1] <= 10.0)) {
      check::detail::fail<DomainError>(where, name, check::detail::show(hz[0]) + ", " + check::detail::show(hz[1]),
                                       "must be two increasing frequencies in [0, 10]");
    }
  };
  band("vlf_hz", options.vlf_hz);
  band("lf_hz", options.lf_hz);
  band("hf_hz", options.hf_hz);
}

inline HrvFrequency hrv_frequency(const NnSeries& nn, const HrvFrequencyOptions& options) {
  check_options(options);
  HrvFrequency result;
  // Fewer than four intervals hold no wave of any band, and the shortest windows below divide by the time between them.
  if (nn.size() < 4) return result;
  switch (options.method) {
    case HrvSpectrum::welch:
      welch_spectrum(nn, options, result);
      break;
    case HrvSpectrum::autoregressive:
      autoregressive_spectrum_of(nn, options, result);
      break;
    case HrvSpectrum::lomb_scargle:
      lomb_scargle_spectrum(nn, options, result);
      break;
  }
  if (result.frequency_hz.size() < 2) return result;
  const auto reaches = [&](double seconds) { return !options.minimum_lengths || nn.duration_s() >= nearly * seconds; };
  const auto measure = [&](const std::array<double, 2>& band, double seconds, double& power, double& peak) {
    if (!reaches(seconds)) return;
    power = band_power(result.frequency_hz, result.power_ms2_per_hz, band[0], band[1]);
    peak = band_peak(result.frequency_hz, result.power_ms2_per_hz, band[0], band[1]);
  };
  measure(options.hf_hz, 60.0, result.hf_ms2, result.hf_peak_hz);
  measure(options.lf_hz, 120.0, result.lf_ms2, result.lf_peak_hz);
  measure(options.vlf_hz, 300.0, result.vlf_ms2, result.vlf_peak_hz);
  // NaN wherever a part of it is; 0 / 0 of a series without variability is NaN too.
  result.total_ms2 = result.vlf_ms2 + result.lf_ms2 + result.hf_ms2;
  result.lf_nu = 100.0 * result.lf_ms2 / (result.lf_ms2 + result.hf_ms2);
  result.hf_nu = 100.0 * result.hf_ms2 / (result.lf_ms2 + result.hf_ms2);
  result.lf_hf_ratio = result.lf_ms2 / result.hf_ms2;
  result.ln_hf = result.hf_ms2 > 0.0 ? std::log(result.hf_ms2) : HrvFrequency::none;
  return result;
}

}  // namespace detail
}  // namespace heartsight::inline HEARTSIGHT_ABI::features
