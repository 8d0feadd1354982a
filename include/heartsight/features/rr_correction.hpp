#pragma once

#include <heartsight/features/detail/rr_correction.hpp>

#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// Finds and corrects ectopic beats and errors of beat detection in RR intervals, after Lipponen and Tarvainen 2019.
///
/// Two series are compared with thresholds that follow the recording: the differences of successive intervals, and the
/// distance of each interval from the median of the 11 around it, counted twice where it is below. Each threshold is 5.2
/// times the quartile deviation of the 91 values around. A missed beat is put back in the middle of its interval, an extra
/// one is taken out, and ectopic, long and short intervals are replaced by a straight line between the accepted intervals on
/// both sides.
///
/// @param rr_ms   (n,) ms; NaN, below 10 ms or more than 60 s is a gap, across which nothing is compared.
/// @param options thresholds; the paper's values are the defaults.
/// @return the corrected intervals, the class of each interval given, and which given interval each corrected one is from.
/// @throws DomainError an interval is 0 or negative; an option is out of range.
///
/// Gaps stay NaN. Runs of fewer than 4 intervals are returned as they are. Where thresholds would fall below
/// minimum_threshold_ms (a paced or simulated rhythm) that takes their place: rounding to samples is no artefact. That, the
/// straight line and the single pass are ours. The method is one for seldom events: where every tenth beat or more is
/// ectopic, the thresholds widen with them and most pass (docs/hrv.md has figures). Where beat types are known, mark such
/// intervals by rr_intervals instead. O(n).
/// @cite Lipponen and Tarvainen 2019, DOI 10.1080/03091902.2019.1640306
[[nodiscard]] inline RrCorrection correct_rr(std::span<const double> rr_ms, const RrCorrectionOptions& options = {}) {
  return detail::correct_rr<double>(rr_ms, options);
}
[[nodiscard]] inline RrCorrection correct_rr(std::span<const float> rr_ms, const RrCorrectionOptions& options = {}) {
  return detail::correct_rr<float>(rr_ms, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
