#pragma once

#include <heartsight/signal/detail/fourier_resample.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// Resamples to n_out samples by cutting or extending the Fourier spectrum.
///
/// Exact for a signal that is periodic in its length and holds nothing above the lower Nyquist rate. A signal that ends at
/// another value than it starts with rings at both ends: resample_poly with line padding does not.
/// One rate to another: n_out = round(n_samples * to_hz / from_hz); the time step is then n_samples / n_out of the old one.
///
/// @param signal (n_samples,) or (n_leads, n_samples), at least one sample, in any unit.
/// @param n_out  samples of the result, 1 to 2^32.
/// @return (n_out,) or (n_leads, n_out) row-major, in the unit of the signal.
/// @throws DomainError n_out is out of range. @throws ShapeError signal has no sample.
///
/// NaN policy: propagate; one NaN makes its lead NaN. Equal to scipy.signal.resample (real input, no window) within 1e-10
/// relative (tests/python/test_signal_spectral.py); float input is computed in double. O(n log n) for every length, n the
/// longer of the two.
[[nodiscard]] inline std::vector<double> fourier_resample(std::span<const double> signal, std::size_t n_out) {
  return detail::fourier_resample<double>({signal.data(), 1, signal.size()}, n_out);
}
[[nodiscard]] inline std::vector<float> fourier_resample(std::span<const float> signal, std::size_t n_out) {
  return detail::fourier_resample<float>({signal.data(), 1, signal.size()}, n_out);
}
[[nodiscard]] inline std::vector<double> fourier_resample(const MatrixView<const double>& signal, std::size_t n_out) {
  return detail::fourier_resample<double>(signal, n_out);
}
[[nodiscard]] inline std::vector<float> fourier_resample(const MatrixView<const float>& signal, std::size_t n_out) {
  return detail::fourier_resample<float>(signal, n_out);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
