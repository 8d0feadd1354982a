#pragma once

#include <heartsight/models/tree_arrays.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::models::detail {

/// A node in 8 bytes. One step is `node += delta + !(x[feature] < threshold)`, with no branch.
///
/// A leaf points to itself: its threshold is a NaN, so the comparison always says right, and delta is -1. That makes the
/// number of steps a property of the tree and not of the row. The low 16 bits of the NaN are the leaf's number in its tree.
struct CompactNode {
  float threshold;
  std::uint16_t feature;
  std::int16_t delta;  ///< from this node to its left child; the right child follows it

  static float leaf_mark(std::size_t leaf) noexcept {
    return std::bit_cast<float>(0x7FC00000U | static_cast<std::uint32_t>(leaf));
  }
  [[nodiscard]] std::uint32_t leaf() const noexcept { return std::bit_cast<std::uint32_t>(threshold) & 0xFFFFU; }
};

/// A node for what does not fit into a CompactNode: categorical splits, more than 65,535 features or nodes.
struct WideNode {
  float threshold;
  std::uint32_t feature;  ///< a leaf: its number in the tree
  std::uint32_t left;     ///< from the tree's root, the right child follows it; 0 for a leaf
  std::int32_t category;  ///< index into category_node, -1 for a numerical split
  std::uint32_t default_left;
};

/// The upper four levels of a tree as one table, to be evaluated for many rows at once without following pointers.
/// Where the tree ends earlier, the missing nodes send every row right and all outcomes start at the leaf.
struct TreeTop {
  static constexpr std::size_t n_levels = 4;
  static constexpr std::size_t n_nodes = 15;
  std::array<float, n_nodes> threshold;
  std::array<std::uint32_t, n_nodes> offset;       ///< of the feature in a block of eight rows
  std::array<std::int32_t, n_nodes> default_left;  ///< 0 or -1 (all bits set)
  std::array<std::uint16_t, n_nodes + 1> start;    ///< node that a row has come to, by the 4 bits of its way
};

struct TreeHead {
  std::size_t node = 0;  ///< of the root, in compact or wide
  std::size_t leaf = 0;  ///< of its first leaf
  std::uint32_t depth = 0;
  std::uint32_t group = 0;
  bool is_wide = false;
};

/// What predictions run on: nodes in breadth-first order, both children side by side, leaves with their weight applied.
struct TreeLayout {
  std::vector<TreeHead> trees;
  std::vector<CompactNode> compact;
  std::vector<std::uint8_t> default_right;  ///< by compact node; 1 for leaves
  std::vector<TreeTop> tops;                ///< by tree
  std::vector<WideNode> wide;
  std::vector<std::int64_t> category_offset;
  std::vector<std::uint32_t> category_bits;
  std::vector<float> leaf32;  ///< (n_leaves * leaf_size), one of the two by accumulation
  std::vector<double> leaf64;
  std::vector<std::int32_t> leaf_id;  ///< (n_leaves) the node's number in its source

  explicit TreeLayout(const TreeArrays& arrays);

 private:
  struct Scratch {
    std::vector<std::int32_t> order;     // canonical node at each breadth-first place
    std::vector<std::int32_t> left;      // breadth-first place of the left child; 0 for a leaf
    std::vector<std::uint32_t> level;    // by breadth-first place
    std::vector<std::uint32_t> leaf;     // by canonical node: number of the leaf
    std::vector<std::int32_t> category;  // by canonical node: index into category_node or -1
  };

  bool fits_compact(const TreeArrays& arrays, const Scratch& scratch, bool has_categories) const;
  void add_compact(const TreeArrays& arrays, std::size_t begin, const Scratch& scratch);
  void add_wide(const TreeArrays& arrays, std::size_t begin, const Scratch& scratch);
  static TreeTop make_top(const CompactNode* root, const std::uint8_t* right_by_default);
};

/// arrays must have passed validate().
inline TreeLayout::TreeLayout(const TreeArrays& arrays)
    : category_offset(arrays.category_offset), category_bits(arrays.category_bits) {
  const std::size_t leaf_size = static_cast<std::size_t>(arrays.leaf_size);
  const std::size_t n_leaves = arrays.leaf_value.size() / leaf_size;
  const bool in_float = arrays.accumulation == Accumulation::float32;
  trees.reserve(arrays.n_trees());
  tops.reserve(arrays.n_trees());
  compact.reserve(arrays.n_nodes());
  default_right.reserve(arrays.n_nodes());
  leaf_id.reserve(n_leaves);
  if (in_float) {
    leaf32.reserve(arrays.leaf_value.size());
  } else {
    leaf64.reserve(arrays.leaf_value.size());
  }

  Scratch scratch;
  std::size_t next_category = 0;
  for (std::size_t tree = 0; tree < arrays.n_trees(); ++tree) {
    const auto begin = static_cast<std::size_t>(arrays.tree_offset[tree]);
    const auto size = static_cast<std::size_t>(arrays.tree_offset[tree + 1]) - begin;

    TreeHead head;
    head.leaf = leaf_id.size();
    head.group = static_cast<std::uint32_t>(arrays.tree_group[tree]);

    scratch.leaf.assign(size, 0);
    scratch.category.assign(size, -1);
    const double weight = arrays.tree_weight[tree];
    for (std::size_t i = 0; i < size; ++i) {
      if (arrays.split_feature[begin + i] >= 0) continue;
      scratch.leaf[i] = static_cast<std::uint32_t>(leaf_id.size() - head.leaf);
      for (std::size_t k = 0; k < leaf_size; ++k) {
        const double value = arrays.leaf_value[leaf_id.size() * leaf_size + k];
        if (in_float) {
          leaf32.push_back(static_cast<float>(value) * static_cast<float>(weight));
        } else {
          leaf64.push_back(value * weight);
        }
      }
      leaf_id.push_back(arrays.node_id.empty() ? static_cast<std::int32_t>(i) : arrays.node_id[begin + i]);
    }
    const std::size_t first_category = next_category;
    while (next_category < arrays.category_node.size() &&
           arrays.category_node[next_category] < static_cast<std::int64_t>(begin + size)) {
      scratch.category[static_cast<std::size_t>(arrays.category_node[next_category]) - begin] =
          static_cast<std::int32_t>(next_category);
      ++next_category;
    }

    scratch.order.assign(1, 0);
    scratch.left.assign(1, 0);
    scratch.level.assign(1, 0);
    for (std::size_t place = 0; place < scratch.order.size(); ++place) {
      const std::size_t i = begin + static_cast<std::size_t>(scratch.order[place]);
      head.depth = scratch.level[place];
      if (arrays.split_feature[i] < 0) continue;
      scratch.left[place] = static_cast<std::int32_t>(scratch.order.size());
      for (const std::int32_t child : {arrays.left_child[i], arrays.right_child[i]}) {
        scratch.order.push_back(child);
        scratch.left.push_back(0);
        scratch.level.push_back(scratch.level[place] + 1);
      }
    }

    head.is_wide = !fits_compact(arrays, scratch, next_category != first_category);
    head.node = head.is_wide ? wide.size() : compact.size();
    if (head.is_wide) {
      add_wide(arrays, begin, scratch);
      tops.emplace_back();
    } else {
      add_compact(arrays, begin, scratch);
      tops.push_back(make_top(compact.data() + head.node, default_right.data() + head.node));
    }
    trees.push_back(head);
  }
}

inline bool TreeLayout::fits_compact(const TreeArrays& arrays, const Scratch& scratch, bool has_categories) const {
  if (has_categories || arrays.n_features > 65536 || scratch.order.size() > 65535) return false;
  for (std::size_t place = 0; place < scratch.order.size(); ++place) {
    const std::int32_t left = scratch.left[place];
    if (left != 0 && left - static_cast<std::int32_t>(place) > std::numeric_limits<std::int16_t>::max()) return false;
  }
  return true;
}

inline void TreeLayout::add_compact(const TreeArrays& arrays, std::size_t begin, const Scratch& scratch) {
  for (std::size_t place = 0; place < scratch.order.size(); ++place) {
    const auto local = static_cast<std::size_t>(scratch.order[place]);
    const std::size_t i = begin + local;
    if (scratch.left[place] == 0) {
      compact.push_back({CompactNode::leaf_mark(scratch.leaf[local]), 0, -1});
      default_right.push_back(1);
    } else {
      const auto delta = scratch.left[place] - static_cast<std::int32_t>(place);
      compact.push_back(
          {arrays.threshold[i], static_cast<std::uint16_t>(arrays.split_feature[i]), static_cast<std::int16_t>(delta)});
      default_right.push_back(arrays.default_left[i] == 0 ? 1 : 0);
    }
  }
}

inline void TreeLayout::add_wide(const TreeArrays& arrays, std::size_t begin, const Scratch& scratch) {
  for (std::size_t place = 0; place < scratch.order.size(); ++place) {
    const auto local = static_cast<std::size_t>(scratch.order[place]);
    const std::size_t i = begin + local;
    if (scratch.left[place] == 0) {
      wide.push_back({0.0F, scratch.leaf[local], 0, -1, 0});
    } else {
      wide.push_back({arrays.threshold[i], static_cast<std::uint32_t>(arrays.split_feature[i]),
                      static_cast<std::uint32_t>(scratch.left[place]), scratch.category[local], arrays.default_left[i]});
    }
  }
}

inline TreeTop TreeLayout::make_top(const CompactNode* root, const std::uint8_t* right_by_default) {
  TreeTop top{};
  std::array<std::size_t, 2 * TreeTop::n_nodes + 1> place{};  // of heap node h in the tree; children of h: 2 h + 1, 2 h + 2
  for (std::size_t h = 0; h < TreeTop::n_nodes; ++h) {
    const CompactNode& node = root[place[h]];
    const bool is_leaf = node.delta < 0;
    top.threshold[h] = node.threshold;  // a leaf's NaN sends every row right
    top.offset[h] = std::uint32_t{node.feature} * 8;
    top.default_left[h] = right_by_default[place[h]] != 0 ? 0 : -1;
    const std::size_t left = is_leaf ? place[h] : place[h] + static_cast<std::size_t>(node.delta);
    place[2 * h + 1] = left;
    place[2 * h + 2] = is_leaf ? left : left + 1;
  }
  for (std::size_t way = 0; way <= TreeTop::n_nodes; ++way) {
    top.start[way] = static_cast<std::uint16_t>(place[TreeTop::n_nodes + way]);
  }
  return top;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::models::detail
