#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/detection/wave_fiducials.hpp>
#include <heartsight/detection/wave_shape.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

/// The waves of one beat in one lead.
struct BeatWaves {
  WaveFiducials at;
  QrsShape qrs_shape;
  WaveShape p_shape = WaveShape::absent;
  WaveShape t_shape = WaveShape::absent;
  double p_confidence =
      std::numeric_limits<double>::quiet_NaN();  ///< probability of a P wave before this complex, in [0, 1]
  double t_confidence = std::numeric_limits<double>::quiet_NaN();  ///< probability of a T wave; NaN where a method has none
};

/// What delineate found: one row per lead, one column per beat.
struct Delineation {
  std::size_t n_leads = 0;
  std::vector<std::int64_t> r_peaks;     ///< (n_beats,) as given or as detected
  std::vector<BeatWaves> waves;          ///< (n_leads, n_beats), row by row
  std::vector<WaveFiducials> consensus;  ///< (n_beats,) all leads together: quartiles of onsets and offsets
  std::vector<bool> paced;               ///< (n_beats,) a pacing spike stands before or in the complex
  std::string method;                    ///< as asked for, aliases resolved
  double sampling_rate = 0.0;            ///< Hz
  std::int64_t n_samples = 0;            ///< of the input

  [[nodiscard]] std::size_t n_beats() const noexcept { return r_peaks.size(); }
  /// @throws DomainError there is no such lead or beat.
  [[nodiscard]] const BeatWaves& of(std::size_t lead, std::size_t beat) const {
    if (lead >= n_leads) check::detail::fail<DomainError>("Delineation", "lead", check::detail::show(lead), "no such lead");
    if (beat >= n_beats())
      check::detail::fail<DomainError>("Delineation", "beat", check::detail::show(beat), "no such beat");
    return waves[lead * n_beats() + beat];
  }
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
