#include "models/tree_models.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace heartsight::inline HEARTSIGHT_ABI::models::detail {

namespace {

using Kind = Value::Kind;

/// From base_score, which XGBoost stores as a prediction, to the margin that sums start from.
enum class BaseScore : std::uint8_t { margin, probability, mean };

struct Objective {
  std::string_view name;
  Transform transform;
  BaseScore base;
  bool binary;  ///< one margin is a two-class model
};

constexpr std::array<Objective, 21> objectives{{
    {"binary:logistic", Transform::sigmoid, BaseScore::probability, true},
    {"binary:logitraw", Transform::sigmoid, BaseScore::margin, true},
    {"binary:hinge", Transform::hinge, BaseScore::margin, false},
    {"multi:softprob", Transform::softmax, BaseScore::margin, false},
    {"multi:softmax", Transform::softmax, BaseScore::margin, false},
    {"reg:squarederror", Transform::identity, BaseScore::margin, false},
    {"reg:linear", Transform::identity, BaseScore::margin, false},
    {"reg:squaredlogerror", Transform::identity, BaseScore::margin, false},
    {"reg:logistic", Transform::sigmoid, BaseScore::probability, false},
    {"reg:pseudohubererror", Transform::identity, BaseScore::margin, false},
    {"reg:absoluteerror", Transform::identity, BaseScore::margin, false},
    {"reg:quantileerror", Transform::identity, BaseScore::margin, false},
    {"reg:expectileerror", Transform::identity, BaseScore::margin, false},
    {"reg:gamma", Transform::exponential, BaseScore::mean, false},
    {"reg:tweedie", Transform::exponential, BaseScore::mean, false},
    {"count:poisson", Transform::exponential, BaseScore::mean, false},
    {"survival:cox", Transform::exponential, BaseScore::mean, false},
    {"survival:aft", Transform::exponential, BaseScore::mean, false},
    {"rank:pairwise", Transform::identity, BaseScore::margin, false},
    {"rank:ndcg", Transform::identity, BaseScore::margin, false},
    {"rank:map", Transform::identity, BaseScore::margin, false},
}};

const Objective& read_objective(const Value& learner) {
  const Value& value = member(learner, "objective", Kind::object, "learner");
  const std::string_view name = text_member(value, "name", "objective");
  for (const Objective& objective : objectives) {
    if (objective.name != name) continue;
    // None of these blocks has a part in prediction: they steer training.
    check_keys(value,
               {"name", "reg_loss_param", "softmax_multiclass_param", "poisson_regression_param", "tweedie_regression_param",
                "pseudo_huber_param", "quantile_loss_param", "expectile_loss_param", "lambda_rank_param", "lambdarank_param",
                "aft_loss_param"},
               "objective");
    return objective;
  }
  format_error("objective", quoted(name) + " is not supported");
}

float parse_float(std::string_view text) {
  float value = 0.0F;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size() || !std::isfinite(value)) {
    format_error("learner_model_param", "base_score has " + quoted(text) + ", which is no finite number");
  }
  return value;
}

/// "5E-1" until 3.0, "[5E-1]" or "[1E-1,2E-1,...]" since.
std::vector<float> parse_base_score(std::string_view text) {
  if (text.empty() || text.front() != '[') return {parse_float(text)};
  if (text.back() != ']') format_error("learner_model_param", "base_score " + quoted(text) + " does not end with ]");
  text = text.substr(1, text.size() - 2);
  std::vector<float> values;
  while (true) {
    const std::size_t comma = text.find(',');
    values.push_back(parse_float(text.substr(0, comma)));
    if (comma == std::string_view::npos) return values;
    text.remove_prefix(comma + 1);
  }
}

/// In float32, as XGBoost computes it.
float base_margin(float score, BaseScore kind) {
  switch (kind) {
    case BaseScore::margin:
      return score;
    case BaseScore::probability:
      if (!(score > 0.0F && score < 1.0F)) {
        format_error("learner_model_param", "base_score " + std::to_string(score) + " is no probability in (0, 1)");
      }
      return -std::log(1.0F / score - 1.0F);
    case BaseScore::mean:
      if (!(score > 0.0F))
        format_error("learner_model_param", "base_score " + std::to_string(score) + " is no positive mean");
      return std::log(score);
  }
  return score;
}

void read_parameters(const Value& learner, const Objective& objective, TreeArrays& arrays) {
  const std::string where = "learner_model_param";
  const Value& parameters = member(learner, where, Kind::object, "learner");
  check_keys(parameters, {"base_score", "boost_from_average", "num_class", "num_feature", "num_target"}, where);
  const std::int64_t n_class = integer_member(parameters, "num_class", where);
  const std::int64_t n_target =
      find(parameters, "num_target") != nullptr ? integer_member(parameters, "num_target", where) : 1;
  const std::int64_t n_outputs = std::max<std::int64_t>({n_class, n_target, 1});
  constexpr std::int64_t most_outputs = 65536;
  if (n_class < 0 || n_target < 0 || n_outputs > most_outputs)
    format_error(where, "num_class or num_target is out of range");
  if (n_class > 1 && n_target > 1) format_error(where, "num_class and num_target are both above 1");
  arrays.n_features = integer_member(parameters, "num_feature", where);

  const std::vector<float> scores = parse_base_score(text_member(parameters, "base_score", where));
  if (scores.size() != 1 && scores.size() != static_cast<std::size_t>(n_outputs)) {
    format_error(
        where, "base_score has " + std::to_string(scores.size()) + " values for " + std::to_string(n_outputs) + " outputs");
  }
  for (std::size_t g = 0; g < static_cast<std::size_t>(n_outputs); ++g) {
    arrays.base_margin.push_back(static_cast<double>(base_margin(scores[scores.size() == 1 ? 0 : g], objective.base)));
  }
  arrays.transform = objective.transform;
  arrays.objective = objective.name;
  if (objective.binary && n_outputs == 1) arrays.n_classes = 2;
  if (objective.transform == Transform::softmax) arrays.n_classes = n_outputs;
}

/// Reads the trees one after the other into the arrays.
class TreeReader {
 public:
  explicit TreeReader(TreeArrays& arrays) : arrays_(arrays) {}

  void read(const Value& tree, std::size_t index) {
    where_ = "tree " + std::to_string(index);
    check_keys(tree,
               {"base_weights", "categories", "categories_nodes", "categories_segments", "categories_sizes", "default_left",
                "id", "leaf_weights", "left_children", "loss_changes", "parents", "right_children", "split_conditions",
                "split_indices", "split_type", "sum_hessian", "tree_param"},
               where_);
    const Value& parameters = member(tree, "tree_param", Kind::object, where_);
    check_keys(parameters, {"num_deleted", "num_feature", "num_nodes", "num_roots", "size_leaf_vector"},
               where_ + ", tree_param");
    const std::int64_t n_nodes = integer_member(parameters, "num_nodes", where_);
    if (n_nodes < 1) format_error(where_, "has no nodes");
    if (integer_member(parameters, "num_feature", where_) != arrays_.n_features) {
      format_error(where_, "num_feature differs from the model's");
    }
    size_ = static_cast<std::size_t>(n_nodes);
    const std::int64_t leaf_size = integer_member(parameters, "size_leaf_vector", where_);
    const std::int64_t n_outputs = static_cast<std::int64_t>(arrays_.n_outputs());
    if (leaf_size < 0 || (leaf_size > 1 && leaf_size != n_outputs))
      format_error(where_, "size_leaf_vector does not fit the outputs");
    const std::int64_t wanted = std::max<std::int64_t>(leaf_size, 1);
    if (index == 0) arrays_.leaf_size = wanted;
    if (arrays_.leaf_size != wanted) format_error(where_, "size_leaf_vector differs from the first tree's");

    begin_ = arrays_.left_child.size();
    append_numbers(tree, "left_children", size_, arrays_.left_child, where_);
    append_numbers(tree, "right_children", size_, arrays_.right_child, where_);
    append_numbers(tree, "split_indices", size_, arrays_.split_feature, where_);
    append_numbers(tree, "split_conditions", size_, arrays_.threshold, where_);
    append_numbers(tree, "default_left", size_, arrays_.default_left, where_);
    read_categories(tree);
    drop_deleted(integer_member(parameters, "num_deleted", where_));
    leaves(tree);
    arrays_.tree_offset.push_back(static_cast<std::int64_t>(arrays_.left_child.size()));
  }

  void finish() {
    if (!arrays_.category_node.empty()) return;
    arrays_.category_offset.clear();
  }

 private:
  void read_categories(const Value& tree) {
    split_type_.clear();
    if (find(tree, "split_type") == nullptr) {
      split_type_.assign(size_, 0);
    } else {
      append_numbers(tree, "split_type", size_, split_type_, where_);
    }
    category_begin_ = arrays_.category_node.size();
    nodes_.clear();
    segments_.clear();
    sizes_.clear();
    categories_.clear();
    if (find(tree, "categories_nodes") != nullptr) {
      append_numbers(tree, "categories_nodes", any_size, nodes_, where_);
      append_numbers(tree, "categories_segments", nodes_.size(), segments_, where_);
      append_numbers(tree, "categories_sizes", nodes_.size(), sizes_, where_);
      append_numbers(tree, "categories", any_size, categories_, where_);
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      const std::int64_t node = nodes_[i];
      if (node < 0 || node >= static_cast<std::int64_t>(size_) || (i > 0 && node <= nodes_[i - 1])) {
        format_error(where_, "categories_nodes has " + std::to_string(node) + ", which is no ascending node number");
      }
      std::uint8_t& type = split_type_[static_cast<std::size_t>(node)];
      if (type != 1) format_error(where_, "node " + std::to_string(node) + " has categories, but split_type is not 1");
      type = 0;
      add_categories(i);
    }
    for (std::size_t i = 0; i < size_; ++i) {
      if (split_type_[i] != 0) {
        format_error(where_,
                     "node " + std::to_string(i) + ": split_type " + std::to_string(split_type_[i]) + " without categories");
      }
    }
  }

  void add_categories(std::size_t i) {
    const auto count = static_cast<std::int64_t>(categories_.size());
    if (segments_[i] < 0 || sizes_[i] < 0 || segments_[i] > count || sizes_[i] > count - segments_[i]) {
      format_error(where_, "categories_segments and categories_sizes reach beyond the categories");
    }
    const auto first = categories_.begin() + static_cast<std::ptrdiff_t>(segments_[i]);
    const auto last = first + static_cast<std::ptrdiff_t>(sizes_[i]);
    constexpr std::int32_t most_categories = 1 << 24;         // float32 holds no larger category
    constexpr std::size_t most_words = std::size_t{1} << 24;  // 64 MiB for all sets of a model
    std::int32_t largest = -1;
    for (auto c = first; c != last; ++c) {
      if (*c < 0 || *c >= most_categories) format_error(where_, "category " + std::to_string(*c) + " is out of range");
      largest = std::max(largest, *c);
    }
    const std::size_t offset = arrays_.category_bits.size();
    const std::size_t n_words = static_cast<std::size_t>(largest + 32) / 32;
    if (n_words > most_words - offset) format_error(where_, "the categorical splits of the model are too large");
    arrays_.category_bits.resize(offset + n_words, 0);
    for (auto c = first; c != last; ++c) {
      arrays_.category_bits[offset + static_cast<std::size_t>(*c / 32)] |= std::uint32_t{1}
                                                                           << static_cast<std::uint32_t>(*c % 32);
    }
    if (arrays_.category_offset.empty()) arrays_.category_offset.push_back(0);
    arrays_.category_offset.push_back(static_cast<std::int64_t>(arrays_.category_bits.size()));
    arrays_.category_node.push_back(static_cast<std::int64_t>(begin_) + nodes_[i]);
    arrays_.threshold[begin_ + static_cast<std::size_t>(nodes_[i])] = 0.0F;
  }

  /// Pruning leaves deleted nodes behind, which no walk reaches. They are dropped; node_id keeps the numbers.
  void drop_deleted(std::int64_t n_deleted) {
    ids_.clear();
    if (n_deleted == 0) return;
    const auto n = static_cast<std::int32_t>(size_);
    std::vector<std::int32_t> place(size_, -1);
    std::vector<std::int32_t> stack{0};
    place[0] = 0;
    while (!stack.empty()) {
      const auto i = begin_ + static_cast<std::size_t>(stack.back());
      stack.pop_back();
      if (arrays_.left_child[i] == -1) continue;
      for (const std::int32_t child : {arrays_.left_child[i], arrays_.right_child[i]}) {
        if (child <= 0 || child >= n)
          format_error(where_, "child " + std::to_string(child) + " of " + std::to_string(n) + " nodes");
        if (place[static_cast<std::size_t>(child)] != -1)
          format_error(where_, "node " + std::to_string(child) + " is reached twice");
        place[static_cast<std::size_t>(child)] = 0;
        stack.push_back(child);
      }
    }
    for (std::int32_t node = 0; node < n; ++node) {
      if (place[static_cast<std::size_t>(node)] == -1) continue;
      place[static_cast<std::size_t>(node)] = static_cast<std::int32_t>(ids_.size());
      ids_.push_back(node);
    }
    if (static_cast<std::int64_t>(size_ - ids_.size()) != n_deleted) {
      format_error(where_, "num_deleted is " + std::to_string(n_deleted) + ", but " + std::to_string(size_ - ids_.size()) +
                               " nodes are not reached");
    }
    const auto moved = [&](std::int32_t child) { return child < 0 ? child : place[static_cast<std::size_t>(child)]; };
    for (std::size_t k = 0; k < ids_.size(); ++k) {
      const std::size_t from = begin_ + static_cast<std::size_t>(ids_[k]);
      const bool leaf = arrays_.left_child[from] == -1;
      arrays_.right_child[begin_ + k] = leaf ? arrays_.right_child[from] : moved(arrays_.right_child[from]);
      arrays_.left_child[begin_ + k] = moved(arrays_.left_child[from]);
      arrays_.split_feature[begin_ + k] = arrays_.split_feature[from];
      arrays_.threshold[begin_ + k] = arrays_.threshold[from];
      arrays_.default_left[begin_ + k] = arrays_.default_left[from];
    }
    for (std::size_t k = category_begin_; k < arrays_.category_node.size(); ++k) {
      const std::int32_t target = place[static_cast<std::size_t>(arrays_.category_node[k]) - begin_];
      if (target < 0) format_error(where_, "a deleted node has categories");
      arrays_.category_node[k] = static_cast<std::int64_t>(begin_) + target;
    }
    const std::size_t end = begin_ + ids_.size();
    arrays_.left_child.resize(end);
    arrays_.right_child.resize(end);
    arrays_.split_feature.resize(end);
    arrays_.threshold.resize(end);
    arrays_.default_left.resize(end);
  }

  /// Takes the leaf values out of split_conditions, or out of the vectors of a multi-output tree.
  void leaves(const Value& tree) {
    const auto leaf_size = static_cast<std::size_t>(arrays_.leaf_size);
    vectors_.clear();
    const bool by_leaf = find(tree, "leaf_weights") != nullptr;  // since 3.2; before, base_weights holds a vector per node
    if (leaf_size > 1) {
      append_numbers(tree, by_leaf ? "leaf_weights" : "base_weights", by_leaf ? any_size : size_ * leaf_size, vectors_,
                     where_);
    } else if (by_leaf && array_size(*find(tree, "leaf_weights")) != 0) {
      format_error(where_, "leaf_weights in a tree of scalar leaves");
    }
    const std::size_t end = arrays_.left_child.size();
    for (std::size_t i = begin_; i < end; ++i) {
      if (arrays_.left_child[i] != -1) {
        if (arrays_.split_feature[i] < 0)
          format_error(where_, "node " + std::to_string(i - begin_) + " has a negative feature");
        continue;
      }
      const auto node = ids_.empty() ? i - begin_ : static_cast<std::size_t>(ids_[i - begin_]);
      if (leaf_size == 1) {
        if (arrays_.right_child[i] != -1) format_error(where_, "node " + std::to_string(node) + " has a right child only");
        arrays_.leaf_value.push_back(static_cast<double>(arrays_.threshold[i]));
      } else {
        const auto row = by_leaf ? static_cast<std::size_t>(arrays_.right_child[i]) : node;
        if ((by_leaf && arrays_.right_child[i] < 0) || row >= vectors_.size() / leaf_size) {
          format_error(where_, "leaf " + std::to_string(node) + " points beyond leaf_weights");
        }
        for (std::size_t k = 0; k < leaf_size; ++k) {
          arrays_.leaf_value.push_back(static_cast<double>(vectors_[row * leaf_size + k]));
        }
      }
      arrays_.right_child[i] = -1;
      arrays_.split_feature[i] = -1;
      arrays_.threshold[i] = 0.0F;
    }
    if (!ids_.empty() || !arrays_.node_id.empty()) {
      // Earlier trees had no deleted nodes, and so no numbers of their own yet.
      for (std::size_t t = 0; arrays_.node_id.size() < begin_; ++t) {
        const auto size = static_cast<std::int32_t>(arrays_.tree_offset[t + 1] - arrays_.tree_offset[t]);
        for (std::int32_t node = 0; node < size; ++node) arrays_.node_id.push_back(node);
      }
      for (std::size_t i = begin_; i < end; ++i) {
        arrays_.node_id.push_back(ids_.empty() ? static_cast<std::int32_t>(i - begin_) : ids_[i - begin_]);
      }
    }
  }

  TreeArrays& arrays_;
  std::string where_;
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
  std::size_t category_begin_ = 0;
  std::vector<std::uint8_t> split_type_;
  std::vector<std::int64_t> nodes_, segments_, sizes_;
  std::vector<std::int32_t> categories_, ids_;
  std::vector<float> vectors_;
};

void read_model(const Value& model, TreeArrays& arrays) {
  const std::string where = "model";
  check_keys(model, {"cats", "gbtree_model_param", "iteration_indptr", "tree_info", "trees", "weight_drop"}, where);
  if (const Value* cats = find(model, "cats")) {
    // The training frame's category names. Arrays carry codes, and codes are what this engine takes.
    check_keys(*cats, {"enc", "feature_segments", "sorted_idx"}, "cats");
  }
  const Value& parameters = member(model, "gbtree_model_param", Kind::object, where);
  check_keys(parameters, {"num_parallel_tree", "num_trees", "size_leaf_vector"}, "gbtree_model_param");
  const Value& trees = member(model, "trees", Kind::array, where);
  const std::int64_t n_trees = integer_member(parameters, "num_trees", "gbtree_model_param");
  if (n_trees < 0 || static_cast<std::size_t>(n_trees) != trees.items.size() || !trees.numbers.empty()) {
    format_error(where, "num_trees is " + std::to_string(n_trees) + ", but there are " + std::to_string(trees.items.size()) +
                            " trees");
  }
  append_numbers(model, "tree_info", trees.items.size(), arrays.tree_group, where);
  TreeReader reader(arrays);
  for (std::size_t t = 0; t < trees.items.size(); ++t) reader.read(trees.items[t], t);
  reader.finish();

  if (find(model, "iteration_indptr") != nullptr) {
    arrays.iteration_offset.clear();
    append_numbers(model, "iteration_indptr", any_size, arrays.iteration_offset, where);
  } else {
    const std::int64_t parallel = find(parameters, "num_parallel_tree") != nullptr
                                      ? integer_member(parameters, "num_parallel_tree", "gbtree_model_param")
                                      : 1;
    const std::int64_t groups = arrays.leaf_size == 1 ? static_cast<std::int64_t>(arrays.n_outputs()) : 1;
    if (parallel < 1 || parallel > std::max<std::int64_t>(n_trees, 1) || n_trees % (parallel * groups) != 0) {
      format_error(where, "num_parallel_tree does not divide the trees into rounds");
    }
    for (std::int64_t t = parallel * groups; t <= n_trees; t += parallel * groups) arrays.iteration_offset.push_back(t);
  }
}

void read_weights(const Value& object, const std::string& where, TreeArrays& arrays) {
  std::vector<float> weights;
  append_numbers(object, "weight_drop", any_size, weights, where);
  if (weights.empty() && !arrays.tree_group.empty()) return;
  if (weights.size() != arrays.n_trees()) format_error(where, "weight_drop does not have one weight per tree");
  arrays.tree_weight.assign(weights.begin(), weights.end());
}

void read_booster(const Value& learner, TreeArrays& arrays) {
  const Value& booster = member(learner, "gradient_booster", Kind::object, "learner");
  const std::string_view name = text_member(booster, "name", "gradient_booster");
  const Value* model = nullptr;
  if (name == "gbtree" || (name == "dart" && find(booster, "gbtree") == nullptr)) {
    check_keys(booster, {"model", "name", "weight_drop"}, "gradient_booster");
    model = &member(booster, "model", Kind::object, "gradient_booster");
  } else if (name == "dart") {
    check_keys(booster, {"gbtree", "name", "weight_drop"}, "gradient_booster");
    const Value& inner = member(booster, "gbtree", Kind::object, "gradient_booster");
    check_keys(inner, {"model", "name"}, "gbtree");
    model = &member(inner, "model", Kind::object, "gbtree");
  } else {
    format_error("gradient_booster", quoted(name) + " is not supported; only gbtree and dart are");
  }
  read_model(*model, arrays);
  arrays.tree_weight.assign(arrays.n_trees(), 1.0);
  // DART's weights stand beside the trees' object until 3.3, which drops the inner one, and within the model since 3.4.
  const Value* const beside = find(booster, "weight_drop");
  const Value* const within = find(*model, "weight_drop");
  if (beside != nullptr && within != nullptr) format_error("model", "weight_drop stands in two places");
  if (beside != nullptr) read_weights(booster, "gradient_booster", arrays);
  if (within != nullptr) read_weights(*model, "model", arrays);
  if (name == "dart" && beside == nullptr && within == nullptr) format_error("gradient_booster", "'weight_drop' is missing");
}

void read_attributes(const Value& learner, TreeArrays& arrays) {
  const Value* attributes = find(learner, "attributes");
  if (attributes != nullptr && find(*attributes, "best_iteration") != nullptr) {
    arrays.best_iteration = integer_member(*attributes, "best_iteration", "attributes");
    // A slice of a model keeps the attribute of the whole one.
    if (arrays.best_iteration >= static_cast<std::int64_t>(arrays.iteration_offset.size()) - 1) arrays.best_iteration = -1;
    if (arrays.best_iteration < -1) format_error("attributes", "best_iteration is negative");
  }
  if (const Value* names = find(learner, "feature_names")) {
    if (names->kind != Kind::array || array_size(*names) != names->items.size()) {
      format_error("learner", "feature_names is no array of strings");
    }
    for (const Value& item : names->items) {
      if (item.kind != Kind::text) format_error("learner", "feature_names is no array of strings");
      arrays.feature_names.emplace_back(item.text);
    }
  }
}

}  // namespace

TreeArrays read_xgboost(const Value& root) {
  check_keys(root, {"learner", "version"}, "file");
  std::vector<std::int64_t> version;
  append_numbers(root, "version", 3, version, "file");
  if (version[0] < 1 || version[0] > 3 || (version[0] == 1 && version[1] < 6)) {
    format_error("file", "XGBoost version " + std::to_string(version[0]) + "." + std::to_string(version[1]) +
                             " is not supported; 1.6 to 3.x are");
  }
  const Value& learner = member(root, "learner", Kind::object, "file");
  check_keys(learner,
             {"attributes", "feature_names", "feature_types", "gradient_booster", "learner_model_param", "objective"},
             "learner");
  TreeArrays arrays;
  const Objective& objective = read_objective(learner);
  read_parameters(learner, objective, arrays);
  read_booster(learner, arrays);
  read_attributes(learner, arrays);
  return arrays;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::models::detail
