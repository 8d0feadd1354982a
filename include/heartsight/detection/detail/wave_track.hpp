#pragma once

#include <heartsight/detection/detail/track.hpp>
#include <heartsight/detection/detail/working_rate.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// One lead at the working rate (125 Hz, band-limited to 45 Hz), its offset taken away; NaN where samples are missing.
/// A recording looks the same here whether it was sampled at 100 or at 1000 Hz, and however it was cut into pieces.
class WaveTrack {
 public:
  template <class T>
  void push(std::span<const T> lead) {
    float* samples = input_.grow(static_cast<std::int64_t>(lead.size()));
    for (std::size_t i = 0; i < lead.size(); ++i) {
      const auto value = static_cast<double>(lead[i]);
      const bool present = std::abs(value) <= largest_amplitude;
      // The first present sample is offset enough: windows lose their own baseline later, this only saves the digits.
      if (present && !offset_) offset_ = value;
      samples[i] = present ? static_cast<float>(value - *offset_) : missing_value;
    }
  }
  /// Goes as far as the samples decide it; to their end once they have ended.
  void extend(const WorkingRateResampler& resampler, bool ended) { resampler.extend(input_, ended, samples_); }

  [[nodiscard]] const Track<float>& samples() const noexcept { return samples_; }

  /// What lies before this position (at the working rate) is not asked for any more.
  void forget_before(const WorkingRateResampler& resampler, std::int64_t position) {
    samples_.forget_before(position);
    input_.forget_before(resampler.first_input(samples_.end()) - 1);
  }

 private:
  Track<float> input_;
  Track<float> samples_;
  std::optional<double> offset_;
};

/// A whole lead.
template <class T>
Track<float> wave_track(std::span<const T> lead, const WorkingRateResampler& resampler) {
  WaveTrack track;
  track.push(lead);
  track.extend(resampler, true);
  return track.samples();
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
