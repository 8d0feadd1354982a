#pragma once

#include <heartsight/calibration/detail/training_data.hpp>
#include <heartsight/calibration/detail/transform.hpp>
#include <heartsight/metrics/detail/ranking.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

/// Two probabilities of which one is calibrated, whatever the distribution.
struct VennAbersInterval {
  double low;   ///< isotonic value if the new case were negative
  double high;  ///< isotonic value if it were positive
};

namespace detail {

/// For each distinct score in ascending order, the isotonic value at it after a positive of weight 1 has been added there:
/// algorithms 1 and 2 of Vovk, Petej and Fedorova 2015 on the cumulative sum diagram. O(k).
inline std::vector<double> isotonic_with_positive(std::span<const double> weight, std::span<const double> positive) {
  struct Point {
    double x;
    double y;
  };
  const std::size_t k = weight.size();
  std::vector<Point> diagram(k + 2);  // diagram[i + 1] is P_i: P_-1 = (-1, -1), P_0 = (0, 0)
  diagram[0] = {-1.0, -1.0};
  diagram[1] = {0.0, 0.0};
  for (std::size_t i = 0; i < k; ++i) diagram[i + 2] = {diagram[i + 1].x + weight[i], diagram[i + 1].y + positive[i]};
  const auto turns_right_or_straight = [](const Point& a, const Point& b, const Point& c) {
    return (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x) <= 0.0;
  };
  // Corners of the greatest convex minorant of P_-1 .. P_k; on top of `later` lies the leftmost.
  std::vector<Point> corners;
  for (const Point& p : diagram) {
    while (corners.size() > 1 && turns_right_or_straight(corners[corners.size() - 2], corners.back(), p)) corners.pop_back();
    corners.push_back(p);
  }
  std::vector<Point> later(corners.rbegin(), corners.rend());
  std::vector<double> value(k);
  for (std::size_t i = 1; i <= k; ++i) {
    const Point top = later.back();
    const Point next = later[later.size() - 2];
    value[i - 1] = (next.y - top.y) / (next.x - top.x);
    // P_(i-1) moves to P_(i-2) + P_i - P_(i-1): the added case has passed it.
    Point& moved = diagram[i];
    moved = {diagram[i - 1].x + diagram[i + 1].x - diagram[i].x, diagram[i - 1].y + diagram[i + 1].y - diagram[i].y};
    const double side = (next.x - top.x) * (moved.y - top.y) - (next.y - top.y) * (moved.x - top.x);
    if (side >= 0.0) continue;  // on or above the first edge: no corner
    later.pop_back();
    while (later.size() > 1) {
      const Point& a = later.back();
      const Point& b = later[later.size() - 2];
      if ((a.x - moved.x) * (b.y - a.y) - (a.y - moved.y) * (b.x - a.x) > 0.0) break;
      later.pop_back();
    }
    later.push_back(moved);
  }
  return value;
}

}  // namespace detail

/// Inductive Venn-Abers calibration: isotonic regression twice per score, with the case added as negative and as positive.
///
/// The two answers bracket a calibrated probability under exchangeability alone, at any number of cases; transform gives
/// the one between them that minimises the regret, high / (1 - low + high). Wide intervals say that little is known there.
/// It makes ties and so costs a little AUROC. Weights count as copies of a case; the added case has weight 1.
/// Source: Vovk, Petej and Fedorova 2015, arXiv 1511.00213.
///
/// NaN policy: reject. O(n log n) to fit, O(log n) per score; stores two values per distinct score.
class VennAbers {
 public:
  static constexpr std::string_view kind = "venn_abers";

  VennAbers() = default;
  /// A calibrator of known values: `low` is the answer from each score up to the next (0 below the first), `high` from
  /// above the last score up to this one (1 above the last).
  /// @throws ShapeError no score, or sizes differ. @throws DomainError scores do not increase, a value falls or leaves [0,
  /// 1].
  VennAbers(std::vector<double> scores, std::vector<double> low, std::vector<double> high)
      : scores_(std::move(scores)), low_(std::move(low)), high_(std::move(high)) {
    constexpr auto where = "VennAbers";
    check::not_empty(where, "scores", scores_.size());
    check::same_size(where, "scores", scores_.size(), "low", low_.size());
    check::same_size(where, "scores", scores_.size(), "high", high_.size());
    check::in_closed_range<double>(where, "scores", scores_, 0.0, 1.0);
    check::in_closed_range<double>(where, "low", low_, 0.0, 1.0);
    check::in_closed_range<double>(where, "high", high_, 0.0, 1.0);
    for (std::size_t i = 1; i < scores_.size(); ++i) {
      if (!(scores_[i] > scores_[i - 1]) || !(low_[i] >= low_[i - 1]) || !(high_[i] >= high_[i - 1])) {
        check::detail::fail<DomainError>(where, check::detail::indexed("scores", i), "",
                                         "scores must increase and values must not fall");
      }
    }
  }

  /// Fits to scores and outcomes of cases that the model did not see.
  /// @param probability (n,) in [0, 1]. @param label (n,) 0 or 1; both classes. @param weight (n,) in [0, 1e12], or empty.
  /// @throws ShapeError n = 0, or sizes differ. @throws DomainError a value is out of range, or only one class has weight.
  VennAbers& fit(std::span<const double> probability, std::span<const std::int64_t> label,
                 std::span<const double> weight = {}) {
    return fit_to(detail::training_data<double>("VennAbers.fit", probability, label, weight));
  }
  VennAbers& fit(std::span<const float> probability, std::span<const std::int64_t> label,
                 std::span<const double> weight = {}) {
    return fit_to(detail::training_data<float>("VennAbers.fit", probability, label, weight));
  }

  /// The calibrated probability of one score. @throws NotFittedError before fit. @throws DomainError outside [0, 1].
  [[nodiscard]] double transform(double probability) const {
    detail::require_fitted("VennAbers.transform", is_fitted());
    check::in_closed_range("VennAbers.transform", "probability", probability, 0.0, 1.0);
    return value_at(probability);
  }
  /// The calibrated probabilities (n,) of scores (n,); empty for none. Errors as for one score.
  [[nodiscard]] std::vector<double> transform(std::span<const double> probability) const {
    return detail::transform_all<double>(*this, probability, "VennAbers.transform");
  }
  [[nodiscard]] std::vector<double> transform(std::span<const float> probability) const {
    return detail::transform_all<float>(*this, probability, "VennAbers.transform");
  }

  /// The two probabilities of a score. Errors as transform.
  [[nodiscard]] VennAbersInterval interval(double probability) const {
    detail::require_fitted("VennAbers.interval", is_fitted());
    check::in_closed_range("VennAbers.interval", "probability", probability, 0.0, 1.0);
    return interval_at(probability);
  }

  [[nodiscard]] bool is_fitted() const noexcept { return !scores_.empty(); }
  [[nodiscard]] const std::vector<double>& scores() const noexcept { return scores_; }
  /// Scores, then low, then high values, for storage: a multiple of three.
  [[nodiscard]] std::vector<double> parameters() const {
    std::vector<double> all = scores_;
    all.insert(all.end(), low_.begin(), low_.end());
    all.insert(all.end(), high_.begin(), high_.end());
    return all;
  }

  /// Without checks; for kernels.
  [[nodiscard]] VennAbersInterval interval_at(double probability) const noexcept {
    const auto above =
        static_cast<std::size_t>(std::upper_bound(scores_.begin(), scores_.end(), probability) - scores_.begin());
    const auto at_least =
        static_cast<std::size_t>(std::lower_bound(scores_.begin(), scores_.end(), probability) - scores_.begin());
    return {above == 0 ? 0.0 : low_[above - 1], at_least == scores_.size() ? 1.0 : high_[at_least]};
  }
  [[nodiscard]] double value_at(double probability) const noexcept {
    const auto [low, high] = interval_at(probability);
    return high / (1.0 - low + high);
  }

 private:
  VennAbers& fit_to(const detail::TrainingData& data) {
    const metrics::detail::RankedCases ranked(std::span<const double>(data.probability));
    std::vector<double> scores;
    std::vector<double> weight;
    std::vector<double> positive;
    for (std::size_t level = ranked.level_end.size(); level-- > 0;) {
      double w = 0.0;
      double p = 0.0;
      const std::size_t first = level == 0 ? 0 : ranked.level_end[level - 1];
      for (std::size_t k = first; k < ranked.level_end[level]; ++k) {
        w += data.weight[ranked.row[k]];
        p += data.weight[ranked.row[k]] * data.target[ranked.row[k]];
      }
      if (!(w > 0.0)) continue;
      scores.push_back(data.probability[ranked.row[first]]);
      weight.push_back(w);
      positive.push_back(p);
    }
    high_ = detail::isotonic_with_positive(weight, positive);
    // A negative added at score i is a positive added in the mirror image.
    std::reverse(weight.begin(), weight.end());
    std::reverse(positive.begin(), positive.end());
    for (std::size_t i = 0; i < weight.size(); ++i) positive[i] = weight[i] - positive[i];
    low_ = detail::isotonic_with_positive(weight, positive);
    std::reverse(low_.begin(), low_.end());
    for (double& v : low_) v = 1.0 - v;
    scores_ = std::move(scores);
    for (std::size_t i = 0; i < scores_.size(); ++i) {  // rounding must not make a value fall or leave [0, 1]
      low_[i] = std::clamp(low_[i], i == 0 ? 0.0 : low_[i - 1], 1.0);
      high_[i] = std::clamp(high_[i], i == 0 ? 0.0 : high_[i - 1], 1.0);
    }
    return *this;
  }

  std::vector<double> scores_;
  std::vector<double> low_;
  std::vector<double> high_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
