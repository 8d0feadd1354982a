#pragma once

#include <heartsight/core/check.hpp>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// x[t] = sum over k of coefficients[k - 1] * x[t - k] + e[t], k = 1 .. order.
struct AutoregressiveModel {
  std::vector<double> coefficients;  ///< (order,)
  double noise_variance = 0.0;       ///< of e, in the square of the signal's unit
};

namespace detail {

/// Levinson's step: the coefficients of one order more, given its reflection coefficient.
inline void extend_autoregression(std::vector<double>& a, double reflection) {
  const std::size_t order = a.size();
  std::vector<double> longer(order + 1);
  for (std::size_t k = 0; k < order; ++k) longer[k] = a[k] - reflection * a[order - 1 - k];
  longer[order] = reflection;
  a = std::move(longer);
}

inline void check_autoregression(const char* where, std::size_t n, std::size_t order) {
  check::at_least<std::size_t>(where, "order", order, 1);
  if (order >= n) {
    check::detail::fail<DomainError>(where, "order", std::to_string(order),
                                     "must be less than the number of samples, " + std::to_string(n));
  }
}

template <class T>
AutoregressiveModel burg(std::span<const T> signal, std::size_t order) {
  check_autoregression("burg", signal.size(), order);
  std::vector<double> forward(signal.begin(), signal.end());
  std::vector<double> backward = forward;
  const std::size_t n = forward.size();
  AutoregressiveModel model;
  for (const double v : forward) model.noise_variance += v * v;
  model.noise_variance /= static_cast<double>(n);
  for (std::size_t m = 0; m < order; ++m) {
    // forward[i] and backward[i - 1] are the errors of predicting from m values, for i = m + 1 .. n - 1.
    double product = 0.0;
    double energy = 0.0;
    for (std::size_t i = m + 1; i < n; ++i) {
      product += forward[i] * backward[i - 1];
      energy += forward[i] * forward[i] + backward[i - 1] * backward[i - 1];
    }
    // Nothing left to predict: what is known is all there is. (NaN is not that.)
    const double reflection = energy == 0.0 ? 0.0 : 2.0 * product / energy;
    for (std::size_t i = n - 1; i > m; --i) {
      const double f = forward[i];
      forward[i] = f - reflection * backward[i - 1];
      backward[i] = backward[i - 1] - reflection * f;
    }
    extend_autoregression(model.coefficients, reflection);
    model.noise_variance *= std::max(0.0, 1.0 - reflection * reflection) + 0.0 * reflection;
  }
  return model;
}

template <class T>
AutoregressiveModel yule_walker(std::span<const T> signal, std::size_t order) {
  check_autoregression("yule_walker", signal.size(), order);
  const std::size_t n = signal.size();
  std::vector<double> covariance(order + 1, 0.0);
  for (std::size_t lag = 0; lag <= order; ++lag) {
    for (std::size_t i = lag; i < n; ++i) {
      covariance[lag] += static_cast<double>(signal[i]) * static_cast<double>(signal[i - lag]);
    }
    covariance[lag] /= static_cast<double>(n);
  }
  AutoregressiveModel model;
  model.noise_variance = covariance[0];
  for (std::size_t m = 0; m < order; ++m) {
    double unexplained = covariance[m + 1];
    for (std::size_t k = 0; k < m; ++k) unexplained -= model.coefficients[k] * covariance[m - k];
    const double reflection = model.noise_variance == 0.0 ? 0.0 : unexplained / model.noise_variance;
    extend_autoregression(model.coefficients, reflection);
    model.noise_variance *= std::max(0.0, 1.0 - reflection * reflection) + 0.0 * reflection;
  }
  return model;
}

inline std::vector<double> autoregressive_spectrum(const AutoregressiveModel& model, double sampling_rate,
                                                   std::span<const double> frequencies_hz) {
  check::positive("autoregressive_spectrum", "sampling_rate", sampling_rate);
  std::vector<double> power(frequencies_hz.size());
  for (std::size_t i = 0; i < power.size(); ++i) {
    // 1 - sum of a_k z^k by Horner's rule, z = exp(-2 pi i f / fs)
    const double angle = -2.0 * std::numbers::pi * frequencies_hz[i] / sampling_rate;
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    double re = 0.0;
    double im = 0.0;
    for (std::size_t k = model.coefficients.size(); k-- > 0;) {
      const double sum = re + model.coefficients[k];
      re = sum * c - im * s;
      im = sum * s + im * c;
    }
    re = 1.0 - re;
    power[i] = 2.0 * model.noise_variance / sampling_rate / (re * re + im * im);
  }
  return power;
}

}  // namespace detail
}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
