#pragma once

#include <heartsight/core/order_statistics.hpp>
#include <heartsight/version.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// What one second of one lead looks like, in mV. All but the mains are measured on means of about 10 ms, so that one
/// recording sampled at 100 Hz and at 500 Hz looks the same.
struct SecondMeasures {
  double missing_share = 0.0;  ///< samples that are not finite
  double flat_share = 0.0;     ///< samples in stretches of 0.8 s and more that stay within 0.01 mV
  double clipped_share = 0.0;  ///< samples at the lead's extreme value in runs, where this is far from its middle
  double range = 0.0;          ///< highest less lowest value
  double swing = 0.0;          ///< the same about the moving mean of one second
  double noise = 0.0;          ///< standard deviation of white noise with the same small second differences
  double wander = 0.0;         ///< range of the moving mean of one second
  double peak_slope = 0.0;     ///< largest change over 20 ms
  double usual_slope = 0.0;    ///< median of these changes
  double mains = 0.0;          ///< amplitude of a line at 50 or 60 Hz that stands out of its surroundings
};

/// One lead: its seconds, and what it looks like at about 100 Hz without its moving mean.
struct LeadMeasures {
  std::vector<SecondMeasures> seconds;
  std::vector<double> steady;  ///< means of about 10 ms less the moving mean of one second; empty when all is missing
  double steady_hz = 0.0;      ///< its sampling rate
  std::vector<std::size_t> steady_start;  ///< n_seconds + 1: where each second begins in it
};

/// Second k of a lead is the samples [start[k], start[k + 1]). The last one takes what is left over, up to 1.5 s.
inline std::vector<std::size_t> second_starts(std::size_t n_samples, double rate_hz) {
  if (n_samples == 0) return {0};
  const double duration_s = static_cast<double>(n_samples) / rate_hz;
  const double whole = std::clamp(std::floor(duration_s + 0.5), 1.0, static_cast<double>(n_samples));
  const auto n_seconds = static_cast<std::size_t>(whole);
  std::vector<std::size_t> start(n_seconds + 1);
  for (std::size_t k = 0; k < n_seconds; ++k) {
    start[k] = std::min(n_samples, static_cast<std::size_t>(std::llround(static_cast<double>(k) * rate_hz)));
  }
  start[n_seconds] = n_samples;
  return start;
}

/// Straight lines across NaN, constants before the first and after the last value that is there. Needs one value.
inline void bridge(std::vector<double>& x) {
  std::size_t last = x.size();
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i])) continue;
    const std::size_t from = last == x.size() ? 0 : last + 1;
    for (std::size_t k = from; k < i; ++k) {
      x[k] = last == x.size() ? x[i]
                              : x[last] + (x[i] - x[last]) * static_cast<double>(k - last) / static_cast<double>(i - last);
    }
    last = i;
  }
  std::fill(x.begin() + static_cast<std::ptrdiff_t>(last) + 1, x.end(), x[last]);
}

/// Moving mean over width samples; near the ends over the first and the last width samples.
inline std::vector<double> moving_mean(const std::vector<double>& x, std::size_t width) {
  width = std::min(width, x.size());
  std::vector<double> mean(x.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < width; ++i) sum += x[i];
  std::size_t first = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    while (first + width < x.size() && first + width / 2 < i) {
      sum += x[first + width] - x[first];
      ++first;
    }
    mean[i] = sum / static_cast<double>(width);
  }
  return mean;
}

/// Amplitudes at 50 and 60 Hz, each only where it is three times that 4 Hz below and above (Goertzel).
inline double mains_amplitude(std::span<const double> x, double rate_hz) {
  if (rate_hz < 130.0 || static_cast<double>(x.size()) < 0.5 * rate_hz) return 0.0;
  constexpr std::array<double, 6> hz = {46.0, 50.0, 54.0, 56.0, 60.0, 64.0};
  std::array<double, 6> turn{};
  for (std::size_t k = 0; k < hz.size(); ++k) turn[k] = 2.0 * std::cos(2.0 * std::numbers::pi * hz[k] / rate_hz);
  std::array<double, 6> now{};
  std::array<double, 6> before{};
  const double slope = x.size() > 1 ? (x.back() - x.front()) / static_cast<double>(x.size() - 1) : 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double v = x[i] - x.front() - slope * static_cast<double>(i);  // a step between the ends would leak
    for (std::size_t k = 0; k < hz.size(); ++k) {
      const double next = v + turn[k] * now[k] - before[k];
      before[k] = now[k];
      now[k] = next;
    }
  }
  std::array<double, 6> amplitude{};
  for (std::size_t k = 0; k < hz.size(); ++k) {
    const double power = now[k] * now[k] + before[k] * before[k] - turn[k] * now[k] * before[k];
    amplitude[k] = 2.0 * std::sqrt(std::max(0.0, power)) / static_cast<double>(x.size());
  }
  double mains = 0.0;
  for (const std::size_t k : {1U, 4U}) {
    if (amplitude[k] > 3.0 * std::max(amplitude[k - 1], amplitude[k + 1])) mains = std::max(mains, amplitude[k]);
  }
  return mains;
}

/// Adds to every second its share of the samples [first, last).
template <double SecondMeasures::* share>
void add_run(std::vector<SecondMeasures>& seconds, const std::vector<std::size_t>& start, std::size_t first,
             std::size_t last) {
  auto k = static_cast<std::size_t>(std::upper_bound(start.begin(), start.end(), first) - start.begin() - 1);
  for (; k < seconds.size() && start[k] < last; ++k) {
    const std::size_t n = std::min(last, start[k + 1]) - std::max(first, start[k]);
    seconds[k].*share += static_cast<double>(n) / static_cast<double>(start[k + 1] - start[k]);
  }
}

inline void measure_flat(const std::vector<double>& x, double rate_hz, const std::vector<std::size_t>& start,
                         std::vector<SecondMeasures>& seconds) {
  constexpr double tolerance_mv = 0.01;
  const auto worth = std::min(x.size(), static_cast<std::size_t>(std::max(2.0, 0.8 * rate_hz)));
  std::size_t first = 0;
  double low = x[0];
  double high = x[0];
  for (std::size_t i = 1; i <= x.size(); ++i) {
    if (i < x.size()) {
      low = std::min(low, x[i]);
      high = std::max(high, x[i]);
      if (high - low <= tolerance_mv) continue;
    }
    if (i - first >= worth) add_run<&SecondMeasures::flat_share>(seconds, start, first, i);
    if (i == x.size()) break;
    first = i;
    low = high = x[i];
  }
}

inline void measure_clipped(const std::vector<double>& x, double rate_hz, const std::vector<std::size_t>& start,
                            std::vector<SecondMeasures>& seconds) {
  const auto [lowest, highest] = std::minmax_element(x.begin(), x.end());
  const double low = *lowest;
  const double high = *highest;
  if (high - low < 0.1) return;
  const double middle = median(std::span<const double>(x));
  const bool low_far = middle - low > 0.25 * (high - low);
  const bool high_far = high - middle > 0.25 * (high - low);
  const auto worth = static_cast<std::size_t>(std::max(3.0, std::ceil(0.006 * rate_hz)));
  std::size_t first = 0;
  for (std::size_t i = 1; i <= x.size(); ++i) {
    if (i < x.size() && x[i] == x[first]) continue;
    const bool at_limit = (low_far && x[first] == low) || (high_far && x[first] == high);
    if (at_limit && i - first >= worth) add_run<&SecondMeasures::clipped_share>(seconds, start, first, i);
    first = i;
  }
}

/// @param samples  one lead; every value is multiplied by to_mv. What is not finite, or beyond 1e9, counts as missing.
/// @param start    second_starts of it.
template <std::floating_point T>
LeadMeasures measure_lead(std::span<const T> samples, double rate_hz, const std::vector<std::size_t>& start, double to_mv) {
  LeadMeasures lead;
  const std::size_t n_seconds = start.size() - 1;
  lead.seconds.resize(n_seconds);
  std::vector<double> x(samples.size());
  std::size_t n_missing = 0;
  for (std::size_t k = 0; k < n_seconds; ++k) {
    std::size_t missing = 0;
    for (std::size_t i = start[k]; i < start[k + 1]; ++i) {
      const auto v = static_cast<double>(samples[i]);
      const bool there = std::abs(v) <= 1e9;  // false for NaN
      x[i] = there ? v * to_mv : std::numeric_limits<double>::quiet_NaN();
      if (!there) ++missing;
    }
    const std::size_t n = start[k + 1] - start[k];
    lead.seconds[k].missing_share = n == 0 ? 0.0 : static_cast<double>(missing) / static_cast<double>(n);
    n_missing += missing;
  }
  if (n_missing == samples.size()) return lead;
  if (n_missing > 0) bridge(x);
  measure_flat(x, rate_hz, start, lead.seconds);
  measure_clipped(x, rate_hz, start, lead.seconds);

  const auto step = static_cast<std::size_t>(std::clamp(std::round(rate_hz / 100.0), 1.0, static_cast<double>(x.size())));
  std::vector<double> y(x.size() / step);
  for (std::size_t i = 0; i < y.size(); ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < step; ++k) sum += x[i * step + k];
    y[i] = sum / static_cast<double>(step);
  }
  const double rate_y = rate_hz / static_cast<double>(step);
  lead.steady_hz = rate_y;
  const auto slope_lag = static_cast<std::size_t>(std::max(1.0, std::round(0.02 * rate_y)));
  const auto baseline = moving_mean(y, static_cast<std::size_t>(std::max(1.0, std::round(rate_y))));
  lead.steady.resize(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) lead.steady[i] = y[i] - baseline[i];
  lead.steady_start.resize(n_seconds + 1);
  for (std::size_t k = 0; k <= n_seconds; ++k) lead.steady_start[k] = std::min(start[k] / step, y.size());
  lead.steady_start[n_seconds] = y.size();

  const auto range_of = [&](const std::vector<double>& v, std::size_t first, std::size_t last) {
    if (first >= last) return 0.0;
    const auto [low, high] = std::minmax_element(v.begin() + static_cast<std::ptrdiff_t>(lead.steady_start[first]),
                                                 v.begin() + static_cast<std::ptrdiff_t>(lead.steady_start[last]));
    return lead.steady_start[first] == lead.steady_start[last] ? 0.0 : *high - *low;
  };
  std::vector<double> bend;
  std::vector<double> slope;
  for (std::size_t k = 0; k < n_seconds; ++k) {
    SecondMeasures& s = lead.seconds[k];
    s.range = range_of(y, k, k + 1);
    s.swing = range_of(lead.steady, k, k + 1);
    s.wander = range_of(baseline, k, k + 1);
    bend.clear();
    for (std::size_t i = std::max<std::size_t>(lead.steady_start[k], 1); i < lead.steady_start[k + 1] && i + 1 < y.size();
         ++i) {
      bend.push_back(std::abs(y[i - 1] - 2.0 * y[i] + y[i + 1]));
    }
    slope.clear();
    for (std::size_t i = std::max(lead.steady_start[k], slope_lag); i < lead.steady_start[k + 1]; ++i) {
      slope.push_back(std::abs(y[i] - y[i - slope_lag]));
    }
    if (!slope.empty()) {
      s.peak_slope = *std::max_element(slope.begin(), slope.end());
      s.usual_slope = median(std::span<const double>(slope));
    }
    // A QRS complex bends more than the rest and fills less than half of a second: a low quantile does not see it. 0.5244
    // is that quantile of white noise of unit size, whose second difference has 6 times its variance.
    if (!bend.empty()) s.noise = quantile(std::span<const double>(bend), 0.4) / (0.5244 * std::sqrt(6.0));
    s.mains = mains_amplitude(std::span<const double>(x).subspan(start[k], start[k + 1] - start[k]), rate_hz);
  }
  return lead;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
