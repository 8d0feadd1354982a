#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/detection/detail/track.hpp>
#include <heartsight/detection/detail/working_rate.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// One lead at the working rate (125 Hz, band-limited to 45 Hz), its offset taken away; NaN where samples are missing.
/// A recording looks the same here whether it was sampled at 100 or at 1000 Hz.
template <class T>
std::vector<float> wave_track(std::span<const T> lead, const WorkingRateResampler& resampler) {
  Track<float> input;
  float* samples = input.grow(static_cast<std::int64_t>(lead.size()));
  // The first present sample is offset enough: windows lose their own baseline later, this only saves the digits.
  double offset = 0.0;
  for (const T value : lead) {
    if (std::abs(static_cast<double>(value)) <= largest_amplitude) {
      offset = static_cast<double>(value);
      break;
    }
  }
  for (std::size_t i = 0; i < lead.size(); ++i) {
    const auto value = static_cast<double>(lead[i]);
    samples[i] = std::abs(value) <= largest_amplitude ? static_cast<float>(value - offset) : missing_value;
  }
  Track<float> output;
  resampler.extend(input, true, output);
  return output.end() == 0 ? std::vector<float>{} : std::vector<float>(output.at(0), output.at(0) + output.end());
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
