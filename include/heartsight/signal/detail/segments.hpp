#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/signal/detail/fft_lanes.hpp>
#include <heartsight/signal/window.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// What is taken off each segment of a signal before its spectrum, under SciPy's names.
enum class Detrend : std::uint8_t {
  none,
  constant,  ///< the segment's mean
  linear,    ///< the segment's least-squares line
};

/// What the square of a spectrum measures, under SciPy's names.
enum class SpectrumScaling : std::uint8_t {
  density,   ///< power per frequency: unit^2 / Hz
  spectrum,  ///< power of a sine: unit^2
};

namespace detail {

/// How a signal is cut into windowed segments; the checked form of the options of welch and stft.
struct Segmentation {
  std::size_t nperseg;
  std::size_t hop;
  std::size_t nfft;
  std::vector<double> window;

  /// A segment longer than the signal shrinks to it, as in SciPy; overlap and nfft are then checked against the shorter one.
  Segmentation(const char* where, const Window& shape, std::size_t segment, std::optional<std::size_t> noverlap,
               std::optional<std::size_t> transform, std::size_t n_samples)
      : nperseg(0), hop(0), nfft(0) {
    check::in_closed_range<std::size_t>(where, "nperseg", segment, 1, std::size_t{1} << 32);
    nperseg = n_samples == 0 ? segment : std::min(segment, n_samples);
    const std::size_t overlap = noverlap.value_or(nperseg / 2);
    if (overlap >= nperseg) {
      check::detail::fail<DomainError>(where, "noverlap", std::to_string(overlap),
                                       "must be less than nperseg = " + std::to_string(nperseg));
    }
    hop = nperseg - overlap;
    nfft = transform.value_or(nperseg);
    check::in_closed_range<std::size_t>(where, "nfft", nfft, nperseg, std::size_t{1} << 32);
    window = make_window(shape, nperseg);
  }

  [[nodiscard]] double scale(const char* where, SpectrumScaling scaling, double sampling_rate) const {
    double sum = 0.0;
    double squares = 0.0;
    for (const double w : window) {
      sum += w;
      squares += w * w;
    }
    // Two samples of some windows are all zero; SciPy divides by that zero too, but says nothing.
    const double total = scaling == SpectrumScaling::density ? sampling_rate * squares : sum * sum;
    if (!(total > 0.0)) {
      check::detail::fail<DomainError>(where, "window", "", "is zero over all " + std::to_string(nperseg) + " samples");
    }
    return 1.0 / total;
  }
};

inline std::vector<double> bin_frequencies(std::size_t nfft, double sampling_rate) {
  std::vector<double> frequency(nfft / 2 + 1);
  for (std::size_t k = 0; k < frequency.size(); ++k) {
    frequency[k] = static_cast<double>(k) * sampling_rate / static_cast<double>(nfft);
  }
  return frequency;
}

/// Loads W segments of n samples, takes the trend off and applies the window; value j goes to out[j * stride].
template <int W, class T>
HEARTSIGHT_FFT_INLINE void load_segments(const T* const* start, std::size_t n, const double* window, Detrend detrend,
                                         typename Lanes<W>::type* out, std::size_t stride) {
  using V = typename Lanes<W>::type;
  V value{};
  if (detrend == Detrend::none) {
    for (std::size_t j = 0; j < n; ++j) {
      gather_lanes<W>(value, [&](int l) { return static_cast<double>(start[l][j]); });
      out[j * stride] = value * window[j];
    }
    return;
  }
  V sum{};
  for (std::size_t j = 0; j < n; ++j) {
    gather_lanes<W>(value, [&](int l) { return static_cast<double>(start[l][j]); });
    out[j * stride] = value;
    sum = sum + value;
  }
  const V mean = sum / static_cast<double>(n);
  if (detrend == Detrend::constant || n == 1) {
    for (std::size_t j = 0; j < n; ++j) out[j * stride] = (out[j * stride] - mean) * window[j];
    return;
  }
  const double middle = 0.5 * static_cast<double>(n - 1);
  const double squares = static_cast<double>(n) * (static_cast<double>(n) * static_cast<double>(n) - 1.0) / 12.0;
  V moment{};
  for (std::size_t j = 0; j < n; ++j) moment = moment + (out[j * stride] - mean) * (static_cast<double>(j) - middle);
  const V slope = moment / squares;
  for (std::size_t j = 0; j < n; ++j) {
    out[j * stride] = (out[j * stride] - mean - slope * (static_cast<double>(j) - middle)) * window[j];
  }
}

}  // namespace detail
}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
