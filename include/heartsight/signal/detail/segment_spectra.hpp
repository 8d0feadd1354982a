#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/signal/detail/fft_engine.hpp>
#include <heartsight/signal/detail/segments.hpp>

#include <algorithm>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// Squared magnitudes summed over all segments of one signal. Two real segments go through each complex transform as its
/// real and imaginary part: |A|^2 + |B|^2 = (|Z[k]|^2 + |Z[n - k]|^2) / 2, so that the sum never needs them apart.
template <class T>
struct SummedSpectrum {
  const Segmentation* segmentation;
  const ComplexPlan<SmoothPlan>* plan;
  Detrend detrend;
  std::span<const T> signal;
  std::size_t n_segments;
  std::vector<double> power;  // (nfft / 2 + 1,): the result

  template <int W>
  HEARTSIGHT_FFT_INLINE void run() {
    constexpr auto width = static_cast<std::size_t>(W);
    const std::size_t n = segmentation->nperseg;
    const std::size_t nfft = segmentation->nfft;
    const auto buffer = lane_buffer<W>(2 * plan->capacity());
    std::vector<LaneComplex<W>> total(nfft, LaneComplex<W>{});  // only .re is used
    const std::vector<T> zeros(n, T{0});
    LaneComplex<W>* const a = buffer.get();
    for (std::size_t first = 0; first < n_segments; first += 2 * width) {
      const T* start[2 * W];
      for (std::size_t l = 0; l < 2 * width; ++l) {
        start[l] = first + l < n_segments ? signal.data() + (first + l) * segmentation->hop : zeros.data();
      }
      load_segments<W, T>(start, n, segmentation->window.data(), detrend, &a->re, 2);
      load_segments<W, T>(start + W, n, segmentation->window.data(), detrend, &a->im, 2);
      for (std::size_t j = n; j < nfft; ++j) a[j] = LaneComplex<W>{};
      const LaneComplex<W>* z = plan->template transform<W>(a, a + plan->capacity());
      for (std::size_t k = 0; k < nfft; ++k) total[k].re = total[k].re + (z[k].re * z[k].re + z[k].im * z[k].im);
    }
    power.assign(nfft / 2 + 1, 0.0);
    for (std::size_t k = 0; k < power.size(); ++k) {
      const auto both = total[k].re + total[(nfft - k) % nfft].re;
      for (int l = 0; l < W; ++l) power[k] += 0.5 * lane<W>(both, l);
    }
  }
};

/// The spectrum of every segment: sink(segment, bins, lane) for each, in order.
template <class T, class Sink>
struct SegmentSpectra {
  const Segmentation* segmentation;
  const RealPlan<SmoothPlan>* plan;
  Detrend detrend;
  std::span<const T> signal;
  std::size_t n_segments;
  Sink sink;

  template <int W>
  HEARTSIGHT_FFT_INLINE void run() {
    constexpr auto width = static_cast<std::size_t>(W);
    const std::size_t n = segmentation->nperseg;
    const auto buffer = lane_buffer<W>(2 * plan->capacity());
    LaneComplex<W>* const a = buffer.get();
    for (std::size_t first = 0; first < n_segments; first += width) {
      const T* start[W];
      for (std::size_t l = 0; l < width; ++l) {  // lanes beyond the last segment repeat it
        start[l] = signal.data() + std::min(first + l, n_segments - 1) * segmentation->hop;
      }
      std::fill(a, a + plan->packed_size(), LaneComplex<W>{});
      // x[2 j] and x[2 j + 1] are the parts of a[j], which lie one after the other: a is an array of samples.
      load_segments<W, T>(start, n, segmentation->window.data(), detrend, &a->re, plan->is_paired() ? 1 : 2);
      const LaneComplex<W>* bins = plan->template forward<W>(a, a + plan->capacity());
      const auto n_here = static_cast<int>(std::min(width, n_segments - first));
      for (std::size_t k = 0; k < plan->spectrum_size(); ++k) {
        for (int l = 0; l < n_here; ++l) {
          sink(first + static_cast<std::size_t>(l), k, lane<W>(bins[k].re, l), lane<W>(bins[k].im, l));
        }
      }
    }
  }
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
