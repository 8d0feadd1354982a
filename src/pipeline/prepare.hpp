#pragma once

#include <heartsight/core/recording.hpp>
#include <heartsight/pipeline/bundle.hpp>
#include <heartsight/pipeline/report.hpp>

#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// A recording brought to what a model expects, or the reasons why it cannot be.
struct PreparedInput {
  std::vector<double> signal;  ///< (n_leads, n_samples) at the model's rate; empty when unacceptable
  std::size_t n_samples = 0;
  Quality quality;
  InputSummary summary;
  std::vector<std::string> warnings;
};

/// Finds the model's leads, derives missing limb leads, judges each lead at the recording's own rate, bridges gaps,
/// resamples, and cuts the window. Never throws because a signal is bad.
template <std::floating_point T>
[[nodiscard]] PreparedInput prepare(const BasicRecording<T>& recording, const InputSpec& spec);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
