#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/detection/delineation.hpp>
#include <heartsight/detection/detail/pacing_spike.hpp>
#include <heartsight/detection/detail/wave_context.hpp>
#include <heartsight/detection/detail/wave_input.hpp>
#include <heartsight/detection/detail/wave_net.hpp>
#include <heartsight/detection/detail/wave_refinement.hpp>
#include <heartsight/detection/detail/wave_track.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// Where the beats are: samples of the recording, and the seconds to the neighbours (NaN where there is none).
struct BeatPlaces {
  std::span<const std::int64_t> r_peaks;
  std::vector<double> rr_before;
  std::vector<double> rr_after;

  BeatPlaces(std::span<const std::int64_t> peaks, double sampling_rate) : r_peaks(peaks) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = 0; i < peaks.size(); ++i) {
      rr_before.push_back(i == 0 ? none : static_cast<double>(peaks[i] - peaks[i - 1]) / sampling_rate);
      rr_after.push_back(i + 1 == peaks.size() ? none : static_cast<double>(peaks[i + 1] - peaks[i]) / sampling_rate);
    }
  }
};

/// One lead: estimates by the network, P waves by their context, crests by the signal itself.
template <class T>
void delineate_lead(std::span<const T> lead, double sampling_rate, const WorkingRateResampler& resampler,
                    const BeatPlaces& places, const std::vector<double>& irregularity, const std::vector<bool>& paced,
                    std::span<BeatWaves> out) {
  constexpr int most_missing = 8;  // 64 ms of a wave and its surroundings
  const std::vector<float> track = wave_track(lead, resampler);
  const double to_samples = sampling_rate / working_rate_hz;
  const std::size_t n_beats = places.r_peaks.size();
  std::vector<std::optional<WaveWindow>> windows(n_beats);
  std::vector<WaveEstimate> estimates(n_beats);
  std::vector<const WaveEstimate*> usable(n_beats, nullptr);
  for (std::size_t beat = 0; beat < n_beats; ++beat) {
    windows[beat].emplace(track, std::llround(static_cast<double>(places.r_peaks[beat]) / to_samples));
    if (!windows[beat]->holds_a_beat()) continue;
    estimates[beat] = WaveNet::run(windows[beat]->rows(places.rr_before[beat], places.rr_after[beat]));
    usable[beat] = &estimates[beat];
  }
  for (std::size_t beat = 0; beat < n_beats; ++beat) {
    if (usable[beat] == nullptr) continue;
    const WaveWindow& window = *windows[beat];
    const WaveEstimate& found = estimates[beat];
    BeatWaves& waves = out[beat];
    const auto mark = [&](float position) {
      return window.has(position) ? (static_cast<double>(window.first()) + static_cast<double>(position)) * to_samples
                                  : WaveFiducials::absent;
    };
    auto position = found.position;
    position[5] = std::max(position[3] + 1.0F, position[5]);
    waves.at.qrs_onset = mark(position[3]);
    waves.at.qrs_offset = mark(position[5]);
    const auto [peak, height] = dominant_deflection(lead, waves.at.qrs_onset, waves.at.qrs_offset, mark(position[4]));
    waves.at.qrs_peak = peak;
    waves.qrs_shape = qrs_shape(lead, waves.at.qrs_onset, waves.at.qrs_offset);
    // Nothing stands out where a complex should: a lead that shows none shows no other wave either.
    if (height == 0.0 && waves.at.has_qrs()) continue;

    waves.p_confidence = paced[beat] ? 0.0 : p_probability(usable, beat, irregularity[beat]);
    const bool before_neighbour =  // the wave would stand in the complex before
        !std::isnan(places.rr_before[beat]) &&
        position[1] < static_cast<float>(WaveWindow::before) - static_cast<float>(places.rr_before[beat] * working_rate_hz);
    const bool p_in_gap = window.n_missing(position[0] - most_missing, position[3]) > most_missing;
    if (waves.p_confidence > 0.5 && !before_neighbour && !p_in_gap && position[0] < position[2]) {
      const float offset = std::min(position[2], position[3]);
      const float onset = std::min(position[0], offset - 1.0F);
      waves.at.p_onset = mark(onset);
      waves.at.p_peak = mark(std::clamp(crest_near(window, onset, position[1], offset), onset, offset));
      waves.at.p_offset = mark(offset);
      waves.p_shape = wave_shape(window, onset, offset);
      if (!waves.at.has_p()) waves.at.p_onset = waves.at.p_offset = WaveFiducials::absent;
    }
    waves.t_confidence = 1.0 / (1.0 + std::exp(-static_cast<double>(found.t_logit)));
    const bool t_in_gap = window.n_missing(position[5], position[8] + most_missing) > most_missing;
    if (waves.t_confidence > 0.5 && !t_in_gap && position[6] < position[8]) {
      const float onset = std::max(position[6], position[5]);
      const float offset = std::max(position[8], onset + 1.0F);
      waves.at.t_onset = mark(onset);
      waves.at.t_peak = mark(std::clamp(crest_near(window, onset, position[7], offset), onset, offset));
      waves.at.t_offset = mark(offset);
      waves.t_shape = wave_shape(window, onset, offset);
      if (!waves.at.has_t()) waves.at.t_onset = waves.at.t_offset = WaveFiducials::absent;
    }
  }
}

/// A T wave ends before the next complex begins.
inline void end_before_next_complex(std::span<BeatWaves> beats) {
  for (std::size_t i = 0; i + 1 < beats.size(); ++i) {
    const double limit = beats[i + 1].at.qrs_onset;
    WaveFiducials& at = beats[i].at;
    if (std::isnan(limit) || !(at.t_offset > limit)) continue;
    at.t_offset = limit;
    if (at.t_peak >= limit) at.t_onset = at.t_peak = at.t_offset = WaveFiducials::absent;
  }
}

template <class T>
Delineation delineate_by_network(MatrixView<const T> signal, double sampling_rate, std::span<const std::int64_t> r_peaks) {
  const std::size_t n_leads = signal.n_rows();
  const std::size_t n_beats = r_peaks.size();
  Delineation result;
  result.waves.resize(n_leads * n_beats);
  const WorkingRateResampler resampler(sampling_rate);
  const BeatPlaces places(r_peaks, sampling_rate);

  std::vector<double> times(r_peaks.begin(), r_peaks.end());
  std::vector<double> irregularity(n_beats);
  for (std::size_t beat = 0; beat < n_beats; ++beat) irregularity[beat] = interval_irregularity(times, beat);
  std::vector<std::span<const T>> leads;
  for (std::size_t lead = 0; lead < n_leads; ++lead) leads.push_back(signal.row(lead));
  for (const std::int64_t peak : r_peaks) result.paced.push_back(is_paced_beat<T>(leads, sampling_rate, peak));
  for (std::size_t lead = 0; lead < n_leads; ++lead) {
    const auto row = std::span(result.waves).subspan(lead * n_beats, n_beats);
    delineate_lead(signal.row(lead), sampling_rate, resampler, places, irregularity, result.paced, row);
    end_before_next_complex(row);
  }
  std::vector<WaveFiducials> of_beat(n_leads);
  for (std::size_t beat = 0; beat < n_beats; ++beat) {
    for (std::size_t lead = 0; lead < n_leads; ++lead) of_beat[lead] = result.waves[lead * n_beats + beat].at;
    result.consensus.push_back(consensus(of_beat));
  }
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
