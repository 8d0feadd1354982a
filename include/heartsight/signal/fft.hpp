#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/signal/detail/fft_engine.hpp>

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// The discrete Fourier transform of n real values, planned once and held by the caller.
///
/// X[k] = sum over j of x[j] exp(-2 pi i j k / n), k = 0 .. n / 2, and its inverse, as numpy.fft.rfft and irfft have them.
/// Every n costs O(n log n): lengths with a prime factor above 13 go through Bluestein's algorithm. float input is
/// transformed in double and rounded once. All methods are const and safe to call from many threads.
///
/// NaN policy: propagate; one NaN or infinity makes every bin NaN. Equal to NumPy within 1e-14 of the largest bin.
class RealFft {
 public:
  /// @throws DomainError n = 0, or n above 2^40.
  explicit RealFft(std::size_t n) : plan_(checked(n)) {}

  /// The number of real values.
  [[nodiscard]] std::size_t size() const noexcept { return plan_.size(); }
  /// The number of bins, size() / 2 + 1. Bin k lies at k / size() times the sampling rate.
  [[nodiscard]] std::size_t spectrum_size() const noexcept { return plan_.spectrum_size(); }

  /// (size(),) real values to (spectrum_size(),) bins. @throws ShapeError another size.
  [[nodiscard]] std::vector<std::complex<double>> forward(std::span<const double> signal) const {
    return forward_as<double>(signal);
  }
  [[nodiscard]] std::vector<std::complex<float>> forward(std::span<const float> signal) const {
    return forward_as<float>(signal);
  }

  /// (spectrum_size(),) bins to (size(),) real values, divided by size(): inverse(forward(x)) = x. The imaginary parts of
  /// the first bin and, for even sizes, of the last one are ignored. @throws ShapeError another size.
  [[nodiscard]] std::vector<double> inverse(std::span<const std::complex<double>> spectrum) const {
    return inverse_as<double>(spectrum);
  }
  [[nodiscard]] std::vector<float> inverse(std::span<const std::complex<float>> spectrum) const {
    return inverse_as<float>(spectrum);
  }

 private:
  static std::size_t checked(std::size_t n) {
    check::in_closed_range<std::size_t>("RealFft", "n", n, 1, std::size_t{1} << 40);
    return n;
  }

  template <class T>
  std::vector<std::complex<T>> forward_as(std::span<const T> signal) const {
    check::has_size("RealFft.forward", "signal", signal.size(), size());
    detail::SingleTransform work(plan_.capacity());
    work.forward(plan_, signal.data());
    const auto* bins = work.bins();
    std::vector<std::complex<T>> out(spectrum_size());
    for (std::size_t k = 0; k < out.size(); ++k) out[k] = {static_cast<T>(bins[k].re), static_cast<T>(bins[k].im)};
    return out;
  }

  template <class T>
  std::vector<T> inverse_as(std::span<const std::complex<T>> spectrum) const {
    check::has_size("RealFft.inverse", "spectrum", spectrum.size(), spectrum_size());
    detail::SingleTransform work(plan_.capacity());
    for (std::size_t k = 0; k < spectrum.size(); ++k) {
      work.bins()[k] = {static_cast<double>(spectrum[k].real()), static_cast<double>(spectrum[k].imag())};
    }
    std::vector<T> out(size());
    work.inverse(plan_, out.data(), 1.0 / static_cast<double>(plan_.packed_size()));
    return out;
  }

  detail::RealPlan<detail::SplitPlan> plan_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
