#pragma once

#include <heartsight/core/random.hpp>
#include <heartsight/simulate/ecg_options.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::simulate::detail {

/// Beat intervals of a given mean, spread and rhythm, one after the other.
class RrProcess {
 public:
  RrProcess(const EcgOptions& options, Random& random) : options_(options) {
    // McSharry's spectrum: two Gaussians, here as sums of sinusoids with random phases, so that it needs no length.
    constexpr double sd_hz = 0.01;
    const double low_share = options.lf_hf_ratio / (1.0 + options.lf_hf_ratio);
    double power = 0.0;
    for (std::size_t i = 0; i < components_.size(); ++i) {
      const bool low = i < components_.size() / 2;
      const double place = (static_cast<double>(i % (components_.size() / 2)) + random.uniform()) /
                           (static_cast<double>(components_.size()) / 2.0);
      const double offset = (place - 0.5) * 6.0 * sd_hz;
      Component& c = components_[i];
      c.frequency_hz = (low ? 0.1 : 0.25) + offset;
      const double density = std::exp(-0.5 * offset * offset / (sd_hz * sd_hz));
      c.amplitude = std::sqrt((low ? low_share : 1.0 - low_share) * density);
      c.phase = random.uniform(0.0, 2.0 * std::numbers::pi);
      power += 0.5 * c.amplitude * c.amplitude;
    }
    for (Component& c : components_) c.amplitude *= options.rr_sd_s / std::sqrt(power);
  }

  /// The interval that begins at time_s, in s: never below 0.2.
  double next(double time_s, Random& random) const {
    const double mean = 60.0 / options_.heart_rate_bpm;
    if (options_.rhythm == Rhythm::atrial_fibrillation) {
      // Independent intervals, skewed to the right, with a coefficient of variation of about a quarter.
      const double sigma = 0.24;
      return std::max(0.2, mean * std::exp(sigma * random.normal() - 0.5 * sigma * sigma));
    }
    double rr = mean;
    for (const Component& c : components_) {
      rr += c.amplitude * std::sin(2.0 * std::numbers::pi * c.frequency_hz * time_s + c.phase);
    }
    return std::max(0.2, rr);
  }

 private:
  struct Component {
    double frequency_hz = 0.0;
    double amplitude = 0.0;
    double phase = 0.0;
  };
  EcgOptions options_;
  std::array<Component, 32> components_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::simulate::detail
