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
  return bits ^ ((bits >> 63) != 0 ? ~std::uint64_t{0} : std::uint64_t{1} << 63);
}
inline double from_ordered_bits(std::uint64_t key) noexcept {
  return std::bit_cast<double>(key ^ ((key >> 63) != 0 ? std::uint64_t{1} << 63 : ~std::uint64_t{0}));
}

/// Least significant digit first, 11 bits a pass; a digit that is equal everywhere costs nothing.
inline void radix_sort(std::vector<double>& values) {
  constexpr std::size_t n_passes = 6;
  constexpr std::size_t n_buckets = 2048;
  const std::size_t n = values.size();
  std::vector<std::uint64_t> keys(n);
  std::vector<std::uint32_t> counts(n_passes * n_buckets, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t key = ordered_bits(values[i]);
    keys[i] = key;
    for (std::size_t pass = 0; pass < n_passes; ++pass) ++counts[pass * n_buckets + ((key >> (11 * pass)) & 2047)];
  }
  std::vector<std::uint64_t> other(n);
  for (std::size_t pass = 0; pass < n_passes; ++pass) {
    std::uint32_t* const count = counts.data() + pass * n_buckets;
    const std::size_t shift = 11 * pass;
    if (count[(keys[0] >> shift) & 2047] == n) continue;
    std::uint32_t start = 0;
    for (std::size_t b = 0; b < n_buckets; ++b) {
      const std::uint32_t here = count[b];
      count[b] = start;
      start += here;
    }
    for (const std::uint64_t key : keys) other[count[(key >> shift) & 2047]++] = key;
    keys.swap(other);
  }
  for (std::size_t i = 0; i < n; ++i) values[i] = from_ordered_bits(keys[i]);
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
