#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/median_filter.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// Running median: every sample becomes the median of the `width` samples around it. It takes out spikes and keeps steps.
///
/// The window of sample i is i - width / 2 .. i + (width - 1) / 2 (whole divisions); of an even width the greater of the two
/// middle samples is taken, so that every result is a sample.
///
/// @param signal   (n_samples,) or (n_leads, n_samples), in any unit.
/// @param width    1 .. 2^24 samples; it may exceed n_samples.
/// @param options  edge: what lies beyond the ends, reflect by default.
/// @return of the shape of signal.
/// @throws DomainError width is out of range.
///
/// NaN policy: propagate, but no further than the window: NaN where the window holds a NaN (SciPy leaves it undefined).
/// Infinite samples are the greatest or least. An empty signal gives an empty result. Equal to scipy.ndimage.median_filter
/// of the same mode, and with edge = constant to scipy.signal.medfilt, exactly (tests/python/test_signal_median.py). Sorting
/// of blocks of about 5 * width samples, then O(1) per sample whatever the width; vectorised networks for 3 and 5.
[[nodiscard]] inline std::vector<double> median_filter(std::span<const double> signal, std::size_t width,
                                                       const MedianFilterOptions& options = {}) {
  return detail::median_filter<double>({signal.data(), 1, signal.size()}, width, options);
}
[[nodiscard]] inline std::vector<float> median_filter(std::span<const float> signal, std::size_t width,
                                                      const MedianFilterOptions& options = {}) {
  return detail::median_filter<float>({signal.data(), 1, signal.size()}, width, options);
}
[[nodiscard]] inline std::vector<double> median_filter(const MatrixView<const double>& signal, std::size_t width,
                                                       const MedianFilterOptions& options = {}) {
  return detail::median_filter<double>(signal, width, options);
}
[[nodiscard]] inline std::vector<float> median_filter(const MatrixView<const float>& signal, std::size_t width,
                                                      const MedianFilterOptions& options = {}) {
  return detail::median_filter<float>(signal, width, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
