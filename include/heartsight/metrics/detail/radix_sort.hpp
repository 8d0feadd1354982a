#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
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

/// Sorts n items by an unsigned key, ascending and stable, with scratch for n items. O(n) for a fixed key width: digits of
/// 11 bits from the lowest up; a digit that all keys share costs no pass. The result is in `items`.
template <class Item, class KeyOf>
void sort_digits(Item* items, Item* scratch, std::size_t n, KeyOf&& key_of) {
  using Key = std::decay_t<decltype(key_of(*items))>;
  constexpr unsigned width = 11;
  constexpr std::size_t n_values = std::size_t{1} << width;
  constexpr std::size_t n_digits = (sizeof(Key) * 8 + width - 1) / width;
  const auto digit_of = [&](const Item& item, std::size_t digit) {
    return static_cast<std::size_t>(key_of(item) >> (digit * width)) & (n_values - 1);
  };
  std::vector<std::array<std::size_t, n_values>> count(n_digits);
  for (auto& c : count) c.fill(0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t d = 0; d < n_digits; ++d) ++count[d][digit_of(items[i], d)];
  }
  Item* from = items;
  Item* to = scratch;
  for (std::size_t d = 0; d < n_digits; ++d) {
    auto& place = count[d];
    if (place[digit_of(from[0], d)] == n) continue;
    std::size_t start = 0;
    for (auto& p : place) start += std::exchange(p, start);
    for (std::size_t i = 0; i < n; ++i) to[place[digit_of(from[i], d)]++] = from[i];
    std::swap(from, to);
  }
  if (from != items) std::copy(from, from + n, items);
}

/// Sorts items by an unsigned key, ascending and stable.
template <class Item, class KeyOf>
void radix_sort(Buffer<Item>& buffer, KeyOf&& key_of) {
  if (buffer.size < 1500) {
    std::stable_sort(buffer.begin(), buffer.end(), [&](const Item& a, const Item& b) { return key_of(a) < key_of(b); });
    return;
  }
  Buffer<Item> scratch(buffer.size);
  sort_digits(buffer.begin(), scratch.begin(), buffer.size, key_of);
}

/// Sorts a few keys where they are.
template <class Key>
void insertion_sort(Key* keys, std::size_t n) noexcept {
  for (std::size_t i = 1; i < n; ++i) {
    const Key key = keys[i];
    std::size_t at = i;
    for (; at > 0 && keys[at - 1] > key; --at) keys[at] = keys[at - 1];
    keys[at] = key;
  }
}

/// Sorts n keys into `to`, which must hold as many; `from` is used up. Keys are spread over buckets by their value, 2,048 at
/// first so that the writes stay in the cache, then until a few are left in each; what still crowds goes by its digits.
template <class Key, class ValueOf>
void spread_keys(Key* from, Key* to, std::size_t n, ValueOf& value_of, int depth) {
  constexpr std::size_t few = 24;
  constexpr std::size_t most_buckets = 2048;
  const auto finish_by_digits = [&] {
    sort_digits(from, to, n, [](Key key) { return key; });
    std::copy(from, from + n, to);
  };
  auto low = static_cast<double>(value_of(from[0]));
  double high = low;
  for (std::size_t i = 1; i < n; ++i) {
    const auto v = static_cast<double>(value_of(from[i]));
    low = v < low ? v : low;
    high = v > high ? v : high;
  }
  const std::size_t n_buckets = std::min(std::bit_ceil(n / 8 + 1), most_buckets);
  const double scale = static_cast<double>(n_buckets) / (high - low);
  if (depth == 3 || !std::isfinite(scale) || !(scale > 0.0)) return finish_by_digits();  // also infinities, or one value
  const auto bucket_of = [&](Key key) {
    const double at = (static_cast<double>(value_of(key)) - low) * scale;
    return std::min(static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(n_buckets - 1));
  };
  std::array<std::size_t, most_buckets + 1> place;
  std::fill_n(place.begin(), n_buckets + 1, std::size_t{0});
  for (std::size_t i = 0; i < n; ++i) ++place[bucket_of(from[i]) + 1];
  for (std::size_t b = 1; b <= n_buckets; ++b) place[b] += place[b - 1];
  for (std::size_t i = 0; i < n; ++i) to[place[bucket_of(from[i])]++] = from[i];
  std::size_t start = 0;  // place[b] is now the end of bucket b
  for (std::size_t b = 0; b < n_buckets; start = place[b++]) {
    const std::size_t size = place[b] - start;
    if (size <= few) {
      insertion_sort(to + start, size);
    } else {
      spread_keys(to + start, from + start, size, value_of, depth + 1);
      std::copy(from + start, from + start + size, to + start);
    }
  }
}

/// Sorts plain keys, ascending. value_of(key) is a number that does not fall when the key rises. Linear: by value where the
/// values spread, by their digits where they crowd.
template <class Key, class ValueOf>
void sort_keys(Buffer<Key>& buffer, ValueOf&& value_of) {
  if (buffer.size < 1500) {
    std::sort(buffer.begin(), buffer.end());
    return;
  }
  Buffer<Key> other(buffer.size);
  spread_keys(buffer.begin(), other.begin(), buffer.size, value_of, 0);
  std::swap(buffer.items, other.items);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics::detail
