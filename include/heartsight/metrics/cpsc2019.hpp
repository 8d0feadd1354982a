#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/metrics/beat_matching.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// How one 10 s recording counts under the rule of the China Physiological Signal Challenge 2019.
struct Cpsc2019Score {
  double qrs = 0.0;         ///< 1 without error, 0.7 with one extra beat, 0.3 with one missed, else 0
  double heart_rate = 0.0;  ///< 1, 0.75, 0.5, 0.25 within 2, 5, 10, 20 % of the reference rate, else 0
  std::int64_t n_extra = 0;
  std::int64_t n_missed = 0;
  double reference_bpm = 0.0;  ///< NaN with fewer than two reference beats between 5.5 and 9.5 s
  double detected_bpm = 0.0;   ///< NaN likewise
  friend bool operator==(const Cpsc2019Score&, const Cpsc2019Score&) = default;
};

struct Cpsc2019Options {
  /// Extra beats between the first and the second reference beat count as well. The challenge's own program overlooks
  /// them: five detections there still score 1.
  bool strict = false;
};

namespace detail {

template <class Sample>
double cpsc2019_heart_rate(std::span<const Sample> beats, double sampling_rate) {
  double first = 0.0;
  double last = 0.0;
  std::int64_t n = 0;
  for (const Sample beat : beats) {
    const double position = static_cast<double>(beat) + 1.0;  // the rule counts from 1
    if (position <= 5.5 * sampling_rate || position >= 9.5 * sampling_rate) continue;
    if (n++ == 0) first = static_cast<double>(beat);
    last = static_cast<double>(beat);
  }
  if (n < 2 || last == first) return std::numeric_limits<double>::quiet_NaN();
  const double rate = 60.0 * sampling_rate * static_cast<double>(n - 1) / (last - first);
  // As Python rounds, whatever the mode of the processor: halves to the even number.
  const double below = std::floor(rate);
  return rate - below == 0.5 ? below + std::fmod(below, 2.0) : std::floor(rate + 0.5);
}

}  // namespace detail

/// Heart rate by the challenge's rule: 60 over the mean RR interval, rounded, of the beats strictly between 5.5 s and 9.5 s;
/// NaN with fewer than two of them.
///
/// @param beats ascending samples from 0; the rule counts from 1. @param sampling_rate Hz; the challenge's is 500.
/// @throws DomainError sampling_rate is not positive.
[[nodiscard]] inline double cpsc2019_heart_rate(std::span<const std::int64_t> beats, double sampling_rate = 500.0) {
  check::positive("cpsc2019_heart_rate", "sampling_rate", sampling_rate);
  return detail::cpsc2019_heart_rate<std::int64_t>(beats, sampling_rate);
}
[[nodiscard]] inline double cpsc2019_heart_rate(std::span<const double> beats, double sampling_rate = 500.0) {
  check::positive("cpsc2019_heart_rate", "sampling_rate", sampling_rate);
  return detail::cpsc2019_heart_rate<double>(beats, sampling_rate);
}

/// The challenge's score of one recording: 5000 samples at 500 Hz, tolerance 75 ms.
///
/// Beats before 0.5 s and after 9.5 s are left out on both sides. A reference beat with no detection within 37.5 samples
/// is missed; every further detection there is extra, and so is each in the gaps 37.5 samples away from the reference
/// beats. A detection exactly 37.5 samples away cannot occur with whole samples.
///
/// @param reference, detected ascending 0-based samples; the files of the data set count from 1.
/// @throws DomainError a series descends.
/// A recording without reference beats scores 1 without detections and by their number otherwise.
/// @cite gao2019 (DOI 10.1166/jmihi.2019.2800)
[[nodiscard]] inline Cpsc2019Score cpsc2019_score(std::span<const std::int64_t> reference,
                                                  std::span<const std::int64_t> detected,
                                                  const Cpsc2019Options& options = {}) {
  detail::check_ascending("cpsc2019_score", "reference", reference);
  detail::check_ascending("cpsc2019_score", "detected", detected);
  constexpr double tolerance = 37.5;
  const auto counted = [](std::span<const std::int64_t> beats) {
    std::vector<double> kept;
    for (const std::int64_t beat : beats) {
      const std::int64_t position = beat + 1;  // the rule's limits count from 1
      if (position >= 250 && position <= 4750) kept.push_back(static_cast<double>(position));
    }
    return kept;
  };
  const std::vector<double> wanted = counted(reference);
  const std::vector<double> found = counted(detected);
  const auto n_between = [&](double low, double high) {
    std::int64_t n = 0;
    for (const double v : found) n += v >= low && v <= high ? 1 : 0;
    return n;
  };
  Cpsc2019Score score;
  for (std::size_t j = 0; j < wanted.size(); ++j) {
    const std::int64_t near = n_between(wanted[j] - tolerance, wanted[j] + tolerance);
    score.n_missed += near == 0 ? 1 : 0;
    score.n_extra += near > 1 ? near - 1 : 0;
    const bool first = j == 0;
    const bool last = j + 1 == wanted.size();
    if (first) score.n_extra += n_between(250.0 + tolerance, wanted[j] - tolerance);
    // The challenge's program is an if-else: the first beat's branch leaves out the gap behind it (and, with a single
    // beat, the end).
    if (first && !options.strict) continue;
    score.n_extra += n_between(wanted[j] + tolerance, last ? 4750.0 - tolerance : wanted[j + 1] - tolerance);
  }
  if (wanted.empty()) score.n_extra = static_cast<std::int64_t>(found.size());
  const std::int64_t n_errors = score.n_extra + score.n_missed;
  score.qrs = n_errors == 0 ? 1.0 : n_errors > 1 ? 0.0 : score.n_extra == 1 ? 0.7 : 0.3;
  score.reference_bpm = cpsc2019_heart_rate(reference);
  score.detected_bpm = cpsc2019_heart_rate(detected);
  // The program counts a rate that cannot be told as 0 bpm.
  const double truth = std::isnan(score.reference_bpm) ? 0.0 : score.reference_bpm;
  const double answer = std::isnan(score.detected_bpm) ? 0.0 : score.detected_bpm;
  const double error = std::abs(answer - truth);
  score.heart_rate = error <= 0.02 * truth   ? 1.0
                     : error <= 0.05 * truth ? 0.75
                     : error <= 0.1 * truth  ? 0.5
                     : error <= 0.2 * truth  ? 0.25
                                             : 0.0;
  return score;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
