#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

enum class RhythmVerdict : std::uint8_t { not_enough, sinus, atrial_fibrillation_suspected, other };

[[nodiscard]] constexpr std::string_view to_string(RhythmVerdict verdict) noexcept {
  switch (verdict) {
    case RhythmVerdict::sinus:
      return "sinus";
    case RhythmVerdict::atrial_fibrillation_suspected:
      return "atrial_fibrillation_suspected";
    case RhythmVerdict::other:
      return "other";
    case RhythmVerdict::not_enough:
      break;
  }
  return "not_enough";
}

/// Beats in a row of one rhythm.
struct RhythmStretch {
  std::int64_t first = 0;  ///< R peak of its first beat, in samples
  std::int64_t last = 0;   ///< R peak of its last beat
  RhythmVerdict verdict = RhythmVerdict::not_enough;
  double af_probability = std::numeric_limits<double>::quiet_NaN();  ///< mean over its beats

  friend bool operator==(const RhythmStretch&, const RhythmStretch&) = default;
};

/// A long interval between two beats of a usable stretch.
struct Pause {
  std::int64_t after = 0;  ///< R peak of the beat before it, in samples
  double duration_s = 0.0;

  friend bool operator==(const Pause&, const Pause&) = default;
};

/// The rhythm of a recording.
struct Rhythm {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  RhythmVerdict verdict = RhythmVerdict::not_enough;  ///< fibrillation from half of the beats on, else what most beats are
  double af_probability = none;                       ///< mean over the beats that could be judged
  double af_share = none;                             ///< share of those beats in fibrillation
  double irregularity =
      none;  ///< median absolute difference of successive intervals over their median, ectopic beats left out
  double large_steps = none;    ///< share of those differences above a tenth of the median interval
  double p_coherence = none;    ///< of the first 256 dominant beats, 0 to 1
  double ectopic_share = none;  ///< ectopic burden: share of beats in ectopic groups
  std::vector<RhythmStretch> stretches;
  std::vector<Pause> pauses;
};

struct RhythmOptions {
  double pause_s = 2.0;       ///< 1 to 20
  std::size_t min_beats = 6;  ///< 5 to 20
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
