#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/detection/qrs_detection.hpp>
#include <heartsight/features/beat_group.hpp>
#include <heartsight/features/detail/beat_places.hpp>
#include <heartsight/features/detail/p_coherence.hpp>
#include <heartsight/features/detail/rhythm_window.hpp>
#include <heartsight/features/detail/rr_summary.hpp>
#include <heartsight/features/rhythm_verdict.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// Fitted by logistic regression to stretches of 20 beats of MIT-BIH records and simulations, classes of equal weight.
inline double fibrillation_probability(const IntervalIrregularity& intervals, double coherence) {
  constexpr double unknown_coherence = 0.15;  // between fibrillation (below 0.1 in nine of ten) and P waves (0.6 and more)
  const double p = std::isfinite(coherence) ? coherence : unknown_coherence;
  const double z = -1.2 + 1.0 * std::min(intervals.step, 0.3) + 5.2 * intervals.large_steps - 6.0 * p;
  return 1.0 / (1.0 + std::exp(-z));
}

template <std::floating_point T>
class RhythmAnalysis {
 public:
  RhythmAnalysis(MatrixView<const T> signal, double sampling_rate, const detection::QrsDetection& beats,
                 const BeatGroups& groups, const RhythmOptions& options)
      : signal_(signal), rate_(sampling_rate), beats_(beats), groups_(groups), options_(options) {
    constexpr auto where = "rhythm";
    check::in_closed_range(where, "sampling_rate", sampling_rate, 50.0, 20000.0);
    check::in_closed_range(where, "pause_s", options.pause_s, 1.0, 20.0);
    check::in_closed_range<std::size_t>(where, "min_beats", options.min_beats, 5, stretch);
    check_beat_places(where, signal.n_cols(), sampling_rate, beats.r_peaks);
    check::same_size(where, "beats.r_peaks", beats.r_peaks.size(), "groups.group", groups.group.size());
    check::same_size(where, "beats.r_peaks", beats.r_peaks.size(), "groups.shift_samples", groups.shift_samples.size());
  }

  Rhythm result() {
    const std::size_t n = beats_.r_peaks.size();
    Rhythm r;
    const auto all = usable_rr_ms(beats_, rate_);
    for (std::size_t b = 0; b < all.size(); ++b) {
      if (all[b] >= 1000.0 * options_.pause_s) r.pauses.push_back({beats_.r_peaks[b], all[b] / 1000.0});
    }
    if (n == 0) return r;
    std::size_t n_ectopic = 0;
    rr_ = all;
    for (std::size_t b = 0; b < n; ++b) {
      if (groups_.group[b] != BeatGroups::none && !ectopic(b)) continue;
      n_ectopic += ectopic(b) ? 1 : 0;
      if (b > 0) rr_[b - 1] = Rhythm::none;
      if (b + 1 < n) rr_[b] = Rhythm::none;
    }
    r.ectopic_share = static_cast<double>(n_ectopic) / static_cast<double>(n);
    const IntervalIrregularity whole = irregularity_of(rr_);
    r.irregularity = whole.step;
    r.large_steps = whole.large_steps;
    r.p_coherence = coherence(0, n, 256);
    if (n < options_.min_beats) return r;
    judge_beats();
    summarise(r);
    return r;
  }

 private:
  static constexpr std::size_t stretch = 20;
  static constexpr std::size_t stretch_step = 5;
  static constexpr double least_coherence = 0.3;

  [[nodiscard]] bool ectopic(std::size_t b) const {
    const std::int32_t g = groups_.group[b];
    return g != BeatGroups::none && static_cast<std::size_t>(g) < groups_.groups.size() &&
           groups_.groups[static_cast<std::size_t>(g)].kind == BeatKind::ectopic;
  }

  /// Of the group that has the most beats from .. to - 1 and is not ectopic: bundle branch blocks come and go in sinus
  /// rhythm.
  double coherence(std::size_t from, std::size_t to, std::size_t most) {
    counts_.assign(groups_.groups.size(), 0);
    for (std::size_t b = from; b < to; ++b) {
      const auto group = static_cast<std::size_t>(groups_.group[b]);  // none, which is negative, is beyond every count
      if (group < counts_.size() && !ectopic(b)) ++counts_[group];
    }
    const auto group = static_cast<std::int32_t>(std::max_element(counts_.begin(), counts_.end()) - counts_.begin());
    members_.clear();
    for (std::size_t b = from; b < to && members_.size() < most; ++b) {
      if (groups_.group[b] == group) members_.push_back(static_cast<double>(beats_.r_peaks[b]) + groups_.shift_samples[b]);
    }
    return members_.empty()
               ? Rhythm::none
               : p_coherence<T>(signal_, rate_, members_, groups_.groups[static_cast<std::size_t>(group)].onset_s);
  }

  /// Per beat the sums over the stretches that it is in.
  void judge_beats() {
    const std::size_t n = beats_.r_peaks.size();
    probability_.assign(n, 0.0);
    coherent_.assign(n, 0.0);
    weight_.assign(n, 0.0);
    const bool paced = !groups_.groups.empty() && groups_.groups.front().paced;
    for (std::size_t first = 0; first < n; first += stretch_step) {
      const std::size_t from = first + stretch <= n ? first : (n > stretch ? n - stretch : 0);
      const std::size_t to = std::min(n, from + stretch);
      const auto intervals = irregularity_of(std::span<const double>(rr_).subspan(from, to - from - 1));
      if (intervals.n_differences >= 4 && std::isfinite(intervals.step)) {
        const double p = coherence(from, to, stretch);
        const auto dominant = static_cast<double>(members_.size()) / static_cast<double>(to - from);
        const bool sinus = p >= least_coherence && dominant > 0.5 && !paced;
        const double af = fibrillation_probability(intervals, p);
        for (std::size_t b = from; b < to; ++b) {
          probability_[b] += af;
          coherent_[b] += sinus ? 1.0 : 0.0;
          weight_[b] += 1.0;
        }
      }
      if (to == n) break;
    }
  }

  [[nodiscard]] RhythmVerdict verdict(std::size_t b) const {
    if (weight_[b] == 0.0) return RhythmVerdict::not_enough;
    if (probability_[b] >= 0.5 * weight_[b]) return RhythmVerdict::atrial_fibrillation_suspected;
    return coherent_[b] >= 0.5 * weight_[b] ? RhythmVerdict::sinus : RhythmVerdict::other;
  }

  void summarise(Rhythm& r) const {
    std::array<double, 4> count{};
    double total = 0.0;
    double judged = 0.0;
    std::vector<double> length;
    for (std::size_t b = 0; b < beats_.r_peaks.size(); ++b) {
      const RhythmVerdict v = verdict(b);
      const double probability = weight_[b] > 0.0 ? probability_[b] / weight_[b] : Rhythm::none;
      if (r.stretches.empty() || r.stretches.back().verdict != v) {
        r.stretches.push_back({beats_.r_peaks[b], beats_.r_peaks[b], v, 0.0});
        length.push_back(0.0);
      }
      r.stretches.back().last = beats_.r_peaks[b];
      r.stretches.back().af_probability += probability;
      length.back() += 1.0;
      count[static_cast<std::size_t>(v)] += 1.0;
      if (v == RhythmVerdict::not_enough) continue;
      total += probability;
      judged += 1.0;
    }
    for (std::size_t i = 0; i < length.size(); ++i) r.stretches[i].af_probability /= length[i];
    if (judged == 0.0) return;
    r.af_probability = total / judged;
    r.af_share = count[static_cast<std::size_t>(RhythmVerdict::atrial_fibrillation_suspected)] / judged;
    const bool sinus =
        count[static_cast<std::size_t>(RhythmVerdict::sinus)] >= count[static_cast<std::size_t>(RhythmVerdict::other)];
    r.verdict = r.af_share >= 0.5 ? RhythmVerdict::atrial_fibrillation_suspected
                                  : (sinus ? RhythmVerdict::sinus : RhythmVerdict::other);
  }

  MatrixView<const T> signal_;
  double rate_;
  const detection::QrsDetection& beats_;
  const BeatGroups& groups_;
  const RhythmOptions options_;
  std::vector<double> rr_;
  std::vector<std::size_t> counts_;
  std::vector<double> members_;
  std::vector<double> probability_;
  std::vector<double> coherent_;
  std::vector<double> weight_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
