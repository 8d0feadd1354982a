#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics::detail {

/// An unsigned key that sorts as the number does. -0 and +0 have one key; NaN has no place.
inline std::uint64_t ordered_key(double x) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(x + 0.0);  // -0 becomes +0
  return (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
}
inline std::uint32_t ordered_key(float x) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(x + 0.0F);
  return (bits >> 31) != 0 ? ~bits : bits | (std::uint32_t{1} << 31);
}
/// The number that has this key.
inline double number_of_key(std::uint64_t key) noexcept {
  return std::bit_cast<double>((key >> 63) != 0 ? key & ~(std::uint64_t{1} << 63) : ~key);
}
inline float number_of_key(std::uint32_t key) noexcept {
  return std::bit_cast<float>((key >> 31) != 0 ? key & ~(std::uint32_t{1} << 31) : ~key);
}

/// Memory for n items whose values do not matter yet: a vector would write to every page first.
template <class Item>
struct Buffer {
  explicit Buffer(std::size_t n) : items(std::make_unique_for_overwrite<Item[]>(n)), size(n) {}
  [[nodiscard]] Item* begin() const noexcept { return items.get(); }
  [[nodiscard]] Item* end() const noexcept { return items.get() + size; }
  [[nodiscard]] Item& operator[](std::size_t i) const noexcept { return items[i]; }

  std::unique_ptr<Item[]> items;
  std::size_t size;
};

/// Sorts items by an unsigned key, ascending and stable. O(n) for a fixed key width: digits of 11 bits from the lowest up;
/// a digit that all keys share costs no pass. Uses memory for another n items.
template <class Item, class KeyOf>
void radix_sort(Buffer<Item>& buffer, KeyOf&& key_of) {
  using Key = std::decay_t<decltype(key_of(buffer[0]))>;
  constexpr unsigned width = 11;
  constexpr std::size_t n_values = std::size_t{1} << width;
  constexpr std::size_t n_digits = (sizeof(Key) * 8 + width - 1) / width;
  const std::size_t n = buffer.size;
  if (n < 1500) {
    std::stable_sort(buffer.begin(), buffer.end(), [&](const Item& a, const Item& b) { return key_of(a) < key_of(b); });
    return;
  }
  const auto digit_of = [&](const Item& item, std::size_t digit) {
    return static_cast<std::size_t>(key_of(item) >> (digit * width)) & (n_values - 1);
  };
  std::vector<std::array<std::size_t, n_values>> count(n_digits);
  for (auto& c : count) c.fill(0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t d = 0; d < n_digits; ++d) ++count[d][digit_of(buffer[i], d)];
  }
  Buffer<Item> other(n);
  for (std::size_t d = 0; d < n_digits; ++d) {
    auto& place = count[d];
    if (place[digit_of(buffer[0], d)] == n) continue;
    std::size_t start = 0;
    for (auto& p : place) start += std::exchange(p, start);
    for (std::size_t i = 0; i < n; ++i) other[place[digit_of(buffer[i], d)]++] = buffer[i];
    std::swap(buffer.items, other.items);
  }
}

/// Sorts plain keys, ascending.
template <class Key>
void radix_sort(Buffer<Key>& buffer) {
  if (buffer.size < 1500) {
    std::sort(buffer.begin(), buffer.end());
  } else {
    radix_sort(buffer, [](Key key) { return key; });
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics::detail
