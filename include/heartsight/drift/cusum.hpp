#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

struct CusumOptions {
  double mean = 0.0;       ///< of the process in control
  double sd = 1.0;         ///< of one value in control; positive
  double reference = 0.5;  ///< k: half the shift to be found quickly, in standard deviations; at least 0
  double threshold = 5.0;  ///< h: alarm when a sum is above it, in standard deviations; positive
};

/// Average number of values until a one-sided CUSUM of independent normal values alarms, when they are shifted by `shift`
/// standard deviations: the integral equation of the run length, solved on a grid of states (Brook and Evans 1972,
/// DOI 10.1093/biomet/59.3.539). Within 0.1 % of published tables for k >= 0.25 and h <= 10.
/// @throws DomainError k < 0, h <= 0 or not finite, shift not finite.
[[nodiscard]] inline double cusum_run_length(double k, double h, double shift = 0.0) {
  constexpr auto where = "cusum_run_length";
  check::at_least(where, "k", k, 0.0);
  check::positive(where, "h", h);
  const double finite[] = {k, shift};
  check::all_finite<double>(where, "k, shift", finite);
  const auto below = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  const auto between = [&](double low, double high) {  // from the nearer tail, where no digits are lost
    return low > 0.0 ? below(-low) - below(-high) : below(high) - below(low);
  };
  // States: the atom at 0, then n cells of (0, h]; the sum moves by x - k, x normal with mean `shift`.
  constexpr std::size_t n = 250;
  const double width = h / static_cast<double>(n);
  const std::size_t size = n + 1;
  std::vector<double> to(size * size);      // probability of a move from the row to the column
  std::vector<double> alarm(size);          // and of one above h
  std::vector<double> duration(size, 1.0);  // expected number of values until the state is left for one that remains
  for (std::size_t i = 0; i < size; ++i) {
    const double start = (i == 0 ? 0.0 : (static_cast<double>(i) - 0.5) * width) + shift - k;
    for (std::size_t j = 0; j < size; ++j) {
      const double high = static_cast<double>(j) * width;
      to[i * size + j] = j == 0 ? below(-start) : between(high - width - start, high - start);
    }
    alarm[i] = below(start - h);
  }
  // States are taken out from the last on (Grassmann, Taksar and Heyman 1985, DOI 10.1287/opre.33.5.1107). What leaves one
  // is summed, never had as 1 less what stays: nothing is lost where almost nothing leaves.
  for (std::size_t c = size; c-- > 0;) {
    double leaving = alarm[c];
    for (std::size_t j = 0; j < c; ++j) leaving += to[c * size + j];
    if (c == 0 || !(leaving > 0.0)) return leaving > 0.0 ? duration[c] / leaving : std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < c; ++i) {
      const double share = to[i * size + c] / leaving;
      if (share == 0.0) continue;
      for (std::size_t j = 0; j < c; ++j) to[i * size + j] += share * to[c * size + j];
      alarm[i] += share * alarm[c];
      duration[i] += share * duration[c];
    }
  }
  return duration[0];
}

/// Two-sided tabular CUSUM for a shift of the mean of a stream whose mean and spread in control are known.
///
/// high = max(0, high + z - k), low = max(0, low - z - k), with z = (x - mean) / sd; alarm when either is above h, and both
/// start anew. NaN is skipped, infinities alarm. Stated run length in control: in_control_run_length(), for independent
/// normal values; correlated or heavy-tailed ones alarm more often. Source: Page 1954, DOI 10.1093/biomet/41.1-2.100.
class Cusum {
 public:
  /// @throws DomainError an option is out of range.
  explicit Cusum(const CusumOptions& options = {}) : options_(options) {
    constexpr auto where = "Cusum";
    const double mean[] = {options.mean};
    check::all_finite<double>(where, "mean", mean);
    check::positive(where, "sd", options.sd);
    check::at_least(where, "reference", options.reference, 0.0);
    check::positive(where, "threshold", options.threshold);
  }
  /// The Cusum whose average run length in control is `run_length` values; found by bisection.
  /// @throws DomainError run_length is not in [10, 1e6], or an option is out of range.
  [[nodiscard]] static Cusum with_run_length(double run_length, CusumOptions options = {}) {
    check::in_closed_range("Cusum::with_run_length", "run_length", run_length, 10.0, 1e6);
    (void)Cusum(options);
    double low = 0.01;
    double high = 1.0;
    while (0.5 * cusum_run_length(options.reference, high) < run_length) high *= 2.0;
    for (int i = 0; i < 30; ++i) {
      const double middle = 0.5 * (low + high);
      (0.5 * cusum_run_length(options.reference, middle) < run_length ? low : high) = middle;
    }
    options.threshold = high;
    return Cusum(options);
  }

  /// Takes one value; true when it raises the alarm.
  bool update(double value) noexcept {
    if (value != value) return false;
    ++count_;
    const double z = (value - options_.mean) / options_.sd;
    high_ = std::max(0.0, high_ + z - options_.reference);
    low_ = std::max(0.0, low_ - z - options_.reference);
    if (!(high_ > options_.threshold) && !(low_ > options_.threshold)) return false;
    high_ = low_ = 0.0;
    count_ = 0;
    return true;
  }
  [[nodiscard]] const CusumOptions& options() const noexcept { return options_; }
  [[nodiscard]] double high() const noexcept { return high_; }
  [[nodiscard]] double low() const noexcept { return low_; }
  [[nodiscard]] std::int64_t count() const noexcept { return count_; }  ///< values since the start or the last alarm
  /// Average number of values between false alarms: half that of one side.
  [[nodiscard]] double in_control_run_length() const { return run_length(0.0); }
  /// Average number of values until the alarm when the mean is off by `shift` standard deviations from the start.
  [[nodiscard]] double run_length(double shift) const {
    const double up = cusum_run_length(options_.reference, options_.threshold, shift);
    const double down = cusum_run_length(options_.reference, options_.threshold, -shift);
    return 1.0 / (1.0 / up + 1.0 / down);
  }

 private:
  CusumOptions options_;
  double high_ = 0.0;
  double low_ = 0.0;
  std::int64_t count_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
