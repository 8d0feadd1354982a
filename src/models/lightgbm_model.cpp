#include "models/tree_models.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace heartsight::inline HEARTSIGHT_ABI::models::detail {

namespace {

using Fields = std::unordered_map<std::string_view, std::string_view>;

/// Splits the text into lines and knows the number of the one it stands at.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    const std::size_t end = rest_.find('\n');
    line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    ++number_;
    return true;
  }
  [[nodiscard]] std::string where() const { return "LightGBM text, line " + std::to_string(number_); }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

template <class T>
T parse(std::string_view text, std::string_view key, const std::string& where) {
  T value{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) {
    format_error(where, std::string(key) + ": " + quoted(text) + " is not a number of its kind");
  }
  return value;
}

template <class T>
std::vector<T> parse_list(const Fields& fields, std::string_view key, std::size_t wanted, const std::string& where) {
  const auto found = fields.find(key);
  if (found == fields.end()) format_error(where, quoted(key) + " is missing");
  std::string_view text = found->second;
  std::vector<T> values;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    if (!word.empty()) values.push_back(parse<T>(word, key, where));
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  if (wanted != any_size && values.size() != wanted) {
    format_error(where,
                 quoted(key) + " has " + std::to_string(values.size()) + " elements, must have " + std::to_string(wanted));
  }
  return values;
}

std::int64_t integer(const Fields& fields, std::string_view key, const std::string& where) {
  const auto found = fields.find(key);
  if (found == fields.end()) format_error(where, quoted(key) + " is missing");
  return parse<std::int64_t>(found->second, key, where);
}

/// key=value, or a key alone.
void add_field(std::string_view line, const std::unordered_set<std::string_view>& known, Fields& fields,
               const std::string& where) {
  const std::size_t equals = line.find('=');
  const std::string_view key = line.substr(0, equals);
  if (!known.contains(key)) {
    format_error(where, "key " + quoted(key) + " is not understood; it might change predictions, so the model is refused");
  }
  if (!fields.emplace(key, equals == std::string_view::npos ? std::string_view{} : line.substr(equals + 1)).second) {
    format_error(where, "duplicate key " + quoted(key));
  }
}

void read_objective(std::string_view text, TreeArrays& arrays, std::int64_t n_class, const std::string& where) {
  const std::string_view name = text.substr(0, text.find(' '));
  std::string_view rest = text.substr(name.size());
  arrays.objective = "lightgbm:" + std::string(name);
  if (name == "binary") {
    if (rest != " sigmoid:1") format_error(where, "objective " + quoted(text) + ": only sigmoid:1 is supported");
    arrays.transform = Transform::sigmoid;
    arrays.n_classes = 2;
  } else if (name == "multiclass" || name == "softmax") {
    arrays.transform = Transform::softmax;
    arrays.n_classes = n_class;
  } else if (name == "poisson" || name == "gamma" || name == "tweedie") {
    arrays.transform = Transform::exponential;
  } else if (name == "regression" || name == "regression_l1" || name == "huber" || name == "fair" || name == "quantile" ||
             name == "mape" || name == "lambdarank" || name == "rank_xendcg") {
    if (rest.find("sqrt") != std::string_view::npos) format_error(where, "objective " + quoted(text) + " is not supported");
    arrays.transform = Transform::identity;
  } else {
    format_error(where, "objective " + quoted(text) + " is not supported");
  }
}

/// One "Tree=" block. LightGBM numbers inner nodes from 0 and leaf l as -l - 1; here leaves follow the inner nodes.
void add_tree(const Fields& fields, const std::string& where, std::vector<std::int32_t>& node_ids, TreeArrays& arrays) {
  const std::int64_t n_leaves = integer(fields, "num_leaves", where);
  constexpr std::int64_t most_leaves = std::int64_t{1} << 28;
  if (n_leaves < 1 || n_leaves > most_leaves) format_error(where, "num_leaves is out of range");
  if (fields.contains("is_linear") && integer(fields, "is_linear", where) != 0) {
    format_error(where, "linear trees (is_linear) are not supported");
  }
  const std::vector<double> values = parse_list<double>(fields, "leaf_value", static_cast<std::size_t>(n_leaves), where);
  const auto n_inner = static_cast<std::size_t>(n_leaves - 1);
  std::vector<std::int32_t> feature, left, right, decision;
  std::vector<double> threshold;
  if (n_inner > 0) {
    feature = parse_list<std::int32_t>(fields, "split_feature", n_inner, where);
    left = parse_list<std::int32_t>(fields, "left_child", n_inner, where);
    right = parse_list<std::int32_t>(fields, "right_child", n_inner, where);
    decision = parse_list<std::int32_t>(fields, "decision_type", n_inner, where);
    threshold = parse_list<double>(fields, "threshold", n_inner, where);
  }
  const std::int64_t n_categorical = integer(fields, "num_cat", where);
  std::vector<std::int64_t> boundaries;
  std::vector<std::uint32_t> words;
  if (n_categorical > 0) {
    if (n_categorical > n_leaves) format_error(where, "num_cat is out of range");
    boundaries = parse_list<std::int64_t>(fields, "cat_boundaries", static_cast<std::size_t>(n_categorical) + 1, where);
    words = parse_list<std::uint32_t>(fields, "cat_threshold", any_size, where);
  }

  const std::size_t begin = arrays.split_feature.size();
  const auto place = [&](std::int32_t child) {
    return child >= 0 ? child : static_cast<std::int32_t>(n_inner) + (-(child + 1));
  };
  for (std::size_t i = 0; i < n_inner; ++i) {
    const std::int32_t kind = decision[i];
    const bool categorical = (kind & 1) != 0;
    const int missing_type = (kind >> 2) & 3;  // 0 none, 1 zero, 2 NaN
    if (kind < 0 || kind > 11) format_error(where, "decision_type " + std::to_string(kind) + " is not understood");
    std::int32_t to_left = place(left[i]);
    std::int32_t to_right = place(right[i]);
    std::uint8_t default_left = 0;
    float limit = 0.0F;
    if (feature[i] < 0) format_error(where, "negative split_feature");
    if (categorical) {
      // LightGBM sends the set to the left, and what is in no set, NaN included, to the right: the other way round here.
      const double set = threshold[i];
      if (!(set >= 0 && set < static_cast<double>(n_categorical)) || set != std::trunc(set)) {
        format_error(where, "node " + std::to_string(i) + " names no set of categories");
      }
      const auto k = static_cast<std::size_t>(set);
      const std::int64_t first = boundaries[k];
      const std::int64_t last = boundaries[k + 1];
      if (first < 0 || last < first || last > static_cast<std::int64_t>(words.size())) {
        format_error(where, "cat_boundaries reach beyond cat_threshold");
      }
      // Every set is named once in a true file; the bound keeps a false one from growing without end.
      if (arrays.category_bits.size() > (std::size_t{1} << 24)) format_error(where, "the categorical splits are too large");
      std::swap(to_left, to_right);
      default_left = 1;
      if (arrays.category_offset.empty()) arrays.category_offset.push_back(0);
      arrays.category_node.push_back(static_cast<std::int64_t>(begin + i));
      arrays.category_bits.insert(arrays.category_bits.end(), words.begin() + first, words.begin() + last);
      arrays.category_offset.push_back(static_cast<std::int64_t>(arrays.category_bits.size()));
    } else {
      if (missing_type == 1) format_error(where, "missing type zero (zero_as_missing) is not supported");
      if (std::isnan(threshold[i])) format_error(where, "threshold is NaN");
      default_left = missing_type == 2 ? ((kind & 2) != 0 ? 1 : 0) : (0.0 <= threshold[i] ? 1 : 0);  // none: NaN counts as 0
      if (threshold[i] == std::numeric_limits<double>::infinity()) {
        // x <= infinity holds for every number; x < -infinity for none: the same with the children swapped.
        std::swap(to_left, to_right);
        default_left = static_cast<std::uint8_t>(1 - default_left);
        limit = -std::numeric_limits<float>::infinity();
      } else {
        limit = threshold_for_less_equal(threshold[i]);
      }
    }
    arrays.split_feature.push_back(feature[i]);
    arrays.threshold.push_back(limit);
    arrays.left_child.push_back(to_left);
    arrays.right_child.push_back(to_right);
    arrays.default_left.push_back(default_left);
    node_ids.push_back(static_cast<std::int32_t>(i));
  }
  for (std::size_t leaf = 0; leaf < values.size(); ++leaf) {
    arrays.split_feature.push_back(-1);
    arrays.threshold.push_back(0.0F);
    arrays.left_child.push_back(-1);
    arrays.right_child.push_back(-1);
    arrays.default_left.push_back(0);
    arrays.leaf_value.push_back(values[leaf]);
    node_ids.push_back(static_cast<std::int32_t>(leaf));
  }
  arrays.tree_offset.push_back(static_cast<std::int64_t>(arrays.split_feature.size()));
}

const std::unordered_set<std::string_view> header_keys{
    "tree",      "version",        "num_class",     "num_tree_per_iteration", "label_index",   "max_feature_idx",
    "objective", "average_output", "feature_names", "monotone_constraints",   "feature_infos", "tree_sizes"};
const std::unordered_set<std::string_view> tree_keys{
    "Tree",           "num_leaves",     "num_cat",       "split_feature", "split_gain", "threshold",      "decision_type",
    "left_child",     "right_child",    "leaf_value",    "leaf_weight",   "leaf_count", "internal_value", "internal_weight",
    "internal_count", "cat_boundaries", "cat_threshold", "is_linear",     "shrinkage"};

}  // namespace

TreeArrays read_lightgbm(std::string_view text) {
  Lines lines(text);
  std::string_view line;
  Fields header;
  bool in_trees = false;
  bool ended = false;
  TreeArrays arrays;
  arrays.accumulation = Accumulation::float64;
  std::vector<Fields> trees;
  std::vector<std::string> tree_places;
  while (lines.next(line)) {
    if (line.empty()) continue;
    if (line == "end of trees") {
      ended = true;
      break;
    }
    if (line.starts_with("Tree=")) {
      in_trees = true;
      trees.emplace_back();
      tree_places.push_back(lines.where() + ", tree " + std::to_string(trees.size() - 1));
    }
    add_field(line, in_trees ? tree_keys : header_keys, in_trees ? trees.back() : header, lines.where());
  }
  if (!ended) format_error(lines.where(), "the file ends before 'end of trees'");

  const std::string where = "LightGBM header";
  const auto version = header.find("version");
  if (version == header.end() || (version->second != "v3" && version->second != "v4")) {
    format_error(where,
                 "version " + (version == header.end() ? "is missing" : quoted(version->second) + " is not supported"));
  }
  const std::int64_t n_class = integer(header, "num_class", where);
  const std::int64_t per_iteration = integer(header, "num_tree_per_iteration", where);
  if (n_class < 1 || n_class > 65536 || per_iteration != n_class) format_error(where, "num_class is out of range");
  arrays.n_features = integer(header, "max_feature_idx", where);
  if (arrays.n_features < 0 || arrays.n_features > (std::int64_t{1} << 30))
    format_error(where, "max_feature_idx is out of range");
  ++arrays.n_features;
  const auto objective = header.find("objective");
  if (objective == header.end()) format_error(where, "'objective' is missing");
  read_objective(objective->second, arrays, n_class, where);
  arrays.base_margin.assign(static_cast<std::size_t>(n_class), 0.0);
  if (trees.size() % static_cast<std::size_t>(n_class) != 0)
    format_error(where, "the trees do not make up whole iterations");
  if (const auto names = header.find("feature_names"); names != header.end()) {
    std::string_view rest = names->second;
    while (!rest.empty()) {
      const std::size_t space = rest.find(' ');
      arrays.feature_names.emplace_back(rest.substr(0, space));
      rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
    }
  }

  const std::size_t n_iterations = trees.size() / static_cast<std::size_t>(n_class);
  const double weight =
      header.contains("average_output") ? 1.0 / static_cast<double>(std::max<std::size_t>(n_iterations, 1)) : 1.0;
  for (std::size_t t = 0; t < trees.size(); ++t) {
    add_tree(trees[t], tree_places[t], arrays.node_id, arrays);
    arrays.tree_group.push_back(static_cast<std::int32_t>(t % static_cast<std::size_t>(n_class)));
    arrays.tree_weight.push_back(weight);
    if ((t + 1) % static_cast<std::size_t>(n_class) == 0)
      arrays.iteration_offset.push_back(static_cast<std::int64_t>(t + 1));
  }
  return arrays;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::models::detail
