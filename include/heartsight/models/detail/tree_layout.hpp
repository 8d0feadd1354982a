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

/// A node of a shallow tree, laid out as a complete one: the root in place 1, the children of i in 2 i and 2 i + 1.
///
/// One step is `i = 2 i + !(x[feature] < threshold)`, and the leaf's number is what i is above the number of places.
/// Where the real tree ends earlier, the nodes below send a row anywhere and all their ends hold the same leaf.
struct HeapNode {
  float threshold;
  std::uint16_t feature;
  std::uint16_t default_right;
};

/// A node for what does not fit into the two others: categorical splits, more than 65,535 features or nodes.
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
  std::array<std::uint16_t, n_nodes + 1> start;    ///< compact node that a row has come to, by the 4 bits of its way
};

enum class TreeForm : std::uint8_t { heap, compact, wide };

struct TreeHead {
  std::size_t node = 0;     ///< of the root, in compact or wide; in heap, of the place before it
  std::size_t leaf = 0;     ///< of its first leaf
  std::uint32_t depth = 0;  ///< of a heap: that to which it is filled
  std::uint32_t group = 0;
  TreeForm form = TreeForm::compact;
  bool starts_heaps = false;  ///< this tree and the seven after it are heaps of one depth, one behind the other
};

/// Rows or trees that are walked side by side: the loads of one lane hide behind those of the others.
inline constexpr std::size_t n_lanes = 8;

/// What predictions run on: nodes in breadth-first order, both children side by side, leaves with their weight applied.
struct TreeLayout {
  static constexpr std::uint32_t deepest_heap = 8;

  std::vector<TreeHead> trees;
  std::vector<HeapNode> heap;
  std::vector<CompactNode> compact;
  std::vector<std::uint8_t> default_right;  ///< by compact node; 1 for leaves
  std::vector<TreeTop> tops;                ///< by tree
  std::vector<WideNode> wide;
  std::vector<std::int64_t> category_offset;
  std::vector<std::uint32_t> category_bits;
  std::vector<float> leaf32;  ///< (leaves of the layout * leaf_size), one of the two by accumulation
  std::vector<double> leaf64;
  std::vector<std::int32_t> leaf_id;  ///< by leaf of the layout: the node's number in its source

  explicit TreeLayout(const TreeArrays& arrays);

 private:
  /// One tree on its way into the layout.
  struct Scratch {
    std::vector<std::int32_t> order;     // canonical node at each breadth-first place
    std::vector<std::int32_t> left;      // breadth-first place of the left child; 0 for a leaf
    std::vector<std::uint32_t> level;    // by breadth-first place
    std::vector<std::uint32_t> leaf;     // by canonical node: number of the leaf
    std::vector<std::int32_t> category;  // by canonical node: index into category_node or -1
    std::size_t begin = 0;               // first node and first leaf, counted over all trees
    std::size_t first_leaf = 0;
    std::size_t n_leaves = 0;
    bool has_categories = false;
  };
  struct Progress {
    std::size_t leaf = 0;
    std::size_t category = 0;
  };

  static void arrange(const TreeArrays& arrays, std::size_t tree, Progress& progress, Scratch& scratch);
  static std::uint32_t common_heap_depth(const TreeArrays& arrays, const Scratch* scratch, std::size_t n_trees);
  static bool fits_compact(const TreeArrays& arrays, const Scratch& scratch);
  void add_leaf(const TreeArrays& arrays, std::size_t tree, std::size_t node, std::size_t leaf);
  void add_heap(const TreeArrays& arrays, std::size_t tree, std::uint32_t depth, const Scratch& scratch);
  void add_compact(const TreeArrays& arrays, std::size_t begin, const Scratch& scratch);
  void add_wide(const TreeArrays& arrays, std::size_t begin, const Scratch& scratch);
  static TreeTop make_top(const HeapNode* nodes, std::uint32_t depth);
  static TreeTop make_top(const CompactNode* root, const std::uint8_t* right_by_default);
};

/// arrays must have passed validate().
inline TreeLayout::TreeLayout(const TreeArrays& arrays)
    : category_offset(arrays.category_offset), category_bits(arrays.category_bits) {
  const std::size_t leaf_size = static_cast<std::size_t>(arrays.leaf_size);
  const std::size_t n_leaves = arrays.leaf_value.size() / leaf_size;
  trees.reserve(arrays.n_trees());
  tops.reserve(arrays.n_trees());
  leaf_id.reserve(n_leaves);
  if (arrays.accumulation == Accumulation::float32) {
    leaf32.reserve(arrays.leaf_value.size());
  } else {
    leaf64.reserve(arrays.leaf_value.size());
  }

  std::array<Scratch, n_lanes> scratch;
  Progress progress;
  for (std::size_t first = 0; first < arrays.n_trees(); first += n_lanes) {
    const std::size_t n = std::min(n_lanes, arrays.n_trees() - first);
    for (std::size_t k = 0; k < n; ++k) arrange(arrays, first + k, progress, scratch[k]);
    const std::uint32_t heap_depth = common_heap_depth(arrays, scratch.data(), n);
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t tree = first + k;
      TreeHead head;
      head.leaf = leaf_id.size();
      head.group = static_cast<std::uint32_t>(arrays.tree_group[tree]);
      if (heap_depth > 0) {
        head.form = TreeForm::heap;
        head.node = heap.size();
        head.depth = heap_depth;
        head.starts_heaps = k == 0 && n == n_lanes;
        add_heap(arrays, tree, heap_depth, scratch[k]);
        tops.push_back(make_top(heap.data() + head.node, heap_depth));
        trees.push_back(head);
        continue;
      }
      head.depth = scratch[k].level.back();
      for (std::size_t node = 0, leaf = scratch[k].first_leaf; node < scratch[k].order.size(); ++node) {
        if (arrays.split_feature[scratch[k].begin + node] < 0) add_leaf(arrays, tree, node, leaf++);
      }
      if (fits_compact(arrays, scratch[k])) {
        head.node = compact.size();
        add_compact(arrays, scratch[k].begin, scratch[k]);
        tops.push_back(make_top(compact.data() + head.node, default_right.data() + head.node));
      } else {
        head.form = TreeForm::wide;
        head.node = wide.size();
        add_wide(arrays, scratch[k].begin, scratch[k]);
        tops.emplace_back();
      }
      trees.push_back(head);
    }
  }
}

/// Numbers a tree's leaves in node order and its nodes breadth first.
inline void TreeLayout::arrange(const TreeArrays& arrays, std::size_t tree, Progress& progress, Scratch& scratch) {
  const auto begin = static_cast<std::size_t>(arrays.tree_offset[tree]);
  const auto size = static_cast<std::size_t>(arrays.tree_offset[tree + 1]) - begin;
  scratch.begin = begin;
  scratch.first_leaf = progress.leaf;
  scratch.n_leaves = 0;
  scratch.leaf.assign(size, 0);
  for (std::size_t i = 0; i < size; ++i) {
    if (arrays.split_feature[begin + i] < 0) scratch.leaf[i] = static_cast<std::uint32_t>(scratch.n_leaves++);
  }
  progress.leaf += scratch.n_leaves;

  scratch.category.assign(size, -1);
  const std::size_t first_category = progress.category;
  while (progress.category < arrays.category_node.size() &&
         arrays.category_node[progress.category] < static_cast<std::int64_t>(begin + size)) {
    scratch.category[static_cast<std::size_t>(arrays.category_node[progress.category]) - begin] =
        static_cast<std::int32_t>(progress.category);
    ++progress.category;
  }
  scratch.has_categories = progress.category != first_category;

  scratch.order.assign(1, 0);
  scratch.left.assign(1, 0);
  scratch.level.assign(1, 0);
  for (std::size_t place = 0; place < scratch.order.size(); ++place) {
    const std::size_t i = begin + static_cast<std::size_t>(scratch.order[place]);
    if (arrays.split_feature[i] < 0) continue;
    scratch.left[place] = static_cast<std::int32_t>(scratch.order.size());
    for (const std::int32_t child : {arrays.left_child[i], arrays.right_child[i]}) {
      scratch.order.push_back(child);
      scratch.left.push_back(0);
      scratch.level.push_back(scratch.level[place] + 1);
    }
  }
}

/// The depth to which these trees are filled up when they become heaps; 0 when they do not: too deep, too sparse (more than
/// twice the nodes they have), or with splits that a HeapNode cannot hold.
inline std::uint32_t TreeLayout::common_heap_depth(const TreeArrays& arrays, const Scratch* scratch, std::size_t n_trees) {
  if (arrays.n_features == 0 || arrays.n_features > 65536) return 0;
  std::uint32_t depth = 1;
  std::size_t n_nodes = 0;
  for (std::size_t k = 0; k < n_trees; ++k) {
    if (scratch[k].has_categories) return 0;
    depth = std::max(depth, scratch[k].level.back());
    n_nodes += scratch[k].order.size();
  }
  if (depth > deepest_heap) return 0;
  const bool is_dense = depth <= TreeTop::n_levels || (n_trees << depth) <= 2 * n_nodes;
  return is_dense ? depth : 0;
}

inline void TreeLayout::add_leaf(const TreeArrays& arrays, std::size_t tree, std::size_t node, std::size_t leaf) {
  const std::size_t leaf_size = static_cast<std::size_t>(arrays.leaf_size);
  const double weight = arrays.tree_weight[tree];
  for (std::size_t g = 0; g < leaf_size; ++g) {
    const double value = arrays.leaf_value[leaf * leaf_size + g];
    if (arrays.accumulation == Accumulation::float32) {
      leaf32.push_back(static_cast<float>(value) * static_cast<float>(weight));
    } else {
      leaf64.push_back(value * weight);
    }
  }
  const auto begin = static_cast<std::size_t>(arrays.tree_offset[tree]);
  leaf_id.push_back(arrays.node_id.empty() ? static_cast<std::int32_t>(node) : arrays.node_id[begin + node]);
}

inline void TreeLayout::add_heap(const TreeArrays& arrays, std::size_t tree, std::uint32_t depth, const Scratch& scratch) {
  const std::size_t size = std::size_t{1} << depth;
  std::array<std::size_t, std::size_t{2} << deepest_heap> place{};  // breadth-first, of each place of the heap
  heap.push_back(HeapNode{CompactNode::leaf_mark(0), 0, 1});
  for (std::size_t i = 1; i < size; ++i) {
    const auto left = static_cast<std::size_t>(scratch.left[place[i]]);
    const std::size_t node = scratch.begin + static_cast<std::size_t>(scratch.order[place[i]]);
    if (left == 0) {
      heap.push_back(HeapNode{CompactNode::leaf_mark(0), 0, 1});
      place[2 * i] = place[2 * i + 1] = place[i];
    } else {
      const auto default_way = static_cast<std::uint16_t>(arrays.default_left[node] == 0 ? 1 : 0);
      heap.push_back(HeapNode{arrays.threshold[node], static_cast<std::uint16_t>(arrays.split_feature[node]), default_way});
      place[2 * i] = left;
      place[2 * i + 1] = left + 1;
    }
  }
  for (std::size_t i = size; i < 2 * size; ++i) {
    const auto node = static_cast<std::size_t>(scratch.order[place[i]]);
    add_leaf(arrays, tree, node, scratch.first_leaf + scratch.leaf[node]);
  }
}

inline bool TreeLayout::fits_compact(const TreeArrays& arrays, const Scratch& scratch) {
  if (scratch.has_categories || arrays.n_features > 65536 || scratch.order.size() > 65535) return false;
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

inline TreeTop TreeLayout::make_top(const HeapNode* nodes, std::uint32_t depth) {
  TreeTop top{};
  for (std::size_t h = 0; h < TreeTop::n_nodes; ++h) {
    const HeapNode node = h + 1 < (std::size_t{1} << depth) ? nodes[h + 1] : HeapNode{CompactNode::leaf_mark(0), 0, 1};
    top.threshold[h] = node.threshold;
    top.offset[h] = std::uint32_t{node.feature} * n_lanes;
    top.default_left[h] = node.default_right != 0 ? 0 : -1;
  }
  return top;  // start is not asked for: a heap's places follow from the way
}

inline TreeTop TreeLayout::make_top(const CompactNode* root, const std::uint8_t* right_by_default) {
  TreeTop top{};
  std::array<std::size_t, 2 * TreeTop::n_nodes + 1> place{};  // of heap node h in the tree; children of h: 2 h + 1, 2 h + 2
  for (std::size_t h = 0; h < TreeTop::n_nodes; ++h) {
    const CompactNode& node = root[place[h]];
    const bool is_leaf = node.delta < 0;
    top.threshold[h] = node.threshold;  // a leaf's NaN sends every row right
    top.offset[h] = std::uint32_t{node.feature} * n_lanes;
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
