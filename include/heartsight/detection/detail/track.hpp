#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// A series that grows at its end and forgets its beginning; positions are absolute, whatever has been forgotten.
///
/// It gives every stage of a streaming detector the same view as an offline one, in bounded memory.
template <class T>
class Track {
 public:
  [[nodiscard]] std::int64_t begin() const noexcept { return first_; }
  [[nodiscard]] std::int64_t end() const noexcept { return first_ + static_cast<std::int64_t>(values_.size()); }
  [[nodiscard]] const T& operator[](std::int64_t position) const noexcept { return *at(position); }
  [[nodiscard]] T& operator[](std::int64_t position) noexcept {
    return values_[static_cast<std::size_t>(position - first_)];
  }
  /// The address of a position; what is kept lies side by side behind it.
  [[nodiscard]] const T* at(std::int64_t position) const noexcept { return values_.data() + (position - first_); }

  void push_back(const T& value) { values_.push_back(value); }
  /// Appends count values that the caller then writes through the returned address.
  T* grow(std::int64_t count) {
    const std::size_t old = values_.size();
    values_.resize(old + static_cast<std::size_t>(count));
    return values_.data() + old;
  }
  /// Positions before this one are not needed any more. The move behind it is paid for only when half is waste.
  void forget_before(std::int64_t position) {
    if (position - first_ < 4096 || 2 * (position - first_) < static_cast<std::int64_t>(values_.size())) return;
    if (position > end()) position = end();
    values_.erase(values_.begin(), values_.begin() + (position - first_));
    first_ = position;
  }

 private:
  std::vector<T> values_;
  std::int64_t first_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
