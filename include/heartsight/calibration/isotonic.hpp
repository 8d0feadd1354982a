#pragma once

#include <heartsight/calibration/detail/training_data.hpp>
#include <heartsight/calibration/detail/transform.hpp>
#include <heartsight/metrics/detail/ranking.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

/// Isotonic calibration: the non-decreasing step-free map with the least squared error, by pool adjacent violators.
///
/// Between knots it interpolates linearly, beyond them it is constant, and equal scores are pooled first: equal to
/// sklearn.isotonic.IsotonicRegression(out_of_bounds="clip") within 1e-12. It makes ties and so costs a little AUROC, and
/// may answer exactly 0 or 1. Source: Zadrozny and Elkan 2002, DOI 10.1145/775047.775151.
///
/// NaN policy: reject. O(n log n) to fit, O(log knots) per score.
class Isotonic {
 public:
  static constexpr std::string_view kind = "isotonic";

  Isotonic() = default;
  /// A calibrator of known knots.
  /// @throws ShapeError no knot, or sizes differ. @throws DomainError scores do not increase, probabilities decrease, or
  /// either leaves [0, 1].
  Isotonic(std::vector<double> knot_scores, std::vector<double> knot_probabilities)
      : x_(std::move(knot_scores)), y_(std::move(knot_probabilities)) {
    constexpr auto where = "Isotonic";
    check::not_empty(where, "knot_scores", x_.size());
    check::same_size(where, "knot_scores", x_.size(), "knot_probabilities", y_.size());
    check::in_closed_range<double>(where, "knot_scores", x_, 0.0, 1.0);
    check::in_closed_range<double>(where, "knot_probabilities", y_, 0.0, 1.0);
    for (std::size_t i = 1; i < x_.size(); ++i) {
      if (!(x_[i] > x_[i - 1]) || !(y_[i] >= y_[i - 1])) {
        check::detail::fail<DomainError>(where, check::detail::indexed("knot", i), "",
                                         "scores must increase and probabilities must not decrease");
      }
    }
  }

  /// Fits to scores and outcomes of cases that the model did not see.
  /// @param probability  (n,) uncalibrated P(y = 1), in [0, 1].
  /// @param label        (n,) 0 or 1; both classes must be there.
  /// @param weight       (n,) in [0, 1e12], or empty for equal weights.
  /// @return *this.
  /// @throws ShapeError   n = 0, or sizes differ.
  /// @throws DomainError  a probability is NaN or outside [0, 1], a label is not 0 or 1, only one class has weight.
  Isotonic& fit(std::span<const double> probability, std::span<const std::int64_t> label,
                std::span<const double> weight = {}) {
    if (weight.empty()) return fit_equal<double>(probability, label);
    return fit_to(detail::training_data<double>("Isotonic.fit", probability, label, weight));
  }
  Isotonic& fit(std::span<const float> probability, std::span<const std::int64_t> label,
                std::span<const double> weight = {}) {
    if (weight.empty()) return fit_equal<float>(probability, label);
    return fit_to(detail::training_data<float>("Isotonic.fit", probability, label, weight));
  }

  /// The calibrated probability of one score. @throws NotFittedError before fit.
  /// @throws DomainError probability is NaN or outside [0, 1].
  [[nodiscard]] double transform(double probability) const {
    detail::require_fitted("Isotonic.transform", is_fitted());
    check::in_closed_range("Isotonic.transform", "probability", probability, 0.0, 1.0);
    return value_at(probability);
  }
  /// The calibrated probabilities (n,) of scores (n,); empty for none. Errors as for one score.
  [[nodiscard]] std::vector<double> transform(std::span<const double> probability) const {
    return detail::transform_all<double>(*this, probability, "Isotonic.transform");
  }
  [[nodiscard]] std::vector<double> transform(std::span<const float> probability) const {
    return detail::transform_all<float>(*this, probability, "Isotonic.transform");
  }

  [[nodiscard]] bool is_fitted() const noexcept { return !x_.empty(); }
  [[nodiscard]] const std::vector<double>& knot_scores() const noexcept { return x_; }         ///< ascending
  [[nodiscard]] const std::vector<double>& knot_probabilities() const noexcept { return y_; }  ///< non-decreasing
  /// Knot scores, then knot probabilities, for storage.
  [[nodiscard]] std::vector<double> parameters() const {
    std::vector<double> both = x_;
    both.insert(both.end(), y_.begin(), y_.end());
    return both;
  }

  /// The calibrated probability without checks; for kernels.
  [[nodiscard]] double value_at(double probability) const noexcept {
    if (!(probability > x_.front())) return y_.front();
    if (probability >= x_.back()) return y_.back();
    const auto above = static_cast<std::size_t>(std::upper_bound(x_.begin(), x_.end(), probability) - x_.begin());
    const double width = x_[above] - x_[above - 1];
    const double between = y_[above - 1] + (y_[above] - y_[above - 1]) * ((probability - x_[above - 1]) / width);
    return std::min(between, y_[above]);  // rounding must not step over the knot
  }

 private:
  struct Block {
    double first;  // lowest score
    double last;   // highest score
    double weight;
    double positive;  // weighted sum of outcomes
  };

  /// Pool adjacent violators over levels in ascending order of their scores, sums of equal scores together: equal scores get
  /// equal answers. Means are compared by products instead of quotients where these do not underflow: exact for counts.
  class Pooled {
   public:
    void add(double score, double weight, double positive) {
      if (!falls(top_, weight, positive)) {
        settle();  // only now the top is compared with what lies below it
        if (!falls(top_, weight, positive)) {
          if (top_.weight > 0.0) below_.push_back(top_);
          top_ = {score, score, weight, positive};
          return;
        }
      }
      top_.last = score;
      top_.weight += weight;
      top_.positive += positive;
    }
    [[nodiscard]] const std::vector<Block>& blocks() {
      settle();
      if (top_.weight > 0.0) below_.push_back(top_);
      top_ = {};
      return below_;
    }

   private:
    /// Whether a level after this block has no larger mean.
    static bool falls(const Block& block, double weight, double positive) noexcept {
      if (!(block.weight > 0.0)) return false;
      const double own = block.positive * weight;
      const double other = positive * block.weight;
      constexpr double smallest = 1e-290;  // below it products of tiny weights lose digits or become 0: quotients do not
      if (own >= smallest || other >= smallest || positive == 0.0) return own >= other;
      return block.positive / block.weight >= positive / weight;
    }
    void settle() {
      while (!below_.empty() && falls(below_.back(), top_.weight, top_.positive)) {
        const Block& lower = below_.back();
        top_ = {lower.first, top_.last, lower.weight + top_.weight, lower.positive + top_.positive};
        below_.pop_back();
      }
    }
    std::vector<Block> below_;
    Block top_{};
  };

  /// Equal weights: a probability's bits (its sign and top exponent bit are 0) and the label fit in one 64-bit key.
  template <class T>
  Isotonic& fit_equal(std::span<const T> probability, std::span<const std::int64_t> label) {
    constexpr auto where = "Isotonic.fit";
    check::not_empty(where, "probability", probability.size());
    check::same_size(where, "probability", probability.size(), "label", label.size());
    const auto probability_of = [](std::uint64_t key) { return std::bit_cast<double>(key >> 1); };
    metrics::detail::Buffer<std::uint64_t> keys(label.size());
    bool good = true;
    std::size_t n_positive = 0;
    for (std::size_t i = 0; i < label.size(); ++i) {
      const double p = static_cast<double>(probability[i]) + 0.0;  // -0 becomes +0
      const auto y = static_cast<std::uint64_t>(label[i]);
      good = good && p >= 0.0 && p <= 1.0 && y <= 1;
      keys[i] = (std::bit_cast<std::uint64_t>(p) << 1) | (y & 1U);
      n_positive += y & 1U;
    }
    if (!good) {
      check::in_closed_range<T>(where, "probability", probability, T{0}, T{1});
      check::binary_labels(where, "label", label);
    }
    if (n_positive == 0 || n_positive == label.size()) {
      check::detail::fail<DomainError>(where, "label", "", "needs both classes with a positive weight");
    }
    metrics::detail::sort_keys(keys, probability_of);
    Pooled pooled;
    for (std::size_t i = 0; i < keys.size;) {
      const std::uint64_t bits = keys[i] >> 1;
      const std::size_t start = i;
      std::uint64_t positive = 0;
      for (; i < keys.size && (keys[i] >> 1) == bits; ++i) positive += keys[i] & 1U;
      pooled.add(probability_of(keys[start]), static_cast<double>(i - start), static_cast<double>(positive));
    }
    return take(pooled);
  }

  Isotonic& fit_to(const detail::TrainingData& data) {
    const metrics::detail::RankedCases ranked(std::span<const double>(data.probability));
    Pooled pooled;
    for (std::size_t level = ranked.level_end.size(); level-- > 0;) {
      const std::size_t first = level == 0 ? 0 : ranked.level_end[level - 1];
      double weight = 0.0;
      double positive = 0.0;
      for (std::size_t k = first; k < ranked.level_end[level]; ++k) {
        weight += data.weight[ranked.row[k]];
        positive += data.weight[ranked.row[k]] * data.target[ranked.row[k]];
      }
      if (weight > 0.0) pooled.add(data.probability[ranked.row[first]], weight, positive);
    }
    return take(pooled);
  }

  Isotonic& take(Pooled& pooled) {
    x_.clear();
    y_.clear();
    for (const Block& block : pooled.blocks()) {
      const double mean = block.positive / block.weight;
      x_.push_back(block.first);
      y_.push_back(mean);
      if (block.last > block.first) {
        x_.push_back(block.last);
        y_.push_back(mean);
      }
    }
    return *this;
  }

  std::vector<double> x_;
  std::vector<double> y_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
