#pragma once

#include <heartsight/calibration/detail/logistic_fit.hpp>
#include <heartsight/calibration/detail/reliability_bins.hpp>
#include <heartsight/core/normal_distribution.hpp>
#include <heartsight/metrics/bootstrap.hpp>
#include <heartsight/metrics/estimate.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

enum class CurveMethod : std::uint8_t {
  loess,   ///< local quadratic regression of the outcome, tricube weights
  spline,  ///< logistic regression on a restricted cubic spline of logit p with four knots
};

struct CalibrationCurveOptions {
  CurveMethod method = CurveMethod::loess;
  double span = 0.75;          ///< share of the cases in each loess window, in (0, 1]
  std::size_t n_points = 100;  ///< where the curve is computed, 2 to 10,000; linear in between
  double level = 0.95;         ///< of the pointwise band
};

/// The observed probability as a smooth function of the predicted one, and how far it is from the diagonal.
struct CalibrationCurve {
  std::vector<double> probability;  ///< ascending, from the lowest to the highest prediction
  std::vector<double> observed;
  std::vector<double> low;  ///< pointwise band
  std::vector<double> high;
  double integrated_calibration_index;  ///< ICI: mean of |observed - predicted| over the cases
  double median_error;                  ///< E50
  double ninetieth_error;               ///< E90
  double maximum_error;                 ///< Emax, over the cases
};

namespace detail {

/// Cases in ascending order of their probability.
struct SortedCases {
  std::vector<double> probability;
  std::vector<double> target;
  std::vector<double> weight;
  double total = 0.0;

  template <std::floating_point T>
  SortedCases(std::span<const T> p, std::span<const std::int64_t> label, const metrics::detail::RankedCases& ranked,
              std::span<const double> w) {
    for (std::size_t k = p.size(); k-- > 0;) {
      const std::size_t i = ranked.row[k];
      const double of_case = w.empty() ? 1.0 : w[i];
      if (!(of_case > 0.0)) continue;
      probability.push_back(static_cast<double>(p[i]));
      target.push_back(static_cast<double>(label[i]));
      weight.push_back(of_case);
      total += of_case;
    }
  }
};

/// Points at which a curve is computed: quantiles of the cases, each once.
inline std::vector<double> curve_points(const SortedCases& cases, std::size_t n_points) {
  std::vector<double> points;
  for (std::size_t k = 0; k < n_points; ++k) {
    const double at =
        metrics::detail::sorted_quantile(cases.probability, static_cast<double>(k) / static_cast<double>(n_points - 1));
    if (points.empty() || at > points.back()) points.push_back(at);
  }
  return points;
}

inline double interpolated(std::span<const double> x, std::span<const double> y, double at, std::size_t& hint) {
  if (at <= x.front()) return y.front();
  if (at >= x.back()) return y.back();
  while (hint + 1 < x.size() && x[hint + 1] < at) ++hint;
  const double t = (at - x[hint]) / (x[hint + 1] - x[hint]);
  return y[hint] + t * (y[hint + 1] - y[hint]);
}

/// One local quadratic fit. `use(case, coefficient)` is called with each case's share in the fitted value.
class LoessWindow {
 public:
  LoessWindow(const SortedCases& cases, double span) : cases_(cases), wanted_(span * cases.total) {}

  /// Fitted value at t; windows of ascending t are found by moving the last one.
  double fit(double t) {
    const auto& p = cases_.probability;
    const std::size_t n = p.size();
    // The narrowest run of neighbours of t with the wanted weight: it slides to the right while that comes closer.
    while (last_ < n && in_window_ < wanted_ * (1.0 - 1e-12)) in_window_ += cases_.weight[last_++];
    while (last_ < n && p[last_] - t < t - p[first_]) {
      in_window_ += cases_.weight[last_++] - cases_.weight[first_];
      ++first_;
      while (first_ > 0 && in_window_ < wanted_ * (1.0 - 1e-12)) in_window_ += cases_.weight[--first_];
    }
    from_ = first_;
    to_ = last_;
    const double reach = std::max(t - p[first_], p[last_ - 1] - t);
    if (!(reach > 0.0)) return mean_of_equals(t);
    scale_ = 1.0 / reach;
    at_ = t;
    std::array<double, 5> moment{};
    for (std::size_t i = from_; i < to_; ++i) {
      const double u = (p[i] - t) * scale_;
      const double w = kernel(u) * cases_.weight[i];
      double power = w;
      for (double& m : moment) {
        m += power;
        power *= u;
      }
    }
    solve(moment);
    double value = 0.0;
    for (std::size_t i = from_; i < to_; ++i) value += coefficient(i) * cases_.target[i];
    return value;
  }

  /// The sum of squared shares times a variance of each case: the variance of the last fitted value.
  template <class Variance>
  double variance(Variance&& variance_at) const {
    double sum = 0.0;
    for (std::size_t i = from_; i < to_; ++i) {
      const double share = scale_ > 0.0 ? coefficient(i) : cases_.weight[i] / equal_weight_;
      sum += share * share * variance_at(i);
    }
    return sum;
  }

 private:
  static double kernel(double u) noexcept {
    const double a = std::abs(u);
    if (a >= 1.0) return 0.0;
    const double c = 1.0 - a * a * a;
    return c * c * c;
  }
  double coefficient(std::size_t i) const noexcept {
    const double u = (cases_.probability[i] - at_) * scale_;
    return kernel(u) * cases_.weight[i] * (solution_[0] + solution_[1] * u + solution_[2] * u * u);
  }
  /// More than the span lies at t itself: the mean of all that do.
  double mean_of_equals(double t) {
    scale_ = 0.0;
    while (from_ > 0 && cases_.probability[from_ - 1] == t) --from_;
    while (to_ < cases_.probability.size() && cases_.probability[to_] == t) ++to_;
    double sum = 0.0;
    equal_weight_ = 0.0;
    for (std::size_t i = from_; i < to_; ++i) {
      sum += cases_.weight[i] * cases_.target[i];
      equal_weight_ += cases_.weight[i];
    }
    return sum / equal_weight_;
  }
  /// First row of the inverse of the normal matrix; of a lower degree where the window holds too few distinct values.
  void solve(const std::array<double, 5>& m) {
    const double d2 = m[0] * m[2] - m[1] * m[1];
    const double d3 =
        m[0] * (m[2] * m[4] - m[3] * m[3]) - m[1] * (m[1] * m[4] - m[2] * m[3]) + m[2] * (m[1] * m[3] - m[2] * m[2]);
    if (d3 > 1e-10 * m[0] * m[0] * m[0]) {
      solution_ = {(m[2] * m[4] - m[3] * m[3]) / d3, (m[2] * m[3] - m[1] * m[4]) / d3, (m[1] * m[3] - m[2] * m[2]) / d3};
    } else if (d2 > 1e-10 * m[0] * m[0]) {
      solution_ = {m[2] / d2, -m[1] / d2, 0.0};
    } else {
      solution_ = {1.0 / m[0], 0.0, 0.0};
    }
  }

  const SortedCases& cases_;
  double wanted_;
  std::size_t first_ = 0;
  std::size_t last_ = 0;
  double in_window_ = 0.0;
  std::size_t from_ = 0;  // of the last fit
  std::size_t to_ = 0;
  double equal_weight_ = 0.0;
  double at_ = 0.0;
  double scale_ = 0.0;
  std::array<double, 3> solution_{};
};

/// Restricted cubic spline of four knots: the value and two non-linear terms, linear beyond the outer knots (Harrell).
struct SplineBasis {
  std::array<double, 4> knot{};
  bool is_curved = false;  ///< false when the cases have too few distinct values for four knots

  explicit SplineBasis(const SortedCases& cases) {
    constexpr std::array<double, 4> at = {0.05, 0.35, 0.65, 0.95};
    is_curved = true;
    for (std::size_t k = 0; k < 4; ++k) {
      knot[k] = logit(metrics::detail::sorted_quantile(cases.probability, at[k]));
      if (k > 0 && !(knot[k] > knot[k - 1] + 1e-9)) is_curved = false;
    }
  }
  [[nodiscard]] std::array<double, 4> row(double probability) const noexcept {
    const double x = logit(probability);
    std::array<double, 4> r = {1.0, x, 0.0, 0.0};
    if (!is_curved) return r;
    const auto cube = [](double v) { return v > 0.0 ? v * v * v : 0.0; };
    const double scale = (knot[3] - knot[0]) * (knot[3] - knot[0]);
    for (std::size_t j = 0; j < 2; ++j) {
      r[2 + j] = (cube(x - knot[j]) - cube(x - knot[2]) * (knot[3] - knot[j]) / (knot[3] - knot[2]) +
                  cube(x - knot[3]) * (knot[2] - knot[j]) / (knot[3] - knot[2])) /
                 scale;
    }
    return r;
  }
};

/// Inverse of a symmetric positive definite 4 x 4 matrix by Gauss-Jordan; rows without information stay 0.
inline std::array<std::array<double, 4>, 4> inverse(std::array<std::array<double, 4>, 4> m) {
  std::array<std::array<double, 4>, 4> result{};
  for (std::size_t j = 0; j < 4; ++j) result[j][j] = 1.0;
  for (std::size_t j = 0; j < 4; ++j) {
    if (!(m[j][j] > 1e-14)) {
      result[j].fill(0.0);
      continue;
    }
    const double pivot = m[j][j];
    for (std::size_t k = 0; k < 4; ++k) {
      m[j][k] /= pivot;
      result[j][k] /= pivot;
    }
    for (std::size_t i = 0; i < 4; ++i) {
      if (i == j) continue;
      const double factor = m[i][j];
      for (std::size_t k = 0; k < 4; ++k) {
        m[i][k] -= factor * m[j][k];
        result[i][k] -= factor * result[j][k];
      }
    }
  }
  return result;
}

/// Observed probabilities of sorted cases at points; with limits when `curve` is given.
inline std::vector<double> smooth_observed(const SortedCases& cases, std::span<const double> points,
                                           const CalibrationCurveOptions& options, CalibrationCurve* curve) {
  std::vector<double> observed;
  const double z = curve != nullptr ? normal_quantile(0.5 + options.level / 2.0) : 0.0;
  if (options.method == CurveMethod::loess) {
    LoessWindow window(cases, options.span);
    for (const double t : points) observed.push_back(std::clamp(window.fit(t), 0.0, 1.0));
    if (curve == nullptr) return observed;
    std::vector<double> variance(cases.probability.size());
    std::size_t hint = 0;
    for (std::size_t i = 0; i < variance.size(); ++i) {
      const double v = interpolated(points, observed, cases.probability[i], hint);
      variance[i] = v * (1.0 - v);
    }
    LoessWindow again(cases, options.span);
    for (std::size_t g = 0; g < points.size(); ++g) {
      (void)again.fit(points[g]);
      const double spread = z * std::sqrt(again.variance([&](std::size_t i) { return variance[i]; }));
      curve->low.push_back(std::max(0.0, observed[g] - spread));
      curve->high.push_back(std::min(1.0, observed[g] + spread));
    }
    return observed;
  }
  const SplineBasis basis(cases);
  std::vector<std::array<double, 4>> x;
  x.reserve(cases.probability.size());
  for (const double p : cases.probability) x.push_back(basis.row(p));
  const auto theta = logistic_fit<4>(x, cases.target, cases.weight, {0.0, 1.0, 0.0, 0.0});
  const auto linear = [&](const std::array<double, 4>& r) {
    return theta[0] * r[0] + theta[1] * r[1] + theta[2] * r[2] + theta[3] * r[3];
  };
  for (const double t : points) observed.push_back(sigmoid(linear(basis.row(t))));
  if (curve == nullptr) return observed;
  std::array<std::array<double, 4>, 4> information{};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double p = sigmoid(linear(x[i]));
    for (std::size_t j = 0; j < 4; ++j) {
      for (std::size_t k = 0; k < 4; ++k) information[j][k] += cases.weight[i] * p * (1.0 - p) * x[i][j] * x[i][k];
    }
  }
  const auto covariance = inverse(information);
  for (const double t : points) {
    const auto r = basis.row(t);
    double variance = 0.0;
    for (std::size_t j = 0; j < 4; ++j) {
      for (std::size_t k = 0; k < 4; ++k) variance += r[j] * covariance[j][k] * r[k];
    }
    const double spread = z * std::sqrt(std::max(0.0, variance));
    curve->low.push_back(sigmoid(linear(r) - spread));
    curve->high.push_back(sigmoid(linear(r) + spread));
  }
  return observed;
}

/// Sorted absolute differences of observed and predicted over the cases, with their weighted mean in `mean`.
inline std::vector<double> curve_errors(const SortedCases& cases, std::span<const double> points,
                                        std::span<const double> observed, double& mean) {
  std::vector<double> error(cases.probability.size());
  std::size_t hint = 0;
  double sum = 0.0;
  for (std::size_t i = 0; i < error.size(); ++i) {
    error[i] = std::abs(interpolated(points, observed, cases.probability[i], hint) - cases.probability[i]);
    sum += cases.weight[i] * error[i];
  }
  mean = sum / cases.total;
  return error;
}

template <std::floating_point T>
CalibrationCurve calibration_curve(std::span<const T> probability, std::span<const std::int64_t> label,
                                   const CalibrationCurveOptions& options) {
  constexpr auto where = "calibration_curve";
  check_probabilities<T>(where, probability, label);
  check::in_closed_range(where, "span", options.span, 1e-6, 1.0);
  check::in_closed_range<std::size_t>(where, "n_points", options.n_points, 2, 10'000);
  metrics::detail::check_level(where, options.level);
  const metrics::detail::RankedCases ranked(probability);
  const SortedCases cases(probability, label, ranked, {});
  CalibrationCurve curve{};
  curve.probability = curve_points(cases, options.n_points);
  curve.observed = smooth_observed(cases, curve.probability, options, &curve);
  auto error = curve_errors(cases, curve.probability, curve.observed, curve.integrated_calibration_index);
  std::sort(error.begin(), error.end());
  curve.median_error = metrics::detail::sorted_quantile(error, 0.5);
  curve.ninetieth_error = metrics::detail::sorted_quantile(error, 0.9);
  curve.maximum_error = error.back();
  return curve;
}

}  // namespace detail

/// The flexible calibration curve with a pointwise band, and ICI, E50, E90 and Emax (Austin and Steyerberg 2019,
/// DOI 10.1002/sim.8281).
///
/// loess: local quadratic regression on the nearest `span` of the cases (R's loess with surface = "direct"); the band takes
/// the binomial variance of each case, and is cut at 0 and 1. spline: logistic regression on a restricted cubic spline of
/// logit p with knots at the 5, 35, 65 and 95 % quantiles (Harrell 2015); its band is computed on the logit scale.
///
/// @param probability (n,) in [0, 1]. @param label (n,) 0 or 1.
/// @throws ShapeError n = 0, sizes differ. @throws DomainError a value or an option is out of range.
/// Degenerate: equal probabilities give one point, the observed share; too few distinct ones a straight line or a constant.
/// With one class the loess band has no width. ICI and its fellows are above 0 for a perfect model of finite size. The band
/// is pointwise, takes cases as independent, and at the ends of the range the smoothing's bias is not in it: coverage in
/// docs/calibration.md. O(n log n + n_points * n * span) for loess, O(n log n) for the spline.
[[nodiscard]] inline CalibrationCurve calibration_curve(std::span<const double> probability,
                                                        std::span<const std::int64_t> label,
                                                        const CalibrationCurveOptions& options = {}) {
  return detail::calibration_curve<double>(probability, label, options);
}
[[nodiscard]] inline CalibrationCurve calibration_curve(std::span<const float> probability,
                                                        std::span<const std::int64_t> label,
                                                        const CalibrationCurveOptions& options = {}) {
  return detail::calibration_curve<float>(probability, label, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
