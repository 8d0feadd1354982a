#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/sampling_rate.hpp>
#include <heartsight/signal/detail/quality_rules.hpp>
#include <heartsight/signal/quality_grade.hpp>

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

struct QualityOptions {
  /// One name per lead, or none. With names, swapped limb electrodes can be suspected; nothing else depends on them.
  std::vector<std::string> leads = {};
  /// False where the unit is not known: the median lead's median range within a second then stands for 1 mV.
  bool amplitude_in_mv = true;
};

/// One lead over its whole length.
struct LeadSummary {
  QualityGrade verdict = QualityGrade::unusable;
  QualityReasons reasons = 0;   ///< all that were found in any of its seconds
  double usable_share = 0.0;    ///< of its seconds
  double unusable_share = 0.0;  ///< of its seconds

  friend bool operator==(const LeadSummary&, const LeadSummary&) = default;
};

/// The quality of a recording: by lead and second, by lead, and as a whole.
struct SignalQuality {
  std::size_t n_leads = 0;
  std::size_t n_seconds = 0;
  std::vector<QualityGrade> grade;      ///< (n_leads, n_seconds), row-major
  std::vector<QualityReasons> reasons;  ///< (n_leads, n_seconds), row-major
  std::vector<LeadSummary> leads;       ///< (n_leads,)
  bool acceptable = false;
  /// Why unacceptable: of the leads that are, or of all when it is their sum. reversed_limb_leads may stand beside
  /// acceptable.
  QualityReasons verdict_reasons = 0;
  double score = 0.0;  ///< in [0, 1]; acceptable is score >= 0.5

  friend bool operator==(const SignalQuality&, const SignalQuality&) = default;

  [[nodiscard]] std::string_view verdict() const noexcept { return acceptable ? "acceptable" : "unacceptable"; }
  [[nodiscard]] QualityGrade grade_of(std::size_t lead, std::size_t second) const {
    return grade.at(lead * n_seconds + second);
  }
  [[nodiscard]] QualityReasons reasons_of(std::size_t lead, std::size_t second) const {
    return reasons.at(lead * n_seconds + second);
  }
};

namespace detail {

template <std::floating_point T>
SignalQuality quality(const MatrixView<const T>& signal, SamplingRate sampling_rate, const QualityOptions& options) {
  constexpr auto where = "quality";
  const double rate_hz = sampling_rate.hz();
  check::in_closed_range(where, "sampling_rate", rate_hz, 20.0, 1e5);
  if (!options.leads.empty()) check::has_size(where, "leads", options.leads.size(), signal.n_rows());

  SignalQuality q;
  const auto start = second_starts(signal.n_cols(), rate_hz);
  q.n_leads = signal.n_rows();
  q.n_seconds = start.size() - 1;
  q.leads.resize(q.n_leads);
  if (signal.empty()) {
    q.verdict_reasons = static_cast<QualityReasons>(QualityReason::missing);
    for (LeadSummary& lead : q.leads) lead = {.verdict = QualityGrade::unusable, .reasons = q.verdict_reasons};
    return q;
  }
  const double to_mv = options.amplitude_in_mv ? 1.0 : relative_scale<T>(signal, start);
  std::vector<LeadMeasures> measures(q.n_leads);
  double worst = 0.0;
  double cost = 0.0;
  QualityReasons any = 0;
  for (std::size_t lead = 0; lead < q.n_leads; ++lead) {
    measures[lead] = measure_lead<T>(signal.row(lead), rate_hz, start, to_mv);
    std::size_t n_usable = 0;
    std::size_t n_unusable = 0;
    LeadSummary& summary = q.leads[lead];
    for (const GradedSecond& second : grade_lead(measures[lead])) {
      q.grade.push_back(second.grade);
      q.reasons.push_back(second.reasons);
      summary.reasons |= second.reasons;
      if (second.grade == QualityGrade::usable) ++n_usable;
      if (second.grade == QualityGrade::unusable) ++n_unusable;
    }
    const auto n = static_cast<double>(q.n_seconds);
    summary.usable_share = static_cast<double>(n_usable) / n;
    summary.unusable_share = static_cast<double>(n_unusable) / n;
    const bool lost = summary.unusable_share > max_unusable_share;
    const bool mostly_usable = summary.usable_share >= 1.0 - max_unusable_share;
    summary.verdict = lost ? QualityGrade::unusable : mostly_usable ? QualityGrade::usable : QualityGrade::beats_only;
    if (lost) q.verdict_reasons |= summary.reasons;
    any |= summary.reasons;
    worst = std::max(worst, summary.unusable_share);
    cost += 0.5 * (1.0 - summary.usable_share + summary.unusable_share) / static_cast<double>(q.n_leads);
  }
  const double trouble = std::max(worst / max_unusable_share, cost / max_mean_cost);
  q.acceptable = trouble <= 1.0;
  q.score = 1.0 / (1.0 + std::exp(score_slope * (trouble - 1.0)));
  if (!q.acceptable && q.verdict_reasons == 0) q.verdict_reasons = any;
  if (limb_leads_look_reversed(options.leads, measures)) {
    q.verdict_reasons |= static_cast<QualityReasons>(QualityReason::reversed_limb_leads);
  }
  return q;
}

}  // namespace detail

/// Whether a recording can be read: per lead and second, per lead, and as a whole.
///
/// Each second of each lead is measured (missing, flat and clipped samples, range, range about the moving mean of 1 s,
/// noise from a low quantile of the second differences, movement of that mean, steepest over median slope, line at 50 or
/// 60 Hz) on means of about 10 ms, and graded by fixed limits; docs/quality.md lists them. A heart is taken to be visible
/// where the range is 6.5 times the noise in the median of nine seconds (white noise alone has about 5.5 times), and
/// waves to be readable where the steepest slope is 6 times the median one (noise of any colour has 3.4 to 6.5 times) or the
/// lead repeats itself.
/// A lead is unusable where more than a quarter of its seconds are, beats_only where less than three quarters are usable.
/// The recording is unacceptable when a lead is unusable, or when the mean cost of all seconds (unusable 1, beats_only 0.5)
/// is above 0.2. score = 1 / (1 + exp(4 (t - 1))), t being the larger of the two shares over its limit: it falls with
/// trouble and is 0.98 without any; its slope is chosen, not fitted.
///
/// @param signal         (n_leads, n_samples) or (n_samples,), in mV unless options say otherwise; any offset.
/// @param sampling_rate  Hz, in [20, 100000]; meant for 50 to 2000. Below 130 Hz mains are noise like any other.
/// @param options        see QualityOptions.
/// @return grades and reasons, (n_leads, n_seconds). n_seconds is the duration rounded, at least 1; the last second takes
///         what is left over.
/// @throws DomainError the sampling rate is out of range. @throws ShapeError leads has not n_leads names.
///
/// NaN policy: NaN, infinities and values beyond 1e9 are missing. No lead or no sample: unacceptable, missing, score 0.
/// A constant or a single sample is flat. With amplitude_in_mv = false, multiplying the signal by a positive number changes
/// nothing but rounding. O(n_leads * n_samples) time and memory.
/// Not promised: reversed_limb_leads is a suspicion (lead I upside down against V6, or II nearly empty),
/// which dextrocardia raises, too; artefacts that look like a heart (electrode motion) pass; a pause without any beat longer
/// than a second is flat.
[[nodiscard]] inline SignalQuality quality(const MatrixView<const double>& signal, SamplingRate sampling_rate,
                                           const QualityOptions& options = {}) {
  return detail::quality<double>(signal, sampling_rate, options);
}
[[nodiscard]] inline SignalQuality quality(const MatrixView<const float>& signal, SamplingRate sampling_rate,
                                           const QualityOptions& options = {}) {
  return detail::quality<float>(signal, sampling_rate, options);
}
[[nodiscard]] inline SignalQuality quality(std::span<const double> signal, SamplingRate sampling_rate,
                                           const QualityOptions& options = {}) {
  return detail::quality<double>({signal.data(), 1, signal.size()}, sampling_rate, options);
}
[[nodiscard]] inline SignalQuality quality(std::span<const float> signal, SamplingRate sampling_rate,
                                           const QualityOptions& options = {}) {
  return detail::quality<float>({signal.data(), 1, signal.size()}, sampling_rate, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
