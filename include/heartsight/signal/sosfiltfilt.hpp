#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/sosfiltfilt.hpp>
#include <heartsight/signal/sos.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

struct SosfiltfiltOptions {
  FilterPadding padtype = FilterPadding::odd;
  /// Samples on either side, at most n_samples - 1. Default: SciPy's 3 * (2 * n_sections + 1 - sections without b2 and a2),
  /// or n_samples - 1 where the signal is not longer than that.
  std::optional<std::size_t> padlen{};
};

/// Zero-phase filtering: forward, then backward, so that nothing is delayed and the gain of sos applies twice.
///
/// Each pass starts at rest on its first sample (sosfilt_zi). A Butterworth edge at -3 dB lies at -6 dB after both passes.
///
/// @param sos      the sections, for example from butterworth.
/// @param signal   (n_samples,) or (n_leads, n_samples), in any unit.
/// @param options  padtype odd by default, padlen as SciPy's.
/// @return the filtered signal, of the shape of signal, computed in double.
/// @throws ShapeError   sos is empty.
/// @throws DomainError  a coefficient is not finite, an a0 is not 1, a section has a pole at zero frequency, or padlen was
/// given
///   and exceeds n_samples - 1.
///
/// NaN policy: propagate, as in SciPy: one NaN or infinity makes its whole lead NaN. Fill gaps first. An empty signal gives
/// an empty result; one sample gives itself times the squared gain at zero frequency. Where SciPy refuses a signal that is
/// not longer than its default padlen, a shorter one is used here: a short recording is no error. Equal to
/// scipy.signal.sosfiltfilt within 1e-10 of the largest sample (tests/python/test_signal_filters.py); float input is
/// computed in double and rounded at the end. O(n_leads * n_samples * n_sections).
/// Source: F. Gustafsson, "Determining the initial states in forward-backward filtering", 1996, DOI 10.1109/78.492552, on
/// start-up; the states used here are SciPy's.
[[nodiscard]] inline std::vector<double> sosfiltfilt(const SecondOrderSections& sos, std::span<const double> signal,
                                                     const SosfiltfiltOptions& options = {}) {
  return detail::sosfiltfilt<double>(sos, {signal.data(), 1, signal.size()}, options.padtype, options.padlen);
}
[[nodiscard]] inline std::vector<float> sosfiltfilt(const SecondOrderSections& sos, std::span<const float> signal,
                                                    const SosfiltfiltOptions& options = {}) {
  return detail::sosfiltfilt<float>(sos, {signal.data(), 1, signal.size()}, options.padtype, options.padlen);
}
[[nodiscard]] inline std::vector<double> sosfiltfilt(const SecondOrderSections& sos, const MatrixView<const double>& signal,
                                                     const SosfiltfiltOptions& options = {}) {
  return detail::sosfiltfilt<double>(sos, signal, options.padtype, options.padlen);
}
[[nodiscard]] inline std::vector<float> sosfiltfilt(const SecondOrderSections& sos, const MatrixView<const float>& signal,
                                                    const SosfiltfiltOptions& options = {}) {
  return detail::sosfiltfilt<float>(sos, signal, options.padtype, options.padlen);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
