#pragma once

#include <heartsight/signal/detail/autoregressive.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// Autoregressive model by Burg's method: each reflection coefficient minimises the mean square of the forward and backward
/// prediction errors, so that the model is stable and no window is implied.
///
/// @param signal (n_samples,) in any unit, its mean taken off by the caller.
/// @param order  1 to n_samples - 1.
/// @return (order,) coefficients and the variance of the noise, mean(x^2) * product of (1 - reflection^2).
/// @throws DomainError order is out of range.
///
/// NaN policy: propagate. A constant zero signal gives zero coefficients and variance 0. Checked against the definition
/// (tests/cpp/signal/autoregressive_test.cpp). O(n_samples * order).
/// @cite Burg 1975, Maximum entropy spectral analysis (Stanford University); Kay and Marple 1981,
/// DOI 10.1109/PROC.1981.12184
[[nodiscard]] inline AutoregressiveModel burg(std::span<const double> signal, std::size_t order) {
  return detail::burg<double>(signal, order);
}
[[nodiscard]] inline AutoregressiveModel burg(std::span<const float> signal, std::size_t order) {
  return detail::burg<float>(signal, order);
}

/// Autoregressive model by the Yule-Walker equations with the biased autocovariance (divisor n_samples), by Levinson's
/// recursion. Stable; smears peaks of short signals more than burg does. Arguments, result and errors as of burg.
[[nodiscard]] inline AutoregressiveModel yule_walker(std::span<const double> signal, std::size_t order) {
  return detail::yule_walker<double>(signal, order);
}
[[nodiscard]] inline AutoregressiveModel yule_walker(std::span<const float> signal, std::size_t order) {
  return detail::yule_walker<float>(signal, order);
}

/// One-sided power spectral density of a model: 2 s^2 / fs / |1 - sum of a_k exp(-2 pi i k f / fs)|^2 at each frequency.
///
/// Its integral from 0 to sampling_rate / 2 is the variance that the model implies.
/// @param sampling_rate  Hz, positive. @param frequencies_hz (n,), meant to lie in [0, sampling_rate / 2].
/// @return (n,) unit^2 / Hz. @throws DomainError sampling_rate is not positive and finite. O(n * order).
[[nodiscard]] inline std::vector<double> autoregressive_spectrum(const AutoregressiveModel& model, double sampling_rate,
                                                                 std::span<const double> frequencies_hz) {
  return detail::autoregressive_spectrum(model, sampling_rate, frequencies_hz);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
