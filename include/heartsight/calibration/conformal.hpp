#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/random.hpp>
#include <heartsight/core/state_bytes.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

enum class ConformalScore : std::uint8_t {
  lac,  ///< 1 - p of the class: smallest sets on average (Sadinle, Lei and Wasserman 2019,
        ///< DOI 10.1080/01621459.2017.1395341)
  aps,  ///< probability of all classes at least as likely: adapts to the case (Romano, Sesia and Candes 2020, arXiv
        ///< 2006.02544)
};

struct ConformalSetsOptions {
  ConformalScore score = ConformalScore::lac;
  double alpha = 0.1;              ///< share of cases that may miss their true class, in (0, 1)
  bool class_conditional = false;  ///< hold alpha for each true class alone (Mondrian)
  bool randomized = true;          ///< of aps: break the last class's probability at random, which makes coverage exact
  std::uint64_t seed = 0;          ///< of that randomness

  friend bool operator==(const ConformalSetsOptions&, const ConformalSetsOptions&) = default;
};

namespace detail {

/// The ceil((n + 1)(1 - alpha))-th smallest score; infinity when there are too few to promise anything.
inline double conformal_quantile(std::vector<double>& score, double alpha) {
  const double rank = std::ceil((static_cast<double>(score.size()) + 1.0) * (1.0 - alpha) - 1e-9);
  if (rank > static_cast<double>(score.size())) return std::numeric_limits<double>::infinity();
  const auto at = score.begin() + static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
  std::nth_element(score.begin(), at, score.end());
  return *at;
}

inline void check_alpha(const char* where, double alpha) {
  if (!(alpha > 0.0 && alpha < 1.0)) {
    check::detail::fail<DomainError>(where, "alpha", check::detail::show(alpha), "must be between 0 and 1");
  }
}

inline void check_matrix(const char* where, MatrixView<const double> probability) {
  for (std::size_t i = 0; i < probability.n_rows(); ++i) {
    for (std::size_t c = 0; c < probability.n_cols(); ++c) {
      check::in_closed_range(where, "probability", probability(i, c), 0.0, 1.0);
    }
  }
}

/// Row of thresholds of each group; one row when there are no groups.
inline std::size_t group_row(const char* where, const std::vector<std::int64_t>& known, std::span<const std::int64_t> group,
                             std::size_t i) {
  if (known.empty()) return 0;
  const auto at = std::lower_bound(known.begin(), known.end(), group[i]);
  if (at == known.end() || *at != group[i]) {
    check::detail::fail<DomainError>(where, check::detail::indexed("group", i), check::detail::show(group[i]),
                                     "was not there when it was fitted");
  }
  return static_cast<std::size_t>(at - known.begin());
}

inline std::vector<std::int64_t> distinct(std::span<const std::int64_t> group) {
  std::vector<std::int64_t> known(group.begin(), group.end());
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  return known;
}

/// What a conformal predictor knows: how many columns, which groups, and a row of thresholds for each.
inline void write_thresholds(StateWriter& writer, std::size_t n_columns, const std::vector<std::int64_t>& groups,
                             const std::vector<double>& threshold) {
  writer.u64(n_columns);
  writer.i64s(groups);
  writer.f64s(threshold);
}

/// @param per_column thresholds of one column. @throws FormatError sizes disagree, groups do not ascend, a threshold is
/// neither in [0, columns + 1] nor infinite: no sum of probabilities is.
inline void read_thresholds(StateReader& reader, std::size_t per_column, std::size_t& n_columns,
                            std::vector<std::int64_t>& groups, std::vector<double>& threshold) {
  const std::uint64_t columns = reader.u64();
  groups = reader.i64s();
  threshold = reader.f64s();
  if (std::adjacent_find(groups.begin(), groups.end(), std::greater_equal<>()) != groups.end()) {
    reader.fail("groups must ascend");
  }
  const std::size_t n_rows = columns == 0 ? 0 : std::max<std::size_t>(groups.size(), 1);
  if (columns == 0 && !groups.empty()) reader.fail("groups of nothing");
  if (n_rows == 0 ? !threshold.empty()
                  : threshold.size() % n_rows != 0 || threshold.size() / n_rows % per_column != 0 ||
                        threshold.size() / n_rows / per_column != columns) {
    reader.fail("number of thresholds");
  }
  const double limit = static_cast<double>(columns) + 1.0;
  for (const double value : threshold) {
    if (!((value >= 0.0 && value <= limit) || value == std::numeric_limits<double>::infinity())) {
      reader.fail("a threshold is out of range");
    }
  }
  n_columns = static_cast<std::size_t>(columns);
}

inline bool read_flag(StateReader& reader) {
  const std::uint8_t value = reader.u8();
  if (value > 1) reader.fail("a flag is neither 0 nor 1");
  return value == 1;
}

inline double read_alpha(StateReader& reader) {
  const double alpha = reader.f64();
  if (!(alpha > 0.0 && alpha < 1.0)) reader.fail("alpha is not between 0 and 1");
  return alpha;
}

/// A uniform number of a case that goes by its probabilities and the seed alone: a service that asks for one case at a time
/// would else draw the same number for each.
inline double uniform_of_row(MatrixView<const double> probability, std::size_t i, std::uint64_t seed) {
  std::uint64_t mixed = Random(seed).bits();
  for (std::size_t c = 0; c < probability.n_cols(); ++c) {
    mixed = Random(mixed ^ std::bit_cast<std::uint64_t>(probability(i, c) + 0.0)).bits();  // -0 becomes +0
  }
  return Random(mixed).uniform();
}

}  // namespace detail

/// Split conformal prediction sets for multi-class probabilities.
///
/// A set holds the true class with probability at least 1 - alpha, over new cases and calibration cases that are
/// exchangeable: whatever the model, at any n; for each group, and each true class, where asked. Nothing is promised for one
/// given patient, or when the population drifts. Where a group or class has too few calibration cases for alpha (fewer than
/// 1 / alpha - 1) its sets hold every class.
class ConformalSets {
 public:
  explicit ConformalSets(const ConformalSetsOptions& options = {}) : options_(options) {
    detail::check_alpha("ConformalSets", options.alpha);
  }

  /// @param probability (n, k) in [0, 1] of cases that neither model nor calibrator has seen. @param class_index (n,).
  /// @param group (n,) any integers, one threshold each; or empty.
  /// @throws ShapeError n = 0 or k = 0, sizes differ. @throws DomainError a value is out of range. O(n k log k).
  ConformalSets& fit(MatrixView<const double> probability, std::span<const std::int64_t> class_index,
                     std::span<const std::int64_t> group = {}) {
    constexpr auto where = "ConformalSets.fit";
    const std::size_t k = probability.n_cols();
    check::not_empty(where, "probability", probability.n_rows() * k);
    check::same_size(where, "probability", probability.n_rows(), "class_index", class_index.size());
    if (!group.empty()) check::same_size(where, "probability", probability.n_rows(), "group", group.size());
    check::in_closed_range<std::int64_t>(where, "class_index", class_index, 0, static_cast<std::int64_t>(k) - 1);
    detail::check_matrix(where, probability);
    const std::vector<std::int64_t> groups = detail::distinct(group);
    const std::size_t n_rows = std::max<std::size_t>(groups.size(), 1);
    const std::size_t n_columns = options_.class_conditional ? k : 1;
    std::vector<std::vector<double>> score(n_rows * n_columns);
    Random random(options_.seed);
    std::vector<double> of_case(k);
    for (std::size_t i = 0; i < class_index.size(); ++i) {
      scores(probability, i, random.uniform(), of_case);
      const auto truth = static_cast<std::size_t>(class_index[i]);
      const std::size_t row = detail::group_row(where, groups, group, i);
      score[row * n_columns + (options_.class_conditional ? truth : 0)].push_back(of_case[truth]);
    }
    threshold_.assign(n_rows * k, 0.0);
    for (std::size_t row = 0; row < n_rows; ++row) {
      for (std::size_t c = 0; c < n_columns; ++c) {
        const double q = detail::conformal_quantile(score[row * n_columns + c], options_.alpha);
        for (std::size_t j = options_.class_conditional ? c : 0; j < (options_.class_conditional ? c + 1 : k); ++j) {
          threshold_[row * k + j] = q;
        }
      }
    }
    groups_ = groups;
    n_classes_ = k;
    return *this;
  }

  /// Sets of new cases: (m, k) row-major, 1 where the class is in. A set may be empty: nothing resembles the case.
  /// @param probability (m, k). @param group (m,) when fitted with groups. @param seed of the randomness of aps:
  /// each case's number goes by the seed and its probabilities, so that cases one by one get the sets that they get
  /// together, and cases of equal probabilities get equal sets. Over seeds the promise holds all the same; with one seed and
  /// few different rows the coverage may lie off it.
  /// @throws NotFittedError before fit. @throws ShapeError another k, or sizes differ. @throws DomainError an unknown group.
  [[nodiscard]] std::vector<std::uint8_t> predict(MatrixView<const double> probability,
                                                  std::span<const std::int64_t> group = {}, std::uint64_t seed = 1) const {
    constexpr auto where = "ConformalSets.predict";
    if (n_classes_ == 0) throw NotFittedError(std::string(where) + ": call fit first");
    check::has_size(where, "probability (columns)", probability.n_cols(), n_classes_);
    check::has_size(where, "group", group.size(), groups_.empty() ? 0 : probability.n_rows());
    detail::check_matrix(where, probability);
    std::vector<std::uint8_t> member(probability.n_rows() * n_classes_);
    const bool draws = options_.score == ConformalScore::aps && options_.randomized;
    std::vector<double> of_case(n_classes_);
    for (std::size_t i = 0; i < probability.n_rows(); ++i) {
      scores(probability, i, draws ? detail::uniform_of_row(probability, i, seed) : 0.0, of_case);
      const std::size_t row = detail::group_row(where, groups_, group, i);
      for (std::size_t c = 0; c < n_classes_; ++c) {
        member[i * n_classes_ + c] = of_case[c] <= threshold_[row * n_classes_ + c] ? 1 : 0;
      }
    }
    return member;
  }

  [[nodiscard]] std::size_t n_classes() const noexcept { return n_classes_; }
  [[nodiscard]] const std::vector<std::int64_t>& groups() const noexcept { return groups_; }
  /// (groups, k) row-major: a class is in the set when its score is at most this; infinity where cases were too few.
  [[nodiscard]] const std::vector<double>& threshold() const noexcept { return threshold_; }
  [[nodiscard]] const ConformalSetsOptions& options() const noexcept { return options_; }
  friend bool operator==(const ConformalSets&, const ConformalSets&) = default;

  /// Options, groups and thresholds, fitted or not: the same bytes on every machine. A threshold is the score of one
  /// calibration case.
  [[nodiscard]] std::vector<std::byte> to_bytes() const {
    StateWriter writer("CSET", 1);
    writer.u8(static_cast<std::uint8_t>(options_.score));
    writer.f64(options_.alpha);
    writer.u8(options_.class_conditional ? 1 : 0);
    writer.u8(options_.randomized ? 1 : 0);
    writer.u64(options_.seed);
    detail::write_thresholds(writer, n_classes_, groups_, threshold_);
    return writer.finish();
  }
  /// @throws FormatError bytes that to_bytes did not write.
  [[nodiscard]] static ConformalSets from_bytes(std::span<const std::byte> bytes) {
    StateReader reader(bytes, "CSET", 1);
    ConformalSetsOptions options;
    const std::uint8_t score = reader.u8();
    if (score > static_cast<std::uint8_t>(ConformalScore::aps)) reader.fail("score");
    options.score = static_cast<ConformalScore>(score);
    options.alpha = detail::read_alpha(reader);
    options.class_conditional = detail::read_flag(reader);
    options.randomized = detail::read_flag(reader);
    options.seed = reader.u64();
    ConformalSets sets(options);
    detail::read_thresholds(reader, 1, sets.n_classes_, sets.groups_, sets.threshold_);
    reader.finish();
    return sets;
  }

 private:
  void scores(MatrixView<const double> probability, std::size_t i, double u, std::vector<double>& result) const {
    const std::size_t k = result.size();
    if (options_.score == ConformalScore::lac) {
      for (std::size_t c = 0; c < k; ++c) result[c] = 1.0 - probability(i, c);
      return;
    }
    std::vector<std::size_t> order(k);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return probability(i, a) > probability(i, b); });
    double sum = 0.0;
    for (const std::size_t c : order) {
      sum += probability(i, c);
      result[c] = sum - (options_.randomized ? u * probability(i, c) : 0.0);
    }
  }

  ConformalSetsOptions options_;
  std::size_t n_classes_ = 0;
  std::vector<std::int64_t> groups_;
  std::vector<double> threshold_;
};

/// What may be said about a label.
enum class ConformalAnswer : std::int8_t {
  negative = 0,
  positive = 1,
  both = 2,     ///< abstain: the score fits positives and negatives
  neither = 3,  ///< abstain: the score fits neither
};

/// Decisions per label that abstain where they cannot hold their error rate: class-conditional (Mondrian) split conformal.
///
/// Of the cases that are positive, at most alpha are called negative (or neither); of those that are negative, at most alpha
/// are called positive (or neither); for every label alone, in every group where asked, under exchangeability. What the
/// model cannot separate becomes `both`. Too few calibration cases of a class (fewer than 1 / alpha - 1) leave that class in
/// every answer.
class ConformalDecisions {
 public:
  explicit ConformalDecisions(double alpha = 0.1) : alpha_(alpha) { detail::check_alpha("ConformalDecisions", alpha); }

  /// @param probability (n, k) in [0, 1]. @param label (n, k) 0 or 1. @param group (n,) or empty.
  /// @throws ShapeError n = 0 or k = 0, shapes differ. @throws DomainError a value is out of range. O(n k).
  ConformalDecisions& fit(MatrixView<const double> probability, MatrixView<const std::int64_t> label,
                          std::span<const std::int64_t> group = {}) {
    constexpr auto where = "ConformalDecisions.fit";
    const std::size_t k = probability.n_cols();
    check::not_empty(where, "probability", probability.n_rows() * k);
    check::same_size(where, "probability", probability.n_rows(), "label", label.n_rows());
    check::same_size(where, "probability (columns)", k, "label (columns)", label.n_cols());
    if (!group.empty()) check::same_size(where, "probability", probability.n_rows(), "group", group.size());
    detail::check_matrix(where, probability);
    const std::vector<std::int64_t> groups = detail::distinct(group);
    const std::size_t n_rows = std::max<std::size_t>(groups.size(), 1);
    std::vector<std::vector<double>> score(n_rows * k * 2);
    for (std::size_t i = 0; i < label.n_rows(); ++i) {
      const std::size_t row = detail::group_row(where, groups, group, i);
      for (std::size_t c = 0; c < k; ++c) {
        check::in_closed_range<std::int64_t>(where, "label", label(i, c), 0, 1);
        const bool positive = label(i, c) == 1;
        score[(row * k + c) * 2 + (positive ? 1 : 0)].push_back(positive ? 1.0 - probability(i, c) : probability(i, c));
      }
    }
    threshold_.assign(score.size(), 0.0);
    for (std::size_t s = 0; s < score.size(); ++s) threshold_[s] = detail::conformal_quantile(score[s], alpha_);
    groups_ = groups;
    n_labels_ = k;
    return *this;
  }

  /// Answers (m, k) row-major. Arguments and errors as ConformalSets::predict.
  [[nodiscard]] std::vector<ConformalAnswer> predict(MatrixView<const double> probability,
                                                     std::span<const std::int64_t> group = {}) const {
    constexpr auto where = "ConformalDecisions.predict";
    if (n_labels_ == 0) throw NotFittedError(std::string(where) + ": call fit first");
    check::has_size(where, "probability (columns)", probability.n_cols(), n_labels_);
    check::has_size(where, "group", group.size(), groups_.empty() ? 0 : probability.n_rows());
    detail::check_matrix(where, probability);
    std::vector<ConformalAnswer> answer(probability.n_rows() * n_labels_);
    for (std::size_t i = 0; i < probability.n_rows(); ++i) {
      const std::size_t row = detail::group_row(where, groups_, group, i);
      for (std::size_t c = 0; c < n_labels_; ++c) {
        const double p = probability(i, c);
        const bool negative = p <= threshold_[(row * n_labels_ + c) * 2];
        const bool positive = 1.0 - p <= threshold_[(row * n_labels_ + c) * 2 + 1];
        answer[i * n_labels_ + c] = positive ? (negative ? ConformalAnswer::both : ConformalAnswer::positive)
                                             : (negative ? ConformalAnswer::negative : ConformalAnswer::neither);
      }
    }
    return answer;
  }

  [[nodiscard]] double alpha() const noexcept { return alpha_; }
  [[nodiscard]] std::size_t n_labels() const noexcept { return n_labels_; }
  [[nodiscard]] const std::vector<std::int64_t>& groups() const noexcept { return groups_; }
  /// (groups, k, 2): the largest p of a negative answer, the largest 1 - p of a positive one.
  [[nodiscard]] const std::vector<double>& threshold() const noexcept { return threshold_; }
  friend bool operator==(const ConformalDecisions&, const ConformalDecisions&) = default;

  /// Alpha, groups and thresholds, fitted or not: the same bytes on every machine. A threshold is the score of one
  /// calibration case.
  [[nodiscard]] std::vector<std::byte> to_bytes() const {
    StateWriter writer("CDEC", 1);
    writer.f64(alpha_);
    detail::write_thresholds(writer, n_labels_, groups_, threshold_);
    return writer.finish();
  }
  /// @throws FormatError bytes that to_bytes did not write.
  [[nodiscard]] static ConformalDecisions from_bytes(std::span<const std::byte> bytes) {
    StateReader reader(bytes, "CDEC", 1);
    ConformalDecisions decisions(detail::read_alpha(reader));
    detail::read_thresholds(reader, 2, decisions.n_labels_, decisions.groups_, decisions.threshold_);
    reader.finish();
    return decisions;
  }

 private:
  double alpha_;
  std::size_t n_labels_ = 0;
  std::vector<std::int64_t> groups_;
  std::vector<double> threshold_;
};

/// The highest threshold that keeps the expected share of missed labels at or below alpha: conformal risk control
/// (Angelopoulos et al. 2022, arXiv 2208.02814) for the false negative proportion of multi-label calls "p >= threshold".
///
/// @param probability (n, k) in [0, 1]. @param label (n, k) 0 or 1; a case without a label misses none.
/// @return the threshold: the expectation over new exchangeable cases of (missed labels / labels) is at most alpha. 0 (call
/// everything) where n is below 1 / alpha - 1.
/// @throws ShapeError n = 0 or k = 0, shapes differ. @throws DomainError a value is out of range. O(n k log(n k)).
[[nodiscard]] inline double risk_controlling_threshold(MatrixView<const double> probability,
                                                       MatrixView<const std::int64_t> label, double alpha) {
  constexpr auto where = "risk_controlling_threshold";
  check::not_empty(where, "probability", probability.n_rows() * probability.n_cols());
  check::same_size(where, "probability", probability.n_rows(), "label", label.n_rows());
  check::same_size(where, "probability (columns)", probability.n_cols(), "label (columns)", label.n_cols());
  detail::check_alpha(where, alpha);
  detail::check_matrix(where, probability);
  struct Miss {
    double probability;
    double loss;
  };
  std::vector<Miss> misses;
  for (std::size_t i = 0; i < label.n_rows(); ++i) {
    double n_labels = 0.0;
    for (std::size_t c = 0; c < label.n_cols(); ++c) {
      check::in_closed_range<std::int64_t>(where, "label", label(i, c), 0, 1);
      n_labels += static_cast<double>(label(i, c));
    }
    for (std::size_t c = 0; c < label.n_cols(); ++c) {
      if (label(i, c) == 1) misses.push_back({probability(i, c), 1.0 / n_labels});
    }
  }
  std::sort(misses.begin(), misses.end(), [](const Miss& a, const Miss& b) { return a.probability < b.probability; });
  const double allowed = alpha * (static_cast<double>(label.n_rows()) + 1.0) - 1.0;
  if (allowed < 0.0) return 0.0;
  double loss = 0.0;
  for (const Miss& miss : misses) {
    loss += miss.loss;
    if (loss > allowed + 1e-9) return miss.probability;  // any higher threshold would miss this one too
  }
  return 1.0;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
