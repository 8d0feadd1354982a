#pragma once

#include <heartsight/core/lead.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/lead_seconds.hpp>
#include <heartsight/signal/quality_grade.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

// Limits of one second of one lead. docs/quality.md says what they were checked on.
constexpr double max_missing_share = 0.25;      // more: unusable; any: beats only
constexpr double max_flat_share = 0.5;          // more: unusable
constexpr double some_clipped_share = 0.03;     // more: beats only
constexpr double max_clipped_share = 0.3;       // more: unusable
constexpr double max_range_mv = 10.0;           // more within a second is no heart
constexpr double jump_range_mv = 3.0;           // more is a loose contact where it is also
constexpr double jump_ratio = 5.0;              // so many times the lead's median second
constexpr double min_noise_mv = 0.01;           // less is no reason for beats only, however small the lead
constexpr double some_noise_mv = 0.05;          // more: beats only
constexpr double max_noise_mv = 0.15;           // more: unusable
constexpr double some_swing_over_noise = 16.0;  // less: beats only
constexpr double min_swing_over_noise = 6.5;  // less in the median of nine seconds: no heart to be seen; noise has about 5.5
// The steepest stretch over the median one, where the lead does not repeat itself. A heart has rare steep stretches, and
// where it has not (wide complexes, a fast rate) it repeats itself; noise of any colour has 3.4 to 6.5 times. What has less
// is a smooth wave (a sine 1.4) and left alone.
constexpr double some_peak_slope = 6.0;  // less: beats only
constexpr double smooth_slope = 2.8;     // less: no noise
constexpr double min_repetition = 0.7;   // autocorrelation of five seconds at some lag from 0.2 to 1.5 s
constexpr double some_mains_mv = 0.1;    // amplitude; more: beats only
constexpr double some_wander_mv = 0.6;   // more: beats only
constexpr double max_wander_mv = 1.2;    // more: unusable
// Limits of a recording.
constexpr double max_unusable_share = 0.25;  // of the seconds of one lead
constexpr double max_mean_cost = 0.2;        // unusable seconds count 1, beats only 0.5, over all leads
constexpr double score_slope = 4.0;
// Limb leads.
constexpr double max_reversed_correlation = -0.4;  // of lead I with V6
constexpr double quiet_ratio = 0.15;               // of lead II to the smaller of I and III, above their noise

struct GradedSecond {
  QualityGrade grade = QualityGrade::usable;
  QualityReasons reasons = 0;
};

/// Correlation about zero: the moving mean is gone from what is compared here.
inline double correlation(std::span<const double> a, std::span<const double> b) {
  double ab = 0.0;
  double aa = 0.0;
  double bb = 0.0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return aa > 0.0 && bb > 0.0 ? ab / std::sqrt(aa * bb) : 0.0;
}

/// The largest autocorrelation of the five seconds about this one, over lags from 0.2 to 1.5 s.
inline double repetition(const LeadMeasures& lead, std::size_t second) {
  const std::size_t n_seconds = lead.seconds.size();
  const std::size_t first = lead.steady_start[second < 2 ? 0 : second - 2];
  const std::size_t last = lead.steady_start[std::min(second + 3, n_seconds)];
  const std::size_t step = lead.steady_hz > 80.0 ? 2 : 1;  // 40 Hz are enough for what is asked
  std::vector<double> x;
  for (std::size_t i = first; i < last; i += step) x.push_back(lead.steady[i]);
  const double rate_hz = lead.steady_hz / static_cast<double>(step);
  const auto longest = std::min(static_cast<std::size_t>(1.5 * rate_hz), x.size() / 2);
  double best = 0.0;
  for (auto lag = static_cast<std::size_t>(std::ceil(0.2 * rate_hz)); lag <= longest; ++lag) {
    const std::span<const double> all(x);
    best = std::max(best, correlation(all.first(x.size() - lag), all.subspan(lag)));
  }
  return best;
}

/// @param s            the second; swing and peak_slope are the largest of this second and its neighbours.
/// @param usual_range  median over the lead's seconds.
/// @param usual_swing  swing over noise, median of the nine seconds about this one.
/// @param lead, second where it is: to look whether the lead repeats itself there, which is seldom asked.
inline GradedSecond grade_second(const SecondMeasures& s, double usual_range, double usual_swing, const LeadMeasures& lead,
                                 std::size_t second) {
  GradedSecond g;
  const auto because = [&](QualityReason reason, QualityGrade grade) {
    g.reasons |= static_cast<QualityReasons>(reason);
    g.grade = std::max(g.grade, grade);
  };
  using enum QualityGrade;
  using enum QualityReason;
  if (s.missing_share > 0.0) because(missing, s.missing_share > max_missing_share ? unusable : beats_only);
  if (s.missing_share == 1.0) return g;  // what bridges the gap says nothing
  if (s.flat_share > max_flat_share) {
    because(flat, unusable);
    return g;
  }
  if (s.clipped_share > some_clipped_share) {
    because(clipped, s.clipped_share > max_clipped_share ? unusable : beats_only);
  }
  if (s.range > max_range_mv || (s.range > jump_range_mv && s.range > jump_ratio * usual_range)) because(loose, unusable);
  // At less than 100 Hz the heart's own waves bend more from sample to sample.
  const double some_swing = some_swing_over_noise * std::clamp(lead.steady_hz / 100.0, 0.7, 1.0);
  const QualityReason noise = s.mains > 0.5 * s.noise && s.mains > 0.02 ? mains : muscle;
  const bool small = s.swing < some_swing * s.noise;
  const bool drowned = small && usual_swing < min_swing_over_noise;
  const bool noisy = (small && s.noise > min_noise_mv) || s.noise > some_noise_mv;
  if (drowned || s.noise > max_noise_mv) {
    because(noise, unusable);
  } else if (noisy) {
    because(noise, beats_only);
  }
  if (!noisy && s.peak_slope > smooth_slope * s.usual_slope && s.peak_slope < some_peak_slope * s.usual_slope &&
      repetition(lead, second) < min_repetition) {
    because(loose, beats_only);
  }
  if (s.mains > some_mains_mv) because(mains, beats_only);
  if (s.wander > some_wander_mv) because(wander, s.wander > max_wander_mv ? unusable : beats_only);
  // Slow movement and a noise together hide a heart that either alone leaves visible.
  const auto others = static_cast<QualityReasons>(wander) | static_cast<QualityReasons>(missing);
  if ((g.reasons & static_cast<QualityReasons>(wander)) != 0 && (g.reasons & ~others) != 0) g.grade = unusable;
  return g;
}

inline double median_of(const std::vector<SecondMeasures>& seconds, double SecondMeasures::* measure) {
  if (seconds.empty()) return 0.0;
  std::vector<double> values;
  values.reserve(seconds.size());
  for (const SecondMeasures& s : seconds) values.push_back(s.*measure);
  return median(std::span<const double>(values));
}

inline std::vector<GradedSecond> grade_lead(const LeadMeasures& lead) {
  const std::vector<SecondMeasures>& seconds = lead.seconds;
  const double usual_range = median_of(seconds, &SecondMeasures::range);
  // A slow heart leaves whole seconds without a beat: their neighbours have one.
  std::vector<SecondMeasures> seen = seconds;
  std::vector<double> ratio(seconds.size());
  for (std::size_t k = 0; k < seconds.size(); ++k) {
    for (const std::size_t j : {k == 0 ? k : k - 1, std::min(k + 1, seconds.size() - 1)}) {
      seen[k].swing = std::max(seen[k].swing, seconds[j].swing);
      seen[k].peak_slope = std::max(seen[k].peak_slope, seconds[j].peak_slope);
    }
    ratio[k] = seen[k].swing / std::max(seen[k].noise, 1e-9);
  }
  std::vector<GradedSecond> graded(seconds.size());
  for (std::size_t k = 0; k < seconds.size(); ++k) {
    const std::size_t first = k < 4 ? 0 : k - 4;
    const double usual_swing =
        median(std::span<const double>(ratio).subspan(first, std::min(k + 5, seconds.size()) - first));
    graded[k] = grade_second(seen[k], usual_range, usual_swing, lead, k);
  }
  return graded;
}

/// The factor that makes the median lead's median second 1 mV; leads without any range do not vote.
template <std::floating_point T>
double relative_scale(const MatrixView<const T>& signal, const std::vector<std::size_t>& start) {
  std::vector<double> votes;
  std::vector<double> ranges;
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    ranges.clear();
    for (std::size_t k = 0; k + 1 < start.size(); ++k) {
      double low = 0.0;
      double high = 0.0;
      bool any = false;
      for (const T value : signal.row(lead).subspan(start[k], start[k + 1] - start[k])) {
        const auto v = static_cast<double>(value);
        if (!(std::abs(v) <= 1e9)) continue;
        low = any ? std::min(low, v) : v;
        high = any ? std::max(high, v) : v;
        any = true;
      }
      if (any) ranges.push_back(high - low);
    }
    if (ranges.empty()) continue;
    const double usual = median(std::span<const double>(ranges));
    if (usual > 0.0) votes.push_back(usual);
  }
  return votes.empty() ? 1.0 : 1.0 / median(std::span<const double>(votes));
}

inline double sum_of_cubes(const std::vector<double>& a) {
  double sum = 0.0;
  for (const double v : a) sum += v * v * v;
  return sum;
}

/// Signs of swapped arm electrodes (lead I upside down against V6), or of the right arm's electrode on the right leg (II
/// nearly nothing while I and III are not).
inline bool limb_leads_look_reversed(const std::vector<std::string>& names, const std::vector<LeadMeasures>& leads) {
  const auto at = [&](const char* name) -> const LeadMeasures* {
    const auto index = find_lead(names, name);
    return index && !leads[*index].steady.empty() ? &leads[*index] : nullptr;
  };
  const LeadMeasures* one = at("I");
  const LeadMeasures* two = at("II");
  const LeadMeasures* three = at("III");
  const LeadMeasures* lateral = at("V6");
  if (one != nullptr && lateral != nullptr && correlation(one->steady, lateral->steady) < max_reversed_correlation &&
      sum_of_cubes(one->steady) < 0.0) {
    return true;
  }
  if (one == nullptr || two == nullptr || three == nullptr) return false;
  std::array<double, 3> seen{};
  std::array<bool, 3> visible{};
  const std::array<const LeadMeasures*, 3> limb = {one, two, three};
  for (std::size_t k = 0; k < 3; ++k) {  // what stands above noise, which alone has a range of about 5 times its size
    const double swing = median_of(limb[k]->seconds, &SecondMeasures::swing);
    const double noise = median_of(limb[k]->seconds, &SecondMeasures::noise);
    seen[k] = std::max(0.0, swing - 5.0 * noise);
    visible[k] = swing > 8.0 * noise;
  }
  // Only II: axes that leave I or III empty are common.
  return visible[0] && visible[2] && !visible[1] && seen[1] < quiet_ratio * std::min(seen[0], seen[2]);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
