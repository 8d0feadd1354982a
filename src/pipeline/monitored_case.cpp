#include <heartsight/pipeline/monitored_case.hpp>

#include "pipeline/bridge_gaps.hpp"
#include "pipeline/lead_unit.hpp"

#include <heartsight/core/check.hpp>
#include <heartsight/signal/resample.hpp>

#include <algorithm>
#include <array>
#include <cmath>
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

/// One lead at another rate; what was missing before is missing after.
std::vector<double> resampled(std::vector<double> x, signal::ResampleRatio ratio) {
  std::vector<bool> missing(x.size());
  std::transform(x.begin(), x.end(), missing.begin(), [](double v) { return !std::isfinite(v); });
  const bool any = std::find(missing.begin(), missing.end(), true) != missing.end();
  const bool all = std::find(missing.begin(), missing.end(), false) == missing.end();
  if (any && !all) bridge_gaps(x);
  if (all) std::fill(x.begin(), x.end(), 0.0);
  auto y = signal::resample_poly(std::span<const double>(x), ratio.up, ratio.down,
                                 {.kaiser_beta = 5.0, .padding = signal::ResamplePadding::line});
  if (!any) return y;
  const double step = static_cast<double>(ratio.down) / static_cast<double>(ratio.up);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto nearest = static_cast<std::size_t>(std::llround(static_cast<double>(i) * step));
    if (missing[std::min(nearest, missing.size() - 1)]) y[i] = signal::SignalProfile::nan;
  }
  return y;
}

/// The profile of a recording in mV, at the model's rate where its own is higher.
template <std::floating_point T>
signal::SignalProfile profile_of(const BasicRecording<T>& recording, double model_rate_hz) {
  const double rate_hz = recording.sampling_rate().hz();
  const auto factor_of = [&](std::size_t lead) {
    return lead < recording.units.size() ? factor_to_mv(recording.units[lead]).value_or(1.0) : 1.0;
  };
  const bool lower = model_rate_hz > 0.0 && rate_hz > model_rate_hz;
  bool as_it_is = !lower || recording.n_samples() == 0;
  for (std::size_t lead = 0; lead < recording.n_leads(); ++lead) as_it_is = as_it_is && factor_of(lead) == 1.0;
  if (as_it_is) return signal::signal_profile(recording.signal(), rate_hz);  // a day of twelve leads is not copied
  const auto ratio = lower ? signal::resample_ratio(rate_hz, model_rate_hz) : signal::ResampleRatio{1, 1};
  std::vector<double> samples;
  for (std::size_t lead = 0; lead < recording.n_leads(); ++lead) {
    const auto values = recording.lead(lead);
    std::vector<double> x(values.begin(), values.end());
    for (double& v : x) v *= factor_of(lead);
    if (lower) x = resampled(std::move(x), ratio);
    samples.insert(samples.end(), x.begin(), x.end());
  }
  const MatrixView<const double> view(samples, recording.n_leads(), samples.size() / recording.n_leads());
  return signal::signal_profile(view, lower ? model_rate_hz : rate_hz);
}

template <std::floating_point T>
std::vector<std::string> groups_of(const BasicRecording<T>& recording) {
  return {std::string("sex=").append(to_string(recording.sex)), age_group(recording.age_years)};
}

template <std::floating_point T>
MonitoredCase case_of(const BasicRecording<T>& recording, const Report& report, std::span<const std::int64_t> label) {
  constexpr auto where = "monitored_case";
  MonitoredCase one;
  one.profile = profile_of(recording, report.input.model_sampling_rate_hz);
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
