#pragma once

#include <heartsight/detection/detail/dominant_deflection.hpp>
#include <heartsight/detection/detail/lead_scorer.hpp>
#include <heartsight/detection/qrs_detection.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// Makes one series of beats out of the candidates of all leads.
///
/// At every candidate's time the leads' margins (log odds) are averaged, each weighted by how sure its lead is of its beats
/// within 3 s. What stands out within 200 ms and is likely enough is a beat; its place is the dominant deflection in the
/// first lead that is nearly as sure as the surest.
class BeatFusion {
 public:
  BeatFusion(double sampling_rate, std::size_t n_leads, double least_confidence)
      : sampling_rate_(sampling_rate),
        least_confidence_(least_confidence),
        deflections_(sampling_rate),
        up_votes_(n_leads),
        down_votes_(n_leads),
        weight_sums_(n_leads),
        weights_(n_leads),
        cursors_(n_leads) {
    for (std::size_t l = 0; l < n_leads; ++l) leads_.emplace_back(sampling_rate);
  }

  static constexpr double latency_s =
      LeadScorer::latency_s + static_cast<double>(375 + 5 * refractory + 375 + 64 + 5 * 125) / working_rate_hz;

  [[nodiscard]] std::vector<LeadScorer>& leads() noexcept { return leads_; }

  /// Goes as far as the leads' samples decide it. Beats are appended in order, ranges of whole seconds too.
  void update(bool ended, std::vector<Beat>& beats, std::vector<SampleRange>& unusable) {
    std::int64_t judged = never;
    for (LeadScorer& lead : leads_) {
      lead.update(ended);
      judged = std::min(judged, lead.judged_until());
    }
    collect_moments(judged);
    select_moments();
    place_beats(beats);
    judge_seconds(ended, unusable);
    forget();
  }

  /// Beats whose R peak lies before this time, in seconds, have been appended; no more than was seen once it has ended.
  [[nodiscard]] double placed_until_s() const noexcept {
    constexpr double farthest_s = 0.2;  // an R peak from its moment: the complex's centre 96 ms, its deflection 50 ms
    return static_cast<double>(placed_until_) / working_rate_hz - farthest_s;
  }

  [[nodiscard]] int polarity(std::size_t lead) const noexcept {
    return up_votes_[lead] > down_votes_[lead] ? 1 : down_votes_[lead] > up_votes_[lead] ? -1 : 0;
  }
  [[nodiscard]] bool used(std::size_t lead) const noexcept {
    return weight_sums_[lead] > 0.1 * *std::max_element(weight_sums_.begin(), weight_sums_.end());
  }

 private:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  static constexpr std::int64_t weight_reach = 375;
  static constexpr std::int64_t polarity_reach = 375;
  static constexpr std::int64_t same_beat = 6;
  static constexpr std::int64_t one_complex = 12;  // 96 ms
  static constexpr float least_margin = -2.0F;     // what is less likely is no moment of its own
  static constexpr double largest_margin = 5.0;    // no lead outvotes the others by more
  static constexpr double nearly_as_sure = 0.8;

  struct Moment {
    std::int64_t t = 0;
    double probability = 0.0;
    std::size_t lead = 0;  // where the beat is placed
    bool stands_out = false;
  };
  struct PlacedBeat {
    std::int64_t t = 0;
    double probability = 0.0;
    Deflections deflections;
    std::size_t lead = 0;
  };

  static double probability_of(double margin) noexcept { return 1.0 / (1.0 + std::exp(-margin)); }

  /// How sure a lead is around t: 0 (it saw nothing like a beat) to 1.
  static double certainty(const LeadScorer& lead, std::int64_t from, std::int64_t t) {
    const auto& candidates = lead.candidates();
    double sum = 0.0;
    std::int64_t n = 0;
    for (std::int64_t j = from; j < candidates.end() && candidates[j].t <= t + weight_reach; ++j) {
      const float margin = candidates[j].margin;
      if (margin <= least_margin) continue;
      sum += std::tanh(0.5 * std::abs(static_cast<double>(margin)));
      ++n;
    }
    if (n == 0) return 0.0;
    return sum / static_cast<double>(n);
  }

  // A wide complex has a candidate on either flank: the deflection is looked for around their common centre.
  static double centre_of_complex(const LeadScorer& lead, std::int64_t t) {
    const auto& candidates = lead.candidates();
    std::int64_t j = candidates.end();
    while (j > candidates.begin() && candidates[j - 1].t >= t - one_complex) --j;
    double weight = 0.0;
    double sum = 0.0;
    for (; j < candidates.end() && candidates[j].t <= t + one_complex; ++j) {
      if (!(candidates[j].margin > 0.0F)) continue;
      weight += static_cast<double>(candidates[j].energy);
      sum += static_cast<double>(candidates[j].energy) * static_cast<double>(candidates[j].t - t);
    }
    return static_cast<double>(t) + (weight > 0.0 ? sum / weight : 0.0);
  }

  void collect_moments(std::int64_t judged) {
    const std::int64_t end = judged == never ? never : judged - weight_reach - same_beat;
    while (true) {
      // The next candidate of any lead that is likely enough to be a moment.
      std::int64_t t = never;
      for (std::size_t l = 0; l < leads_.size(); ++l) {
        const auto& candidates = leads_[l].candidates();
        std::int64_t& next = cursors_[l].next;
        next = std::max(next, candidates.begin());
        while (next < candidates.end() && candidates[next].t < end &&
               (candidates[next].margin <= least_margin || candidates[next].t <= last_moment_)) {
          ++next;
        }
        if (next < candidates.end() && candidates[next].t < end) t = std::min(t, candidates[next].t);
      }
      if (t == never) break;
      last_moment_ = t;
      moments_.push_back(leads_.size() == 1
                             ? Moment{t, probability_of(leads_[0].candidates()[cursors_[0].next].margin), 0, false}
                             : fused_moment(t));
      if (leads_.size() == 1) weights_[0] = 1.0;
      for (std::size_t l = 0; l < leads_.size(); ++l)
        weight_sums_[l] += weights_[l] * moments_[moments_.end() - 1].probability;
    }
    moments_until_ = end;
  }

  Moment fused_moment(std::int64_t t) {
    double total = 0.0;
    double sum = 0.0;
    for (std::size_t l = 0; l < leads_.size(); ++l) {
      const auto& candidates = leads_[l].candidates();
      std::int64_t& from = cursors_[l].weight_from;
      from = std::max(from, candidates.begin());  // a long stretch without moments has been forgotten
      while (from < candidates.end() && candidates[from].t < t - weight_reach) ++from;
      const double weight = certainty(leads_[l], from, t);
      std::int64_t& near = cursors_[l].near_from;
      near = std::max(near, candidates.begin());
      while (near < candidates.end() && candidates[near].t < t - same_beat) ++near;
      double margin = -largest_margin;
      for (std::int64_t j = near; j < candidates.end() && candidates[j].t <= t + same_beat; ++j) {
        margin = std::max(margin, std::min(static_cast<double>(candidates[j].margin), largest_margin));
      }
      weights_[l] = weight;
      total += weight;
      sum += weight * margin;
    }
    const double surest = *std::max_element(weights_.begin(), weights_.end());
    std::size_t lead = 0;
    while (weights_[lead] < nearly_as_sure * surest) ++lead;
    return {t, total > 0.0 ? probability_of(sum / total) : 0.0, lead, false};
  }

  [[nodiscard]] bool largest_among(std::int64_t i, bool skip_beside_chosen) const {
    const Moment& own = moments_[i];
    const auto beside_chosen = [&](std::int64_t k) {
      for (std::int64_t j = k - 1; j >= moments_.begin() && moments_[k].t - moments_[j].t < refractory; --j) {
        if (moments_[j].stands_out) return true;
      }
      for (std::int64_t j = k + 1; j < moments_.end() && moments_[j].t - moments_[k].t < refractory; ++j) {
        if (moments_[j].stands_out) return true;
      }
      return false;
    };
    if (skip_beside_chosen && beside_chosen(i)) return false;
    for (std::int64_t j = i - 1; j >= moments_.begin() && own.t - moments_[j].t < refractory; --j) {
      if (moments_[j].probability >= own.probability && !(skip_beside_chosen && beside_chosen(j))) return false;
    }
    for (std::int64_t j = i + 1; j < moments_.end() && moments_[j].t - own.t < refractory; ++j) {
      if (moments_[j].probability > own.probability && !(skip_beside_chosen && beside_chosen(j))) return false;
    }
    return true;
  }

  // Two rounds: a moment that only a suppressed neighbour surpassed gets its chance. Both look a bounded way.
  void select_moments() {
    const std::int64_t first_end = moments_until_ == never ? never : moments_until_ - refractory;
    for (; n_first_ < moments_.end() && moments_[n_first_].t < first_end; ++n_first_) {
      moments_[n_first_].stands_out = largest_among(n_first_, false);
    }
    const std::int64_t end = first_end == never ? never : first_end - 2 * refractory;
    for (; n_selected_ < moments_.end() && moments_[n_selected_].t < end; ++n_selected_) {
      const Moment& moment = moments_[n_selected_];
      if (!moment.stands_out && !largest_among(n_selected_, true)) continue;
      selected_.push_back(moment);
      if (moment.probability < least_confidence_) continue;
      PlacedBeat beat{.t = moment.t, .probability = moment.probability, .deflections = {}, .lead = moment.lead};
      for (std::size_t l = 0; l < leads_.size(); ++l) {
        const double centre = leads_[l].resampler().position(1) * centre_of_complex(leads_[l], moment.t);
        const Deflections found = deflections_(leads_[l].input(), static_cast<std::int64_t>(std::llround(centre)));
        // The lead of choice may be in a gap just here.
        const bool nothing_yet = beat.deflections.up == 0.0 && beat.deflections.down == 0.0;
        if (l == moment.lead ? found.up > 0.0 || found.down > 0.0 || nothing_yet : nothing_yet && l > moment.lead) {
          beat.deflections = found;
          beat.lead = l;
        }
        if (found.up != found.down) ++(found.up > found.down ? up_votes_ : down_votes_)[l];
      }
      placed_.push_back(beat);
    }
    selected_until_ = end;
  }

  // Up or down: the larger one, with a mild preference for what the beats within 3 s do.
  void place_beats(std::vector<Beat>& beats) {
    const std::int64_t end = selected_until_ == never ? never : selected_until_ - polarity_reach;
    for (; n_placed_ < placed_.end() && placed_[n_placed_].t < end; ++n_placed_) {
      const PlacedBeat& beat = placed_[n_placed_];
      double lean = 0.0;
      double n = 0.0;
      const auto add = [&](const PlacedBeat& other) {
        if (other.lead != beat.lead) return;
        lean += other.deflections.lean();
        n += 1.0;
      };
      for (std::int64_t j = n_placed_; j >= placed_.begin() && beat.t - placed_[j].t <= polarity_reach; --j) add(placed_[j]);
      for (std::int64_t j = n_placed_ + 1; j < placed_.end() && placed_[j].t - beat.t <= polarity_reach; ++j)
        add(placed_[j]);
      const Deflections& d = beat.deflections;
      const std::int64_t at = d.up * std::exp(0.4 * lean / n) >= d.down ? d.up_at : d.down_at;
      // Two candidates close to 200 ms apart must not end on one deflection.
      if (at <= last_r_peak_) continue;
      last_r_peak_ = at;
      beats.push_back({.r_peak = at, .confidence = beat.probability});
    }
    placed_until_ = end;
  }

  // A second is unusable when, within 2 s of it, the errors to be expected exceed a fifth of the beats to be expected,
  // when there is less than one beat to be expected, or when half of its samples are missing in every lead.
  void judge_seconds(bool ended, std::vector<SampleRange>& unusable) {
    constexpr std::int64_t second = 125;
    constexpr std::int64_t reach = 2 * second;
    const std::int64_t n_working = leads_.empty() ? 0 : leads_[0].waves().signal.end();
    const std::int64_t n_input = leads_.empty() ? 0 : leads_[0].input().end();
    for (;; ++n_seconds_) {
      const std::int64_t from = n_seconds_ * second;
      const std::int64_t to = std::min(from + second, n_working);
      if (ended ? from >= n_working : from + second + reach > std::min(selected_until_, n_working)) return;
      double beats = 0.0;
      double errors = 0.0;
      while (second_from_ < selected_.end() && selected_[second_from_].t < from - reach) ++second_from_;
      for (std::int64_t j = second_from_; j < selected_.end() && selected_[j].t < from + second + reach; ++j) {
        beats += selected_[j].probability;
        errors += std::min(selected_[j].probability, 1.0 - selected_[j].probability);
      }
      std::int64_t n_present = 0;
      for (const LeadScorer& lead : leads_) {
        const auto& n_missing = lead.waves().n_missing;
        n_present = std::max(n_present, to - from - (n_missing[to] - n_missing[from]));
      }
      const bool bad = errors > 0.2 * beats || beats < 0.8 || 2 * n_present < to - from;
      if (!bad) continue;
      const auto first = static_cast<std::int64_t>(std::ceil(static_cast<double>(n_seconds_) * sampling_rate_));
      auto last = static_cast<std::int64_t>(std::ceil(static_cast<double>(n_seconds_ + 1) * sampling_rate_));
      if (ended) last = std::min(last, n_input);
      if (last <= first) continue;
      if (!unusable.empty() && unusable.back().last == first) {
        unusable.back().last = last;
      } else {
        unusable.push_back({first, last});
      }
    }
  }

  void forget() {
    if (placed_until_ == never) return;
    const std::int64_t needed = std::min(placed_until_, n_seconds_ * 125) - 2 * weight_reach;
    std::int64_t first = moments_.begin();
    while (first < moments_.end() && moments_[first].t < needed) ++first;
    moments_.forget_before(first);
    std::int64_t first_placed = placed_.begin();
    while (first_placed < placed_.end() && placed_[first_placed].t < needed) ++first_placed;
    placed_.forget_before(first_placed);
    selected_.forget_before(second_from_);
    for (LeadScorer& lead : leads_) lead.forget_before(needed);
  }

  struct Cursor {
    std::int64_t next = 0;
    std::int64_t weight_from = 0;
    std::int64_t near_from = 0;
  };

  double sampling_rate_;
  double least_confidence_;
  DeflectionFinder deflections_;
  std::vector<LeadScorer> leads_;
  std::vector<std::int64_t> up_votes_;
  std::vector<std::int64_t> down_votes_;
  std::vector<double> weight_sums_;
  std::vector<double> weights_;
  std::vector<Cursor> cursors_;
  Track<Moment> moments_;
  Track<Moment> selected_;
  Track<PlacedBeat> placed_;
  std::int64_t last_moment_ = -1;
  std::int64_t moments_until_ = 0;
  std::int64_t n_first_ = 0;
  std::int64_t n_selected_ = 0;
  std::int64_t selected_until_ = 0;
  std::int64_t n_placed_ = 0;
  std::int64_t last_r_peak_ = -1;
  std::int64_t placed_until_ = 0;
  std::int64_t n_seconds_ = 0;
  std::int64_t second_from_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
