#pragma once

#include <heartsight/calibration/calibrator.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/core/parallel_for.hpp>
#include <heartsight/core/random.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

struct CalibrationBandOptions {
  double level = 0.95;            ///< coverage of the band at each score, in (0, 1)
  std::size_t n_resamples = 500;  ///< at least 20
  std::uint64_t seed = 0;
  std::size_t n_threads = 1;
};

/// How uncertain a calibrator is at each score, from resampling the cases it was fitted to.
struct CalibrationBand {
  std::vector<double> score;  ///< ascending grid on [0, 1]
  std::vector<double> low;    ///< lower limit of the calibrated probability at each score
  std::vector<double> high;   ///< upper limit

  /// Limits at one score, linear between grid points. @throws NotFittedError an empty band.
  [[nodiscard]] std::pair<double, double> at(double s) const {
    detail::require_fitted("CalibrationBand.at", !score.empty());
    const auto above = std::upper_bound(score.begin(), score.end(), s);
    if (above == score.begin()) return {low.front(), high.front()};
    if (above == score.end()) return {low.back(), high.back()};
    const auto i = static_cast<std::size_t>(above - score.begin());
    const double t = (s - score[i - 1]) / (score[i] - score[i - 1]);
    return {low[i - 1] + t * (low[i] - low[i - 1]), high[i - 1] + t * (high[i] - high[i - 1])};
  }
};

/// Pointwise percentile-bootstrap band of a calibrator, resampling whole groups (patients).
///
/// It tells what sampling alone leaves open about the probability that belongs to a score: neither a wrong model nor a
/// population that differs is in it. Resamples without both classes are drawn again.
///
/// @param kind         calibrator, as in make_calibrator.
/// @param probability  (n,) uncalibrated scores in [0, 1]. @param label (n,) 0 or 1. @param group (n,) or empty.
/// @param grid         ascending scores in [0, 1] at which the band is computed.
/// @throws ShapeError, DomainError as fit; DomainError when grid does not increase or an option is out of range.
/// Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap. O(n_resamples * cost of one fit).
[[nodiscard]] inline CalibrationBand calibration_band(std::string_view kind, std::span<const double> probability,
                                                      std::span<const std::int64_t> label,
                                                      std::span<const std::int64_t> group, std::span<const double> grid,
                                                      const CalibrationBandOptions& options = {}) {
  constexpr auto where = "calibration_band";
  check::same_size(where, "probability", probability.size(), "label", label.size());
  check::not_empty(where, "grid", grid.size());
  check::in_closed_range<double>(where, "grid", grid, 0.0, 1.0);
  for (std::size_t i = 1; i < grid.size(); ++i) {
    if (!(grid[i] > grid[i - 1]))
      check::detail::fail<DomainError>(where, check::detail::indexed("grid", i), "", "must increase");
  }
  check::in_closed_range(where, "level", options.level, 0.01, 0.9999);
  check::at_least<std::size_t>(where, "n_resamples", options.n_resamples, 20);
  Calibrator whole = make_calibrator(kind);  // names what is wrong with the data before any resampling
  std::visit([&](auto& c) { c.fit(probability, label); }, whole);

  std::map<std::int64_t, std::size_t> group_index;
  std::vector<std::size_t> group_of(label.size());
  if (!group.empty()) check::same_size(where, "probability", probability.size(), "group", group.size());
  for (std::size_t i = 0; i < label.size(); ++i) {
    const std::int64_t id = group.empty() ? static_cast<std::int64_t>(i) : group[i];
    group_of[i] = group_index.emplace(id, group_index.size()).first->second;
  }

  std::vector<double> values(options.n_resamples * grid.size());
  Random seeds(options.seed);
  std::vector<std::uint64_t> seed(options.n_resamples);
  for (auto& s : seed) s = seeds.bits();  // one seed per resample: the result does not depend on the threads
  parallel_for(options.n_resamples, options.n_threads, [&](std::size_t r) {
    Random random(seed[r]);
    std::vector<double> count(group_index.size());
    std::vector<double> weight(label.size());
    bool both = false;
    for (int attempt = 0; attempt < 100 && !both; ++attempt) {
      std::fill(count.begin(), count.end(), 0.0);
      for (std::size_t k = 0; k < count.size(); ++k) count[random.below(count.size())] += 1.0;
      double positive = 0.0;
      double negative = 0.0;
      for (std::size_t i = 0; i < weight.size(); ++i) {
        weight[i] = count[group_of[i]];
        (label[i] == 1 ? positive : negative) += weight[i];
      }
      both = positive > 0.0 && negative > 0.0;
    }
    if (!both) std::fill(weight.begin(), weight.end(), 1.0);
    Calibrator calibrator = make_calibrator(kind);
    std::visit(
        [&](auto& c) {
          c.fit(probability, label, weight);
          for (std::size_t g = 0; g < grid.size(); ++g) values[g * options.n_resamples + r] = c.value_at(grid[g]);
        },
        calibrator);
  });

  CalibrationBand band{.score = {grid.begin(), grid.end()}, .low = {}, .high = {}};
  const double tail = (1.0 - options.level) / 2.0;
  for (std::size_t g = 0; g < grid.size(); ++g) {
    const std::span<const double> at(values.data() + g * options.n_resamples, options.n_resamples);
    band.low.push_back(quantile(at, tail));
    band.high.push_back(quantile(at, 1.0 - tail));
  }
  return band;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
