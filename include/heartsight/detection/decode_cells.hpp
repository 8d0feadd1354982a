#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

struct DecodeCellsOptions {
  /// Cells of each scale of the network, in the order in which its outputs follow one another.
  std::vector<std::size_t> cells_per_scale = {79, 157, 313, 625};
  double n_samples = 5000.0;          ///< that the network's input spans; positive
  double first_sample = 250.0;        ///< positions before it are dropped
  double last_sample = 4750.0;        ///< positions behind it are dropped
  double least_confidence = 0.4;      ///< what is not above it is dropped
  double suppression_samples = 80.0;  ///< the less confident of two positions that are not further apart is dropped; >= 0
};

/// Beats of a network that looks for them in cells at several scales ("YOLO-1D"), as the CPSC2019 system decodes them.
///
/// Cell c of a scale with n cells stands for the position (c + offset) / n * n_samples. What lies inside the margins with a
/// confidence above the limit is taken in the order of confidence; each position taken suppresses what is within
/// suppression_samples of it.
///
/// @param offset      (n_cells,) position within the cell, usually in [0, 1]; n_cells is the sum of cells_per_scale (1174).
/// @param confidence  (n_cells,) in [0, 1].
/// @return positions in samples, fractional, ascending. That system was trained on references that count from 1, so its
///         positions do too.
/// @throws ShapeError   sizes are not the number of cells. @throws DomainError n_samples is not positive,
///         suppression_samples is negative, or a scale has no cell or more than
///         2^32.
/// NaN policy: a cell with a NaN is dropped. Ties go to the earlier cell. O(n_cells * n_kept).
[[nodiscard]] inline std::vector<double> decode_cells(std::span<const double> offset, std::span<const double> confidence,
                                                      const DecodeCellsOptions& options = {}) {
  check::positive("decode_cells", "n_samples", options.n_samples);
  check::at_least("decode_cells", "suppression_samples", options.suppression_samples, 0.0);
  std::size_t n_cells = 0;
  for (std::size_t s = 0; s < options.cells_per_scale.size(); ++s) {
    check::at_least<std::size_t>("decode_cells", check::detail::indexed("cells_per_scale", s), options.cells_per_scale[s],
                                 1);
    // The sum must not wrap around.
    check::in_closed_range<std::size_t>("decode_cells", check::detail::indexed("cells_per_scale", s),
                                        options.cells_per_scale[s], 1, std::size_t{1} << 32);
    n_cells += options.cells_per_scale[s];
  }
  check::has_size("decode_cells", "offset", offset.size(), n_cells);
  check::has_size("decode_cells", "confidence", confidence.size(), n_cells);
  std::vector<double> position;
  for (const std::size_t n : options.cells_per_scale) {
    for (std::size_t c = 0; c < n; ++c) {
      position.push_back((static_cast<double>(c) + offset[position.size()]) / static_cast<double>(n) * options.n_samples);
    }
  }
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < n_cells; ++i) {
    if (confidence[i] > options.least_confidence && position[i] >= options.first_sample &&
        position[i] <= options.last_sample) {
      candidates.push_back(i);
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](std::size_t a, std::size_t b) { return confidence[a] > confidence[b]; });
  std::vector<double> kept;
  for (const std::size_t i : candidates) {
    const bool free = std::none_of(kept.begin(), kept.end(), [&](double other) {
      return std::abs(position[i] - other) <= options.suppression_samples;
    });
    if (free) kept.push_back(position[i]);
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
