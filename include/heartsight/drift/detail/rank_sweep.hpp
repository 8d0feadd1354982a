#pragma once

#include <heartsight/drift/detail/sorted_sample.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

/// The rank statistics of two samples from the counts of each value, given in ascending order of the values.
///
/// The same arithmetic serves samples and counts on bins: a bin is then a tied value.
class RankSweep {
 public:
  /// @param with_cramer_von_mises  its sums cost more than all others together.
  RankSweep(std::int64_t n, std::int64_t m, bool with_cramer_von_mises = false) noexcept
      : n_(n),
        m_(m),
        total_(static_cast<double>(n + m)),
        n_double_(static_cast<double>(n)),
        with_cramer_von_mises_(with_cramer_von_mises) {}

  /// a values of the first sample and b of the second are equal, and above all before; a + b > 0.
  void add(std::int64_t a, std::int64_t b) noexcept {
    const auto tied = static_cast<double>(a + b);
    const auto before = static_cast<double>(seen_a_ + seen_b_);
    // Anderson-Darling with midranks (Scholz and Stephens 1987). With two samples the terms of both are equal.
    const double middle = before + 0.5 * tied;
    const double count = static_cast<double>(seen_a_) + 0.5 * static_cast<double>(a);
    const double off = total_ * count - middle * n_double_;
    const double spread = middle * (total_ - middle) - 0.25 * total_ * tied;
    if (spread > 0.0) anderson_ += tied * off * off / spread;
    tied_squares_ += tied * tied;
    if (with_cramer_von_mises_) {  // sums of (midrank - own rank)^2 within this value, in closed form
      const double midrank = before + 0.5 * (tied + 1.0);
      rank_squares_ += n_double_ * square_sum(midrank - static_cast<double>(seen_a_), a) +
                       (total_ - n_double_) * square_sum(midrank - static_cast<double>(seen_b_), b);
    }
    seen_a_ += a;
    seen_b_ += b;
    // Kolmogorov-Smirnov in integers: n m (F - G).
    const std::int64_t gap = seen_a_ * m_ - seen_b_ * n_;
    largest_ = std::max(largest_, gap);
    smallest_ = std::min(smallest_, gap);
  }

  /// n m sup |F - G|
  [[nodiscard]] std::int64_t largest_gap() const noexcept { return std::max(largest_, -smallest_); }
  [[nodiscard]] double kolmogorov_smirnov() const noexcept {
    return static_cast<double>(largest_gap()) / (n_double_ * static_cast<double>(m_));
  }
  /// A2_akN of Scholz and Stephens, not yet standardised.
  [[nodiscard]] double anderson_darling() const noexcept {
    const double m = total_ - n_double_;
    return anderson_ / total_ * (1.0 / n_double_ + 1.0 / m) * (total_ - 1.0) / total_;
  }
  /// Sum over values of the squared share of all that is tied there: 0 without ties, 1 for a constant.
  [[nodiscard]] double tie_share() const noexcept { return tied_squares_ / (total_ * total_); }
  /// Anderson's U; 0 unless it was asked for.
  [[nodiscard]] double cramer_von_mises_u() const noexcept { return static_cast<double>(rank_squares_); }

 private:
  /// Sum over i = 1 .. count of (centre - i)^2.
  static long double square_sum(double centre, std::int64_t count) noexcept {
    const auto k = static_cast<long double>(count);
    const long double middle = static_cast<long double>(centre) - 0.5L * (k + 1.0L);
    return k * middle * middle + k * (k * k - 1.0L) / 12.0L;
  }

  std::int64_t n_;
  std::int64_t m_;
  double total_;
  double n_double_;
  bool with_cramer_von_mises_;
  std::int64_t seen_a_ = 0;
  std::int64_t seen_b_ = 0;
  std::int64_t largest_ = 0;
  std::int64_t smallest_ = 0;
  double anderson_ = 0.0;
  double tied_squares_ = 0.0;
  long double rank_squares_ = 0.0L;
};

/// Calls visit(value, count in x, count in y) for each distinct value of both, ascending.
template <class Visit>
void for_each_value(const std::vector<double>& x, const std::vector<double>& y, Visit&& visit) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < x.size() || j < y.size()) {
    const double value = j == y.size() || (i < x.size() && x[i] <= y[j]) ? x[i] : y[j];
    std::int64_t a = 0;
    std::int64_t b = 0;
    for (; i < x.size() && x[i] == value; ++i) ++a;
    for (; j < y.size() && y[j] == value; ++j) ++b;
    visit(value, a, b);
  }
}

/// All rank statistics and the Wasserstein distance in one sweep; both samples hold a value.
struct PairStatistics {
  RankSweep ranks;
  double wasserstein;
};

inline PairStatistics pair_statistics(const SortedSample& x, const SortedSample& y, bool with_cramer_von_mises = false) {
  PairStatistics result{RankSweep(x.size(), y.size(), with_cramer_von_mises), 0.0};
  const double per_x = 1.0 / static_cast<double>(x.size());
  const double per_y = 1.0 / static_cast<double>(y.size());
  std::int64_t seen_x = 0;
  std::int64_t seen_y = 0;
  double last = 0.0;
  for_each_value(x.values, y.values, [&](double value, std::int64_t a, std::int64_t b) {
    if (seen_x + seen_y > 0) {
      const double gap = std::abs(static_cast<double>(seen_x) * per_x - static_cast<double>(seen_y) * per_y);
      if (gap > 0.0) result.wasserstein += gap * (value - last);  // gap 0 beside an infinity adds nothing
    }
    last = value;
    seen_x += a;
    seen_y += b;
    result.ranks.add(a, b);
  });
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
