#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// The samples of a lead from position first on: positions are those of the whole lead, whatever came before is forgotten.
template <class T>
class LeadPart {
 public:
  explicit LeadPart(std::span<const T> samples, std::int64_t first = 0) noexcept : samples_(samples), first_(first) {}

  [[nodiscard]] std::int64_t begin() const noexcept { return first_; }
  [[nodiscard]] std::int64_t end() const noexcept { return first_ + static_cast<std::int64_t>(samples_.size()); }
  [[nodiscard]] T operator[](std::int64_t position) const noexcept {
    return samples_[static_cast<std::size_t>(position - first_)];
  }

 private:
  std::span<const T> samples_;
  std::int64_t first_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
