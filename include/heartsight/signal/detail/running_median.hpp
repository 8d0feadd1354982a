#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// A set of numbers below a bound that finds the neighbours of a member by looking at a few words: bits, and bits that tell
/// which words of bits hold any, twice over.
class NumberSet {
 public:
  /// Empties the set and gives it room for numbers below bound.
  void reset(std::size_t bound) {
    for (auto& level : levels_) {
      bound = (bound + 63) / 64;
      level.assign(bound, 0);
    }
  }

  void insert(std::uint32_t number) noexcept {
    for (auto& level : levels_) {
      level[number / 64] |= bit(number);
      number /= 64;
    }
  }

  void erase(std::uint32_t number) noexcept {
    for (auto& level : levels_) {
      if ((level[number / 64] &= ~bit(number)) != 0) return;
      number /= 64;
    }
  }

  /// The least member above number; there has to be one.
  [[nodiscard]] std::uint32_t next(std::uint32_t number) const noexcept {
    std::size_t depth = 0;
    std::uint64_t above = 0;
    while (true) {
      above = levels_[depth][number / 64] & above_bit(number);
      if (above != 0 || depth + 1 == levels_.size()) break;
      ++depth;
      number /= 64;
    }
    std::uint32_t word = number / 64;
    while (above == 0) above = levels_[depth][++word];  // the top level alone, one step per 262,144 numbers
    number = word * 64 + static_cast<std::uint32_t>(std::countr_zero(above));
    while (depth-- > 0) number = number * 64 + static_cast<std::uint32_t>(std::countr_zero(levels_[depth][number]));
    return number;
  }

  /// The greatest member below number; there has to be one.
  [[nodiscard]] std::uint32_t previous(std::uint32_t number) const noexcept {
    std::size_t depth = 0;
    std::uint64_t below = 0;
    while (true) {
      below = levels_[depth][number / 64] & (bit(number) - 1);
      if (below != 0 || depth + 1 == levels_.size()) break;
      ++depth;
      number /= 64;
    }
    std::uint32_t word = number / 64;
    while (below == 0) below = levels_[depth][--word];
    number = word * 64 + highest(below);
    while (depth-- > 0) number = number * 64 + highest(levels_[depth][number]);
    return number;
  }

  /// next(number), previous(number) or number itself.
  [[nodiscard]] std::uint32_t moved(std::uint32_t number, bool up, bool down) const noexcept {
    const std::uint64_t word = levels_[0][number / 64];
    const std::uint64_t keep_up = std::uint64_t{0} - static_cast<std::uint64_t>(up);
    const std::uint64_t keep_down = std::uint64_t{0} - static_cast<std::uint64_t>(down);
    const std::uint64_t stay = bit(number) & ~(keep_up | keep_down);
    const std::uint64_t above = word & above_bit(number) & keep_up;
    const std::uint64_t below = word & (bit(number) - 1) & keep_down;
    const std::uint64_t lowest_above = above & (std::uint64_t{0} - above);
    const std::uint64_t found = lowest_above | below | stay;
    if (found == 0) return up ? next(number) : previous(number);  // it lies in another word
    return number / 64 * 64 + highest(found);
  }

  /// The member that `count` others are below; there has to be one.
  [[nodiscard]] std::uint32_t at(std::size_t count) const noexcept {
    std::uint32_t word = 0;
    for (;; ++word) {
      const auto here = static_cast<std::size_t>(std::popcount(levels_[0][word]));
      if (count < here) break;
      count -= here;
    }
    std::uint64_t bits = levels_[0][word];
    for (; count > 0; --count) bits &= bits - 1;
    return word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
  }

 private:
  static std::uint64_t bit(std::uint32_t number) noexcept { return std::uint64_t{1} << (number % 64); }
  static std::uint64_t above_bit(std::uint32_t number) noexcept { return ~(bit(number) | (bit(number) - 1)); }
  static std::uint32_t highest(std::uint64_t bits) noexcept {
    return static_cast<std::uint32_t>(63 - std::countl_zero(bits));
  }

  std::array<std::vector<std::uint64_t>, 3> levels_;
};

/// The element of rank `width / 2` of every window of `width` successive samples.
///
/// A block of samples is sorted once, with the samples of all its windows. From then on a window is a set of ranks: moving
/// it by one sample takes one rank out and puts one in, and the wanted element moves to a neighbouring rank at most. Nothing
/// is compared any more, so that the cost does not depend on the width.
template <std::floating_point T>
class RunningMedian {
 public:
  explicit RunningMedian(std::size_t width) : width_(width) {}

  /// out[i] is that of x[i] .. x[i + width - 1], for i < n_out. NaN where such a window holds a NaN.
  void run(const T* x, std::size_t n_out, T* out) {
    if (width_ == 1) {
      std::copy_n(x, n_out, out);
      return;
    }
    if (width_ == 3 || width_ == 5) {
      width_ == 3 ? by_network<3>(x, n_out, out) : by_network<5>(x, n_out, out);
      spread_nan(x, n_out, out);
      return;
    }
    // At least 4 windows long: what neighbouring blocks sort twice, the width, stays below a fifth.
    const std::size_t most = std::max<std::size_t>(1024, std::bit_ceil(5 * width_)) - width_ + 1;
    const std::size_t n_blocks = (n_out + most - 1) / most;
    for (std::size_t k = 0; k < n_blocks; ++k) {  // of equal length, so that no short one is left for the end
      const std::size_t begin = n_out / n_blocks * k + std::min(k, n_out % n_blocks);
      const std::size_t count = n_out / n_blocks + (k < n_out % n_blocks ? 1 : 0);
      block(x + begin, count, out + begin);
      spread_nan(x + begin, count, out + begin);
    }
  }

 private:
  /// A minimum and maximum network, which needs no branch and so runs in vector registers.
  template <std::size_t Width>
  static void by_network(const T* x, std::size_t n_out, T* out) noexcept {
    const auto low = [](T a, T b) { return a < b ? a : b; };
    const auto high = [](T a, T b) { return a < b ? b : a; };
    const auto median3 = [=](T a, T b, T c) { return high(low(a, b), low(high(a, b), c)); };
    for (std::size_t i = 0; i < n_out; ++i) {
      if constexpr (Width == 3) {
        out[i] = median3(x[i], x[i + 1], x[i + 2]);
      } else {
        // Of two pairs, neither the least nor the greatest of the four can be the median of five.
        const T inner_low = high(low(x[i], x[i + 1]), low(x[i + 2], x[i + 3]));
        const T inner_high = low(high(x[i], x[i + 1]), high(x[i + 2], x[i + 3]));
        out[i] = median3(inner_low, inner_high, x[i + 4]);
      }
    }
  }

  void spread_nan(const T* x, std::size_t n_out, T* out) const noexcept {
    const std::size_t n = n_out + width_ - 1;
    bool any = false;
    for (std::size_t i = 0; i < n; ++i) any |= x[i] != x[i];
    if (!any) return;
    std::size_t free_at = 0;  // windows that begin before it hold a NaN, as far as is known
    for (std::size_t i = 0; i < n; ++i) {
      if (x[i] == x[i]) continue;
      const std::size_t first = std::max(free_at, i + 1 >= width_ ? i + 1 - width_ : 0);
      free_at = std::min(n_out, i + 1);
      for (std::size_t k = first; k < free_at; ++k) out[k] = std::numeric_limits<T>::quiet_NaN();
    }
  }

  void block(const T* x, std::size_t n_out, T* out) {
    const std::size_t n = n_out + width_ - 1;
    if (sort(x, n)) {
      std::fill_n(out, n_out, sorted_[0]);
      return;
    }
    window_.reset(n);
    for (std::size_t i = 0; i < width_; ++i) window_.insert(rank_[i]);
    std::uint32_t median = window_.at(width_ / 2);
    out[0] = sorted_[median];
    for (std::size_t i = 1; i < n_out; ++i) {
      const std::uint32_t gone = rank_[i - 1];
      const std::uint32_t come = rank_[i + width_ - 1];
      window_.insert(come);
      // Which way the median goes cannot be foretold, so that a branch on it would often be mistaken.
      const bool up = (come > median) & (gone <= median);
      const bool down = (come < median) & (gone >= median);
      median = window_.moved(median, up, down);
      window_.erase(gone);
      out[i] = sorted_[median];
    }
  }

  /// Sorts n samples into sorted_ and writes each one's place to rank_; NaN counts as infinity. Whether all are equal.
  bool sort(const T* x, std::size_t n) {
    sorted_.resize(n);
    rank_.resize(n);
    order_.resize(n);
    values_.assign(x, x + n);
    T least = values_[0];
    T greatest = values_[0];
    bool any_nan = false;
    for (std::size_t i = 0; i < n; ++i) {
      least = values_[i] < least ? values_[i] : least;
      greatest = values_[i] > greatest ? values_[i] : greatest;
      any_nan |= values_[i] != values_[i];
    }
    if (any_nan) {
      for (T& value : values_) {
        if (value != value) value = std::numeric_limits<T>::infinity();
      }
      least = *std::min_element(values_.begin(), values_.end());
      greatest = std::numeric_limits<T>::infinity();
    }
    if (least == greatest) {
      sorted_[0] = least;
      return true;
    }
    const T scale = T{65535} / (greatest - least);
    if (n > 65536 || !std::isfinite(greatest - least) || !std::isfinite(scale) || !sort_by_scale(n, least, scale)) {
      std::iota(order_.begin(), order_.end(), std::uint32_t{0});
      std::sort(order_.begin(), order_.end(), [this](std::uint32_t a, std::uint32_t b) { return values_[a] < values_[b]; });
    }
    for (std::size_t i = 0; i < n; ++i) {
      sorted_[i] = values_[order_[i]];
      rank_[order_[i]] = static_cast<std::uint32_t>(i);
    }
    return false;
  }

  /// By counting: samples become whole numbers of 16 bits, sorted byte by byte; what these leave equal is put in order
  /// by insertion. False when that would take long, because an outlier squeezed the rest together.
  bool sort_by_scale(std::size_t n, T least, T scale) {
    keys_.resize(n);
    std::array<std::uint32_t, 256> low_end{};
    std::array<std::uint32_t, 256> high_end{};
    for (std::size_t i = 0; i < n; ++i) {
      keys_[i] = static_cast<std::uint32_t>(static_cast<std::int32_t>((values_[i] - least) * scale));
    }
    for (std::size_t i = 0; i < n; ++i) {
      ++low_end[keys_[i] % 256];
      ++high_end[keys_[i] / 256];
    }
    std::uint32_t low_sum = 0;
    std::uint32_t high_sum = 0;
    for (std::size_t k = 0; k < 256; ++k) {
      low_sum += std::exchange(low_end[k], low_sum);
      high_sum += std::exchange(high_end[k], high_sum);
    }
    half_sorted_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      half_sorted_[low_end[keys_[i] % 256]++] = keys_[i] << 16 | static_cast<std::uint32_t>(i);
    }
    for (std::size_t i = 0; i < n; ++i) order_[high_end[half_sorted_[i] >> 24]++] = half_sorted_[i] & 0xFFFF;

    std::size_t moves_left = 8 * n;
    T before = values_[order_[0]];
    for (std::size_t i = 1; i < n; ++i) {
      const std::uint32_t at = order_[i];
      const T value = values_[at];
      if (!(value < before)) {
        before = value;
        continue;
      }
      std::size_t place = i;
      do {
        order_[place] = order_[place - 1];
        --place;
        if (--moves_left == 0) return false;
      } while (place > 0 && value < values_[order_[place - 1]]);
      order_[place] = at;
    }
    return true;
  }

  std::size_t width_;
  NumberSet window_;
  std::vector<T> values_;
  std::vector<T> sorted_;
  std::vector<std::uint32_t> rank_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> keys_;
  std::vector<std::uint32_t> half_sorted_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
