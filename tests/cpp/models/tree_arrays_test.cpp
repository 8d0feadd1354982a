#include <heartsight/models/detail/tree_arrays.hpp>
#include <heartsight/models/tree_arrays.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>

namespace tree_arrays_test {

namespace hs = heartsight;
using namespace hs::models;

namespace {

/// x0 < 0.5 ? -1 : (x1 in {1, 3} ? 5 : 3).
TreeArrays small_tree() {
  TreeArrays a;
  a.tree_offset = {0, 5};
  a.tree_group = {0};
  a.tree_weight = {1.0};
  a.split_feature = {0, -1, 1, -1, -1};
  a.threshold = {0.5F, 0, 0, 0, 0};
  a.left_child = {1, -1, 3, -1, -1};
  a.right_child = {2, -1, 4, -1, -1};
  a.default_left = {1, 0, 0, 0, 0};
  a.category_node = {2};
  a.category_offset = {0, 1};
  a.category_bits = {0b1010};
  a.leaf_value = {-1, 3, 5};
  a.iteration_offset = {0, 1};
  a.base_margin = {0.25};
  a.n_features = 2;
  return a;
}

std::string complaint(const TreeArrays& arrays) {
  try {
    arrays.validate();
  } catch (const hs::FormatError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST(TreeArrays, TheUndamagedTreeIsValid) {
  EXPECT_EQ(complaint(small_tree()), "");
}

TEST(TreeArrays, EachDamageIsNamed) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  using Damage = std::pair<const char*, std::function<void(TreeArrays&)>>;
  const std::array damages{
      Damage{"tree_offset must start with 0", [](TreeArrays& a) { a.tree_offset[0] = 1; }},
      Damage{"tree_offset ends at 4", [](TreeArrays& a) { a.tree_offset[1] = 4; }},
      Damage{"tree_weight has 0 elements", [](TreeArrays& a) { a.tree_weight.clear(); }},
      Damage{"weight is not finite", [&](TreeArrays& a) { a.tree_weight[0] = nan; }},
      Damage{"group 1 is out of range", [](TreeArrays& a) { a.tree_group[0] = 1; }},
      Damage{"node 2: feature 7 of 2", [](TreeArrays& a) { a.split_feature[2] = 7; }},
      Damage{"threshold has 4 elements", [](TreeArrays& a) { a.threshold.pop_back(); }},
      Damage{"node 0: threshold is NaN", [](TreeArrays& a) { a.threshold[0] = std::nanf(""); }},
      Damage{"child 9 of a tree of 5 nodes", [](TreeArrays& a) { a.left_child[0] = 9; }},
      Damage{"child 0 of a tree", [](TreeArrays& a) { a.right_child[2] = 0; }},  // a cycle through the root
      Damage{"child 1 is reached twice", [](TreeArrays& a) { a.right_child[2] = 1; }},
      Damage{"a leaf has a child", [](TreeArrays& a) { a.left_child[1] = 2; }},
      Damage{"2 node(s) are not reached",
             [](TreeArrays& a) {
               a.split_feature[2] = a.left_child[2] = a.right_child[2] = -1;
               a.category_node.clear(), a.category_offset.clear(), a.category_bits.clear();
             }},
      Damage{"default_left must be 0 or 1", [](TreeArrays& a) { a.default_left[2] = 2; }},
      Damage{"node_id has 1 elements", [](TreeArrays& a) { a.node_id = {0}; }},
      Damage{"node_id must not be negative", [](TreeArrays& a) { a.node_id = {0, 1, 2, -3, 4}; }},
      Damage{"category_node[0] = 3 is a leaf", [](TreeArrays& a) { a.category_node[0] = 3; }},
      Damage{"category_node[0] = 11", [](TreeArrays& a) { a.category_node[0] = 11; }},
      Damage{"category_offset ends at 2", [](TreeArrays& a) { a.category_offset[1] = 2; }},
      Damage{"category arrays without", [](TreeArrays& a) { a.category_node.clear(); }},
      Damage{"leaf_value has 2 elements", [](TreeArrays& a) { a.leaf_value.pop_back(); }},
      Damage{"leaf_value[1] is not finite", [&](TreeArrays& a) { a.leaf_value[1] = nan; }},
      Damage{"leaf_value[1] is not a float32", [](TreeArrays& a) { a.leaf_value[1] = 0.1; }},
      Damage{"leaf_size = 2", [](TreeArrays& a) { a.leaf_size = 2; }},
      Damage{"iteration_offset ends at 3", [](TreeArrays& a) { a.iteration_offset[1] = 3; }},
      Damage{"base_margin must not be empty", [](TreeArrays& a) { a.base_margin.clear(); }},
      Damage{"base_margin must be finite", [&](TreeArrays& a) { a.base_margin[0] = nan; }},
      Damage{"n_features = -1", [](TreeArrays& a) { a.n_features = -1; }},
      Damage{"n_classes = 3 does not fit", [](TreeArrays& a) { a.n_classes = 3; }},
      Damage{"n_classes = 0 does not fit", [](TreeArrays& a) { a.transform = Transform::softmax; }},
      Damage{"class_names has 1 elements", [](TreeArrays& a) { a.class_names = {"A"}; }},
      Damage{"feature_names has 1 elements", [](TreeArrays& a) { a.feature_names = {"x"}; }},
      Damage{"best_iteration = 1", [](TreeArrays& a) { a.best_iteration = 1; }},
  };
  for (const auto& [message, damage] : damages) {
    TreeArrays arrays = small_tree();
    damage(arrays);
    EXPECT_NE(complaint(arrays).find(message), std::string::npos) << message << " <- " << complaint(arrays);
  }
}

TEST(TreeArrays, DoubleLeavesAreValidWhereSumsAreDouble) {
  TreeArrays arrays = small_tree();
  arrays.leaf_value[1] = 0.1;
  arrays.accumulation = Accumulation::float64;
  EXPECT_EQ(complaint(arrays), "");
}

TEST(TreeArrays, NamesAreReadBack) {
  for (const auto value :
       {Transform::identity, Transform::sigmoid, Transform::softmax, Transform::exponential, Transform::hinge}) {
    EXPECT_EQ(transform_from_string(to_string(value)), value);
  }
  for (const auto value : {Accumulation::float32, Accumulation::float64}) {
    EXPECT_EQ(accumulation_from_string(to_string(value)), value);
  }
  EXPECT_THROW((void)transform_from_string("Sigmoid"), hs::FormatError);
  EXPECT_THROW((void)accumulation_from_string(""), hs::FormatError);
}

TEST(TreeArrays, LessOrEqualBecomesLess) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  constexpr float largest = std::numeric_limits<float>::max();
  for (const double t : {0.0, -0.0, 0.1, 0.5, -3.0, 1e-46, -1e-46, 1e30, 16777217.0}) {
    const float threshold = threshold_for_less_equal(t);
    const auto nearest = static_cast<float>(t);
    for (const float x : {nearest, std::nextafter(nearest, infinity), std::nextafter(nearest, -infinity), 0.0F, -0.0F}) {
      EXPECT_EQ(x < threshold, static_cast<double>(x) <= t) << t << " at " << x;
    }
  }
  EXPECT_EQ(threshold_for_less_equal(1e300), infinity);
  EXPECT_EQ(threshold_for_less_equal(-1e300), -largest);
}

}  // namespace tree_arrays_test
