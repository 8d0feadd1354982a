#pragma once

#include <heartsight/calibration/calibration_curve.hpp>
#include <heartsight/calibration/calibration_line.hpp>
#include <heartsight/calibration/detail/reliability_bins.hpp>
#include <heartsight/calibration/smooth_calibration_error.hpp>
#include <heartsight/metrics/bootstrap.hpp>
#include <heartsight/metrics/probability_scores.hpp>
#include <heartsight/metrics/ranking.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

/// The measures that measure_interval knows by name.
inline constexpr std::array<std::string_view, 11> measure_names = {
    "auroc",
    "average_precision",
    "brier_score",
    "scaled_brier_score",
    "log_loss",
    "expected_calibration_error",
    "smooth_calibration_error",
    "integrated_calibration_index",
    "calibration_intercept",
    "calibration_slope",
    "expected_observed_ratio",
};

namespace detail {

/// What is worked out once, so that a resample costs one pass and no sort.
struct PreparedCases {
  std::vector<double> probability;
  std::vector<std::int64_t> label;
  metrics::detail::RankedCases ranked;
  RecalibrationData recalibration;
  std::vector<std::size_t> bin;

  PreparedCases(std::span<const double> p, std::span<const std::int64_t> y)
      : probability(p.begin(), p.end()), label(y.begin(), y.end()), ranked(p) {}
};

template <class Sum>
double ranked_measure(const PreparedCases& cases, std::span<const double> weight) {
  Sum sum;
  cases.ranked.for_each_level(cases.label, weight,
                              [&](std::size_t, double positive, double negative) { sum(positive, negative); });
  return sum.value();
}

inline double ratio_or_nan(double part, double whole) noexcept {
  return whole > 0.0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace detail

/// A measure of calibration or discrimination by its name, as a figure of weighted cases: what bootstrap_interval takes.
///
/// @param name one of measure_names. scaled_brier_score is 1 - Brier / (prevalence (1 - prevalence)), the index of
/// prediction accuracy; expected_calibration_error takes 15 equal-width bins; integrated_calibration_index the loess curve
/// at 100 points. @param probability (n,) in [0, 1]. @param label (n,) 0 or 1. The figure is NaN where it does not exist
/// (one class). It owns copies of the data.
/// @throws ShapeError n = 0, sizes differ. @throws DomainError an unknown name, or a value out of range.
[[nodiscard]] inline metrics::WeightedFigure make_measure(std::string_view name, std::span<const double> probability,
                                                          std::span<const std::int64_t> label) {
  constexpr auto where = "make_measure";
  constexpr std::size_t n_bins = 15;
  detail::check_probabilities<double>(where, probability, label);
  const auto cases = std::make_shared<detail::PreparedCases>(probability, label);
  using Weights = std::span<const double>;
  if (name == "auroc") return [cases](Weights w) { return detail::ranked_measure<metrics::detail::AurocSum>(*cases, w); };
  if (name == "average_precision") {
    return [cases](Weights w) { return detail::ranked_measure<metrics::detail::AveragePrecisionSum>(*cases, w); };
  }
  if (name == "brier_score") return [cases](Weights w) { return metrics::brier_score(cases->label, cases->probability, w); };
  if (name == "log_loss") return [cases](Weights w) { return metrics::log_loss(cases->label, cases->probability, w); };
  if (name == "smooth_calibration_error") {
    return [cases](Weights w) { return smooth_calibration_error(cases->probability, cases->label, w); };
  }
  if (name == "scaled_brier_score" || name == "expected_observed_ratio") {
    const bool is_ratio = name == "expected_observed_ratio";
    return [cases, is_ratio](Weights w) {
      double total = 0.0;
      double expected = 0.0;
      double observed = 0.0;
      double loss = 0.0;
      for (std::size_t i = 0; i < w.size(); ++i) {
        total += w[i];
        expected += w[i] * cases->probability[i];
        observed += w[i] * static_cast<double>(cases->label[i]);
        loss += w[i] * metrics::detail::squared_loss(cases->label[i], cases->probability[i]);
      }
      if (is_ratio) return detail::ratio_or_nan(expected, observed);
      return 1.0 - detail::ratio_or_nan(loss * total, observed * (total - observed));
    };
  }
  if (name == "expected_calibration_error") {
    for (const double p : probability) cases->bin.push_back(detail::equal_width_bin(p, n_bins));
    return [cases](Weights w) {
      std::array<double, n_bins> gap{};
      double total = 0.0;
      for (std::size_t i = 0; i < w.size(); ++i) {
        gap[cases->bin[i]] += w[i] * (static_cast<double>(cases->label[i]) - cases->probability[i]);
        total += w[i];
      }
      double sum = 0.0;
      for (const double g : gap) sum += std::abs(g);
      return detail::ratio_or_nan(sum, total);
    };
  }
  if (name == "integrated_calibration_index") {
    return [cases](Weights w) {
      const detail::SortedCases sorted(std::span<const double>(cases->probability), cases->label, cases->ranked, w);
      if (!(sorted.total > 0.0)) return std::numeric_limits<double>::quiet_NaN();
      const CalibrationCurveOptions options;
      const auto points = detail::curve_points(sorted, options.n_points);
      double mean = 0.0;
      (void)detail::curve_errors(sorted, points, detail::smooth_observed(sorted, points, options, nullptr), mean);
      return mean;
    };
  }
  if (name == "calibration_intercept" || name == "calibration_slope") {
    cases->recalibration = detail::recalibration_data<double>(where, probability, label, {});
    const bool is_slope = name == "calibration_slope";
    return [cases, is_slope](Weights w) {
      detail::RecalibrationData data = cases->recalibration;
      data.weight.assign(w.begin(), w.end());
      const auto fit = detail::recalibration_fit(data);
      return is_slope ? fit[2] : fit[0];
    };
  }
  std::string names;
  for (const auto known : measure_names) names.append(names.empty() ? "" : ", ").append(known);
  check::detail::fail<DomainError>(where, "name", std::string(name), "must be one of " + names);
}

/// A measure with its bootstrap interval, drawing whole groups (patients); see metrics::bootstrap_interval.
/// @param name one of measure_names. @param probability (n,). @param label (n,). @param group (n,) or empty.
/// The three calibration errors (expected, smooth, integrated index) take the basic interval where bca is asked for, cut at
/// 0: resampling adds noise and so raises them, which bca turns into limits below or beside the value. Even so their
/// intervals do not reach their level for a well calibrated model: see docs/calibration.md.
[[nodiscard]] inline metrics::BootstrapInterval measure_interval(std::string_view name, std::span<const double> probability,
                                                                 std::span<const std::int64_t> label,
                                                                 std::span<const std::int64_t> group = {},
                                                                 const metrics::BootstrapOptions& options = {}) {
  const bool is_error =
      name == "expected_calibration_error" || name == "smooth_calibration_error" || name == "integrated_calibration_index";
  metrics::BootstrapOptions chosen = options;
  if (is_error && options.method == metrics::BootstrapMethod::bca) chosen.method = metrics::BootstrapMethod::basic;
  auto result = metrics::bootstrap_interval(label.size(), group, make_measure(name, probability, label), chosen);
  if (is_error && !std::isnan(result.low)) result.low = std::max(0.0, result.low);
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
