#pragma once

#include <heartsight/detection/detail/boxcar.hpp>
#include <heartsight/detection/detail/single_lead.hpp>
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
/// The signal is taken 300 s at a time (with 4 s more on either side for the filter), and so is the mean square: one
/// artefact does not blind the method to a whole day, and its memory does not grow with the recording.
inline std::vector<std::int64_t> elgendi(const SingleLead& lead) {
  const double rate = lead.sampling_rate();
  const std::int64_t n = lead.n_samples();
  const auto sos = signal::butterworth(3, rate, {.low_hz = 8.0, .high_hz = std::min(20.0, 0.45 * rate)});
  const std::int64_t width = odd_samples(0.097, rate);
  const std::int64_t half_complex = width / 2;
  const std::int64_t half_beat = odd_samples(0.611, rate) / 2;
  const auto stretch = static_cast<std::int64_t>(300.0 * rate);
  const auto margin = static_cast<std::int64_t>(4.0 * rate);
  const auto least_distance = static_cast<std::int64_t>(0.3 * rate);
  std::vector<std::int64_t> places;
  std::vector<float> x;
  std::vector<float> squares;  // with half_beat + 1 more on either side, the end values going on
  for (std::int64_t from = 0; from < n;) {
    // A short rest at the end joins the last whole stretch.
    const std::int64_t to = n - from < 2 * stretch ? n : from + stretch;
    const std::int64_t first = std::max<std::int64_t>(0, from - margin);
    const std::int64_t last = std::min(n, to + margin);
    lead.bridged(first, last, x);
    x = signal::sosfiltfilt(sos, x);
    const std::int64_t pad = half_beat + 1;
    squares.resize(static_cast<std::size_t>(last - first + 2 * pad));
    for (std::int64_t i = 0; i < last - first; ++i) {
      const float v = x[static_cast<std::size_t>(i)];
      squares[static_cast<std::size_t>(i + pad)] = v * v;
    }
    std::fill_n(squares.begin(), pad, squares[static_cast<std::size_t>(pad)]);
    std::fill_n(squares.end() - pad, pad, *(squares.end() - pad - 1));
    const float* z = squares.data() + pad;  // z[i] belongs to sample first + i
    std::array<double, 4> sums{};
    for (std::int64_t i = from - first; i < to - first; ++i) {
      sums[static_cast<std::size_t>(i % 4)] += static_cast<double>(z[i]);
    }
    const double offset = 0.08 * (sums[0] + sums[1] + sums[2] + sums[3]) / static_cast<double>(to - from);
    // Both averages side by side, as sums that slide along.
    const double complex_share = 1.0 / static_cast<double>(2 * half_complex + 1);
    const double beat_share = 1.0 / static_cast<double>(2 * half_beat + 1);
    double complex_sum = 0.0;
    double beat_sum = 0.0;
    for (std::int64_t k = -half_complex; k <= half_complex; ++k) complex_sum += static_cast<double>(z[k]);
    for (std::int64_t k = -half_beat; k <= half_beat; ++k) beat_sum += static_cast<double>(z[k]);
    std::int64_t block_start = -1;
    for (std::int64_t i = 0; i <= last - first; ++i) {
      const bool inside = i < last - first && complex_sum * complex_share > beat_sum * beat_share + offset;
      if (inside != (block_start >= 0)) {
        if (inside) {
          block_start = i;
        } else {
          // A complex belongs to the stretch in which it begins.
          if (i - block_start >= width && first + block_start >= from && first + block_start < to) {
            const std::int64_t place = first + (std::max_element(z + block_start, z + i) - z);
            if (places.empty() || place - places.back() > least_distance) places.push_back(place);
          }
          block_start = -1;
        }
      }
      if (i == last - first) break;
      complex_sum += static_cast<double>(z[i + half_complex + 1]) - static_cast<double>(z[i - half_complex]);
      beat_sum += static_cast<double>(z[i + half_beat + 1]) - static_cast<double>(z[i - half_beat]);
    }
    from = to;
  }
  return places;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
