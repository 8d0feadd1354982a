#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

/// The values of a sample in ascending order, as double, without the NaN, which are counted.
struct SortedSample {
  std::vector<double> values;
  std::int64_t n_missing = 0;

  [[nodiscard]] std::int64_t size() const noexcept { return static_cast<std::int64_t>(values.size()); }
};

/// Bits that are ordered as the doubles are. -0 has become 0 before.
inline std::uint64_t ordered_bits(double value) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return bits ^ (static_cast<std::uint64_t>(static_cast<std::int64_t>(bits) >> 63) | std::uint64_t{1} << 63);
}

/// Radix passes over digits first_pass .. 5 of 11 bits, the least significant first; a digit equal everywhere costs nothing.
inline void radix_passes(std::vector<double>& values, std::vector<double>& other, std::size_t first_pass) {
  constexpr std::size_t n_passes = 6;
  constexpr std::size_t n_buckets = 2048;
  std::vector<std::uint32_t> counts(n_passes * n_buckets, 0);
  for (const double value : values) {
    const std::uint64_t key = ordered_bits(value);
    for (std::size_t pass = first_pass; pass < n_passes; ++pass) ++counts[pass * n_buckets + ((key >> (11 * pass)) & 2047)];
  }
  for (std::size_t pass = first_pass; pass < n_passes; ++pass) {
    std::uint32_t* const count = counts.data() + pass * n_buckets;
    const std::size_t shift = 11 * pass;
    if (count[(ordered_bits(values[0]) >> shift) & 2047] == values.size()) continue;
    std::uint32_t start = 0;
    for (std::size_t b = 0; b < n_buckets; ++b) {
      const std::uint32_t here = count[b];
      count[b] = start;
      start += here;
    }
    for (const double value : values) other[count[(ordered_bits(value) >> shift) & 2047]++] = value;
    values.swap(other);
  }
}

/// The upper half of the bits by radix passes, which leaves few values out of order; those are inserted. Where they are
/// many, all digits are sorted.
inline void radix_sort(std::vector<double>& values) {
  const std::size_t n = values.size();
  std::vector<double> other(n);
  radix_passes(values, other, 3);
  std::size_t budget = 4 * n;
  for (std::size_t i = 1; i < n && budget > 0; ++i) {
    const double value = values[i];
    std::size_t j = i;
    for (; j > 0 && values[j - 1] > value && budget > 0; --j, --budget) values[j] = values[j - 1];
    values[j] = value;
  }
  if (budget == 0) radix_passes(values, other, 0);
}

template <std::floating_point T>
SortedSample sorted_sample(std::span<const T> values) {
  SortedSample sample;
  sample.values.reserve(values.size());
  for (const T value : values) {
    if (value == value) sample.values.push_back(static_cast<double>(value) + 0.0);  // -0 becomes 0
  }
  sample.n_missing = static_cast<std::int64_t>(values.size() - sample.values.size());
  if (sample.values.size() < 1500 || sample.values.size() > 0xffffffffU) {
    std::sort(sample.values.begin(), sample.values.end());
  } else {
    radix_sort(sample.values);
  }
  return sample;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
