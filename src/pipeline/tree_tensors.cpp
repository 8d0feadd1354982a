#include "pipeline/tree_tensors.hpp"

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

namespace {

/// Every array of an ensemble with its name, so that writing and reading cannot forget different ones.
template <class Arrays, class Visit>
void for_each_array(Arrays& a, Visit&& visit) {
  visit("tree_offset", a.tree_offset);
  visit("tree_group", a.tree_group);
  visit("tree_weight", a.tree_weight);
  visit("split_feature", a.split_feature);
  visit("threshold", a.threshold);
  visit("left_child", a.left_child);
  visit("right_child", a.right_child);
  visit("default_left", a.default_left);
  visit("node_id", a.node_id);
  visit("category_node", a.category_node);
  visit("category_offset", a.category_offset);
  visit("category_bits", a.category_bits);
  visit("leaf_value", a.leaf_value);
  visit("iteration_offset", a.iteration_offset);
  visit("base_margin", a.base_margin);
}

}  // namespace

void append_tree_tensors(const models::TreeArrays& arrays, const std::string& prefix, std::vector<Tensor>& tensors) {
  for_each_array(arrays,
                 [&](const char* name, const auto& values) { tensors.push_back(make_tensor(prefix + name, values)); });
}

OrderedJson tree_scalars(const models::TreeArrays& a) {
  return {{"leaf_size", a.leaf_size},
          {"n_features", a.n_features},
          {"n_classes", a.n_classes},
          {"transform", models::to_string(a.transform)},
          {"accumulation", models::to_string(a.accumulation)},
          {"objective", a.objective},
          {"class_names", a.class_names},
          {"best_iteration", a.best_iteration}};
}

models::TreeArrays tree_arrays_from(const JsonView& scalars, const std::string& prefix, const SafetensorsFile& file) {
  models::TreeArrays a;
  for_each_array(a, [&](const char* name, auto& values) {
    values = tensor_values<typename std::decay_t<decltype(values)>::value_type>(file.at(prefix + name));
  });
  a.leaf_size = scalars.at("leaf_size").integer();
  a.n_features = scalars.at("n_features").integer();
  a.n_classes = scalars.at("n_classes").integer();
  a.transform = models::transform_from_string(scalars.at("transform").text());
  a.accumulation = models::accumulation_from_string(scalars.at("accumulation").text());
  a.objective = scalars.at("objective").text();
  a.class_names = scalars.at("class_names").texts();
  a.best_iteration = scalars.at("best_iteration").integer();
  return a;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
