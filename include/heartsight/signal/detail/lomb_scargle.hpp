#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// What a Lomb-Scargle periodogram of n values measures. A sine of amplitude A gives, for large n:
enum class LombScargleScaling : std::uint8_t {
  power,       ///< A^2 n / 4 (SciPy's normalize=False)
  normalized,  ///< the share of the values' mean square that the sine explains, 0 to 1 (SciPy's normalize=True)
  amplitude,   ///< A (the modulus of SciPy's normalize="amplitude")
  density,     ///< one-sided unit^2 / Hz as of welch: power * 2 * (t_last - t_first) / (n - 1), so that its integral is the
               ///< variance
};

struct LombScargleOptions {
  LombScargleScaling scaling = LombScargleScaling::power;
  bool floating_mean =
      false;  ///< fit an offset with every sine (Zechmeister and Kürster 2009); else the mean should be taken off
};

namespace detail {

/// Sums over the samples at one frequency w: with weights 1 / n each, of y cos, y sin, cos, sin, cos^2, cos sin (of w t).
struct LombScargleSums {
  double yc = 0.0;
  double ys = 0.0;
  double c = 0.0;
  double s = 0.0;
  double cc = 0.0;
  double cs = 0.0;
};

/// Frequencies that lie on f[0] + k step, to the rounding that any product of frequency and time has.
inline bool is_evenly_spaced(std::span<const double> f) {
  if (f.size() < 3) return false;
  const double step = (f.back() - f.front()) / static_cast<double>(f.size() - 1);
  double largest = 0.0;
  for (const double v : f) largest = std::max(largest, std::abs(v));
  for (std::size_t k = 0; k < f.size(); ++k) {
    const double off = f[k] - (f.front() + static_cast<double>(k) * step);
    if (!(std::abs(off) <= 4.0 * std::numeric_limits<double>::epsilon() * largest)) return false;
  }
  return true;
}

inline LombScargleSums lomb_scargle_sums(std::span<const double> y, std::span<const double> cosine,
                                         std::span<const double> sine) {
  // Four partial sums each: the compiler may not reorder a sum, and one after the other they would wait for each other.
  constexpr std::size_t width = 4;
  std::array<std::array<double, width>, 6> part{};
  const std::size_t n = y.size();
  std::size_t i = 0;
  for (; i + width <= n; i += width) {
    for (std::size_t l = 0; l < width; ++l) {
      const double c = cosine[i + l];
      const double s = sine[i + l];
      part[0][l] += y[i + l] * c;
      part[1][l] += y[i + l] * s;
      part[2][l] += c;
      part[3][l] += s;
      part[4][l] += c * c;
      part[5][l] += c * s;
    }
  }
  for (; i < n; ++i) {
    part[0][0] += y[i] * cosine[i];
    part[1][0] += y[i] * sine[i];
    part[2][0] += cosine[i];
    part[3][0] += sine[i];
    part[4][0] += cosine[i] * cosine[i];
    part[5][0] += cosine[i] * sine[i];
  }
  std::array<double, 6> sum{};
  for (std::size_t j = 0; j < sum.size(); ++j) {
    sum[j] = (part[j][0] + part[j][1] + part[j][2] + part[j][3]) / static_cast<double>(n);
  }
  return {sum[0], sum[1], sum[2], sum[3], sum[4], sum[5]};
}

/// The fitted sine in the frame turned by tau, where cosine and sine are orthogonal: a cos + b sin, and the power it
/// explains.
struct LombScargleFit {
  double explained;  ///< a * yc + b * ys
  double amplitude;  ///< of the fitted sine
};

inline LombScargleFit lomb_scargle_fit(const LombScargleSums& sums, double mean, bool floating_mean) {
  const auto centred = [&](LombScargleSums t) {
    if (floating_mean) {
      t.yc -= mean * t.c;
      t.ys -= mean * t.s;
      t.cs -= t.c * t.s;
    }
    return t;
  };
  const LombScargleSums t = centred(sums);
  const double cc = sums.cc - (floating_mean ? sums.c * sums.c : 0.0);
  const double ss = 1.0 - sums.cc - (floating_mean ? sums.s * sums.s : 0.0);
  const double tau = 0.5 * std::atan2(2.0 * t.cs, cc - ss);
  const double ct = std::cos(tau);
  const double st = std::sin(tau);
  const double yc = t.yc * ct + t.ys * st;
  const double ys = t.ys * ct - t.yc * st;
  // Eigenvalues of [[cc, cs], [cs, ss]]; rounding must not leave one at or below zero.
  const double smallest = std::numeric_limits<double>::epsilon() / 2.0;
  const double larger = std::max(cc * ct * ct + 2.0 * t.cs * ct * st + ss * st * st, smallest);
  const double lesser = std::max(cc * st * st - 2.0 * t.cs * ct * st + ss * ct * ct, smallest);
  const double a = yc / larger;
  const double b = ys / lesser;
  return {a * yc + b * ys, std::hypot(a, b)};
}

template <class T>
std::vector<double> lomb_scargle(std::span<const double> times_s, std::span<const T> values,
                                 std::span<const double> frequencies_hz, const LombScargleOptions& options) {
  constexpr auto where = "lomb_scargle";
  check::same_size(where, "times_s", times_s.size(), "values", values.size());
  check::all_finite<double>(where, "times_s", times_s);
  check::all_finite<double>(where, "frequencies_hz", frequencies_hz);
  const std::size_t n = values.size();
  if (n == 0) return std::vector<double>(frequencies_hz.size(), std::numeric_limits<double>::quiet_NaN());

  const std::vector<double> y(values.begin(), values.end());
  // Times from the first one on: the periodogram does not depend on the origin, but the precision of w t does.
  const auto [earliest, latest] = std::minmax_element(times_s.begin(), times_s.end());
  std::vector<double> t(times_s.begin(), times_s.end());
  const double origin = *earliest;
  const double duration = *latest - *earliest;
  for (double& v : t) v -= origin;
  double mean = 0.0;
  double mean_square = 0.0;
  for (const double v : y) {
    mean += v;
    mean_square += v * v;
  }
  mean /= static_cast<double>(n);
  mean_square /= static_cast<double>(n);
  if (options.floating_mean) {
    double centred = 0.0;
    for (const double v : y) centred += (v - mean) * (v - mean);
    mean_square = centred / static_cast<double>(n);
  }

  // On an even grid of frequencies each sample's phasor turns by the same angle from one to the next. It is computed afresh
  // every 32 steps, before 32 roundings can add up to anything that shows.
  constexpr std::size_t n_turns = 32;
  const bool even = is_evenly_spaced(frequencies_hz);
  std::vector<double> cosine(n);
  std::vector<double> sine(n);
  std::vector<double> turn_cosine;
  std::vector<double> turn_sine;
  if (even) {
    const double step = (frequencies_hz.back() - frequencies_hz.front()) / static_cast<double>(frequencies_hz.size() - 1);
    turn_cosine.resize(n);
    turn_sine.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      turn_cosine[i] = std::cos(2.0 * std::numbers::pi * step * t[i]);
      turn_sine[i] = std::sin(2.0 * std::numbers::pi * step * t[i]);
    }
  }
  std::vector<double> result(frequencies_hz.size());
  for (std::size_t k = 0; k < frequencies_hz.size(); ++k) {
    if (even && k % n_turns != 0) {
      for (std::size_t i = 0; i < n; ++i) {
        const double c = cosine[i] * turn_cosine[i] - sine[i] * turn_sine[i];
        sine[i] = cosine[i] * turn_sine[i] + sine[i] * turn_cosine[i];
        cosine[i] = c;
      }
    } else {
      const double w = 2.0 * std::numbers::pi * frequencies_hz[k];
      for (std::size_t i = 0; i < n; ++i) {
        cosine[i] = std::cos(w * t[i]);
        sine[i] = std::sin(w * t[i]);
      }
    }
    const LombScargleFit fit = lomb_scargle_fit(lomb_scargle_sums(y, cosine, sine), mean, options.floating_mean);
    const double count = static_cast<double>(n);
    switch (options.scaling) {
      case LombScargleScaling::power:
        result[k] = 0.5 * count * fit.explained;
        break;
      case LombScargleScaling::normalized:
        result[k] = fit.explained / mean_square;
        break;
      case LombScargleScaling::amplitude:
        result[k] = fit.amplitude;
        break;
      case LombScargleScaling::density:
        result[k] = n < 2 ? std::numeric_limits<double>::quiet_NaN() : count * fit.explained * duration / (count - 1.0);
        break;
    }
  }
  return result;
}

}  // namespace detail
}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
