#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/core/recording.hpp>
#include <heartsight/pipeline/report.hpp>
#include <heartsight/signal/signal_profile.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// What a monitor keeps of one analysed recording until it is counted: numbers and groups, no signal, no identifier.
struct MonitoredCase {
  signal::SignalProfile profile;
  double heart_rate_bpm = std::numeric_limits<double>::quiet_NaN();
  bool analyzed = false;            ///< false when the quality check refused the recording
  std::vector<double> probability;  ///< (n_classes,) of the report; empty when not analysed
  std::vector<std::int64_t> label;  ///< (n_classes,) 0, 1 or -1 for unknown; empty when none is known
  std::vector<std::string> groups;  ///< such as "sex=female" and "age=65-79"

  friend bool operator==(const MonitoredCase&, const MonitoredCase&) = default;
};

/// The case of a recording and its report. The profile is that of the recording in mV, at the model's sampling rate where
/// the recording has a higher one: noise and spectrum of two devices can be compared at one rate alone. Groups: sex=female,
/// male or unknown; age=<18, 18-39, 40-64, 65-79, >=80 or unknown.
/// @param label (n_classes,) in the order of the report's probabilities, or empty. @throws ShapeError another number of
/// labels than probabilities of an analysed report. @throws DomainError a label is not 0, 1 or -1.
[[nodiscard]] HEARTSIGHT_EXPORT MonitoredCase monitored_case(const Recording& recording, const Report& report,
                                                             std::span<const std::int64_t> label = {});
[[nodiscard]] HEARTSIGHT_EXPORT MonitoredCase monitored_case(const RecordingFloat32& recording, const Report& report,
                                                             std::span<const std::int64_t> label = {});

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
