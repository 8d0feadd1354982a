#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/features/detail/beat_places.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// The impulse of a pacemaker in front of one beat.
struct PacingSpike {
  static constexpr std::int64_t none = -1;

  std::int64_t sample = none;  ///< from 0; none where the beat has no spike that can be seen
  double amplitude_mv = 0.0;   ///< above the line through the samples 6 ms before and after, in the lead where it is largest

  [[nodiscard]] bool found() const noexcept { return sample != none; }
  friend bool operator==(const PacingSpike&, const PacingSpike&) = default;
};

namespace detail {

inline constexpr double least_rate_for_spikes_hz = 200.0;
inline constexpr double least_spike_mv = 0.2;
inline constexpr double spike_search_s =
    0.16;  // before the R peak: a paced complex may take 120 ms to its largest deflection

/// How far x[i] stands out of the line through its neighbours half a width away; NaN at the ends and in gaps.
template <std::floating_point T>
double prominence(std::span<const T> x, std::int64_t i, std::int64_t half_width) noexcept {
  if (i < half_width || i + half_width >= static_cast<std::int64_t>(x.size())) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto at = [&](std::int64_t k) { return static_cast<double>(x[static_cast<std::size_t>(k)]); };
  return at(i) - 0.5 * (at(i - half_width) + at(i + half_width));
}

template <std::floating_point T>
std::vector<PacingSpike> pacing_spikes(MatrixView<const T> signal, double sampling_rate,
                                       std::span<const std::int64_t> r_peaks) {
  check_beat_places("pacing_spikes", signal.n_cols(), sampling_rate, r_peaks);
  std::vector<PacingSpike> spikes(r_peaks.size());
  if (sampling_rate < least_rate_for_spikes_hz) return spikes;
  const auto samples = [&](double seconds) { return std::max<std::int64_t>(1, std::llround(seconds * sampling_rate)); };
  const std::int64_t wide = std::max<std::int64_t>(2, samples(0.006));
  const std::int64_t narrow = samples(0.004);
  const std::int64_t search = samples(spike_search_s);
  const std::int64_t complex_end = samples(0.06);
  const std::size_t wanted_leads = std::min<std::size_t>(2, signal.n_rows());
  std::vector<std::uint8_t> votes(static_cast<std::size_t>(search));
  for (std::size_t b = 0; b < r_peaks.size(); ++b) {
    std::fill(votes.begin(), votes.end(), std::uint8_t{0});
    const std::int64_t r = r_peaks[b];
    PacingSpike best;
    for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
      const auto x = signal.row(lead);
      // The sharpest place before the complex, and how sharp the complex itself is after it.
      std::int64_t at = PacingSpike::none;
      double largest = least_spike_mv;
      for (std::int64_t i = r - search; i < r - wide; ++i) {
        const double p = std::abs(prominence(x, i, wide));
        if (p >= largest) {
          largest = p;
          at = i;
        }
      }
      if (at == PacingSpike::none || std::abs(prominence(x, at, narrow)) < 0.8 * largest) continue;
      double sharpest_wave = 0.0;
      for (std::int64_t i = at + 3 * wide; i < r + complex_end; ++i) {
        const double p = std::abs(prominence(x, i, wide));
        if (p > sharpest_wave) sharpest_wave = p;
      }
      if (largest < 1.5 * sharpest_wave) continue;
      ++votes[static_cast<std::size_t>(at - (r - search))];
      if (largest > best.amplitude_mv) best = {.sample = at, .amplitude_mv = largest};
    }
    if (!best.found()) continue;
    // One lead may have an artefact; the same instant in two has not.
    std::size_t agreeing = 0;
    const std::int64_t slot = best.sample - (r - search);
    for (std::int64_t i = std::max<std::int64_t>(0, slot - narrow); i <= std::min(search - 1, slot + narrow); ++i) {
      agreeing += votes[static_cast<std::size_t>(i)];
    }
    if (agreeing >= wanted_leads) spikes[b] = best;
  }
  return spikes;
}

}  // namespace detail

/// Pacemaker impulses just before the given beats: deflections far narrower than any QRS complex.
///
/// Looked for from 160 ms before the R peak up to it: a sample that stands at least 0.2 mV above (or below) the line through
/// the samples 6 ms to either side, at least 0.8 times as much above those 4 ms away, and 1.5 times as much as anything in
/// the complex that follows; in two leads at the same instant (within 4 ms) where there are two.
///
/// @param signal        (n_leads, n_samples) in mV.
/// @param sampling_rate Hz, positive. Below 200 Hz a spike cannot be told from a wave: none is found.
/// @param r_peaks       (n_beats,) samples, strictly ascending, inside the signal.
/// @return (n_beats,) one entry per beat.
/// @throws DomainError  r_peaks not ascending or outside; sampling_rate not positive.
///
/// NaN policy: a spike beside a missing sample is not seen. Spikes that the recorder's filter has removed, those of bipolar
/// leads below 0.2 mV and atrial ones are not found. O(n_beats * n_leads). The limits are ours; docs/measurements.md has
/// what they reach.
[[nodiscard]] inline std::vector<PacingSpike> pacing_spikes(MatrixView<const double> signal, double sampling_rate,
                                                            std::span<const std::int64_t> r_peaks) {
  return detail::pacing_spikes<double>(signal, sampling_rate, r_peaks);
}
[[nodiscard]] inline std::vector<PacingSpike> pacing_spikes(MatrixView<const float> signal, double sampling_rate,
                                                            std::span<const std::int64_t> r_peaks) {
  return detail::pacing_spikes<float>(signal, sampling_rate, r_peaks);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
