#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/features/beat_group.hpp>
#include <heartsight/features/detail/beat_average.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// The typical beat of one group in each lead: sample by sample the mean of the middle half of its aligned beats.
///
/// Each beat's level and slow drift are taken out first: straight lines between the levels just before the complexes (from
/// 40 ms to 12 ms before the group's first steep slope) of neighbouring beats of the group, so that 0 is the PR segment.
/// Beats are aligned to a fraction of a sample with the shifts of group_beats. Below target_rate_hz the grid of the
/// result is finer than the signal by the whole number next to their ratio, and the beats are interpolated by a windowed
/// sinc of 16 samples: 100 Hz becomes 500 Hz, because beats fall at different places between the samples.
///
/// The window reaches from min(before_s, 0.6 RR) before the R peak to min(after_s, RR - min(0.24 s, 0.4 RR)) after it, RR
/// being the median; and each single beat counts only within the same limits of its own RR intervals, so that neither the
/// T wave before nor the P wave and QRS complex after it get in.
///
/// @param signal        (n_leads, n_samples) in mV.
/// @param sampling_rate Hz, in [50, 20000].
/// @param r_peaks       (n_beats,) as given to group_beats.
/// @param groups        what group_beats returned for them.
/// @param group         index in groups.groups; 0 is the dominant one.
/// @param options       max_beats: of a larger group this many are used, evenly spread.
/// @return (n_leads, n_window) in mV, and per lead the noise: root mean square of single beats about it, and its standard
///         error, noise * sqrt(1.19 / n) as for the mean of the middle half of normal values.
/// @throws DomainError  r_peaks not ascending or outside; an option or the rate out of range. @throws ShapeError groups are
///         of another number of beats.
///
/// No beat in the group (or no such group): an empty result, n_beats = 0. A sample at which no beat is present is NaN, so
/// that a missing lead is a row of NaN; noise is NaN where fewer than two beats are present. Time is linear in n_beats,
/// memory in max_beats.
/// @cite Trimmed mean against median: Tukey 1977; the level line as in CSE: Willems et al. 1985, DOI 10.1161/01.CIR.71.3.523
[[nodiscard]] inline MedianBeat median_beat(MatrixView<const double> signal, double sampling_rate,
                                            std::span<const std::int64_t> r_peaks, const BeatGroups& groups,
                                            std::size_t group = 0, const MedianBeatOptions& options = {}) {
  return detail::median_beat<double>(signal, sampling_rate, r_peaks, groups, group, options);
}
[[nodiscard]] inline MedianBeat median_beat(MatrixView<const float> signal, double sampling_rate,
                                            std::span<const std::int64_t> r_peaks, const BeatGroups& groups,
                                            std::size_t group = 0, const MedianBeatOptions& options = {}) {
  return detail::median_beat<float>(signal, sampling_rate, r_peaks, groups, group, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
