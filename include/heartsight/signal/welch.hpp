#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/welch.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// Power spectral density by Welch's method: the periodograms of overlapping, windowed segments, averaged.
///
/// @param signal        (n_samples,) or (n_leads, n_samples), in any unit u.
/// @param sampling_rate Hz, positive.
/// @param options       the defaults are SciPy's: a periodic Hann window of 256 samples, half of it overlapping, the mean
///                      taken off each segment. A segment longer than the signal shrinks to it.
/// @return frequency_hz (nfft / 2 + 1,) and one-sided power, (nfft / 2 + 1,) or (n_leads, nfft / 2 + 1) row-major, in u^2 /
/// Hz
///         (density) or u^2 (spectrum). A signal without samples gives power NaN.
/// @throws DomainError  sampling_rate is not positive, nperseg = 0, noverlap >= nperseg, nfft < nperseg, or the window is
/// zero.
///
/// NaN policy: propagate; a NaN makes every bin of its lead NaN when a segment covers it. Samples behind the last whole
/// segment are not used, as in SciPy. average median is divided by its bias for a white Gaussian signal (Allen et al. 2012,
/// DOI 10.1103/PhysRevD.85.122006). Equal to scipy.signal.welch within 1e-10 of the largest bin
/// (tests/python/test_signal_spectral.py); float is computed in double. O(n_leads * n_samples * log nfft) times the overlap.
/// @cite Welch 1967, DOI 10.1109/TAU.1967.1161901
[[nodiscard]] inline PowerSpectrum<double> welch(std::span<const double> signal, double sampling_rate,
                                                 const WelchOptions& options = {}) {
  return detail::welch<double>({signal.data(), 1, signal.size()}, sampling_rate, options);
}
[[nodiscard]] inline PowerSpectrum<float> welch(std::span<const float> signal, double sampling_rate,
                                                const WelchOptions& options = {}) {
  return detail::welch<float>({signal.data(), 1, signal.size()}, sampling_rate, options);
}
[[nodiscard]] inline PowerSpectrum<double> welch(const MatrixView<const double>& signal, double sampling_rate,
                                                 const WelchOptions& options = {}) {
  return detail::welch<double>(signal, sampling_rate, options);
}
[[nodiscard]] inline PowerSpectrum<float> welch(const MatrixView<const float>& signal, double sampling_rate,
                                                const WelchOptions& options = {}) {
  return detail::welch<float>(signal, sampling_rate, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
