#pragma once

#include <heartsight/features/rr_intervals.hpp>
#include <heartsight/metrics/cpsc2019.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::features {

enum class HeartRateProtocol : std::uint8_t {
  none,
  /// As a published entry to the CPSC 2019 challenge computes it for recordings of ten seconds: beats with 5.5 s < t < 9.5
  /// s, samples counted from 1, rounded to whole beats per minute, halves to the even number.
  cpsc2019,
};

namespace detail {

template <class Sample>
double heart_rate(std::span<const Sample> r_peaks, double sampling_rate, HeartRateProtocol protocol) {
  check_r_peaks("heart_rate", r_peaks, sampling_rate);
  if (protocol == HeartRateProtocol::cpsc2019) return metrics::cpsc2019_heart_rate(r_peaks, sampling_rate);
  if (r_peaks.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double mean_rr = static_cast<double>(r_peaks.back() - r_peaks.front()) / static_cast<double>(r_peaks.size() - 1);
  return 60.0 * sampling_rate / mean_rr;
}

}  // namespace detail

/// Heart rate in beats per minute: 60 over the mean RR interval in seconds, which is (n_beats - 1) / (t_last - t_first)
/// * 60.
///
/// @param r_peaks       (n_beats,) samples, strictly increasing; 0-based, under the protocol too.
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
