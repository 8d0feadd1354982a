#pragma once

#include <heartsight/core/order_statistics.hpp>
#include <heartsight/detection/detail/track.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// The detector works at one rate, whatever the recording's: a beat then looks the same at 50 and at 2000 Hz.
inline constexpr double working_rate_hz = 125.0;
inline constexpr float missing_value = std::numeric_limits<float>::quiet_NaN();
/// Amplitudes beyond this are no voltage in any unit in use; they count as missing and keep squares finite.
inline constexpr double largest_amplitude = 1e15;

/// The median of the values that count as present; 0 when none does.
inline double median_of_present(std::vector<double> values) {
  std::erase_if(values, [](double v) { return !(std::abs(v) <= largest_amplitude); });
  return values.empty() ? 0.0 : median(values);
}

/// Resamples a growing signal to working_rate_hz with a Hann-windowed sinc (cut-off 45 Hz, or 0.45 of a lower rate).
///
/// Output j lies at j * sampling_rate / 125 input samples. Samples that are missing (not finite, or beyond the ends)
/// leave their weight to the others; an output that has lost more than 60 % of its weight is missing (NaN).
class WorkingRateResampler {
 public:
  explicit WorkingRateResampler(double sampling_rate) : step_(sampling_rate / working_rate_hz) {
    const double cutoff_hz = std::min(45.0, 0.45 * sampling_rate);
    // 40 ms (more below 100 Hz), and a whole number of vectors.
    half_ = 4 * static_cast<std::int64_t>(std::ceil(0.01 * 45.0 / cutoff_hz * sampling_rate));
    const std::int64_t n_taps = 2 * half_;
    table_.resize(static_cast<std::size_t>((n_phases + 1) * n_taps));
    const std::vector<bool> used = used_phases();
    std::vector<double> taps(static_cast<std::size_t>(n_taps));
    for (std::int64_t phase = 0; phase <= n_phases; ++phase) {
      if (!used[static_cast<std::size_t>(phase)]) continue;
      float* row = table_.data() + phase * n_taps;
      double sum = 0.0;
      for (std::int64_t k = 0; k < n_taps; ++k) {
        const double distance =
            static_cast<double>(k - half_ + 1) - static_cast<double>(phase) / static_cast<double>(n_phases);
        const double u = distance / static_cast<double>(half_);
        const double window = std::abs(u) < 1.0 ? 0.5 + 0.5 * std::cos(std::numbers::pi * u) : 0.0;
        const double a = std::numbers::pi * 2.0 * cutoff_hz / sampling_rate * distance;
        taps[static_cast<std::size_t>(k)] = window * (a == 0.0 ? 1.0 : std::sin(a) / a);
        sum += taps[static_cast<std::size_t>(k)];
      }
      for (std::int64_t k = 0; k < n_taps; ++k) row[k] = static_cast<float>(taps[static_cast<std::size_t>(k)] / sum);
    }
  }

  /// Input samples that an output needs on either side.
  [[nodiscard]] std::int64_t half() const noexcept { return half_; }
  /// Where output j lies, in input samples.
  [[nodiscard]] double position(std::int64_t j) const noexcept { return static_cast<double>(j) * step_; }
  /// The first input sample that output j reads.
  [[nodiscard]] std::int64_t first_input(std::int64_t j) const noexcept {
    return static_cast<std::int64_t>(position(j)) - half_ + 1;
  }

  /// Appends every output that the input up to its end decides; the last ones too once the input has ended.
  void extend(const Track<float>& input, bool ended, Track<float>& output) const {
    const std::int64_t n_taps = 2 * half_;
    for (std::int64_t j = output.end();; ++j) {
      const std::int64_t first = first_input(j);
      const bool whole = first >= 0 && first + n_taps <= input.end();
      if (!whole && !ended && first + n_taps > input.end()) return;
      if (static_cast<std::int64_t>(position(j)) >= input.end()) return;
      const float* taps = table_.data() + phase_of(j) * n_taps;
      float value = missing_value;
      if (whole) value = weighted_sum(taps, input.at(first), n_taps);
      if (!std::isfinite(value)) value = sum_of_present(taps, input, first, n_taps);
      output.push_back(value);
    }
  }

 private:
  static constexpr std::int64_t n_phases = 64;

  /// The row of the table for output j: where it lies between two input samples.
  [[nodiscard]] std::int64_t phase_of(std::int64_t j) const noexcept {
    const double fraction = position(j) - static_cast<double>(static_cast<std::int64_t>(position(j)));
    return static_cast<std::int64_t>(fraction * static_cast<double>(n_phases) + 0.5);
  }

  /// Sines are most of the cost of a short recording. At a whole rate the phases come back after 125 outputs; a fraction
  /// that rounding moves across zero or across the middle between two phases falls to a neighbour.
  [[nodiscard]] std::vector<bool> used_phases() const {
    std::vector<bool> used(static_cast<std::size_t>(n_phases) + 1, true);
    const double period = working_rate_hz * step_;  // the sampling rate
    if (period != std::floor(period)) return used;
    used.assign(used.size(), false);
    for (std::int64_t j = 0; j < static_cast<std::int64_t>(working_rate_hz); ++j) {
      const auto phase = phase_of(j);
      for (const std::int64_t near : {phase - 1, phase, phase + 1}) {
        used[static_cast<std::size_t>((near + n_phases) % n_phases)] = true;
      }
    }
    used.back() = true;
    return used;
  }

  static float weighted_sum(const float* taps, const float* x, std::int64_t n_taps) noexcept {
    float sums[8] = {};
    for (std::int64_t k = 0; k < n_taps; k += 8) {
      for (int lane = 0; lane < 8; ++lane) sums[lane] += taps[k + lane] * x[k + lane];
    }
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
  }

  static float sum_of_present(const float* taps, const Track<float>& input, std::int64_t first,
                              std::int64_t n_taps) noexcept {
    float sum = 0.0F;
    float weight = 0.0F;
    for (std::int64_t k = 0; k < n_taps; ++k) {
      const std::int64_t i = first + k;
      if (i < 0 || i >= input.end() || !std::isfinite(input[i])) continue;
      sum += taps[k] * input[i];
      weight += taps[k];
    }
    return weight > 0.4F ? sum / weight : missing_value;
  }

  double step_;
  std::int64_t half_ = 0;
  std::vector<float> table_;  // (n_phases + 1, 2 * half)
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
