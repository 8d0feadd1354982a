#pragma once

#include <heartsight/core/order_statistics.hpp>
#include <heartsight/detection/wave_fiducials.hpp>
#include <heartsight/features/detail/rr_summary.hpp>
#include <heartsight/features/frontal_axis.hpp>
#include <heartsight/features/kors_vcg.hpp>
#include <heartsight/features/limb_lead_reversal.hpp>
#include <heartsight/features/qt_correction.hpp>
#include <heartsight/features/r_progression.hpp>
#include <heartsight/features/recording_measurements.hpp>
#include <heartsight/features/standard_lead_index.hpp>
#include <heartsight/features/voltage_criteria.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// Whether a Q wave is long and deep enough to be called pathological by the universal definition of infarction.
inline bool pathological_q(const LeadMeasurements& lead, bool v2_or_v3) noexcept {
  const bool qs = lead.r_amplitude_mv == 0.0 && lead.q_amplitude_mv <= -0.1;
  if (qs) return true;
  return lead.q_duration_ms >= (v2_or_v3 ? 20.0 : 30.0) && lead.q_amplitude_mv <= -0.1;
}

/// Fills in what concerns all leads together from what is measured of each.
class GlobalMeasurer {
 public:
  GlobalMeasurer(Measurements& measurements, const RrSummary& rr)
      : m_(measurements),
        g_(measurements.global),
        e_(measurements.global_uncertainty),
        rr_(rr),
        index_(measurements.leads),
        lead_(measurements.by_lead, index_) {}

  void measure() {
    beats_and_rate();
    if (m_.median_beat.empty()) return;
    intervals();
    axes();
    vectors();
    voltages();
    regions();
    noise();
    m_.limb_lead_reversal = limb_lead_reversal(m_.by_lead, index_);
    if (m_.limb_lead_reversal != LimbLeadReversal::unknown) {
      g_.limb_lead_reversal = m_.limb_lead_reversal == LimbLeadReversal::none ? 0.0 : 1.0;
    }
  }

 private:
  using L = LeadMeasurements;
  using F = detection::WaveFiducials;
  static constexpr double none = GlobalMeasurements::none;

  void beats_and_rate() {
    const auto n = static_cast<double>(m_.beats.r_peaks.size());
    g_.n_beats = n;
    g_.n_groups = 0.0;
    if (!m_.groups.groups.empty()) {
      g_.dominant_share = m_.groups.groups[0].share;
      g_.paced = m_.groups.groups[0].paced ? 1.0 : 0.0;
      g_.ectopic_share = 0.0;
      for (const BeatGroup& group : m_.groups.groups) {
        if (group.n_beats > 1 || m_.groups.groups.size() == 1) g_.n_groups += 1.0;
        if (group.kind == BeatKind::ectopic) g_.ectopic_share += group.share;
      }
    }
    g_.heart_rate_bpm = 60'000.0 / rr_.mean;
    g_.rr_mean_ms = rr_.mean;
    g_.rr_median_ms = rr_.median;
    g_.rr_min_ms = rr_.shortest;
    g_.rr_max_ms = rr_.longest;
    g_.rr_sd_ms = rr_.sd;
    g_.rr_rmssd_ms = rr_.rmssd;
    g_.rr_cv = rr_.sd / rr_.mean;
    g_.rr_irregularity = rr_.irregularity;
    e_.rr_mean_ms = rr_.sd / std::sqrt(static_cast<double>(rr_.n));
    e_.heart_rate_bpm = g_.heart_rate_bpm * e_.rr_mean_ms / rr_.mean;
  }

  /// Standard error of a boundary, in ms, from how the leads agree.
  [[nodiscard]] double spread_ms(double F::* place) const {
    std::vector<double> places;
    for (const F& lead : m_.lead_fiducials) {
      if (std::isfinite(lead.*place)) places.push_back(lead.*place);
    }
    if (places.size() < 3) return none;
    const double middle = median(places);
    for (double& p : places) p = std::abs(p - middle);
    return 1.4826 * median(places) * ms_per_sample() / std::sqrt(static_cast<double>(places.size()));
  }
  [[nodiscard]] double ms_per_sample() const noexcept { return 1000.0 / m_.median_beat.sampling_rate; }

  void interval(double F::* from, double F::* to, double GlobalMeasurements::* value) {
    g_.*value = (m_.fiducials.*to - m_.fiducials.*from) * ms_per_sample();
    if (std::isfinite(g_.*value)) e_.*value = std::hypot(spread_ms(from), spread_ms(to));
  }

  void intervals() {
    using G = GlobalMeasurements;
    g_.p_present = m_.fiducials.has_qrs() ? (m_.fiducials.has_p() ? 1.0 : 0.0) : none;
    interval(&F::p_onset, &F::p_offset, &G::p_duration_ms);
    interval(&F::p_onset, &F::qrs_onset, &G::pr_interval_ms);
    interval(&F::p_offset, &F::qrs_onset, &G::pr_segment_ms);
    interval(&F::qrs_onset, &F::qrs_offset, &G::qrs_duration_ms);
    interval(&F::qrs_onset, &F::t_offset, &G::qt_ms);
    interval(&F::qrs_offset, &F::t_offset, &G::jt_ms);
    interval(&F::t_peak, &F::t_offset, &G::t_peak_to_end_ms);
    if (g_.qt_ms > 0.0 && rr_.mean > 0.0) {
      const CorrectedQt corrected = corrected_qt(g_.qt_ms, rr_.mean);
      g_.qtc_bazett_ms = corrected.bazett_ms;
      g_.qtc_fridericia_ms = corrected.fridericia_ms;
      g_.qtc_framingham_ms = corrected.framingham_ms;
      g_.qtc_hodges_ms = corrected.hodges_ms;
      e_.qtc_bazett_ms = e_.qt_ms / std::sqrt(rr_.mean / 1000.0);
      e_.qtc_fridericia_ms = e_.qt_ms / std::cbrt(rr_.mean / 1000.0);
      e_.qtc_framingham_ms = e_.qtc_hodges_ms = e_.qt_ms;
    }
    std::vector<double> qt;
    std::vector<double> qrs;
    for (const L& lead : m_.by_lead) {
      if (std::isfinite(lead.qt_ms)) qt.push_back(lead.qt_ms);
      if (std::isfinite(lead.qrs_duration_ms)) qrs.push_back(lead.qrs_duration_ms);
    }
    if (qt.size() >= 3) {
      const auto [shortest, longest] = std::minmax_element(qt.begin(), qt.end());
      g_.qt_dispersion_ms = *longest - *shortest;
    }
    g_.qt_sd_ms = sd_of(qt);
    g_.qrs_duration_spread_ms = sd_of(qrs);
  }

  [[nodiscard]] static double sd_of(const std::vector<double>& values) {
    if (values.size() < 3) return none;
    double sum = 0.0;
    for (const double v : values) sum += v;
    const double mean = sum / static_cast<double>(values.size());
    double squares = 0.0;
    for (const double v : values) squares += (v - mean) * (v - mean);
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
  }

  [[nodiscard]] double level(std::size_t row, double place, double before_ms, double after_ms) const {
    if (!std::isfinite(place)) return none;
    const std::int64_t from = std::llround(place - before_ms / ms_per_sample());
    const std::int64_t to = std::max<std::int64_t>(from + 1, std::llround(place + after_ms / ms_per_sample()));
    const auto x = m_.median_beat.lead(row);
    if (from < 0 || to > static_cast<std::int64_t>(x.size())) return none;
    double sum = 0.0;
    for (std::int64_t i = from; i < to; ++i) sum += x[static_cast<std::size_t>(i)];
    return sum / static_cast<double>(to - from);
  }

  /// Area of a lead between two places of all leads; above the level before the QRS complex, or the line between the ends.
  [[nodiscard]] double area(std::string_view name, double from, double to, bool from_line) const {
    const std::size_t row = index_.row(name);
    if (row == StandardLeadIndex::absent || !std::isfinite(from) || !std::isfinite(to)) return none;
    const auto x = m_.median_beat.lead(row);
    const std::int64_t first = std::llround(from);
    const std::int64_t last = std::llround(to);
    if (first < 0 || last >= static_cast<std::int64_t>(x.size()) || last <= first) return none;
    const double begin = from_line ? level(row, from, 4.0, 4.0) : level(row, m_.fiducials.qrs_onset, 16.0, 0.0);
    const double end = from_line ? level(row, to, 4.0, 4.0) : begin;
    double sum = 0.0;
    for (std::int64_t i = first; i <= last; ++i) {
      const double share = static_cast<double>(i - first) / static_cast<double>(last - first);
      sum += x[static_cast<std::size_t>(i)] - begin - (end - begin) * share;
    }
    return sum * ms_per_sample();
  }

  [[nodiscard]] double axis(double from, double to, bool from_line) const {
    const double one = area("I", from, to, from_line);
    double foot = area("aVF", from, to, from_line);
    if (!std::isfinite(foot)) foot = area("II", from, to, from_line) - 0.5 * one;  // aVF = II - I / 2
    return frontal_axis(one, foot);
  }

  void axes() {
    const F& f = m_.fiducials;
    g_.p_axis_deg = axis(f.p_onset, f.p_offset, true);
    g_.qrs_axis_deg = axis(f.qrs_onset, f.qrs_offset, false);
    g_.t_axis_deg = axis(std::max(f.t_onset, f.qrs_offset), f.t_offset, false);
    g_.frontal_qrs_t_angle_deg = angle_between(g_.qrs_axis_deg, g_.t_axis_deg);
  }

  void vectors() {
    const F& f = m_.fiducials;
    if (!f.has_qrs()) return;
    std::array<std::span<const double>, 8> x;
    std::array<double, 8> zero{};
    for (std::size_t k = 0; k < 8; ++k) {
      const std::size_t row = index_.row(kors_leads[k]);
      if (row == StandardLeadIndex::absent) return;
      x[k] = m_.median_beat.lead(row);
      zero[k] = level(row, f.qrs_onset, 16.0, 0.0);
    }
    const auto vector_sum = [&](double from, double to, HeartVector& longest) {
      HeartVector sum{0.0, 0.0, 0.0};
      longest = {0.0, 0.0, 0.0};
      if (!std::isfinite(from) || !std::isfinite(to) || from < 0.0 || to >= static_cast<double>(m_.median_beat.n_window)) {
        return HeartVector{};
      }
      double most = -1.0;
      std::array<double, 8> sample{};
      for (auto i = static_cast<std::size_t>(std::llround(from));
           i <= static_cast<std::size_t>(std::llround(to)) && i < x[0].size(); ++i) {
        for (std::size_t k = 0; k < 8; ++k) sample[k] = x[k][i] - zero[k];
        const HeartVector v = kors_vector(sample);
        sum.x += v.x;
        sum.y += v.y;
        sum.z += v.z;
        const double squares = v.x * v.x + v.y * v.y + v.z * v.z;
        if (squares > most) {
          most = squares;
          longest = v;
        }
      }
      return HeartVector{sum.x * ms_per_sample(), sum.y * ms_per_sample(), sum.z * ms_per_sample()};
    };
    HeartVector qrs_peak;
    HeartVector t_peak;
    const HeartVector qrs = vector_sum(f.qrs_onset, f.qrs_offset, qrs_peak);
    g_.qrs_vector_mv = qrs_peak.magnitude();
    g_.qrs_azimuth_deg = qrs.azimuth();
    g_.qrs_elevation_deg = qrs.elevation();
    if (!f.has_t()) return;
    const HeartVector t = vector_sum(std::max(f.t_onset, f.qrs_offset), f.t_offset, t_peak);
    if (!std::isfinite(t.x)) return;
    g_.spatial_qrs_t_angle_deg = spatial_angle(qrs, t);
    g_.spatial_peak_angle_deg = spatial_angle(qrs_peak, t_peak);
    g_.t_vector_mv = t_peak.magnitude();
    g_.t_azimuth_deg = t.azimuth();
    g_.t_elevation_deg = t.elevation();
    const HeartVector gradient{qrs.x + t.x, qrs.y + t.y, qrs.z + t.z};
    g_.gradient_mv_ms = gradient.magnitude();
    g_.gradient_azimuth_deg = gradient.azimuth();
    g_.gradient_elevation_deg = gradient.elevation();
  }

  [[nodiscard]] double error_of(std::initializer_list<std::string_view> names) const {
    double squares = 0.0;
    for (const std::string_view name : names) {
      const std::size_t row = index_.row(name);
      const double error = row < m_.by_lead.size() ? m_.by_lead_uncertainty[row].qrs_max_mv : none;
      squares += error * error;
    }
    return std::sqrt(squares);
  }

  void voltages() {
    const VoltageCriteria c = voltage_criteria(m_.by_lead, index_, m_.sex, g_.qrs_duration_ms, g_.qrs_axis_deg);
    g_.sokolow_lyon_mv = c.sokolow_lyon_mv;
    g_.cornell_mv = c.cornell_mv;
    g_.cornell_product_mv_ms = c.cornell_product_mv_ms;
    g_.peguero_lo_presti_mv = c.peguero_lo_presti_mv;
    g_.limb_peak_to_peak_mv = c.limb_peak_to_peak_mv;
    g_.chest_peak_to_peak_mv = c.chest_peak_to_peak_mv;
    g_.total_peak_to_peak_mv = c.total_peak_to_peak_mv;
    g_.romhilt_estes_points = c.romhilt_estes_points;
    if (std::isfinite(c.sokolow_lyon_mv))
      e_.sokolow_lyon_mv = error_of({"V1", lead_("V5", &L::qrs_max_mv) > lead_("V6", &L::qrs_max_mv) ? "V5" : "V6"});
    if (std::isfinite(c.cornell_mv)) e_.cornell_mv = error_of({"aVL", "V3"});
    const RProgression r = r_progression(m_.by_lead, index_);
    g_.transition_zone = r.transition_zone;
    g_.r_progression_mv_per_lead = r.slope_mv_per_lead;
  }

  [[nodiscard]] double mean_of(std::initializer_list<std::string_view> names, double L::* value) const {
    double sum = 0.0;
    double n = 0.0;
    for (const std::string_view name : names) {
      const double v = lead_(name, value);
      if (!std::isfinite(v)) continue;
      sum += v;
      n += 1.0;
    }
    return n > 0.0 ? sum / n : none;
  }

  [[nodiscard]] double count_q(std::initializer_list<std::string_view> names) const {
    double found = 0.0;
    double measured = 0.0;
    for (const std::string_view name : names) {
      const std::size_t row = index_.row(name);
      if (row == StandardLeadIndex::absent || !std::isfinite(m_.by_lead[row].q_amplitude_mv)) continue;
      measured += 1.0;
      found += pathological_q(m_.by_lead[row], name == "V2" || name == "V3") ? 1.0 : 0.0;
    }
    return measured > 0.0 ? found : none;
  }

  void regions() {
    for (const std::string_view name : standard_leads) {
      const double j = name == "aVR" ? none : lead_(name, &L::j_mv);
      if (!std::isfinite(j)) continue;
      g_.st_max_mv = std::isfinite(g_.st_max_mv) ? std::max(g_.st_max_mv, j) : j;
      g_.st_min_mv = std::isfinite(g_.st_min_mv) ? std::min(g_.st_min_mv, j) : j;
    }
    g_.st_anterior_mv = mean_of({"V1", "V2", "V3", "V4"}, &L::j60_mv);
    g_.st_inferior_mv = mean_of({"II", "III", "aVF"}, &L::j60_mv);
    g_.st_lateral_mv = mean_of({"I", "aVL", "V5", "V6"}, &L::j60_mv);
    g_.t_anterior_mv = mean_of({"V2", "V3", "V4"}, &L::t_amplitude_mv);
    g_.t_inferior_mv = mean_of({"II", "III", "aVF"}, &L::t_amplitude_mv);
    g_.t_lateral_mv = mean_of({"I", "aVL", "V5", "V6"}, &L::t_amplitude_mv);
    double inverted = 0.0;
    double measured = 0.0;
    for (const std::string_view name : standard_leads) {
      const double t = name == "aVR" || name == "III" || name == "V1" ? none : lead_(name, &L::t_amplitude_mv);
      if (!std::isfinite(t)) continue;
      measured += 1.0;
      inverted += t <= -0.1 ? 1.0 : 0.0;
    }
    if (measured > 0.0) g_.t_inverted_leads = inverted;
    g_.q_anterior = count_q({"V1", "V2", "V3", "V4"});
    g_.q_inferior = count_q({"II", "III", "aVF"});
    g_.q_lateral = count_q({"I", "aVL", "V5", "V6"});
    g_.q_share_inferior = mean_of({"II", "III", "aVF"}, &L::q_share);
    g_.q_share_lateral = mean_of({"I", "aVL", "V5", "V6"}, &L::q_share);
    g_.r_share_anterior = mean_of({"V1", "V2", "V3", "V4"}, &L::r_share);
    g_.p_terminal_force_v1_mv_ms = lead_("V1", &L::p_terminal_force_mv_ms);
    g_.p_amplitude_ii_mv = lead_("II", &L::p_amplitude_mv);
    const double v5 = lead_("V5", &L::intrinsicoid_ms);
    const double v6 = lead_("V6", &L::intrinsicoid_ms);
    g_.intrinsicoid_v5_v6_ms = std::isfinite(v5) && std::isfinite(v6) ? std::max(v5, v6) : (std::isfinite(v5) ? v5 : v6);
  }

  void noise() {
    double sum = 0.0;
    double n = 0.0;
    double notches = 0.0;
    double n_notches = 0.0;
    for (const L& lead : m_.by_lead) {
      if (std::isfinite(lead.noise_mv)) {
        sum += lead.noise_mv;
        n += 1.0;
        g_.noise_max_mv = std::isfinite(g_.noise_max_mv) ? std::max(g_.noise_max_mv, lead.noise_mv) : lead.noise_mv;
      }
      if (std::isfinite(lead.qrs_notches)) {
        notches += lead.qrs_notches;
        n_notches += 1.0;
      }
    }
    if (n > 0.0) g_.noise_mean_mv = sum / n;
    if (n_notches > 0.0) g_.qrs_notches = notches / n_notches;
  }

  Measurements& m_;
  GlobalMeasurements& g_;
  GlobalMeasurements& e_;
  const RrSummary rr_;
  StandardLeadIndex index_;
  LeadValues lead_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
