#pragma once

#include <heartsight/detection/detail/boxcar.hpp>
#include <heartsight/detection/detail/qrs_peaks.hpp>
#include <heartsight/detection/detail/stretches.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
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
template <class Lead>
std::vector<std::int64_t> hamilton(StretchReader<Lead>& stretches) {
  const double sampling_rate = stretches.sampling_rate();
  const auto samples = [&](double seconds) { return static_cast<std::int64_t>(std::llround(seconds * sampling_rate)); };
  const std::int64_t low_pass = odd_samples(0.025, sampling_rate);
  const std::int64_t step = std::max<std::int64_t>(1, samples(0.005));
  std::vector<QrsPeak> peaks;
  std::vector<float> band;
  std::vector<float> slope;
  std::vector<float> energy;
  for (Stretch stretch; stretches.next(stretch);) {
    std::vector<float>& x = stretch.x;
    moving_average(x, low_pass, band);
    moving_average(band, low_pass, x);
    moving_average(x, odd_samples(0.125, sampling_rate), band);
    for (std::size_t i = 0; i < x.size(); ++i) band[i] = x[i] - band[i];
    combine_around(band, step, slope, [step](const float* v) { return std::abs(v[step] - v[-step]); });
    moving_average(slope, odd_samples(0.08, sampling_rate), energy);
    add_peaks(stretch, energy, samples(0.2), peaks,
              [&](QrsPeak& peak) { peak.slope = largest_around(stretch, slope, peak.at, samples(0.06)); });
  }
  LastEight of_beats;
  LastEight of_noise;
  LastEight intervals;
  // The first estimate: the median of the largest peak of each of the first eight seconds.
  std::size_t begin = 0;
  for (std::int64_t second = 0; second < 8 && begin < peaks.size(); ++second) {
    double largest = 0.0;
    for (; begin < peaks.size() && peaks[begin].at < samples(static_cast<double>(second + 1)); ++begin) {
      largest = std::max(largest, peaks[begin].height);
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
    of_beats.add(peaks[index].height);
    last_slope = peaks[index].slope;
    after_last = index + 1;
  };
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    const QrsPeak& peak = peaks[i];
    if (!beats.empty() && !intervals.empty() && static_cast<double>(peak.at - beats.back()) > 1.5 * intervals.median()) {
      std::size_t best = i;
      for (std::size_t k = std::max(after_last, i - std::min(i, search_back_peaks)); k < i; ++k) {
        if (peaks[k].at - beats.back() < samples(0.36)) continue;
        if (best == i || peaks[k].height > peaks[best].height) best = k;
      }
      if (best != i && peaks[best].height > 0.5 * threshold()) accept(best);
    }
    const bool far = beats.empty() || peak.at - beats.back() >= samples(0.2);
    const bool t_wave = !beats.empty() && peak.at - beats.back() < samples(0.36) && peak.slope < 0.5 * last_slope;
    if (far && !t_wave && peak.height > threshold()) {
      accept(i);
    } else {
      of_noise.add(peak.height);
    }
  }
  return beats;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
