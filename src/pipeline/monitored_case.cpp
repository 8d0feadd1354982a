#include <heartsight/pipeline/monitored_case.hpp>

#include <heartsight/core/check.hpp>

#include <array>
#include <optional>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

namespace {

std::string age_group(std::optional<double> years) {
  struct Band {
    double below;
    std::string_view name;
  };
  constexpr std::array<Band, 4> bands = {{{18.0, "<18"}, {40.0, "18-39"}, {65.0, "40-64"}, {80.0, "65-79"}}};
  if (!years || !(*years >= 0.0)) return "age=unknown";
  for (const Band& band : bands) {
    if (*years < band.below) return std::string("age=").append(band.name);
  }
  return "age=>=80";
}

template <std::floating_point T>
std::vector<std::string> groups_of(const BasicRecording<T>& recording) {
  return {std::string("sex=").append(to_string(recording.sex)), age_group(recording.age_years)};
}

template <std::floating_point T>
MonitoredCase case_of(const BasicRecording<T>& recording, const Report& report, std::span<const std::int64_t> label) {
  constexpr auto where = "monitored_case";
  MonitoredCase one;
  one.profile = signal::signal_profile(recording.signal(), recording.sampling_rate().hz());
  for (const ReportedMeasurement& m : report.measurements) {
    if (m.name == "heart_rate") one.heart_rate_bpm = m.value;
  }
  one.analyzed = report.status != ReportStatus::not_analyzed;
  for (const ClassProbability& c : report.probabilities) one.probability.push_back(c.probability);
  if (one.analyzed && !label.empty()) {
    check::same_size(where, "probabilities", one.probability.size(), "label", label.size());
    check::in_closed_range<std::int64_t>(where, "label", label, -1, 1);
    one.label.assign(label.begin(), label.end());
  }
  one.groups = groups_of(recording);
  return one;
}

template <std::floating_point T>
MonitoredCase sounds_of(const BasicRecording<T>& recording, std::span<const double> probability,
                        std::span<const std::int64_t> label) {
  constexpr auto where = "monitored_heart_sounds";
  check::has_size(where, "recording (channels)", recording.n_leads(), 1);
  check::in_closed_range<double>(where, "probability", probability, 0.0, 1.0);
  if (!label.empty()) check::same_size(where, "probability", probability.size(), "label", label.size());
  check::in_closed_range<std::int64_t>(where, "label", label, -1, 1);
  MonitoredCase one;
  one.heart_sounds = signal::heart_sound_profile(recording.signal().row(0), recording.sampling_rate().hz());
  one.analyzed = !probability.empty();
  one.probability.assign(probability.begin(), probability.end());
  one.label.assign(label.begin(), label.end());
  one.groups = groups_of(recording);
  return one;
}

}  // namespace

MonitoredCase monitored_case(const Recording& recording, const Report& report, std::span<const std::int64_t> label) {
  return case_of(recording, report, label);
}

MonitoredCase monitored_case(const RecordingFloat32& recording, const Report& report, std::span<const std::int64_t> label) {
  return case_of(recording, report, label);
}

MonitoredCase monitored_heart_sounds(const Recording& recording, std::span<const double> probability,
                                     std::span<const std::int64_t> label) {
  return sounds_of(recording, probability, label);
}

MonitoredCase monitored_heart_sounds(const RecordingFloat32& recording, std::span<const double> probability,
                                     std::span<const std::int64_t> label) {
  return sounds_of(recording, probability, label);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
