#pragma once

// The function bodies of models/tree_arrays.hpp.
#include <heartsight/models/tree_arrays.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::models {

namespace detail {

inline constexpr std::array<std::pair<Transform, std::string_view>, 5> transform_names{{
    {Transform::identity, "identity"},
    {Transform::sigmoid, "sigmoid"},
    {Transform::softmax, "softmax"},
    {Transform::exponential, "exponential"},
    {Transform::hinge, "hinge"},
}};
inline constexpr std::array<std::pair<Accumulation, std::string_view>, 2> accumulation_names{{
    {Accumulation::float32, "float32"},
    {Accumulation::float64, "float64"},
}};

inline constexpr std::int64_t largest_feature_count = std::int64_t{1} << 30;

[[noreturn]] inline void tree_error(const std::string& message) {
  throw FormatError("tree ensemble: " + message);
}

[[noreturn]] inline void node_error(std::size_t tree, std::int64_t node, const std::string& message) {
  tree_error("tree " + std::to_string(tree) + ", node " + std::to_string(node) + ": " + message);
}

inline void require_size(const char* name, std::size_t size, std::size_t wanted) {
  if (size != wanted) {
    tree_error(std::string(name) + " has " + std::to_string(size) + " elements, must have " + std::to_string(wanted));
  }
}

/// Offsets start at 0, never fall, and end at total.
inline void check_offsets(const char* name, const std::vector<std::int64_t>& offset, std::size_t total, bool may_be_flat) {
  if (offset.empty() || offset.front() != 0) tree_error(std::string(name) + " must start with 0");
  for (std::size_t i = 1; i < offset.size(); ++i) {
    if (offset[i] < offset[i - 1] || (!may_be_flat && offset[i] == offset[i - 1])) {
      tree_error(std::string(name) + "[" + std::to_string(i) + "] = " + std::to_string(offset[i]) + " does not follow " +
                 std::to_string(offset[i - 1]));
    }
  }
  if (offset.back() != static_cast<std::int64_t>(total)) {
    tree_error(std::string(name) + " ends at " + std::to_string(offset.back()) + ", must end at " + std::to_string(total));
  }
}

inline void check_scalars(const TreeArrays& a) {
  if (a.n_features < 0 || a.n_features > largest_feature_count) {
    tree_error("n_features = " + std::to_string(a.n_features) + " is out of range");
  }
  if (a.base_margin.empty()) tree_error("base_margin must not be empty");
  for (const double margin : a.base_margin) {
    if (!std::isfinite(margin)) tree_error("base_margin must be finite");
  }
  if (a.leaf_size != 1 && a.leaf_size != static_cast<std::int64_t>(a.n_outputs())) {
    tree_error("leaf_size = " + std::to_string(a.leaf_size) + " must be 1 or the number of margins");
  }
  const auto outputs = static_cast<std::int64_t>(a.n_outputs());
  const bool classes_fit = a.n_classes == 0                    ? a.transform != Transform::softmax
                           : a.transform == Transform::sigmoid ? a.n_classes == 2 && outputs == 1
                           : a.transform == Transform::softmax || a.transform == Transform::identity ? a.n_classes == outputs
                                                                                                     : false;
  if (!classes_fit) {
    tree_error("n_classes = " + std::to_string(a.n_classes) + " does not fit " + std::to_string(outputs) +
               " margin(s) with transform " + std::string(to_string(a.transform)));
  }
  if (!a.class_names.empty()) require_size("class_names", a.class_names.size(), static_cast<std::size_t>(a.n_classes));
  if (!a.feature_names.empty())
    require_size("feature_names", a.feature_names.size(), static_cast<std::size_t>(a.n_features));
  const auto n_iterations = static_cast<std::int64_t>(a.iteration_offset.size()) - 1;
  if (a.best_iteration < -1 || (a.best_iteration >= 0 && a.best_iteration >= n_iterations)) {
    tree_error("best_iteration = " + std::to_string(a.best_iteration) + " is out of range");
  }
}

inline void check_categories(const TreeArrays& a) {
  if (a.category_node.empty()) {
    if (a.category_offset.size() > 1 || !a.category_bits.empty()) tree_error("category arrays without a categorical node");
    return;
  }
  require_size("category_offset", a.category_offset.size(), a.category_node.size() + 1);
  check_offsets("category_offset", a.category_offset, a.category_bits.size(), true);
  for (std::size_t i = 0; i < a.category_node.size(); ++i) {
    const std::int64_t node = a.category_node[i];
    if (node < 0 || node >= static_cast<std::int64_t>(a.n_nodes()) || (i > 0 && node <= a.category_node[i - 1])) {
      tree_error("category_node[" + std::to_string(i) + "] = " + std::to_string(node) + " is not an ascending node number");
    }
    if (a.split_feature[static_cast<std::size_t>(node)] < 0) {
      tree_error("category_node[" + std::to_string(i) + "] = " + std::to_string(node) + " is a leaf");
    }
  }
}

/// One tree: indices in range, every node reached exactly once. Returns its number of leaves.
inline std::size_t check_tree(const TreeArrays& a, std::size_t tree, std::vector<std::int32_t>& stack,
                              std::vector<std::uint8_t>& seen) {
  const auto begin = static_cast<std::size_t>(a.tree_offset[tree]);
  const std::int64_t size = a.tree_offset[tree + 1] - a.tree_offset[tree];
  if (size > std::numeric_limits<std::int32_t>::max()) tree_error("tree " + std::to_string(tree) + " is too large");
  seen.assign(static_cast<std::size_t>(size), 0);
  stack.assign(1, 0);
  seen[0] = 1;
  std::int64_t reached = 1;
  std::size_t leaves = 0;
  while (!stack.empty()) {
    const std::int32_t node = stack.back();
    stack.pop_back();
    const std::size_t i = begin + static_cast<std::size_t>(node);
    if (a.default_left[i] > 1) node_error(tree, node, "default_left must be 0 or 1");
    if (!a.node_id.empty() && a.node_id[i] < 0) node_error(tree, node, "node_id must not be negative");
    if (a.split_feature[i] == -1) {
      if (a.left_child[i] != -1 || a.right_child[i] != -1) node_error(tree, node, "a leaf has a child");
      ++leaves;
      continue;
    }
    if (a.split_feature[i] < 0 || a.split_feature[i] >= a.n_features) {
      node_error(tree, node, "feature " + std::to_string(a.split_feature[i]) + " of " + std::to_string(a.n_features));
    }
    if (std::isnan(a.threshold[i])) node_error(tree, node, "threshold is NaN");
    for (const std::int32_t child : {a.right_child[i], a.left_child[i]}) {
      if (child <= 0 || child >= size) {
        node_error(tree, node, "child " + std::to_string(child) + " of a tree of " + std::to_string(size) + " nodes");
      }
      if (seen[static_cast<std::size_t>(child)] != 0) {
        node_error(tree, node, "child " + std::to_string(child) + " is reached twice");
      }
      seen[static_cast<std::size_t>(child)] = 1;
      ++reached;
      stack.push_back(child);
    }
  }
  if (reached != size) {
    tree_error("tree " + std::to_string(tree) + ": " + std::to_string(size - reached) +
               " node(s) are not reached from the root");
  }
  return leaves;
}

}  // namespace detail

inline std::string_view to_string(Transform value) noexcept {
  return detail::transform_names[static_cast<std::size_t>(value)].second;
}

inline std::string_view to_string(Accumulation value) noexcept {
  return detail::accumulation_names[static_cast<std::size_t>(value)].second;
}

inline Transform transform_from_string(std::string_view text) {
  for (const auto& [value, name] : detail::transform_names) {
    if (name == text) return value;
  }
  detail::tree_error("unknown transform '" + std::string(text) + "'");
}

inline Accumulation accumulation_from_string(std::string_view text) {
  for (const auto& [value, name] : detail::accumulation_names) {
    if (name == text) return value;
  }
  detail::tree_error("unknown accumulation '" + std::string(text) + "'");
}

inline float threshold_for_less_equal(double t) noexcept {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  if (t >= static_cast<double>(std::numeric_limits<float>::max())) return infinity;
  if (t < -static_cast<double>(std::numeric_limits<float>::max())) return -std::numeric_limits<float>::max();
  const auto rounded = static_cast<float>(t);
  return static_cast<double>(rounded) > t ? rounded : std::nextafter(rounded, infinity);
}

inline void TreeArrays::validate() const {
  detail::check_scalars(*this);
  detail::require_size("tree_offset", tree_offset.size(), n_trees() + 1);
  detail::require_size("tree_weight", tree_weight.size(), n_trees());
  detail::require_size("threshold", threshold.size(), n_nodes());
  detail::require_size("left_child", left_child.size(), n_nodes());
  detail::require_size("right_child", right_child.size(), n_nodes());
  detail::require_size("default_left", default_left.size(), n_nodes());
  if (!node_id.empty()) detail::require_size("node_id", node_id.size(), n_nodes());
  detail::check_offsets("tree_offset", tree_offset, n_nodes(), false);
  detail::check_offsets("iteration_offset", iteration_offset, n_trees(), true);
  detail::check_categories(*this);

  std::vector<std::int32_t> stack;
  std::vector<std::uint8_t> seen;
  std::size_t n_leaves = 0;
  for (std::size_t tree = 0; tree < n_trees(); ++tree) {
    const bool group_fits =
        tree_group[tree] >= 0 && static_cast<std::size_t>(tree_group[tree]) < (leaf_size == 1 ? n_outputs() : 1);
    if (!group_fits) {
      detail::tree_error("tree " + std::to_string(tree) + ": group " + std::to_string(tree_group[tree]) +
                         " is out of range");
    }
    if (!std::isfinite(tree_weight[tree])) detail::tree_error("tree " + std::to_string(tree) + ": weight is not finite");
    n_leaves += detail::check_tree(*this, tree, stack, seen);
  }
  detail::require_size("leaf_value", leaf_value.size(), n_leaves * static_cast<std::size_t>(leaf_size));
  for (std::size_t i = 0; i < leaf_value.size(); ++i) {
    if (!std::isfinite(leaf_value[i])) detail::tree_error("leaf_value[" + std::to_string(i) + "] is not finite");
    const bool needs_float = accumulation == Accumulation::float32;
    if (needs_float && (std::abs(leaf_value[i]) > static_cast<double>(std::numeric_limits<float>::max()) ||
                        static_cast<double>(static_cast<float>(leaf_value[i])) != leaf_value[i])) {
      detail::tree_error("leaf_value[" + std::to_string(i) + "] is not a float32, as accumulation float32 wants");
    }
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::models
