#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// Modified Bessel function of the first kind and order 0 by its power series; all terms are positive, so nothing cancels.
inline double bessel_i0(double x) noexcept {
  const double quarter = x * x / 4.0;
  double term = 1.0;
  double sum = 1.0;
  for (double k = 1.0; term > 1e-17 * sum; k += 1.0) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

/// Odd-length Kaiser-windowed sinc with unit gain at zero frequency; cutoff is relative to the Nyquist rate.
inline std::vector<double> kaiser_lowpass(std::size_t half_length, double cutoff, double beta) {
  const auto half = static_cast<double>(half_length);
  std::vector<double> taps(2 * half_length + 1);
  double sum = 0.0;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const double m = static_cast<double>(i) - half;
    const double x = cutoff * m * std::numbers::pi;
    const double sinc = m == 0.0 ? 1.0 : std::sin(x) / x;
    const double r = half > 0.0 ? m / half : 0.0;
    taps[i] = cutoff * sinc * bessel_i0(beta * std::sqrt(std::max(0.0, 1.0 - r * r))) / bessel_i0(beta);
    sum += taps[i];
  }
  for (double& tap : taps) tap /= sum;
  return taps;
}

template <std::floating_point T>
std::vector<T> resample_poly(std::span<const T> signal, std::size_t up, std::size_t down, double kaiser_beta,
                             bool take_out_line) {
  constexpr auto where = "resample_poly";
  check::at_least<std::size_t>(where, "up", up, 1);
  check::at_least<std::size_t>(where, "down", down, 1);
  check::in_closed_range(where, "kaiser_beta", kaiser_beta, 0.0, 1e3);
  const std::size_t common = std::gcd(up, down);
  up /= common;
  down /= common;
  // 20 taps per unit of the larger term: beyond this the filter alone would fill the memory, or its size overflow.
  check::in_closed_range<std::size_t>(where, "up / gcd(up, down)", up, 1, 100'000);
  check::in_closed_range<std::size_t>(where, "down / gcd(up, down)", down, 1, 100'000);
  if (up == down || signal.empty()) return {signal.begin(), signal.end()};

  const std::size_t n = signal.size();
  std::vector<double> x(signal.begin(), signal.end());
  const double first = x.front();
  const double slope = n > 1 ? (x.back() - first) / static_cast<double>(n - 1) : 0.0;
  if (take_out_line) {
    for (std::size_t i = 0; i < n; ++i) x[i] -= first + slope * static_cast<double>(i);
  }

  const std::size_t larger = std::max(up, down);
  const std::size_t half = 10 * larger;
  std::vector<double> taps = kaiser_lowpass(half, 1.0 / static_cast<double>(larger), kaiser_beta);
  for (double& tap : taps) tap *= static_cast<double>(up);  // the zeros between samples took this much away

  // Output m sits at m * down on the up-sampled grid, where input k sits at k * up: y[m] = sum over k of
  // x[k] * taps[m * down - k * up + half]. Only every up-th tap meets a sample; phases keeps each such set together.
  const std::size_t n_taps = (taps.size() + up - 1) / up;
  std::vector<double> phases(up * n_taps, 0.0);
  for (std::size_t phase = 0; phase < up; ++phase) {
    for (std::size_t j = 0; phase + j * up < taps.size(); ++j) {
      phases[phase * n_taps + n_taps - 1 - j] = taps[phase + j * up];  // reversed: sample and tap indices grow together
    }
  }

  const std::size_t n_out = (n * up + down - 1) / down;
  std::vector<T> result(n_out);
  for (std::size_t m = 0; m < n_out; ++m) {
    const std::size_t at = m * down + half;
    const double* taps_here = phases.data() + (at % up) * n_taps;
    // The last sample that meets a tap is at / up, the first lies n_taps - 1 before it.
    const auto last = static_cast<std::int64_t>(at / up);
    const std::int64_t begin = last - static_cast<std::int64_t>(n_taps) + 1;
    const std::int64_t low = std::max<std::int64_t>(begin, 0);
    const std::int64_t high = std::min<std::int64_t>(last, static_cast<std::int64_t>(n) - 1);
    double sum = 0.0;
    for (std::int64_t k = low; k <= high; ++k) sum += x[static_cast<std::size_t>(k)] * taps_here[k - begin];
    if (take_out_line) sum += first + slope * static_cast<double>(m * down) / static_cast<double>(up);
    result[m] = static_cast<T>(sum);
  }
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
