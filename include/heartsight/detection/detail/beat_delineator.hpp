#pragma once

#include <heartsight/detection/delineation.hpp>
#include <heartsight/detection/detail/delineate_network.hpp>
#include <heartsight/detection/detail/lead_part.hpp>
#include <heartsight/detection/detail/pacing_spike.hpp>
#include <heartsight/detection/detail/track.hpp>
#include <heartsight/detection/detail/wave_context.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// Takes one beat after the other and gives each out when those behind it that have a say are there: context_beats for the
/// P wave, and the next complex for the end of T. The same marks for a whole recording and for one that is coming in.
class BeatDelineator {
 public:
  BeatDelineator(double sampling_rate, std::size_t n_leads) : sampling_rate_(sampling_rate), n_leads_(n_leads) {}

  /// The next beat. @param leads (n_leads,) samples around it. @param tracks (n_leads,) the same at the working rate.
  template <class T>
  void look(const BeatPlace& place, std::span<const LeadPart<T>> leads, std::span<const Track<float>* const> tracks) {
    Beat beat{.place = place, .paced = is_paced_beat<T>(leads, sampling_rate_, place.r_peak), .leads = {}};
    for (std::size_t lead = 0; lead < n_leads_; ++lead) {
      beat.leads.push_back(look_at_beat(leads[lead], *tracks[lead], sampling_rate_, place));
    }
    beats_.push_back(std::move(beat));
  }

  /// Appends the beats that are decided, all of them once no beat follows; waves beat after beat, lead by lead.
  void decide(bool ended, Delineation& found) {
    const std::size_t n_behind = ended ? 0 : context_beats;
    for (; n_done_ + n_behind < beats_.size(); ++n_done_) {
      decide_next();
      give_next(found);
      if (n_done_ < context_beats) continue;
      beats_.pop_front();
      --n_done_;
    }
  }

 private:
  struct Beat {
    BeatPlace place;
    bool paced;
    std::vector<LeadBeat> leads;
  };

  void decide_next() {
    const std::size_t n = std::min(beats_.size(), n_done_ + context_beats + 1);
    Beat& beat = beats_[n_done_];
    times_.clear();
    for (std::size_t k = 0; k < n; ++k) times_.push_back(static_cast<double>(beats_[k].place.r_peak));
    const double irregularity = interval_irregularity(times_, n_done_);
    for (std::size_t lead = 0; lead < n_leads_; ++lead) {
      around_.clear();
      for (std::size_t k = 0; k < n; ++k) {
        const auto& estimate = beats_[k].leads[lead].estimate;
        around_.push_back(estimate ? &*estimate : nullptr);
      }
      decide_waves(beat.leads[lead], sampling_rate_, beat.place, around_, n_done_, irregularity, beat.paced);
    }
  }

  void give_next(Delineation& found) {
    const Beat& beat = beats_[n_done_];
    of_leads_.clear();
    for (std::size_t lead = 0; lead < n_leads_; ++lead) {
      BeatWaves waves = beat.leads[lead].waves;
      if (n_done_ + 1 < beats_.size()) end_before(beats_[n_done_ + 1].leads[lead].waves.at.qrs_onset, waves.at);
      of_leads_.push_back(waves.at);
      found.waves.push_back(std::move(waves));
    }
    found.r_peaks.push_back(beat.place.r_peak);
    found.paced.push_back(beat.paced);
    found.consensus.push_back(consensus(of_leads_));
  }

  double sampling_rate_;
  std::size_t n_leads_;
  std::deque<Beat> beats_;  // the last context_beats that are done, and those that wait
  std::size_t n_done_ = 0;  // how many of them are done
  std::vector<double> times_;
  std::vector<const WaveEstimate*> around_;
  std::vector<WaveFiducials> of_leads_;
};

/// From beat after beat to lead after lead.
inline void arrange_by_lead(Delineation& found) {
  std::vector<BeatWaves> waves;
  waves.reserve(found.waves.size());
  for (std::size_t lead = 0; lead < found.n_leads; ++lead) {
    for (std::size_t beat = 0; beat < found.n_beats(); ++beat) {
      waves.push_back(std::move(found.waves[beat * found.n_leads + lead]));
    }
  }
  found.waves = std::move(waves);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
