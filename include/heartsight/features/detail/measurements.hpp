#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/detection/delineate.hpp>
#include <heartsight/detection/detect_qrs.hpp>
#include <heartsight/features/beat_groups.hpp>
#include <heartsight/features/detail/global_measurer.hpp>
#include <heartsight/features/detail/p_coherence.hpp>
#include <heartsight/features/detail/rr_summary.hpp>
#include <heartsight/features/measure_lead.hpp>
#include <heartsight/features/median_beat.hpp>
#include <heartsight/features/recording_measurements.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// Finds the waves of the median beat in the leads and the part of the window that are there; the others have none.
inline void delineate(Measurements& m, double rr_cv) {
  const MedianBeat& beat = m.median_beat;
  m.lead_fiducials.assign(m.leads.size(), {});
  if (beat.empty()) return;
  const auto around_r = [&](double seconds) { return static_cast<std::size_t>(seconds * beat.sampling_rate); };
  const std::size_t least_before = std::min(beat.r_index, around_r(0.1));
  const std::size_t least_after = std::min(beat.n_window - beat.r_index, around_r(0.15));
  std::vector<std::size_t> rows;
  std::size_t first = 0;
  std::size_t last = beat.n_window;
  for (std::size_t lead = 0; lead < beat.n_leads; ++lead) {
    const auto x = beat.lead(lead);
    std::size_t from = beat.r_index;
    std::size_t to = beat.r_index;
    while (from > 0 && std::isfinite(x[from - 1])) --from;
    while (to < x.size() && std::isfinite(x[to])) ++to;
    if (beat.r_index - from < least_before || to - beat.r_index < least_after) continue;
    rows.push_back(lead);
    first = std::max(first, from);
    last = std::min(last, to);
  }
  if (rows.empty()) return;
  const std::size_t width = last - first;
  std::vector<double> present;
  present.reserve(rows.size() * width);
  for (const std::size_t row : rows) {
    const auto x = beat.lead(row).subspan(first, width);
    present.insert(present.end(), x.begin(), x.end());
  }
  const bool paced = !m.groups.groups.empty() && m.groups.groups.front().paced;
  const auto found = detection::delineate_median(MatrixView<const double>(present.data(), rows.size(), width),
                                                 beat.sampling_rate, beat.r_index - first, beat.rr_before_s, beat.rr_after_s,
                                                 std::isfinite(rr_cv) ? rr_cv : 0.0, paced);
  const auto moved = [&](detection::WaveFiducials f) {
    for (double* place : {&f.p_onset, &f.p_peak, &f.p_offset, &f.qrs_onset, &f.qrs_peak, &f.qrs_offset, &f.t_onset,
                          &f.t_peak, &f.t_offset}) {
      *place += static_cast<double>(first);
    }
    return f;
  };
  for (std::size_t i = 0; i < rows.size(); ++i) m.lead_fiducials[rows[i]] = moved(found.leads[i].at);
  m.fiducials = moved(found.consensus);
}

/// Standard errors of what is an amplitude: that of a sample, with that of the level (mean of 8 ms to 16 ms of noise that
/// is alike over some samples: a quarter of the variance).
inline LeadMeasurements lead_uncertainty(const LeadMeasurements& lead, double standard_error_mv) {
  LeadMeasurements error;
  for (const auto& field : lead_measurement_fields) {
    if (field.unit == "mV" && std::isfinite(lead.*field.value)) error.*field.value = standard_error_mv * std::sqrt(1.25);
  }
  error.noise_mv = LeadMeasurements::none;
  return error;
}

template <std::floating_point T>
Measurements measure_beats(MatrixView<const T> signal, double sampling_rate, std::span<const std::string> leads,
                           detection::QrsDetection beats, const MeasurementOptions& options) {
  constexpr auto where = "measurements";
  check::in_closed_range(where, "sampling_rate", sampling_rate, 50.0, 20000.0);
  check::not_empty(where, "leads", leads.size());
  check::same_size(where, "signal", signal.n_rows(), "leads", leads.size());
  Measurements m;
  for (const std::string& lead : leads) m.leads.push_back(canonical_lead_name(lead));
  m.sex = options.sex;
  m.beats = std::move(beats);
  m.groups = group_beats<T>(signal, sampling_rate, m.beats.r_peaks, {});
  m.median_beat = median_beat<T>(signal, sampling_rate, m.beats.r_peaks, m.groups, 0, {});
  const RrSummary rr = summarise_rr(usable_rr_ms(m.beats, sampling_rate));
  delineate(m, rr.sd / rr.mean);
  for (std::size_t lead = 0; lead < leads.size(); ++lead) {
    const bool any = !m.median_beat.empty();
    const double error = any ? m.median_beat.standard_error_mv[lead] : LeadMeasurements::none;
    LeadMeasurements measured;
    if (any) {
      measured =
          measure_lead(m.median_beat.lead(lead), m.median_beat.sampling_rate, m.lead_fiducials[lead], m.fiducials, error);
      measured.noise_mv = m.median_beat.noise_mv[lead];
    }
    m.by_lead.push_back(measured);
    m.by_lead_uncertainty.push_back(lead_uncertainty(measured, error));
  }
  std::vector<double> dominant;
  for (std::size_t b = 0; b < m.beats.r_peaks.size(); ++b) {
    if (m.groups.group[b] == 0) dominant.push_back(static_cast<double>(m.beats.r_peaks[b]) + m.groups.shift_samples[b]);
  }
  m.global.p_coherence =
      p_coherence<T>(signal, sampling_rate, dominant, m.groups.groups.empty() ? 0.0 : m.groups.groups.front().onset_s);
  GlobalMeasurer(m, rr).measure();
  return m;
}

template <std::floating_point T>
Measurements measurements(MatrixView<const T> signal, double sampling_rate, std::span<const std::string> leads,
                          const MeasurementOptions& options) {
  check::in_closed_range("measurements", "sampling_rate", sampling_rate, 50.0, 20000.0);
  return measure_beats<T>(signal, sampling_rate, leads, detection::detect_qrs(signal, sampling_rate), options);
}

template <std::floating_point T>
Measurements measurements(const BasicRecording<T>& recording) {
  for (std::size_t i = 0; i < recording.units.size(); ++i) {
    if (recording.units[i] != "mV") {
      check::detail::fail<DomainError>("measurements", check::detail::indexed("recording.units", i), recording.units[i],
                                       "must be mV");
    }
  }
  return measurements<T>(recording.signal(), recording.sampling_rate().hz(), recording.leads(), {.sex = recording.sex});
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
