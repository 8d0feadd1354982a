#pragma once

#include <heartsight/calibration/calibrator.hpp>
#include <heartsight/calibration/softmax_calibrator.hpp>
#include <heartsight/metrics/group_folds.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

struct CrossFitOptions {
  std::size_t n_folds = 5;  ///< at least 2, at most the number of groups
  std::uint64_t seed = 0;
};

namespace detail {

/// The fold of each case, groups (each case its own where there are none) kept together and labels spread evenly.
inline std::vector<std::int64_t> cross_fit_folds(std::span<const std::int64_t> label, std::span<const std::int64_t> group,
                                                 const CrossFitOptions& options) {
  std::vector<std::int64_t> own(group.begin(), group.end());
  if (group.empty()) {
    own.resize(label.size());
    std::iota(own.begin(), own.end(), std::int64_t{0});
  }
  check::same_size("cross_fit", "label", label.size(), "group", own.size());
  return metrics::group_folds(own, label, options.n_folds, options.seed);
}

/// 1 for the cases that a fold's calibrator is fitted to, 0 for the fold's own.
inline std::vector<double> weights_without(const std::vector<std::int64_t>& fold, std::size_t left_out) {
  std::vector<double> weight(fold.size());
  for (std::size_t i = 0; i < fold.size(); ++i) weight[i] = fold[i] == static_cast<std::int64_t>(left_out) ? 0.0 : 1.0;
  return weight;
}

}  // namespace detail

/// Calibrated probabilities in which no case has calibrated itself: each fold is transformed by a calibrator that was
/// fitted to the others. This is what a calibration measure has to be computed on when there is no second data set.
///
/// @param kind         as in make_calibrator.
/// @param probability  (n,) uncalibrated, in [0, 1]. @param label (n,) 0 or 1.
/// @param group        (n,) patient of each case, kept within one fold; empty when every case is its own.
/// @return (n,) calibrated probabilities.
/// @throws ShapeError, DomainError as fit; also DomainError when a fold leaves only one class to fit on.
[[nodiscard]] inline std::vector<double> cross_fit(std::string_view kind, std::span<const double> probability,
                                                   std::span<const std::int64_t> label,
                                                   std::span<const std::int64_t> group = {},
                                                   const CrossFitOptions& options = {}) {
  check::same_size("cross_fit", "probability", probability.size(), "label", label.size());
  const auto fold = detail::cross_fit_folds(label, group, options);
  std::vector<double> result(probability.size());
  for (std::size_t f = 0; f < options.n_folds; ++f) {
    const std::vector<double> weight = detail::weights_without(fold, f);
    Calibrator calibrator = make_calibrator(kind);
    std::visit(
        [&](auto& c) {
          c.fit(probability, label, weight);
          for (std::size_t i = 0; i < weight.size(); ++i) {
            if (weight[i] == 0.0) result[i] = c.value_at(probability[i]);
          }
        },
        calibrator);
  }
  return result;
}

/// The same for probabilities of several classes, of which exactly one holds.
///
/// @param scaling      what a SoftmaxCalibrator fits.
/// @param probability  (n, k), rows sum to 1. @param class_index (n,) 0 .. k - 1.
/// @return (n, k) calibrated probabilities, row-major. @throws as above and as SoftmaxCalibrator.fit.
[[nodiscard]] inline std::vector<double> cross_fit(const SoftmaxCalibratorOptions& scaling,
                                                   MatrixView<const double> probability,
                                                   std::span<const std::int64_t> class_index,
                                                   std::span<const std::int64_t> group = {},
                                                   const CrossFitOptions& options = {}) {
  check::same_size("cross_fit", "probability", probability.n_rows(), "class_index", class_index.size());
  const auto fold = detail::cross_fit_folds(class_index, group, options);
  const std::size_t k = probability.n_cols();
  std::vector<double> result(probability.n_rows() * k);
  for (std::size_t f = 0; f < options.n_folds; ++f) {
    const std::vector<double> weight = detail::weights_without(fold, f);
    SoftmaxCalibrator calibrator(scaling);
    calibrator.fit(probability, class_index, weight);
    for (std::size_t i = 0; i < weight.size(); ++i) {
      if (weight[i] != 0.0) continue;
      const auto calibrated = calibrator.transform(probability.rows(i, 1));
      std::copy(calibrated.begin(), calibrated.end(), result.begin() + static_cast<std::ptrdiff_t>(i * k));
    }
  }
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
