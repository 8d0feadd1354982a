#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/detection/detail/elgendi.hpp>
#include <heartsight/detection/detail/hamilton.hpp>
#include <heartsight/detection/detail/khamis.hpp>
#include <heartsight/detection/detail/pan_tompkins.hpp>
#include <heartsight/detection/detail/place_r_peaks.hpp>
#include <heartsight/detection/detail/single_lead.hpp>
#include <heartsight/detection/detail/stretches.hpp>
#include <heartsight/detection/qrs_detection.hpp>
#include <heartsight/detection/qrs_method.hpp>
#include <heartsight/detection/qrs_stream.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

struct DetectQrsOptions {
  QrsMethod method = QrsMethod::heartsight;
  double least_confidence = 0.4;  ///< the default method reports what is at least this likely; in (0, 1)
  std::size_t lead = 0;           ///< which lead the methods of a single lead look at; the default method uses all
};

namespace detail {

template <class T>
QrsDetection detect_with_classifier(MatrixView<const T> signal, double sampling_rate, const DetectQrsOptions& options) {
  QrsDetection result;
  result.method = name_of(options.method);
  result.sampling_rate = sampling_rate;
  result.n_samples = static_cast<std::int64_t>(signal.n_cols());
  QrsStream stream(sampling_rate, std::max<std::size_t>(1, signal.n_rows()), options.least_confidence);
  if (signal.n_rows() > 0) {
    const auto keep = [&](const std::vector<Beat>& beats) {
      for (const Beat& beat : beats) {
        result.r_peaks.push_back(beat.r_peak);
        result.confidence.push_back(beat.confidence);
      }
    };
    keep(stream.push(signal));
    keep(stream.finish());
  }
  result.unusable = stream.unusable();
  for (std::size_t l = 0; l < signal.n_rows(); ++l) {
    result.polarity.push_back(stream.polarity(l));
    if (stream.used(l)) result.leads_used.push_back(l);
  }
  return result;
}

template <class T>
QrsDetection detect_in_one_lead(MatrixView<const T> signal, double sampling_rate, const DetectQrsOptions& options) {
  check::in_closed_range("detect_qrs", "sampling_rate", sampling_rate, 25.0, 20000.0);
  QrsDetection result;
  result.method = name_of(options.method);
  result.sampling_rate = sampling_rate;
  result.n_samples = static_cast<std::int64_t>(signal.n_cols());
  if (signal.n_rows() == 0) return result;
  check::in_closed_range<std::size_t>("detect_qrs", "lead", options.lead, 0, signal.n_rows() - 1);
  const SingleLead<T> lead(signal.row(options.lead));
  // Thresholds of some are those of a whole stretch; the others want what fits in the processor's cache.
  const bool is_khamis = options.method == QrsMethod::khamis2016;
  const bool long_stretches = is_khamis || options.method == QrsMethod::elgendi2010;
  StretchReader stretches(lead, sampling_rate, long_stretches ? 300.0 : 60.0, is_khamis ? 8.0 : long_stretches ? 4.0 : 1.5);
  std::vector<std::int64_t> places;
  switch (options.method) {
    case QrsMethod::pantompkins1985:
      places = pan_tompkins(stretches);
      break;
    case QrsMethod::hamilton2002:
      places = hamilton(stretches);
      break;
    case QrsMethod::khamis2016:
      places = Khamis::detect(stretches);
      break;
    default:
      places = elgendi(stretches);
      break;
  }
  place_r_peaks(lead, places, options.lead, signal.n_rows(), result);
  result.unusable = stretches.unusable();
  return result;
}

template <class T>
QrsDetection detect_qrs(MatrixView<const T> signal, double sampling_rate, const DetectQrsOptions& options) {
  return options.method == QrsMethod::heartsight ? detect_with_classifier(signal, sampling_rate, options)
                                                 : detect_in_one_lead(signal, sampling_rate, options);
}

}  // namespace detail

/// Finds the heart beats (QRS complexes) of one lead or of simultaneous leads.
///
/// The default method resamples each lead to 125 Hz, takes the local maxima of a phase-free QRS-band energy as candidates,
/// and gives each a probability by two stages of boosted trees: its shape and surroundings first, then the rhythm of, and
/// likeness to, the probable beats around. Leads are averaged by how sure they are. Every number is a ratio within the
/// lead, so that unit, gain, offset and polarity do not matter. The R peak is the extremum of the dominant deflection
/// within 50 ms, at the recording's own rate.
///
/// @param signal        (n_leads, n_samples) or (n_samples,), any unit.
/// @param sampling_rate Hz, in [25, 20000]; tested from 50 to 2000.
/// @return R peaks (samples from 0), a confidence for each, per-lead polarity, and the seconds where nothing could be said.
/// @throws DomainError sampling_rate, least_confidence or lead out of range.
///
/// A bad signal is a result: NaN and infinities are gaps, across which nothing is invented; an empty, constant or missing
/// signal has no beats. Linear in n_samples; a long signal is not copied, and memory grows with the
/// candidates and beats in it, not with its samples.
///
/// The other methods are for comparison: they look at options.lead alone, know no confidence (NaN), say only of missing and
/// constant seconds that they are unusable. Where a paper gives a delayed mark, the R
/// peak is looked for within 75 ms of it. The classifier: tools/train_beat_classifier.py. What it reaches: docs/beats.md.
/// Not a medical device.
[[nodiscard]] inline QrsDetection detect_qrs(MatrixView<const double> signal, double sampling_rate,
                                             const DetectQrsOptions& options = {}) {
  return detail::detect_qrs(signal, sampling_rate, options);
}
[[nodiscard]] inline QrsDetection detect_qrs(MatrixView<const float> signal, double sampling_rate,
                                             const DetectQrsOptions& options = {}) {
  return detail::detect_qrs(signal, sampling_rate, options);
}
[[nodiscard]] inline QrsDetection detect_qrs(std::span<const double> signal, double sampling_rate,
                                             const DetectQrsOptions& options = {}) {
  return detail::detect_qrs(MatrixView<const double>(signal.data(), 1, signal.size()), sampling_rate, options);
}
[[nodiscard]] inline QrsDetection detect_qrs(std::span<const float> signal, double sampling_rate,
                                             const DetectQrsOptions& options = {}) {
  return detail::detect_qrs(MatrixView<const float>(signal.data(), 1, signal.size()), sampling_rate, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
