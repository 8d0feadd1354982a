#pragma once

#include <heartsight/calibration/detail/training_data.hpp>
#include <heartsight/calibration/detail/transform.hpp>

#include <algorithm>
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
    return fit_to(detail::training_data<double>("Isotonic.fit", probability, label, weight));
  }
  Isotonic& fit(std::span<const float> probability, std::span<const std::int64_t> label,
                std::span<const double> weight = {}) {
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
    return detail::transform_all<double>(*this, probability);
  }
  [[nodiscard]] std::vector<double> transform(std::span<const float> probability) const {
    return detail::transform_all<float>(*this, probability);
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
    double mean;  // weighted mean outcome
  };

  Isotonic& fit_to(const detail::TrainingData& data) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < data.probability.size(); ++i) {
      if (data.weight[i] > 0.0) order.push_back(i);
    }
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return data.probability[a] < data.probability[b]; });
    // Weighted sums per distinct score first: equal scores must get equal answers.
    std::vector<Block> levels;
    for (const std::size_t i : order) {
      const double p = data.probability[i];
      if (levels.empty() || levels.back().last < p) levels.push_back({p, p, 0.0, 0.0});
      levels.back().weight += data.weight[i];
      levels.back().mean += data.weight[i] * data.target[i];
    }
    std::vector<Block> blocks;
    for (Block level : levels) {
      level.mean /= level.weight;
      blocks.push_back(level);
      while (blocks.size() > 1 && blocks[blocks.size() - 2].mean >= blocks.back().mean) {
        const Block upper = blocks.back();
        blocks.pop_back();
        Block& lower = blocks.back();
        const double weight = lower.weight + upper.weight;
        lower.mean += (upper.mean - lower.mean) * (upper.weight / weight);
        lower.weight = weight;
        lower.last = upper.last;
      }
    }
    x_.clear();
    y_.clear();
    for (const Block& block : blocks) {
      x_.push_back(block.first);
      y_.push_back(block.mean);
      if (block.last > block.first) {
        x_.push_back(block.last);
        y_.push_back(block.mean);
      }
    }
    return *this;
  }

  std::vector<double> x_;
  std::vector<double> y_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
