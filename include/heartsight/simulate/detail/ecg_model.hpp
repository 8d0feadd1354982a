#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/simulate/detail/dipole.hpp>
#include <heartsight/simulate/detail/electrode_noise.hpp>
#include <heartsight/simulate/detail/rr_process.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::simulate::detail {

inline void check_options(double rate_hz, const EcgOptions& o) {
  constexpr auto where = "simulate.ecg";
  check::in_closed_range(where, "sampling_rate", rate_hz, 20.0, 10'000.0);
  check::in_closed_range(where, "duration_s", o.duration_s, 0.0, 172'800.0);
  check::in_closed_range(where, "heart_rate_bpm", o.heart_rate_bpm, 20.0, 300.0);
  check::in_closed_range(where, "rr_sd_s", o.rr_sd_s, 0.0, 0.5);
  check::in_closed_range(where, "lf_hf_ratio", o.lf_hf_ratio, 0.0, 100.0);
  check::in_closed_range(where, "ventricular_ectopic_rate", o.ventricular_ectopic_rate, 0.0, 0.9);
  check::in_closed_range(where, "atrial_ectopic_rate", o.atrial_ectopic_rate, 0.0, 0.9);
  check::in_closed_range(where, "subject_variation", o.subject_variation, 0.0, 3.0);
  // A mains frequency that is not used must not forbid low rates: 50 Hz is the default, 50 Hz a legal rate.
  check::in_closed_range(where, "mains_hz", o.mains_hz, 0.0, o.mains_mv > 0.0 ? rate_hz / 2.0 : 10'000.0);
  for (const auto& [name, value] :
       {std::pair{"baseline_wander_mv", o.baseline_wander_mv}, std::pair{"mains_mv", o.mains_mv},
        std::pair{"muscle_noise_mv", o.muscle_noise_mv}, std::pair{"white_noise_mv", o.white_noise_mv}}) {
    check::in_closed_range(where, name, value, 0.0, 1000.0);
  }
  for (const ElectrodeLoss& loss : o.electrode_loss) {
    check::at_least(where, "electrode_loss.start_s", loss.start_s, 0.0);
    check::at_least(where, "electrode_loss.stop_s", loss.stop_s, loss.start_s);
  }
}

struct Beat {
  double r_s;   ///< origin: kernels lie around it, the R peak within some 20 ms
  double rr_s;  ///< interval before it
  char type;
};

inline std::vector<Beat> beats_of(const EcgOptions& options, Random& random) {
  const RrProcess process(options, random);
  std::vector<Beat> beats;
  // Begin before the recording, so that its first samples hold the end of a beat as its last hold a beginning.
  double time = -2.0 * 60.0 / options.heart_rate_bpm - random.uniform() * 60.0 / options.heart_rate_bpm;
  double pause = 1.0;  // what follows a premature ventricular beat is long
  while (time < options.duration_s + 1.0) {
    const double draw = random.uniform();
    const bool ventricular = draw < options.ventricular_ectopic_rate && pause == 1.0;
    const bool atrial =
        !ventricular && draw < options.ventricular_ectopic_rate + options.atrial_ectopic_rate && pause == 1.0;
    double rr = process.next(time, random) * pause;
    pause = 1.0;
    if (ventricular) {
      rr *= 0.62;
      pause = 1.38;  // compensatory: the sinus node keeps its time
    } else if (atrial) {
      rr *= 0.70;
    }
    rr = std::max(rr, 0.2);
    time += rr;
    beats.push_back({time, rr, ventricular ? 'V' : (atrial ? 'A' : 'N')});
  }
  return beats;
}

/// Where the kernels of a beat lie: repolarisation and atria follow the rate, the ventricles' activation does not.
inline double kernel_time(const Kernel& kernel, const Beat& beat) {
  if (kernel.wave == Wave::qrs) return kernel.centre_s;
  const double scale = std::sqrt(std::min(beat.rr_s, 1.6));
  return kernel.centre_s * std::clamp(scale, 0.5, 1.2);
}

/// From a beat's origin to where the dipole of its QRS is longest: its R peak, one instant for all leads.
inline double r_peak_offset(const std::vector<Kernel>& kernels) {
  double largest = -1.0;
  double offset = 0.0;
  for (int step = -1000; step <= 1000; ++step) {  // 0.1 ms
    const double time = 1e-4 * step;
    std::array<double, 3> dipole{};
    for (const Kernel& kernel : kernels) {
      if (kernel.wave != Wave::qrs) continue;
      const double u = (time - kernel.centre_s) / kernel.width_s;
      for (std::size_t k = 0; k < 3; ++k) dipole[k] += kernel.amplitude[k] * std::exp(-0.5 * u * u);
    }
    const double length = std::hypot(dipole[0], dipole[1], dipole[2]);
    if (length > largest) {
      largest = length;
      offset = time;
    }
  }
  return offset;
}

inline std::pair<std::vector<double>, EcgTruth> simulate_ecg(double rate_hz, const EcgOptions& options) {
  check_options(rate_hz, options);
  const auto n = static_cast<std::size_t>(std::llround(options.duration_s * rate_hz));
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();

  Random root(options.seed);
  Random heart = root.fork();
  Random rhythm = root.fork();
  Random atria = root.fork();
  std::vector<Kernel> normal = kernels_of(options.morphology);
  vary(normal, options.subject_variation, heart);
  std::vector<Kernel> ventricular = ventricular_kernels();
  vary(ventricular, options.subject_variation, heart);
  const double normal_peak_s = r_peak_offset(normal);
  const double ventricular_peak_s = r_peak_offset(ventricular);

  std::vector<double> leads(12 * n, 0.0);
  EcgTruth truth;
  const bool has_p = options.rhythm == Rhythm::sinus;
  const auto beats = beats_of(options, rhythm);

  std::array<double, 12> polarity_sum{};
  for (std::size_t b = 0; b < beats.size(); ++b) {
    const Beat& beat = beats[b];
    const auto& kernels = beat.type == 'V' ? ventricular : normal;
    struct Span {
      double low = std::numeric_limits<double>::infinity();
      double high = -std::numeric_limits<double>::infinity();
      double peak = 0.0;
      double largest = -1.0;
    };
    std::array<Span, 3> spans;
    for (Kernel kernel : kernels) {
      if (kernel.wave == Wave::p && (!has_p || beat.type == 'V')) continue;
      if (kernel.wave == Wave::p && beat.type == 'A') kernel.amplitude[1] *= -0.6;  // from another place in the atria
      const double centre_s = beat.r_s + kernel_time(kernel, beat);
      const double reach = 5.0 * kernel.width_s;
      const auto projection = leads_of(kernel.amplitude);
      const double first = std::max(0.0, std::ceil((centre_s - reach) * rate_hz));
      const double last = std::min(static_cast<double>(n) - 1.0, std::floor((centre_s + reach) * rate_hz));
      for (double i = first; i <= last; i += 1.0) {
        const double u = (i / rate_hz - centre_s) / kernel.width_s;
        const double g = std::exp(-0.5 * u * u);
        const auto at = static_cast<std::size_t>(i);
        for (std::size_t lead = 0; lead < 12; ++lead) leads[lead * n + at] += projection[lead] * g;
      }
      Span& span = spans[static_cast<std::size_t>(kernel.wave)];
      span.low = std::min(span.low, centre_s - 2.5 * kernel.width_s);
      span.high = std::max(span.high, centre_s + 2.5 * kernel.width_s);
      const double size = std::hypot(kernel.amplitude[0], kernel.amplitude[1], kernel.amplitude[2]);
      if (size > span.largest) {
        span.largest = size;
        span.peak = centre_s;
      }
    }
    const double r_peak_s = beat.r_s + (beat.type == 'V' ? ventricular_peak_s : normal_peak_s);
    const auto r_sample = std::llround(r_peak_s * rate_hz);
    spans[1].peak = r_peak_s;
    if (r_sample < 0 || r_sample >= static_cast<long long>(n)) continue;

    // The dominant deflection of each lead, from the QRS kernels alone.
    std::array<std::int64_t, 12> peaks{};
    std::array<double, 12> largest{};
    const Span& qrs = spans[1];
    const auto from = std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(qrs.low * rate_hz)));
    const auto to =
        std::min<std::int64_t>(static_cast<std::int64_t>(n) - 1, static_cast<std::int64_t>(std::ceil(qrs.high * rate_hz)));
    peaks.fill(r_sample);
    for (std::int64_t i = from; i <= to; ++i) {
      std::array<double, 3> dipole{};
      for (const Kernel& kernel : kernels) {
        if (kernel.wave != Wave::qrs) continue;
        const double u = (static_cast<double>(i) / rate_hz - beat.r_s - kernel.centre_s) / kernel.width_s;
        const double g = std::exp(-0.5 * u * u);
        for (std::size_t k = 0; k < 3; ++k) dipole[k] += kernel.amplitude[k] * g;
      }
      const auto value = leads_of(dipole);
      for (std::size_t lead = 0; lead < 12; ++lead) {
        if (std::abs(value[lead]) > std::abs(largest[lead])) {
          largest[lead] = value[lead];
          peaks[lead] = i;
        }
      }
    }
    if (beat.type != 'V') {
      for (std::size_t lead = 0; lead < 12; ++lead) polarity_sum[lead] += largest[lead];
    }
    const auto wave = [&](const Span& span) {
      if (span.largest < 0.0) return WaveTruth{nan, nan, nan};
      return WaveTruth{span.low * rate_hz, span.peak * rate_hz, span.high * rate_hz};
    };
    truth.r_peaks.push_back(r_sample);
    truth.beat_type.push_back(beat.type);
    truth.p.push_back(wave(spans[0]));
    truth.qrs.push_back(wave(spans[1]));
    truth.t.push_back(wave(spans[2]));
    truth.lead_peaks.push_back(peaks);
  }
  const double sign = options.inverted ? -1.0 : 1.0;
  for (std::size_t lead = 0; lead < 12; ++lead) truth.lead_polarity[lead] = polarity_sum[lead] * sign < 0.0 ? -1 : 1;

  if (options.rhythm == Rhythm::atrial_fibrillation) {
    // Fibrillatory waves: a few wandering frequencies, strongest towards V1.
    constexpr double two_pi = 2.0 * std::numbers::pi;
    std::array<double, 4> phase;
    std::array<double, 4> frequency;
    for (std::size_t k = 0; k < 4; ++k) {
      phase[k] = atria.uniform(0.0, two_pi);
      frequency[k] = atria.uniform(4.0, 9.0);
    }
    for (std::size_t i = 0; i < n; ++i) {
      double wave = 0.0;
      for (std::size_t k = 0; k < 4; ++k) {
        phase[k] += two_pi * frequency[k] / rate_hz + 0.15 * std::sqrt(100.0 / rate_hz) * 0.3 * atria.normal();
        wave += 0.03 * std::sin(phase[k]);
      }
      const auto value = leads_of({0.2 * wave, 0.6 * wave, -wave});
      for (std::size_t lead = 0; lead < 12; ++lead) leads[lead * n + i] += value[lead];
    }
  }

  std::array<std::vector<double>, n_electrodes> electrodes;
  for (auto& electrode : electrodes) {
    Random noise = root.fork();
    electrode = electrode_noise(n, rate_hz, options, noise);
  }
  add_electrodes(electrodes, leads, n);
  if (options.inverted) {
    for (double& v : leads) v = -v;
  }
  lose_electrodes(options.electrode_loss, rate_hz, leads, n);
  return {std::move(leads), std::move(truth)};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::simulate::detail
