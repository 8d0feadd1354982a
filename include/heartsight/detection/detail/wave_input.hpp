#pragma once

#include <heartsight/detection/detail/track.hpp>
#include <heartsight/detection/detail/wave_net.hpp>
#include <heartsight/detection/detail/working_rate.hpp>
#include <heartsight/detection/wave_fiducials.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// The stretch of one lead around one beat that WaveNet looks at: 0.48 s before to 0.67 s after the R peak.
class WaveWindow {
 public:
  static constexpr std::int64_t before = 60;  ///< working-rate samples in front of the R peak
  static constexpr std::size_t n = WaveNet::n_samples;

  /// @param track one lead at the working rate, NaN where missing.
  /// @param r_peak position in it.
  WaveWindow(const Track<float>& track, std::int64_t r_peak) noexcept : first_(r_peak - before) {
    std::ptrdiff_t last_present = -1;
    for (std::size_t i = 0; i < n; ++i) {
      const std::int64_t at = first_ + static_cast<std::int64_t>(i);
      const float value = at < track.begin() || at >= track.end() ? missing_value : track[at];
      present_[i] = std::isfinite(value);
      if (!present_[i]) continue;
      samples_[i] = value;
      bridge(last_present, static_cast<std::ptrdiff_t>(i));
      last_present = static_cast<std::ptrdiff_t>(i);
      ++n_present_;
    }
    if (last_present >= 0) bridge(last_present, static_cast<std::ptrdiff_t>(n));
  }

  /// Enough of the complex itself is there to say anything.
  [[nodiscard]] bool holds_a_beat() const noexcept {
    const auto from = static_cast<std::size_t>(before - 6);
    return n_present_ > 0 && std::count(present_.begin() + from, present_.begin() + from + 13, true) >= 9;
  }
  /// Whether the recording has a sample there (within it, and not missing). Positions count from the window's first.
  [[nodiscard]] bool has(float position) const noexcept {
    const auto nearest = static_cast<std::ptrdiff_t>(std::lround(position));
    return nearest >= 0 && nearest < static_cast<std::ptrdiff_t>(n) && present_[static_cast<std::size_t>(nearest)];
  }
  /// The place of a position in samples of the recording, to_samples of them in one of the working rate; absent where the
  /// recording has none.
  [[nodiscard]] double mark(float position, double to_samples) const noexcept {
    return has(position) ? (static_cast<double>(first_) + static_cast<double>(position)) * to_samples
                         : WaveFiducials::absent;
  }
  /// How many samples are missing between two positions. Where a gap lies beside a wave, the wave may be in the gap.
  [[nodiscard]] std::ptrdiff_t n_missing(float from, float to) const noexcept {
    const auto clamped = [](float position) {
      return std::clamp<std::ptrdiff_t>(std::lround(position), 0, static_cast<std::ptrdiff_t>(n));
    };
    const std::ptrdiff_t first = clamped(from);
    const std::ptrdiff_t last = std::max(first, clamped(to));
    return std::count(present_.begin() + first, present_.begin() + last, false);
  }
  [[nodiscard]] const std::array<float, n>& samples() const noexcept { return samples_; }
  /// Where the window begins, in working-rate samples.
  [[nodiscard]] std::int64_t first() const noexcept { return first_; }

  /// The rows of the network: the window in units of its QRS complex, the same in units of what surrounds the complex
  /// (so that small P and T waves show beside a tall one), and how near the neighbouring beats are.
  /// @param rr_before, rr_after seconds to the neighbouring beats; NaN where there is none.
  [[nodiscard]] std::array<float, WaveNet::n_rows * n> rows(double rr_before, double rr_after) const noexcept {
    std::array<float, n> sorted = samples_;
    // The lower of the two middle values, as the training has it.
    std::nth_element(sorted.begin(), sorted.begin() + (n - 1) / 2, sorted.end());
    const float base = sorted[(n - 1) / 2];
    const auto complex = std::minmax_element(samples_.begin() + before - 12, samples_.begin() + before + 13);
    const float height = std::max(*complex.second - *complex.first, smallest_height);
    float energy = 0.0F;
    std::size_t count = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (i >= static_cast<std::size_t>(before - 15) && i < static_cast<std::size_t>(before + 20)) continue;
      energy += (samples_[i] - base) * (samples_[i] - base);
      ++count;
    }
    const float around = std::max(std::sqrt(energy / static_cast<float>(count)), 0.02F * height);
    const float before_s = std::isnan(rr_before) ? 2.0F : static_cast<float>(rr_before);
    const float after_s = std::isnan(rr_after) ? 2.0F : static_cast<float>(rr_after);
    std::array<float, WaveNet::n_rows * n> out;
    for (std::size_t i = 0; i < n; ++i) {
      const float x = samples_[i] - base;
      out[i] = x / height;
      out[n + i] = std::clamp(x / (3.0F * around), -2.0F, 2.0F);
      const float t = static_cast<float>(static_cast<std::int64_t>(i) - before) / static_cast<float>(working_rate_hz);
      out[2 * n + i] = std::clamp(std::min(t + before_s, after_s - t) / 0.6F, -0.5F, 1.0F);
    }
    return out;
  }

 private:
  // Only keeps a flat window from dividing by zero: a signal's unit must not matter.
  static constexpr float smallest_height = 1e-20F;

  /// Fills the missing samples between two present ones with a line, or those at an end with the only neighbour.
  void bridge(std::ptrdiff_t from, std::ptrdiff_t to) noexcept {
    const bool open_left = from < 0;
    const bool open_right = to == static_cast<std::ptrdiff_t>(n);
    for (std::ptrdiff_t i = from + 1; i < to; ++i) {
      const float share = static_cast<float>(i - from) / static_cast<float>(to - from);
      const auto value = [&](std::ptrdiff_t at) { return samples_[static_cast<std::size_t>(at)]; };
      samples_[static_cast<std::size_t>(i)] = open_left    ? value(to)
                                              : open_right ? value(from)
                                                           : value(from) + share * (value(to) - value(from));
    }
  }

  std::int64_t first_;
  std::array<float, n> samples_{};
  std::array<bool, n> present_{};
  std::size_t n_present_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
