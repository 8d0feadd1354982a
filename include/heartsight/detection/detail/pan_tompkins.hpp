#pragma once

#include <heartsight/detection/detail/boxcar.hpp>
#include <heartsight/detection/detail/qrs_peaks.hpp>
#include <heartsight/detection/detail/stretches.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// What Pan and Tompkins (1985, DOI 10.1109/TBME.1985.325532) call the band-pass: their integer filters are moving averages,
/// a low-pass of two over 30 ms and a high-pass that takes one over 160 ms away, here at any rate and without delay.
/// x is used up.
inline void pan_tompkins_band(std::vector<float>& x, double sampling_rate, std::vector<float>& band) {
  const std::int64_t low_pass = odd_samples(0.03, sampling_rate);
  moving_average(x, low_pass, band);
  moving_average(band, low_pass, x);
  moving_average(x, odd_samples(0.16, sampling_rate), band);
  for (std::size_t i = 0; i < x.size(); ++i) band[i] = x[i] - band[i];
}

/// Pan and Tompkins 1985: band-pass, five-point derivative, square, integration over 150 ms; peaks of the integral at least
/// 200 ms apart are judged by two sets of adaptive thresholds, on the integral and on the band-passed signal; a search back
/// when 166 % of the mean interval has passed; within 360 ms a peak with less than half the slope of the last beat is a T
/// wave.
///
/// The first thresholds come from the first two seconds, as in the paper; the running estimates take in 1/8 of each peak
/// (1/4 of one found by searching back).
template <class Lead>
std::vector<std::int64_t> pan_tompkins(StretchReader<Lead>& stretches) {
  const double sampling_rate = stretches.sampling_rate();
  const auto samples = [&](double seconds) { return static_cast<std::int64_t>(std::llround(seconds * sampling_rate)); };
  const std::int64_t step = std::max<std::int64_t>(1, samples(0.005));  // of the derivative: 1 sample at 200 Hz
  const std::int64_t around = samples(0.075);
  struct Levels {
    double signal = 0.0;
    double noise = 0.0;
    [[nodiscard]] double threshold() const { return noise + 0.25 * (signal - noise); }
  };
  Levels of_integral;
  Levels of_band;
  const auto learn = [](Levels& levels, const std::vector<float>& x, std::int64_t n) {
    const std::size_t count = std::min(x.size(), static_cast<std::size_t>(n));
    double sum = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const double v = std::abs(static_cast<double>(x[i]));
      levels.signal = std::max(levels.signal, v);
      sum += v;
    }
    if (count > 0) levels.noise = 0.5 * sum / static_cast<double>(count);
  };
  std::vector<QrsPeak> peaks;
  std::vector<float> band;
  std::vector<float> slope;
  std::vector<float> integral;
  for (Stretch stretch; stretches.next(stretch);) {
    pan_tompkins_band(stretch.x, sampling_rate, band);
    combine_around(band, 2 * step, slope,
                   [step](const float* v) { return 0.125F * (2.0F * (v[step] - v[-step]) + v[2 * step] - v[-2 * step]); });
    std::vector<float>& square = stretch.x;
    for (std::size_t i = 0; i < slope.size(); ++i) square[i] = slope[i] * slope[i];
    moving_average(square, odd_samples(0.15, sampling_rate), integral);
    if (stretch.from == 0) {
      learn(of_integral, integral, samples(2.0));
      learn(of_band, band, samples(2.0));
    }
    add_peaks(stretch, integral, samples(0.2), peaks, [&](QrsPeak& peak) {
      peak.band = largest_around(stretch, band, peak.at, around);
      peak.slope = largest_around(stretch, slope, peak.at, around);
    });
  }

  std::vector<std::int64_t> beats;
  std::array<double, 8> all_intervals{};
  std::array<double, 8> regular_intervals{};
  std::size_t n_all = 0;
  std::size_t n_regular = 0;
  const auto mean_of = [](const std::array<double, 8>& values, std::size_t count) {
    const std::size_t kept = std::min(count, values.size());
    double sum = 0.0;
    for (std::size_t i = 0; i < kept; ++i) sum += values[i];
    return kept > 0 ? sum / static_cast<double>(kept) : 0.0;
  };
  double last_slope = 0.0;
  std::size_t last_peak = 0;  // index behind the last beat: where a search back begins
  const auto accept = [&](std::size_t index, double share) {
    const QrsPeak& peak = peaks[index];
    of_integral.signal += share * (peak.height - of_integral.signal);
    of_band.signal += share * (peak.band - of_band.signal);
    if (!beats.empty()) {
      const double interval = static_cast<double>(peak.at - beats.back());
      all_intervals[n_all++ % 8] = interval;
      const double regular = mean_of(regular_intervals, n_regular);
      if (n_regular == 0 || (interval >= 0.92 * regular && interval <= 1.16 * regular)) {
        regular_intervals[n_regular++ % 8] = interval;
      }
    }
    beats.push_back(peak.at);
    last_slope = peak.slope;
    last_peak = index + 1;
  };
  const auto reject = [&](const QrsPeak& peak) {
    of_integral.noise += 0.125 * (peak.height - of_integral.noise);
    of_band.noise += 0.125 * (peak.band - of_band.noise);
  };
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    const QrsPeak& peak = peaks[i];
    // Too long without a beat: the largest peak since, by half the thresholds.
    const double expected = n_regular > 0 ? mean_of(regular_intervals, n_regular) : mean_of(all_intervals, n_all);
    if (!beats.empty() && expected > 0.0 && static_cast<double>(peak.at - beats.back()) > 1.66 * expected) {
      std::size_t best = i;
      for (std::size_t k = std::max(last_peak, i - std::min(i, search_back_peaks)); k < i; ++k) {
        if (peaks[k].at - beats.back() < samples(0.2)) continue;
        if (best == i || peaks[k].height > peaks[best].height) best = k;
      }
      if (best != i && peaks[best].height > 0.5 * of_integral.threshold() && peaks[best].band > 0.5 * of_band.threshold()) {
        accept(best, 0.25);
      }
    }
    const bool large = peak.height > of_integral.threshold() && peak.band > of_band.threshold();
    const bool t_wave = !beats.empty() && peak.at - beats.back() < samples(0.36) && peak.slope < 0.5 * last_slope;
    if (large && !t_wave && (beats.empty() || peak.at - beats.back() >= samples(0.2))) {
      accept(i, 0.125);
    } else {
      reject(peak);
    }
  }
  return beats;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
