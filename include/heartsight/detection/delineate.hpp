#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/detection/delineation.hpp>
#include <heartsight/detection/delineation_method.hpp>
#include <heartsight/detection/detail/beat_delineator.hpp>
#include <heartsight/detection/detail/delineate_network.hpp>
#include <heartsight/detection/detail/lead_part.hpp>
#include <heartsight/detection/detail/wave_track.hpp>
#include <heartsight/detection/detect_qrs.hpp>
#include <heartsight/detection/martinez2004.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

struct DelineateOptions {
  DelineationMethod method = DelineationMethod::heartsight;
  /// R peaks, ascending samples from 0; absent: detect_qrs finds them.
  std::optional<std::vector<std::int64_t>> r_peaks;
};

namespace detail {

/// Each lead by the wavelet method; what concerns the leads together, and pacing, as the default does it.
template <class T>
Delineation delineate_by_wavelet(MatrixView<const T> signal, double sampling_rate, std::span<const std::int64_t> r_peaks) {
  const std::size_t n_leads = signal.n_rows();
  const std::size_t n_beats = r_peaks.size();
  Delineation result;
  std::vector<LeadPart<T>> leads;
  for (std::size_t lead = 0; lead < n_leads; ++lead) {
    leads.emplace_back(signal.row(lead));
    std::vector<BeatWaves> row = martinez2004_waves<T>(signal.row(lead), sampling_rate, r_peaks);
    end_before_next_complex(row);
    std::move(row.begin(), row.end(), std::back_inserter(result.waves));
  }
  std::vector<WaveFiducials> of_beat(n_leads);
  for (std::size_t beat = 0; beat < n_beats; ++beat) {
    result.paced.push_back(is_paced_beat<T>(leads, sampling_rate, r_peaks[beat]));
    for (std::size_t lead = 0; lead < n_leads; ++lead) of_beat[lead] = result.waves[lead * n_beats + beat].at;
    result.consensus.push_back(consensus(of_beat));
  }
  return result;
}

template <class T>
Delineation delineate_by_network(MatrixView<const T> signal, double sampling_rate, std::span<const std::int64_t> r_peaks) {
  const WorkingRateResampler resampler(sampling_rate);
  std::vector<LeadPart<T>> leads;
  std::vector<Track<float>> tracks;
  std::vector<const Track<float>*> track_of_lead;
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    leads.emplace_back(signal.row(lead));
    tracks.push_back(r_peaks.empty() ? Track<float>() : wave_track(signal.row(lead), resampler));
  }
  for (const auto& track : tracks) track_of_lead.push_back(&track);
  Delineation result;
  result.n_leads = signal.n_rows();
  BeatDelineator delineator(sampling_rate, result.n_leads);
  for (std::size_t i = 0; i < r_peaks.size(); ++i) {
    BeatPlace place{.r_peak = r_peaks[i]};
    if (i > 0) place.rr_before = static_cast<double>(r_peaks[i] - r_peaks[i - 1]) / sampling_rate;
    if (i + 1 < r_peaks.size()) place.rr_after = static_cast<double>(r_peaks[i + 1] - r_peaks[i]) / sampling_rate;
    delineator.look<T>(place, leads, track_of_lead);
    delineator.decide(false, result);
  }
  delineator.decide(true, result);
  arrange_by_lead(result);
  return result;
}

template <class T>
Delineation delineate(MatrixView<const T> signal, double sampling_rate, const DelineateOptions& options) {
  check::in_closed_range("delineate", "sampling_rate", sampling_rate, 25.0, 20000.0);
  const auto n_samples = static_cast<std::int64_t>(signal.n_cols());
  std::vector<std::int64_t> peaks;
  if (options.r_peaks) {
    peaks = *options.r_peaks;
    for (std::size_t i = 0; i < peaks.size(); ++i) {
      check::in_closed_range<std::int64_t>("delineate", "r_peaks", peaks[i], 0, n_samples - 1);
      if (i > 0 && peaks[i] <= peaks[i - 1]) {
        check::detail::fail<DomainError>("delineate", "r_peaks", check::detail::show(peaks[i]), "must be ascending");
      }
    }
  } else {
    peaks = heartsight::detection::detect_qrs(signal, sampling_rate).r_peaks;
  }
  Delineation result = options.method == DelineationMethod::martinez2004
                           ? delineate_by_wavelet(signal, sampling_rate, peaks)
                           : delineate_by_network(signal, sampling_rate, peaks);
  result.n_leads = signal.n_rows();
  result.r_peaks = std::move(peaks);
  result.method = name_of(options.method);
  result.sampling_rate = sampling_rate;
  result.n_samples = n_samples;
  return result;
}

}  // namespace detail

/// Finds onset, peak and end of P wave, QRS complex and T wave: per beat and lead, and for the leads together.
///
/// Each lead is resampled to 125 Hz (45 Hz band: 100 and 1000 Hz recordings look the same). Around every beat a small
/// convolutional network places the nine marks and gives the log odds of a P and a T wave. Whether there is a P wave is
/// then decided with the beats around: its distance to the complex is steady in sinus rhythm and is not in fibrillation; a
/// beat with a pacing spike has none. Crests are those of the signal. The consensus reaches from the lower quartile of the
/// leads' onsets to the upper quartile of their offsets.
///
/// With method martinez2004 each lead goes for itself by the slopes of a spline wavelet (see martinez2004_waves): for
/// comparison; probabilities are NaN there.
///
/// @param signal        (n_leads, n_samples) or (n_samples,), any unit; NaN and infinity count as missing.
/// @param sampling_rate Hz, in [25, 20000]; tested from 100 to 1000.
/// @return one row per lead, one column per beat, NaN where a wave is absent or its mark falls into missing samples.
/// @throws DomainError sampling_rate out of range; r_peaks not ascending or outside the signal.
///
/// A bad signal is a result: without beats there are no columns. Linear in n_samples and beats. The marks follow the habits
/// of the cardiologists who annotated LUDB; P waves that belong to no complex (atrioventricular block) are not looked for.
/// Training: tools/train_delineator.py. What it reaches: docs/delineation.md. Not a medical device.
[[nodiscard]] inline Delineation delineate(MatrixView<const double> signal, double sampling_rate,
                                           const DelineateOptions& options = {}) {
  return detail::delineate(signal, sampling_rate, options);
}
[[nodiscard]] inline Delineation delineate(MatrixView<const float> signal, double sampling_rate,
                                           const DelineateOptions& options = {}) {
  return detail::delineate(signal, sampling_rate, options);
}
[[nodiscard]] inline Delineation delineate(std::span<const double> signal, double sampling_rate,
                                           const DelineateOptions& options = {}) {
  return detail::delineate(MatrixView<const double>(signal.data(), 1, signal.size()), sampling_rate, options);
}
[[nodiscard]] inline Delineation delineate(std::span<const float> signal, double sampling_rate,
                                           const DelineateOptions& options = {}) {
  return detail::delineate(MatrixView<const float>(signal.data(), 1, signal.size()), sampling_rate, options);
}

/// The waves of one averaged beat.
struct MedianBeatWaves {
  std::vector<BeatWaves> leads;
  WaveFiducials consensus;
};

/// The same for one averaged beat per lead instead of a recording: a median beat has no neighbours to look at.
///
/// @param beats         (n_leads, n_samples), any unit; best from 0.5 s before to 0.65 s after the R peak, what lies beyond
///                      the given samples is not judged.
/// @param sampling_rate Hz, in [25, 20000].
/// @param r_peak        sample of the R peak within it.
/// @param rr_before, rr_after seconds to the neighbouring beats; NaN where unknown.
/// @param irregularity  standard deviation of the recording's intervals over their mean, for the P wave; 0 where unknown.
/// @param paced         a pacing spike was found: no P wave is reported.
/// @throws DomainError sampling_rate or r_peak out of range.
[[nodiscard]] inline MedianBeatWaves delineate_median(MatrixView<const double> beats, double sampling_rate,
                                                      std::size_t r_peak, double rr_before, double rr_after,
                                                      double irregularity = 0.0, bool paced = false) {
  check::in_closed_range("delineate_median", "sampling_rate", sampling_rate, 25.0, 20000.0);
  MedianBeatWaves result;
  result.leads.resize(beats.n_rows());
  if (beats.empty()) return result;
  check::in_closed_range<std::size_t>("delineate_median", "r_peak", r_peak, 0, beats.n_cols() - 1);
  const detail::BeatPlace place{.r_peak = static_cast<std::int64_t>(r_peak), .rr_before = rr_before, .rr_after = rr_after};
  const detail::WorkingRateResampler resampler(sampling_rate);
  std::vector<WaveFiducials> marks;
  for (std::size_t lead = 0; lead < beats.n_rows(); ++lead) {
    const auto track = detail::wave_track(beats.row(lead), resampler);
    auto beat = detail::look_at_beat(detail::LeadPart(beats.row(lead)), track, sampling_rate, place);
    const detail::WaveEstimate* const alone = beat.estimate ? &*beat.estimate : nullptr;
    detail::decide_waves(beat, sampling_rate, place, std::span(&alone, 1), 0, irregularity, paced);
    marks.push_back(beat.waves.at);
    result.leads[lead] = std::move(beat.waves);
  }
  result.consensus = detail::consensus(marks);
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
