#pragma once

#include <heartsight/calibration/calibrator.hpp>
#include <heartsight/metrics/group_folds.hpp>

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
  constexpr auto where = "cross_fit";
  check::same_size(where, "probability", probability.size(), "label", label.size());
  std::vector<std::int64_t> own(group.begin(), group.end());
  if (group.empty()) {
    own.resize(label.size());
    std::iota(own.begin(), own.end(), std::int64_t{0});
  }
  check::same_size(where, "probability", probability.size(), "group", own.size());
  const auto fold = metrics::group_folds(own, label, options.n_folds, options.seed);
  std::vector<double> result(probability.size());
  for (std::size_t f = 0; f < options.n_folds; ++f) {
    std::vector<double> weight(probability.size());
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = fold[i] == static_cast<std::int64_t>(f) ? 0.0 : 1.0;
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

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
