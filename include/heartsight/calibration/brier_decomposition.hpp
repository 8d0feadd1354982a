#pragma once

#include <heartsight/calibration/reliability_curve.hpp>
#include <heartsight/core/normal_distribution.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

/// The parts of a Brier score: brier = reliability - resolution + uncertainty + within_bin_variance - within_bin_covariance.
struct BrierDecomposition {
  double brier;
  double reliability;            ///< mean squared gap of observed share and mean probability per bin; 0 is best
  double resolution;             ///< spread of the observed shares; large is good
  double uncertainty;            ///< prevalence * (1 - prevalence)
  double within_bin_variance;    ///< of the probabilities in their bins
  double within_bin_covariance;  ///< twice that of probability and outcome in the bins: resolution that bins hide
};

/// Spiegelhalter's test of calibration.
struct SpiegelhalterTest {
  double z;        ///< above 0: the Brier score is larger than the probabilities promise
  double p_value;  ///< two-sided
};

namespace detail {

template <std::floating_point T>
BrierDecomposition brier_decomposition(std::span<const T> probability, std::span<const std::int64_t> label,
                                       std::size_t n_bins, Binning binning) {
  constexpr auto where = "brier_decomposition";
  check::in_closed_range<std::size_t>(where, "n_bins", n_bins, 1, 1'000'000);
  check_probabilities<T>(where, probability, label);
  std::vector<std::size_t> bin(label.size());
  std::size_t n_used = n_bins;
  if (binning == Binning::equal_mass) {
    bin = equal_mass_bins<T>(probability, n_bins, &n_used);
  } else {
    for (std::size_t i = 0; i < bin.size(); ++i) bin[i] = equal_width_bin(static_cast<double>(probability[i]), n_bins);
  }
  std::vector<BinSums> sums(n_used);
  double positive = 0.0;
  for (std::size_t i = 0; i < bin.size(); ++i) {
    sums[bin[i]].weight += 1.0;
    sums[bin[i]].probability += static_cast<double>(probability[i]);
    sums[bin[i]].positive += static_cast<double>(label[i]);
    positive += static_cast<double>(label[i]);
  }
  const auto n = static_cast<double>(label.size());
  const double prevalence = positive / n;
  BrierDecomposition d{0.0, 0.0, 0.0, prevalence * (1.0 - prevalence), 0.0, 0.0};
  for (const BinSums& b : sums) {
    if (b.weight == 0.0) continue;
    const double gap = (b.probability - b.positive) / b.weight;
    const double move = b.positive / b.weight - prevalence;
    d.reliability += b.weight / n * gap * gap;
    d.resolution += b.weight / n * move * move;
  }
  for (std::size_t i = 0; i < bin.size(); ++i) {
    const BinSums& b = sums[bin[i]];
    const double p = static_cast<double>(probability[i]) - b.probability / b.weight;
    const double y = static_cast<double>(label[i]) - b.positive / b.weight;
    d.within_bin_variance += p * p / n;
    d.within_bin_covariance += 2.0 * p * y / n;
    const double error = static_cast<double>(probability[i]) - static_cast<double>(label[i]);
    d.brier += error * error / n;
  }
  return d;
}

template <std::floating_point T>
SpiegelhalterTest spiegelhalter_test(std::span<const T> probability, std::span<const std::int64_t> label) {
  check_probabilities<T>("spiegelhalter_test", probability, label);
  double excess = 0.0;
  double variance = 0.0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const auto p = static_cast<double>(probability[i]);
    excess += (static_cast<double>(label[i]) - p) * (1.0 - 2.0 * p);
    variance += (1.0 - 2.0 * p) * (1.0 - 2.0 * p) * p * (1.0 - p);
  }
  if (!(variance > 0.0)) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan};
  }
  const double z = excess / std::sqrt(variance);
  return {z, std::min(1.0, 2.0 * normal_survival(std::abs(z)))};
}

}  // namespace detail

/// The Brier score taken apart, exactly: Murphy's three terms (1973, DOI 10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2)
/// and the two within-bin terms of Stephenson et al. 2008 (DOI 10.1175/2007WAF2006116.1) without which bins do not add up.
///
/// @param probability (n,) in [0, 1]. @param label (n,) 0 or 1. @param n_bins 1 to 1,000,000.
/// @throws ShapeError n = 0, sizes differ. @throws DomainError out of range. Reliability is biased upwards and resolution
/// too for small bins. O(n).
[[nodiscard]] inline BrierDecomposition brier_decomposition(std::span<const double> probability,
                                                            std::span<const std::int64_t> label, std::size_t n_bins = 15,
                                                            Binning binning = Binning::equal_width) {
  return detail::brier_decomposition<double>(probability, label, n_bins, binning);
}
[[nodiscard]] inline BrierDecomposition brier_decomposition(std::span<const float> probability,
                                                            std::span<const std::int64_t> label, std::size_t n_bins = 15,
                                                            Binning binning = Binning::equal_width) {
  return detail::brier_decomposition<float>(probability, label, n_bins, binning);
}

/// Spiegelhalter's z (1986, DOI 10.1002/sim.4780050506): whether the Brier score is what calibrated probabilities would
/// give.
///
/// Normal approximation: for small n, or few probabilities away from 0 and 1, take reliability_test. NaN when every
/// probability is 0, 1/2 or 1. It does not see a miscalibration that cancels in the Brier score. O(n).
[[nodiscard]] inline SpiegelhalterTest spiegelhalter_test(std::span<const double> probability,
                                                          std::span<const std::int64_t> label) {
  return detail::spiegelhalter_test<double>(probability, label);
}
[[nodiscard]] inline SpiegelhalterTest spiegelhalter_test(std::span<const float> probability,
                                                          std::span<const std::int64_t> label) {
  return detail::spiegelhalter_test<float>(probability, label);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
