#pragma once

#include <heartsight/core/check.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::models {

/// How a prediction follows from the margins (the sums of the leaves).
enum class Transform : std::uint8_t {
  identity,     ///< regression, ranking; with n_classes > 0 the margins are probabilities already (forests)
  sigmoid,      ///< P(positive) = 1 / (1 + exp(-margin)); two classes, one margin
  softmax,      ///< one margin per class
  exponential,  ///< mean = exp(margin): Poisson, gamma, Tweedie, accelerated failure time, Cox
  hinge,        ///< 1 when margin > 0, else 0
};

/// In which type the leaves of one row are added up, in the order of the trees.
enum class Accumulation : std::uint8_t {
  float32,  ///< as XGBoost does, and to the same bits
  float64,  ///< as scikit-learn and LightGBM do
};

[[nodiscard]] inline std::string_view to_string(Transform value) noexcept;
[[nodiscard]] inline std::string_view to_string(Accumulation value) noexcept;

/// @throws FormatError when text names no transform.
[[nodiscard]] inline Transform transform_from_string(std::string_view text);

/// @throws FormatError when text names no accumulation.
[[nodiscard]] inline Accumulation accumulation_from_string(std::string_view text);

/// A tree ensemble as plain arrays: what files are read into and what a bundle stores.
///
/// Nodes of all trees stand one after the other, tree t at [tree_offset[t], tree_offset[t + 1]), its root first. Children
/// are counted from the tree's root. At an inner node a row goes
///   - to the default child when its value is NaN,
///   - at a categorical split: right when the integer part of the value is in the set, left otherwise (negative and
///     unknown categories are in no set),
///   - else left when value < threshold, right otherwise, compared as float32.
/// A rule `value <= t` of another library is stored as the smallest float32 above t (see threshold_for_less_equal).
/// Leaves are counted in node order; leaf l holds leaf_value[l * leaf_size ... + leaf_size - 1], to be multiplied by
/// the weight of its tree.
struct TreeArrays {
  std::vector<std::int64_t> tree_offset{0};  ///< (n_trees + 1)
  std::vector<std::int32_t> tree_group;      ///< (n_trees) the margin a scalar leaf adds to; 0 for vector leaves
  std::vector<double> tree_weight;           ///< (n_trees) DART weights, 1 / n of a forest; finite

  std::vector<std::int32_t> split_feature;  ///< (n_nodes) -1 for a leaf
  std::vector<float> threshold;             ///< (n_nodes) not NaN; 0 for leaves and categorical splits
  std::vector<std::int32_t> left_child;     ///< (n_nodes) -1 for a leaf
  std::vector<std::int32_t> right_child;    ///< (n_nodes) -1 for a leaf
  std::vector<std::uint8_t> default_left;   ///< (n_nodes) 0 or 1
  std::vector<std::int32_t> node_id;        ///< (n_nodes) the node's number in the file; empty: its place in the tree

  std::vector<std::int64_t> category_node;    ///< nodes (counted over all trees) with a categorical split, ascending
  std::vector<std::int64_t> category_offset;  ///< (category_node.size() + 1) into category_bits; empty when there are none
  std::vector<std::uint32_t> category_bits;   ///< bit c % 32 of word c / 32: category c goes right

  std::vector<double> leaf_value;  ///< (n_leaves * leaf_size)
  std::int64_t leaf_size = 1;      ///< 1, or n_outputs

  std::vector<std::int64_t> iteration_offset{0};  ///< (n_iterations + 1) first tree of each boosting round
  std::vector<double> base_margin;                ///< (n_outputs) what the sums start from
  std::int64_t n_features = 0;
  std::int64_t n_classes = 0;  ///< 0 when the model is no classifier
  Transform transform = Transform::identity;
  Accumulation accumulation = Accumulation::float32;

  std::string objective;                   ///< by the name its source gives it
  std::vector<std::string> class_names;    ///< empty, or n_classes
  std::vector<std::string> feature_names;  ///< empty, or n_features
  std::int64_t best_iteration = -1;        ///< of early stopping; -1: none stored

  [[nodiscard]] std::size_t n_trees() const noexcept { return tree_group.size(); }
  [[nodiscard]] std::size_t n_nodes() const noexcept { return split_feature.size(); }
  [[nodiscard]] std::size_t n_outputs() const noexcept { return base_margin.size(); }

  /// Checks every size and every index, so that a walk from any root ends in a leaf and reads nothing outside.
  ///
  /// Each node is reached from its root exactly once: no cycle, no shared child, no stray node.
  /// @throws FormatError naming what is wrong, and the tree and node.
  /// Cost: linear in the number of nodes.
  void validate() const;

  bool operator==(const TreeArrays&) const = default;
};

/// The float32 t' for which `x < t'` equals `x <= t` for every float32 x: the smallest float32 above t.
/// For t = +infinity there is none; the caller swaps the children and compares with -infinity instead.
[[nodiscard]] inline float threshold_for_less_equal(double t) noexcept;

}  // namespace heartsight::inline HEARTSIGHT_ABI::models

#include <heartsight/models/detail/tree_arrays.hpp>
