#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/features/beat_group.hpp>
#include <heartsight/features/detail/beat_groups.hpp>

#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// Sorts the beats of a recording into groups of equal shape, and aligns each with its group.
///
/// Each beat's complex (100 ms before the R peak to 140 ms after it, on means of about 8 ms) is compared in all leads with
/// the mean of each group so far, at shifts up to 60 ms: the correlation coefficient of each lead, averaged with the leads'
/// sizes as weights, none counting more than twice the median and the worst sixth left out. A beat joins the group that it
/// is most like when that is at least least_similarity, at half to twice the size; else it founds one. Groups whose means
/// have become alike are joined, and every beat is then aligned with its final group, to a fraction of a step. The
/// dominant group is the largest, or one of at least half its size whose complex is narrower by 20 ms: in bigeminy the
/// patient's own beat. Other groups are paced where most of their beats follow a spike, ectopic where they come early (at
/// less than 0.88 of the RR intervals around) or are unlike the dominant beat (below 0.6), at least 120 ms wide and 20 ms
/// wider than it.
///
/// @param signal        (n_leads, n_samples) in mV, simultaneous leads.
/// @param sampling_rate Hz, in [50, 20000].
/// @param r_peaks       (n_beats,) samples, strictly ascending, inside the signal, such as detect_qrs finds.
/// @return groups, the dominant one first, then by size; and for each beat its group, alignment and likeness.
/// @throws DomainError  sampling_rate, least_similarity or max_groups out of range; r_peaks not ascending or outside.
///
/// No beat gives no group. A beat that is missing in all leads, or unlike every group when there are max_groups of them, is
/// in no group (-1); a missing sample takes its lead out of that beat's comparison. Time is linear in the number of beats.
/// The widths and limits are ours; docs/measurements.md shows what they reach.
[[nodiscard]] inline BeatGroups group_beats(MatrixView<const double> signal, double sampling_rate,
                                            std::span<const std::int64_t> r_peaks, const BeatGroupOptions& options = {}) {
  return detail::group_beats<double>(signal, sampling_rate, r_peaks, options);
}
[[nodiscard]] inline BeatGroups group_beats(MatrixView<const float> signal, double sampling_rate,
                                            std::span<const std::int64_t> r_peaks, const BeatGroupOptions& options = {}) {
  return detail::group_beats<float>(signal, sampling_rate, r_peaks, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
