#pragma once

#include <heartsight/signal/detail/segment_spectra.hpp>

#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// What stands beyond the ends of a signal, half a segment on each side, under SciPy's names.
enum class StftBoundary : std::uint8_t {
  none,      ///< nothing: the first segment starts at the first sample
  zeros,     ///< zeros
  even,      ///< the signal mirrored at its end samples
  odd,       ///< the signal turned about its end samples
  constant,  ///< the end samples
};

struct StftOptions {
  Window window = {};
  std::size_t nperseg = 256;                           ///< samples of a segment
  std::optional<std::size_t> noverlap = std::nullopt;  ///< samples that neighbours share; half a segment by default
  std::optional<std::size_t> nfft = std::nullopt;      ///< length of the transform, zeros fill it up; nperseg by default
  Detrend detrend = Detrend::none;
  SpectrumScaling scaling = SpectrumScaling::spectrum;
  StftBoundary boundary = StftBoundary::zeros;
  bool padded = true;  ///< zeros at the end, so that the last segment is whole
};

template <class T>
struct Stft {
  std::vector<double> frequency_hz;       ///< (n_bins,)
  std::vector<double> time_s;             ///< (n_segments,) middle of each segment
  std::vector<std::complex<T>> spectrum;  ///< (n_bins, n_segments) row-major
};

namespace detail {

template <class T>
std::vector<T> extended(std::span<const T> signal, std::size_t reach, StftBoundary boundary, std::size_t n_behind) {
  const std::size_t n = signal.size();
  std::vector<T> x(n + 2 * reach + n_behind, T{0});
  std::copy(signal.begin(), signal.end(), x.begin() + static_cast<std::ptrdiff_t>(reach));
  for (std::size_t i = 1; i <= reach; ++i) {
    T left{0};
    T right{0};
    if (boundary == StftBoundary::constant) {
      left = signal.front();
      right = signal.back();
    } else if (boundary != StftBoundary::zeros) {  // reach < n, since a segment is no longer than the signal
      left = signal[i];
      right = signal[n - 1 - i];
      if (boundary == StftBoundary::odd) {
        left = T{2} * signal.front() - left;
        right = T{2} * signal.back() - right;
      }
    }
    x[reach - i] = left;
    x[reach + n - 1 + i] = right;
  }
  return x;
}

template <class T>
Stft<T> stft(std::span<const T> signal, double sampling_rate, const StftOptions& options) {
  constexpr auto where = "stft";
  check::positive(where, "sampling_rate", sampling_rate);
  const Segmentation segmentation(where, options.window, options.nperseg, options.noverlap, options.nfft, signal.size());
  const double scale = std::sqrt(segmentation.scale(where, options.scaling, sampling_rate));
  Stft<T> result{bin_frequencies(segmentation.nfft, sampling_rate), {}, {}};
  if (signal.empty()) return result;
  const std::size_t n = segmentation.nperseg;
  const std::size_t hop = segmentation.hop;
  const std::size_t reach = options.boundary == StftBoundary::none ? 0 : n / 2;
  const std::size_t rest = (signal.size() + 2 * reach - n) % hop;
  // SciPy's rule: up to the next whole hop, but never by a segment or more.
  const std::size_t n_behind = options.padded && rest > 0 ? (hop - rest) % n : 0;
  const std::vector<T> x = extended<T>(signal, reach, options.boundary, n_behind);
  const std::size_t n_segments = (x.size() - n) / hop + 1;
  const double offset = options.boundary == StftBoundary::none ? 0.5 * static_cast<double>(n) : 0.0;
  for (std::size_t i = 0; i < n_segments; ++i) {
    result.time_s.push_back((static_cast<double>(i) * static_cast<double>(hop) + offset) / sampling_rate);
  }
  result.spectrum.resize(result.frequency_hz.size() * n_segments);
  const auto keep = [&](std::size_t segment, std::size_t bin, double re, double im) {
    result.spectrum[bin * n_segments + segment] = {static_cast<T>(re * scale), static_cast<T>(im * scale)};
  };
  const RealPlan<SmoothPlan> plan(segmentation.nfft);
  SegmentSpectra<T, decltype(keep)> job{&segmentation, &plan, options.detrend, x, n_segments, keep};
  run_in_lanes(job);
  return result;
}

}  // namespace detail
}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
