#include <heartsight/models/tree_ensemble.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <thread>

namespace tree_ensemble_test {

namespace hs = heartsight;
using namespace hs::models;

namespace {

constexpr float missing_value = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

/// x0 < 0.5 ? -1 : (x1 < 2 ? 3 : 5); x0 missing goes left, x1 missing goes right.
TreeArrays stump() {
  TreeArrays a;
  a.tree_offset = {0, 5};
  a.tree_group = {0};
  a.tree_weight = {1.0};
  a.split_feature = {0, -1, 1, -1, -1};
  a.threshold = {0.5F, 0, 2, 0, 0};
  a.left_child = {1, -1, 3, -1, -1};
  a.right_child = {2, -1, 4, -1, -1};
  a.default_left = {1, 0, 0, 0, 0};
  a.leaf_value = {-1, 3, 5};
  a.iteration_offset = {0, 1};
  a.base_margin = {0.25};
  a.n_features = 2;
  a.objective = "by hand";
  return a;
}

struct ForestShape {
  int n_trees = 40, n_features = 6, n_outputs = 1, depth = 7;
  bool vector_leaves = false, categories = false;
  Accumulation accumulation = Accumulation::float32;
  bool even = false;  ///< all trees of one depth, hardly a leaf above it: laid out as heaps
};

/// Random trees; node numbers are those of depth-first order, so that the layout has something to reorder.
TreeArrays random_forest(const ForestShape& shape, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> feature(0, shape.n_features - 1), percent(0, 99);
  std::normal_distribution<float> normal;
  TreeArrays a;
  a.n_features = shape.n_features;
  a.accumulation = shape.accumulation;
  a.leaf_size = shape.vector_leaves ? shape.n_outputs : 1;
  for (int g = 0; g < shape.n_outputs; ++g) a.base_margin.push_back(0.5 * g);
  const auto grow = [&](auto&& self, int depth) -> std::int32_t {
    const auto begin = static_cast<std::size_t>(a.tree_offset.back());
    const std::size_t i = a.split_feature.size();
    const auto node = static_cast<std::int32_t>(i - begin);
    const bool leaf = depth == 0 || percent(random) < (shape.even ? 2 : 12);
    a.split_feature.push_back(leaf ? -1 : feature(random));
    a.threshold.push_back(leaf ? 0.0F : percent(random) < 3 ? infinity : percent(random) < 3 ? -infinity : normal(random));
    a.left_child.push_back(-1);
    a.right_child.push_back(-1);
    a.default_left.push_back(static_cast<std::uint8_t>(percent(random) % 2));
    if (leaf) {
      for (std::int64_t k = 0; k < a.leaf_size; ++k) a.leaf_value.push_back(static_cast<double>(normal(random)));
      return node;
    }
    if (shape.categories && percent(random) < 30) {
      a.threshold[i] = 0;
      a.category_node.push_back(static_cast<std::int64_t>(i));
      if (a.category_offset.empty()) a.category_offset.push_back(0);
      a.category_bits.push_back(static_cast<std::uint32_t>(random()));
      a.category_offset.push_back(static_cast<std::int64_t>(a.category_bits.size()));
    }
    const std::int32_t left = self(self, depth - 1);
    a.left_child[i] = left;
    const std::int32_t right = self(self, depth - 1);
    a.right_child[i] = right;
    return node;
  };
  for (int t = 0; t < shape.n_trees; ++t) {
    grow(grow, shape.even ? shape.depth : shape.depth * (1 + t % 3) / 2);
    a.tree_offset.push_back(static_cast<std::int64_t>(a.split_feature.size()));
    a.tree_group.push_back(shape.vector_leaves ? 0 : t % shape.n_outputs);
    a.tree_weight.push_back(t % 5 == 0 ? 0.5 : 1.0);
    a.iteration_offset.push_back(t + 1);
  }
  return a;
}

/// The definition, word for word, over the canonical arrays.
std::vector<double> naive_margins(const TreeArrays& a, std::span<const float> row) {
  std::vector<double> sum = a.base_margin;
  std::vector<std::size_t> leaf_number(a.n_nodes());
  std::size_t n_leaves = 0;
  for (std::size_t i = 0; i < a.n_nodes(); ++i) leaf_number[i] = a.split_feature[i] < 0 ? n_leaves++ : 0;
  for (std::size_t t = 0; t < a.n_trees(); ++t) {
    const auto begin = static_cast<std::size_t>(a.tree_offset[t]);
    std::size_t i = begin;
    while (a.split_feature[i] >= 0) {
      const float x = row[static_cast<std::size_t>(a.split_feature[i])];
      bool left = x < a.threshold[i];
      for (std::size_t c = 0; c < a.category_node.size(); ++c) {
        if (a.category_node[c] == static_cast<std::int64_t>(i))
          left = !(x >= 0 && x < 32 && ((a.category_bits[c] >> static_cast<int>(x)) & 1U));
      }
      if (std::isnan(x)) left = a.default_left[i] != 0;
      i = begin + static_cast<std::size_t>(left ? a.left_child[i] : a.right_child[i]);
    }
    for (std::size_t k = 0; k < static_cast<std::size_t>(a.leaf_size); ++k) {
      const double value = a.leaf_value[leaf_number[i] * static_cast<std::size_t>(a.leaf_size) + k];
      double& target = sum[static_cast<std::size_t>(a.tree_group[t]) + k];
      target = a.accumulation == Accumulation::float64
                   ? target + value * a.tree_weight[t]
                   : static_cast<double>(static_cast<float>(target) +
                                         static_cast<float>(value) * static_cast<float>(a.tree_weight[t]));
    }
  }
  return sum;
}

std::vector<float> random_rows(std::size_t n_rows, std::size_t n_features, unsigned seed, int missing_percent) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> X(n_rows * n_features);
  for (float& x : X) {
    x = normal(random) * 3;
    const auto draw = random() % 100;
    if (static_cast<int>(draw) < missing_percent) x = missing_value;
    if (draw == 98) x = infinity;
    if (draw == 99) x = -infinity;
  }
  return X;
}

}  // namespace

TEST(TreeEnsemble, ByHand) {
  const TreeEnsemble model(stump());
  const std::vector<float> X = {0.4F, 9, 0.5F, 1.9F, 0.5F, 2, missing_value, 9, 1, missing_value, infinity, -infinity};
  std::vector<double> out(6);
  model.predict_margin(hs::MatrixView<const float>(X, 6, 2), hs::MatrixView<double>(out, 6, 1));
  EXPECT_EQ(out, (std::vector<double>{-0.75, 3.25, 5.25, -0.75, 5.25, 3.25}));
  std::vector<std::int32_t> leaf(6);
  model.predict_leaf(hs::MatrixView<const float>(X, 6, 2), hs::MatrixView<std::int32_t>(leaf, 6, 1));
  EXPECT_EQ(leaf, (std::vector<std::int32_t>{1, 3, 4, 1, 4, 3}));
}

TEST(TreeEnsemble, EqualsTheNaiveWalkInEveryForm) {
  std::vector<ForestShape> shapes(8);
  shapes[1].depth = 14;
  shapes[2].n_outputs = 5;
  shapes[3] = {.n_outputs = 3, .vector_leaves = true};
  shapes[4].categories = true;
  shapes[5].accumulation = Accumulation::float64;
  shapes[6] = {.n_trees = 90, .n_outputs = 45};
  shapes[7] = {.n_trees = 13, .depth = 1};
  for (const int depth : {1, 2, 3, 4, 5, 6, 7, 8, 9}) shapes.push_back({.n_trees = 29, .depth = depth, .even = true});
  shapes.push_back({.n_outputs = 3, .depth = 6, .vector_leaves = true, .even = true});
  shapes.push_back({.n_outputs = 5, .depth = 5, .accumulation = Accumulation::float64, .even = true});
  for (std::size_t s = 0; s < shapes.size(); ++s) {
    const TreeArrays arrays = random_forest(shapes[s], static_cast<unsigned>(s));
    const TreeEnsemble model(arrays);
    const std::size_t n_outputs = arrays.n_outputs();
    for (const int missing : {0, 20}) {
      constexpr std::size_t n_rows = 300;
      const std::vector<float> X = random_rows(n_rows, model.n_features(), 7, missing);
      const std::vector<double> wide(X.begin(), X.end());
      std::vector<double> wanted;
      for (std::size_t r = 0; r < n_rows; ++r) {
        const auto row = naive_margins(arrays, std::span(X).subspan(r * model.n_features(), model.n_features()));
        wanted.insert(wanted.end(), row.begin(), row.end());
      }
      for (const std::size_t n : {1U, 2U, 5U, 6U, 7U, 8U, 9U, 12U, 17U, 64U, 300U}) {
        for (const bool simd : {true, false}) {
          for (const std::size_t n_threads : {1U, 3U}) {
            const TreePredictOptions options{.n_threads = n_threads, .use_simd = simd};
            std::vector<double> out(n * n_outputs);
            model.predict_margin(hs::MatrixView<const float>(X.data(), n, model.n_features()),
                                 hs::MatrixView<double>(out, n, n_outputs), options);
            ASSERT_TRUE(std::equal(out.begin(), out.end(), wanted.begin())) << "shape " << s << ", " << n << " rows";
            model.predict_margin(hs::MatrixView<const double>(wide.data(), n, model.n_features()),
                                 hs::MatrixView<double>(out, n, n_outputs), options);
            ASSERT_TRUE(std::equal(out.begin(), out.end(), wanted.begin())) << "shape " << s << ", doubles";
          }
        }
      }
      for (std::size_t r = 0; r < 40; ++r) {
        std::vector<double> out(n_outputs);
        model.predict_margin_row(std::span(X).subspan(r * model.n_features(), model.n_features()), out);
        ASSERT_TRUE(std::equal(out.begin(), out.end(), wanted.begin() + static_cast<std::ptrdiff_t>(r * n_outputs)));
      }
    }
  }
}

TEST(TreeEnsemble, RangesMayBeginAndEndAmidEightTrees) {
  for (const int depth : {3, 6, 12}) {
    const TreeEnsemble model(random_forest({.n_trees = 37, .depth = depth, .even = depth < 9}, 3));
    constexpr std::size_t n_rows = 21;
    const std::vector<float> X = random_rows(n_rows, model.n_features(), 5, 10);
    for (const auto& [first, last] : std::vector<std::pair<std::size_t, std::size_t>>{{0, 37}, {1, 8}, {3, 30}, {8, 9}}) {
      for (const std::size_t n : {std::size_t{1}, n_rows}) {
        const hs::MatrixView<const float> rows(X.data(), n, model.n_features());
        const TreePredictOptions options{.iteration_range = {first, last}};
        std::vector<double> part(n * (last - first)), all(n * 37), sums(n);
        model.predict_per_tree(rows, hs::MatrixView<double>(part, n, last - first), options);
        model.predict_per_tree(rows, hs::MatrixView<double>(all, n, 37));
        model.predict_margin(rows, hs::MatrixView<double>(sums, n, 1), options);
        for (std::size_t r = 0; r < n; ++r) {
          auto sum = static_cast<float>(model.arrays().base_margin[0]);
          for (std::size_t t = first; t < last; ++t) {
            ASSERT_EQ(part[r * (last - first) + t - first], all[r * 37 + t]) << depth << " " << t;
            sum += static_cast<float>(all[r * 37 + t]);
          }
          ASSERT_EQ(sums[r], static_cast<double>(sum)) << depth;
        }
      }
    }
  }
}

TEST(TreeEnsemble, ChainOfManyNodesIsWalkedToItsEnd) {
  // 70,000 splits under each other: too many nodes for the compact form, and deep enough to overflow a recursive walk.
  constexpr std::int32_t n = 70'000;
  TreeArrays a = stump();
  a.n_features = 1;
  a.split_feature.clear();
  a.threshold.clear();
  a.left_child.clear();
  a.right_child.clear();
  a.leaf_value.clear();
  for (std::int32_t i = 0; i < n; ++i) {
    a.split_feature.insert(a.split_feature.end(), {0, -1});
    a.threshold.insert(a.threshold.end(), {static_cast<float>(i), 0.0F});
    a.left_child.insert(a.left_child.end(), {2 * i + 1, -1});
    a.right_child.insert(a.right_child.end(), {2 * i + 2, -1});
    a.leaf_value.push_back(i);
  }
  a.split_feature.push_back(-1);
  a.threshold.push_back(0);
  a.left_child.push_back(-1);
  a.right_child.push_back(-1);
  a.leaf_value.push_back(n);
  a.default_left.assign(a.split_feature.size(), 0);
  a.tree_offset = {0, static_cast<std::int64_t>(a.split_feature.size())};
  const TreeEnsemble model(a);
  for (const float x : {-1.0F, 0.0F, 30'000.5F, 69'999.0F, infinity}) {
    double out = 0;
    model.predict_margin_row({&x, 1}, {&out, 1});
    EXPECT_EQ(out, 0.25 + std::min(std::max(std::floor(static_cast<double>(x)) + 1.0, 0.0), double{n}));
  }
}

TEST(TreeEnsemble, ErrorsNameTheArgument) {
  const TreeEnsemble model(stump());
  const std::vector<float> X(4);
  std::vector<double> out(2);
  const hs::MatrixView<const float> rows(X, 2, 2);
  const hs::MatrixView<double> target(out, 2, 1);
  EXPECT_THROW(model.predict_margin(hs::MatrixView<const float>(X, 1, 4), target), hs::ShapeError);
  EXPECT_THROW(model.predict_margin(rows, hs::MatrixView<double>(out, 1, 2)), hs::ShapeError);
  EXPECT_THROW(model.predict_margin(rows, target, {.n_threads = 0}), hs::DomainError);
  EXPECT_THROW(model.predict_margin(rows, target, {.iteration_range = {0, 2}}), hs::DomainError);
  EXPECT_THROW(model.predict_margin(rows, target, {.iteration_range = {1, 0}}), hs::DomainError);
  EXPECT_THROW(model.predict_proba(rows, target), hs::DomainError);
  EXPECT_NO_THROW(
      model.predict_margin(hs::MatrixView<const float>(X.data(), 0, 2), hs::MatrixView<double>(out.data(), 0, 1)));
}

TEST(TreeEnsemble, ProbabilitiesSumToOne) {
  TreeArrays a = stump();
  a.transform = Transform::sigmoid;
  a.n_classes = 2;
  const TreeEnsemble model(a);
  const std::vector<float> X = {0, 0, 1, 1, 1, 3};
  std::vector<double> out(6);
  model.predict_proba(hs::MatrixView<const float>(X, 3, 2), hs::MatrixView<double>(out, 3, 2));
  EXPECT_DOUBLE_EQ(out[1], 1 / (1 + std::exp(0.75)));
  EXPECT_EQ(out[4] + out[5], 1.0);
  std::vector<double> row(2);
  model.predict_proba_row(std::span(X).subspan(2, 2), row);
  EXPECT_EQ(row, (std::vector<double>{out[2], out[3]}));
  EXPECT_EQ(model.classes(), (std::vector<std::string>{"0", "1"}));
}

TEST(TreeEnsemble, ThresholdForLessEqual) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 20'000; ++i) {
    const double t = i % 2 == 0 ? normal(random) : static_cast<double>(static_cast<float>(normal(random)));
    const float limit = threshold_for_less_equal(t);
    const auto near = static_cast<float>(t);
    for (const float x :
         {near, std::nextafter(near, infinity), std::nextafter(near, -infinity), infinity, -infinity, 0.0F}) {
      ASSERT_EQ(x < limit, static_cast<double>(x) <= t) << t << ' ' << x;
    }
  }
  constexpr float largest = std::numeric_limits<float>::max();
  for (const double t : {1e39, -1e39, -std::numeric_limits<double>::infinity(), static_cast<double>(largest),
                         -static_cast<double>(largest), 0.0, -0.0}) {
    for (const float x : {largest, -largest, infinity, -infinity, 0.0F, -0.0F, 1e-45F, -1e-45F}) {
      EXPECT_EQ(x < threshold_for_less_equal(t), static_cast<double>(x) <= t) << t << ' ' << x;
    }
  }
}

TEST(TreeEnsemble, ConstFromManyThreads) {
  const TreeEnsemble model(random_forest({}, 1));
  const std::vector<float> X = random_rows(200, model.n_features(), 2, 10);
  std::vector<std::vector<double>> out(8, std::vector<double>(200));
  {
    std::vector<std::jthread> threads;
    for (auto& values : out) {
      threads.emplace_back([&] {
        for (int i = 0; i < 5; ++i) {
          model.predict_margin(hs::MatrixView<const float>(X, 200, model.n_features()),
                               hs::MatrixView<double>(values, 200, 1), {.n_threads = 2});
        }
      });
    }
  }
  for (const auto& values : out) EXPECT_EQ(values, out[0]);
}

}  // namespace tree_ensemble_test
