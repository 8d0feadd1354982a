#pragma once

#include <heartsight/detection/detail/boxcar.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// What Pan and Tompkins (1985, DOI 10.1109/TBME.1985.325532) call the band-pass: their integer filters are moving averages,
/// a low-pass of two over 30 ms and a high-pass that takes one over 160 ms away, here at any rate and without delay.
inline std::vector<float> pan_tompkins_band(std::vector<float> x, double sampling_rate) {
  const std::int64_t low_pass = odd_samples(0.03, sampling_rate);
  x = moving_average(moving_average(x, low_pass), low_pass);
  const std::vector<float> slow = moving_average(x, odd_samples(0.16, sampling_rate));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] -= slow[i];
  return x;
}

/// Local maxima, a plateau's first sample for the whole, that no larger one comes within `distance` of after or before.
inline std::vector<std::int64_t> separate_maxima(const std::vector<float>& x, std::int64_t distance) {
  std::vector<std::int64_t> peaks;
  for (std::size_t i = 1; i + 1 < x.size(); ++i) {
    if (!(x[i] > x[i - 1] && x[i] >= x[i + 1])) continue;
    const auto at = static_cast<std::int64_t>(i);
    if (!peaks.empty() && at - peaks.back() < distance) {
      if (x[i] > x[static_cast<std::size_t>(peaks.back())]) peaks.back() = at;
    } else {
      peaks.push_back(at);
    }
  }
  return peaks;
}

/// A search back looks at so many peaks at the most (some 13 s and more): the time stays linear where nothing is accepted.
inline constexpr std::size_t search_back_peaks = 64;

/// Pan and Tompkins 1985: band-pass, five-point derivative, square, integration over 150 ms; peaks of the integral at least
/// 200 ms apart are judged by two sets of adaptive thresholds, on the integral and on the band-passed signal; a search back
/// when 166 % of the mean interval has passed; within 360 ms a peak with less than half the slope of the last beat is a T
/// wave.
///
/// The first thresholds come from the first two seconds, as in the paper; the running estimates take in 1/8 of each peak
/// (1/4 of one found by searching back).
inline std::vector<std::int64_t> pan_tompkins(std::vector<float> x, double sampling_rate) {
  const std::vector<float> band = pan_tompkins_band(std::move(x), sampling_rate);
  const auto n = static_cast<std::int64_t>(band.size());
  const auto samples = [&](double seconds) { return static_cast<std::int64_t>(std::llround(seconds * sampling_rate)); };
  const std::int64_t step = std::max<std::int64_t>(1, samples(0.005));  // of the derivative: 1 sample at 200 Hz
  std::vector<float> slope(band.size());
  std::vector<float> square(band.size());
  for (std::int64_t i = 0; i < n; ++i) {
    const auto at = [&](std::int64_t k) { return band[static_cast<std::size_t>(std::clamp<std::int64_t>(k, 0, n - 1))]; };
    const float d = 0.125F * (2.0F * (at(i + step) - at(i - step)) + at(i + 2 * step) - at(i - 2 * step));
    slope[static_cast<std::size_t>(i)] = d;
    square[static_cast<std::size_t>(i)] = d * d;
  }
  const std::vector<float> integral = moving_average(square, odd_samples(0.15, sampling_rate));
  const std::int64_t around = samples(0.075);
  struct Peak {
    std::int64_t at;
    double integral;
    double band;
    double slope;
  };
  std::vector<Peak> peaks;
  for (const std::int64_t at : separate_maxima(integral, samples(0.2))) {
    Peak peak{at, static_cast<double>(integral[static_cast<std::size_t>(at)]), 0.0, 0.0};
    for (std::int64_t k = std::max<std::int64_t>(0, at - around); k < std::min(n, at + around + 1); ++k) {
      peak.band = std::max(peak.band, std::abs(static_cast<double>(band[static_cast<std::size_t>(k)])));
      peak.slope = std::max(peak.slope, std::abs(static_cast<double>(slope[static_cast<std::size_t>(k)])));
    }
    peaks.push_back(peak);
  }

  struct Levels {
    double signal = 0.0;
    double noise = 0.0;
    [[nodiscard]] double threshold() const { return noise + 0.25 * (signal - noise); }
  };
  Levels of_integral;
  Levels of_band;
  const std::int64_t learning = std::min(n, samples(2.0));
  double mean_integral = 0.0;
  double mean_band = 0.0;
  for (std::int64_t k = 0; k < learning; ++k) {
    const double v = static_cast<double>(integral[static_cast<std::size_t>(k)]);
    const double b = std::abs(static_cast<double>(band[static_cast<std::size_t>(k)]));
    of_integral.signal = std::max(of_integral.signal, v);
    of_band.signal = std::max(of_band.signal, b);
    mean_integral += v;
    mean_band += b;
  }
  if (learning > 0) {
    of_integral.noise = 0.5 * mean_integral / static_cast<double>(learning);
    of_band.noise = 0.5 * mean_band / static_cast<double>(learning);
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
    const Peak& peak = peaks[index];
    of_integral.signal += share * (peak.integral - of_integral.signal);
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
  const auto reject = [&](const Peak& peak) {
    of_integral.noise += 0.125 * (peak.integral - of_integral.noise);
    of_band.noise += 0.125 * (peak.band - of_band.noise);
  };
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    const Peak& peak = peaks[i];
    // Too long without a beat: the largest peak since, by half the thresholds.
    const double expected = n_regular > 0 ? mean_of(regular_intervals, n_regular) : mean_of(all_intervals, n_all);
    if (!beats.empty() && expected > 0.0 && static_cast<double>(peak.at - beats.back()) > 1.66 * expected) {
      std::size_t best = i;
      for (std::size_t k = std::max(last_peak, i - std::min(i, search_back_peaks)); k < i; ++k) {
        if (peaks[k].at - beats.back() < samples(0.2)) continue;
        if (best == i || peaks[k].integral > peaks[best].integral) best = k;
      }
      if (best != i && peaks[best].integral > 0.5 * of_integral.threshold() &&
          peaks[best].band > 0.5 * of_band.threshold()) {
        accept(best, 0.25);
      }
    }
    const bool large = peak.integral > of_integral.threshold() && peak.band > of_band.threshold();
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
