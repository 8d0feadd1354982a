#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

/// Samples first .. last - 1.
struct SampleRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  friend bool operator==(const SampleRange&, const SampleRange&) = default;
};

/// One heart beat.
struct Beat {
  std::int64_t r_peak = 0;  ///< sample of the dominant deflection, from 0
  double confidence = 0.0;  ///< probability that this is a beat, in [0, 1]; NaN where the method has none
  friend bool operator==(const Beat&, const Beat&) = default;
};

/// What detect_qrs found.
struct QrsDetection {
  std::vector<std::int64_t> r_peaks;  ///< ascending samples, from 0, each at the dominant deflection of its lead
  std::vector<double> confidence;     ///< per R peak: probability of a beat, or NaN where the method has none
  /// Per lead of the input: +1 where most beats point up, -1 where down, 0 where the lead showed none.
  std::vector<int> polarity;
  std::vector<std::size_t> leads_used;  ///< indices of the leads that took part, ascending
  std::vector<SampleRange> unusable;    ///< ascending, disjoint stretches of whole seconds where nothing could be said
  std::string method;                   ///< as asked for, aliases resolved
  double sampling_rate = 0.0;           ///< Hz
  std::int64_t n_samples = 0;           ///< of the input
  friend bool operator==(const QrsDetection&, const QrsDetection&) = default;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
