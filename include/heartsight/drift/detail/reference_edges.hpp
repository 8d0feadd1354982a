#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

inline std::size_t quantile_rank(std::size_t i, std::size_t n, std::size_t n_bins) noexcept {
  // floor(i n / n_bins) without overflow: n = q n_bins + r.
  return i * (n / n_bins) + i * (n % n_bins) / n_bins;
}

/// A value that two ranks in a row name is a bin of its own: it gets an edge above it as well.
inline void push_edge(std::vector<double>& edges, double value) {
  if (edges.empty() || value > edges.back()) {
    edges.push_back(value);
  } else if (value == edges.back()) {
    const double above = std::nextafter(value, std::numeric_limits<double>::infinity());
    if (above > value) edges.push_back(above);
  }
}

/// Inner edges of n_bins bins at the quantiles of ascending values.
inline std::vector<double> quantile_edges(std::span<const double> sorted, std::size_t n_bins) {
  std::vector<double> edges;
  for (std::size_t i = 1; i < n_bins; ++i) push_edge(edges, sorted[quantile_rank(i, sorted.size(), n_bins)]);
  if (n_bins > 1 && sorted.front() == sorted.back() && edges.size() == 1) {  // a constant and two bins
    push_edge(edges, sorted.front());
  }
  return edges;
}

/// Counts of ascending values between edges.
inline std::vector<std::int64_t> counts_between(std::span<const double> sorted, std::span<const double> edges) {
  std::vector<std::int64_t> counts(edges.size() + 1, 0);
  auto from = sorted.begin();
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const auto to = std::lower_bound(from, sorted.end(), edges[i]);
    counts[i] = to - from;
    from = to;
  }
  counts.back() = sorted.end() - from;
  return counts;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
