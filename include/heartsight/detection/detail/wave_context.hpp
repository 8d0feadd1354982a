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

/// The earliest (or latest) of the leads' marks that two others come near: one lead's error does not move it, a wave that
/// begins in some leads later does not either (the rule of Laguna et al. 1994, DOI 10.1006/cbmr.1994.1006). With fewer than
/// three marks, or none that agree, their median.
inline double agreed_extreme(std::vector<double> marks, double nearness, bool earliest) {
  std::erase_if(marks, [](double v) { return std::isnan(v); });
  if (marks.empty()) return WaveFiducials::absent;
  std::sort(marks.begin(), marks.end());
  const std::size_t n = marks.size();
  for (std::size_t i = 0; i + 2 < n; ++i) {
    if (earliest && marks[i + 2] - marks[i] <= nearness) return marks[i];
    if (!earliest && marks[n - 1 - i] - marks[n - 3 - i] <= nearness) return marks[n - 1 - i];
  }
  return median(marks);
}

/// All leads of one beat together. A P or T wave is there when at least half of the leads show it (two leads: either).
inline WaveFiducials consensus(std::span<const WaveFiducials> leads, double sampling_rate) {
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
  const auto extreme = [&](double WaveFiducials::* mark, double nearness_s, bool earliest) {
    return agreed_extreme(collect(mark), nearness_s * sampling_rate, earliest);
  };
  const std::size_t n_seen = collect(&WaveFiducials::qrs_onset).size();
  const auto enough = [&](double WaveFiducials::* mark) {
    return 2 * collect(mark).size() >= std::max<std::size_t>(n_seen, 1);
  };
  WaveFiducials all;
  all.qrs_onset = extreme(&WaveFiducials::qrs_onset, 0.012, true);
  all.qrs_peak = middle(&WaveFiducials::qrs_peak);
  all.qrs_offset = extreme(&WaveFiducials::qrs_offset, 0.012, false);
  if (enough(&WaveFiducials::p_peak)) {
    all.p_onset = extreme(&WaveFiducials::p_onset, 0.016, true);
    all.p_peak = middle(&WaveFiducials::p_peak);
    all.p_offset = extreme(&WaveFiducials::p_offset, 0.016, false);
  }
  if (enough(&WaveFiducials::t_peak)) {
    all.t_onset = extreme(&WaveFiducials::t_onset, 0.024, true);
    all.t_peak = middle(&WaveFiducials::t_peak);
    all.t_offset = extreme(&WaveFiducials::t_offset, 0.024, false);
  }
  return all;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
