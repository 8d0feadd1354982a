#pragma once

#include <heartsight/detection/delineation.hpp>
#include <heartsight/detection/detail/lead_part.hpp>
#include <heartsight/detection/detail/pacing_spike.hpp>
#include <heartsight/detection/detail/track.hpp>
#include <heartsight/detection/detail/wave_context.hpp>
#include <heartsight/detection/detail/wave_input.hpp>
#include <heartsight/detection/detail/wave_net.hpp>
#include <heartsight/detection/detail/wave_refinement.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// Where a beat is: a sample of the recording, and the seconds to its neighbours (NaN where there is none).
struct BeatPlace {
  std::int64_t r_peak = 0;
  double rr_before = std::numeric_limits<double>::quiet_NaN();
  double rr_after = std::numeric_limits<double>::quiet_NaN();
};

/// One beat of one lead on its way.
struct LeadBeat {
  WaveWindow window;
  std::optional<WaveEstimate> estimate;  ///< nothing where samples of the complex are missing
  bool shows_nothing = false;
  BeatWaves waves;
};

/// What the network makes of a beat, and its complex. P and T waves are decided with the beats around, by decide_waves.
/// @param track the lead as wave_track gives it.
template <class T>
LeadBeat look_at_beat(const LeadPart<T>& lead, const Track<float>& track, double sampling_rate, const BeatPlace& place) {
  const double to_samples = sampling_rate / working_rate_hz;
  LeadBeat beat{.window = WaveWindow(track, std::llround(static_cast<double>(place.r_peak) / to_samples)),
                .estimate = std::nullopt,
                .waves = {}};
  if (!beat.window.holds_a_beat()) return beat;
  beat.estimate = WaveNet::run(beat.window.rows(place.rr_before, place.rr_after));
  auto& position = beat.estimate->position;
  const auto mark = [&](float at) { return beat.window.mark(at, to_samples); };
  WaveFiducials& at = beat.waves.at;
  at.qrs_onset = mark(position[3]);
  at.qrs_offset = mark(std::max(position[3] + 1.0F, position[5]));
  const auto [peak, height] = dominant_deflection(lead, at.qrs_onset, at.qrs_offset, mark(position[4]));
  at.qrs_peak = peak;
  beat.waves.qrs_shape = qrs_shape(lead, at.qrs_onset, at.qrs_offset);
  // Nothing stands out where a complex should: a lead that shows none shows no other wave either.
  beat.shows_nothing = height == 0.0 && at.has_qrs();
  return beat;
}

/// P and T wave of a beat: P waves by their context, crests by the signal itself.
/// @param around the lead's estimates of the beats within context_beats, those without one missing (null); `own` is the
///               beat's own place among them.
inline void decide_waves(LeadBeat& beat, double sampling_rate, const BeatPlace& place,
                         std::span<const WaveEstimate* const> around, std::size_t own, double irregularity, bool paced) {
  constexpr int most_missing = 8;  // 64 ms of a wave and its surroundings
  if (!beat.estimate || beat.shows_nothing) return;
  const double to_samples = sampling_rate / working_rate_hz;
  const WaveWindow& window = beat.window;
  BeatWaves& waves = beat.waves;
  auto position = beat.estimate->position;
  position[5] = std::max(position[3] + 1.0F, position[5]);
  const auto mark = [&](float at) { return window.mark(at, to_samples); };

  waves.p_confidence = paced ? 0.0 : p_probability(around, own, irregularity);
  const bool before_neighbour =  // the wave would stand in the complex before
      !std::isnan(place.rr_before) &&
      position[1] < static_cast<float>(WaveWindow::before) - static_cast<float>(place.rr_before * working_rate_hz);
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
  waves.t_confidence = 1.0 / (1.0 + std::exp(-static_cast<double>(beat.estimate->t_logit)));
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

/// A T wave ends before the next complex begins.
inline void end_before(double next_qrs_onset, WaveFiducials& at) noexcept {
  if (std::isnan(next_qrs_onset) || !(at.t_offset > next_qrs_onset)) return;
  at.t_offset = next_qrs_onset;
  if (at.t_peak >= next_qrs_onset) at.t_onset = at.t_peak = at.t_offset = WaveFiducials::absent;
}
inline void end_before_next_complex(std::span<BeatWaves> beats) {
  for (std::size_t i = 0; i + 1 < beats.size(); ++i) end_before(beats[i + 1].at.qrs_onset, beats[i].at);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
