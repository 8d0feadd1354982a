#pragma once

#include <heartsight/calibration/detail/logistic_fit.hpp>
#include <heartsight/calibration/detail/reliability_bins.hpp>
#include <heartsight/core/beta_function.hpp>
#include <heartsight/core/normal_distribution.hpp>
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

/// Weak calibration: how predictions would have to be moved on the logit scale.
struct CalibrationLine {
  metrics::Estimate intercept;  ///< with the slope held at 1 (calibration in the large); 0 is right, above 0 too low risks
  metrics::Estimate slope;      ///< of logistic recalibration; 1 is right, below 1 too extreme risks
  double intercept_at_slope;    ///< the intercept that goes with the slope
};

namespace detail {

/// Logits, outcomes and weights, with the two likelihoods that calibration in the large and the slope maximise.
struct RecalibrationData {
  std::vector<double> logit;
  std::vector<double> target;
  std::vector<double> weight;

  /// The intercept that fits best beside slope * logit, by Newton from `start`; concave, so it converges.
  [[nodiscard]] double best_intercept(double slope, double start) const {
    double a = start;
    for (int iteration = 0; iteration < 60; ++iteration) {
      double gradient = 0.0;
      double curvature = 0.0;
      for (std::size_t i = 0; i < logit.size(); ++i) {
        const double p = sigmoid(a + slope * logit[i]);
        gradient += weight[i] * (target[i] - p);
        curvature += weight[i] * p * (1.0 - p);
      }
      const double step = std::clamp(gradient / std::max(curvature, 1e-300), -2.0, 2.0);
      a += step;
      if (std::abs(step) < 1e-10) break;
    }
    return a;
  }

  [[nodiscard]] double log_likelihood(double intercept, double slope) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < logit.size(); ++i) {
      const double z = intercept + slope * logit[i];
      sum -= weight[i] * (std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))) - target[i] * z);
    }
    return sum;
  }

  /// Variances of the intercept alone (robust: with the slope held at 1 the model need not hold) and of the slope beside an
  /// intercept (inverse Fisher information).
  [[nodiscard]] std::array<double, 2> variances(double in_the_large, double intercept, double slope) const {
    double alone = 0.0;
    double squares = 0.0;
    double s0 = 0.0;
    double s1 = 0.0;
    double s2 = 0.0;
    for (std::size_t i = 0; i < logit.size(); ++i) {
      const double p = sigmoid(in_the_large + logit[i]);
      alone += weight[i] * p * (1.0 - p);
      squares += weight[i] * (target[i] - p) * (target[i] - p);
      const double q = sigmoid(intercept + slope * logit[i]);
      const double v = weight[i] * q * (1.0 - q);
      s0 += v;
      s1 += v * logit[i];
      s2 += v * logit[i] * logit[i];
    }
    const double determinant = s0 * s2 - s1 * s1;
    return {squares / (alone * alone), determinant > 0.0 ? s0 / determinant : std::numeric_limits<double>::infinity()};
  }
};

/// The two-sided quantile of Student's t: P(|T| > t) = 1 - level.
inline double two_sided_t(double level, double degrees_of_freedom) {
  if (!(degrees_of_freedom < 1e6)) return normal_quantile(0.5 + level / 2.0);
  const double x = beta_quantile(1.0 - level, degrees_of_freedom / 2.0, 0.5);
  return std::sqrt(degrees_of_freedom * (1.0 - x) / x);
}

/// Where a concave log likelihood has fallen by z^2 / 2 from its maximum: the limit of a profile-likelihood interval.
/// The signed root is nearly a straight line, so scaling the step to it converges in a few rounds.
template <class LogLikelihood>
double profile_limit(double best, double highest, double standard_error, double z, LogLikelihood&& log_likelihood) {
  double step = z * standard_error;  // z carries the sign of the side
  if (!std::isfinite(step))
    return z < 0.0 ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  for (int round = 0; round < 50; ++round) {
    const double root = std::sqrt(std::max(0.0, 2.0 * (highest - log_likelihood(best + step))));
    const double factor = std::abs(z) / std::max(root, 1e-12);
    step *= std::clamp(factor, 0.25, 4.0);
    if (std::abs(factor - 1.0) < 1e-7) break;
    if (std::abs(step) > 1e4)
      return z < 0.0 ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  return best + step;
}

template <std::floating_point T>
RecalibrationData recalibration_data(const char* where, std::span<const T> probability, std::span<const std::int64_t> label,
                                     std::span<const double> weight) {
  check_probabilities<T>(where, probability, label, weight);
  RecalibrationData data;
  data.target.assign(label.begin(), label.end());
  data.weight.assign(weight.begin(), weight.end());
  if (weight.empty()) data.weight.assign(label.size(), 1.0);
  data.logit.reserve(label.size());
  for (const T p : probability) data.logit.push_back(logit(static_cast<double>(p)));
  return data;
}

/// Intercept in the large, then intercept and slope; NaN where a class has no weight or (slope) all logits are equal.
inline std::array<double, 3> recalibration_fit(const RecalibrationData& data) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  double positive = 0.0;
  double negative = 0.0;
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  for (std::size_t i = 0; i < data.logit.size(); ++i) {
    if (!(data.weight[i] > 0.0)) continue;
    (data.target[i] > 0.5 ? positive : negative) += data.weight[i];
    lowest = std::min(lowest, data.logit[i]);
    highest = std::max(highest, data.logit[i]);
  }
  if (!(positive > 0.0) || !(negative > 0.0)) return {nan, nan, nan};
  const double in_the_large = data.best_intercept(1.0, 0.0);
  if (!(highest > lowest)) return {in_the_large, nan, nan};
  std::vector<std::array<double, 2>> x(data.logit.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = {data.logit[i], 1.0};
  const auto theta = logistic_fit<2>(x, data.target, data.weight, {1.0, 0.0});
  return {in_the_large, theta[1], theta[0]};
}

/// The line and its intervals. @throws DomainError level not in (0, 1).
inline CalibrationLine line_of(const RecalibrationData& data, double level) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr std::size_t most_profiled = 20'000;
  metrics::detail::check_level("calibration_line", level);
  const auto [in_the_large, intercept, slope] = recalibration_fit(data);
  CalibrationLine line{{in_the_large, -infinity, infinity}, {slope, -infinity, infinity}, intercept};
  if (std::isnan(in_the_large)) return line;
  const double z = normal_quantile(0.5 + level / 2.0);
  const auto variance =
      data.variances(in_the_large, std::isnan(slope) ? in_the_large : intercept, std::isnan(slope) ? 1.0 : slope);
  double n = 0.0;  // weights are how often a case counts
  for (const double w : data.weight) n += w;
  const double spread = two_sided_t(level, n - 1.0) * std::sqrt(variance[0] * n / (n - 1.0));
  line.intercept.low = in_the_large - spread;
  line.intercept.high = in_the_large + spread;
  if (std::isnan(slope)) return line;
  const double se_slope = std::sqrt(variance[1]);
  if (data.logit.size() > most_profiled) {
    line.slope = {slope, slope - z * se_slope, slope + z * se_slope};
    return line;
  }
  double start = intercept;
  const auto of_slope = [&](double b) {
    start = data.best_intercept(b, std::isfinite(start) ? start : intercept);
    return data.log_likelihood(start, b);
  };
  const double best_both = data.log_likelihood(intercept, slope);
  line.slope.low = profile_limit(slope, best_both, se_slope, -z, of_slope);
  start = intercept;
  line.slope.high = profile_limit(slope, best_both, se_slope, z, of_slope);
  return line;
}

template <std::floating_point T>
CalibrationLine calibration_line(std::span<const T> probability, std::span<const std::int64_t> label, double level) {
  return line_of(recalibration_data<T>("calibration_line", probability, label, {}), level);
}

}  // namespace detail

/// Calibration intercept and slope with intervals: the intercept's from the robust (sandwich) variance with Student's t, the
/// slope's by profile likelihood (Wald's above 20,000 cases, where they agree).
///
/// The intercept is fitted with logit(p) as an offset: the log odds by which all risks are too low. The slope comes from the
/// logistic regression of the outcome on logit(p): below 1 the risks are too extreme, as an overfitted model's are.
///
/// @param probability (n,) in [0, 1]; within 1e-12 of 0 or 1 it counts as that close. @param label (n,) 0 or 1.
/// @throws ShapeError n = 0, sizes differ. @throws DomainError a value or the level is out of range.
/// Degenerate: one class gives NaN with infinite limits; equal probabilities have no slope. Separated classes have a large
/// finite slope (a ridge of 1e-6 holds it) and an infinite upper limit. Point estimates equal those of a logistic regression
/// (with logit p as offset for the intercept) within 1e-6. Cases of one patient are not independent: use bootstrap_interval
/// with groups. Source: Cox 1958, DOI 10.1093/biomet/45.3-4.562; Van Calster et al. 2019, DOI 10.1186/s12916-019-1466-7.
/// O(n).
[[nodiscard]] inline CalibrationLine calibration_line(std::span<const double> probability,
                                                      std::span<const std::int64_t> label, double level = 0.95) {
  return detail::calibration_line<double>(probability, label, level);
}
[[nodiscard]] inline CalibrationLine calibration_line(std::span<const float> probability,
                                                      std::span<const std::int64_t> label, double level = 0.95) {
  return detail::calibration_line<float>(probability, label, level);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
