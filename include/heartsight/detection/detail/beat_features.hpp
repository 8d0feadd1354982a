#pragma once

#include <heartsight/detection/detail/beat_candidate.hpp>
#include <heartsight/detection/detail/lead_waves.hpp>
#include <heartsight/detection/detail/slope_snippet.hpp>
#include <heartsight/detection/detail/sorted_window.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

/// What a candidate is judged by. Every number is a ratio within the lead, so that neither unit, gain nor polarity
/// matters, and depends on a bounded stretch around the candidate, so that a stream and a whole recording agree.
/// Times in the comments are at the working rate of 125 Hz.
namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

inline constexpr std::size_t n_shape_features = 66;
inline constexpr std::size_t n_rhythm_features = 26;
inline constexpr std::int64_t shape_reach = 625;   ///< how far shape_features looks, 5 s
inline constexpr std::int64_t rhythm_reach = 750;  ///< how far rhythm_features looks, 6 s
inline constexpr std::int64_t refractory = 25;     ///< 200 ms

inline float bounded_log_ratio(float a, float b, float low, float high) noexcept {
  constexpr float tiny = 1e-36F;
  return std::clamp(std::log((a + tiny) / (b + tiny)), low, high);
}

/// A lead and its candidates, with the end of the recording where it is known.
struct CandidateContext {
  const LeadWaves& waves;
  const Track<BeatCandidate>& candidates;
  const Track<SlopeSnippet>& snippets;
  bool ended;

  /// How far the recording goes after t, at most `most`.
  [[nodiscard]] std::int64_t ahead(std::int64_t t, std::int64_t most) const noexcept {
    return ended ? std::min(waves.end() - 1 - t, most) : most;
  }
};

/// Visits the candidates before (direction -1) or after (+1) candidate i, nearest first, up to `reach` samples away,
/// until the visitor (candidate, distance, index) returns false.
template <class Visitor>
void visit_neighbours(const Track<BeatCandidate>& candidates, std::int64_t i, int direction, std::int64_t reach,
                      const Visitor& visit) {
  const std::int64_t t = candidates[i].t;
  if (direction < 0) {
    for (std::int64_t j = i - 1; j >= candidates.begin() && t - candidates[j].t <= reach; --j) {
      if (!visit(candidates[j], t - candidates[j].t, j)) return;
    }
  } else {
    for (std::int64_t j = i + 1; j < candidates.end() && candidates[j].t - t <= reach; ++j) {
      if (!visit(candidates[j], candidates[j].t - t, j)) return;
    }
  }
}

/// Up to 64 values, for their median.
class FewValues {
 public:
  void add(float v) noexcept {
    if (n_ < values_.size()) values_[n_++] = v;
  }
  [[nodiscard]] std::span<const float> values() const noexcept { return {values_.data(), n_}; }
  /// The middle one by rank, the upper of two; 0 when there is none.
  [[nodiscard]] float middle() noexcept {
    if (n_ == 0) return 0.0F;
    for (std::size_t i = 1; i < n_; ++i) {
      const float v = values_[i];
      std::size_t j = i;
      for (; j > 0 && values_[j - 1] > v; --j) values_[j] = values_[j - 1];
      values_[j] = v;
    }
    return values_[n_ / 2];
  }

 private:
  std::array<float, 64> values_;  // the first n_ are set
  std::size_t n_ = 0;
};

/// Strengths of the candidates within shape_reach of one candidate after the other.
class Surroundings {
 public:
  /// Moves on to candidate i; i may only grow.
  void move_to(const Track<BeatCandidate>& candidates, std::int64_t i) {
    const std::int64_t t = candidates[i].t;
    for (; last_ < candidates.end() && candidates[last_].t <= t + shape_reach; ++last_) {
      energies.add(candidates[last_].energy);
      sharpnesses.add(candidates[last_].sharpness);
    }
    for (; candidates[first_].t < t - shape_reach; ++first_) {
      energies.remove(candidates[first_].energy);
      sharpnesses.remove(candidates[first_].sharpness);
    }
  }

  SortedWindow energies;
  SortedWindow sharpnesses;

  /// The first candidate still inside.
  [[nodiscard]] std::int64_t first() const noexcept { return first_; }

 private:
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
};

/// The strongest candidate within successive windows before and after candidate i, relative to the candidate's own.
template <std::size_t n_windows>
std::array<std::array<float, 2>, n_windows> strongest_around(const Track<BeatCandidate>& candidates, std::int64_t i,
                                                             float BeatCandidate::* strength) {
  constexpr std::array<std::int64_t, 5> limits{25, 45, 80, 160, 300};
  std::array<std::array<float, 2>, n_windows> result{};
  for (const int side : {-1, 1}) {
    std::size_t w = 0;
    visit_neighbours(candidates, i, side, limits[n_windows - 1],
                     [&](const BeatCandidate& c, std::int64_t distance, std::int64_t) {
                       while (distance > limits[w]) ++w;
                       float& best = result[w][side < 0 ? 0 : 1];
                       best = std::max(best, c.*strength);
                       return true;
                     });
  }
  for (auto& window : result) {
    for (float& v : window) v = bounded_log_ratio(v, candidates[i].*strength, -6.0F, 4.0F);
  }
  return result;
}

inline float distance_to_comparable(const CandidateContext& context, std::int64_t i, int side, float share,
                                    float BeatCandidate::* strength) {
  const float least = share * (context.candidates[i].*strength);
  float seconds = 3.2F;
  visit_neighbours(context.candidates, i, side, 375, [&](const BeatCandidate& c, std::int64_t distance, std::int64_t) {
    if (!(c.*strength >= least)) return true;
    seconds = static_cast<float>(distance) / 125.0F;
    return false;
  });
  return seconds;
}

/// The mean of a wave over [from, to); 0 when nothing is there.
inline float mean_over(const Track<float>& wave, std::int64_t from, std::int64_t to) noexcept {
  from = std::max<std::int64_t>(0, from);
  to = std::min(to, wave.end());
  if (to <= from) return 0.0F;
  const float* x = wave.at(from);
  const std::int64_t n = to - from;
  std::array<float, 8> sums{};
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) sums[lane] += x[i + static_cast<std::int64_t>(lane)];
  }
  float rest = 0.0F;
  for (; i < n; ++i) rest += x[i];
  const float sum = ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7])) + rest;
  return sum / static_cast<float>(n);
}

/// Largest minus smallest present value of the signal within `reach` of t.
inline float peak_to_peak(const LeadWaves& waves, std::int64_t t, std::int64_t reach) noexcept {
  const std::int64_t from = std::max<std::int64_t>(0, t - reach);
  const std::int64_t n = std::min(waves.end(), t + reach + 1) - from;
  const float* x = waves.signal.at(from);
  std::array<float, 8> high;
  std::array<float, 8> low;
  high.fill(-std::numeric_limits<float>::infinity());
  low.fill(std::numeric_limits<float>::infinity());
  const auto take = [&](std::size_t lane, float v) {  // comparisons are false for a missing value
    high[lane] = v > high[lane] ? v : high[lane];
    low[lane] = v < low[lane] ? v : low[lane];
  };
  std::int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    for (std::size_t lane = 0; lane < 8; ++lane) take(lane, x[i + static_cast<std::int64_t>(lane)]);
  }
  for (; i < n; ++i) take(0, x[i]);
  const float top = *std::max_element(high.begin(), high.end());
  const float bottom = *std::min_element(low.begin(), low.end());
  return top >= bottom ? top - bottom : 0.0F;
}

/// Shape and surroundings of candidate i. Needs the candidates within shape_reach and the waves within 126 samples.
inline void shape_features(const CandidateContext& context, const Surroundings& around, std::int64_t i,
                           std::span<float, n_shape_features> out) {
  const LeadWaves& waves = context.waves;
  const BeatCandidate& own = context.candidates[i];
  const std::int64_t t = own.t;
  const float e = own.energy;
  std::size_t q = 0;
  const auto put = [&](float v) { out[q++] = v; };
  const auto relative = [&](float v, float low, float high) { return bounded_log_ratio(v, e, low, high); };

  for (const auto& window : strongest_around<5>(context.candidates, i, &BeatCandidate::energy)) {
    for (const float v : window) put(v);
  }
  constexpr std::array quantiles{0.3F, 0.6F, 0.8F, 0.93F};
  for (const float p : quantiles) put(relative(around.energies.quantile(p), -6.0F, 4.0F));
  const float span_s =
      static_cast<float>(std::min(t, shape_reach) + 1 + context.ahead(t, shape_reach)) / static_cast<float>(working_rate_hz);
  put(static_cast<float>(around.energies.n_above(0.6F * e)) / span_s);
  put(static_cast<float>(around.energies.size()) / span_s);

  for (const auto& [from, to] : {std::pair{-40, -14}, std::pair{15, 41}, std::pair{-125, 126}}) {
    const bool any = t + to > 0 && t + from < waves.end();
    put(any ? relative(mean_over(waves.energy, t + from, t + to), -6.0F, 4.0F) : -7.0F);
  }
  for (const int d : {-30, -22, -16, -12, -9, -6, -3, 3, 6, 9, 12, 16, 22, 30}) {
    const std::int64_t k = t + d;
    put(k < 0 || k >= waves.end() ? -0.1F : waves.energy[k] / e);
  }

  const float sharpness = waves.sharpness[t];
  const float slowness = waves.slowness[t];
  const float sharpness_around = mean_over(waves.sharpness, t - 60, t + 61);
  put(relative(sharpness, -8.0F, 3.0F));
  put(relative(slowness, -5.0F, 5.0F));
  put(bounded_log_ratio(sharpness_around, sharpness, -6.0F, 4.0F));
  put(bounded_log_ratio(mean_over(waves.slowness, t - 60, t + 61), slowness, -6.0F, 4.0F));
  put(relative(sharpness_around, -8.0F, 3.0F));

  float rise = 0.0F;
  float fall = 0.0F;
  for (std::int64_t k = std::max<std::int64_t>(0, t - 8); k <= std::min(waves.end() - 1, t + 8); ++k) {
    rise = std::max(rise, waves.slope[k]);
    fall = std::min(fall, waves.slope[k]);
  }
  const float height = peak_to_peak(waves, t, 8);
  const float asymmetry = rise > fall ? (rise + fall) / (rise - fall) : 0.0F;
  put(relative(height, -3.0F, 4.0F));
  put(std::abs(asymmetry));
  put(bounded_log_ratio(peak_to_peak(waves, t, 40), height, -1.0F, 5.0F));

  for (const float share : {0.5F, 0.8F, 1.5F}) {
    for (const int side : {-1, 1}) put(distance_to_comparable(context, i, side, share, &BeatCandidate::energy));
  }

  const ShiftedSlope slope(waves, t);
  std::array<float, 10> likeness{};
  std::size_t n_alike = 0;
  for (const int side : {-1, 1}) {
    std::size_t taken = 0;
    visit_neighbours(context.candidates, i, side, shape_reach,
                     [&](const BeatCandidate& c, std::int64_t distance, std::int64_t j) {
                       if (c.energy > 0.5F * e && c.energy < 2.2F * e && distance > 24) {
                         likeness[n_alike++] = slope.best_match(context.snippets[j]);
                         ++taken;
                       }
                       return taken < 5;
                     });
  }
  std::sort(likeness.begin(), likeness.begin() + static_cast<std::ptrdiff_t>(n_alike));
  put(n_alike > 0 ? likeness[n_alike - 1] : -1.0F);
  put(n_alike > 2 ? likeness[n_alike - 3] : -1.0F);
  put(n_alike > 0 ? likeness[n_alike / 2] : -1.0F);
  put(static_cast<float>(n_alike));

  for (const auto& window : strongest_around<3>(context.candidates, i, &BeatCandidate::sharpness)) {
    for (const float v : window) put(v);
  }
  for (const float p : quantiles) {
    put(bounded_log_ratio(around.sharpnesses.quantile(p), own.sharpness, -6.0F, 4.0F));
  }
  for (const int side : {-1, 1}) put(distance_to_comparable(context, i, side, 0.7F, &BeatCandidate::sharpness));

  put(static_cast<float>(std::min<std::int64_t>(t, 250)) / 125.0F);
  put(static_cast<float>(context.ahead(t, 250)) / 125.0F);
  put(bounded_log_ratio(own.sharpness, e, -8.0F, 3.0F));
}

/// Whether candidate i stands out among the candidates within the refractory period by the given margin.
inline bool stands_out(const Track<BeatCandidate>& candidates, std::int64_t i, float BeatCandidate::* margin) {
  const float own = candidates[i].*margin;
  bool result = true;
  visit_neighbours(candidates, i, -1, refractory - 1, [&](const BeatCandidate& c, std::int64_t, std::int64_t) {
    result = c.*margin < own;
    return result;
  });
  if (!result) return false;
  visit_neighbours(candidates, i, 1, refractory - 1, [&](const BeatCandidate& c, std::int64_t, std::int64_t) {
    result = !(c.*margin > own);
    return result;
  });
  return result;
}

/// Rhythm, and likeness to the beats around, by the first stage's margins. `beats` holds the indices of the provisional
/// beats from first_beat on; those within rhythm_reach are needed, and first margins within 55 samples.
inline void rhythm_features(const CandidateContext& context, const Track<std::int64_t>& beats, std::int64_t first_beat,
                            std::int64_t i, std::span<float, n_rhythm_features> out) {
  const auto& candidates = context.candidates;
  const BeatCandidate& own = candidates[i];
  const std::int64_t t = own.t;
  std::size_t q = 0;
  const auto put = [&](float v) { out[q++] = v; };

  put(std::clamp(own.first_margin, -8.0F, 8.0F));
  constexpr std::array<std::int64_t, 3> limits{24, 37, 55};
  std::array<std::array<float, 3>, 2> strongest{{{-8.0F, -8.0F, -8.0F}, {-8.0F, -8.0F, -8.0F}}};
  for (const int side : {-1, 1}) {
    visit_neighbours(candidates, i, side, limits.back(), [&](const BeatCandidate& c, std::int64_t distance, std::int64_t) {
      const std::size_t w = distance <= limits[0] ? 0 : distance <= limits[1] ? 1 : 2;
      float& best = strongest[side < 0 ? 0 : 1][w];
      best = std::max(best, c.first_margin);
      return true;
    });
  }
  for (std::size_t w = 0; w < 3; ++w) {
    put(strongest[0][w]);
    put(strongest[1][w]);
  }

  // The provisional beats around, the candidate's own refractory period left out.
  std::array<std::int64_t, 64> around;  // the first n_around are set
  std::size_t n_around = 0;
  for (std::int64_t b = first_beat; b < beats.end() && n_around < around.size(); ++b) {
    const BeatCandidate& beat = candidates[beats[b]];
    if (beat.t < t - rhythm_reach) continue;
    if (beat.t > t + rhythm_reach) break;
    if (std::abs(beat.t - t) >= refractory) around[n_around++] = beats[b];
  }
  FewValues intervals;
  FewValues energies;
  FewValues sharpnesses;
  FewValues margins;
  float previous = -1.0F;
  float before_previous = -1.0F;
  float next = -1.0F;
  float after_next = -1.0F;
  std::size_t n_before = 0;
  for (std::size_t k = 0; k < n_around; ++k) {
    const BeatCandidate& beat = candidates[around[k]];
    energies.add(beat.energy);
    sharpnesses.add(beat.sharpness);
    margins.add(beat.first_margin);
    if (beat.t < t) {
      before_previous = previous;
      previous = static_cast<float>(t - beat.t);
      n_before = k + 1;
    } else if (next < 0.0F) {
      next = static_cast<float>(beat.t - t);
    } else if (after_next < 0.0F) {
      after_next = static_cast<float>(beat.t - t);
    }
    if (k == 0) continue;
    const std::int64_t before = candidates[around[k - 1]].t;
    if (!(before < t && beat.t > t)) intervals.add(static_cast<float>(beat.t - before));
  }
  const float interval = intervals.middle();
  FewValues deviations;
  for (const float v : intervals.values()) deviations.add(std::abs(v - interval));
  put(interval / 125.0F);
  put(interval > 0.0F ? deviations.middle() / interval : -1.0F);
  put(previous > 0.0F ? std::min(previous / 125.0F, 4.0F) : 5.0F);
  put(next > 0.0F ? std::min(next / 125.0F, 4.0F) : 5.0F);
  const auto in_intervals = [&](float distance, float most) {
    return distance > 0.0F && interval > 0.0F ? std::min(distance / interval, most) : -1.0F;
  };
  put(in_intervals(previous, 4.0F));
  put(in_intervals(next, 4.0F));
  put(previous > 0.0F && next > 0.0F ? in_intervals(previous + next, 6.0F) : -1.0F);
  put(in_intervals(before_previous, 6.0F));
  put(in_intervals(after_next, 6.0F));
  put(n_around > 0 ? bounded_log_ratio(own.energy, energies.middle(), -5.0F, 5.0F) : -5.0F);
  put(n_around > 0 ? bounded_log_ratio(own.sharpness, sharpnesses.middle(), -5.0F, 5.0F) : -5.0F);
  put(n_around > 0 ? margins.middle() : -8.0F);
  put(static_cast<float>(n_around));

  // The eight nearest sure beats, one by one and as their mean.
  SlopeSnippet mean;
  const ShiftedSlope slope(context.waves, t);
  std::array<float, 8> likeness{};
  std::size_t n_alike = 0;
  std::size_t left = n_before;
  std::size_t right = n_before;
  while (n_alike < likeness.size() && (left > 0 || right < n_around)) {
    const bool take_left =
        left > 0 && (right >= n_around || t - candidates[around[left - 1]].t <= candidates[around[right]].t - t);
    const std::int64_t j = take_left ? around[--left] : around[right++];
    if (candidates[j].first_margin < 0.0F) continue;
    mean.add(context.snippets[j]);
    likeness[n_alike++] = slope.best_match(context.snippets[j]);
  }
  std::sort(likeness.begin(), likeness.begin() + static_cast<std::ptrdiff_t>(n_alike));
  put(n_alike > 0 ? likeness[n_alike - 1] : -1.0F);
  put(n_alike > 0 ? likeness[n_alike / 2] : -1.0F);
  put(n_alike > 3 ? likeness[n_alike - 3] : -1.0F);
  const float norm = mean.norm();
  put(n_alike > 0 ? norm / static_cast<float>(n_alike) : -1.0F);
  put(n_alike > 0 && norm > 0.0F ? slope.best_match(mean) / norm : -1.0F);
  put(n_alike > 0 ? static_cast<float>(n_alike) : 0.0F);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
