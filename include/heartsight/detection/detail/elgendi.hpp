#pragma once

#include <heartsight/detection/detail/boxcar.hpp>
#include <heartsight/detection/detail/stretches.hpp>
#include <heartsight/signal/filter_design.hpp>
#include <heartsight/signal/sosfiltfilt.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// sums[pad + i] is the sum of the first i values; -pad <= i <= n + pad, the first and last value going on beyond the ends.
inline void running_sums(const std::vector<float>& x, std::int64_t pad, std::vector<double>& sums) {
  const auto n = static_cast<std::int64_t>(x.size());
  sums.resize(static_cast<std::size_t>(n + 2 * pad + 1));
  double* const sum = sums.data() + pad;
  // Four parts at once: one alone would wait for its last addition.
  const std::int64_t part = n / 4;
  std::array<double, 4> running{};
  for (std::int64_t i = 0; i < part; ++i) {
    for (std::int64_t p = 0; p < 4; ++p) {
      double& of_part = running[static_cast<std::size_t>(p)];
      sum[p * part + i] = of_part;
      of_part += static_cast<double>(x[static_cast<std::size_t>(p * part + i)]);
    }
  }
  double before = 0.0;
  for (std::int64_t p = 0; p < 4; ++p) {
    for (std::int64_t i = 0; i < part; ++i) sum[p * part + i] += before;
    before += running[static_cast<std::size_t>(p)];
  }
  sum[4 * part] = before;
  for (std::int64_t i = 4 * part; i < n; ++i) sum[i + 1] = sum[i] + static_cast<double>(x[static_cast<std::size_t>(i)]);
  for (std::int64_t k = 1; k <= pad; ++k) {
    sum[-k] = -static_cast<double>(k) * static_cast<double>(x.front());
    sum[n + k] = sum[n] + static_cast<double>(k) * static_cast<double>(x.back());
  }
}

/// Two moving averages (Elgendi, Jonkman and De Boer 2010, "Frequency bands effects on QRS detection"; the constants of
/// Elgendi 2013, DOI 10.1371/journal.pone.0073557): band-pass 8 to 20 Hz (Butterworth, third order, forward and back),
/// square, averages over 97 ms (a QRS complex) and 611 ms (a beat). Where the short one exceeds the long one by 8 % of the
/// mean square for at least 97 ms there is a complex; one within 300 ms of the last is passed over.
///
/// The mean square is that of a stretch of 300 s: one artefact does not blind the method to a whole day.
template <class Lead>
std::vector<std::int64_t> elgendi(StretchReader<Lead>& stretches) {
  const double rate = stretches.sampling_rate();
  const auto sos = signal::butterworth(3, rate, {.low_hz = 8.0, .high_hz = std::min(20.0, 0.45 * rate)});
  const std::int64_t width = odd_samples(0.097, rate);
  const std::int64_t half_complex = width / 2;
  const std::int64_t half_beat = odd_samples(0.611, rate) / 2;
  const auto least_distance = static_cast<std::int64_t>(0.3 * rate);
  std::vector<std::int64_t> places;
  std::vector<float> squares;
  std::vector<double> sums;
  std::vector<std::int32_t> inside;  // 1 where the short average stands above the long one
  for (Stretch stretch; stretches.next(stretch);) {
    const std::vector<float> x = signal::sosfiltfilt(sos, stretch.x);
    const auto n = static_cast<std::int64_t>(x.size());
    squares.resize(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) squares[i] = x[i] * x[i];
    const std::int64_t pad = half_beat + 1;
    running_sums(squares, pad, sums);
    const double* const sum = sums.data() + pad;  // sum[i]: of the squares before i; beyond the ends the end values go on
    const std::int64_t from = stretch.from - stretch.first;
    const std::int64_t to = stretch.to - stretch.first;
    const double offset = 0.08 * (sum[to] - sum[from]) / static_cast<double>(to - from);
    const double complex_share = 1.0 / static_cast<double>(2 * half_complex + 1);
    const double beat_share = 1.0 / static_cast<double>(2 * half_beat + 1);
    inside.resize(x.size() + 1);
    inside.back() = 0;  // what reaches the end ends there
    for (std::int64_t i = 0; i < n; ++i) {
      const double complex_mean = (sum[i + half_complex + 1] - sum[i - half_complex]) * complex_share;
      const double beat_mean = (sum[i + half_beat + 1] - sum[i - half_beat]) * beat_share;
      inside[static_cast<std::size_t>(i)] = complex_mean > beat_mean + offset ? 1 : 0;
    }
    for (auto at = inside.begin(); (at = std::find(at, inside.end(), 1)) != inside.end();) {
      const auto end = std::find(at, inside.end(), 0);
      const std::int64_t start = at - inside.begin();
      // A complex belongs to the stretch in which it begins.
      if (end - at >= width && start >= from && start < to) {
        const auto block = squares.begin() + start;
        const std::int64_t place = stretch.first + (std::max_element(block, block + (end - at)) - squares.begin());
        if (places.empty() || place - places.back() > least_distance) places.push_back(place);
      }
      at = end;
    }
  }
  return places;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
