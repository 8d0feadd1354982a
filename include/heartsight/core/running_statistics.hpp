#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI {

/// Count, mean, variance, minimum and maximum of values that come one by one or in parts that are merged.
///
/// Welford's update and the pairwise merge of Chan, Golub and LeVeque 1983 (DOI 10.1080/00031305.1983.10483115): no loss
/// of digits when the mean is large. Merging equals one pass up to rounding, not bit for bit. NaN policy: a NaN is
/// counted apart and otherwise omitted; an infinity makes the variance NaN, and the mean infinite or NaN. Before the first
/// value mean, variance, minimum and maximum are NaN.
class RunningStatistics {
 public:
  void add(double value) noexcept {
    if (std::isnan(value)) {
      ++n_missing_;
      return;
    }
    ++count_;
    const double delta = value - mean_;
    mean_ += delta / static_cast<double>(count_);
    m2_ += delta * (value - mean_);
    minimum_ = std::min(minimum_, value);
    maximum_ = std::max(maximum_, value);
  }

  void merge(const RunningStatistics& other) noexcept {
    n_missing_ += other.n_missing_;
    if (other.count_ == 0) return;
    if (count_ == 0) {
      const std::int64_t n_missing = n_missing_;
      *this = other;
      n_missing_ = n_missing;
      return;
    }
    const auto n_a = static_cast<double>(count_);
    const auto n_b = static_cast<double>(other.count_);
    const double delta = other.mean_ - mean_;
    mean_ += delta * (n_b / (n_a + n_b));
    m2_ += other.m2_ + delta * delta * (n_a * n_b / (n_a + n_b));
    count_ += other.count_;
    minimum_ = std::min(minimum_, other.minimum_);
    maximum_ = std::max(maximum_, other.maximum_);
  }

  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  [[nodiscard]] std::int64_t n_missing() const noexcept { return n_missing_; }
  [[nodiscard]] double mean() const noexcept { return count_ > 0 ? mean_ : nan; }
  /// Variance with divisor count - ddof; NaN when that is not positive.
  [[nodiscard]] double variance(int ddof = 1) const noexcept {
    return count_ > ddof ? m2_ / static_cast<double>(count_ - ddof) : nan;
  }
  [[nodiscard]] double sd(int ddof = 1) const noexcept { return std::sqrt(variance(ddof)); }
  [[nodiscard]] double minimum() const noexcept { return count_ > 0 ? minimum_ : nan; }
  [[nodiscard]] double maximum() const noexcept { return count_ > 0 ? maximum_ : nan; }

 private:
  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

  std::int64_t count_ = 0;
  std::int64_t n_missing_ = 0;
  double mean_ = 0.0;
  double m2_ = 0.0;
  double minimum_ = std::numeric_limits<double>::infinity();
  double maximum_ = -std::numeric_limits<double>::infinity();
};

}  // namespace heartsight::inline HEARTSIGHT_ABI
