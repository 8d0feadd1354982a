#pragma once

#include <heartsight/detection/detail/single_lead.hpp>
#include <heartsight/detection/qrs_detection.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// A part of a lead with its surroundings: x[i] is sample first + i, and samples from .. to - 1 are its own.
struct Stretch {
  std::int64_t first = 0;
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::vector<float> x = {};
};

/// Reads a lead a stretch at a time, with a margin on either side for the filters, so that memory does not grow with the
/// recording; a short rest at the end joins the last whole stretch. Gaps are bridged by straight lines, the ends held: one
/// that reaches beyond a margin is held there.
template <class Lead>
class StretchReader {
 public:
  /// margin_s is at least 1: whole seconds are judged.
  StretchReader(const Lead& lead, double sampling_rate, double length_s, double margin_s)
      : lead_(lead),
        sampling_rate_(sampling_rate),
        length_(static_cast<std::int64_t>(length_s * sampling_rate)),
        margin_(static_cast<std::int64_t>(margin_s * sampling_rate) + 1) {}

  [[nodiscard]] double sampling_rate() const noexcept { return sampling_rate_; }

  /// Moves on; false at the end. What x holds may be used up.
  bool next(Stretch& stretch) {
    const std::int64_t n = lead_.end();
    if (next_ >= n) return false;
    stretch.from = next_;
    stretch.to = n - next_ < 2 * length_ ? n : next_ + length_;
    stretch.first = std::max<std::int64_t>(0, stretch.from - margin_);
    next_ = stretch.to;
    const bool any_missing = lead_.read(stretch.first, std::min(n, stretch.to + margin_), stretch.x);
    judge_seconds(stretch, any_missing);
    if (any_missing) bridge(stretch.x);
    return true;
  }

  /// Whole seconds so far about which nothing can be said: half of one is missing, or all that is present is one value.
  [[nodiscard]] const std::vector<SampleRange>& unusable() const noexcept { return unusable_; }

 private:
  [[nodiscard]] std::int64_t start_of_second(std::int64_t second) const noexcept {
    return static_cast<std::int64_t>(std::ceil(static_cast<double>(second) * sampling_rate_));
  }

  // A second belongs to the stretch in which it begins.
  void judge_seconds(const Stretch& stretch, bool any_missing) {
    for (;; ++second_) {
      const std::int64_t from = start_of_second(second_);
      if (from >= stretch.to) return;
      const std::int64_t to = std::min(lead_.end(), start_of_second(second_ + 1));
      const std::span<const float> x(stretch.x.data() + (from - stretch.first), static_cast<std::size_t>(to - from));
      const auto is_there = [](float v) { return std::isfinite(v); };
      const auto n_present = any_missing ? std::count_if(x.begin(), x.end(), is_there) : to - from;
      const auto one = std::find_if(x.begin(), x.end(), is_there);
      const bool varies = std::any_of(one, x.end(), [&](float v) { return std::isfinite(v) && v != *one; });
      if (2 * n_present > to - from && varies) continue;
      if (!unusable_.empty() && unusable_.back().last == from) {
        unusable_.back().last = to;
      } else {
        unusable_.push_back({from, to});
      }
    }
  }

  static void bridge(std::vector<float>& x) {
    for (std::size_t i = 0; i < x.size();) {
      if (std::isfinite(x[i])) {
        ++i;
        continue;
      }
      std::size_t stop = i;
      while (stop < x.size() && !std::isfinite(x[stop])) ++stop;
      const float left = i > 0 ? x[i - 1] : stop < x.size() ? x[stop] : 0.0F;
      const float right = stop < x.size() ? x[stop] : left;
      const float step = (right - left) / static_cast<float>(stop - i + 1);
      for (std::size_t k = i; k < stop; ++k) x[k] = left + step * static_cast<float>(k - i + 1);
      i = stop;
    }
  }

  const Lead& lead_;
  double sampling_rate_;
  std::int64_t length_;
  std::int64_t margin_;
  std::int64_t next_ = 0;
  std::int64_t second_ = 0;
  std::vector<SampleRange> unusable_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
