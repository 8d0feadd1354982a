#pragma once

#include <heartsight/core/normal_distribution.hpp>
#include <heartsight/metrics/detail/ranking.hpp>
#include <heartsight/metrics/estimate.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// An AUROC with DeLong's standard error and a confidence interval.
struct AurocInterval {
  double auroc;
  double standard_error;  ///< DeLong's; NaN with fewer than two cases of a class
  double low;
  double high;
  std::size_t n_positive;
  std::size_t n_negative;
};

/// Two scores of the same cases compared by AUROC.
struct AurocComparison {
  double auroc_a;
  double auroc_b;
  double difference;  ///< a - b
  double standard_error;
  double low;
  double high;
  double z;        ///< difference / standard error
  double p_value;  ///< two-sided
};

namespace detail {

/// Where each case stands among those of the other class: for a positive the share of negatives below it, for a negative
/// the share of positives above it, ties a half. Their class means are the AUROC both times.
struct Placements {
  std::vector<double> share;  // (n,)
  double auroc;
};

template <std::floating_point T>
Placements placements(std::span<const std::int64_t> label, std::span<const T> score) {
  const RankedCases ranked(score);
  double n_positive = 0.0;
  for (const std::int64_t y : label) n_positive += static_cast<double>(y);
  const double n_negative = static_cast<double>(label.size()) - n_positive;
  Placements result{std::vector<double>(label.size()), 0.0};
  AurocSum sum;
  std::size_t i = 0;
  ranked.for_each_level(label, {}, [&](std::size_t level, double positive, double negative) {
    const double of_positive = (n_negative - sum.n_negative - 0.5 * negative) / n_negative;
    const double of_negative = (sum.n_positive + 0.5 * positive) / n_positive;
    for (; i < ranked.level_end[level]; ++i) {
      const std::size_t row = ranked.row[i];
      result.share[row] = label[row] == 1 ? of_positive : of_negative;
    }
    sum(positive, negative);
  });
  result.auroc = sum.value();
  return result;
}

/// The variance of a difference of two class means of `component`.
inline double two_sample_variance(std::span<const std::int64_t> label, std::span<const double> component) {
  double n[2] = {0.0, 0.0};
  double mean[2] = {0.0, 0.0};
  for (std::size_t i = 0; i < label.size(); ++i) {
    n[label[i]] += 1.0;
    mean[label[i]] += component[i];
  }
  for (int c = 0; c < 2; ++c) mean[c] /= n[c];
  double squares[2] = {0.0, 0.0};
  for (std::size_t i = 0; i < label.size(); ++i) {
    const double gap = component[i] - mean[label[i]];
    squares[label[i]] += gap * gap;
  }
  return squares[0] / (n[0] - 1.0) / n[0] + squares[1] / (n[1] - 1.0) / n[1];
}

template <std::floating_point T>
AurocInterval auroc_interval(std::span<const std::int64_t> label, std::span<const T> score, double level) {
  constexpr auto where = "auroc_interval";
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  check_scores<T>(where, label, score);
  check_level(where, level);
  AurocInterval result{nan, nan, 0.0, 1.0, 0, 0};
  for (const std::int64_t y : label) ++(y == 1 ? result.n_positive : result.n_negative);
  if (result.n_positive == 0 || result.n_negative == 0) return result;
  const Placements p = placements<T>(label, score);
  result.auroc = p.auroc;
  if (result.n_positive < 2 || result.n_negative < 2) return result;
  const double variance = two_sample_variance(label, p.share);
  result.standard_error = std::sqrt(variance);
  if (p.auroc == 0.0 || p.auroc == 1.0) {
    const auto n = static_cast<double>(std::min(result.n_positive, result.n_negative));
    const double far = std::pow((1.0 - level) / 2.0, 1.0 / n);
    result.low = p.auroc == 1.0 ? far : 0.0;
    result.high = p.auroc == 1.0 ? 1.0 : 1.0 - far;
    return result;
  }
  if (!(variance > 0.0)) {  // every case ties with every other: nothing was ranked
    result.low = result.high = p.auroc;
    return result;
  }
  const double middle = std::log(p.auroc) - std::log1p(-p.auroc);
  const double half = normal_quantile(0.5 + level / 2.0) * result.standard_error / (p.auroc * (1.0 - p.auroc));
  result.low = 1.0 / (1.0 + std::exp(half - middle));
  result.high = 1.0 / (1.0 + std::exp(-half - middle));
  return result;
}

template <std::floating_point T>
AurocComparison compare_auroc(std::span<const std::int64_t> label, std::span<const T> score_a, std::span<const T> score_b,
                              double level) {
  constexpr auto where = "compare_auroc";
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  check_scores<T>(where, label, score_a, "score_a");
  check_scores<T>(where, label, score_b, "score_b");
  check_level(where, level);
  AurocComparison result{nan, nan, nan, nan, -1.0, 1.0, nan, nan};
  std::size_t n_positive = 0;
  for (const std::int64_t y : label) n_positive += static_cast<std::size_t>(y);
  const std::size_t n_negative = label.size() - n_positive;
  if (n_positive == 0 || n_negative == 0) return result;
  const Placements a = placements<T>(label, score_a);
  const Placements b = placements<T>(label, score_b);
  result.auroc_a = a.auroc;
  result.auroc_b = b.auroc;
  result.difference = a.auroc - b.auroc;
  if (n_positive < 2 || n_negative < 2) return result;
  std::vector<double> gap(label.size());
  for (std::size_t i = 0; i < gap.size(); ++i) gap[i] = a.share[i] - b.share[i];
  const double variance = two_sample_variance(label, gap);
  result.standard_error = std::sqrt(variance);
  if (!(variance > 0.0)) {
    const bool same = result.difference == 0.0;
    result.z = same ? 0.0 : nan;
    result.p_value = same ? 1.0 : nan;
    if (same) result.low = result.high = 0.0;
    return result;
  }
  const double half = normal_quantile(0.5 + level / 2.0) * result.standard_error;
  result.low = std::max(-1.0, result.difference - half);
  result.high = std::min(1.0, result.difference + half);
  result.z = result.difference / result.standard_error;
  result.p_value = std::min(1.0, 2.0 * normal_survival(std::abs(result.z)));
  return result;
}

}  // namespace detail

/// AUROC with DeLong's standard error and a confidence interval on the logit scale, so that its limits stay in [0, 1].
///
/// The standard error equals pROC's (DeLong) within 1e-12.
///
/// @param label (n,) 0 or 1. @param score (n,) no NaN; one case per patient. @param level in (0, 1).
/// @throws ShapeError n = 0, sizes differ. @throws DomainError a label, score or level is out of range.
/// Degenerate: one class gives NaN with limits 0 and 1; fewer than two cases of a class leave the limits 0 and 1. A perfect
/// (or perfectly wrong) ranking has no standard error to go by: its far limit is Clopper and Pearson's for all of the
/// smaller class, which is conservative. Coverage by simulation: docs/calibration.md. Several cases per patient are not
/// independent: use bootstrap_interval with groups.
/// O(n log n), after Sun and Xu 2014 (DOI 10.1109/LSP.2014.2337313). Source: DeLong et al. 1988, DOI 10.2307/2531595.
[[nodiscard]] inline AurocInterval auroc_interval(std::span<const std::int64_t> label, std::span<const double> score,
                                                  double level = 0.95) {
  return detail::auroc_interval<double>(label, score, level);
}
[[nodiscard]] inline AurocInterval auroc_interval(std::span<const std::int64_t> label, std::span<const float> score,
                                                  double level = 0.95) {
  return detail::auroc_interval<float>(label, score, level);
}

/// DeLong's paired comparison of two scores of the same cases.
///
/// @param label (n,) 0 or 1. @param score_a, score_b (n,) no NaN. @param level of the difference's interval.
/// z and the p-value equal pROC's roc.test(paired = TRUE) within 1e-10.
/// Errors as auroc_interval. Degenerate: one class gives NaN; two rankings that agree in every pair give z = 0 and p = 1;
/// a difference without any spread (1 against 0) has no p-value: NaN.
[[nodiscard]] inline AurocComparison compare_auroc(std::span<const std::int64_t> label, std::span<const double> score_a,
                                                   std::span<const double> score_b, double level = 0.95) {
  return detail::compare_auroc<double>(label, score_a, score_b, level);
}
[[nodiscard]] inline AurocComparison compare_auroc(std::span<const std::int64_t> label, std::span<const float> score_a,
                                                   std::span<const float> score_b, double level = 0.95) {
  return detail::compare_auroc<float>(label, score_a, score_b, level);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
