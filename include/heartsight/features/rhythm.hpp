#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/detection/qrs_detection.hpp>
#include <heartsight/features/beat_group.hpp>
#include <heartsight/features/detail/rhythm.hpp>
#include <heartsight/features/rhythm_verdict.hpp>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// Which rhythm the beats of a recording keep: sinus, suspected atrial fibrillation, another, or too little to say.
///
/// Looked at in stretches of 20 beats, 5 beats apart (or all beats, where there are fewer). Intervals next to ectopic beats
/// are left out. The probability of atrial fibrillation is a logistic function of three numbers: the share of successive
/// intervals that differ by more than a tenth of their median, the median such difference, and p_coherence, the likeness of
/// the beats before their R peaks, where P waves lie. Without it (fewer than 4 alike beats) a value between the two is
/// taken. A beat has the mean probability of its stretches; from 0.5 on it counts as fibrillation. Else it is sinus where
/// P waves are coherent (at least 0.3) in more than half of the beats, and the dominant beat is not paced, and other where
/// not: flutter with fixed conduction, junctional and paced rhythms are among these.
///
/// @param signal         (n_leads, n_samples) in mV.
/// @param sampling_rate  Hz, in [50, 20000].
/// @param beats          of detect_qrs on this signal.
/// @param groups         of group_beats for those beats.
/// @param options        pause_s: intervals from this length on are reported as pauses.
/// @return see Rhythm. With fewer than min_beats beats, or intervals, the verdict is not_enough.
/// @throws DomainError   beats not ascending or outside, an option out of range. @throws ShapeError groups of other beats.
///
/// The coefficients were fitted to MIT-BIH records and simulations; docs/measurements.md has what they reach on other
/// records. Frequent atrial ectopic beats without visible P waves look alike. Linear in the number of beats. Not a
/// diagnosis. @cite The measure of intervals follows Tateno and Glass 2001, DOI 10.1007/BF02345439, in spirit.
[[nodiscard]] inline Rhythm rhythm(MatrixView<const double> signal, double sampling_rate,
                                   const detection::QrsDetection& beats, const BeatGroups& groups,
                                   const RhythmOptions& options = {}) {
  return detail::RhythmAnalysis<double>(signal, sampling_rate, beats, groups, options).result();
}
[[nodiscard]] inline Rhythm rhythm(MatrixView<const float> signal, double sampling_rate,
                                   const detection::QrsDetection& beats, const BeatGroups& groups,
                                   const RhythmOptions& options = {}) {
  return detail::RhythmAnalysis<float>(signal, sampling_rate, beats, groups, options).result();
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
