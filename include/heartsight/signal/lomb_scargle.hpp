#pragma once

#include <heartsight/signal/detail/lomb_scargle.hpp>

#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// Lomb-Scargle periodogram: the least-squares fit of a sine at each frequency to values at any times.
///
/// @param times_s        (n,) seconds, finite, in any order, even or not.
/// @param values         (n,) in any unit u. Without floating_mean the fit knows no offset: take the mean off first.
/// @param frequencies_hz (n_frequencies,) finite; SciPy takes 2 pi times these.
/// @param options        scaling says what comes out; floating_mean fits an offset at every frequency.
/// @return (n_frequencies,) u^2 (power), no unit (normalized), u (amplitude), u^2 / Hz (density). NaN everywhere without a
/// value.
/// @throws ShapeError sizes differ. @throws DomainError a time or a frequency is not finite.
///
/// NaN policy: propagate; one NaN value makes every frequency NaN. Constant zero values give 0, and 0 / 0 = NaN under
/// normalized; density of one value is NaN. Equal to scipy.signal.lombscargle within 1e-10 of the largest value
/// (tests/python/test_signal_spectral.py), but at frequencies where all samples meet the same phase: there a sine's
/// coefficients are undetermined, and both libraries return a rounding error over another.
/// O(n * n_frequencies); evenly spaced frequencies are found as such and take no sine or cosine for 31 of 32 of them.
/// @cite Scargle 1982, DOI 10.1086/160554; Zechmeister and Kürster 2009, DOI 10.1051/0004-6361:200811296
[[nodiscard]] inline std::vector<double> lomb_scargle(std::span<const double> times_s, std::span<const double> values,
                                                      std::span<const double> frequencies_hz,
                                                      const LombScargleOptions& options = {}) {
  return detail::lomb_scargle<double>(times_s, values, frequencies_hz, options);
}
[[nodiscard]] inline std::vector<double> lomb_scargle(std::span<const double> times_s, std::span<const float> values,
                                                      std::span<const double> frequencies_hz,
                                                      const LombScargleOptions& options = {}) {
  return detail::lomb_scargle<float>(times_s, values, frequencies_hz, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
