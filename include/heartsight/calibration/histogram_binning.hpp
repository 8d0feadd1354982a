#pragma once

#include <heartsight/calibration/detail/reliability_bins.hpp>
#include <heartsight/calibration/detail/training_data.hpp>
#include <heartsight/calibration/detail/transform.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

/// Histogram binning: the observed share of positives in bins of about equal weight.
///
/// Bins hold about equally much weight each (equal scores share a bin), 15 at most. Scores of one bin become equal, so AUROC
/// falls, and nothing makes the answers rise with the score: where few cases fill a bin they may not. Source: Zadrozny and
/// Elkan 2001, "Obtaining calibrated probability estimates", ICML.
///
/// NaN policy: reject. O(n log n) to fit, O(log bins) per score.
class HistogramBinning {
 public:
  static constexpr std::string_view kind = "histogram_binning";
  static constexpr std::size_t n_bins = 15;

  HistogramBinning() = default;
  /// A calibrator of known bins: `edges` between them (a score on an edge is in the upper bin), one more `shares`.
  /// @throws ShapeError sizes do not fit. @throws DomainError edges do not increase, or a value leaves [0, 1].
  HistogramBinning(std::vector<double> edges, std::vector<double> shares)
      : edges_(std::move(edges)), shares_(std::move(shares)) {
    constexpr auto where = "HistogramBinning";
    check::has_size(where, "shares", shares_.size(), edges_.size() + 1);
    check::in_closed_range<double>(where, "edges", edges_, 0.0, 1.0);
    check::in_closed_range<double>(where, "shares", shares_, 0.0, 1.0);
    for (std::size_t i = 1; i < edges_.size(); ++i) {
      if (!(edges_[i] > edges_[i - 1]))
        check::detail::fail<DomainError>(where, check::detail::indexed("edges", i), "", "must increase");
    }
  }

  /// Fits to scores and outcomes of cases that the model did not see.
  /// @param probability (n,) in [0, 1]. @param label (n,) 0 or 1; both classes. @param weight (n,) in [0, 1e12], or empty.
  /// @throws ShapeError n = 0, or sizes differ. @throws DomainError a value is out of range, or only one class has weight.
  HistogramBinning& fit(std::span<const double> probability, std::span<const std::int64_t> label,
                        std::span<const double> weight = {}) {
    return fit_to(detail::training_data<double>("HistogramBinning.fit", probability, label, weight));
  }
  HistogramBinning& fit(std::span<const float> probability, std::span<const std::int64_t> label,
                        std::span<const double> weight = {}) {
    return fit_to(detail::training_data<float>("HistogramBinning.fit", probability, label, weight));
  }

  /// The calibrated probability of one score. @throws NotFittedError before fit. @throws DomainError outside [0, 1].
  [[nodiscard]] double transform(double probability) const {
    detail::require_fitted("HistogramBinning.transform", is_fitted());
    check::in_closed_range("HistogramBinning.transform", "probability", probability, 0.0, 1.0);
    return value_at(probability);
  }
  /// The calibrated probabilities (n,) of scores (n,); empty for none. Errors as for one score.
  [[nodiscard]] std::vector<double> transform(std::span<const double> probability) const {
    return detail::transform_all<double>(*this, probability, "HistogramBinning.transform");
  }
  [[nodiscard]] std::vector<double> transform(std::span<const float> probability) const {
    return detail::transform_all<float>(*this, probability, "HistogramBinning.transform");
  }

  [[nodiscard]] bool is_fitted() const noexcept { return !shares_.empty(); }
  [[nodiscard]] const std::vector<double>& edges() const noexcept { return edges_; }    ///< ascending, between the bins
  [[nodiscard]] const std::vector<double>& shares() const noexcept { return shares_; }  ///< one per bin
  /// Edges, then shares, for storage: an odd number.
  [[nodiscard]] std::vector<double> parameters() const {
    std::vector<double> both = edges_;
    both.insert(both.end(), shares_.begin(), shares_.end());
    return both;
  }

  /// The calibrated probability without checks; for kernels.
  [[nodiscard]] double value_at(double probability) const noexcept {
    return shares_[static_cast<std::size_t>(std::upper_bound(edges_.begin(), edges_.end(), probability) - edges_.begin())];
  }

 private:
  HistogramBinning& fit_to(const detail::TrainingData& data) {
    const metrics::detail::RankedCases ranked(std::span<const double>(data.probability));
    const double total = data.weight_positive + data.weight_negative;
    std::vector<double> edges;
    std::vector<double> shares;
    double weight = 0.0;
    double positive = 0.0;
    double seen = 0.0;
    double reached = 0.0;
    for (std::size_t level = ranked.level_end.size(); level-- > 0;) {
      const std::size_t first = level == 0 ? 0 : ranked.level_end[level - 1];
      double here = 0.0;
      for (std::size_t k = first; k < ranked.level_end[level]; ++k) {
        const std::size_t i = ranked.row[k];
        here += data.weight[i];
        positive += data.weight[i] * data.target[i];
      }
      if (here == 0.0) continue;
      if (weight == 0.0 && !shares.empty()) edges.push_back(data.probability[ranked.row[first]]);
      weight += here;
      seen += here;
      const double share = std::floor(seen * n_bins / total * (1.0 + 1e-12));
      if (share > reached) {
        shares.push_back(positive / weight);
        reached = share;
        weight = positive = 0.0;
      }
    }
    if (weight > 0.0) shares.push_back(positive / weight);
    edges_ = std::move(edges);
    shares_ = std::move(shares);
    return *this;
  }

  std::vector<double> edges_;
  std::vector<double> shares_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
