#pragma once

#include <heartsight/calibration/reliability_curve.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail {

template <std::floating_point T>
double expected_calibration_error(std::span<const T> probability, std::span<const std::int64_t> label, std::size_t n_bins,
                                  Binning binning) {
  double total = 0.0;
  for (const BinSums& b : reliability_sums<T>("expected_calibration_error", probability, label, n_bins, binning)) {
    total += std::abs(b.positive - b.probability);
  }
  return total / static_cast<double>(probability.size());
}

template <std::floating_point T>
double debiased_calibration_error(std::span<const T> probability, std::span<const std::int64_t> label, std::size_t n_bins,
                                  Binning binning) {
  double total = 0.0;
  for (const BinSums& b : reliability_sums<T>("debiased_calibration_error", probability, label, n_bins, binning)) {
    if (b.weight < 2.0) continue;
    const double observed = b.positive / b.weight;
    const double gap = observed - b.probability / b.weight;
    total += b.weight * (gap * gap - observed * (1.0 - observed) / (b.weight - 1.0));
  }
  return std::sqrt(std::max(0.0, total / static_cast<double>(probability.size())));
}

/// What the clinical_recommender service computed: see clinical_recommender_calibration_error.
template <std::floating_point T>
double clinical_recommender_calibration_error(std::span<const T> probability, std::span<const std::int64_t> label) {
  constexpr std::size_t n_bins = 10;
  check_probabilities<T>("clinical_recommender_calibration_error", probability, label);
  std::vector<BinSums> sums(n_bins);
  std::vector<double> weight(n_bins, 0.0);
  for (std::size_t i = 0; i < label.size(); ++i) {
    const auto p = static_cast<double>(probability[i]);
    // The curve's bins are closed on the right, the weights' on the left.
    std::size_t bin = 0;
    while (bin + 1 < n_bins && p > static_cast<double>(bin + 1) * 0.1) ++bin;
    sums[bin].weight += 1.0;
    sums[bin].probability += p;
    sums[bin].positive += static_cast<double>(label[i]);
    std::size_t weight_bin = n_bins - 1;
    while (weight_bin > 0 && p < static_cast<double>(weight_bin) * 0.1) --weight_bin;
    weight[weight_bin] += 1.0;
  }
  double total = 0.0;
  std::size_t place = 0;  // among the bins that hold a case: this is where the weights slip
  for (const BinSums& b : sums) {
    if (b.weight == 0.0) continue;
    total += weight[place++] * std::abs(b.positive / b.weight - b.probability / b.weight);
  }
  return total / static_cast<double>(label.size());
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail
