#pragma once

#include <heartsight/detection/detail/boxcar.hpp>
#include <heartsight/detection/detail/pan_tompkins.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// The middle of the last eight values.
class LastEight {
 public:
  void add(double v) noexcept { values_[n_++ % values_.size()] = v; }
  [[nodiscard]] bool empty() const noexcept { return n_ == 0; }
  /// 0 when there is none.
  [[nodiscard]] double median() const noexcept {
    std::array<double, 8> sorted = values_;
    const auto kept = static_cast<std::ptrdiff_t>(std::min(n_, values_.size()));
    if (kept == 0) return 0.0;
    std::sort(sorted.begin(), sorted.begin() + kept);
    return sorted[static_cast<std::size_t>(kept / 2)];
  }

 private:
  std::array<double, 8> values_{};
  std::size_t n_ = 0;
};

/// Hamilton 2002 ("Open source ECG analysis", Computers in Cardiology 29:101-104): band-pass 8 to 16 Hz of moving averages
/// (25 ms twice; 125 ms taken away), slope over 10 ms, absolute value, average over 80 ms. Peaks at least 200 ms from a
/// larger one are judged against noise + 0.3125 (QRS - noise), both the medians of their last eight; within 360 ms of a beat
/// a peak with less than half its slope is a T wave; when 1.5 times the median interval has passed, a peak of half the
/// threshold counts.
inline std::vector<std::int64_t> hamilton(std::vector<float> x, double sampling_rate) {
  const auto samples = [&](double seconds) { return static_cast<std::int64_t>(std::llround(seconds * sampling_rate)); };
  const std::int64_t low_pass = odd_samples(0.025, sampling_rate);
  x = moving_average(moving_average(x, low_pass), low_pass);
  const std::vector<float> slow = moving_average(x, odd_samples(0.125, sampling_rate));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] -= slow[i];
  const auto n = static_cast<std::int64_t>(x.size());
  const std::int64_t step = std::max<std::int64_t>(1, samples(0.005));
  std::vector<float> slope(x.size());
  for (std::int64_t i = 0; i < n; ++i) {
    const auto at = [&](std::int64_t k) { return x[static_cast<std::size_t>(std::clamp<std::int64_t>(k, 0, n - 1))]; };
    slope[static_cast<std::size_t>(i)] = std::abs(at(i + step) - at(i - step));
  }
  const std::vector<float> energy = moving_average(slope, odd_samples(0.08, sampling_rate));
  struct Peak {
    std::int64_t at;
    double energy;
    double slope;
  };
  std::vector<Peak> peaks;
  for (const std::int64_t at : separate_maxima(energy, samples(0.2))) {
    double steepest = 0.0;
    for (std::int64_t k = std::max<std::int64_t>(0, at - samples(0.06)); k < std::min(n, at + samples(0.06) + 1); ++k) {
      steepest = std::max(steepest, static_cast<double>(slope[static_cast<std::size_t>(k)]));
    }
    peaks.push_back({at, static_cast<double>(energy[static_cast<std::size_t>(at)]), steepest});
  }
  LastEight of_beats;
  LastEight of_noise;
  LastEight intervals;
  // The first estimate: the median of the largest peak of each of the first eight seconds.
  std::size_t begin = 0;
  for (std::int64_t second = 0; second < 8 && begin < peaks.size(); ++second) {
    double largest = 0.0;
    for (; begin < peaks.size() && peaks[begin].at < samples(static_cast<double>(second + 1)); ++begin) {
      largest = std::max(largest, peaks[begin].energy);
    }
    if (largest > 0.0) of_beats.add(largest);
  }
  std::vector<std::int64_t> beats;
  double last_slope = 0.0;
  std::size_t after_last = 0;
  const auto threshold = [&] { return of_noise.median() + 0.3125 * (of_beats.median() - of_noise.median()); };
  const auto accept = [&](std::size_t index) {
    if (!beats.empty()) intervals.add(static_cast<double>(peaks[index].at - beats.back()));
    beats.push_back(peaks[index].at);
    of_beats.add(peaks[index].energy);
    last_slope = peaks[index].slope;
    after_last = index + 1;
  };
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    const Peak& peak = peaks[i];
    if (!beats.empty() && !intervals.empty() && static_cast<double>(peak.at - beats.back()) > 1.5 * intervals.median()) {
      std::size_t best = i;
      for (std::size_t k = std::max(after_last, i - std::min(i, search_back_peaks)); k < i; ++k) {
        if (peaks[k].at - beats.back() < samples(0.36)) continue;
        if (best == i || peaks[k].energy > peaks[best].energy) best = k;
      }
      if (best != i && peaks[best].energy > 0.5 * threshold()) accept(best);
    }
    const bool far = beats.empty() || peak.at - beats.back() >= samples(0.2);
    const bool t_wave = !beats.empty() && peak.at - beats.back() < samples(0.36) && peak.slope < 0.5 * last_slope;
    if (far && !t_wave && peak.energy > threshold()) {
      accept(i);
    } else {
      of_noise.add(peak.energy);
    }
  }
  return beats;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
