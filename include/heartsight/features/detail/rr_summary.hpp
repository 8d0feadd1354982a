#pragma once

#include <heartsight/core/order_statistics.hpp>
#include <heartsight/detection/qrs_detection.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// (n_beats - 1,) intervals in ms; NaN where the stretch between two beats touches one about which nothing could be said,
/// unless both beats are certain all the same.
inline std::vector<double> usable_rr_ms(const detection::QrsDetection& beats, double sampling_rate) {
  constexpr double certain = 0.9;
  const auto& r_peaks = beats.r_peaks;
  const auto sure = [&](std::size_t b) { return b < beats.confidence.size() && beats.confidence[b] >= certain; };
  std::vector<double> rr;
  rr.reserve(r_peaks.size());
  std::size_t u = 0;
  for (std::size_t b = 1; b < r_peaks.size(); ++b) {
    while (u < beats.unusable.size() && beats.unusable[u].last <= r_peaks[b - 1]) ++u;
    const bool doubtful = u < beats.unusable.size() && beats.unusable[u].first < r_peaks[b];
    rr.push_back(doubtful && !(sure(b - 1) && sure(b))
                     ? std::numeric_limits<double>::quiet_NaN()
                     : static_cast<double>(r_peaks[b] - r_peaks[b - 1]) * (1000.0 / sampling_rate));
  }
  return rr;
}

/// Numbers about intervals; NaN where there are too few.
struct RrSummary {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();

  std::size_t n = 0;
  double mean = none;
  double median = none;
  double shortest = none;
  double longest = none;
  double sd = none;
  double rmssd = none;
  double irregularity = none;  ///< median absolute difference of successive intervals over their median
};

inline RrSummary summarise_rr(std::span<const double> rr_ms) {
  RrSummary s;
  std::vector<double> intervals;
  std::vector<double> differences;
  double sum = 0.0;
  double squared_differences = 0.0;
  for (std::size_t i = 0; i < rr_ms.size(); ++i) {
    if (!std::isfinite(rr_ms[i])) continue;
    intervals.push_back(rr_ms[i]);
    sum += rr_ms[i];
    if (i == 0 || !std::isfinite(rr_ms[i - 1])) continue;
    const double difference = rr_ms[i] - rr_ms[i - 1];
    differences.push_back(std::abs(difference));
    squared_differences += difference * difference;
  }
  s.n = intervals.size();
  if (s.n == 0) return s;
  s.mean = sum / static_cast<double>(s.n);
  s.shortest = *std::min_element(intervals.begin(), intervals.end());
  s.longest = *std::max_element(intervals.begin(), intervals.end());
  if (s.n >= 2) {
    double squares = 0.0;
    for (const double v : intervals) squares += (v - s.mean) * (v - s.mean);
    s.sd = std::sqrt(squares / static_cast<double>(s.n - 1));
  }
  s.median = median(intervals);
  if (!differences.empty()) s.rmssd = std::sqrt(squared_differences / static_cast<double>(differences.size()));
  if (differences.size() >= 2) s.irregularity = median(differences) / s.median;
  return s;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
