#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// The values of a moving window, in order.
class SortedWindow {
 public:
  void add(float v) { values_.insert(std::upper_bound(values_.begin(), values_.end(), v), v); }
  /// The value has to be there.
  void remove(float v) { values_.erase(std::lower_bound(values_.begin(), values_.end(), v)); }
  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
  /// By nearest rank, q in [0, 1]; the window must not be empty.
  [[nodiscard]] float quantile(float q) const noexcept {
    return values_[static_cast<std::size_t>(q * static_cast<float>(values_.size() - 1) + 0.5F)];
  }
  [[nodiscard]] std::size_t n_above(float limit) const noexcept {
    return static_cast<std::size_t>(values_.end() - std::upper_bound(values_.begin(), values_.end(), limit));
  }

 private:
  std::vector<float> values_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
