#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/sampling_rate.hpp>
#include <heartsight/signal/detail/preprocess.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// What the signal is made ready for.
enum class PreprocessChain : std::uint8_t {
  /// Resampled to target_hz by its true rate (resample_poly with line padding), then zscore of each lead.
  classifier,
  /// For finding beats, not for reading ST segments: a median over 6 ms, a zero-phase low-pass of order 2 at 40 Hz (at rates
  /// above
  /// 80 Hz), minus the same at 2 Hz, minus the mean, over the largest absolute value: within [-1, 1], with its polarity.
  detector,
};

/// The chains of published systems, with their defects, for comparison; see docs/protocols.md.
enum class PreprocessProtocol : std::uint8_t {
  /// 5000 points by Fourier resampling whatever the rate and duration, unless there are 5000; z-score over (deviation +
  /// 1e-8). (That
  /// system then rounds to float32.)
  clinical_recommender,
  /// Median of 3 with zeros beyond the ends; zero-phase low-pass at 40 Hz minus that at 2 Hz; z-score; over the maximum. A
  /// flat lead
  /// gives NaN, an inverted one is scaled by its smaller side.
  cpsc2019,
};

struct PreprocessOptions {
  PreprocessChain chain = PreprocessChain::classifier;
  std::optional<PreprocessProtocol> protocol{};  ///< in place of chain
  double target_hz = 500.0;                      ///< of the classifier's chain; the ratio of the rates within [1/5000, 5000]
};

/// A signal (n_leads, n_samples) that owns its samples, row-major.
template <class T>
struct Preprocessed {
  std::vector<T> samples;
  std::size_t n_leads;
  std::size_t n_samples;
  [[nodiscard]] MatrixView<const T> signal() const noexcept { return {samples.data(), n_leads, n_samples}; }
};

namespace detail {

template <std::floating_point T>
Preprocessed<T> preprocess(const MatrixView<const T>& signal, SamplingRate sampling_rate, const PreprocessOptions& options) {
  std::vector<T> out;
  if (options.protocol == PreprocessProtocol::clinical_recommender) {
    out = clinical_recommender_chain<T>(signal);
  } else if (options.protocol == PreprocessProtocol::cpsc2019) {
    out = cpsc2019_chain<T>(signal, sampling_rate);
  } else if (options.chain == PreprocessChain::detector) {
    out = detector_chain<T>(signal, sampling_rate);
  } else {
    out = classifier_chain<T>(signal, sampling_rate, options.target_hz);
  }
  const std::size_t n_samples = signal.n_rows() == 0 ? 0 : out.size() / signal.n_rows();
  return {std::move(out), signal.n_rows(), n_samples};
}

}  // namespace detail

/// Makes a signal ready for a classifier or a beat detector: chains of the other functions of this domain.
///
/// @param signal         (n_samples,) or (n_leads, n_samples); leads are treated apart.
/// @param sampling_rate  in Hz. clinical_recommender ignores it.
/// @param options        chain, or a protocol.
/// @return the chain's result, without unit. Its rate is target_hz for classifier, that of signal for detector and cpsc2019;
/// for
///   clinical_recommender it is 5000 over the duration.
/// @throws DomainError the rates' ratio is out of range (classifier), the rate is 4 Hz or less (detector), 80 Hz or less
/// (cpsc2019).
/// @throws ShapeError  clinical_recommender of a signal without samples.
///
/// A flat lead gives zeros by both chains. NaN policy: propagate; a NaN makes its whole lead NaN. An empty signal gives an
/// empty result, but for clinical_recommender. The protocols equal SciPy's functions put together in the same way within
/// 1e-10 (tests/python/test_signal_preprocess.py). O(n), clinical_recommender O(n log n).
[[nodiscard]] inline Preprocessed<double> preprocess(std::span<const double> signal, SamplingRate sampling_rate,
                                                     const PreprocessOptions& options = {}) {
  return detail::preprocess<double>({signal.data(), 1, signal.size()}, sampling_rate, options);
}
[[nodiscard]] inline Preprocessed<float> preprocess(std::span<const float> signal, SamplingRate sampling_rate,
                                                    const PreprocessOptions& options = {}) {
  return detail::preprocess<float>({signal.data(), 1, signal.size()}, sampling_rate, options);
}
[[nodiscard]] inline Preprocessed<double> preprocess(const MatrixView<const double>& signal, SamplingRate sampling_rate,
                                                     const PreprocessOptions& options = {}) {
  return detail::preprocess<double>(signal, sampling_rate, options);
}
[[nodiscard]] inline Preprocessed<float> preprocess(const MatrixView<const float>& signal, SamplingRate sampling_rate,
                                                    const PreprocessOptions& options = {}) {
  return detail::preprocess<float>(signal, sampling_rate, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
