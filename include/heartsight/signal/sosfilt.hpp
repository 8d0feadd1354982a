#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/sosfilt.hpp>
#include <heartsight/signal/sos.hpp>

#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// The state in which a filter rests on a constant signal of 1, (n_sections, 2) row-major.
///
/// Times the first sample it starts a filter as if that sample had stood for ever, without the jump from 0.
/// @throws ShapeError, DomainError as check_sections; DomainError a section has a pole at zero frequency.
/// Equal to scipy.signal.sosfilt_zi within 1e-10 relative.
[[nodiscard]] inline std::vector<double> sosfilt_zi(const SecondOrderSections& sos) {
  return detail::sosfilt_zi("sosfilt_zi", sos);
}

/// Causal filtering: the signal passes each section in turn, in transposed direct form II.
///
/// @param sos     the sections, for example from butterworth.
/// @param signal  (n_samples,) or (n_leads, n_samples), in any unit.
/// @param state   (n_sections, n_leads, 2) row-major, the layout of SciPy's zi: the state before the first sample, and on
///                return that after the last. Empty: the filter starts at rest and its state is dropped.
/// @return the filtered signal, of the shape of signal, computed in double.
/// @throws ShapeError   sos is empty, or the size of state is not 2 * n_sections * n_leads.
/// @throws DomainError  a coefficient is not finite, or an a0 is not 1.
///
/// NaN policy: propagate, as in SciPy: a NaN or an infinity makes all later samples of its lead NaN, since the state keeps
/// it. Fill gaps first. An empty signal gives an empty result. Equal to scipy.signal.sosfilt bit for bit on double input on
/// x86-64, but for numbers below 1e-300, which become 0 here; float input is computed in double and rounded at the end.
/// O(n_leads * n_samples * n_sections).
[[nodiscard]] inline std::vector<double> sosfilt(const SecondOrderSections& sos, std::span<const double> signal,
                                                 std::span<double> state = {}) {
  return detail::sosfilt<double>(sos, {signal.data(), 1, signal.size()}, state);
}
[[nodiscard]] inline std::vector<float> sosfilt(const SecondOrderSections& sos, std::span<const float> signal,
                                                std::span<double> state = {}) {
  return detail::sosfilt<float>(sos, {signal.data(), 1, signal.size()}, state);
}
[[nodiscard]] inline std::vector<double> sosfilt(const SecondOrderSections& sos, const MatrixView<const double>& signal,
                                                 std::span<double> state = {}) {
  return detail::sosfilt<double>(sos, signal, state);
}
[[nodiscard]] inline std::vector<float> sosfilt(const SecondOrderSections& sos, const MatrixView<const float>& signal,
                                                std::span<double> state = {}) {
  return detail::sosfilt<float>(sos, signal, state);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
