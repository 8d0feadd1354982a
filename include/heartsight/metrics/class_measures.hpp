#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/metrics/probability_scores.hpp>
#include <heartsight/metrics/ranking.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

enum class ScoreMeasure : std::uint8_t { auroc, average_precision, brier_score, log_loss };

/// A measure of each class alone (one-vs-rest) and its averages.
struct ClassMeasures {
  std::vector<double> per_class;  ///< (k,)
  double macro;                   ///< the plain mean; NaN when a class is NaN: a mean that skips classes hides it
  double weighted;                ///< the mean weighted with each class's positives; classes without one have no say
  double micro;                   ///< all n * k decisions as one set
};

/// Class indices as columns of 0 and 1: what makes a multi-class task a multi-label one (one-vs-rest).
/// @param class_index (n,) 0 .. n_classes - 1. @return (n, n_classes) row-major.
/// @throws DomainError an index is out of range, or n_classes = 0.
[[nodiscard]] inline std::vector<std::int64_t> one_hot(std::span<const std::int64_t> class_index, std::size_t n_classes) {
  check::in_closed_range<std::size_t>("one_hot", "n_classes", n_classes, 1, 1'000'000);
  check::in_closed_range<std::int64_t>("one_hot", "class_index", class_index, 0, static_cast<std::int64_t>(n_classes) - 1);
  std::vector<std::int64_t> label(class_index.size() * n_classes, 0);
  for (std::size_t i = 0; i < class_index.size(); ++i) label[i * n_classes + static_cast<std::size_t>(class_index[i])] = 1;
  return label;
}

/// A measure per class with macro, weighted and micro averages; multi-label, or multi-class through one_hot.
///
/// @param measure of each column. @param label (n, k) 0 or 1. @param score (n, k): probabilities for brier_score and
/// log_loss. @param weight (n,) of the rows, in [0, 1e12], or empty.
/// @throws ShapeError n = 0 or k = 0, shapes differ. @throws DomainError as the measure.
/// Equal to scikit-learn's average=None, "macro", "weighted" and "micro" where every class has both outcomes. O(n k).
[[nodiscard]] inline ClassMeasures class_measures(ScoreMeasure measure, MatrixView<const std::int64_t> label,
                                                  MatrixView<const double> score, std::span<const double> weight = {}) {
  constexpr auto where = "class_measures";
  const std::size_t n = label.n_rows();
  const std::size_t k = label.n_cols();
  check::not_empty(where, "label", n * k);
  check::same_size(where, "label", n, "score", score.n_rows());
  check::same_size(where, "label (columns)", k, "score (columns)", score.n_cols());
  detail::check_weights(where, weight, n);
  const auto value_of = [&](std::span<const std::int64_t> y, std::span<const double> s, std::span<const double> w) {
    switch (measure) {
      case ScoreMeasure::auroc:
        return auroc(y, s, w);
      case ScoreMeasure::average_precision:
        return average_precision(y, s, w);
      case ScoreMeasure::brier_score:
        return brier_score(y, s, w);
      case ScoreMeasure::log_loss:
        break;
    }
    return log_loss(y, s, w);
  };
  ClassMeasures result{};
  std::vector<std::int64_t> y(n * k);
  std::vector<double> s(n * k);
  std::vector<double> all_weights(weight.empty() ? 0 : n * k);
  double total = 0.0;
  double weighted = 0.0;
  double sum = 0.0;
  for (std::size_t c = 0; c < k; ++c) {
    double positive = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      y[c * n + i] = label(i, c);
      s[c * n + i] = score(i, c);
      if (label(i, c) == 1) positive += weight.empty() ? 1.0 : weight[i];
    }
    if (!weight.empty()) std::copy(weight.begin(), weight.end(), all_weights.begin() + static_cast<std::ptrdiff_t>(c * n));
    result.per_class.push_back(value_of(std::span(y).subspan(c * n, n), std::span(s).subspan(c * n, n), weight));
    sum += result.per_class.back();
    if (positive > 0.0) weighted += positive * result.per_class.back();
    total += positive;
  }
  result.macro = sum / static_cast<double>(k);
  result.weighted = total > 0.0 ? weighted / total : std::numeric_limits<double>::quiet_NaN();
  result.micro = value_of(y, s, all_weights);
  return result;
}

namespace detail {

template <class Loss>
double multi_class_loss(const char* where, std::span<const std::int64_t> class_index, MatrixView<const double> probability,
                        std::span<const double> weight, Loss&& loss) {
  check::not_empty(where, "class_index", class_index.size());
  check::same_size(where, "class_index", class_index.size(), "probability", probability.n_rows());
  check::in_closed_range<std::int64_t>(where, "class_index", class_index, 0,
                                       static_cast<std::int64_t>(probability.n_cols()) - 1);
  check_weights(where, weight, class_index.size());
  double sum = 0.0;
  double total = 0.0;
  for (std::size_t i = 0; i < class_index.size(); ++i) {
    double row_sum = 0.0;
    for (std::size_t c = 0; c < probability.n_cols(); ++c) {
      check::in_closed_range(where, "probability", probability(i, c), 0.0, 1.0);
      row_sum += probability(i, c);
    }
    if (std::abs(row_sum - 1.0) > 1e-6) {
      check::detail::fail<DomainError>(where, check::detail::indexed("probability", i), check::detail::show(row_sum),
                                       "a row must sum to 1");
    }
    const double w = weight.empty() ? 1.0 : weight[i];
    sum += w * loss(i, static_cast<std::size_t>(class_index[i]));
    total += w;
  }
  return total > 0.0 ? sum / total : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace detail

/// Logarithmic loss of a multi-class prediction: the mean of -ln of the probability of the true class.
/// @param class_index (n,) 0 .. k - 1. @param probability (n, k), rows sum to 1 within 1e-6. @param weight (n,) or empty.
/// @throws ShapeError, DomainError. Probabilities are clipped to the double's epsilon: equal to sklearn.metrics.log_loss.
[[nodiscard]] inline double multi_class_log_loss(std::span<const std::int64_t> class_index,
                                                 MatrixView<const double> probability, std::span<const double> weight = {}) {
  return detail::multi_class_loss("multi_class_log_loss", class_index, probability, weight,
                                  [&](std::size_t i, std::size_t truth) {
                                    constexpr double margin = std::numeric_limits<double>::epsilon();
                                    return -std::log(std::clamp(probability(i, truth), margin, 1.0 - margin));
                                  });
}

/// Brier score of a multi-class prediction in its original form: the mean squared distance of the probability vector to the
/// true corner, in [0, 2]. For two classes twice the binary Brier score. Arguments and errors as multi_class_log_loss.
[[nodiscard]] inline double multi_class_brier_score(std::span<const std::int64_t> class_index,
                                                    MatrixView<const double> probability,
                                                    std::span<const double> weight = {}) {
  return detail::multi_class_loss("multi_class_brier_score", class_index, probability, weight,
                                  [&](std::size_t i, std::size_t truth) {
                                    double sum = 0.0;
                                    for (std::size_t c = 0; c < probability.n_cols(); ++c) {
                                      const double gap = probability(i, c) - (c == truth ? 1.0 : 0.0);
                                      sum += gap * gap;
                                    }
                                    return sum;
                                  });
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
