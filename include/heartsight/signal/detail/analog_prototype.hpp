#pragma once

#include <heartsight/version.hpp>

#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// A rational filter by its zeros, poles and gain: gain * prod(s - zeros) / prod(s - poles). Complex roots come with their
/// conjugates.
struct ZerosPolesGain {
  std::vector<std::complex<double>> zeros;
  std::vector<std::complex<double>> poles;
  double gain = 1.0;
};

/// prod(at - roots)
inline std::complex<double> product_of_distances(std::complex<double> at, const std::vector<std::complex<double>>& roots) {
  std::complex<double> product = 1.0;
  for (const auto& root : roots) product *= at - root;
  return product;
}

/// The angles (2 k - order + 1) pi / (2 order) for k = 0 .. order - 1: they lie in (-pi/2, pi/2), symmetric about 0.
inline std::vector<double> prototype_angles(std::size_t order) {
  std::vector<double> angles(order);
  for (std::size_t k = 0; k < order; ++k) {
    const double m = 2.0 * static_cast<double>(k) - static_cast<double>(order) + 1.0;
    angles[k] = std::numbers::pi * m / (2.0 * static_cast<double>(order));
  }
  return angles;
}

/// Low-pass prototypes whose edge lies at 1 rad/s.
inline ZerosPolesGain butterworth_prototype(std::size_t order) {
  ZerosPolesGain result;
  for (const double angle : prototype_angles(order)) result.poles.push_back(-std::polar(1.0, angle));
  return result;
}

/// ripple_db: how far the gain falls within the pass band; the edge is where it leaves the ripple.
inline ZerosPolesGain chebyshev1_prototype(std::size_t order, double ripple_db) {
  const double ripple = std::sqrt(std::expm1(0.1 * ripple_db * std::numbers::ln10));
  const double mu = std::asinh(1.0 / ripple) / static_cast<double>(order);
  ZerosPolesGain result;
  for (const double angle : prototype_angles(order)) {
    result.poles.emplace_back(-std::sinh(mu) * std::cos(angle), -std::cosh(mu) * std::sin(angle));
  }
  result.gain = product_of_distances(0.0, result.poles).real();
  if (order % 2 == 0) result.gain /= std::sqrt(1.0 + ripple * ripple);  // an even order starts in a trough of the ripple
  return result;
}

/// attenuation_db: what the stop band is below the pass band by at least; the edge is where it is reached.
inline ZerosPolesGain chebyshev2_prototype(std::size_t order, double attenuation_db) {
  const double ripple = std::sqrt(std::expm1(0.1 * attenuation_db * std::numbers::ln10));
  const double mu = std::asinh(ripple) / static_cast<double>(order);
  ZerosPolesGain result;
  for (const double angle : prototype_angles(order)) {
    if (angle != 0.0) result.zeros.emplace_back(0.0, 1.0 / std::sin(angle));
    result.poles.push_back(1.0 / std::complex<double>(-std::sinh(mu) * std::cos(angle), -std::cosh(mu) * std::sin(angle)));
  }
  result.gain = (product_of_distances(0.0, result.poles) / product_of_distances(0.0, result.zeros)).real();
  return result;
}

/// s -> s / edge
inline ZerosPolesGain to_lowpass(ZerosPolesGain prototype, double edge) {
  for (auto& zero : prototype.zeros) zero *= edge;
  for (auto& pole : prototype.poles) pole *= edge;
  prototype.gain *= std::pow(edge, static_cast<double>(prototype.poles.size() - prototype.zeros.size()));
  return prototype;
}

/// s -> edge / s
inline ZerosPolesGain to_highpass(ZerosPolesGain prototype, double edge) {
  prototype.gain *= (product_of_distances(0.0, prototype.zeros) / product_of_distances(0.0, prototype.poles)).real();
  for (auto& zero : prototype.zeros) zero = edge / zero;
  for (auto& pole : prototype.poles) pole = edge / pole;
  prototype.zeros.resize(prototype.poles.size(), 0.0);  // the zeros at infinity come to 0
  return prototype;
}

/// Each root r that the band transform of a low-pass gives: the two solutions of s^2 - 2 half s + center^2 = 0.
inline std::vector<std::complex<double>> split_roots(const std::vector<std::complex<double>>& halves, double center) {
  std::vector<std::complex<double>> result;
  for (const double sign : {1.0, -1.0}) {
    for (const auto& half : halves) result.push_back(half + sign * std::sqrt(half * half - center * center));
  }
  return result;
}

/// s -> (s^2 + center^2) / (width s)
inline ZerosPolesGain to_bandpass(ZerosPolesGain prototype, double center, double width) {
  const std::size_t degree = prototype.poles.size() - prototype.zeros.size();
  for (auto& zero : prototype.zeros) zero *= width / 2.0;
  for (auto& pole : prototype.poles) pole *= width / 2.0;
  ZerosPolesGain result{split_roots(prototype.zeros, center), split_roots(prototype.poles, center),
                        prototype.gain * std::pow(width, static_cast<double>(degree))};
  result.zeros.resize(result.zeros.size() + degree, 0.0);  // half of the zeros at infinity stay there
  return result;
}

/// s -> width s / (s^2 + center^2)
inline ZerosPolesGain to_bandstop(ZerosPolesGain prototype, double center, double width) {
  const std::size_t degree = prototype.poles.size() - prototype.zeros.size();
  const double gain =
      prototype.gain * (product_of_distances(0.0, prototype.zeros) / product_of_distances(0.0, prototype.poles)).real();
  for (auto& zero : prototype.zeros) zero = (width / 2.0) / zero;
  for (auto& pole : prototype.poles) pole = (width / 2.0) / pole;
  ZerosPolesGain result{split_roots(prototype.zeros, center), split_roots(prototype.poles, center), gain};
  for (std::size_t k = 0; k < degree; ++k) {
    result.zeros.emplace_back(0.0, center);
    result.zeros.emplace_back(0.0, -center);
  }
  return result;
}

/// The bilinear transform s = 4 (z - 1) / (z + 1): the frequency w rad/s comes to 2 atan(w / 4) rad per sample.
inline ZerosPolesGain to_digital(ZerosPolesGain analog) {
  analog.gain *= (product_of_distances(4.0, analog.zeros) / product_of_distances(4.0, analog.poles)).real();
  for (auto& zero : analog.zeros) zero = (4.0 + zero) / (4.0 - zero);
  for (auto& pole : analog.poles) pole = (4.0 + pole) / (4.0 - pole);
  analog.zeros.resize(analog.poles.size(), -1.0);  // zeros at infinity come to the Nyquist rate
  return analog;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
