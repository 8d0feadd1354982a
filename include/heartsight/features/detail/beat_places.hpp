#pragma once

#include <heartsight/core/check.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// What every function of a signal and its beats asks for: a rate, and R peaks inside the signal in ascending order.
inline void check_beat_places(std::string_view where, std::size_t n_samples, double sampling_rate,
                              std::span<const std::int64_t> r_peaks) {
  check::positive(where, "sampling_rate", sampling_rate);
  for (std::size_t i = 0; i < r_peaks.size(); ++i) {
    if (r_peaks[i] < 0 || r_peaks[i] >= static_cast<std::int64_t>(n_samples)) {
      check::detail::fail<DomainError>(where, check::detail::indexed("r_peaks", i), check::detail::show(r_peaks[i]),
                                       "must lie inside the signal of " + std::to_string(n_samples) + " samples");
    }
    if (i > 0 && r_peaks[i] <= r_peaks[i - 1]) {
      check::detail::fail<DomainError>(where, check::detail::indexed("r_peaks", i), check::detail::show(r_peaks[i]),
                                       "must be greater than the one before");
    }
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
