#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics::detail {

/// Counts of positives and negatives at each distinct score, from the highest score down.
struct ScoreLevel {
  std::int64_t n_positive = 0;
  std::int64_t n_negative = 0;
};

template <std::floating_point T>
std::vector<ScoreLevel> score_levels(std::string_view where, std::span<const std::int64_t> label, std::span<const T> score) {
  check::same_size(where, "label", label.size(), "score", score.size());
  check::not_empty(where, "label", label.size());
  check::binary_labels(where, "label", label);
  for (std::size_t i = 0; i < score.size(); ++i) {
    if (score[i] != score[i]) {
      check::detail::fail<DomainError>(where, check::detail::indexed("score", i), "nan", "must not be NaN");
    }
  }
  std::vector<std::size_t> order(score.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return score[a] > score[b]; });
  std::vector<ScoreLevel> levels;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || score[order[i]] != score[order[i - 1]]) levels.emplace_back();
    ++(label[order[i]] == 1 ? levels.back().n_positive : levels.back().n_negative);
  }
  return levels;
}

template <std::floating_point T>
double auroc(std::span<const std::int64_t> label, std::span<const T> score) {
  double n_positive = 0.0;
  double n_negative = 0.0;
  double concordant = 0.0;  // pairs in which the positive has the higher score; ties count a half
  for (const ScoreLevel& level : score_levels<T>("auroc", label, score)) {
    const auto positive = static_cast<double>(level.n_positive);
    const auto negative = static_cast<double>(level.n_negative);
    concordant += negative * (n_positive + 0.5 * positive);
    n_positive += positive;
    n_negative += negative;
  }
  if (n_positive == 0.0 || n_negative == 0.0) return std::numeric_limits<double>::quiet_NaN();
  return concordant / (n_positive * n_negative);
}

template <std::floating_point T>
double average_precision(std::span<const std::int64_t> label, std::span<const T> score) {
  double n_positive = 0.0;
  double n_seen = 0.0;
  double sum = 0.0;
  for (const ScoreLevel& level : score_levels<T>("average_precision", label, score)) {
    n_positive += static_cast<double>(level.n_positive);
    n_seen += static_cast<double>(level.n_positive + level.n_negative);
    sum += static_cast<double>(level.n_positive) * n_positive / n_seen;
  }
  return n_positive == 0.0 ? std::numeric_limits<double>::quiet_NaN() : sum / n_positive;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics::detail
