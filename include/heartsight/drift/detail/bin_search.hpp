#pragma once

#include <heartsight/version.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

/// Finds bins of many values at once: a binary search without branches, sixteen values abreast, so that the processor has
/// other loads to do while it waits for one.
class BinSearch {
 public:
  static constexpr std::size_t max_edges = 4096;
  static constexpr std::size_t width = 16;

  explicit BinSearch(std::span<const double> edges)
      : padded_(std::bit_ceil(edges.size() + 1), std::numeric_limits<double>::quiet_NaN()) {
    std::copy(edges.begin(), edges.end(), padded_.begin());  // comparisons with the NaN that follow are false
  }

  /// The number of edges that are not above a value; 0 for NaN.
  [[nodiscard]] std::size_t index_of(double value) const noexcept {
    std::size_t at = 0;
    for (std::size_t step = padded_.size() / 2; step > 0; step /= 2) at += padded_[at + step - 1] <= value ? step : 0;
    return at;
  }
  template <class T>
  void indices_of(std::span<const T, width> values, std::array<std::uint32_t, width>& index) const noexcept {
    std::array<double, width> value;
    for (std::size_t i = 0; i < width; ++i) value[i] = static_cast<double>(values[i]);
    index.fill(0);
    const double* const edges = padded_.data() - 1;
    for (auto step = static_cast<std::uint32_t>(padded_.size() / 2); step > 0; step /= 2) {
      for (std::size_t i = 0; i < width; ++i) index[i] += edges[index[i] + step] <= value[i] ? step : 0;
    }
  }

 private:
  std::vector<double> padded_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
