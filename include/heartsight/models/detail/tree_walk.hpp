#pragma once

#include <heartsight/models/detail/tree_layout.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define HEARTSIGHT_TREES_AVX2 1
#include <immintrin.h>
#endif

namespace heartsight::inline HEARTSIGHT_ABI::models::detail {

using LaneLeaves = std::array<std::uint32_t, n_lanes>;

/// One step of a compact walk. HasMissing = false is for rows without NaN, where no default direction is asked for.
template <bool HasMissing>
inline const CompactNode* step(const CompactNode* node, float x, const CompactNode* nodes,
                               const std::uint8_t* default_right) {
  bool right = !(x < node->threshold);
  if constexpr (HasMissing) right = right & ((x == x) | (default_right[node - nodes] != 0));
  return node + node->delta + static_cast<int>(right);
}

/// One step in a heap, from place i.
template <bool HasMissing>
inline std::size_t heap_step(const HeapNode& node, float x, std::size_t i) {
  bool right = !(x < node.threshold);
  if constexpr (HasMissing) right = right & ((x == x) | (node.default_right != 0));
  return 2 * i + static_cast<std::size_t>(right);
}

/// Walks one row through eight heaps of one depth that lie one behind the other, as walk_row does. Depth is a constant, so
/// that the heaps' distance is part of the address and eight places stay in registers.
template <bool HasMissing, std::uint32_t Depth, class Sink>
inline void walk_heaps(const TreeLayout& layout, const float* row, std::size_t tree, Sink&& sink) {
  constexpr std::size_t size = std::size_t{1} << Depth;
  const TreeHead& head = layout.trees[tree];
  const HeapNode* const nodes = layout.heap.data() + head.node;
  std::array<std::size_t, n_lanes> i;
  i.fill(1);
  for (std::uint32_t level = 0; level < Depth; ++level) {
    for (std::size_t k = 0; k < n_lanes; ++k) {
      const HeapNode& node = nodes[k * size + i[k]];
      i[k] = heap_step<HasMissing>(node, row[node.feature], i[k]);
    }
  }
  const std::size_t leaf = head.leaf;
  for (std::size_t k = 0; k < n_lanes; ++k) sink(tree + k, leaf + i[k] + k * size - size);
}

template <bool HasMissing, class Sink>
inline void walk_heaps(const TreeLayout& layout, const float* row, std::size_t tree, Sink&& sink) {
  static_assert(TreeLayout::deepest_heap == 8);
  switch (layout.trees[tree].depth) {
    case 1:
      return walk_heaps<HasMissing, 1>(layout, row, tree, sink);
    case 2:
      return walk_heaps<HasMissing, 2>(layout, row, tree, sink);
    case 3:
      return walk_heaps<HasMissing, 3>(layout, row, tree, sink);
    case 4:
      return walk_heaps<HasMissing, 4>(layout, row, tree, sink);
    case 5:
      return walk_heaps<HasMissing, 5>(layout, row, tree, sink);
    case 6:
      return walk_heaps<HasMissing, 6>(layout, row, tree, sink);
    case 7:
      return walk_heaps<HasMissing, 7>(layout, row, tree, sink);
    default:
      return walk_heaps<HasMissing, 8>(layout, row, tree, sink);
  }
}

/// The leaf of a wide tree, for values x[feature * stride].
template <std::size_t Stride>
inline std::uint32_t walk_wide(const TreeLayout& layout, const TreeHead& tree, const float* x) {
  const WideNode* nodes = layout.wide.data() + tree.node;
  const WideNode* node = nodes;
  while (node->left != 0) {
    const float value = x[node->feature * Stride];
    bool right;
    if (value != value) {
      right = node->default_left == 0;
    } else if (node->category >= 0) {
      const auto i = static_cast<std::size_t>(node->category);
      const std::int64_t begin = layout.category_offset[i];
      const std::int64_t n_bits = (layout.category_offset[i + 1] - begin) * 32;
      right = false;
      // Beyond 2^24 a float32 cannot tell neighbouring categories apart; no set holds them.
      if (value >= 0.0F && value < 16777216.0F) {
        const auto category = static_cast<std::int64_t>(value);
        if (category < n_bits) {
          const std::uint32_t word = layout.category_bits[static_cast<std::size_t>(begin + category / 32)];
          right = ((word >> (category % 32)) & 1U) != 0;
        }
      }
    } else {
      right = !(value < node->threshold);
    }
    node = nodes + node->left + static_cast<std::uint32_t>(right);
  }
  return node->feature;
}

/// The leaf, counted within the tree, that one row comes to in a tree of any form.
template <bool HasMissing>
inline std::uint32_t walk_tree(const TreeLayout& layout, const TreeHead& head, const float* row) {
  if (head.form == TreeForm::wide) return walk_wide<1>(layout, head, row);
  if (head.form == TreeForm::heap) {
    const HeapNode* const heap = layout.heap.data() + head.node;
    std::size_t i = 1;
    for (std::uint32_t level = 0; level < head.depth; ++level) i = heap_step<HasMissing>(heap[i], row[heap[i].feature], i);
    return static_cast<std::uint32_t>(i - (std::size_t{1} << head.depth));
  }
  const CompactNode* const nodes = layout.compact.data();
  const CompactNode* node = nodes + head.node;
  while (node->delta >= 0) node = step<HasMissing>(node, row[node->feature], nodes, layout.default_right.data());
  return node->leaf();
}

/// Walks one row through trees [first, last) and calls sink(tree, leaf) in the order of the trees; leaf counts over all
/// trees. Eight trees at a time.
template <bool HasMissing, class Sink>
inline void walk_row(const TreeLayout& layout, const float* row, std::size_t first, std::size_t last, Sink&& sink) {
  const CompactNode* const nodes = layout.compact.data();
  const std::uint8_t* const default_right = layout.default_right.data();
  const TreeHead* const trees = layout.trees.data();
  std::size_t t = first;
  // Heaps lie in groups that start at multiples of eight: an iteration range may begin amid one.
  for (; t < last && t % n_lanes != 0; ++t) sink(t, trees[t].leaf + walk_tree<HasMissing>(layout, trees[t], row));
  for (; t + n_lanes <= last; t += n_lanes) {
    const TreeHead* const head = trees + t;
    if (head->starts_heaps) {
      walk_heaps<HasMissing>(layout, row, t, sink);
      continue;
    }
    std::array<const CompactNode*, n_lanes> node;
    std::uint32_t depth = 0;
    bool all_compact = true;
    for (std::size_t k = 0; k < n_lanes; ++k) {
      all_compact &= head[k].form == TreeForm::compact;
      depth = std::max(depth, head[k].depth);
      node[k] = nodes + head[k].node;
    }
    if (!all_compact) {
      for (std::size_t k = 0; k < n_lanes; ++k) sink(t + k, head[k].leaf + walk_tree<HasMissing>(layout, head[k], row));
      continue;
    }
    // Deep trees end early for most rows: ask every four levels whether all lanes have come to a leaf.
    std::uint32_t level = 0;
    while (true) {
      const std::uint32_t stop = std::min(depth, level + 4);
      for (; level < stop; ++level) {
        for (std::size_t k = 0; k < n_lanes; ++k) {
          node[k] = step<HasMissing>(node[k], row[node[k]->feature], nodes, default_right);
        }
      }
      if (level >= depth) break;
      int all_leaves = -1;
      for (std::size_t k = 0; k < n_lanes; ++k) all_leaves &= node[k]->delta;
      if (all_leaves < 0) break;
    }
    for (std::size_t k = 0; k < n_lanes; ++k) sink(t + k, head[k].leaf + node[k]->leaf());
  }
  for (; t < last; ++t) sink(t, trees[t].leaf + walk_tree<HasMissing>(layout, trees[t], row));
}

/// Blocks of eight rows; the value of row k and feature f of block b stands at x[b * stride + f * 8 + k].
struct Blocks {
  const float* x;
  std::size_t stride;
  std::size_t count;
};

inline constexpr std::size_t most_blocks = 16;
using LaneNodes = std::array<const CompactNode*, n_lanes>;

/// Takes the rows of all blocks from their nodes at a level down to the leaves.
///
/// Shallow trees go level by level through all the blocks: the steps of one level do not wait for each other. In deep
/// trees most rows end early, so there each block is done when all its rows have come to a leaf.
template <bool HasMissing>
inline void finish_blocks(const TreeLayout& layout, LaneNodes* node, std::uint32_t level, std::uint32_t depth,
                          const Blocks& blocks) {
  constexpr std::uint32_t shallow = 8;
  const CompactNode* const nodes = layout.compact.data();
  const std::uint8_t* const default_right = layout.default_right.data();
  if (depth <= shallow) {
    for (; level < depth; ++level) {
      for (std::size_t b = 0; b < blocks.count; ++b) {
        const float* const x = blocks.x + b * blocks.stride;
        for (std::size_t k = 0; k < n_lanes; ++k) {
          const CompactNode* const p = node[b][k];
          node[b][k] = step<HasMissing>(p, x[p->feature * n_lanes + k], nodes, default_right);
        }
      }
    }
    return;
  }
  for (std::size_t b = 0; b < blocks.count; ++b) {
    const float* const x = blocks.x + b * blocks.stride;
    LaneNodes lane = node[b];
    std::uint32_t at = level;
    int all_leaves = 0;
    while (at < depth && all_leaves >= 0) {
      const std::uint32_t stop = std::min(depth, at + 3);
      for (; at < stop; ++at) {
        for (std::size_t k = 0; k < n_lanes; ++k) {
          lane[k] = step<HasMissing>(lane[k], x[lane[k]->feature * n_lanes + k], nodes, default_right);
        }
      }
      all_leaves = -1;
      for (std::size_t k = 0; k < n_lanes; ++k) all_leaves &= lane[k]->delta;
    }
    node[b] = lane;
  }
}

/// Takes the rows of all blocks from their places at a level of a heap down to its ends, and writes the leaves.
template <bool HasMissing>
inline void finish_heap_blocks(const HeapNode* heap, std::uint32_t level, std::uint32_t depth, const Blocks& blocks,
                               LaneLeaves* at) {
  const std::size_t size = std::size_t{1} << depth;
  for (std::size_t b = 0; b < blocks.count; ++b) {
    const float* const x = blocks.x + b * blocks.stride;
    std::array<std::size_t, n_lanes> i;
    for (std::size_t k = 0; k < n_lanes; ++k) i[k] = at[b][k];
    for (std::uint32_t l = level; l < depth; ++l) {
      for (std::size_t k = 0; k < n_lanes; ++k) {
        const HeapNode& node = heap[i[k]];
        i[k] = heap_step<HasMissing>(node, x[std::size_t{node.feature} * n_lanes + k], i[k]);
      }
    }
    for (std::size_t k = 0; k < n_lanes; ++k) at[b][k] = static_cast<std::uint32_t>(i[k] - size);
  }
}

inline void walk_wide_blocks(const TreeLayout& layout, const TreeHead& head, const Blocks& blocks, LaneLeaves* leaf) {
  for (std::size_t b = 0; b < blocks.count; ++b) {
    for (std::size_t k = 0; k < n_lanes; ++k)
      leaf[b][k] = walk_wide<n_lanes>(layout, head, blocks.x + b * blocks.stride + k);
  }
}

/// The leaves, counted within the tree, that the rows of all blocks come to.
template <bool HasMissing>
inline void walk_blocks_plain(const TreeLayout& layout, std::size_t tree, const Blocks& blocks, LaneLeaves* leaf) {
  const TreeHead& head = layout.trees[tree];
  if (head.form == TreeForm::wide) {
    walk_wide_blocks(layout, head, blocks, leaf);
    return;
  }
  if (head.form == TreeForm::heap) {
    for (std::size_t b = 0; b < blocks.count; ++b) leaf[b].fill(1);
    finish_heap_blocks<HasMissing>(layout.heap.data() + head.node, 0, head.depth, blocks, leaf);
    return;
  }
  std::array<LaneNodes, most_blocks> node;
  for (std::size_t b = 0; b < blocks.count; ++b) node[b].fill(layout.compact.data() + head.node);
  finish_blocks<HasMissing>(layout, node.data(), 0, head.depth, blocks);
  for (std::size_t b = 0; b < blocks.count; ++b) {
    for (std::size_t k = 0; k < n_lanes; ++k) leaf[b][k] = node[b][k]->leaf();
  }
}

#ifdef HEARTSIGHT_TREES_AVX2

/// The 15 comparisons of a tree's top for eight rows, then the way each row has taken, as 4 bits.
template <bool HasMissing>
__attribute__((target("avx2"))) inline __m256i walk_top_avx2(const TreeTop& top, const float* x) {
  __m256 right[TreeTop::n_nodes];
  for (std::size_t h = 0; h < TreeTop::n_nodes; ++h) {
    const float* const value = x + top.offset[h];
    // threshold > value is false for NaN, and so right is true, as in a step.
    right[h] = _mm256_cmp_ps(_mm256_set1_ps(top.threshold[h]), _mm256_loadu_ps(value), _CMP_NGT_UQ);
    if constexpr (HasMissing) {
      const __m256 missing = _mm256_cmp_ps(_mm256_loadu_ps(value), _mm256_loadu_ps(value), _CMP_UNORD_Q);
      const __m256 default_left = _mm256_castsi256_ps(_mm256_set1_epi32(top.default_left[h]));
      right[h] = _mm256_andnot_ps(_mm256_and_ps(missing, default_left), right[h]);
    }
  }
  const __m256 bit3 = right[0];
  const __m256 bit2 = _mm256_blendv_ps(right[1], right[2], bit3);
  const __m256 bit1 =
      _mm256_blendv_ps(_mm256_blendv_ps(right[3], right[4], right[1]), _mm256_blendv_ps(right[5], right[6], right[2]), bit3);
  const __m256 ll = _mm256_blendv_ps(right[7], right[8], right[3]);
  const __m256 lr = _mm256_blendv_ps(right[9], right[10], right[4]);
  const __m256 rl = _mm256_blendv_ps(right[11], right[12], right[5]);
  const __m256 rr = _mm256_blendv_ps(right[13], right[14], right[6]);
  const __m256 bit0 = _mm256_blendv_ps(_mm256_blendv_ps(ll, lr, right[1]), _mm256_blendv_ps(rl, rr, right[2]), bit3);
  // Each mask is -1: way = -(8 b3 + 4 b2 + 2 b1 + b0).
  __m256i way = _mm256_castps_si256(bit3);
  way = _mm256_add_epi32(_mm256_add_epi32(way, way), _mm256_castps_si256(bit2));
  way = _mm256_add_epi32(_mm256_add_epi32(way, way), _mm256_castps_si256(bit1));
  way = _mm256_add_epi32(_mm256_add_epi32(way, way), _mm256_castps_si256(bit0));
  return _mm256_sub_epi32(_mm256_setzero_si256(), way);
}

/// As walk_blocks_plain, and to the same leaves.
template <bool HasMissing>
__attribute__((target("avx2"))) inline void walk_blocks_avx2(const TreeLayout& layout, std::size_t tree,
                                                             const Blocks& blocks, LaneLeaves* leaf) {
  const TreeHead& head = layout.trees[tree];
  if (head.form == TreeForm::wide || head.depth < 3) {
    walk_blocks_plain<HasMissing>(layout, tree, blocks, leaf);
    return;
  }
  const TreeTop& top = layout.tops[tree];
  if (head.form == TreeForm::heap) {
    const bool is_done = head.depth <= TreeTop::n_levels;
    const auto n_spare = static_cast<int>(is_done ? TreeTop::n_levels - head.depth : 0);
    const __m256i first = _mm256_set1_epi32(is_done ? 0 : 1 << TreeTop::n_levels);
    for (std::size_t b = 0; b < blocks.count; ++b) {
      const __m256i way = walk_top_avx2<HasMissing>(top, blocks.x + b * blocks.stride);
      const __m256i place = _mm256_add_epi32(_mm256_srli_epi32(way, n_spare), first);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(leaf[b].data()), place);
    }
    if (!is_done) {
      finish_heap_blocks<HasMissing>(layout.heap.data() + head.node, TreeTop::n_levels, head.depth, blocks, leaf);
    }
    return;
  }
  for (std::size_t b = 0; b < blocks.count; ++b) {
    const __m256i way = walk_top_avx2<HasMissing>(top, blocks.x + b * blocks.stride);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(leaf[b].data()), way);
  }
  std::array<LaneNodes, most_blocks> node;
  const CompactNode* const root = layout.compact.data() + head.node;
  for (std::size_t b = 0; b < blocks.count; ++b) {
    for (std::size_t k = 0; k < n_lanes; ++k) node[b][k] = root + top.start[leaf[b][k]];
  }
  finish_blocks<HasMissing>(layout, node.data(), TreeTop::n_levels, head.depth, blocks);
  for (std::size_t b = 0; b < blocks.count; ++b) {
    for (std::size_t k = 0; k < n_lanes; ++k) leaf[b][k] = node[b][k]->leaf();
  }
}

[[nodiscard]] inline bool has_avx2() noexcept {
  return __builtin_cpu_supports("avx2") != 0;
}

#else

[[nodiscard]] inline bool has_avx2() noexcept {
  return false;
}

#endif

using WalkBlocks = void (*)(const TreeLayout&, std::size_t, const Blocks&, LaneLeaves*);

[[nodiscard]] inline WalkBlocks choose_walk_blocks(bool has_missing, [[maybe_unused]] bool use_avx2) noexcept {
#ifdef HEARTSIGHT_TREES_AVX2
  if (use_avx2) return has_missing ? &walk_blocks_avx2<true> : &walk_blocks_avx2<false>;
#endif
  return has_missing ? &walk_blocks_plain<true> : &walk_blocks_plain<false>;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::models::detail
