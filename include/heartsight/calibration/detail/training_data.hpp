#pragma once

#include <heartsight/core/check.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail {

/// What every calibrator asks of its training data: probabilities, both classes, weights that are not negative.
struct TrainingData {
  std::vector<double> probability;
  std::vector<double> target;
  std::vector<double> weight;
  double weight_positive = 0.0;
  double weight_negative = 0.0;
};

template <std::floating_point T>
TrainingData training_data(std::string_view where, std::span<const T> probability, std::span<const std::int64_t> label,
                           std::span<const double> weight) {
  check::not_empty(where, "probability", probability.size());
  check::same_size(where, "probability", probability.size(), "label", label.size());
  check::in_closed_range<T>(where, "probability", probability, T{0}, T{1});
  check::binary_labels(where, "label", label);
  if (!weight.empty()) {
    check::same_size(where, "probability", probability.size(), "weight", weight.size());
    check::in_closed_range<double>(where, "weight", weight, 0.0, 1e12);
  }
  TrainingData data;
  data.probability.assign(probability.begin(), probability.end());
  data.target.assign(label.begin(), label.end());
  data.weight.assign(weight.begin(), weight.end());
  if (weight.empty()) data.weight.assign(probability.size(), 1.0);
  for (std::size_t i = 0; i < label.size(); ++i) {
    (label[i] == 1 ? data.weight_positive : data.weight_negative) += data.weight[i];
  }
  if (!(data.weight_positive > 0.0) || !(data.weight_negative > 0.0)) {
    check::detail::fail<DomainError>(where, "label", "", "needs both classes with a positive weight");
  }
  return data;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail
