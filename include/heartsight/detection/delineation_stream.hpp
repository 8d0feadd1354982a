#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/detection/delineation.hpp>
#include <heartsight/detection/delineation_method.hpp>
#include <heartsight/detection/detail/beat_delineator.hpp>
#include <heartsight/detection/detail/lead_part.hpp>
#include <heartsight/detection/detail/track.hpp>
#include <heartsight/detection/detail/wave_track.hpp>
#include <heartsight/detection/qrs_stream.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

/// Finds the waves of each beat while the signal comes in, with the default method of delineate.
///
/// A beat is given out when QrsStream has found it and beats_behind() more, for these have a say in whether there is a P
/// wave: exactly the marks that delineate finds in the whole recording with the same beats, however it is cut into pieces.
/// Memory is bounded by the latency and the number of leads, not by the length of the recording; only QrsStream's list of
/// unusable seconds grows, by 16 bytes a stretch. Not a medical device.
class DelineationStream {
 public:
  /// @param sampling_rate Hz, in [25, 20000].
  /// @param n_leads at least 1.
  /// @param least_confidence of a beat; what is less likely is none; in (0, 1).
  /// @throws DomainError a parameter out of range.
  explicit DelineationStream(double sampling_rate, std::size_t n_leads = 1, double least_confidence = 0.4)
      : beats_(sampling_rate, n_leads, least_confidence),
        resampler_(sampling_rate),
        delineator_(sampling_rate, n_leads),
        samples_(n_leads),
        tracks_(n_leads) {}

  /// How many beats have to follow one before it is given out.
  [[nodiscard]] static constexpr std::size_t beats_behind() noexcept { return detail::context_beats; }
  [[nodiscard]] double sampling_rate() const noexcept { return beats_.sampling_rate(); }
  [[nodiscard]] std::size_t n_leads() const noexcept { return beats_.n_leads(); }
  /// Samples taken so far.
  [[nodiscard]] std::int64_t n_samples() const noexcept { return beats_.n_samples(); }

  /// Takes the next samples of all leads and returns the beats that they decide, in order; often none.
  ///
  /// @param samples (n_leads, any number), in any unit; NaN and infinity count as missing.
  /// @return positions count from the first sample of the stream.
  /// @throws ShapeError the number of rows is not n_leads. @throws DomainError the stream has been finished.
  Delineation push(MatrixView<const double> samples) { return take(samples); }
  Delineation push(MatrixView<const float> samples) { return take(samples); }

  /// The recording has ended: returns the beats that were waiting. A second call returns none.
  Delineation finish() {
    finished_ = true;
    Delineation found = empty();
    for (auto& track : tracks_) track.extend(resampler_, true);
    for (const Beat& beat : beats_.finish()) waiting_.push_back(beat.r_peak);
    look(true);
    delineator_.decide(true, found);
    return arranged(std::move(found));
  }

 private:
  static constexpr std::int64_t piece = 16384;  // larger input is taken in pieces: memory stays bounded
  // A window of the network lies within so much of its R peak; a later neighbour is none to it.
  static constexpr double reach_s = 1.0;
  static constexpr double near_s = 1.3;

  [[nodiscard]] Delineation empty() const {
    Delineation found;
    found.n_leads = n_leads();
    found.method = name_of(DelineationMethod::heartsight);
    found.sampling_rate = sampling_rate();
    return found;
  }
  [[nodiscard]] Delineation arranged(Delineation found) const {
    detail::arrange_by_lead(found);
    found.n_samples = n_samples();
    return found;
  }

  template <class T>
  Delineation take(MatrixView<const T> samples) {
    check::has_size("DelineationStream", "samples", samples.n_rows(), n_leads());
    if (finished_) check::detail::fail<DomainError>("DelineationStream", "samples", "", "the stream has been finished");
    Delineation found = empty();
    const auto n = static_cast<std::int64_t>(samples.n_cols());
    for (std::int64_t first = 0; first < n; first += piece) {
      const auto count = static_cast<std::size_t>(std::min(piece, n - first));
      const auto part = samples.columns(static_cast<std::size_t>(first), count);
      for (const Beat& beat : beats_.push(part)) waiting_.push_back(beat.r_peak);
      for (std::size_t lead = 0; lead < n_leads(); ++lead) {
        const auto row = part.row(lead);
        std::copy(row.begin(), row.end(), samples_[lead].grow(static_cast<std::int64_t>(count)));
        tracks_[lead].push(row);
        tracks_[lead].extend(resampler_, false);
      }
      look(false);
      delineator_.decide(false, found);
    }
    return arranged(std::move(found));
  }

  // A beat is looked at when its neighbour is known, or known to be far.
  void look(bool ended) {
    std::vector<detail::LeadPart<double>> leads;
    std::vector<const Track<float>*> tracks;
    for (std::size_t lead = 0; lead < n_leads(); ++lead) {
      const auto& samples = samples_[lead];
      leads.emplace_back(std::span(samples.at(samples.begin()), static_cast<std::size_t>(samples.end() - samples.begin())),
                         samples.begin());
      tracks.push_back(&tracks_[lead].samples());
    }
    std::size_t n_looked = 0;
    for (; n_looked < waiting_.size(); ++n_looked) {
      detail::BeatPlace place{.r_peak = waiting_[n_looked]};
      const bool has_next = n_looked + 1 < waiting_.size();
      const double known_s = static_cast<double>(beats_.found_until() - place.r_peak) / sampling_rate();
      if (!ended && !has_next && known_s < near_s) break;
      if (has_next) place.rr_after = static_cast<double>(waiting_[n_looked + 1] - place.r_peak) / sampling_rate();
      if (last_r_peak_ >= 0) place.rr_before = static_cast<double>(place.r_peak - last_r_peak_) / sampling_rate();
      delineator_.look<double>(place, leads, tracks);
      last_r_peak_ = place.r_peak;
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n_looked));
    forget();
  }

  void forget() {
    std::int64_t needed = beats_.found_until();
    if (!waiting_.empty()) needed = std::min(needed, waiting_.front());
    const double needed_s = std::max(0.0, static_cast<double>(needed) / sampling_rate() - reach_s);
    const auto first = static_cast<std::int64_t>(needed_s * sampling_rate());
    const auto first_of_track = static_cast<std::int64_t>(needed_s * detail::working_rate_hz);
    for (auto& samples : samples_) samples.forget_before(first);
    for (auto& track : tracks_) track.forget_before(resampler_, first_of_track);
  }

  template <class T>
  using Track = detail::Track<T>;

  QrsStream beats_;
  detail::WorkingRateResampler resampler_;
  detail::BeatDelineator delineator_;
  std::vector<Track<double>> samples_;
  std::vector<detail::WaveTrack> tracks_;
  std::vector<std::int64_t> waiting_;  // R peaks that have been found but not looked at
  std::int64_t last_r_peak_ = -1;
  bool finished_ = false;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
