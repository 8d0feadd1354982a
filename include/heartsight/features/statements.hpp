#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/features/detail/statement_rules.hpp>
#include <heartsight/features/recording_measurements.hpp>
#include <heartsight/features/statement.hpp>

#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// What explicit rules say about measurements: which published criteria they meet, with the numbers and the source.
///
/// Rate below 50 or above 100; PR interval; QRS duration with the patterns of right and left bundle branch block; axis with
/// left anterior fascicular block; corrected QT; voltages (Sokolow-Lyon, Cornell, Cornell product, Peguero-Lo Presti,
/// Romhilt-Estes; low voltage); ST elevation and pathological Q waves by the universal definition of infarction;
/// pacing spikes; a suspicion of swapped limb electrodes. docs/measurements.md lists every rule with its limit.
///
/// @param measurements  of a recording; its sex decides between limits for men and women, men's where unknown.
/// @param options       age: decides the limits of ST elevation in men; under 18 nothing is judged, and that is said.
/// @throws DomainError  an age outside [0, 150].
/// @return statements in the order of the list above; empty when no criterion is met or nothing was measured.
///
/// A criterion one of whose numbers is NaN is not met, and not denied either. With a paced dominant beat, rules on the
/// shape of QRS, ST and T are left out; with a QRS complex of 120 ms or more those on voltage, infarction and ST, as their
/// sources want. A criterion is not a diagnosis: most have known shares of false positives, and none of them knows the
/// patient. Research software, not a medical device.
[[nodiscard]] inline std::vector<Statement> statements(const Measurements& measurements,
                                                       const StatementOptions& options = {}) {
  if (options.age_years) check::in_closed_range("statements", "age_years", *options.age_years, 0.0, 150.0);
  return detail::StatementRules(measurements, options).all();
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
