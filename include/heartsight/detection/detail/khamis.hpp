#pragma once

#include <heartsight/core/order_statistics.hpp>
#include <heartsight/detection/detail/boxcar.hpp>
#include <heartsight/detection/detail/fir.hpp>
#include <heartsight/detection/detail/stretches.hpp>
#include <heartsight/signal/fft.hpp>
#include <heartsight/signal/filter_design.hpp>
#include <heartsight/signal/median_filter.hpp>
#include <heartsight/signal/sosfiltfilt.hpp>
#include <heartsight/signal/window.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// The greatest (or least) within `reach` samples on either side, those beyond the ends left out. O(n).
template <class Compare>
std::vector<float> running_extreme(const std::vector<float>& x, std::int64_t reach, Compare&& beats) {
  const auto n = static_cast<std::int64_t>(x.size());
  std::vector<float> out(x.size());
  std::vector<std::int64_t> waiting;  // places whose values fall, each the extreme of what comes after the one before it
  waiting.reserve(x.size());
  std::size_t head = 0;
  std::int64_t next = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    for (; next < std::min(n, i + reach + 1); ++next) {
      const float v = x[static_cast<std::size_t>(next)];
      while (waiting.size() > head && !beats(x[static_cast<std::size_t>(waiting.back())], v)) waiting.pop_back();
      waiting.push_back(next);
    }
    while (waiting[head] < i - reach) ++head;
    out[static_cast<std::size_t>(i)] = x[static_cast<std::size_t>(waiting[head])];
  }
  return out;
}
inline std::vector<float> running_maximum(const std::vector<float>& x, std::int64_t reach) {
  return running_extreme(x, reach, std::greater<>());
}
inline std::vector<float> running_minimum(const std::vector<float>& x, std::int64_t reach) {
  return running_extreme(x, reach, std::less<>());
}

/// Twice a Hamming window of this length, as forward and backward; the ends are held.
inline std::vector<float> smoothed_twice(std::vector<float> x, std::int64_t width) {
  const std::vector<double> hamming =
      signal::make_window({.shape = signal::WindowShape::hamming, .symmetric = true}, static_cast<std::size_t>(width));
  double sum = 0.0;
  for (const double tap : hamming) sum += tap;
  std::vector<float> taps;
  for (const double tap : hamming) taps.push_back(static_cast<float>(tap / sum));
  const std::int64_t half = width / 2;
  const auto n = static_cast<std::int64_t>(x.size());
  std::vector<float> padded(static_cast<std::size_t>(n + 2 * half));
  for (int pass = 0; pass < 2; ++pass) {
    std::fill_n(padded.begin(), half, x.front());
    std::copy(x.begin(), x.end(), padded.begin() + half);
    std::fill_n(padded.end() - half, half, x.back());
    fir(taps.data(), width, padded.data(), n, x.data());
  }
  return x;
}

/// Khamis et al. 2016 (the UNSW detector, DOI 10.1109/TBME.2016.2549060): free of trend, of a running median over 0.5 s and
/// of what lies outside 0.7 to 20 Hz (Butterworth, order 7, both ways); the product of the slope and of the range within
/// 100 ms, smoothed, and its root; the heart rate from its spectrum decides how smooth and how wide the envelopes are. Peaks
/// are what stands out by a fifth of the median range between the envelopes: at that threshold, at half of it where more
/// than 1.5 mean intervals have passed, at twice of it where less than half an interval has.
///
/// The signal is taken 300 s at a time. After the authors' published program, in which the smoothing shortens with the
/// square of the rate: here it lasts as long as at the 500 Hz of their recordings.
class Khamis {
 public:
  template <class Lead>
  static std::vector<std::int64_t> detect(StretchReader<Lead>& stretches) {
    std::vector<std::int64_t> places;
    for (Stretch stretch; stretches.next(stretch);) {
      for (const std::int64_t at : beats_of(stretch.x, stretches.sampling_rate())) {
        const std::int64_t place = stretch.first + at;
        if (place >= stretch.from && place < stretch.to && (places.empty() || place > places.back()))
          places.push_back(place);
      }
    }
    return places;
  }

 private:
  using Places = std::vector<std::int64_t>;
  static constexpr double fastest_hz = 4.0;  // 240 per minute
  static constexpr double slowest_hz = 1.5;  // for the smoothing: slower would swallow early beats

  static Places beats_of(const std::vector<float>& samples, double rate) {
    const std::vector<float> x = clean(samples, rate);
    const std::vector<float> feature = slope_by_range(x, rate);
    const double heart_hz = heart_rate_hz(root(smoothed_twice(feature, smoothing_width(6.0, rate))), rate);
    const double cutoff_hz = 2.0 * std::clamp(heart_hz, slowest_hz, fastest_hz);
    const std::vector<float> power = root(smoothed_twice(feature, smoothing_width(cutoff_hz, rate)));

    const double reach_s = std::clamp(1.0 / heart_hz, 1.0 / fastest_hz, 1.0);  // half of the envelope's window
    const auto reach = std::max<std::int64_t>(1, std::llround(reach_s * rate));
    const std::vector<float> upper = running_minimum(running_maximum(power, reach), reach);
    std::vector<float> range = running_maximum(running_minimum(power, reach), reach);
    for (std::size_t i = 0; i < range.size(); ++i) range[i] = upper[i] - range[i];
    const double threshold = 0.2 * median(std::vector<double>(range.begin(), range.end()));
    if (!(threshold > 0.0)) return {};

    Places beats = peaks_above(power, threshold);
    if (beats.empty()) return beats;
    beats = with_missed(beats, peaks_above(power, 0.5 * threshold), static_cast<std::int64_t>(power.size()), rate);
    beats = without_doubled(beats, peaks_above(power, 2.0 * threshold), rate);
    return apart(beats, power, static_cast<std::int64_t>(0.2 * rate));
  }

  /// Of beats within 200 ms the larger: no heart is faster, and the published rules know no limit of their own.
  static Places apart(const Places& beats, const std::vector<float>& power, std::int64_t distance) {
    Places kept;
    const auto height = [&](std::int64_t at) { return power[static_cast<std::size_t>(at)]; };
    for (const std::int64_t at : beats) {
      if (kept.empty() || at - kept.back() >= distance) {
        kept.push_back(at);
      } else if (height(at) > height(kept.back())) {
        kept.back() = at;
      }
    }
    return kept;
  }

  static std::vector<float> clean(std::vector<float> x, double rate) {
    remove_line(x);
    const auto width = static_cast<std::size_t>(odd_samples(0.5, rate));
    const std::vector<float> baseline = signal::median_filter(x, width, {.edge = signal::MedianEdge::nearest});
    for (std::size_t i = 0; i < x.size(); ++i) x[i] -= baseline[i];
    x = signal::sosfiltfilt(signal::butterworth(7, rate, {.low_hz = 0.7}), x);
    return signal::sosfiltfilt(signal::butterworth(7, rate, {.high_hz = std::min(20.0, 0.45 * rate)}), x);
  }

  static void remove_line(std::vector<float>& x) {
    const double n = static_cast<double>(x.size());
    if (x.size() < 2) return;
    double mean = 0.0;
    double with_time = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      mean += static_cast<double>(x[i]);
      with_time += static_cast<double>(x[i]) * (static_cast<double>(i) - 0.5 * (n - 1.0));
    }
    mean /= n;
    const double slope = with_time / (n * (n * n - 1.0) / 12.0);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] -= static_cast<float>(mean + slope * (static_cast<double>(i) - 0.5 * (n - 1.0)));
    }
  }

  static std::vector<float> slope_by_range(const std::vector<float>& x, double rate) {
    const std::int64_t reach = odd_samples(0.1, rate) / 2;
    const std::vector<float> top = running_maximum(x, reach);
    const std::vector<float> bottom = running_minimum(x, reach);
    const std::size_t n = x.size();
    std::vector<float> feature(n, 0.0F);
    for (std::size_t i = 1; i + 1 < n; ++i) feature[i] = std::abs((x[i + 1] - x[i - 1]) * (top[i] - bottom[i]));
    return feature;
  }

  static std::vector<float> root(std::vector<float> x) {
    for (float& v : x) v = std::sqrt(std::max(v, 0.0F));
    return x;
  }

  /// A Hamming window that passes about fc_hz: 0.00185 (500 Hz)^2 / fc_hz samples at 500 Hz, as published.
  static std::int64_t smoothing_width(double fc_hz, double rate) { return odd_samples(0.925 / fc_hz, rate); }

  /// Where the mean spectrum of pieces of 2 s, each by its own sum, is highest between 0.1 and 4 Hz.
  static double heart_rate_hz(const std::vector<float>& power, double rate) {
    const auto piece = static_cast<std::size_t>(2.0 * rate);
    const std::size_t n_fft = std::max(std::bit_ceil(piece), std::bit_ceil(static_cast<std::size_t>(32.0 * rate)));
    const signal::RealFft fft(n_fft);  // bins of at most 1/32 Hz
    const double bin_hz = rate / static_cast<double>(n_fft);
    const auto first = static_cast<std::size_t>(std::ceil(0.1 / bin_hz));
    const auto last = std::min(fft.spectrum_size(), static_cast<std::size_t>(std::ceil(fastest_hz / bin_hz)));
    std::vector<double> total(fft.spectrum_size(), 0.0);
    std::vector<double> part(n_fft);
    for (std::size_t start = 0; start < power.size(); start += piece) {
      const std::size_t n = std::min(piece, power.size() - start);
      double mean = 0.0;
      for (std::size_t i = 0; i < n; ++i) mean += static_cast<double>(power[start + i]);
      mean /= static_cast<double>(piece);  // what is missing of the last piece counts as 0, as published
      std::fill(part.begin(), part.end(), 0.0);
      for (std::size_t i = 0; i < piece; ++i) part[i] = (i < n ? static_cast<double>(power[start + i]) : 0.0) - mean;
      const auto bins = fft.forward(std::span<const double>(part));
      double sum = 0.0;
      for (const auto& bin : bins) sum += std::abs(bin);
      if (!(sum > 0.0)) continue;
      for (std::size_t k = first; k < last; ++k) total[k] += std::abs(bins[k]) / sum;
    }
    const auto highest = std::max_element(total.begin() + static_cast<std::ptrdiff_t>(first),
                                          total.begin() + static_cast<std::ptrdiff_t>(last));
    return std::max(static_cast<double>(highest - total.begin()) * bin_hz, 0.1);
  }

  /// Peaks that rise above the trough before and fall towards the one after by more than the threshold.
  static Places peaks_above(const std::vector<float>& x, double threshold) {
    Places peaks;
    const auto limit = static_cast<float>(threshold);
    float reference = x.front();
    std::int64_t candidate = 0;
    int direction = 0;  // 1: a peak is coming, -1: a trough
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(x.size()); ++i) {
      const float v = x[static_cast<std::size_t>(i)];
      if (direction == 0) {
        if (std::abs(v - reference) > limit) {
          direction = v > reference ? 1 : -1;
          candidate = i;
          reference = v;
        }
      } else if (direction == 1) {
        if (reference - v > limit) {
          peaks.push_back(candidate);
          direction = -1;
          reference = v;
        } else if (v > reference) {
          candidate = i;
          reference = v;
        }
      } else if (v - reference > limit) {
        direction = 1;
        candidate = i;
        reference = v;
      } else if (v < reference) {
        reference = v;
      }
    }
    return peaks;
  }

  /// Of the intervals below 5 s; NaN where there is none.
  static double mean_interval(const Places& beats, double rate) {
    double sum = 0.0;
    double n = 0.0;
    for (std::size_t i = 1; i < beats.size(); ++i) {
      const auto interval = static_cast<double>(beats[i] - beats[i - 1]);
      if (interval >= 5.0 * rate) continue;
      sum += interval;
      n += 1.0;
    }
    return n > 0.0 ? sum / n : std::numeric_limits<double>::quiet_NaN();
  }

  static Places with_missed(const Places& beats, const Places& lower, std::int64_t n_samples, double rate) {
    const double longest = 1.5 * mean_interval(beats, rate);
    Places all;
    std::size_t next = 0;
    std::int64_t before = -1;
    for (std::size_t i = 0; i <= beats.size(); ++i) {
      const std::int64_t behind = i < beats.size() ? beats[i] : n_samples;
      const bool is_long = !(static_cast<double>(behind - before - 1) < longest);  // where no interval is known, too
      for (; next < lower.size() && lower[next] < behind; ++next) {
        if (is_long && lower[next] > before) all.push_back(lower[next]);
      }
      if (i < beats.size()) all.push_back(behind);
      before = behind;
    }
    return all;
  }

  /// Of two beats closer than half the mean interval the first is dropped, unless the higher threshold finds it too.
  static Places without_doubled(const Places& beats, const Places& higher, double rate) {
    const double shortest = 0.5 * mean_interval(beats, rate);
    Places kept;
    for (std::size_t i = 0; i < beats.size(); ++i) {
      const bool is_doubled = i + 1 < beats.size() && static_cast<double>(beats[i + 1] - beats[i]) < shortest;
      if (!is_doubled) {
        kept.push_back(beats[i]);
        continue;
      }
      const auto from = std::lower_bound(higher.begin(), higher.end(), beats[i]);
      kept.insert(kept.end(), from, std::lower_bound(from, higher.end(), beats[i + 1]));
    }
    return kept;
  }
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
