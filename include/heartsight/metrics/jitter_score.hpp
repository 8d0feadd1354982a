#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/metrics/beat_matching.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// How well beats are found and how steadily they are placed, in one number.
struct JitterScore {
  double delay_s = 0.0;   ///< median of detection minus reference, taken out first
  double jitter_s = 0.0;  ///< median absolute deviation of the offsets
  double f1 = 0.0;        ///< after the delay has been taken out
  double score = 0.0;     ///< f1 / (1 + jitter / 10 ms), in [0, 1]
  friend bool operator==(const JitterScore&, const JitterScore&) = default;
};

/// The JF score: F1 times 1 / (1 + J / 10 ms), J the temporal jitter.
///
/// A constant delay of the detector is taken out: the median offset of each reference beat's nearest detection. Pairs are
/// then made within 100 ms. The authors' own program also cuts off the first ten and last five beats; this does not.
///
/// @throws DomainError a series descends, or sampling_rate is not positive. All NaN without reference beats; a score of 0
/// without detections.
/// @cite porr2024 (DOI 10.1371/journal.pone.0309739)
[[nodiscard]] inline JitterScore jitter_score(std::span<const std::int64_t> reference,
                                              std::span<const std::int64_t> detected, double sampling_rate) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  check::positive("jitter_score", "sampling_rate", sampling_rate);
  detail::check_ascending("jitter_score", "reference", reference);
  detail::check_ascending("jitter_score", "detected", detected);
  if (reference.empty()) return {nan, nan, nan, nan};
  if (detected.empty()) return {nan, nan, 0.0, 0.0};
  std::vector<double> offsets;
  std::size_t d = 0;
  for (const std::int64_t beat : reference) {
    while (d + 1 < detected.size() && std::abs(detected[d + 1] - beat) <= std::abs(detected[d] - beat)) ++d;
    offsets.push_back(static_cast<double>(detected[d] - beat));
  }
  const auto delay = static_cast<std::int64_t>(std::llround(median(offsets)));
  std::vector<std::int64_t> shifted(detected.begin(), detected.end());
  for (std::int64_t& beat : shifted) beat -= delay;
  const BeatMatch match = match_beats(reference, shifted, 0.1 * sampling_rate);
  JitterScore result{.delay_s = static_cast<double>(delay) / sampling_rate, .jitter_s = nan, .f1 = match.f1(), .score = 0.0};
  if (match.n_matched == 0) return result;
  std::vector<double> values(match.offset_samples.begin(), match.offset_samples.end());
  const double centre = median(values);
  for (double& v : values) v = std::abs(v - centre);
  result.jitter_s = median(values) / sampling_rate;
  result.score = result.f1 / (1.0 + result.jitter_s / 0.01);
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
