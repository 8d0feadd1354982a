#pragma once

#include <heartsight/version.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// Boosted trees of one depth, every level full: node n has children 2n + 1 (value < threshold) and 2n + 2.
struct BeatTrees {
  static constexpr std::size_t depth = 5;
  static constexpr std::size_t n_nodes = (std::size_t{1} << depth) - 1;
  static constexpr std::size_t n_leaves = std::size_t{1} << depth;

  struct Node {
    float threshold;
    std::uint32_t feature;
  };

  std::span<const Node> node;   ///< (n_trees * n_nodes,)
  std::span<const float> leaf;  ///< (n_trees * n_leaves,)
  float bias = 0.0F;

  [[nodiscard]] std::size_t n_trees() const noexcept { return leaf.size() / n_leaves; }

  /// The sum of the leaves that `lanes` rows of features reach. Rows go down the same tree side by side: one alone would
  /// wait for memory at every level. Leaves are summed in the order of the trees.
  template <std::size_t lanes>
  [[nodiscard]] std::array<float, lanes> margins(const std::array<const float*, lanes>& rows) const noexcept {
    std::array<float, lanes> sums;
    sums.fill(bias);
    const Node* nodes = node.data();
    const float* leaves = leaf.data();
    for (std::size_t tree = 0; tree < n_trees(); ++tree, nodes += n_nodes, leaves += n_leaves) {
      std::array<std::uint32_t, lanes> at{};
      for (std::size_t level = 0; level < depth; ++level) {
        for (std::size_t r = 0; r < lanes; ++r) {
          const Node& n = nodes[at[r]];
          at[r] = 2 * at[r] + 2 - static_cast<std::uint32_t>(rows[r][n.feature] < n.threshold);
        }
      }
      for (std::size_t r = 0; r < lanes; ++r) sums[r] += leaves[at[r] - n_nodes];
    }
    return sums;
  }
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
