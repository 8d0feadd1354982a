#pragma once

#include <heartsight/core/check.hpp>
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

/// Sums of equal-width bins in one pass, checks included: four sets of accumulators, so that neighbours that fall in one
/// bin do not wait for each other.
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
  constexpr std::size_t block = std::size_t{1} << 31;  // neither half overflows
  const auto scale = static_cast<double>(n_bins);
  std::vector<BinSums> sums(n_bins);
  std::vector<Lane> lanes(n_lanes * n_bins);
  for (std::size_t start = 0; start < label.size(); start += block) {
    const std::size_t end = std::min(label.size(), start + block);
    std::fill(lanes.begin(), lanes.end(), Lane{});
    bool good = true;
    for (std::size_t i = start; i < end; ++i) {
      const auto p = static_cast<double>(probability[i]);
      const auto y = static_cast<std::uint64_t>(label[i]);
      const bool in_range = p >= 0.0 && p <= 1.0;
      good = good && in_range && y <= 1;
      const std::size_t bin = in_range ? std::min(static_cast<std::size_t>(p * scale), n_bins - 1) : 0;
      Lane& lane = lanes[bin * n_lanes + i % n_lanes];
      lane.probability += p;
      lane.counts += (std::uint64_t{1} << 32) | (y & 1U);
    }
    if (!good) {
      check::in_closed_range<T>(where, "probability", probability, T{0}, T{1});
      check::binary_labels(where, "label", label);
    }
    for (std::size_t b = 0; b < n_bins; ++b) {
      for (std::size_t l = 0; l < n_lanes; ++l) {
        const Lane& lane = lanes[b * n_lanes + l];
        sums[b].weight += static_cast<double>(lane.counts >> 32);
        sums[b].probability += lane.probability;
        sums[b].positive += static_cast<double>(lane.counts & 0xffffffffU);
      }
    }
  }
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
