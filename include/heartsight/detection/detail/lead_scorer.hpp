#pragma once

#include <heartsight/core/detail/read_ahead.hpp>
#include <heartsight/detection/detail/beat_candidate.hpp>
#include <heartsight/detection/detail/beat_classifier.hpp>
#include <heartsight/detection/detail/beat_features.hpp>
#include <heartsight/detection/detail/lead_waves.hpp>
#include <heartsight/detection/detail/working_rate.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// One lead on its way from samples to candidates with their log odds of being a beat.
///
/// Samples come in pieces of any size. Each stage goes as far as its input decides it, so that every number is the same
/// however the signal was cut. What no later stage needs is forgotten.
class LeadScorer {
 public:
  /// A provisional beat, which carries the rhythm, has at least this first margin.
  static constexpr float provisional_margin = -0.5F;
  /// What looks less like a beat than this is none, whatever the rhythm: the second stage is spared.
  static constexpr float hopeless_margin = -6.0F;
  /// Until a candidate's margin is known, this much signal after it has to have come (5 + 2 + 6 s and the filters).
  static constexpr double latency_s =
      static_cast<double>(shape_reach + CandidateFinder::comparison + rhythm_reach + 2 * refractory + 96) / working_rate_hz;

  explicit LeadScorer(double sampling_rate) : resampler_(sampling_rate) {}

  template <class T>
  void push(const T* samples, std::int64_t n) {
    std::int64_t i = 0;
    for (; i < n && !offset_; ++i) {
      const auto v = static_cast<double>(samples[i]);
      if (undecided_.empty() && !is_present(v)) {  // a lead that is not there yet must not hold up the others
        *input_.grow(1) = missing_value;
        continue;
      }
      undecided_.push_back(v);
      if (undecided_.size() == offset_samples) decide_offset();
    }
    append(samples + i, n - i);
  }

  /// Judges what the samples so far decide; everything once they have ended.
  void update(bool ended) {
    if (ended && !offset_) decide_offset();
    resampler_.extend(input_, ended, waves_.signal);
    waves_.extend(ended);
    finder_.extend(waves_, ended);
    score_shapes(ended);
    find_provisional_beats(ended);
    score_rhythm(ended);
    ended_ = ended;
  }

  /// Candidates; the margin is there for those before judged_until().
  [[nodiscard]] const Track<BeatCandidate>& candidates() const noexcept { return finder_.candidates; }
  [[nodiscard]] std::int64_t judged_until() const noexcept { return judged_until_; }
  [[nodiscard]] const Track<float>& input() const noexcept { return input_; }
  [[nodiscard]] const LeadWaves& waves() const noexcept { return waves_; }
  [[nodiscard]] const WorkingRateResampler& resampler() const noexcept { return resampler_; }

  /// The caller asks for nothing before this time (at the working rate) any more.
  void forget_before(std::int64_t t) {
    const std::int64_t needed = std::min(t, judged_until_ - rhythm_reach - shape_reach);
    // Where nothing was worth judging for long, the cursor has stayed behind: it must not name what is forgotten here.
    skip_far_provisional_beats(judged_until_);
    std::int64_t i = finder_.candidates.begin();
    while (i < finder_.candidates.end() && finder_.candidates[i].t < needed) ++i;
    finder_.forget_before(std::min(i, surroundings_.first()));
    provisional_.forget_before(first_provisional_);
    waves_.forget_before(needed - 2 * shape_reach);
    input_.forget_before(std::min(resampler_.first_input(waves_.signal.end()), resampler_.first_input(needed)) - 1);
  }

  // ---- training: the features themselves ---------------------------------------------------------------------------
  [[nodiscard]] std::vector<float> all_shape_features() const {
    const CandidateContext context{waves_, finder_.candidates, finder_.snippets, ended_};
    std::vector<float> out(static_cast<std::size_t>(finder_.candidates.end()) * n_shape_features);
    Surroundings surroundings;
    for (std::int64_t i = 0; i < finder_.candidates.end(); ++i) {
      surroundings.move_to(finder_.candidates, i);
      shape_features(
          context, surroundings, i,
          std::span<float, n_shape_features>(out.data() + static_cast<std::size_t>(i) * n_shape_features, n_shape_features));
    }
    return out;
  }
  /// With the first margins given, as a model in training sees them.
  [[nodiscard]] std::vector<float> all_rhythm_features(std::span<const float> first_margins) {
    for (std::size_t i = 0; i < first_margins.size(); ++i) {
      finder_.candidates[static_cast<std::int64_t>(i)].first_margin = first_margins[i];
    }
    provisional_ = {};
    n_provisional_looked_at_ = 0;
    find_provisional_beats(true);
    const CandidateContext context{waves_, finder_.candidates, finder_.snippets, true};
    std::vector<float> out(first_margins.size() * n_rhythm_features);
    first_provisional_ = 0;
    for (std::size_t i = 0; i < first_margins.size(); ++i) {
      skip_far_provisional_beats(finder_.candidates[static_cast<std::int64_t>(i)].t);
      rhythm_features(context, provisional_, first_provisional_, static_cast<std::int64_t>(i),
                      std::span<float, n_rhythm_features>(out.data() + i * n_rhythm_features, n_rhythm_features));
    }
    return out;
  }

 private:
  /// The offset is the median of what is present among so many samples from the first present one on: it takes a stretch of
  /// nonsense, not one sample, to spoil it.
  static constexpr std::size_t offset_samples = 31;

  static bool is_present(double v) noexcept { return std::abs(v) <= largest_amplitude; }  // false for NaN

  // An offset far above the signal would cost the sums their digits; it is taken away in double precision.
  void decide_offset() {
    offset_ = median_of_present(undecided_);
    append(undecided_.data(), static_cast<std::int64_t>(undecided_.size()));
    undecided_ = {};
  }

  template <class T>
  void append(const T* samples, std::int64_t n) {
    if (n <= 0) return;
    const double offset = *offset_;
    float* out = input_.grow(n);
    heartsight::detail::read_ahead(samples, static_cast<std::size_t>(n), [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const auto v = static_cast<double>(samples[i]);
        const auto converted = static_cast<float>(v - offset);
        out[i] = is_present(v) ? converted : missing_value;
      }
    });
  }

  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  static constexpr std::size_t n_features = n_shape_features + n_rhythm_features;
  static constexpr std::size_t lanes = 8;

  // The shape features of candidate i, kept until its rhythm has been judged.
  float* row(std::int64_t i) { return &features_[i * static_cast<std::int64_t>(n_features)]; }

  // Sets a margin of the candidates whose indices wait in pending_, and empties it.
  void score_pending(const BeatTrees& trees, float BeatCandidate::* margin) {
    auto& candidates = finder_.candidates;
    std::size_t k = 0;
    for (; k + lanes <= pending_.size(); k += lanes) {
      std::array<const float*, lanes> rows;
      for (std::size_t r = 0; r < lanes; ++r) rows[r] = row(pending_[k + r]);
      const auto margins = trees.margins<lanes>(rows);
      for (std::size_t r = 0; r < lanes; ++r) candidates[pending_[k + r]].*margin = margins[r];
    }
    for (; k < pending_.size(); ++k) candidates[pending_[k]].*margin = trees.margins<1>({row(pending_[k])})[0];
    pending_.clear();
  }

  void score_shapes(bool ended) {
    auto& candidates = finder_.candidates;
    const std::int64_t end = ended ? never : std::min(finder_.known_until() - shape_reach, waves_.end() - 256);
    const CandidateContext context{waves_, candidates, finder_.snippets, ended};
    for (; n_shapes_ < candidates.end() && candidates[n_shapes_].t < end; ++n_shapes_) {
      float* out = features_.grow(static_cast<std::int64_t>(n_features));
      surroundings_.move_to(candidates, n_shapes_);
      shape_features(context, surroundings_, n_shapes_, std::span<float, n_shape_features>(out, n_shape_features));
      pending_.push_back(n_shapes_);
    }
    score_pending(shape_trees, &BeatCandidate::first_margin);
    shapes_until_ = end;
  }

  void find_provisional_beats(bool ended) {
    const auto& candidates = finder_.candidates;
    const std::int64_t end = ended ? never : shapes_until_ - refractory;
    for (; n_provisional_looked_at_ < candidates.end() && candidates[n_provisional_looked_at_].t < end;
         ++n_provisional_looked_at_) {
      const std::int64_t i = n_provisional_looked_at_;
      if (candidates[i].first_margin > provisional_margin && stands_out(candidates, i, &BeatCandidate::first_margin)) {
        provisional_.push_back(i);
      }
    }
    provisional_until_ = end;
  }

  void skip_far_provisional_beats(std::int64_t t) {
    while (first_provisional_ < provisional_.end() &&
           finder_.candidates[provisional_[first_provisional_]].t < t - rhythm_reach) {
      ++first_provisional_;
    }
  }

  void score_rhythm(bool ended) {
    auto& candidates = finder_.candidates;
    const std::int64_t end = ended ? never : provisional_until_ - rhythm_reach;
    const CandidateContext context{waves_, candidates, finder_.snippets, ended};
    for (; n_judged_ < candidates.end() && candidates[n_judged_].t < end; ++n_judged_) {
      BeatCandidate& candidate = candidates[n_judged_];
      if (candidate.first_margin < hopeless_margin) {
        candidate.margin = candidate.first_margin;
        continue;
      }
      skip_far_provisional_beats(candidate.t);
      rhythm_features(context, provisional_, first_provisional_, n_judged_,
                      std::span<float, n_rhythm_features>(row(n_judged_) + n_shape_features, n_rhythm_features));
      pending_.push_back(n_judged_);
    }
    score_pending(rhythm_trees, &BeatCandidate::margin);
    features_.forget_before(n_judged_ * static_cast<std::int64_t>(n_features));
    judged_until_ = end;
  }

  WorkingRateResampler resampler_;
  std::optional<double> offset_;
  std::vector<double> undecided_;  // samples before the offset is known
  Track<float> input_;
  LeadWaves waves_;
  CandidateFinder finder_;
  Surroundings surroundings_;
  Track<float> features_;
  std::vector<std::int64_t> pending_;
  Track<std::int64_t> provisional_;
  std::int64_t n_shapes_ = 0;
  std::int64_t n_provisional_looked_at_ = 0;
  std::int64_t first_provisional_ = 0;
  std::int64_t n_judged_ = 0;
  std::int64_t shapes_until_ = 0;
  std::int64_t provisional_until_ = 0;
  std::int64_t judged_until_ = 0;
  bool ended_ = false;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
