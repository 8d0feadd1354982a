#pragma once

#include <heartsight/core/check.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// The intervals between successive R peaks: one entry per interval, none for the beat before the first.
struct RrIntervals {
  std::vector<double> rr_ms;        ///< (n_beats - 1,)
  std::vector<double> time_s;       ///< (n_beats - 1,) of the beat that ends the interval, from the start of the recording
  std::vector<std::uint8_t> is_nn;  ///< (n_beats - 1,) 1 where both beats are normal: an NN interval
};

/// Whether an annotation symbol (of WFDB) stands for a beat that the sinus node has led: N, L, R and B (bundle branch
/// blocks included). Escape, paced, fusion and unclassified beats are not.
[[nodiscard]] constexpr bool is_normal_beat(char symbol) noexcept {
  return symbol == 'N' || symbol == 'L' || symbol == 'R' || symbol == 'B';
}

namespace detail {

/// Peaks are finite and strictly increasing, the rate is one.
template <class Sample>
void check_r_peaks(const char* where, std::span<const Sample> r_peaks, double sampling_rate) {
  check::positive(where, "sampling_rate", sampling_rate);
  if constexpr (std::floating_point<Sample>) check::all_finite<Sample>(where, "r_peaks", r_peaks);
  for (std::size_t i = 1; i < r_peaks.size(); ++i) {
    if (!(r_peaks[i] > r_peaks[i - 1])) {
      check::detail::fail<DomainError>(where, check::detail::indexed("r_peaks", i), check::detail::show(r_peaks[i]),
                                       "must come after the peak before it, " + check::detail::show(r_peaks[i - 1]));
    }
  }
}

template <class Sample>
RrIntervals rr_intervals(std::span<const Sample> r_peaks, double sampling_rate, std::string_view beat_types) {
  constexpr auto where = "rr_intervals";
  check_r_peaks(where, r_peaks, sampling_rate);
  if (!beat_types.empty()) check::same_size(where, "r_peaks", r_peaks.size(), "beat_types", beat_types.size());
  RrIntervals result;
  for (std::size_t i = 1; i < r_peaks.size(); ++i) {
    // The difference of the positions themselves is exact for whole samples.
    const double distance = static_cast<double>(r_peaks[i]) - static_cast<double>(r_peaks[i - 1]);
    const bool is_nn = beat_types.empty() || (is_normal_beat(beat_types[i - 1]) && is_normal_beat(beat_types[i]));
    result.rr_ms.push_back(distance / sampling_rate * 1000.0);
    result.time_s.push_back(static_cast<double>(r_peaks[i]) / sampling_rate);
    result.is_nn.push_back(is_nn ? 1 : 0);
  }
  return result;
}

}  // namespace detail

/// RR intervals of R peaks, and which of them are NN intervals.
///
/// @param r_peaks       (n_beats,) samples from the start of the recording, strictly increasing; whole or fractional.
/// @param sampling_rate Hz, positive.
/// @param beat_types    (n_beats,) one WFDB annotation symbol per beat (see is_normal_beat), or empty: all normal.
/// @return n_beats - 1 intervals; none for fewer than two beats.
/// @throws DomainError a peak is NaN or does not come after the one before it; sampling_rate is not positive.
/// @throws ShapeError  beat_types has another size. O(n_beats).
[[nodiscard]] inline RrIntervals rr_intervals(std::span<const std::int64_t> r_peaks, double sampling_rate,
                                              std::string_view beat_types = {}) {
  return detail::rr_intervals<std::int64_t>(r_peaks, sampling_rate, beat_types);
}
[[nodiscard]] inline RrIntervals rr_intervals(std::span<const double> r_peaks, double sampling_rate,
                                              std::string_view beat_types = {}) {
  return detail::rr_intervals<double>(r_peaks, sampling_rate, beat_types);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
