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

/// Platt scaling: P = sigmoid(slope * logit(p) + intercept).
///
/// Fitted by maximum likelihood to Platt's smoothed targets, (N+ + 1) / (N+ + 2) for a positive and 1 / (N- + 2) for a
/// negative, which keeps it from claiming certainty on few cases. It works on the logit of p, where a well-calibrated
/// score has slope 1 and intercept 0. Source: Platt 1999, "Probabilistic outputs for support vector machines", in
/// Advances in Large Margin Classifiers; Newton fit as in Lin, Lin and Weng 2007, DOI 10.1007/s10994-007-5018-6.
///
/// NaN policy: reject. Scores within 1e-12 of 0 or 1 are treated as that close. A negative slope (the score ranks
/// backwards) is kept: it is what the data say.
class Platt {
 public:
  static constexpr std::string_view kind = "platt";

  Platt() = default;
  /// A calibrator of known parameters. @throws DomainError one is not finite.
  Platt(double slope, double intercept) : parameters_{slope, intercept}, is_fitted_(true) {
    check::all_finite<double>("Platt", "parameters", parameters_);
  }

  /// Fits to scores and outcomes of cases that the model did not see.
  /// @param probability  (n,) uncalibrated P(y = 1), in [0, 1].
  /// @param label        (n,) 0 or 1; both classes must be there.
  /// @param weight       (n,) in [0, 1e12], or empty for equal weights.
  /// @return *this.
  /// @throws ShapeError   n = 0, or sizes differ.
  /// @throws DomainError  a probability is NaN or outside [0, 1], a label is not 0 or 1, only one class has weight.
  Platt& fit(std::span<const double> probability, std::span<const std::int64_t> label, std::span<const double> weight = {}) {
    return fit_to(detail::training_data<double>("Platt.fit", probability, label, weight));
  }
  Platt& fit(std::span<const float> probability, std::span<const std::int64_t> label, std::span<const double> weight = {}) {
    return fit_to(detail::training_data<float>("Platt.fit", probability, label, weight));
  }

  /// The calibrated probability of one score. @throws NotFittedError before fit.
  /// @throws DomainError probability is NaN or outside [0, 1].
  [[nodiscard]] double transform(double probability) const {
    detail::require_fitted("Platt.transform", is_fitted());
    check::in_closed_range("Platt.transform", "probability", probability, 0.0, 1.0);
    return value_at(probability);
  }
  /// The calibrated probabilities (n,) of scores (n,); empty for none. Errors as for one score.
  [[nodiscard]] std::vector<double> transform(std::span<const double> probability) const {
    return detail::transform_all<double>(*this, probability, "Platt.transform");
  }
  [[nodiscard]] std::vector<double> transform(std::span<const float> probability) const {
    return detail::transform_all<float>(*this, probability, "Platt.transform");
  }

  [[nodiscard]] bool is_fitted() const noexcept { return is_fitted_; }
  [[nodiscard]] double slope() const noexcept { return parameters_[0]; }      ///< on the logit
  [[nodiscard]] double intercept() const noexcept { return parameters_[1]; }  ///< on the logit
  /// The parameters in the order of the constructor, for storage.
  [[nodiscard]] std::vector<double> parameters() const { return {parameters_.begin(), parameters_.end()}; }

  /// The calibrated probability without checks; for kernels.
  [[nodiscard]] double value_at(double probability) const noexcept {
    return detail::sigmoid(parameters_[0] * detail::logit(probability) + parameters_[1]);
  }

 private:
  Platt& fit_to(const detail::TrainingData& data) {
    const double high = (data.weight_positive + 1.0) / (data.weight_positive + 2.0);
    const double low = 1.0 / (data.weight_negative + 2.0);
    std::vector<std::array<double, 2>> x(data.probability.size());
    std::vector<double> target(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = {detail::logit(data.probability[i]), 1.0};
      target[i] = data.target[i] > 0.5 ? high : low;
    }
    parameters_ = detail::logistic_fit<2>(x, target, data.weight, {1.0, 0.0});
    is_fitted_ = true;
    return *this;
  }

  std::array<double, 2> parameters_ = {1.0, 0.0};
  bool is_fitted_ = false;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
