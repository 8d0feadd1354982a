#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/detection/detail/beat_fusion.hpp>
#include <heartsight/detection/qrs_detection.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

/// Finds beats while the signal comes in, with the default method of detect_qrs.
///
/// Beats are given out as soon as what follows cannot change them: latency_s after they came at the latest, and exactly
/// those that detect_qrs finds in the whole recording, however it is cut into pieces. Memory is bounded by the latency
/// and the largest piece, not by the length of the recording.
class QrsStream {
 public:
  /// @param sampling_rate Hz, in [25, 20000].
  /// @param n_leads at least 1.
  /// @param least_confidence what is less likely is not reported; in (0, 1).
  /// @throws DomainError a parameter out of range.
  explicit QrsStream(double sampling_rate, std::size_t n_leads = 1, double least_confidence = 0.4)
      : sampling_rate_(checked_rate(sampling_rate)),
        n_leads_(n_leads),
        fusion_(sampling_rate, (check::at_least("QrsStream", "n_leads", n_leads, 1), n_leads),
                (check::in_closed_range("QrsStream", "least_confidence", least_confidence, 1e-6, 1.0 - 1e-6),
                 least_confidence)) {}

  /// The longest that a beat waits before it is given out, in seconds.
  [[nodiscard]] static constexpr double latency_s() noexcept { return detail::BeatFusion::latency_s; }
  [[nodiscard]] double sampling_rate() const noexcept { return sampling_rate_; }
  [[nodiscard]] std::size_t n_leads() const noexcept { return n_leads_; }
  [[nodiscard]] std::int64_t n_samples() const noexcept { return n_samples_; }

  /// Every beat before this sample has been given out.
  [[nodiscard]] std::int64_t found_until() const noexcept {
    const double limit = fusion_.placed_until_s() * sampling_rate_;
    return static_cast<std::int64_t>(std::clamp(limit, 0.0, static_cast<double>(n_samples_)));
  }

  /// Takes the next samples of all leads and returns the beats that they decide, in order.
  ///
  /// @param samples (n_leads, any number), in any unit; NaN and infinity count as missing.
  /// @throws ShapeError the number of rows is not n_leads. @throws DomainError the stream has been finished.
  std::vector<Beat> push(MatrixView<const double> samples) { return take(samples); }
  std::vector<Beat> push(MatrixView<const float> samples) { return take(samples); }

  /// The recording has ended: returns the beats that were waiting. A second call returns nothing.
  std::vector<Beat> finish() {
    if (std::exchange(finished_, true)) return {};
    return update(true);
  }

  /// Stretches of whole seconds about which nothing could be said, as far as they are decided.
  [[nodiscard]] const std::vector<SampleRange>& unusable() const noexcept { return unusable_; }
  /// +1 where most beats of the lead so far point up, -1 where down, 0 where none was seen.
  /// @throws DomainError there is no such lead.
  [[nodiscard]] int polarity(std::size_t lead) const {
    check::in_closed_range("QrsStream", "lead", lead, 0, n_leads_ - 1);
    return fusion_.polarity(lead);
  }
  /// Whether the lead had a say in the beats so far.
  /// @throws DomainError there is no such lead.
  [[nodiscard]] bool used(std::size_t lead) const {
    check::in_closed_range("QrsStream", "lead", lead, 0, n_leads_ - 1);
    return any_beat_ && fusion_.used(lead);
  }

 private:
  static constexpr std::int64_t piece = 16384;  // larger input is taken in pieces: memory stays bounded

  static double checked_rate(double sampling_rate) {
    check::in_closed_range("detect_qrs", "sampling_rate", sampling_rate, 25.0, 20000.0);
    return sampling_rate;
  }

  template <class T>
  std::vector<Beat> take(MatrixView<const T> samples) {
    check::has_size("QrsStream", "samples", samples.n_rows(), n_leads_);
    if (finished_) check::detail::fail<DomainError>("QrsStream", "samples", "", "the stream has been finished");
    std::vector<Beat> found;
    const auto n = static_cast<std::int64_t>(samples.n_cols());
    for (std::int64_t first = 0; first < n; first += piece) {
      const std::int64_t count = std::min(piece, n - first);
      for (std::size_t l = 0; l < n_leads_; ++l) fusion_.leads()[l].push(samples.row(l).data() + first, count);
      n_samples_ += count;
      const auto decided = update(false);
      found.insert(found.end(), decided.begin(), decided.end());
    }
    return found;
  }

  std::vector<Beat> update(bool ended) {
    std::vector<Beat> found;
    if (n_samples_ > 0) fusion_.update(ended, found, unusable_);
    any_beat_ = any_beat_ || !found.empty();
    return found;
  }

  double sampling_rate_;
  std::size_t n_leads_;
  detail::BeatFusion fusion_;
  std::vector<SampleRange> unusable_;
  std::int64_t n_samples_ = 0;
  bool finished_ = false;
  bool any_beat_ = false;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
