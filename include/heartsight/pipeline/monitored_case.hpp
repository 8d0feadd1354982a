#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/core/recording.hpp>
#include <heartsight/pipeline/report.hpp>
#include <heartsight/signal/heart_sound_profile.hpp>
#include <heartsight/signal/signal_profile.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// What a monitor keeps of one analysed recording until it is counted: numbers and groups, no signal, no identifier.
struct MonitoredCase {
  signal::SignalProfile profile;                          ///< of an ECG; all NaN for heart sounds
  std::optional<signal::HeartSoundProfile> heart_sounds;  ///< of heart sounds
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

/// The case of a recording of heart sounds and what a model of the caller's made of it. Groups as above.
/// @param recording one channel, sampled at 1000 Hz or more. @param probability (n_classes,) in [0, 1] in the order of the
/// reference's classes; empty: not analysed. @param label (n_classes,) or empty.
/// @throws ShapeError more than one channel, another number of labels than probabilities. @throws DomainError sampling rate,
/// a probability or a label out of range.
[[nodiscard]] HEARTSIGHT_EXPORT MonitoredCase monitored_heart_sounds(const Recording& recording,
                                                                     std::span<const double> probability,
                                                                     std::span<const std::int64_t> label = {});
[[nodiscard]] HEARTSIGHT_EXPORT MonitoredCase monitored_heart_sounds(const RecordingFloat32& recording,
                                                                     std::span<const double> probability,
                                                                     std::span<const std::int64_t> label = {});

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
