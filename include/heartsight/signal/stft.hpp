#pragma once

#include <heartsight/signal/detail/stft.hpp>

#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// Short-time Fourier transform: the spectrum of each windowed segment of a signal.
///
/// @param signal        (n_samples,) in any unit u.
/// @param sampling_rate Hz, positive.
/// @param options       the defaults are those of scipy.signal.stft: a periodic Hann window of 256 samples, half of it
///                      overlapping, zeros beyond both ends, no trend taken off. A segment longer than the signal shrinks to
///                      it.
/// @return frequency_hz (nfft / 2 + 1,), time_s (n_segments,) and spectrum (nfft / 2 + 1, n_segments) row-major, one-sided,
/// in u
///         (spectrum) or u / sqrt(Hz) (density). Phase is that of the segment's first sample. An empty signal has no
///         segment.
/// @throws DomainError  sampling_rate is not positive, nperseg = 0, noverlap >= nperseg, nfft < nperseg, or the window is
/// zero.
///
/// NaN policy: propagate, in the segments that cover it. Equal to scipy.signal.stft within 1e-10 of the largest value
/// (tests/python/test_signal_spectral.py); float is computed in double. O(n_samples * log nfft) times the overlap.
[[nodiscard]] inline Stft<double> stft(std::span<const double> signal, double sampling_rate,
                                       const StftOptions& options = {}) {
  return detail::stft<double>(signal, sampling_rate, options);
}
[[nodiscard]] inline Stft<float> stft(std::span<const float> signal, double sampling_rate, const StftOptions& options = {}) {
  return detail::stft<float>(signal, sampling_rate, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
