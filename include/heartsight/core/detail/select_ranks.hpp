#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detail {

/// Workspace of select_ranks, kept by callers that select many times.
template <std::floating_point T>
struct RankSelection {
  std::vector<T> scratch;
  std::vector<std::uint32_t> bins;
  std::vector<std::uint32_t> next;
  std::vector<std::size_t> ranks;
};

/// The values at ascending ranks of `values`, as if it were sorted; values holds no NaN.
///
/// Sorting would order everything to read a few places. Here one pass counts the values in equal-width bins between
/// minimum and maximum, and only the bins that hold a wanted rank are looked at again. A bin that holds too much (an
/// outlier stretched the range) is left to nth_element, so the cost stays linear on average for any data.
template <std::floating_point T>
void select_ranks(std::span<const T> values, T minimum, T maximum, std::span<const std::size_t> ranks, std::span<T> result,
                  RankSelection<T>& work) {
  constexpr std::size_t n_bins = 512;
  constexpr std::size_t block = 16;  // bins whose counts are summed, to walk over them in one step
  const T width = maximum - minimum;
  if (!(width > T{0})) {
    std::fill(result.begin(), result.end(), minimum);
    return;
  }
  const T scale = static_cast<T>(n_bins - 1) / width;
  if (values.size() < 64 || values.size() > std::numeric_limits<std::uint32_t>::max() || !std::isfinite(width) ||
      !std::isfinite(scale)) {
    work.scratch.assign(values.begin(), values.end());
    auto first = work.scratch.begin();
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      const auto place = work.scratch.begin() + static_cast<std::ptrdiff_t>(ranks[i]);
      std::nth_element(first, place, work.scratch.end());
      result[i] = *place;
      first = place;
    }
    return;
  }

  // Bins are computed first: this loop runs in vector registers, the next cannot.
  const std::size_t n = values.size();
  work.bins.resize(n);
  work.next.resize(n);
  std::uint32_t* const bin_of = work.bins.data();
  std::uint32_t* const next = work.next.data();
  for (std::size_t i = 0; i < n; ++i) {
    bin_of[i] = static_cast<std::uint32_t>(static_cast<std::int32_t>((values[i] - minimum) * scale));
  }

  // Count, and chain the values of a bin, so that a wanted bin is read without another pass over everything.
  struct Bin {
    std::uint32_t count;
    std::uint32_t last;
  };
  std::array<Bin, n_bins> bins{};
  for (std::size_t i = 0; i < n; ++i) {
    Bin& bin = bins[bin_of[i]];
    ++bin.count;
    next[i] = bin.last;
    bin.last = static_cast<std::uint32_t>(i);
  }
  std::array<std::size_t, n_bins / block> block_counts{};
  for (std::size_t b = 0; b < block_counts.size(); ++b) {
    for (std::size_t k = b * block; k < (b + 1) * block; ++k) block_counts[b] += bins[k].count;
  }

  // Gather the bins that hold a wanted rank, and renumber the ranks among the gathered values.
  work.scratch.resize(n);
  work.ranks.resize(ranks.size());
  T* const scratch = work.scratch.data();
  std::size_t below = 0;  // values in bins before `b`
  std::size_t kept = 0;   // of these, values gathered
  std::size_t b = 0;
  for (std::size_t r = 0; r < ranks.size();) {
    while (b % block == 0 && ranks[r] >= below + block_counts[b / block]) {
      below += block_counts[b / block];
      b += block;
    }
    const Bin& bin = bins[b];
    if (ranks[r] < below + bin.count) {
      for (; r < ranks.size() && ranks[r] < below + bin.count; ++r) work.ranks[r] = ranks[r] - below + kept;
      std::uint32_t at = bin.last;
      for (std::uint32_t k = 0; k < bin.count; ++k, at = next[at]) scratch[kept++] = values[at];
    }
    below += bin.count;
    ++b;
  }

  if (kept <= 256) {
    std::sort(scratch, scratch + kept);
    for (std::size_t k = 0; k < ranks.size(); ++k) result[k] = scratch[work.ranks[k]];
    return;
  }
  // Many ties or an outlier that stretched the range.
  T* first = scratch;
  for (std::size_t k = 0; k < ranks.size(); ++k) {
    T* const place = scratch + work.ranks[k];
    if (place >= first) {
      std::nth_element(first, place, scratch + kept);
      first = place + 1;
    }
    result[k] = *place;
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detail
