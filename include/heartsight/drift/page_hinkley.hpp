#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// Which changes a detector looks for.
enum class ChangeDirection : std::uint8_t { up, down, both };

struct PageHinkleyOptions {
  double delta = 0.005;         ///< change of the mean that is tolerated, in the unit of the values; at least 0
  double threshold = 50.0;      ///< alarm when the cumulated excess is above it, in the same unit; positive
  double forgetting = 1.0;      ///< factor on the cumulated sum at each value; in (0, 1]
  std::int64_t min_count = 30;  ///< values before the first alarm, and after each
  ChangeDirection direction = ChangeDirection::up;
};

/// Page-Hinkley test for a change of the mean of a stream, against the mean of the stream so far.
///
/// After each value m += x - mean - delta (for a rise), and the alarm is m - min(m) > threshold. An alarm starts it anew.
/// NaN is skipped; infinities are a DomainError. Its run length without a change depends on the values' law and is not
/// stated: Cusum states one. Source: Page 1954, DOI 10.1093/biomet/41.1-2.100; Hinkley 1971, DOI 10.1093/biomet/58.3.509.
class PageHinkley {
 public:
  /// @throws DomainError an option is out of range.
  explicit PageHinkley(const PageHinkleyOptions& options = {}) : options_(options) {
    constexpr auto where = "PageHinkley";
    check::at_least(where, "delta", options.delta, 0.0);
    check::positive(where, "threshold", options.threshold);
    check::positive(where, "forgetting", options.forgetting);
    check::in_closed_range(where, "forgetting", options.forgetting, 0.0, 1.0);
    check::at_least<std::int64_t>(where, "min_count", options.min_count, 1);
  }

  /// Takes one value; true when it raises the alarm. @throws DomainError the value is infinite.
  bool update(double value) {
    if (value != value) return false;
    if (std::isinf(value)) check::detail::fail<DomainError>("PageHinkley::update", "value", "inf", "must be finite");
    ++count_;
    mean_ += (value - mean_) / static_cast<double>(count_);
    rise_ = options_.forgetting * rise_ + (value - mean_ - options_.delta);
    fall_ = options_.forgetting * fall_ + (mean_ - value - options_.delta);
    rise_minimum_ = std::min(rise_minimum_, rise_);
    fall_minimum_ = std::min(fall_minimum_, fall_);
    if (count_ < options_.min_count || !(statistic() > options_.threshold)) return false;
    count_ = 0;
    mean_ = rise_ = fall_ = rise_minimum_ = fall_minimum_ = 0.0;
    return true;
  }
  [[nodiscard]] std::int64_t count() const noexcept { return count_; }  ///< values since the start or the last alarm
  [[nodiscard]] double mean() const noexcept { return count_ > 0 ? mean_ : std::numeric_limits<double>::quiet_NaN(); }
  [[nodiscard]] double statistic() const noexcept {
    const double up = rise_ - rise_minimum_;
    const double down = fall_ - fall_minimum_;
    if (options_.direction == ChangeDirection::up) return up;
    return options_.direction == ChangeDirection::down ? down : std::max(up, down);
  }

 private:
  PageHinkleyOptions options_;
  std::int64_t count_ = 0;
  double mean_ = 0.0;
  double rise_ = 0.0;
  double fall_ = 0.0;
  double rise_minimum_ = 0.0;
  double fall_minimum_ = 0.0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
