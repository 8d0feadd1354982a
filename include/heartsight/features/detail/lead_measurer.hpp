#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/detection/wave_fiducials.hpp>
#include <heartsight/features/lead_measurements.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// A stretch of one sign within the QRS complex.
struct QrsWave {
  double first = 0.0;     ///< crossing of the level, in samples with fraction
  double last = 0.0;      ///< crossing back
  double extremum = 0.0;  ///< mV, signed
  std::int64_t peak = 0;  ///< sample
  double area = 0.0;      ///< mV samples
};

class LeadMeasurer {
 public:
  LeadMeasurer(std::span<const double> beat, double sampling_rate, const detection::WaveFiducials& own,
               const detection::WaveFiducials& consensus, double standard_error_mv)
      : beat_(beat),
        ms_per_sample_(1000.0 / sampling_rate),
        own_(own),
        consensus_(consensus),
        error_(std::isfinite(standard_error_mv) ? std::max(0.0, standard_error_mv) : 0.0) {
    check::positive("measure_lead", "sampling_rate", sampling_rate);
  }

  LeadMeasurements measure() {
    if (!consensus_.has_qrs()) return m_;
    onset_ = std::llround(consensus_.qrs_onset);
    offset_ = std::llround(consensus_.qrs_offset);
    if (offset_ <= onset_) return m_;
    level_ = mean_between(onset_ - samples(16.0), onset_);
    if (!std::isfinite(level_)) return m_;
    double total = 0.0;
    for (std::int64_t i = onset_; i <= offset_; ++i) total += at(i);
    if (!std::isfinite(total)) return m_;
    measure_qrs();
    measure_st();
    measure_t();
    measure_p();
    return m_;
  }

 private:
  static constexpr std::size_t max_waves = 16;

  [[nodiscard]] std::int64_t samples(double ms) const noexcept {
    return std::max<std::int64_t>(1, std::llround(ms / ms_per_sample_));
  }
  [[nodiscard]] double raw(std::int64_t i) const noexcept {
    if (i < 0 || i >= static_cast<std::int64_t>(beat_.size())) return LeadMeasurements::none;
    return beat_[static_cast<std::size_t>(i)];
  }
  /// Value above the level before the QRS complex; NaN outside the window.
  [[nodiscard]] double at(std::int64_t i) const noexcept { return raw(i) - level_; }

  [[nodiscard]] double mean_between(std::int64_t from, std::int64_t to) const noexcept {
    double sum = 0.0;
    for (std::int64_t i = from; i < to; ++i) sum += raw(i);
    return to > from ? sum / static_cast<double>(to - from) : LeadMeasurements::none;
  }
  /// Mean of the 8 ms about a place.
  [[nodiscard]] double around(double place) const noexcept {
    const std::int64_t half = std::llround(4.0 / ms_per_sample_);
    const std::int64_t centre = std::llround(place);
    return mean_between(centre - half, centre + half + 1) - level_;
  }

  /// Stretches of one sign in the complex, in order; those that cannot be told from noise belong to what is around them.
  void find_waves() {
    const double least_mv = std::max(0.02, 2.5 * error_);
    const double least_samples = 6.0 / ms_per_sample_;
    const double least_area = 0.16 / ms_per_sample_;
    n_waves_ = 0;
    std::int64_t i = onset_;
    while (i <= offset_) {
      const bool up = at(i) > 0.0;
      QrsWave wave;
      wave.first = i == onset_ ? static_cast<double>(i) : static_cast<double>(i) - at(i) / (at(i) - at(i - 1));
      std::int64_t j = i;
      for (; j <= offset_ && (at(j) > 0.0) == up; ++j) {
        wave.area += at(j);
        if (std::abs(at(j)) > std::abs(wave.extremum)) {
          wave.extremum = at(j);
          wave.peak = j;
        }
      }
      // A flat stretch at the level belongs to no wave.
      std::int64_t begin = i;
      std::int64_t end = j;
      while (begin < end && std::abs(at(begin)) < 0.01) ++begin;
      while (end > begin && std::abs(at(end - 1)) < 0.01) --end;
      wave.last = j > offset_ ? static_cast<double>(offset_) : static_cast<double>(j) - at(j) / (at(j) - at(j - 1));
      if (begin > i + 1) wave.first = static_cast<double>(begin - 1);
      if (end < j - 1) wave.last = static_cast<double>(end);
      i = j;
      const bool significant = std::abs(wave.extremum) >= least_mv && wave.last - wave.first >= least_samples &&
                               std::abs(wave.area) >= least_area;
      // What still grows where the complex ends is the ST segment, not a wave.
      if (!significant || (wave.peak >= offset_ - 1 && n_waves_ > 0)) continue;
      if (n_waves_ > 0 && (waves_[n_waves_ - 1].extremum > 0.0) == up) {  // only noise between two of one sign: one wave
        QrsWave& before = waves_[n_waves_ - 1];
        before.last = wave.last;
        before.area += wave.area;
        if (std::abs(wave.extremum) > std::abs(before.extremum)) {
          before.extremum = wave.extremum;
          before.peak = wave.peak;
        }
      } else if (n_waves_ < max_waves) {
        waves_[n_waves_++] = wave;
      }
    }
  }

  /// How often the trace turns in the complex, each turn larger than noise: once per wave, and twice more per notch.
  [[nodiscard]] std::size_t count_turns() const noexcept {
    const double least = std::max({0.03, 0.04 * m_.qrs_peak_to_peak_mv, 4.0 * error_});
    double low = at(onset_);
    double high = low;
    int direction = 0;
    std::size_t turns = 0;
    for (std::int64_t i = onset_ + 1; i <= offset_; ++i) {
      const double v = at(i);
      if (direction >= 0) high = std::max(high, v);
      if (direction <= 0) low = std::min(low, v);
      if (direction >= 0 && v < high - least) {
        turns += direction > 0 ? 1 : 0;
        direction = -1;
        low = v;
      } else if (direction <= 0 && v > low + least) {
        turns += direction < 0 ? 1 : 0;
        direction = 1;
        high = v;
      }
    }
    return turns;
  }

  void measure_qrs() {
    double high = -std::numeric_limits<double>::infinity();
    double low = std::numeric_limits<double>::infinity();
    double area = 0.0;
    double absolute = 0.0;
    for (std::int64_t i = onset_; i <= offset_; ++i) {
      const double v = at(i);
      high = std::max(high, v);
      low = std::min(low, v);
      area += v;
      absolute += std::abs(v);
    }
    m_.qrs_max_mv = high;
    m_.qrs_min_mv = low;
    m_.qrs_peak_to_peak_mv = high - low;
    m_.qrs_area_mv_ms = area * ms_per_sample_;
    m_.qrs_absolute_area_mv_ms = absolute * ms_per_sample_;
    if (own_.has_qrs()) m_.qrs_duration_ms = (own_.qrs_offset - own_.qrs_onset) * ms_per_sample_;
    m_.qrs_20_mv = around(consensus_.qrs_onset + 20.0 / ms_per_sample_);
    m_.qrs_40_mv = around(consensus_.qrs_onset + 40.0 / ms_per_sample_);
    if (m_.qrs_peak_to_peak_mv > 0.0) m_.r_share = std::clamp(high / m_.qrs_peak_to_peak_mv, 0.0, 1.0);

    find_waves();
    m_.q_amplitude_mv = m_.q_duration_ms = m_.r_amplitude_mv = m_.r_duration_ms = m_.s_amplitude_mv = m_.s_duration_ms = 0.0;
    m_.r2_amplitude_mv = m_.r2_duration_ms = m_.s2_amplitude_mv = m_.s2_duration_ms = 0.0;
    std::size_t n_positive = 0;
    double highest = 0.0;
    for (std::size_t k = 0; k < n_waves_; ++k) {
      const QrsWave& wave = waves_[k];
      const double duration = (wave.last - wave.first) * ms_per_sample_;
      if (wave.extremum > 0.0) {
        ++n_positive;
        highest = std::max(highest, wave.extremum);
        m_.intrinsicoid_ms = (static_cast<double>(wave.peak) - consensus_.qrs_onset) * ms_per_sample_;
        if (n_positive == 1) keep(wave.extremum, duration, m_.r_amplitude_mv, m_.r_duration_ms);
        if (n_positive == 2) keep(wave.extremum, duration, m_.r2_amplitude_mv, m_.r2_duration_ms);
      } else {
        if (n_positive == 0) keep(wave.extremum, duration, m_.q_amplitude_mv, m_.q_duration_ms);
        if (n_positive == 1) keep(wave.extremum, duration, m_.s_amplitude_mv, m_.s_duration_ms);
        if (n_positive == 2) keep(wave.extremum, duration, m_.s2_amplitude_mv, m_.s2_duration_ms);
      }
    }
    const double q_depth = std::abs(m_.q_amplitude_mv);
    m_.q_share = q_depth + highest > 0.0 ? q_depth / (q_depth + highest) : 0.0;
    const std::size_t turns = count_turns();
    m_.qrs_notches = turns > n_waves_ ? static_cast<double>(turns - n_waves_) : 0.0;
  }

  static void keep(double amplitude, double duration, double& to_amplitude, double& to_duration) noexcept {
    to_amplitude = amplitude;
    to_duration = duration;
  }

  void measure_st() {
    const auto after = [&](double ms) { return around(consensus_.qrs_offset + ms / ms_per_sample_); };
    m_.j_mv = after(0.0);
    m_.j40_mv = after(40.0);
    m_.j60_mv = after(60.0);
    m_.j80_mv = after(80.0);
    const std::int64_t n = samples(80.0);
    double sum = 0.0;
    double moment = 0.0;
    double squares = 0.0;
    for (std::int64_t k = 0; k <= n; ++k) {
      const double t = static_cast<double>(k) - 0.5 * static_cast<double>(n);
      sum += at(offset_ + k);
      moment += t * at(offset_ + k);
      squares += t * t;
    }
    if (std::isfinite(sum)) m_.st_slope_mv_per_s = moment / squares * (1000.0 / ms_per_sample_);
  }

  void measure_t() {
    const double begin = own_.has_t() && std::isfinite(own_.t_onset) ? own_.t_onset : consensus_.t_onset;
    const double end = own_.has_t() && std::isfinite(own_.t_offset) ? own_.t_offset : consensus_.t_offset;
    if (own_.has_t()) {
      if (std::isfinite(own_.t_offset)) {
        m_.t_peak_to_end_ms = (own_.t_offset - own_.t_peak) * ms_per_sample_;
        m_.qt_ms = (own_.t_offset - consensus_.qrs_onset) * ms_per_sample_;
      }
    }
    if (!std::isfinite(begin) || !std::isfinite(end)) return;
    const std::int64_t first = std::max<std::int64_t>(offset_, std::llround(begin));
    const auto last = std::min<std::int64_t>(std::llround(end), static_cast<std::int64_t>(beat_.size()) - 1);
    if (last <= first) return;
    double high = 0.0;
    double low = 0.0;
    double area = 0.0;
    double absolute = 0.0;
    std::int64_t peak = first;
    for (std::int64_t i = first; i <= last; ++i) {
      const double v = at(i);
      if (!std::isfinite(v)) return;
      if (std::abs(v) > std::max(high, -low)) peak = i;
      high = std::max(high, v);
      low = std::min(low, v);
      area += v;
      absolute += std::abs(v);
    }
    m_.t_positive_mv = high;
    m_.t_negative_mv = low;
    m_.t_amplitude_mv = high >= -low ? high : low;
    m_.t_area_mv_ms = area * ms_per_sample_;
    if (m_.qrs_peak_to_peak_mv > 0.0) m_.t_share = std::clamp(m_.t_amplitude_mv / m_.qrs_peak_to_peak_mv, -2.0, 2.0);
    if (absolute > 0.0) {
      double before = 0.0;
      for (std::int64_t i = first; i < peak; ++i) before += std::abs(at(i));
      m_.t_symmetry = before / absolute;
    }
  }

  void measure_p() {
    m_.p_amplitude_mv = m_.p_positive_mv = m_.p_negative_mv = 0.0;
    m_.p_duration_ms = m_.p_area_mv_ms = m_.p_terminal_force_mv_ms = 0.0;
    if (!consensus_.has_p()) return;
    const bool own = own_.has_p() && std::isfinite(own_.p_onset) && std::isfinite(own_.p_offset);
    const double begin = own ? own_.p_onset : consensus_.p_onset;
    const double end = own ? own_.p_offset : consensus_.p_offset;
    const std::int64_t first = std::llround(begin);
    const std::int64_t last = std::llround(end);
    if (!std::isfinite(begin) || !std::isfinite(end) || last <= first || !std::isfinite(around(begin) + around(end))) {
      m_.p_amplitude_mv = m_.p_positive_mv = m_.p_negative_mv = LeadMeasurements::none;
      m_.p_duration_ms = m_.p_area_mv_ms = m_.p_terminal_force_mv_ms = LeadMeasurements::none;
      return;
    }
    m_.p_duration_ms = (end - begin) * ms_per_sample_;
    const double from = around(begin);
    const double slope = (around(end) - from) / static_cast<double>(last - first);
    double depth = 0.0;         // of the last negative part
    std::int64_t negative = 0;  // its samples
    bool last_was_negative = false;
    for (std::int64_t i = first; i <= last; ++i) {
      const double v = at(i) - from - slope * static_cast<double>(i - first);
      m_.p_positive_mv = std::max(m_.p_positive_mv, v);
      m_.p_negative_mv = std::min(m_.p_negative_mv, v);
      m_.p_area_mv_ms += v * ms_per_sample_;
      const bool is_negative = v < -0.01;
      if (is_negative && !last_was_negative) {
        depth = 0.0;
        negative = 0;
      }
      if (is_negative) {
        depth = std::min(depth, v);
        ++negative;
      }
      last_was_negative = is_negative;
    }
    m_.p_terminal_force_mv_ms = depth * static_cast<double>(negative) * ms_per_sample_;
    m_.p_amplitude_mv = m_.p_positive_mv >= -m_.p_negative_mv ? m_.p_positive_mv : m_.p_negative_mv;
  }

  std::span<const double> beat_;
  double ms_per_sample_;
  const detection::WaveFiducials& own_;
  const detection::WaveFiducials& consensus_;
  double error_;
  double level_ = 0.0;
  std::int64_t onset_ = 0;
  std::int64_t offset_ = 0;
  std::array<QrsWave, max_waves> waves_{};
  std::size_t n_waves_ = 0;
  LeadMeasurements m_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
