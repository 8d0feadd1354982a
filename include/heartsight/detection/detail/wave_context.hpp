#pragma once

#include <heartsight/core/order_statistics.hpp>
#include <heartsight/detection/detail/wave_net.hpp>
#include <heartsight/detection/wave_fiducials.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// Beats on either side that have a say in whether a beat has a P wave.
inline constexpr std::size_t context_beats = 8;

/// Standard deviation of the intervals over their mean, within context_beats of a beat; 0 with fewer than three.
inline double interval_irregularity(std::span<const double> r_peaks, std::size_t beat) noexcept {
  const std::size_t from = beat < context_beats ? 0 : beat - context_beats;
  const std::size_t to = std::min(r_peaks.size(), beat + context_beats + 1);
  if (to - from < 4) return 0.0;
  const auto n = static_cast<double>(to - from - 1);
  const double mean = (r_peaks[to - 1] - r_peaks[from]) / n;
  double square = 0.0;
  for (std::size_t i = from + 1; i < to; ++i) {
    const double deviation = r_peaks[i] - r_peaks[i - 1] - mean;
    square += deviation * deviation;
  }
  return mean > 0.0 ? std::sqrt(square / n) / mean : 0.0;
}

/// The probability of a P wave in one lead of one beat, from what the network says of it and of the beats around: a sinus
/// P keeps its distance from the complex, fibrillation looks like a P wave now here, now there.
/// @param estimates of the lead's beats, with those without a usable window missing (null).
inline double p_probability(std::span<const WaveEstimate* const> estimates, std::size_t beat, double irregularity) {
  const std::size_t from = beat < context_beats ? 0 : beat - context_beats;
  const std::size_t to = std::min(estimates.size(), beat + context_beats + 1);
  const auto distance = [](const WaveEstimate& e) { return static_cast<double>(e.position[1] - e.position[3]) * 8.0; };
  double mean_logit = 0.0;
  std::vector<double> distances;
  for (std::size_t i = from; i < to; ++i) {
    if (estimates[i] == nullptr) continue;
    mean_logit += static_cast<double>(estimates[i]->p_logit);
    distances.push_back(distance(*estimates[i]));
  }
  mean_logit /= static_cast<double>(distances.size());
  const double middle = median(distances);
  const double off = std::abs(distance(*estimates[beat]) - middle);
  for (double& d : distances) d = std::abs(d - middle);
  const double scatter = median(distances);
  const double x[] = {static_cast<double>(estimates[beat]->p_logit), mean_logit, scatter / 20.0, off / 20.0,
                      std::min(10.0 * irregularity, 3.0)};
  double logit = wave_net::context_bias;
  for (std::size_t i = 0; i < 5; ++i) logit += wave_net::context_weight[i] * x[i];
  return 1.0 / (1.0 + std::exp(-logit));
}

/// All leads of one beat together: from the lower quartile of their onsets to the upper quartile of their offsets. The very
/// first of twelve onsets is an error more often than a fact: extremes make every complex some 10 ms too wide. A P or T wave
/// is there when at least half of the leads that show the complex show it.
inline WaveFiducials consensus(std::span<const WaveFiducials> leads) {
  const auto collect = [&](double WaveFiducials::* mark) {
    std::vector<double> values;
    for (const WaveFiducials& lead : leads) {
      if (!std::isnan(lead.*mark)) values.push_back(lead.*mark);
    }
    return values;
  };
  const auto middle = [&](double WaveFiducials::* mark) {
    const std::vector<double> values = collect(mark);
    return values.empty() ? WaveFiducials::absent : median(values);
  };
  const auto quartile = [&](double WaveFiducials::* mark, double q) {
    const std::vector<double> values = collect(mark);
    return values.empty() ? WaveFiducials::absent : quantile(values, q);
  };
  const std::size_t n_seen = collect(&WaveFiducials::qrs_onset).size();
  const auto enough = [&](double WaveFiducials::* mark) {
    return 2 * collect(mark).size() >= std::max<std::size_t>(n_seen, 1);
  };
  WaveFiducials all;
  all.qrs_onset = quartile(&WaveFiducials::qrs_onset, 0.25);
  all.qrs_peak = middle(&WaveFiducials::qrs_peak);
  all.qrs_offset = quartile(&WaveFiducials::qrs_offset, 0.75);
  if (enough(&WaveFiducials::p_peak)) {
    all.p_onset = quartile(&WaveFiducials::p_onset, 0.25);
    all.p_peak = middle(&WaveFiducials::p_peak);
    all.p_offset = quartile(&WaveFiducials::p_offset, 0.75);
  }
  if (enough(&WaveFiducials::t_peak)) {
    all.t_onset = quartile(&WaveFiducials::t_onset, 0.25);
    all.t_peak = middle(&WaveFiducials::t_peak);
    all.t_offset = quartile(&WaveFiducials::t_offset, 0.75);
  }
  return all;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
