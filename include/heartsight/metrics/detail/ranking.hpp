#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/metrics/detail/radix_sort.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics::detail {

inline void check_weights(std::string_view where, std::span<const double> weight, std::size_t n) {
  if (weight.empty()) return;
  check::same_size(where, "label", n, "weight", weight.size());
  check::in_closed_range<double>(where, "weight", weight, 0.0, 1e12);
}

template <std::floating_point T>
void check_scores(std::string_view where, std::span<const std::int64_t> label, std::span<const T> score,
                  std::string_view score_name = "score") {
  check::same_size(where, "label", label.size(), score_name, score.size());
  check::not_empty(where, "label", label.size());
  std::uint64_t all_labels = 0;
  for (const std::int64_t y : label) all_labels |= static_cast<std::uint64_t>(y);
  if (all_labels > 1) check::binary_labels(where, "label", label);
  int not_a_number = 0;
  for (const T s : score) not_a_number |= static_cast<int>(s != s);
  if (not_a_number == 0) return;
  for (std::size_t i = 0; i < score.size(); ++i) {
    if (score[i] != score[i]) {
      check::detail::fail<DomainError>(where, check::detail::indexed(score_name, i), "nan", "must not be NaN");
    }
  }
}

/// Cases in the order of their scores, from the highest down, and where each group of equal scores ends. Made once, it
/// answers for any weights in one pass: what a bootstrap needs.
struct RankedCases {
  std::vector<std::size_t> row;        ///< (n,) rows, highest score first; ties in their own order
  std::vector<std::size_t> level_end;  ///< one per distinct score: end of its rows in `row`

  template <std::floating_point T>
  explicit RankedCases(std::span<const T> score) {
    using Key = decltype(ordered_key(T{}));
    struct Item {
      Key key;
      std::uint32_t row;
    };
    if (score.size() > std::numeric_limits<std::uint32_t>::max()) {
      check::detail::fail<ShapeError>("RankedCases", "score", "", "has more than 4294967295 elements");
    }
    Buffer<Item> items(score.size());
    for (std::size_t i = 0; i < score.size(); ++i) {
      items[i] = {static_cast<Key>(~ordered_key(score[i])), static_cast<std::uint32_t>(i)};
    }
    radix_sort(items, [](const Item& item) { return item.key; });
    row.resize(score.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = items[i].row;
      if (i + 1 == row.size() || items[i + 1].key != items[i].key) level_end.push_back(i + 1);
    }
  }

  /// Calls visit(level, positive, negative) with the weights of each distinct score, from the highest down.
  template <class Visit>
  void for_each_level(std::span<const std::int64_t> label, std::span<const double> weight, Visit&& visit) const {
    std::size_t i = 0;
    for (std::size_t level = 0; level < level_end.size(); ++level) {
      double positive = 0.0;
      double negative = 0.0;
      for (; i < level_end[level]; ++i) {
        const double w = weight.empty() ? 1.0 : weight[row[i]];
        (label[row[i]] == 1 ? positive : negative) += w;
      }
      visit(level, positive, negative);
    }
  }
};

/// Calls visit(score, positive, negative) with the weights of each distinct score, from the highest down. Levels without
/// any weight are left out. Checks are the caller's.
template <std::floating_point T, class Visit>
void for_each_level(std::span<const std::int64_t> label, std::span<const T> score, std::span<const double> weight,
                    Visit&& visit) {
  if (!weight.empty()) {
    const RankedCases ranked(score);
    ranked.for_each_level(label, weight, [&](std::size_t level, double positive, double negative) {
      if (positive + negative > 0.0) visit(score[ranked.row[ranked.level_end[level] - 1]], positive, negative);
    });
    return;
  }
  // Keys of each class alone: eight bytes to move per case, then a merge.
  using Key = decltype(ordered_key(T{}));
  std::size_t n_positive = 0;
  for (const std::int64_t y : label) n_positive += static_cast<std::size_t>(y);
  Buffer<Key> positive(n_positive);
  Buffer<Key> negative(label.size() - n_positive);
  Key* end_of[2] = {negative.begin(), positive.begin()};
  for (std::size_t i = 0; i < label.size(); ++i) *end_of[label[i]]++ = ordered_key(score[i]);
  const auto value_of = [](Key key) { return number_of_key(key); };
  sort_keys(positive, value_of);
  sort_keys(negative, value_of);
  std::size_t p = positive.size;
  std::size_t q = negative.size;
  while (p > 0 || q > 0) {
    const Key key = q == 0 || (p > 0 && positive[p - 1] >= negative[q - 1]) ? positive[p - 1] : negative[q - 1];
    const std::size_t p_before = p;
    const std::size_t q_before = q;
    while (p > 0 && positive[p - 1] == key) --p;
    while (q > 0 && negative[q - 1] == key) --q;
    visit(number_of_key(key), static_cast<double>(p_before - p), static_cast<double>(q_before - q));
  }
}

/// Area under the ROC curve from levels given one after another, highest score first.
struct AurocSum {
  void operator()(double positive, double negative) noexcept {
    concordant += negative * (n_positive + 0.5 * positive);
    n_positive += positive;
    n_negative += negative;
  }
  [[nodiscard]] double value() const noexcept {
    if (!(n_positive > 0.0) || !(n_negative > 0.0)) return std::numeric_limits<double>::quiet_NaN();
    return concordant / (n_positive * n_negative);
  }
  double n_positive = 0.0;
  double n_negative = 0.0;
  double concordant = 0.0;  // pairs in which the positive has the higher score; ties count a half
};

struct AveragePrecisionSum {
  void operator()(double positive, double negative) noexcept {
    n_positive += positive;
    n_seen += positive + negative;
    if (positive > 0.0) sum += positive * n_positive / n_seen;
  }
  [[nodiscard]] double value() const noexcept {
    return n_positive > 0.0 ? sum / n_positive : std::numeric_limits<double>::quiet_NaN();
  }
  double n_positive = 0.0;
  double n_seen = 0.0;
  double sum = 0.0;
};

/// Twice the number of pairs in which the positive is above the negative, ties counting a half, by sorting both.
template <std::floating_point T>
std::uint64_t twice_concordant(std::span<const T> positive, std::span<const T> negative) {
  using Key = decltype(ordered_key(T{}));
  Buffer<Key> p(positive.size());
  Buffer<Key> q(negative.size());
  for (std::size_t i = 0; i < p.size; ++i) p[i] = ordered_key(positive[i]);
  for (std::size_t i = 0; i < q.size; ++i) q[i] = ordered_key(negative[i]);
  const auto value_of = [](Key key) { return number_of_key(key); };
  sort_keys(p, value_of);
  sort_keys(q, value_of);
  std::uint64_t twice = 0;
  std::size_t below = 0;
  std::size_t not_above = 0;
  for (std::size_t i = 0; i < p.size; ++i) {
    while (below < q.size && q[below] < p[i]) ++below;
    not_above = std::max(not_above, below);
    while (not_above < q.size && q[not_above] == p[i]) ++not_above;
    twice += below + not_above;
  }
  return twice;
}

/// AUROC without a full sort: scores are spread over buckets of rising values, pairs from different buckets are counted by
/// the buckets' sizes, and within a bucket every pair is compared. A crowded bucket is sorted.
template <std::floating_point T>
double auroc_by_buckets(std::span<const std::int64_t> label, std::span<const T> score) {
  const std::size_t n = label.size();
  T low = score[0];
  T high = score[0];
  for (const T s : score) {
    low = s < low ? s : low;
    high = s > high ? s : high;
  }
  const std::size_t n_buckets = std::min(std::bit_ceil(n / 16 + 1), std::size_t{1} << 17);
  const double scale = static_cast<double>(n_buckets) / (static_cast<double>(high) - static_cast<double>(low));
  const bool even = std::isfinite(scale) && scale > 0.0;  // not one value, no infinities
  const auto cell_of = [&](std::size_t i) {
    const double at = even ? (static_cast<double>(score[i]) - static_cast<double>(low)) * scale : 0.0;
    const auto bucket = std::min(static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(n_buckets - 1));
    return 2 * static_cast<std::size_t>(bucket) + static_cast<std::size_t>(label[i]);
  };
  std::vector<std::size_t> end(2 * n_buckets + 1, 0);
  for (std::size_t i = 0; i < n; ++i) ++end[cell_of(i) + 1];
  for (std::size_t c = 1; c < end.size(); ++c) end[c] += end[c - 1];
  Buffer<T> spread(n);
  for (std::size_t i = 0; i < n; ++i) spread[end[cell_of(i)]++] = score[i];
  // end[c] is now the end of cell c: negatives of a bucket, then its positives.
  std::uint64_t twice = 0;
  std::uint64_t n_negative = 0;
  std::uint64_t n_positive = 0;
  for (std::size_t b = 0, start = 0; b < n_buckets; start = end[2 * b + 1], ++b) {
    const std::span<const T> negative(spread.begin() + start, end[2 * b] - start);
    const std::span<const T> positive(spread.begin() + end[2 * b], end[2 * b + 1] - end[2 * b]);
    twice += 2 * n_negative * positive.size();
    n_negative += negative.size();
    n_positive += positive.size();
    if (positive.size() * negative.size() > 16'384) {
      twice += twice_concordant<T>(positive, negative);
    } else {
      for (const T p : positive) {
        int below = 0;
        for (const T q : negative) below += static_cast<int>(q < p) + static_cast<int>(q <= p);
        twice += static_cast<std::uint64_t>(below);
      }
    }
  }
  if (n_positive == 0 || n_negative == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(twice) / (2.0 * static_cast<double>(n_positive) * static_cast<double>(n_negative));
}

template <std::floating_point T>
double auroc(std::span<const std::int64_t> label, std::span<const T> score, std::span<const double> weight) {
  constexpr auto where = "auroc";
  check_scores<T>(where, label, score);
  check_weights(where, weight, label.size());
  if (weight.empty()) return auroc_by_buckets<T>(label, score);
  AurocSum sum;
  for_each_level<T>(label, score, weight, [&](T, double positive, double negative) { sum(positive, negative); });
  return sum.value();
}

template <class Sum, std::floating_point T>
double ranking_measure(std::string_view where, std::span<const std::int64_t> label, std::span<const T> score,
                       std::span<const double> weight) {
  check_scores<T>(where, label, score);
  check_weights(where, weight, label.size());
  Sum sum;
  for_each_level<T>(label, score, weight, [&](T, double positive, double negative) { sum(positive, negative); });
  return sum.value();
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics::detail
