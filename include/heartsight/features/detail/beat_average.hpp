#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/features/beat_group.hpp>
#include <heartsight/features/detail/beat_places.hpp>
#include <heartsight/features/detail/column_sort.hpp>
#include <heartsight/features/detail/fine_grid.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

struct MedianBeatOptions {
  double before_s = 0.5;          ///< longest stretch before the R peak, 0.1 to 2
  double after_s = 0.75;          ///< longest stretch after it, 0.1 to 2
  double target_rate_hz = 500.0;  ///< the grid of the result is at least about as fine, 50 to 2000
  std::size_t max_beats = 64;     ///< 1 to 1024
};

/// The typical beat of a group in every lead.
struct MedianBeat {
  std::size_t n_leads = 0;
  std::size_t n_window = 0;    ///< 0 where there is no beat
  double sampling_rate = 0.0;  ///< Hz, of the window: a whole multiple of the signal's
  std::size_t r_index = 0;     ///< the sample of the window at which the R peaks were aligned
  std::size_t n_beats = 0;     ///< averaged
  double rr_before_s =
      std::numeric_limits<double>::quiet_NaN();                  ///< median of the intervals before those beats; NaN without
  double rr_after_s = std::numeric_limits<double>::quiet_NaN();  ///< median of the intervals after them; NaN without
  std::vector<double> samples;                                   ///< (n_leads, n_window) in mV
  std::vector<double> noise_mv;           ///< (n_leads,) root mean square of single beats about the median beat
  std::vector<double> standard_error_mv;  ///< (n_leads,) of the median beat at one sample

  [[nodiscard]] bool empty() const noexcept { return n_beats == 0; }
  [[nodiscard]] MatrixView<const double> view() const noexcept { return {samples.data(), n_leads, n_window}; }
  [[nodiscard]] std::span<const double> lead(std::size_t index) const noexcept { return view().row(index); }
};

namespace detail {

/// One beat that is averaged: where it lies, and which part of the window is its own.
struct AveragedBeat {
  double at = 0.0;            ///< sample of the signal on which r_index falls, with fraction
  double rr_before = 0.0;     ///< samples; NaN for the first beat
  double rr_after = 0.0;      ///< samples; NaN for the last
  std::int64_t base = 0;      ///< whole sample at or before `at`, on the fine grid's raster
  std::size_t phase = 0;      ///< steps of the fine grid after it
  std::int64_t first = 0;     ///< window index from which on it counts
  std::int64_t last = 0;      ///< one beyond the last
  bool level_before = false;  ///< the beat before it in the list is near enough to draw a line to
  bool level_after = false;
};

struct BeatWindow {
  static double before_s(double longest_s, double rr_s) noexcept { return std::min(longest_s, 0.6 * rr_s); }
  static double after_s(double longest_s, double rr_s) noexcept {
    return std::min(longest_s, rr_s - std::min(0.24, 0.4 * rr_s));
  }
};

inline constexpr double longest_level_line_s = 2.5;

/// The beats of the group that are used: all, or max_beats evenly spread, with their surroundings.
inline std::vector<AveragedBeat> beats_to_average(std::span<const std::int64_t> r_peaks, const BeatGroups& groups,
                                                  std::size_t group, std::size_t max_beats) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::size_t> members;
  for (std::size_t b = 0; b < r_peaks.size(); ++b) {
    if (groups.group[b] == static_cast<std::int32_t>(group)) members.push_back(b);
  }
  std::vector<AveragedBeat> beats;
  const std::size_t n = std::min(max_beats, members.size());
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t b = members[i * members.size() / n];
    AveragedBeat beat;
    beat.at = static_cast<double>(r_peaks[b]) + groups.shift_samples[b];
    beat.rr_before = b > 0 ? static_cast<double>(r_peaks[b] - r_peaks[b - 1]) : nan;
    beat.rr_after = b + 1 < r_peaks.size() ? static_cast<double>(r_peaks[b + 1] - r_peaks[b]) : nan;
    beats.push_back(beat);
  }
  return beats;
}

inline double median_interval(const std::vector<AveragedBeat>& beats, double AveragedBeat::* interval) {
  std::vector<double> values;
  for (const AveragedBeat& beat : beats) {
    if (std::isfinite(beat.*interval)) values.push_back(beat.*interval);
  }
  return values.empty() ? std::numeric_limits<double>::quiet_NaN() : median(values);
}

/// Mean of the samples from .. to - 1; NaN where one is missing or outside.
template <std::floating_point T>
double level_of(std::span<const T> x, std::int64_t from, std::int64_t to) noexcept {
  const auto n = static_cast<std::int64_t>(x.size());
  from = std::clamp<std::int64_t>(from, 0, n);
  to = std::clamp<std::int64_t>(to, 0, n);
  if (from >= to) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0.0;
  for (std::int64_t i = from; i < to; ++i) sum += static_cast<double>(x[static_cast<std::size_t>(i)]);
  return sum / static_cast<double>(to - from);
}

template <std::floating_point T>
MedianBeat median_beat(MatrixView<const T> signal, double sampling_rate, std::span<const std::int64_t> r_peaks,
                       const BeatGroups& groups, std::size_t group, const MedianBeatOptions& options) {
  constexpr auto where = "median_beat";
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  check::in_closed_range(where, "sampling_rate", sampling_rate, 50.0, 20000.0);
  check::in_closed_range(where, "before_s", options.before_s, 0.1, 2.0);
  check::in_closed_range(where, "after_s", options.after_s, 0.1, 2.0);
  check::in_closed_range(where, "target_rate_hz", options.target_rate_hz, 50.0, 2000.0);
  check::in_closed_range<std::size_t>(where, "max_beats", options.max_beats, 1, 1024);
  check_beat_places(where, signal.n_cols(), sampling_rate, r_peaks);
  check::same_size(where, "r_peaks", r_peaks.size(), "groups.group", groups.group.size());
  check::same_size(where, "r_peaks", r_peaks.size(), "groups.shift_samples", groups.shift_samples.size());

  const std::size_t n_leads = signal.n_rows();
  const auto factor = static_cast<std::size_t>(std::max(1.0, std::round(options.target_rate_hz / sampling_rate)));
  const auto fine = static_cast<double>(factor);
  MedianBeat result;
  result.n_leads = n_leads;
  result.sampling_rate = sampling_rate * fine;
  auto beats = beats_to_average(r_peaks, groups, group, options.max_beats);
  if (beats.empty() || n_leads == 0) return result;
  result.n_beats = beats.size();
  const double median_before = median_interval(beats, &AveragedBeat::rr_before);
  const double median_after = median_interval(beats, &AveragedBeat::rr_after);
  result.rr_before_s = median_before / sampling_rate;
  result.rr_after_s = median_after / sampling_rate;

  // A beat at an end has one interval only; a single beat has none, and the whole window.
  const auto or_else = [](double value, double other) { return std::isfinite(value) ? value : other; };
  const double usual_before_s = or_else(or_else(median_before, median_after) / sampling_rate, 10.0);
  const double usual_after_s = or_else(or_else(median_after, median_before) / sampling_rate, 10.0);
  constexpr std::size_t block = ColumnSorter::width;
  const auto whole_blocks = [&](double seconds) {
    return block *
           static_cast<std::size_t>(std::ceil(std::max(0.06, seconds) * result.sampling_rate / static_cast<double>(block)));
  };
  result.r_index = whole_blocks(BeatWindow::before_s(options.before_s, usual_before_s));
  result.n_window = result.r_index + whole_blocks(BeatWindow::after_s(options.after_s, usual_after_s));
  const auto r_index = static_cast<std::int64_t>(result.r_index);
  const auto n_window = static_cast<std::int64_t>(result.n_window);

  for (std::size_t i = 0; i < beats.size(); ++i) {
    AveragedBeat& beat = beats[i];
    const std::int64_t place = std::llround(beat.at * fine);
    beat.base = place >= 0 ? place / static_cast<std::int64_t>(factor)
                           : -((-place + static_cast<std::int64_t>(factor) - 1) / static_cast<std::int64_t>(factor));
    beat.phase = static_cast<std::size_t>(place - beat.base * static_cast<std::int64_t>(factor));
    const double own_before_s =
        BeatWindow::before_s(options.before_s, or_else(beat.rr_before / sampling_rate, usual_before_s));
    const double own_after_s = BeatWindow::after_s(options.after_s, or_else(beat.rr_after / sampling_rate, usual_after_s));
    beat.first = std::max<std::int64_t>(
        0, r_index - static_cast<std::int64_t>(std::ceil(std::max(0.06, own_before_s) * result.sampling_rate / block)) *
                         static_cast<std::int64_t>(block));
    beat.last =
        std::min(n_window,
                 r_index + static_cast<std::int64_t>(std::ceil(std::max(0.06, own_after_s) * result.sampling_rate / block)) *
                               static_cast<std::int64_t>(block));
    if (i > 0) beat.level_before = beat.at - beats[i - 1].at < longest_level_line_s * sampling_rate;
    if (i > 0) beats[i - 1].level_after = beat.level_before;
  }

  // The PR segment, as far as the group's coarse onset tells.
  const double onset_s = group < groups.groups.size() ? std::clamp(groups.groups[group].onset_s, -0.1, -0.01) : -0.05;
  const auto level_first = std::llround((onset_s - 0.040) * sampling_rate);
  const auto level_last = std::max(level_first + 1, std::llround((onset_s - 0.012) * sampling_rate));

  result.samples.assign(n_leads * result.n_window, nan);
  result.noise_mv.assign(n_leads, nan);
  result.standard_error_mv.assign(n_leads, nan);
  const FineGrid grid(factor);
  ColumnSorter sorter(beats.size());
  std::vector<double> levels(beats.size());
  for (std::size_t lead = 0; lead < n_leads; ++lead) {
    const auto x = signal.row(lead);
    for (std::size_t i = 0; i < beats.size(); ++i) {
      const std::int64_t r = std::llround(beats[i].at);
      levels[i] = level_of<T>(x, r + level_first, r + level_last);
    }
    double squares = 0.0;
    double freedom = 0.0;
    double contributions = 0.0;
    std::size_t n_columns = 0;
    for (std::int64_t first = 0; first < n_window; first += static_cast<std::int64_t>(block)) {
      sorter.clear();
      for (std::size_t i = 0; i < beats.size(); ++i) {
        const AveragedBeat& beat = beats[i];
        if (first < beat.first || first + static_cast<std::int64_t>(block) > beat.last || !std::isfinite(levels[i]))
          continue;
        double* row = sorter.new_row();
        if (!grid.template take<T>(x, beat.base, static_cast<std::int64_t>(beat.phase) + first - r_index, block, row)) {
          sorter.drop_row();
          continue;
        }
        // The line of levels, per step of the fine grid from the R peak.
        double slope = 0.0;
        if (first < r_index && beat.level_before && std::isfinite(levels[i - 1])) {
          slope = (levels[i] - levels[i - 1]) / ((beat.at - beats[i - 1].at) * fine);
        } else if (first >= r_index && beat.level_after && std::isfinite(levels[i + 1])) {
          slope = (levels[i + 1] - levels[i]) / ((beats[i + 1].at - beat.at) * fine);
        }
        const double level_at = 0.5 * static_cast<double>(level_first + level_last) * fine;
        for (std::size_t k = 0; k < block; ++k) {
          const double step = static_cast<double>(first - r_index) + static_cast<double>(k) - level_at;
          row[k] -= levels[i] + slope * step;
        }
      }
      if (sorter.n_rows() == 0) continue;
      double* out = result.samples.data() + lead * result.n_window + static_cast<std::size_t>(first);
      squares += sorter.middle_means(out);
      freedom += static_cast<double>(block) * (static_cast<double>(sorter.n_rows()) - 1.0);
      contributions += static_cast<double>(sorter.n_rows());
      ++n_columns;
    }
    if (freedom > 0.0) {
      result.noise_mv[lead] = std::sqrt(squares / freedom);
      const double mean_beats = contributions / static_cast<double>(n_columns);
      result.standard_error_mv[lead] = result.noise_mv[lead] * std::sqrt(1.19 / mean_beats);
    }
  }
  return result;
}

}  // namespace detail

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
