#pragma once

#include <heartsight/core/random.hpp>
#include <heartsight/simulate/ecg_options.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::simulate::detail {

enum class Wave : std::uint8_t { p, qrs, t };

/// One Gaussian of the dipole: x to the left, y to the feet, z to the back (Frank's axes), in mV.
struct Kernel {
  Wave wave;
  std::array<double, 3> amplitude;
  double centre_s;  ///< from the R peak; P and T move with the square root of the beat interval
  double width_s;   ///< standard deviation
};

/// Dower's matrix for I, II, V1 to V6; the other leads follow from I and II.
inline constexpr std::array<std::array<double, 3>, 8> dower = {{{0.632, -0.235, 0.059},
                                                                {0.235, 1.066, -0.132},
                                                                {-0.515, 0.157, -0.917},
                                                                {0.044, 0.164, -1.387},
                                                                {0.882, 0.098, -1.277},
                                                                {1.213, 0.127, -0.601},
                                                                {1.125, 0.127, -0.086},
                                                                {0.831, 0.076, 0.230}}};

/// The 12 standard leads of a dipole.
inline std::array<double, 12> leads_of(const std::array<double, 3>& v) noexcept {
  std::array<double, 8> independent;
  for (std::size_t i = 0; i < 8; ++i) independent[i] = dower[i][0] * v[0] + dower[i][1] * v[1] + dower[i][2] * v[2];
  const double one = independent[0];
  const double two = independent[1];
  return {one,
          two,
          two - one,
          -0.5 * (one + two),
          one - 0.5 * two,
          two - 0.5 * one,
          independent[2],
          independent[3],
          independent[4],
          independent[5],
          independent[6],
          independent[7]};
}

inline std::vector<Kernel> kernels_of(Morphology morphology) {
  const Kernel p1{Wave::p, {0.06, 0.09, -0.03}, -0.170, 0.018};
  const Kernel p2{Wave::p, {0.05, 0.06, 0.02}, -0.145, 0.018};
  const Kernel t1{Wave::t, {0.12, 0.09, -0.06}, 0.250, 0.045};
  const Kernel t2{Wave::t, {0.22, 0.17, -0.12}, 0.300, 0.032};
  switch (morphology) {
    case Morphology::normal:
      return {p1,
              p2,
              {Wave::qrs, {-0.12, -0.08, -0.30}, -0.024, 0.0080},
              {Wave::qrs, {1.00, 0.80, 0.30}, 0.000, 0.0100},
              {Wave::qrs, {-0.15, -0.10, 0.40}, 0.024, 0.0090},
              t1,
              t2};
    case Morphology::myocardial_infarction:
      // Lost anterior forces: the early vector points to the back; ST and early T point to the front.
      return {p1,
              p2,
              {Wave::qrs, {-0.22, 0.05, 0.45}, -0.026, 0.0100},
              {Wave::qrs, {0.70, 0.70, 0.35}, 0.000, 0.0100},
              {Wave::qrs, {-0.10, -0.10, 0.35}, 0.024, 0.0090},
              {Wave::t, {0.10, 0.00, -0.22}, 0.120, 0.040},
              {Wave::t, {-0.16, 0.08, 0.22}, 0.300, 0.040}};
    case Morphology::st_t_change:
      return {p1,
              p2,
              {Wave::qrs, {-0.12, -0.08, -0.30}, -0.024, 0.0080},
              {Wave::qrs, {1.00, 0.80, 0.30}, 0.000, 0.0100},
              {Wave::qrs, {-0.15, -0.10, 0.40}, 0.024, 0.0090},
              {Wave::t, {-0.13, -0.10, 0.05}, 0.110, 0.040},
              {Wave::t, {-0.16, -0.12, 0.08}, 0.290, 0.038}};
    case Morphology::conduction_disturbance:
      return {p1,
              p2,
              {Wave::qrs, {0.45, 0.25, 0.35}, -0.022, 0.0200},
              {Wave::qrs, {0.95, 0.25, 0.75}, 0.022, 0.0220},
              {Wave::qrs, {0.45, 0.10, 0.45}, 0.066, 0.0180},
              {Wave::t, {-0.16, -0.05, -0.15}, 0.200, 0.050},
              {Wave::t, {-0.26, -0.06, -0.26}, 0.310, 0.042}};
    case Morphology::hypertrophy:
      return {p1,
              {Wave::p, {0.06, 0.05, 0.08}, -0.140, 0.022},
              {Wave::qrs, {-0.12, -0.06, -0.35}, -0.028, 0.0090},
              {Wave::qrs, {2.20, 0.90, 1.10}, 0.000, 0.0120},
              {Wave::qrs, {-0.10, -0.10, 0.70}, 0.028, 0.0100},
              {Wave::t, {-0.18, -0.10, -0.10}, 0.120, 0.045},
              {Wave::t, {-0.26, -0.12, -0.18}, 0.300, 0.040}};
  }
  return {};
}

/// A ventricular ectopic beat: no P, a wide QRS from another place, T against it.
inline std::vector<Kernel> ventricular_kernels() {
  return {{Wave::qrs, {-0.50, 0.85, -0.55}, -0.030, 0.0240},
          {Wave::qrs, {-0.80, 1.10, -0.70}, 0.018, 0.0240},
          {Wave::qrs, {0.30, -0.40, 0.50}, 0.075, 0.0220},
          {Wave::t, {0.40, -0.45, 0.35}, 0.280, 0.055}};
}

/// Another person: amplitudes within about 15 %, widths within 5 %, the electrical axis turned by about 12 degrees.
inline void vary(std::vector<Kernel>& kernels, double amount, Random& random) {
  const double angle = amount * 0.2 * random.normal();
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  for (Kernel& k : kernels) {
    const double gain = std::exp(amount * 0.15 * random.normal());
    const double x = k.amplitude[0];
    const double y = k.amplitude[1];
    k.amplitude = {gain * (cosine * x - sine * y), gain * (sine * x + cosine * y), gain * k.amplitude[2]};
    k.width_s *= std::exp(amount * 0.05 * random.normal());
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::simulate::detail
