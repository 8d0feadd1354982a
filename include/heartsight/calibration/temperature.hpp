#pragma once

#include <heartsight/calibration/detail/logistic_fit.hpp>
#include <heartsight/calibration/detail/transform.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

/// Temperature scaling of a binary score: P = sigmoid(logit(p) / temperature).
///
/// One parameter: it mends over- and under-confidence, but cannot mend a shifted prevalence (see Beta). Fitted by
/// maximum likelihood. Source: Guo et al. 2017, "On calibration of modern neural networks", arXiv 1706.04599.
///
/// NaN policy: reject. Where the score ranks no better than chance, the likelihood asks for an infinite or negative
/// temperature; it is then 1e6, which answers 0.5 for everything.
class Temperature {
 public:
  static constexpr std::string_view kind = "temperature";

  Temperature() = default;
  /// A calibrator of known parameters. @throws DomainError one is not finite or not positive.
  explicit Temperature(double temperature) : parameters_{temperature}, is_fitted_(true) {
    check::all_finite<double>("Temperature", "parameters", parameters_);
    check::positive("Temperature", "temperature", temperature);
  }

  /// Fits to scores and outcomes of cases that the model did not see.
  /// @param probability  (n,) uncalibrated P(y = 1), in [0, 1].
  /// @param label        (n,) 0 or 1; both classes must be there.
  /// @param weight       (n,) in [0, 1e12], or empty for equal weights.
  /// @return *this.
  /// @throws ShapeError   n = 0, or sizes differ.
  /// @throws DomainError  a probability is NaN or outside [0, 1], a label is not 0 or 1, only one class has weight.
  Temperature& fit(std::span<const double> probability, std::span<const std::int64_t> label,
                   std::span<const double> weight = {}) {
    return fit_to(detail::training_data<double>("Temperature.fit", probability, label, weight));
  }
  Temperature& fit(std::span<const float> probability, std::span<const std::int64_t> label,
                   std::span<const double> weight = {}) {
    return fit_to(detail::training_data<float>("Temperature.fit", probability, label, weight));
  }

  /// The calibrated probability of one score. @throws NotFittedError before fit.
  /// @throws DomainError probability is NaN or outside [0, 1].
  [[nodiscard]] double transform(double probability) const {
    detail::require_fitted("Temperature.transform", is_fitted());
    check::in_closed_range("Temperature.transform", "probability", probability, 0.0, 1.0);
    return value_at(probability);
  }
  /// The calibrated probabilities (n,) of scores (n,); empty for none. Errors as for one score.
  [[nodiscard]] std::vector<double> transform(std::span<const double> probability) const {
    return detail::transform_all<double>(*this, probability, "Temperature.transform");
  }
  [[nodiscard]] std::vector<double> transform(std::span<const float> probability) const {
    return detail::transform_all<float>(*this, probability, "Temperature.transform");
  }

  [[nodiscard]] bool is_fitted() const noexcept { return is_fitted_; }
  [[nodiscard]] double temperature() const noexcept { return parameters_[0]; }  ///< above 1: the score was too confident
  /// The parameters in the order of the constructor, for storage.
  [[nodiscard]] std::vector<double> parameters() const { return {parameters_.begin(), parameters_.end()}; }

  /// The calibrated probability without checks; for kernels.
  [[nodiscard]] double value_at(double probability) const noexcept {
    return detail::sigmoid(detail::logit(probability) / parameters_[0]);
  }

 private:
  Temperature& fit_to(const detail::TrainingData& data) {
    std::vector<std::array<double, 1>> x(data.probability.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = {detail::logit(data.probability[i])};
    const double inverse = detail::logistic_fit<1>(x, data.target, data.weight, {1.0})[0];
    parameters_ = {1.0 / std::max(inverse, 1e-6)};
    is_fitted_ = true;
    return *this;
  }

  std::array<double, 1> parameters_ = {1.0};
  bool is_fitted_ = false;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
