#pragma once

#include <heartsight/detection/detail/lead_part.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// Whether a pacing spike stands between 160 ms before and 60 ms after an R peak: a deflection that is gone within 4 ms on
/// both sides, as no heart makes it, of at least 0.3 of the beat's own height. Below 200 Hz none can be told apart.
///
/// The limit lies in a wide gap: of the 323 recordings of LUDB and PTB-XL at hand, those without a pacemaker have a median
/// of at most 0.24 in their second most suspicious lead, paced ones whose spike is recorded at all 0.58 and more.
template <class T>
bool has_pacing_spike(const LeadPart<T>& lead, double sampling_rate, std::int64_t r_peak) noexcept {
  if (sampling_rate < 200.0) return false;
  constexpr double least_height = 0.3;
  constexpr double least_solitude = 0.6;  // of the largest change within 14 ms: an R wave goes on rising, a spike does not
  const auto samples = [&](double seconds) { return static_cast<std::int64_t>(std::llround(seconds * sampling_rate)); };
  const std::int64_t near = std::max<std::int64_t>(1, samples(0.004));
  const std::int64_t far = samples(0.014);
  const std::int64_t from = std::max(lead.begin() + far, r_peak - samples(0.16));
  const std::int64_t to = std::min(lead.end() - far, r_peak + samples(0.06));
  const std::int64_t beat_end = std::min(lead.end(), r_peak + samples(0.15));
  const auto at = [&](std::int64_t i) { return static_cast<double>(lead[i]); };
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (std::int64_t i = std::max(lead.begin(), from); i < beat_end; ++i) {
    if (!std::isfinite(at(i))) continue;
    low = std::min(low, at(i));
    high = std::max(high, at(i));
  }
  const double least = least_height * (high - low);
  if (!(least > 0.0)) return false;
  for (std::int64_t i = from; i < to; ++i) {
    const double left = at(i) - at(i - near);
    const double right = at(i) - at(i + near);
    if (!(left * right > 0.0)) continue;  // NaN too
    const double height = std::min(std::abs(left), std::abs(right));
    if (height < least) continue;
    double largest_change = 0.0;
    for (std::int64_t k = i - far; k <= i + far; ++k) {
      if (std::isfinite(at(k))) largest_change = std::max(largest_change, std::abs(at(i) - at(k)));
    }
    if (height > least_solitude * largest_change) return true;
  }
  return false;
}

/// Whether two of the leads (one where there is only one) show a spike: an artefact seldom stands in two.
template <class T>
bool is_paced_beat(std::span<const LeadPart<T>> leads, double sampling_rate, std::int64_t r_peak) noexcept {
  const std::size_t needed = std::min<std::size_t>(2, leads.size());
  std::size_t n_spiked = 0;
  for (std::size_t lead = 0; lead < leads.size() && n_spiked < needed; ++lead) {
    n_spiked += has_pacing_spike(leads[lead], sampling_rate, r_peak) ? 1 : 0;
  }
  return needed > 0 && n_spiked >= needed;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
