#pragma once

#include <heartsight/calibration/beta.hpp>
#include <heartsight/core/check.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/core/parallel_for.hpp>
#include <heartsight/core/random_binomial.hpp>
#include <heartsight/metrics/estimate.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

struct LabelFreeOptions {
  double threshold = 0.5;  ///< a case is called positive from this (uncalibrated) score on
  double level = 0.95;
  std::size_t n_simulations = 500;  ///< at least 100
  std::uint64_t seed = 0;
  std::size_t n_threads = 1;
};

/// What the figures of a model would be expected to be, without knowing a single outcome. Each with the interval in which
/// the figure itself, once the outcomes are known, should lie in `level` of all windows.
struct LabelFreePerformance {
  metrics::Estimate prevalence;
  metrics::Estimate auroc;
  metrics::Estimate sensitivity;
  metrics::Estimate specificity;
  metrics::Estimate positive_predictive_value;
  metrics::Estimate negative_predictive_value;
  metrics::Estimate accuracy;
  metrics::Estimate brier_score;              ///< of the uncalibrated scores, where those are probabilities
  metrics::Estimate expected_observed_ratio;  ///< sum of the scores by number of positives
};

namespace detail {

/// Cases in ascending order of score, in runs that hold one score each or, when there are very many, neighbours.
struct LabelFreeRuns {
  struct Run {
    std::int64_t n = 0;
    double score = 0.0;          ///< sum
    double squared_score = 0.0;  ///< sum
    double probability = 0.0;    ///< mean, calibrated
    bool called = false;
  };
  std::vector<Run> runs;
};

/// The nine figures from the number of positives of each run (a whole number, or expected).
inline std::array<double, 9> label_free_figures(std::span<const LabelFreeRuns::Run> runs, std::span<const double> positive,
                                                double self_pairs) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  double n = 0.0, tp = 0.0, fp = 0.0, tn = 0.0, fn = 0.0, wins = 0.0, below = 0.0, brier = 0.0, scores = 0.0;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const auto cases = static_cast<double>(runs[r].n);
    const double negative = cases - positive[r];
    n += cases;
    (runs[r].called ? tp : fn) += positive[r];
    (runs[r].called ? fp : tn) += negative;
    wins += positive[r] * (below + 0.5 * negative);
    below += negative;
    scores += runs[r].score;
    const double mean = runs[r].score / cases;
    brier += runs[r].squared_score - 2.0 * positive[r] * mean + positive[r];
  }
  const auto share = [](double part, double whole) { return whole > 0.0 ? part / whole : nan; };
  const double positives = tp + fn;
  const double negatives = fp + tn;
  // Of expected counts a case would be compared with itself, which outcomes never are.
  const double pairs = positives * negatives - self_pairs;
  return {share(positives, n),     pairs > 0.0 ? (wins - 0.5 * self_pairs) / pairs : nan,
          share(tp, positives),    share(tn, negatives),
          share(tp, tp + fp),      share(tn, tn + fn),
          share(tp + tn, n),       share(brier, n),
          share(scores, positives)};
}

inline LabelFreePerformance label_free_performance(std::span<const double> score, std::span<const double> reference_score,
                                                   std::span<const std::int64_t> reference_label,
                                                   std::span<const std::int64_t> reference_group,
                                                   const LabelFreeOptions& options) {
  constexpr auto where = "label_free_performance";
  check::not_empty(where, "score", score.size());
  check::in_closed_range<double>(where, "score", score, 0.0, 1.0);
  check::at_least<std::size_t>(where, "n_simulations", options.n_simulations, 100);
  metrics::detail::check_level(where, options.level);
  if (std::isnan(options.threshold)) check::detail::fail<DomainError>(where, "threshold", "nan", "must not be NaN");
  const bool recalibrates = !reference_label.empty() || !reference_score.empty();
  Beta calibrator(1.0, 1.0, 0.0);  // leaves probabilities as they are
  if (recalibrates) calibrator.fit(reference_score, reference_label);
  std::vector<std::size_t> owner(reference_label.size());
  std::map<std::int64_t, std::size_t> owners;
  if (!reference_group.empty()) {
    check::same_size(where, "reference_label", reference_label.size(), "reference_group", reference_group.size());
  }
  for (std::size_t i = 0; i < owner.size(); ++i) {
    const std::int64_t id = reference_group.empty() ? static_cast<std::int64_t>(i) : reference_group[i];
    owner[i] = owners.emplace(id, owners.size()).first->second;
  }

  std::vector<double> sorted(score.begin(), score.end());
  std::sort(sorted.begin(), sorted.end());
  // Above so many cases neighbours are drawn together: their scores differ by less than a few in ten thousand of all.
  constexpr std::size_t most_runs = 8192;
  const std::size_t run_length = (sorted.size() + most_runs - 1) / most_runs;
  std::vector<LabelFreeRuns::Run> runs;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const bool called = sorted[i] >= options.threshold;
    const bool joins = !runs.empty() && runs.back().called == called &&
                       (sorted[i] == sorted[i - 1] || static_cast<std::size_t>(runs.back().n) < run_length);
    if (!joins) runs.push_back({.called = called});
    LabelFreeRuns::Run& run = runs.back();
    ++run.n;
    run.score += sorted[i];
    run.squared_score += sorted[i] * sorted[i];
  }
  const auto probability_of = [&](const Beta& beta, std::size_t r) {
    const double mean = runs[r].score / static_cast<double>(runs[r].n);
    return recalibrates ? beta.value_at(mean) : mean;
  };

  std::vector<double> expected(runs.size());
  double self_pairs = 0.0;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const double p = probability_of(calibrator, r);
    expected[r] = static_cast<double>(runs[r].n) * p;
    self_pairs += expected[r] * (1.0 - p);
  }
  const auto values = label_free_figures(runs, expected, self_pairs);

  constexpr std::size_t n_figures = std::tuple_size_v<std::remove_cvref_t<decltype(values)>>;
  std::vector<double> simulated(n_figures * options.n_simulations);
  Random seeds(options.seed);
  std::vector<std::uint64_t> seed(options.n_simulations);
  for (auto& s : seed) s = seeds.bits();  // one seed per simulation: the result does not depend on the threads
  parallel_for(options.n_simulations, options.n_threads, [&](std::size_t k) {
    Random random(seed[k]);
    Beta drawn = calibrator;
    if (recalibrates) {
      // The calibrator is known only as far as its reference goes: resample that, whole patients together.
      std::vector<double> times(owners.size(), 0.0);
      std::vector<double> weight(owner.size());
      for (std::size_t j = 0; j < times.size(); ++j) times[random.below(times.size())] += 1.0;
      double positive = 0.0;
      double negative = 0.0;
      for (std::size_t i = 0; i < weight.size(); ++i) {
        weight[i] = times[owner[i]];
        (reference_label[i] == 1 ? positive : negative) += weight[i];
      }
      if (positive > 0.0 && negative > 0.0) drawn.fit(reference_score, reference_label, weight);
    }
    std::vector<double> positive(runs.size());
    for (std::size_t r = 0; r < runs.size(); ++r) {
      positive[r] = static_cast<double>(draw_binomial(random, runs[r].n, std::clamp(probability_of(drawn, r), 0.0, 1.0)));
    }
    const auto figures = label_free_figures(runs, positive, 0.0);
    for (std::size_t f = 0; f < n_figures; ++f) simulated[f * options.n_simulations + k] = figures[f];
  });
  std::array<metrics::Estimate, n_figures> estimates;
  const double tail = (1.0 - options.level) / 2.0;
  for (std::size_t f = 0; f < n_figures; ++f) {
    const auto first = simulated.begin() + static_cast<std::ptrdiff_t>(f * options.n_simulations);
    std::vector<double> of_figure(first, first + static_cast<std::ptrdiff_t>(options.n_simulations));
    std::erase_if(of_figure, [](double v) { return std::isnan(v); });
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    estimates[f] = {values[f], nan, nan};
    if (of_figure.empty()) continue;
    const std::span<const double> span(of_figure);
    estimates[f].low = quantile(span, tail);
    estimates[f].high = quantile(span, 1.0 - tail);
  }
  return {estimates[0], estimates[1], estimates[2], estimates[3], estimates[4],
          estimates[5], estimates[6], estimates[7], estimates[8]};
}

}  // namespace detail

/// Performance of a model on cases whose outcomes are not known, from its calibrated probabilities alone (confidence-based
/// performance estimation).
///
/// If P(y = 1 | score) = p holds for every case, the expected number of true positives is the sum of p over the called
/// cases, and so on for all figures; AUROC is the expected share of ordered pairs. The interval comes from simulated
/// outcomes: in `level` of all windows the figure that is later found should lie in it.
///
/// What it cannot see: a change of the relation between score and outcome. A shift of the population over the scores is seen
/// in full; new causes, another prevalence at the same score, or wrong labels are not. Where outcomes come late, compare.
///
/// @param score (n,) calibrated probabilities in [0, 1].
/// @throws ShapeError n = 0. @throws DomainError a value is NaN or out of range. NaN where a figure has no case to count.
/// Above 8,192 cases neighbours in score are simulated together. O(n log n + n_simulations * min(n, 8192)).
/// Source: the idea is CBPE of NannyML; Guillory et al. 2021, DOI 10.1109/ICCV48922.2021.00117, for the expected accuracy.
[[nodiscard]] inline LabelFreePerformance label_free_performance(std::span<const double> score,
                                                                 const LabelFreeOptions& options = {}) {
  return detail::label_free_performance(score, {}, {}, {}, options);
}

/// The same of scores that need not be calibrated: a beta calibrator is fitted to a reference with known outcomes, and
/// refitted to resampled patients for every simulation, so that the interval holds what the reference leaves open, too.
///
/// @param score (n,) in [0, 1]. @param reference_score (m,) of the same model. @param reference_label (m,) 0 or 1.
/// @param reference_group (m,) patients, or empty. Other errors as above and as Beta::fit. Plus n_simulations fits.
[[nodiscard]] inline LabelFreePerformance label_free_performance(std::span<const double> score,
                                                                 std::span<const double> reference_score,
                                                                 std::span<const std::int64_t> reference_label,
                                                                 std::span<const std::int64_t> reference_group = {},
                                                                 const LabelFreeOptions& options = {}) {
  check::not_empty("label_free_performance", "reference_score", reference_score.size());
  return detail::label_free_performance(score, reference_score, reference_label, reference_group, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
