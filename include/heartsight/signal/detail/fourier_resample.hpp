#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/fft_engine.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// What becomes of the highest bin that both lengths share where it is the unpaired one of the shorter, even length.
inline double shared_nyquist_factor(std::size_t n_in, std::size_t n_out) {
  const std::size_t shorter = std::min(n_in, n_out);
  if (shorter % 2 == 1 || n_in == n_out) return 1.0;
  return n_out < n_in ? 2.0 : 0.5;
}

/// Rows of a matrix side by side in lanes.
template <class T>
struct FourierResampleRows {
  const RealPlan<SmoothPlan>* from;
  const RealPlan<SmoothPlan>* to;
  MatrixView<const T> signal;
  T* out;  // (n_rows, to->size())

  template <int W>
  HEARTSIGHT_FFT_INLINE void run() {
    constexpr auto width = static_cast<std::size_t>(W);
    const std::size_t n_in = from->size();
    const std::size_t n_out = to->size();
    const std::size_t capacity = std::max(from->capacity(), to->capacity());
    const auto buffer = lane_buffer<W>(2 * capacity);
    LaneComplex<W>* const a = buffer.get();
    LaneComplex<W>* const b = a + capacity;
    const std::size_t n_shared = std::min(n_in, n_out) / 2 + 1;
    const double factor = shared_nyquist_factor(n_in, n_out);
    const double scale = static_cast<double>(n_out) / static_cast<double>(n_in) / static_cast<double>(to->packed_size());
    for (std::size_t row = 0; row < signal.n_rows(); row += width) {
      const T* x[W];
      T* y[W];
      for (std::size_t l = 0; l < width; ++l) {  // lanes beyond the last row repeat it
        const std::size_t at = std::min(row + l, signal.n_rows() - 1);
        x[l] = signal.row(at).data();
        y[l] = out + at * n_out;
      }
      const auto value = [&](std::size_t j) { return [&x, j](int l) { return static_cast<double>(x[l][j]); }; };
      if (from->is_paired()) {
        for (std::size_t j = 0; j < n_in / 2; ++j) {
          gather_lanes<W>(a[j].re, value(2 * j));
          gather_lanes<W>(a[j].im, value(2 * j + 1));
        }
      } else {
        for (std::size_t j = 0; j < n_in; ++j) {
          a[j] = LaneComplex<W>{};
          gather_lanes<W>(a[j].re, value(j));
        }
      }
      LaneComplex<W>* bins = from->template forward<W>(a, b);
      bins[n_shared - 1].re = bins[n_shared - 1].re * factor;
      bins[n_shared - 1].im = bins[n_shared - 1].im * factor;
      for (std::size_t k = n_shared; k < to->spectrum_size(); ++k) bins[k] = LaneComplex<W>{};
      const LaneComplex<W>* z = to->template inverse_swapped<W>(bins, bins == a ? b : a);
      for (std::size_t j = 0; j < to->packed_size(); ++j) {
        const auto even = z[j].im * scale;
        const auto odd = z[j].re * scale;
        if (to->is_paired()) {
          for (int l = 0; l < W; ++l) {
            y[l][2 * j] = static_cast<T>(lane<W>(even, l));
            y[l][2 * j + 1] = static_cast<T>(lane<W>(odd, l));
          }
        } else {
          for (int l = 0; l < W; ++l) y[l][j] = static_cast<T>(lane<W>(even, l));
        }
      }
    }
  }
};

template <class T>
std::vector<T> fourier_resample(const MatrixView<const T>& signal, std::size_t n_out) {
  check::in_closed_range<std::size_t>("fourier_resample", "n_out", n_out, 1, std::size_t{1} << 32);
  const std::size_t n_in = signal.n_cols();
  if (signal.n_rows() > 0) check::not_empty("fourier_resample", "signal", n_in);
  std::vector<T> out(signal.n_rows() * n_out);
  if (signal.n_rows() == 0) return out;
  // Several rows of moderate length share the registers; a long row is worth them all, and so is one alone.
  if (signal.n_rows() > 1 && std::max(n_in, n_out) <= 65536) {
    const RealPlan<SmoothPlan> from(n_in);
    const RealPlan<SmoothPlan> to(n_out);
    FourierResampleRows<T> job{&from, &to, signal, out.data()};
    run_in_lanes(job);
    return out;
  }
  const RealPlan<SplitPlan> from(n_in);
  const RealPlan<SplitPlan> to(n_out);
  SingleTransform work(std::max(from.capacity(), to.capacity()));
  const std::size_t n_shared = std::min(n_in, n_out) / 2 + 1;
  const double factor = shared_nyquist_factor(n_in, n_out);
  const double scale = static_cast<double>(n_out) / static_cast<double>(n_in) / static_cast<double>(to.packed_size());
  for (std::size_t row = 0; row < signal.n_rows(); ++row) {
    work.forward(from, signal.row(row).data());
    LaneComplex<1>* bins = work.bins();
    bins[n_shared - 1].re *= factor;
    bins[n_shared - 1].im *= factor;
    for (std::size_t k = n_shared; k < to.spectrum_size(); ++k) bins[k] = {0.0, 0.0};
    work.inverse(to, out.data() + row * n_out, scale);
  }
  return out;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
