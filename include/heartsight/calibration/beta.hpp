#pragma once

#include <heartsight/calibration/detail/logistic_fit.hpp>
#include <heartsight/calibration/detail/transform.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

/// Beta calibration: P = sigmoid(a * ln(p) - b * ln(1 - p) + c), with a, b >= 0.
///
/// Three parameters hold the identity (1, 1, 0), mend over- and under-confidence at each end apart, and shift the
/// prevalence. The default calibrator of heartsight. Fitted by maximum likelihood; where a or b would be negative, it is
/// 0 and the rest is fitted again, as in the paper: the map never ranks backwards. Source: Kull, Silva Filho and Flach
/// 2017, "Beyond sigmoids", Electronic Journal of Statistics 11(2), DOI 10.1214/17-EJS1338SI.
///
/// NaN policy: reject. Scores within 1e-12 of 0 or 1 are treated as that close.
class Beta {
 public:
  static constexpr std::string_view kind = "beta";

  Beta() = default;
  /// A calibrator of known parameters. @throws DomainError one is not finite, or a or b is negative.
  Beta(double a, double b, double c) : parameters_{a, b, c}, is_fitted_(true) {
    check::all_finite<double>("Beta", "parameters", parameters_);
    check::at_least("Beta", "a", a, 0.0);
    check::at_least("Beta", "b", b, 0.0);
  }

  /// Fits to scores and outcomes of cases that the model did not see.
  /// @param probability  (n,) uncalibrated P(y = 1), in [0, 1].
  /// @param label        (n,) 0 or 1; both classes must be there.
  /// @param weight       (n,) in [0, 1e12], or empty for equal weights.
  /// @return *this.
  /// @throws ShapeError   n = 0, or sizes differ.
  /// @throws DomainError  a probability is NaN or outside [0, 1], a label is not 0 or 1, only one class has weight.
  Beta& fit(std::span<const double> probability, std::span<const std::int64_t> label, std::span<const double> weight = {}) {
    return fit_to(detail::training_data<double>("Beta.fit", probability, label, weight));
  }
  Beta& fit(std::span<const float> probability, std::span<const std::int64_t> label, std::span<const double> weight = {}) {
    return fit_to(detail::training_data<float>("Beta.fit", probability, label, weight));
  }

  /// The calibrated probability of one score. @throws NotFittedError before fit.
  /// @throws DomainError probability is NaN or outside [0, 1].
  [[nodiscard]] double transform(double probability) const {
    detail::require_fitted("Beta.transform", is_fitted());
    check::in_closed_range("Beta.transform", "probability", probability, 0.0, 1.0);
    return value_at(probability);
  }
  /// The calibrated probabilities (n,) of scores (n,); empty for none. Errors as for one score.
  [[nodiscard]] std::vector<double> transform(std::span<const double> probability) const {
    return detail::transform_all<double>(*this, probability, "Beta.transform");
  }
  [[nodiscard]] std::vector<double> transform(std::span<const float> probability) const {
    return detail::transform_all<float>(*this, probability, "Beta.transform");
  }

  [[nodiscard]] bool is_fitted() const noexcept { return is_fitted_; }
  [[nodiscard]] double a() const noexcept { return parameters_[0]; }  ///< weight of ln(p)
  [[nodiscard]] double b() const noexcept { return parameters_[1]; }  ///< weight of -ln(1 - p)
  [[nodiscard]] double c() const noexcept { return parameters_[2]; }  ///< intercept
  /// The parameters in the order of the constructor, for storage.
  [[nodiscard]] std::vector<double> parameters() const { return {parameters_.begin(), parameters_.end()}; }

  /// The calibrated probability without checks; for kernels.
  [[nodiscard]] double value_at(double probability) const noexcept {
    const auto row = logs(probability);
    return detail::sigmoid(parameters_[0] * row[0] + parameters_[1] * row[1] + parameters_[2]);
  }

 private:
  static std::array<double, 3> logs(double probability) noexcept {
    const double p = detail::clipped(probability);
    return {std::log(p), -std::log1p(-p), 1.0};
  }

  Beta& fit_to(const detail::TrainingData& data) {
    std::vector<std::array<double, 3>> x(data.probability.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = logs(data.probability[i]);
    parameters_ = detail::logistic_fit<3>(x, data.target, data.weight, {1.0, 1.0, 0.0});
    if (parameters_[0] < 0.0 || parameters_[1] < 0.0) fit_one_side(data, x, parameters_[0] < 0.0 ? 1 : 0);
    is_fitted_ = true;
    return *this;
  }

  /// Keeps only the logarithm of that column; when its weight turns negative too, only the intercept is left.
  void fit_one_side(const detail::TrainingData& data, const std::vector<std::array<double, 3>>& x, std::size_t column) {
    std::vector<std::array<double, 2>> kept(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) kept[i] = {x[i][column], 1.0};
    const auto theta = detail::logistic_fit<2>(kept, data.target, data.weight, {1.0, 0.0});
    parameters_ = {0.0, 0.0, std::log(data.weight_positive / data.weight_negative)};
    if (theta[0] >= 0.0) {
      parameters_[column] = theta[0];
      parameters_[2] = theta[1];
    }
  }

  std::array<double, 3> parameters_ = {1.0, 1.0, 0.0};
  bool is_fitted_ = false;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
