#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/metrics/bootstrap.hpp>
#include <heartsight/metrics/confusion.hpp>
#include <heartsight/metrics/detail/ranking.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// What a threshold is chosen for.
enum class ThresholdRule : std::uint8_t {
  utility,      ///< most true positives less `target` times the false positives: target = harm / benefit
  sensitivity,  ///< the highest threshold whose sensitivity is at least `target`
  specificity,  ///< the lowest threshold whose specificity is at least `target`
  f_beta,       ///< the largest F score with beta = `target`
  youden,       ///< the largest sensitivity + specificity; `target` is not used
};

/// A threshold with what it does on the cases it was chosen on.
struct ThresholdChoice {
  double threshold;  ///< positive when score >= threshold; infinity: calling no one is best; NaN: the rule has no answer
  double objective;  ///< what the rule maximised or met
  double low;        ///< bootstrap limits of the threshold; NaN when no interval was asked for or too few resamples have one
  double high;
  ConfusionCounts counts;
};

struct ThresholdChoiceOptions {
  ThresholdRule rule = ThresholdRule::youden;
  double target = 1.0;  ///< see the rule
  double level = 0.95;
  std::size_t n_resamples = 0;  ///< 0: no interval; else at least 20
  std::uint64_t seed = 0;
  std::size_t n_threads = 1;
};

namespace detail {

struct BestLevel {
  std::size_t level;  // n_levels: call no one; larger: no answer
  double objective;
};

inline BestLevel best_level(const RankedCases& ranked, std::span<const std::int64_t> label, std::span<const double> weight,
                            ThresholdRule rule, double target) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  ConfusionWeights c{};
  for (std::size_t i = 0; i < label.size(); ++i) {
    (label[i] == 1 ? c.false_negative : c.true_negative) += weight.empty() ? 1.0 : weight[i];
  }
  const std::size_t none = ranked.level_end.size();
  const bool needs_positive = rule != ThresholdRule::specificity;
  const bool needs_negative = rule == ThresholdRule::specificity || rule == ThresholdRule::youden;
  if ((needs_positive && !(c.n_positive() > 0.0)) || (needs_negative && !(c.n_negative() > 0.0))) return {none + 1, nan};
  const auto value_of = [&] {
    switch (rule) {
      case ThresholdRule::utility:
        return (c.true_positive - target * c.false_positive) / c.n();
      case ThresholdRule::sensitivity:
        return c.sensitivity();
      case ThresholdRule::specificity:
        return c.specificity();
      case ThresholdRule::f_beta:
        return c.f_beta(target);
      case ThresholdRule::youden:
        break;
    }
    return c.youden_index();
  };
  // Equal objectives: the highest threshold, which calls the fewest.
  BestLevel best{none, value_of()};
  bool met = rule == ThresholdRule::sensitivity && best.objective >= target;
  ranked.for_each_level(label, weight, [&](std::size_t level, double positive, double negative) {
    if (!(positive + negative > 0.0)) return;
    c.true_positive += positive;
    c.false_negative -= positive;
    c.false_positive += negative;
    c.true_negative -= negative;
    const double value = value_of();
    if (rule == ThresholdRule::sensitivity) {
      if (!met) best = {level, value};
      met = met || value >= target;
    } else if (rule == ThresholdRule::specificity) {
      if (value >= target) best = {level, value};
    } else if (value > best.objective) {
      best = {level, value};
    }
  });
  return best;
}

template <std::floating_point T>
ThresholdChoice choose_threshold(std::span<const std::int64_t> label, std::span<const T> score,
                                 std::span<const std::int64_t> group, const ThresholdChoiceOptions& options) {
  constexpr auto where = "choose_threshold";
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  check_scores<T>(where, label, score);
  check_level(where, options.level);
  const bool is_share = options.rule == ThresholdRule::sensitivity || options.rule == ThresholdRule::specificity;
  if (is_share) {
    check::in_closed_range(where, "target", options.target, 0.0, 1.0);
  } else {
    check::positive(where, "target", options.target);
  }
  if (!group.empty()) check::same_size(where, "label", label.size(), "group", group.size());
  const RankedCases ranked(score);
  const auto threshold_of = [&](const BestLevel& best) {
    if (best.level > ranked.level_end.size()) return nan;
    if (best.level == ranked.level_end.size()) return std::numeric_limits<double>::infinity();
    return static_cast<double>(score[ranked.row[ranked.level_end[best.level] - 1]]);
  };
  const BestLevel best = best_level(ranked, label, {}, options.rule, options.target);
  ThresholdChoice choice{threshold_of(best), best.objective, nan, nan, {}};
  if (!std::isnan(choice.threshold)) {
    choice.counts = confusion<std::int64_t, T>(where, label, score, choice.threshold, {});
  }
  if (options.n_resamples == 0 || std::isnan(choice.threshold)) return choice;
  const auto interval =
      bootstrap_interval(label.size(), group,
                         [&](std::span<const double> weight) {
                           return threshold_of(best_level(ranked, label, weight, options.rule, options.target));
                         },
                         {.level = options.level,
                          .n_resamples = options.n_resamples,
                          .method = BootstrapMethod::percentile,
                          .seed = options.seed,
                          .n_threads = options.n_threads});
  choice.low = interval.low;
  choice.high = interval.high;
  return choice;
}

}  // namespace detail

/// The threshold that suits a rule best, with a bootstrap interval that says how well the cases fix it.
///
/// @param label (n,) 0 or 1. @param score (n,) no NaN. @param group (n,) patients, or empty.
/// @throws ShapeError n = 0, sizes differ. @throws DomainError a label, score or option is out of range.
/// Candidates are the observed scores and "call no one" (infinity); of equal objectives the highest threshold is taken. A
/// rule that needs a class which is not there has no answer: NaN. The figures on the cases that chose the threshold flatter
/// it: report them on others. With calibrated probabilities the utility rule needs no choice: the best threshold is
/// harm / (harm + benefit). A threshold is not smooth in the data: its percentile interval is a guide, not exact.
/// O(n log n + n_resamples * n).
[[nodiscard]] inline ThresholdChoice choose_threshold(std::span<const std::int64_t> label, std::span<const double> score,
                                                      std::span<const std::int64_t> group = {},
                                                      const ThresholdChoiceOptions& options = {}) {
  return detail::choose_threshold<double>(label, score, group, options);
}
[[nodiscard]] inline ThresholdChoice choose_threshold(std::span<const std::int64_t> label, std::span<const float> score,
                                                      std::span<const std::int64_t> group = {},
                                                      const ThresholdChoiceOptions& options = {}) {
  return detail::choose_threshold<float>(label, score, group, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
