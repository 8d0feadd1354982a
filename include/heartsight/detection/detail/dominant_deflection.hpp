#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// The largest deflection up and down around a beat, above and below the line through the ends of its window.
struct Deflections {
  double up = 0.0;    ///< at least 0
  double down = 0.0;  ///< at least 0
  std::int64_t up_at = 0;
  std::int64_t down_at = 0;

  /// -1 (all down) to 1 (all up); 0 when there is neither.
  [[nodiscard]] double lean() const noexcept { return up + down > 0.0 ? (up - down) / (up + down) : 0.0; }
};

/// Looks for them within 50 ms (or what is asked for) of a position, in the signal smoothed over 20 ms.
///
/// The line goes through the means of 30 ms just outside the window, so that neither wander nor a T wave counts.
class DeflectionFinder {
 public:
  explicit DeflectionFinder(double sampling_rate, double reach_s = 0.05)
      : half_(std::max<std::int64_t>(1, std::llround(reach_s * sampling_rate))),
        edge_(std::max<std::int64_t>(1, std::llround(0.03 * sampling_rate))),
        smooth_(static_cast<std::int64_t>(0.01 * sampling_rate)) {}

  [[nodiscard]] std::int64_t reach() const noexcept { return half_ + std::max(edge_, smooth_) + 1; }

  /// x has begin(), end() and, between them, x[position].
  template <class Samples>
  [[nodiscard]] Deflections operator()(const Samples& x, std::int64_t centre) {
    const std::int64_t first = std::max(x.begin(), centre - reach());
    const std::int64_t last = std::min(x.end(), centre + reach() + 1);
    Deflections result{.up = 0.0, .down = 0.0, .up_at = centre, .down_at = centre};
    if (first >= last) return result;
    // Sums and counts of present samples from `first`, so that every mean below costs two look-ups.
    const auto n = static_cast<std::size_t>(last - first);
    present_.resize(n);
    sums_.resize(n + 1);
    counts_.resize(n + 1);
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      const float v = x[first + static_cast<std::int64_t>(i)];
      const bool present = std::isfinite(v);
      present_[i] = present ? 1 : 0;
      sums_[i] = sum;
      counts_[i] = count;
      sum += present ? double{v} : 0.0;
      count += present ? 1.0 : 0.0;
    }
    sums_[n] = sum;
    counts_[n] = count;
    const auto mean = [&](std::int64_t from, std::int64_t to) {
      const auto a = static_cast<std::size_t>(std::clamp(from, first, last) - first);
      const auto b = static_cast<std::size_t>(std::clamp(to, first, last) - first);
      return b > a && counts_[b] > counts_[a] ? (sums_[b] - sums_[a]) / (counts_[b] - counts_[a])
                                              : std::numeric_limits<double>::quiet_NaN();
    };
    double left = mean(centre - half_ - edge_, centre - half_ + 1);
    double right = mean(centre + half_, centre + half_ + edge_ + 1);
    if (std::isnan(left)) left = right;
    if (std::isnan(right)) right = left;
    if (std::isnan(left)) left = right = mean(first, last);
    const double rise = (right - left) / static_cast<double>(2 * half_);
    for (std::int64_t i = std::max(first, centre - half_); i < std::min(last, centre + half_ + 1); ++i) {
      if (present_[static_cast<std::size_t>(i - first)] == 0) continue;
      const double v = mean(i - smooth_, i + smooth_ + 1) - (left + rise * static_cast<double>(i - centre + half_));
      if (v > result.up) {
        result.up = v;
        result.up_at = i;
      }
      if (-v > result.down) {
        result.down = -v;
        result.down_at = i;
      }
    }
    return result;
  }

 private:
  std::int64_t half_;
  std::int64_t edge_;
  std::int64_t smooth_;
  std::vector<std::uint8_t> present_;
  std::vector<double> sums_;
  std::vector<double> counts_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
