#pragma once

#include <heartsight/core/order_statistics.hpp>
#include <heartsight/features/detail/moments.hpp>
#include <heartsight/features/hrv_field.hpp>
#include <heartsight/features/nn_series.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

struct HrvTimeOptions {
  double histogram_bin_ms = 1000.0 / 128.0;  ///< of triangular_index and tinn; the Task Force's choice
  bool minimum_lengths = true;               ///< NaN for triangular_index and tinn below 20 minutes
  friend bool operator==(const HrvTimeOptions&, const HrvTimeOptions&) = default;
};

struct HrvTime {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  double n_nn = 0.0;
  double n_gaps = 0.0;
  double duration_s = 0.0;
  double mean_nn_ms = none;
  double median_nn_ms = none;
  double min_nn_ms = none;
  double max_nn_ms = none;
  double mean_hr_bpm = none;
  double sdnn_ms = none;
  double rmssd_ms = none;
  double sdsd_ms = none;
  double pnn50_percent = none;
  double pnn20_percent = none;
  double cvnn = none;
  double cvsd = none;
  double mad_nn_ms = none;
  double iqr_nn_ms = none;
  double sdann_ms = none;
  double sdnn_index_ms = none;
  double triangular_index = none;
  double tinn_ms = none;
};

inline constexpr std::array hrv_time_fields = {
    HrvField<HrvTime>{"n_nn", &HrvTime::n_nn, "NN intervals"},
    HrvField<HrvTime>{"n_gaps", &HrvTime::n_gaps, "intervals that are none: NaN, below 10 ms, above 60 s, or marked"},
    HrvField<HrvTime>{"duration_s", &HrvTime::duration_s, "sum of the NN intervals, in s"},
    HrvField<HrvTime>{"mean_nn_ms", &HrvTime::mean_nn_ms, "mean NN interval"},
    HrvField<HrvTime>{"median_nn_ms", &HrvTime::median_nn_ms, "median NN interval"},
    HrvField<HrvTime>{"min_nn_ms", &HrvTime::min_nn_ms, "shortest NN interval"},
    HrvField<HrvTime>{"max_nn_ms", &HrvTime::max_nn_ms, "longest NN interval"},
    HrvField<HrvTime>{"mean_hr_bpm", &HrvTime::mean_hr_bpm, "60000 / mean_nn_ms"},
    HrvField<HrvTime>{"sdnn_ms", &HrvTime::sdnn_ms, "standard deviation of the NN intervals"},
    HrvField<HrvTime>{"rmssd_ms", &HrvTime::rmssd_ms, "root mean square of successive differences"},
    HrvField<HrvTime>{"sdsd_ms", &HrvTime::sdsd_ms, "standard deviation of successive differences"},
    HrvField<HrvTime>{"pnn50_percent", &HrvTime::pnn50_percent, "share of successive differences above 50 ms"},
    HrvField<HrvTime>{"pnn20_percent", &HrvTime::pnn20_percent, "share of successive differences above 20 ms"},
    HrvField<HrvTime>{"cvnn", &HrvTime::cvnn, "sdnn_ms / mean_nn_ms"},
    HrvField<HrvTime>{"cvsd", &HrvTime::cvsd, "rmssd_ms / mean_nn_ms"},
    HrvField<HrvTime>{"mad_nn_ms", &HrvTime::mad_nn_ms, "1.4826 times the median absolute deviation from the median"},
    HrvField<HrvTime>{"iqr_nn_ms", &HrvTime::iqr_nn_ms, "interquartile range"},
    HrvField<HrvTime>{"sdann_ms", &HrvTime::sdann_ms, "standard deviation of the means of 5-minute segments"},
    HrvField<HrvTime>{"sdnn_index_ms", &HrvTime::sdnn_index_ms, "mean of the standard deviations of 5-minute segments"},
    HrvField<HrvTime>{"triangular_index", &HrvTime::triangular_index, "intervals over the height of their histogram"},
    HrvField<HrvTime>{"tinn_ms", &HrvTime::tinn_ms, "base of the triangle that fits the histogram best"},
};

namespace detail {

/// Counts of the bins [k w, (k + 1) w).
inline std::vector<double> nn_histogram(std::span<const double> nn_ms, double width) {
  std::vector<double> counts;
  for (const double v : nn_ms) {
    // A detrended series may leave the range of intervals.
    const auto bin = static_cast<std::size_t>(std::clamp(v, 0.0, 2.0 * NnSeries::longest_nn_ms) / width);
    if (bin >= counts.size()) counts.resize(bin + 1, 0.0);
    counts[bin] += 1.0;
  }
  return counts;
}

/// Distance of the foot, in bins, of the straight side from (0, height) down to (foot, 0) that is closest by least squares
/// to counts at distance 1, 2, ...; beyond its foot the triangle stands at 0. The sums below grow with the foot, so that all
/// feet up to one bin beyond the last count cost no more than one pass.
inline std::size_t best_foot(std::span<const double> counts, double height) {
  std::size_t best = 1;
  double least = std::numeric_limits<double>::infinity();
  double sum = 0.0;       // of counts[i] up to the foot
  double weighted = 0.0;  // of i * counts[i]
  for (std::size_t foot = 1; foot <= counts.size() + 1; ++foot) {
    const auto f = static_cast<double>(foot);
    if (foot <= counts.size()) {
      sum += counts[foot - 1];
      weighted += f * counts[foot - 1];
    }
    // sum over i = 1 .. f of side^2 - 2 side counts[i], side = height (1 - i / f); the sum of counts^2 is the same for all
    const double squares = f - (f + 1.0) + (f + 1.0) * (2.0 * f + 1.0) / (6.0 * f);
    const double error = height * height * squares - 2.0 * height * (sum - weighted / f);
    if (error < least) {
      least = error;
      best = foot;
    }
  }
  return best;
}

/// Base of the triangle whose top is the histogram's and whose sides fit it best. Left and right foot are found apart.
inline double triangle_base(std::span<const double> histogram, double width) {
  const auto top = std::max_element(histogram.begin(), histogram.end());
  const auto occupied = [](double count) { return count > 0.0; };
  const auto first = std::find_if(histogram.begin(), histogram.end(), occupied);
  const std::vector<double> left(std::make_reverse_iterator(top), std::make_reverse_iterator(first));
  const std::vector<double> right(top + 1, histogram.end());  // it ends with its last count
  return static_cast<double>(best_foot(left, *top) + best_foot(right, *top)) * width;
}

/// Means and standard deviations of the whole 5-minute segments that NN intervals cover by half or more.
struct SegmentMoments {
  std::vector<double> means;
  std::vector<double> deviations;
};

inline SegmentMoments five_minute_segments(const NnSeries& nn) {
  constexpr double length_s = 300.0;
  SegmentMoments moments;
  const auto t = nn.time_s();
  const auto x = nn.nn_ms();
  std::size_t i = 0;
  while (i < x.size()) {
    const double segment = std::floor(t[i] / length_s);
    std::size_t end = i;
    double covered_s = 0.0;
    while (end < x.size() && std::floor(t[end] / length_s) == segment) covered_s += x[end++] / 1000.0;
    const bool is_whole = t.back() >= (segment + 1.0) * length_s;
    if (is_whole && covered_s >= length_s / 2.0) {
      moments.means.push_back(mean_of(x.subspan(i, end - i)));
      moments.deviations.push_back(standard_deviation(x.subspan(i, end - i)));
    }
    i = end;
  }
  return moments;
}

inline HrvTime hrv_time(const NnSeries& nn, const HrvTimeOptions& options) {
  check::in_closed_range("hrv_time", "histogram_bin_ms", options.histogram_bin_ms, 0.1, 1000.0);
  HrvTime result;
  result.n_nn = static_cast<double>(nn.size());
  result.n_gaps = static_cast<double>(nn.n_gaps());
  result.duration_s = nn.duration_s();
  const auto x = nn.nn_ms();
  if (x.empty()) return result;
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  result.mean_nn_ms = mean_of(x);
  result.median_nn_ms = median(x);
  result.min_nn_ms = *low;
  result.max_nn_ms = *high;
  result.mean_hr_bpm = 60'000.0 / result.mean_nn_ms;
  result.sdnn_ms = standard_deviation(x);
  result.cvnn = result.sdnn_ms / result.mean_nn_ms;
  result.iqr_nn_ms = quantile(x, 0.75) - quantile(x, 0.25);
  std::vector<double> distance(x.begin(), x.end());
  for (double& v : distance) v = std::abs(v - result.median_nn_ms);
  result.mad_nn_ms = 1.482602218505602 * median(distance);

  const auto d = nn.differences();
  if (!d.empty()) {
    double squares = 0.0;
    double above_50 = 0.0;
    double above_20 = 0.0;
    for (const double v : d) {
      squares += v * v;
      above_50 += std::abs(v) > 50.0 ? 1.0 : 0.0;
      above_20 += std::abs(v) > 20.0 ? 1.0 : 0.0;
    }
    const auto count = static_cast<double>(d.size());
    result.rmssd_ms = std::sqrt(squares / count);
    result.sdsd_ms = standard_deviation(d);
    result.pnn50_percent = 100.0 * above_50 / count;
    result.pnn20_percent = 100.0 * above_20 / count;
    result.cvsd = result.rmssd_ms / result.mean_nn_ms;
  }

  const SegmentMoments segments = five_minute_segments(nn);
  if (segments.means.size() >= 2) {
    result.sdann_ms = standard_deviation(segments.means);
    result.sdnn_index_ms = mean_of(segments.deviations);
  }
  if (!options.minimum_lengths || nn.duration_s() >= 0.95 * 1200.0) {
    const auto histogram = nn_histogram(x, options.histogram_bin_ms);
    result.triangular_index = result.n_nn / *std::max_element(histogram.begin(), histogram.end());
    result.tinn_ms = triangle_base(histogram, options.histogram_bin_ms);
  }
  return result;
}

}  // namespace detail
}  // namespace heartsight::inline HEARTSIGHT_ABI::features
