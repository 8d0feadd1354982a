#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/features/statement.hpp>
#include <heartsight/pipeline/action.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// What became of a recording.
enum class ReportStatus : std::uint8_t {
  findings,       ///< at least one class is above its threshold
  indeterminate,  ///< no class is: the model does not say, which is not the same as normal
  not_analyzed,   ///< the recording cannot be analysed; quality says why
};

[[nodiscard]] constexpr std::string_view to_string(ReportStatus status) noexcept {
  constexpr std::string_view names[] = {"findings", "indeterminate", "not_analyzed"};
  return names[static_cast<std::size_t>(status)];
}

/// One class: its calibrated probability, how sure the calibration is of it, and the threshold of the bundle.
struct ClassProbability {
  std::string name;
  double probability = 0.0;
  double low = 0.0;        ///< lower limit of the calibrator's band at this score
  double high = 0.0;       ///< upper limit
  double threshold = 0.0;  ///< a finding when probability >= threshold

  friend bool operator==(const ClassProbability&, const ClassProbability&) = default;
};

/// A class at or above its threshold.
using Finding = ClassProbability;

struct LeadQuality {
  std::string lead;
  std::string verdict;               ///< "usable", "beats_only" (used, with a warning) or "unusable"
  std::vector<std::string> reasons;  ///< missing, unit, flat, clipped, noisy, mains, wander, loose, gaps, derived

  friend bool operator==(const LeadQuality&, const LeadQuality&) = default;
};

struct Quality {
  std::string verdict;               ///< "acceptable" or "unacceptable"
  std::vector<LeadQuality> leads;    ///< the model's leads in its order
  std::vector<std::string> reasons;  ///< why unacceptable, in words

  friend bool operator==(const Quality&, const Quality&) = default;
};

/// What the recording was and what was done to it before the model saw it.
struct InputSummary {
  double sampling_rate_hz = 0.0;
  std::size_t n_samples = 0;
  double duration_s = 0.0;
  std::vector<std::string> leads;
  double model_sampling_rate_hz = 0.0;  ///< at which the model looks at it
  std::string resampling;               ///< the method, empty when the rate was the model's
  double window_start_s = 0.0;          ///< the stretch that was analysed
  double window_stop_s = 0.0;

  friend bool operator==(const InputSummary&, const InputSummary&) = default;
};

/// One number that was measured, of all leads together.
struct ReportedMeasurement {
  std::string name;  ///< as in features::measurement_schema
  double value = 0.0;
  std::string unit;
  std::optional<double> uncertainty;  ///< standard error, where there is one

  friend bool operator==(const ReportedMeasurement&, const ReportedMeasurement&) = default;
};

/// The answer for one recording.
struct Report {
  std::string id;
  ReportStatus status = ReportStatus::not_analyzed;
  std::string protocol;  ///< empty for the default
  std::string model_name;
  std::string model_version;
  std::string model_digest;  ///< SHA-256 of the bundle's manifest
  InputSummary input;
  Quality quality;
  /// Seconds of the recording at which beats were found. This and the two below: of the window, at the model's sampling
  /// rate, where the model itself goes by measurements; empty otherwise. features::measurements has everything, at the
  /// recording's own rate.
  std::vector<double> r_peaks_s;
  std::vector<ReportedMeasurement> measurements;  ///< rate, intervals, axes; those that could be measured
  std::vector<features::Statement> statements;  ///< published criteria that the measurements meet; no findings of the model
  std::vector<ClassProbability> probabilities;  ///< in the bundle's class order; empty when not analysed
  std::vector<Finding> findings;                ///< by falling probability
  std::vector<Action> actions;
  std::vector<std::string> warnings;

  /// Probability of a class. @throws DomainError there is no such class, or the recording was not analysed.
  [[nodiscard]] HEARTSIGHT_EXPORT double probability(std::string_view name) const;

  /// The report as JSON, UTF-8, keys in a fixed order, numbers with the shortest digits that give the same double back.
  /// @param indent  blanks per level; -1 for one line.
  [[nodiscard]] HEARTSIGHT_EXPORT std::string to_json(int indent = -1) const;

  /// The whole report in versioned bytes, equal in C++ and Python.
  [[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::byte> to_bytes() const;
  /// @throws FormatError bytes that to_bytes did not write.
  [[nodiscard]] HEARTSIGHT_EXPORT static Report from_bytes(std::span<const std::byte> bytes);

  friend bool operator==(const Report&, const Report&) = default;
};

/// Printed with every report.
inline constexpr std::string_view disclaimer =
    "Research software, not a medical device. A clinician must read the recording; this output supports that reading and "
    "does "
    "not replace it.";

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
