#pragma once

#include <heartsight/drift/detail/kolmogorov_smirnov.hpp>
#include <heartsight/drift/detail/quadratic_form.hpp>
#include <heartsight/drift/detail/rank_sweep.hpp>
#include <heartsight/drift/test_result.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numbers>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

/// Variance of A2 for two samples without ties (Scholz and Stephens 1987, equation 4, with k = 2).
inline double anderson_darling_sample_variance(double n, double m) {
  const double total = n + m;
  if (total < 4.0) return anderson_darling_variance;
  double h = 0.0;
  double g = 0.0;
  if (total <= 20'000.0) {
    for (double i = 2.0; i <= total - 1.0; ++i) {
      h += 1.0 / (total + 1.0 - i);
      g += h / i;
    }
    h += 1.0;
  } else {
    h = std::log(total - 1.0) + std::numbers::egamma + 1.0 / (2.0 * (total - 1.0));
    g = std::numbers::pi * std::numbers::pi / 6.0 - (2.0 * h + 1.0) / total;  // next term of order log(N) / N^2
  }
  const double inverse = 1.0 / n + 1.0 / m;
  const double a = 4.0 * g - 6.0 + (10.0 - 6.0 * g) * inverse;
  const double b = (2.0 * g - 4.0) * 4.0 + 16.0 * h + (2.0 * g - 14.0 * h - 4.0) * inverse - 8.0 * h + 4.0 * g - 6.0;
  const double c = (6.0 * h + 2.0 * g - 2.0) * 4.0 + (4.0 * h - 4.0 * g + 6.0) * 2.0 + (2.0 * h - 6.0) * inverse + 4.0 * h;
  const double d = (2.0 * h + 6.0) * 4.0 - 8.0 * h;
  return (((a * total + b) * total + c) * total + d) / ((total - 1.0) * (total - 2.0) * (total - 3.0));
}

/// Shares of the pooled values at each distinct value, neighbours taken together until at most about 200 are left.
class TiePattern {
 public:
  explicit TiePattern(double total) noexcept : total_(total) {}
  void add(std::int64_t tied) {
    const double share = static_cast<double>(tied) / total_;
    if (!share_.empty() && share_.back() + share < 1.0 / 100.0) {
      share_.back() += share;
    } else {
      share_.push_back(share);
    }
  }
  /// Variance of the limit of A2 with these ties: 2 sum of p_j p_k rho_jk^2, where rho is the correlation of a Brownian
  /// bridge's midpoints.
  [[nodiscard]] double variance() const {
    double sum = 0.0;
    double before_j = 0.0;
    for (std::size_t j = 0; j < share_.size(); ++j) {
      const double h_j = before_j + 0.5 * share_[j];
      const double spread_j = h_j * (1.0 - h_j) - 0.25 * share_[j];
      if (spread_j > 0.0) {
        sum += share_[j] * share_[j];
        double before_k = before_j + share_[j];
        for (std::size_t k = j + 1; k < share_.size(); ++k) {
          const double h_k = before_k + 0.5 * share_[k];
          const double spread_k = h_k * (1.0 - h_k) - 0.25 * share_[k];
          const double covariance = h_j * (1.0 - h_k);
          if (spread_k > 0.0) sum += 2.0 * share_[j] * share_[k] * covariance * covariance / (spread_j * spread_k);
          before_k += share_[k];
        }
      }
      before_j += share_[j];
    }
    return 2.0 * sum;
  }

 private:
  double total_;
  std::vector<double> share_;
};

inline constexpr double tie_share_that_matters = 0.002;

/// @param tie_variance  variance() of the tie pattern, or a negative number where ties do not matter.
inline TestResult anderson_darling_of(const RankSweep& ranks, std::int64_t n, std::int64_t m, double tie_variance) {
  const double variance = anderson_darling_sample_variance(static_cast<double>(n), static_cast<double>(m));
  const double off = ranks.anderson_darling() - 1.0;
  const double statistic = off / std::sqrt(variance);
  if (n + m < 4 || ranks.tie_share() >= 1.0) return {statistic, 1.0};
  const double with_ties =
      tie_variance < 0.0 ? variance : std::max(variance + tie_variance - anderson_darling_variance, 0.1);
  return {statistic, anderson_darling_survival(1.0 + off * std::sqrt(anderson_darling_variance / with_ties))};
}

inline TestResult anderson_darling_of(const RankSweep& ranks, const SortedSample& x, const SortedSample& y) {
  double tie_variance = -1.0;
  if (ranks.tie_share() > tie_share_that_matters) {
    TiePattern pattern(static_cast<double>(x.size() + y.size()));
    for_each_value(x.values, y.values, [&](double, std::int64_t a, std::int64_t b) { pattern.add(a + b); });
    tie_variance = pattern.variance();
  }
  return anderson_darling_of(ranks, x.size(), y.size(), tie_variance);
}

template <std::floating_point T>
TestResult anderson_darling(std::span<const T> reference, std::span<const T> current) {
  const SortedSample x = sorted_sample(reference);
  const SortedSample y = sorted_sample(current);
  if (x.values.empty() || y.values.empty()) return no_result;
  return anderson_darling_of(pair_statistics(x, y).ranks, x, y);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
