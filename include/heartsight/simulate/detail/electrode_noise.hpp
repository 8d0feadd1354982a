#pragma once

#include <heartsight/core/random.hpp>
#include <heartsight/simulate/ecg_options.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::simulate::detail {

inline constexpr std::size_t n_electrodes = 9;

/// The noise of one electrode, in mV.
inline std::vector<double> electrode_noise(std::size_t n_samples, double rate_hz, const EcgOptions& options,
                                           Random& random) {
  constexpr double two_pi = 2.0 * std::numbers::pi;
  std::vector<double> noise(n_samples, 0.0);
  const auto add_sine = [&](double amplitude, double frequency_hz) {
    const double phase = random.uniform(0.0, two_pi);
    for (std::size_t i = 0; i < n_samples; ++i) {
      noise[i] += amplitude * std::sin(two_pi * frequency_hz * static_cast<double>(i) / rate_hz + phase);
    }
  };
  if (options.baseline_wander_mv > 0.0) {
    // Respiration and slow drift.
    for (int k = 0; k < 5; ++k) {
      add_sine(options.baseline_wander_mv * random.uniform(0.2, 0.6), random.uniform(0.05, 0.45));
    }
  }
  if (options.mains_mv > 0.0) {
    add_sine(options.mains_mv * random.uniform(0.7, 1.0), options.mains_hz);
    if (3.0 * options.mains_hz < rate_hz / 2.0) add_sine(0.15 * options.mains_mv, 3.0 * options.mains_hz);
  }
  if (options.muscle_noise_mv > 0.0) {
    // White noise less its part below 20 Hz, scaled back to the wanted spread, in bursts.
    const double keep = std::exp(-two_pi * std::min(20.0, 0.2 * rate_hz) / rate_hz);
    // What the filter leaves of unit variance, and the mean square of the envelope.
    constexpr double envelope_power = 0.8 * 0.8 + 0.5 * 0.6 * 0.6;
    const double gain = options.muscle_noise_mv * std::sqrt((1.0 + keep) / (2.0 * envelope_power)) / keep;
    const double burst_hz = random.uniform(0.2, 0.6);
    const double burst_phase = random.uniform(0.0, two_pi);
    double slow = 0.0;
    for (std::size_t i = 0; i < n_samples; ++i) {
      const double white = random.normal();
      slow = keep * slow + (1.0 - keep) * white;
      const double envelope = 0.8 + 0.6 * std::sin(two_pi * burst_hz * static_cast<double>(i) / rate_hz + burst_phase);
      noise[i] += gain * envelope * (white - slow);
    }
  }
  if (options.white_noise_mv > 0.0) {
    for (double& v : noise) v += options.white_noise_mv * random.normal();
  }
  return noise;
}

/// Adds electrode potentials to the 12 leads: I = LA - RA, II = LL - RA, and so on; V leads against Wilson's terminal.
inline void add_electrodes(const std::array<std::vector<double>, n_electrodes>& e, std::vector<double>& leads,
                           std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double ra = e[0][i];
    const double la = e[1][i];
    const double ll = e[2][i];
    const double wilson = (ra + la + ll) / 3.0;
    const double one = la - ra;
    const double two = ll - ra;
    leads[0 * n + i] += one;
    leads[1 * n + i] += two;
    leads[2 * n + i] += two - one;
    leads[3 * n + i] += -0.5 * (one + two);
    leads[4 * n + i] += one - 0.5 * two;
    leads[5 * n + i] += two - 0.5 * one;
    for (std::size_t v = 0; v < 6; ++v) leads[(6 + v) * n + i] += e[3 + v][i] - wilson;
  }
}

/// True where a lead needs an electrode: limb electrodes make Wilson's terminal and so every V lead.
inline bool lead_needs(std::size_t lead, Electrode electrode) noexcept {
  const auto index = static_cast<std::size_t>(electrode);
  if (index >= 3) return lead == 6 + (index - 3);
  if (lead == 0) return electrode != Electrode::LL;
  if (lead == 1) return electrode != Electrode::LA;
  if (lead == 2) return electrode != Electrode::RA;
  return true;
}

inline void lose_electrodes(std::span<const ElectrodeLoss> losses, double rate_hz, std::vector<double>& leads,
                            std::size_t n) {
  const auto sample = [&](double time_s) {
    return static_cast<std::size_t>(std::clamp(std::ceil(time_s * rate_hz), 0.0, static_cast<double>(n)));
  };
  for (const ElectrodeLoss& loss : losses) {
    for (std::size_t lead = 0; lead < 12; ++lead) {
      if (!lead_needs(lead, loss.electrode)) continue;
      for (std::size_t i = sample(loss.start_s); i < sample(loss.stop_s); ++i) leads[lead * n + i] = 0.0;
    }
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::simulate::detail
