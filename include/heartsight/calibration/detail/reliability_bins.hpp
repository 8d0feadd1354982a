#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/detail/read_ahead.hpp>
#include <heartsight/metrics/detail/ranking.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail {

/// Sums of one bin of probabilities.
struct BinSums {
  double weight = 0.0;
  double probability = 0.0;
  double positive = 0.0;
};

template <std::floating_point T>
void check_probabilities(std::string_view where, std::span<const T> probability, std::span<const std::int64_t> label,
                         std::span<const double> weight = {}) {
  check::not_empty(where, "probability", probability.size());
  check::same_size(where, "probability", probability.size(), "label", label.size());
  check::in_closed_range<T>(where, "probability", probability, T{0}, T{1});
  check::binary_labels(where, "label", label);
  metrics::detail::check_weights(where, weight, label.size());
}

inline std::size_t equal_width_bin(double probability, std::size_t n_bins) noexcept {
  return std::min(static_cast<std::size_t>(probability * static_cast<double>(n_bins)), n_bins - 1);
}

/// Sums of equal-width bins in one pass, checks included. Bins are worked out for a block of cases at once, in vectors; four
/// sets of accumulators keep neighbours that fall in one bin from waiting for each other.
template <std::floating_point T>
std::vector<BinSums> equal_width_sums(std::string_view where, std::span<const T> probability,
                                      std::span<const std::int64_t> label, std::size_t n_bins) {
  check::not_empty(where, "probability", probability.size());
  check::same_size(where, "probability", probability.size(), "label", label.size());
  struct Lane {
    double probability = 0.0;
    std::uint64_t counts = 0;  // cases in the upper half, positives in the lower
  };
  constexpr std::size_t n_lanes = 4;
  constexpr std::size_t block = 128;                           // short: both arrays are asked for a little ahead
  constexpr std::size_t most_in_lanes = std::size_t{1} << 31;  // neither half overflows
  const auto scale = static_cast<double>(n_bins);
  const auto last_bin = static_cast<std::int32_t>(n_bins - 1);
  std::vector<BinSums> sums(n_bins);
  std::vector<Lane> lanes(n_lanes * n_bins);
  std::array<std::int32_t, block> bin;
  std::size_t in_lanes = 0;
  const auto empty_lanes = [&] {
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      BinSums& total = sums[i / n_lanes];
      total.weight += static_cast<double>(lanes[i].counts >> 32);
      total.probability += lanes[i].probability;
      total.positive += static_cast<double>(lanes[i].counts & 0xffffffffU);
      lanes[i] = {};
    }
    in_lanes = 0;
  };
  std::uint64_t bad = 0;
  for (std::size_t start = 0; start < label.size(); start += block) {
    const std::size_t n = std::min(block, label.size() - start);
    heartsight::detail::fetch_ahead(probability.data(), start, start + n, label.size());
    heartsight::detail::fetch_ahead(label.data(), start, start + n, label.size());
    const T* const p = probability.data() + start;
    const std::int64_t* const y = label.data() + start;
    int n_outside = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const bool inside = p[i] >= T{0} && p[i] <= T{1};  // not NaN
      n_outside += inside ? 0 : 1;
      const double q = inside ? static_cast<double>(p[i]) : 0.0;
      bin[i] = std::min(static_cast<std::int32_t>(q * scale), last_bin);
    }
    bad |= static_cast<std::uint64_t>(n_outside);
    for (std::size_t i = 0; i < n; ++i) {
      const auto positive = static_cast<std::uint64_t>(y[i]);
      bad |= positive & ~std::uint64_t{1};
      Lane& lane = lanes[static_cast<std::size_t>(bin[i]) * n_lanes + i % n_lanes];
      lane.probability += static_cast<double>(p[i]);
      lane.counts += (std::uint64_t{1} << 32) + (positive & 1U);
    }
    in_lanes += n;
    if (in_lanes > most_in_lanes) empty_lanes();
  }
  if (bad != 0) {
    check::in_closed_range<T>(where, "probability", probability, T{0}, T{1});
    check::binary_labels(where, "label", label);
  }
  empty_lanes();
  return sums;
}

/// The bin of each case such that bins hold about equally many cases and equal probabilities share a bin: a bin closes
/// with the first distinct probability that fills it. At most n_bins bins.
template <std::floating_point T>
std::vector<std::size_t> equal_mass_bins(std::span<const T> probability, std::size_t n_bins, std::size_t* n_used = nullptr) {
  const metrics::detail::RankedCases ranked(probability);
  const std::size_t n = probability.size();
  std::vector<std::size_t> bin(n);
  std::size_t current = 0;
  std::size_t share_reached = 0;  // how many n_bins-ths of the cases have been placed
  // RankedCases goes from the highest down; bins count from the lowest up.
  for (std::size_t level = ranked.level_end.size(); level-- > 0;) {
    const std::size_t first = level == 0 ? 0 : ranked.level_end[level - 1];
    for (std::size_t k = first; k < ranked.level_end[level]; ++k) bin[ranked.row[k]] = current;
    const std::size_t share = (n - first) * n_bins / n;
    if (share > share_reached && first > 0) {
      share_reached = share;
      ++current;
    }
  }
  if (n_used != nullptr) *n_used = current + 1;
  return bin;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail
