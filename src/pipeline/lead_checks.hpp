#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// What one lead looks like, judged on the signal alone. Limits are stated where they are applied.
struct LeadChecks {
  std::size_t n_missing = 0;     ///< samples that are NaN or infinite
  std::size_t longest_gap = 0;   ///< longest stretch of these
  std::size_t longest_flat = 0;  ///< longest stretch in which the signal does not change
  double flat_share = 0.0;       ///< share of samples in flat stretches of 0.2 s and more
  double clipped_share = 0.0;    ///< share of samples that sit at the extreme value in runs of three and more
  double spread_mv = 0.0;        ///< 1st to 99th percentile
  double noise_mv = 0.0;         ///< robust standard deviation of what changes from sample to sample
  double wander_mv = 0.0;        ///< range of the medians of one-second stretches
  double largest_mv = 0.0;       ///< largest absolute value
};

/// @param x  one lead in mV at sampling_rate_hz, NaN where missing.
[[nodiscard]] LeadChecks check_lead(std::span<const double> x, double sampling_rate_hz);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
