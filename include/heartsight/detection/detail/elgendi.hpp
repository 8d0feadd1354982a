#pragma once

#include <heartsight/detection/detail/boxcar.hpp>
#include <heartsight/signal/filter_design.hpp>
#include <heartsight/signal/sosfiltfilt.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// Two moving averages (Elgendi, Jonkman and De Boer 2010, "Frequency bands effects on QRS detection"; the constants of
/// Elgendi 2013, DOI 10.1371/journal.pone.0073557): band-pass 8 to 20 Hz (Butterworth, third order, forward and back),
/// square, averages over 97 ms (a QRS complex) and 611 ms (a beat). Where the short one exceeds the long one by 8 % of the
/// mean square for at least 97 ms there is a complex; one within 300 ms of the last is passed over.
///
/// The mean square is taken over 60 s at a time, so that one artefact does not blind the method to a whole day.
inline std::vector<std::int64_t> elgendi(std::vector<float> x, double sampling_rate) {
  const auto n = static_cast<std::int64_t>(x.size());
  const double high_hz = std::min(20.0, 0.45 * sampling_rate);
  const auto sos = signal::butterworth(3, sampling_rate, {.low_hz = 8.0, .high_hz = high_hz});
  x = signal::sosfiltfilt(sos, x);
  for (float& v : x) v *= v;
  const std::int64_t width = odd_samples(0.097, sampling_rate);
  const std::vector<float> complex_average = moving_average(x, width);
  const std::vector<float> beat_average = moving_average(x, odd_samples(0.611, sampling_rate));
  const auto stretch = std::max<std::int64_t>(1, static_cast<std::int64_t>(60.0 * sampling_rate));
  const auto least_distance = static_cast<std::int64_t>(0.3 * sampling_rate);
  std::vector<std::int64_t> places;
  std::int64_t block_start = -1;
  const auto end_block = [&](std::int64_t end) {
    if (block_start >= 0 && end - block_start >= width) {
      const auto first = x.begin() + block_start;
      const std::int64_t place = block_start + (std::max_element(first, x.begin() + end) - first);
      if (places.empty() || place - places.back() > least_distance) places.push_back(place);
    }
    block_start = -1;
  };
  for (std::int64_t from = 0; from < n;) {
    // A short rest at the end joins the last whole stretch.
    const std::int64_t to = n - from < 2 * stretch ? n : from + stretch;
    std::array<double, 4> sums{};
    for (std::int64_t i = from; i < to; ++i) {
      sums[static_cast<std::size_t>(i % 4)] += static_cast<double>(x[static_cast<std::size_t>(i)]);
    }
    const auto offset = static_cast<float>(0.08 * (sums[0] + sums[1] + sums[2] + sums[3]) / static_cast<double>(to - from));
    for (std::int64_t i = from; i < to; ++i) {
      const auto k = static_cast<std::size_t>(i);
      const bool inside = complex_average[k] > beat_average[k] + offset;
      if (inside == (block_start >= 0)) continue;
      if (inside) {
        block_start = i;
      } else {
        end_block(i);
      }
    }
    from = to;
  }
  end_block(n);
  return places;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
