#pragma once

#include <heartsight/features/rr_intervals.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

enum class HeartRateProtocol : std::uint8_t {
  none,
  /// As a published entry to the CPSC 2019 challenge computes it for recordings of ten seconds: beats with 5.5 s < t < 9.5
  /// s, rounded to whole beats per minute, halves to the even number.
  cpsc2019,
};

namespace detail {

template <class Sample>
double heart_rate(std::span<const Sample> r_peaks, double sampling_rate, HeartRateProtocol protocol) {
  check_r_peaks("heart_rate", r_peaks, sampling_rate);
  std::vector<Sample> inside;
  for (const Sample peak : r_peaks) {
    const double at = static_cast<double>(peak);
    const bool counts = protocol == HeartRateProtocol::none || (at > 5.5 * sampling_rate && at < 9.5 * sampling_rate);
    if (counts) inside.push_back(peak);
  }
  if (inside.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double span = static_cast<double>(inside.back() - inside.front());
  const double mean_rr = span / static_cast<double>(inside.size() - 1);
  const double rate = 60.0 * sampling_rate / mean_rr;
  if (protocol == HeartRateProtocol::none) return rate;
  const double below = std::floor(rate);
  const bool is_half = rate - below == 0.5;
  return is_half ? below + std::fmod(below, 2.0) : std::floor(rate + 0.5);
}

}  // namespace detail

/// Heart rate in beats per minute: 60 over the mean RR interval in seconds, which is (n_beats - 1) / (t_last - t_first)
/// * 60.
///
/// @param r_peaks       (n_beats,) samples, strictly increasing; the protocol wants them 0-based like everything here.
/// @param sampling_rate Hz, positive.
/// @param protocol      none, or the rule of a system to compare with.
/// @return beats per minute; NaN for fewer than two beats (in the protocol's window).
/// @throws DomainError  as rr_intervals. O(n_beats).
[[nodiscard]] inline double heart_rate(std::span<const std::int64_t> r_peaks, double sampling_rate,
                                       HeartRateProtocol protocol = HeartRateProtocol::none) {
  return detail::heart_rate<std::int64_t>(r_peaks, sampling_rate, protocol);
}
[[nodiscard]] inline double heart_rate(std::span<const double> r_peaks, double sampling_rate,
                                       HeartRateProtocol protocol = HeartRateProtocol::none) {
  return detail::heart_rate<double>(r_peaks, sampling_rate, protocol);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
