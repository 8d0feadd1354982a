#pragma once

#include <heartsight/detection/detail/dominant_deflection.hpp>
#include <heartsight/detection/qrs_detection.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// Turns the places of beats (ascending) that a classical detector found in one lead into R peaks: the extremum of the
/// dominant deflection within 75 ms, up or down as the larger one is, with a mild preference for what the beats within 3 s
/// do. Places in a gap are dropped.
template <class Lead>
void place_r_peaks(const Lead& signal, const std::vector<std::int64_t>& places, std::size_t lead, std::size_t n_leads,
                   QrsDetection& result) {
  struct Placed {
    std::int64_t at;
    Deflections deflections;
  };
  DeflectionFinder deflections(result.sampling_rate, 0.075);
  std::vector<Placed> placed;
  for (const std::int64_t place : places) {
    if (std::isfinite(signal[place])) placed.push_back({place, deflections(signal, place)});
  }
  const auto reach = static_cast<std::int64_t>(3.0 * result.sampling_rate);
  std::size_t first = 0;
  std::int64_t votes = 0;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    while (placed[first].at < placed[i].at - reach) ++first;
    double lean = 0.0;
    double n = 0.0;
    for (std::size_t j = first; j < placed.size() && placed[j].at <= placed[i].at + reach; ++j) {
      lean += placed[j].deflections.lean();
      n += 1.0;
    }
    const Deflections& d = placed[i].deflections;
    votes += d.up > d.down ? 1 : d.down > d.up ? -1 : 0;
    const std::int64_t at = d.up * std::exp(0.4 * lean / n) >= d.down ? d.up_at : d.down_at;
    if (!result.r_peaks.empty() && at <= result.r_peaks.back()) continue;
    result.r_peaks.push_back(at);
    result.confidence.push_back(std::numeric_limits<double>::quiet_NaN());
  }
  result.polarity.assign(n_leads, 0);
  result.polarity[lead] = votes > 0 ? 1 : votes < 0 ? -1 : 0;
  if (!result.r_peaks.empty()) result.leads_used = {lead};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
