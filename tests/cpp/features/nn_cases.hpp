#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <random>
#include <vector>

namespace heartsight::test {

/// Intervals of a heart whose rhythm swings by amplitude_ms at frequency_hz, with some noise.
inline std::vector<double> swinging(double duration_s, double amplitude_ms, double frequency_hz, double noise_ms = 0.0,
                                    double mean_ms = 800.0) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> nn;
  double t = 0.0;
  while (t < duration_s) {
    nn.push_back(mean_ms + amplitude_ms * std::sin(2.0 * std::numbers::pi * frequency_hz * t) + noise_ms * normal(random));
    t += nn.back() / 1000.0;
  }
  return nn;
}

}  // namespace heartsight::test
