#pragma once

#include <heartsight/detection/detail/lead_waves.hpp>
#include <heartsight/detection/detail/slope_snippet.hpp>
#include <heartsight/detection/detail/track.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// A local maximum of the energy: a beat, or something that is to be told from one.
struct BeatCandidate {
  std::int64_t t = 0;      ///< position at the working rate
  float energy = 0.0F;     ///< at t
  float sharpness = 0.0F;  ///< the largest within 4 samples
  float first_margin = 0.0F;
  float margin = 0.0F;  ///< log odds of a beat, from shape, surroundings and rhythm
};

/// Candidates of a lead as they come: local maxima of the energy that are not dwarfed by their surroundings.
class CandidateFinder {
 public:
  /// Samples at which a candidate's energy has to be the largest, either side.
  static constexpr std::int64_t reach = 7;
  /// Strength is compared with the third strongest within 2 s: two artefacts cannot hide the beats around them.
  static constexpr std::int64_t comparison = 250;
  static constexpr float least_energy_share = 0.08F;
  static constexpr float least_sharpness_share = 0.3F;

  void extend(const LeadWaves& waves, bool ended) {
    find(waves, ended);
    select(waves, ended);
    maxima_.forget_before(index_before_comparison());
  }

  Track<BeatCandidate> candidates;
  Track<SlopeSnippet> snippets;  ///< what each candidate looks like

  void forget_before(std::int64_t index) {
    candidates.forget_before(index);
    snippets.forget_before(index);
  }

  /// Every candidate before this time is there.
  [[nodiscard]] std::int64_t known_until() const noexcept { return known_until_; }

 private:
  void find(const LeadWaves& waves, bool ended) {
    const std::int64_t end = ended ? waves.end() : waves.end() - reach;
    for (; next_ < end; ++next_) {
      const std::int64_t t = next_;
      const float e = waves.energy[t];
      if (!(e > 0.0F) || (t > 0 && waves.energy[t - 1] >= e)) continue;
      bool largest = true;
      for (std::int64_t d = 1; d <= reach && largest; ++d) {
        if (t - d >= 0 && waves.energy[t - d] >= e) largest = false;
        if (t + d < waves.end() && waves.energy[t + d] > e) largest = false;
      }
      if (!largest) continue;
      // A maximum that mostly stands in a gap is the gap's.
      const std::int64_t from = std::max<std::int64_t>(0, t - 6);
      const std::int64_t to = std::min(waves.signal.end(), t + 7);
      if (waves.n_missing[to] - waves.n_missing[from] > 4) continue;
      float sharpness = 0.0F;
      for (std::int64_t i = std::max<std::int64_t>(0, t - 4); i < std::min(waves.end(), t + 5); ++i) {
        sharpness = std::max(sharpness, waves.sharpness[i]);
      }
      maxima_.push_back({.t = t, .energy = e, .sharpness = sharpness});
    }
  }

  void select(const LeadWaves& waves, bool ended) {
    const std::int64_t end = ended ? std::numeric_limits<std::int64_t>::max() : next_ - comparison;
    for (; selected_ < maxima_.end() && maxima_[selected_].t < end; ++selected_) {
      const BeatCandidate& candidate = maxima_[selected_];
      Strongest energy;
      Strongest sharpness;
      for (std::int64_t j = selected_ - 1; j >= maxima_.begin() && candidate.t - maxima_[j].t <= comparison; --j) {
        energy.take(maxima_[j].energy);
        sharpness.take(maxima_[j].sharpness);
      }
      for (std::int64_t j = selected_ + 1; j < maxima_.end() && maxima_[j].t - candidate.t <= comparison; ++j) {
        energy.take(maxima_[j].energy);
        sharpness.take(maxima_[j].sharpness);
      }
      if (candidate.energy >= least_energy_share * energy.third() ||
          candidate.sharpness >= least_sharpness_share * sharpness.third()) {
        candidates.push_back(candidate);
        snippets.push_back(SlopeSnippet(waves, candidate.t));
      }
    }
    known_until_ = end;
  }

  [[nodiscard]] std::int64_t index_before_comparison() const noexcept {
    std::int64_t j = selected_;
    while (j > maxima_.begin() && maxima_[j - 1].t >= next_ - 2 * comparison - 2 * reach) --j;
    return j;
  }

  struct Strongest {
    std::array<float, 3> values{};
    void take(float v) noexcept {
      if (v > values[0]) {
        values = {v, values[0], values[1]};
      } else if (v > values[1]) {
        values = {values[0], v, values[1]};
      } else if (v > values[2]) {
        values[2] = v;
      }
    }
    [[nodiscard]] float third() const noexcept { return values[2]; }
  };

  Track<BeatCandidate> maxima_;
  std::int64_t next_ = 0;      // time up to which maxima have been looked for
  std::int64_t selected_ = 0;  // index up to which maxima have been judged
  std::int64_t known_until_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
