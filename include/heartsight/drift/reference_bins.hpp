#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/drift/detail/reference_edges.hpp>
#include <heartsight/drift/detail/sorted_sample.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// Bins between quantiles of a reference, the first and the last open: no outlier can widen them and hide a shift.
///
/// Bin i holds edges[i - 1] <= x < edges[i]. Edges are the order statistics of rank floor(i n / n_bins). A value that fills
/// more than one bin of its own gets a bin to itself; so a column of few values has a bin per value and gaps between, and a
/// constant one three bins: below, equal, above.
class ReferenceBins {
 public:
  /// @param reference  (n,); NaN are left out. @param n_bins 1 to 4,000.
  /// @throws ShapeError no value. @throws DomainError n_bins is out of range.
  ReferenceBins(std::span<const double> reference, std::size_t n_bins)
      : ReferenceBins(detail::sorted_sample(reference), n_bins) {}
  ReferenceBins(std::span<const float> reference, std::size_t n_bins)
      : ReferenceBins(detail::sorted_sample(reference), n_bins) {}

  [[nodiscard]] const std::vector<double>& edges() const noexcept { return edges_; }
  [[nodiscard]] std::size_t size() const noexcept { return edges_.size() + 1; }
  /// The bin of a value; NaN has none and gets 0.
  [[nodiscard]] std::size_t index_of(double value) const noexcept {
    return static_cast<std::size_t>(std::upper_bound(edges_.begin(), edges_.end(), value) - edges_.begin());
  }
  /// Counts per bin; NaN are left out.
  [[nodiscard]] std::vector<std::int64_t> counts(std::span<const double> values) const { return count(values); }
  [[nodiscard]] std::vector<std::int64_t> counts(std::span<const float> values) const { return count(values); }

 private:
  ReferenceBins(const detail::SortedSample& sorted, std::size_t n_bins) {
    check::not_empty("ReferenceBins", "reference", sorted.values.size());
    check::in_closed_range<std::size_t>("ReferenceBins", "n_bins", n_bins, 1, 4000);
    edges_ = detail::quantile_edges(sorted.values, n_bins);
  }
  template <class T>
  std::vector<std::int64_t> count(std::span<const T> values) const {
    std::vector<std::int64_t> result(size(), 0);
    for (const T value : values) {
      if (value == value) ++result[index_of(static_cast<double>(value))];
    }
    return result;
  }

  std::vector<double> edges_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
