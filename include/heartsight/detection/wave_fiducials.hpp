#pragma once

#include <heartsight/version.hpp>

#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

/// Where the waves of one beat begin, peak and end in one lead, or in all leads together (the consensus: from the lower
/// quartile of the onsets to the upper quartile of the offsets). In samples from the first of the signal, fractions allowed;
/// NaN where the wave is absent or its boundary cannot be told.
struct WaveFiducials {
  static constexpr double absent = std::numeric_limits<double>::quiet_NaN();

  double p_onset = absent;
  double p_peak = absent;
  double p_offset = absent;
  double qrs_onset = absent;
  double qrs_peak = absent;    ///< the dominant deflection of the complex in this lead
  double qrs_offset = absent;  ///< the J point
  double t_onset = absent;
  double t_peak = absent;
  double t_offset = absent;

  [[nodiscard]] bool has_p() const noexcept { return p_peak == p_peak; }
  [[nodiscard]] bool has_qrs() const noexcept { return qrs_onset == qrs_onset && qrs_offset == qrs_offset; }
  [[nodiscard]] bool has_t() const noexcept { return t_peak == t_peak; }
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
