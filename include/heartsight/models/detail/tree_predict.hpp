#pragma once

// The function bodies of models/tree_ensemble.hpp.
#include <heartsight/models/detail/tree_walk.hpp>
#include <heartsight/models/tree_ensemble.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::models {

namespace detail {

inline bool any_missing(const float* row, std::size_t n) noexcept {
  bool missing = false;
  for (std::size_t f = 0; f < n; ++f) missing |= row[f] != row[f];
  return missing;
}

inline double sigmoid(double margin) noexcept {
  if (margin >= 0.0) return 1.0 / (1.0 + std::exp(-margin));
  const double e = std::exp(margin);
  return e / (1.0 + e);
}

inline void softmax(std::span<double> values) noexcept {
  const double largest = *std::max_element(values.begin(), values.end());
  double total = 0.0;
  for (double& value : values) {
    value = std::exp(value - largest);
    total += value;
  }
  for (double& value : values) value /= total;
}

/// Turns a row of margins into what the model predicts, in place.
inline void apply_transform(Transform transform, std::span<double> values) noexcept {
  switch (transform) {
    case Transform::identity:
      return;
    case Transform::softmax:
      softmax(values);
      return;
    case Transform::sigmoid:
      for (double& value : values) value = sigmoid(value);
      return;
    case Transform::exponential:
      for (double& value : values) value = std::exp(value);
      return;
    case Transform::hinge:
      for (double& value : values) value = value > 0.0 ? 1.0 : 0.0;
      return;
  }
}

template <class Leaf>
const Leaf* leaves_of(const TreeLayout& layout) noexcept {
  if constexpr (std::same_as<Leaf, float>) {
    return layout.leaf32.data();
  } else {
    return layout.leaf64.data();
  }
}

/// One prediction call: the ensemble's parts and the trees asked for.
struct TreeCall {
  const TreeArrays& arrays;
  const TreeLayout& layout;
  std::size_t first_tree;
  std::size_t last_tree;
  TreePredictOptions options;
};

/// Sums of one row with a fixed store on the stack; models of more margins than that add in the caller's row instead,
/// rounding to Leaf at each step, which gives the same bits.
template <class Leaf>
void margin_row(const TreeArrays& arrays, const TreeLayout& layout, const float* row, std::size_t first_tree,
                std::size_t last_tree, double* out) noexcept {
  constexpr std::size_t most_on_stack = 32;
  const Leaf* const leaves = leaves_of<Leaf>(layout);
  const std::size_t n_outputs = arrays.n_outputs();
  const auto walk = [&](auto&& add) {
    if (any_missing(row, static_cast<std::size_t>(arrays.n_features))) {
      walk_row<true>(layout, row, first_tree, last_tree, add);
    } else {
      walk_row<false>(layout, row, first_tree, last_tree, add);
    }
  };
  if (n_outputs == 1) {
    auto sum = static_cast<Leaf>(arrays.base_margin[0]);
    walk([&](std::size_t, std::size_t leaf) { sum += leaves[leaf]; });
    out[0] = static_cast<double>(sum);
  } else if (n_outputs <= most_on_stack && arrays.leaf_size == 1) {
    std::array<Leaf, most_on_stack> sums;
    for (std::size_t g = 0; g < n_outputs; ++g) sums[g] = static_cast<Leaf>(arrays.base_margin[g]);
    walk([&](std::size_t tree, std::size_t leaf) { sums[layout.trees[tree].group] += leaves[leaf]; });
    for (std::size_t g = 0; g < n_outputs; ++g) out[g] = static_cast<double>(sums[g]);
  } else {
    const auto leaf_size = static_cast<std::size_t>(arrays.leaf_size);
    for (std::size_t g = 0; g < n_outputs; ++g) out[g] = static_cast<double>(static_cast<Leaf>(arrays.base_margin[g]));
    walk([&](std::size_t tree, std::size_t leaf) {
      double* const sum = out + layout.trees[tree].group;
      for (std::size_t g = 0; g < leaf_size; ++g) {
        sum[g] = static_cast<double>(static_cast<Leaf>(static_cast<Leaf>(sum[g]) + leaves[leaf * leaf_size + g]));
      }
    });
  }
}

/// Adds leaves up in type Leaf. Blocks hold eight sums side by side per margin.
template <class Leaf>
class MarginSink {
 public:
  MarginSink(const TreeCall& call, MatrixView<double> out, std::size_t n_blocks)
      : call_(call),
        out_(out),
        leaf_(leaves_of<Leaf>(call.layout)),
        n_outputs_(call.arrays.n_outputs()),
        leaf_size_(static_cast<std::size_t>(call.arrays.leaf_size)),
        sums_(n_blocks * n_outputs_ * n_lanes) {}

  void start_block(std::size_t block) noexcept {
    for (std::size_t g = 0; g < n_outputs_; ++g) {
      std::fill_n(sums(block, g), n_lanes, static_cast<Leaf>(call_.arrays.base_margin[g]));
    }
  }
  void add_block(std::size_t block, std::size_t, std::size_t, std::size_t tree, const LaneLeaves& leaf) noexcept {
    const TreeHead& head = call_.layout.trees[tree];
    if (leaf_size_ == 1) {  // the common case, without the multiplications
      Leaf* const sum = sums(block, head.group);
      const Leaf* const values = leaf_ + head.leaf;
      for (std::size_t k = 0; k < n_lanes; ++k) sum[k] += values[leaf[k]];
      return;
    }
    for (std::size_t g = 0; g < leaf_size_; ++g) {
      Leaf* const sum = sums(block, head.group + g);
      const Leaf* const values = leaf_ + head.leaf * leaf_size_ + g;
      for (std::size_t k = 0; k < n_lanes; ++k) sum[k] += values[leaf[k] * leaf_size_];
    }
  }
  void end_block(std::size_t block, std::size_t row, std::size_t n_valid) noexcept {
    for (std::size_t g = 0; g < n_outputs_; ++g) {
      const Leaf* const sum = sums(block, g);
      for (std::size_t k = 0; k < n_valid; ++k) out_(row + k, g) = static_cast<double>(sum[k]);
    }
  }

  void add_row(std::size_t row, const float* x) noexcept {
    margin_row<Leaf>(call_.arrays, call_.layout, x, call_.first_tree, call_.last_tree, out_.row(row).data());
  }

 private:
  Leaf* sums(std::size_t block, std::size_t g) noexcept { return sums_.data() + (block * n_outputs_ + g) * n_lanes; }

  const TreeCall& call_;
  MatrixView<double> out_;
  const Leaf* leaf_;
  std::size_t n_outputs_;
  std::size_t leaf_size_;
  std::vector<Leaf> sums_;
};

/// Writes something of each leaf: Write(out row, column of the tree, leaf counted over all trees).
template <class Write>
class LeafSink {
 public:
  LeafSink(const TreeCall& call, Write write) : call_(call), write_(write) {}
  void start_block(std::size_t) noexcept {}
  void add_block(std::size_t, std::size_t row, std::size_t n_valid, std::size_t tree, const LaneLeaves& leaf) noexcept {
    for (std::size_t k = 0; k < n_valid; ++k) {
      write_(row + k, tree - call_.first_tree, call_.layout.trees[tree].leaf + leaf[k]);
    }
  }
  void end_block(std::size_t, std::size_t, std::size_t) noexcept {}
  void add_row(std::size_t row, const float* x) noexcept {
    const auto write = [&](std::size_t tree, std::size_t leaf) { write_(row, tree - call_.first_tree, leaf); };
    if (any_missing(x, static_cast<std::size_t>(call_.arrays.n_features))) {
      walk_row<true>(call_.layout, x, call_.first_tree, call_.last_tree, write);
    } else {
      walk_row<false>(call_.layout, x, call_.first_tree, call_.last_tree, write);
    }
  }

 private:
  const TreeCall& call_;
  Write write_;
};

/// What one thread works in: blocks of eight rows, feature by feature, and one row.
struct RowScratch {
  std::vector<float> blocks;
  std::vector<float> row;

  /// As many blocks as stay in the second-level cache beside the trees.
  static std::size_t n_blocks(std::size_t n_features) noexcept {
    constexpr std::size_t cache_bytes = 65536;
    const std::size_t block_bytes = std::max<std::size_t>(n_features, 1) * n_lanes * sizeof(float);
    return std::clamp<std::size_t>(cache_bytes / block_bytes, 1, most_blocks);
  }
};

template <class T>
float as_feature(T value, const TreePredictOptions& options) noexcept {
  const auto x = static_cast<float>(value);
  return x == options.missing ? std::numeric_limits<float>::quiet_NaN() : x;
}

/// Rows row ... row + n_valid - 1 into a block; the lanes left over repeat the last row. Says whether a NaN is among them.
template <class T>
bool fill_block(MatrixView<const T> X, std::size_t row, std::size_t n_valid, const TreePredictOptions& options,
                float* block) {
  std::array<const T*, n_lanes> source;
  for (std::size_t k = 0; k < n_lanes; ++k) source[k] = X.row(row + std::min(k, n_valid - 1)).data();
  for (std::size_t f = 0; f < X.n_cols(); ++f) {
    for (std::size_t k = 0; k < n_lanes; ++k) block[f * n_lanes + k] = static_cast<float>(source[k][f]);
  }
  const std::size_t size = X.n_cols() * n_lanes;
  if (options.missing == options.missing) {
    for (std::size_t i = 0; i < size; ++i) block[i] = as_feature(block[i], options);
  }
  return any_missing(block, size);
}

template <class T, class Sink>
void predict_one_row(const TreeCall& call, MatrixView<const T> X, std::size_t row, RowScratch& scratch, Sink& sink) {
  const float* x = nullptr;
  if constexpr (std::same_as<T, float>) {
    if (call.options.missing != call.options.missing) x = X.row(row).data();
  }
  if (x == nullptr) {
    for (std::size_t f = 0; f < X.n_cols(); ++f) scratch.row[f] = as_feature(X(row, f), call.options);
    x = scratch.row.data();
  }
  sink.add_row(row, x);
}

/// Rows [first, last). Fewer than a handful of rows go one by one, eight trees abreast; more go eight rows abreast.
template <class T, class Sink>
void predict_rows(const TreeCall& call, MatrixView<const T> X, std::size_t first, std::size_t last, RowScratch& scratch,
                  Sink& sink) {
  // A block of eight costs as much as about six single rows, beside other blocks as much as four.
  constexpr std::size_t fewest_alone = 7;
  constexpr std::size_t fewest_beside = 4;
  const std::size_t n_features = X.n_cols();
  const std::size_t n_wanted = RowScratch::n_blocks(n_features);
  const bool use_avx2 = call.options.use_simd && has_avx2();
  std::size_t row = first;
  while (last - row >= fewest_alone) {
    const std::size_t start = row;
    std::size_t n_blocks = 0;
    bool has_missing = false;
    for (; n_blocks < n_wanted && last - row >= (n_blocks == 0 ? fewest_alone : fewest_beside); ++n_blocks) {
      const std::size_t n_valid = std::min(n_lanes, last - row);
      float* const block = scratch.blocks.data() + n_blocks * n_lanes * n_features;
      has_missing |= fill_block(X, row, n_valid, call.options, block);
      sink.start_block(n_blocks);
      row += n_valid;
    }
    const WalkBlocks walk = choose_walk_blocks(has_missing, use_avx2);
    const Blocks blocks{scratch.blocks.data(), n_lanes * n_features, n_blocks};
    std::array<LaneLeaves, most_blocks> leaf;
    for (std::size_t tree = call.first_tree; tree < call.last_tree; ++tree) {
      walk(call.layout, tree, blocks, leaf.data());
      for (std::size_t b = 0; b < n_blocks; ++b) {
        const std::size_t block_row = start + b * n_lanes;
        sink.add_block(b, block_row, std::min(n_lanes, last - block_row), tree, leaf[b]);
      }
    }
    for (std::size_t b = 0; b < n_blocks; ++b) {
      const std::size_t block_row = start + b * n_lanes;
      sink.end_block(b, block_row, std::min(n_lanes, last - block_row));
    }
  }
  for (; row < last; ++row) predict_one_row(call, X, row, scratch, sink);
}

/// Splits the rows over threads. Everything is allocated before the first thread starts, so that none can throw.
template <class T, class MakeSink>
void predict_in_threads(const TreeCall& call, MatrixView<const T> X, MakeSink make_sink) {
  using Sink = decltype(make_sink());
  struct Share {
    std::size_t first, last;
    RowScratch scratch;
    Sink sink;
  };
  constexpr std::size_t grain = most_blocks * n_lanes;  // rows a thread takes at least
  const std::size_t n_grains = (X.n_rows() + grain - 1) / grain;
  const std::size_t n_shares = std::clamp<std::size_t>(call.options.n_threads, 1, std::max<std::size_t>(n_grains, 1));
  const bool in_blocks = X.n_rows() > 3;
  std::vector<Share> shares;
  shares.reserve(n_shares);
  for (std::size_t s = 0; s < n_shares; ++s) {
    Share share{std::min(X.n_rows(), n_grains * s / n_shares * grain),
                std::min(X.n_rows(), n_grains * (s + 1) / n_shares * grain),
                {},
                make_sink()};
    const std::size_t n_blocks = std::min(RowScratch::n_blocks(X.n_cols()), (X.n_rows() + n_lanes - 1) / n_lanes);
    if (in_blocks) share.scratch.blocks.resize(n_blocks * n_lanes * X.n_cols());
    share.scratch.row.resize(X.n_cols());
    shares.push_back(std::move(share));
  }
  const auto work = [&call, X](Share& share) { predict_rows(call, X, share.first, share.last, share.scratch, share.sink); };
  std::vector<std::jthread> threads;  // joins on every way out
  threads.reserve(n_shares - 1);
  for (std::size_t s = 1; s < n_shares; ++s) threads.emplace_back(work, std::ref(shares[s]));
  work(shares[0]);
}

inline TreeCall checked_call(const char* where, const TreeEnsemble& model, const TreeLayout& layout, std::size_t n_cols,
                             const TreePredictOptions& options) {
  if (n_cols != model.n_features()) {
    check::detail::fail<ShapeError>(
        where, "X", "",
        "has " + std::to_string(n_cols) + " columns, the model has " + std::to_string(model.n_features()) + " features");
  }
  check::at_least(where, "n_threads", options.n_threads, 1);
  const auto [first, last] = model.tree_range(options.iteration_range);
  return {model.arrays(), layout, first, last, options};
}

template <class T>
void check_shape(const char* where, MatrixView<T> out, std::size_t n_rows, std::size_t n_cols) {
  if (out.n_rows() != n_rows || out.n_cols() != n_cols) {
    check::detail::fail<ShapeError>(where, "out", "",
                                    "has shape (" + std::to_string(out.n_rows()) + ", " + std::to_string(out.n_cols()) +
                                        "), must have (" + std::to_string(n_rows) + ", " + std::to_string(n_cols) + ")");
  }
}

template <class T>
void margins(const TreeCall& call, MatrixView<const T> X, MatrixView<double> out) {
  const std::size_t n_blocks = RowScratch::n_blocks(X.n_cols());
  if (call.arrays.accumulation == Accumulation::float32) {
    predict_in_threads(call, X, [&] { return MarginSink<float>(call, out, n_blocks); });
  } else {
    predict_in_threads(call, X, [&] { return MarginSink<double>(call, out, n_blocks); });
  }
}

template <class T>
void predict_margin(const TreeEnsemble& model, const TreeLayout& layout, MatrixView<const T> X, MatrixView<double> out,
                    const TreePredictOptions& options) {
  constexpr auto where = "TreeEnsemble.predict_margin";
  const TreeCall call = checked_call(where, model, layout, X.n_cols(), options);
  check_shape(where, out, X.n_rows(), model.n_outputs());
  margins(call, X, out);
}

template <class T>
void predict_response(const TreeEnsemble& model, const TreeLayout& layout, MatrixView<const T> X, MatrixView<double> out,
                      const TreePredictOptions& options) {
  constexpr auto where = "TreeEnsemble.predict_response";
  const TreeCall call = checked_call(where, model, layout, X.n_cols(), options);
  check_shape(where, out, X.n_rows(), model.n_outputs());
  margins(call, X, out);
  for (std::size_t row = 0; row < X.n_rows(); ++row) apply_transform(model.arrays().transform, out.row(row));
}

inline void split_binary(std::span<double> two) noexcept {
  two[1] = sigmoid(two[1]);
  two[0] = 1.0 - two[1];
}

template <class T>
void predict_proba(const TreeEnsemble& model, const TreeLayout& layout, MatrixView<const T> X, MatrixView<double> out,
                   const TreePredictOptions& options) {
  constexpr auto where = "TreeEnsemble.predict_proba";
  const TreeCall call = checked_call(where, model, layout, X.n_cols(), options);
  if (model.n_classes() == 0) {
    check::detail::fail<DomainError>(where, "objective", model.objective(), "has no classes; use predict_response");
  }
  check_shape(where, out, X.n_rows(), model.n_classes());
  if (model.arrays().transform == Transform::sigmoid) {  // margins go straight into the second column
    margins(call, X, MatrixView<double>(out.data() + (X.n_rows() == 0 ? 0 : 1), X.n_rows(), 1, out.row_stride()));
    for (std::size_t row = 0; row < X.n_rows(); ++row) split_binary(out.row(row));
  } else {
    margins(call, X, out);
    for (std::size_t row = 0; row < X.n_rows(); ++row) apply_transform(model.arrays().transform, out.row(row));
  }
}

template <class T>
void predict_leaf(const TreeEnsemble& model, const TreeLayout& layout, MatrixView<const T> X, MatrixView<std::int32_t> out,
                  const TreePredictOptions& options) {
  constexpr auto where = "TreeEnsemble.predict_leaf";
  const TreeCall call = checked_call(where, model, layout, X.n_cols(), options);
  check_shape(where, out, X.n_rows(), call.last_tree - call.first_tree);
  const auto write = [out, id = layout.leaf_id.data()](std::size_t row, std::size_t column, std::size_t leaf) noexcept {
    out(row, column) = id[leaf];
  };
  predict_in_threads(call, X, [&] { return LeafSink(call, write); });
}

template <class Leaf, class T>
void per_tree(const TreeCall& call, MatrixView<const T> X, MatrixView<double> out) {
  const auto size = static_cast<std::size_t>(call.arrays.leaf_size);
  const auto write = [out, size, values = leaves_of<Leaf>(call.layout)](std::size_t row, std::size_t column,
                                                                        std::size_t leaf) noexcept {
    for (std::size_t g = 0; g < size; ++g) out(row, column * size + g) = static_cast<double>(values[leaf * size + g]);
  };
  predict_in_threads(call, X, [&] { return LeafSink(call, write); });
}

template <class T>
void predict_per_tree(const TreeEnsemble& model, const TreeLayout& layout, MatrixView<const T> X, MatrixView<double> out,
                      const TreePredictOptions& options) {
  constexpr auto where = "TreeEnsemble.predict_per_tree";
  const TreeCall call = checked_call(where, model, layout, X.n_cols(), options);
  check_shape(where, out, X.n_rows(), (call.last_tree - call.first_tree) * model.leaf_size());
  if (model.arrays().accumulation == Accumulation::float32) {
    per_tree<float>(call, X, out);
  } else {
    per_tree<double>(call, X, out);
  }
}

}  // namespace detail

inline TreeEnsemble::TreeEnsemble(TreeArrays arrays) : arrays_((arrays.validate(), std::move(arrays))), layout_(arrays_) {}

inline std::vector<std::string> TreeEnsemble::classes() const {
  if (!arrays_.class_names.empty()) return arrays_.class_names;
  std::vector<std::string> names;
  for (std::size_t c = 0; c < n_classes(); ++c) names.push_back(std::to_string(c));
  return names;
}

inline std::pair<std::size_t, std::size_t> TreeEnsemble::tree_range(std::pair<std::size_t, std::size_t> range) const {
  auto [first, last] = range;
  if (first == 0 && last == 0) last = n_iterations();
  if (first > last || last > n_iterations()) {
    check::detail::fail<DomainError>("TreeEnsemble", "iteration_range",
                                     "(" + std::to_string(first) + ", " + std::to_string(last) + ")",
                                     "must lie within the model's " + std::to_string(n_iterations()) + " iterations");
  }
  return {static_cast<std::size_t>(arrays_.iteration_offset[first]),
          static_cast<std::size_t>(arrays_.iteration_offset[last])};
}

inline void TreeEnsemble::predict_margin(MatrixView<const float> X, MatrixView<double> out,
                                         const TreePredictOptions& options) const {
  detail::predict_margin(*this, layout_, X, out, options);
}
inline void TreeEnsemble::predict_margin(MatrixView<const double> X, MatrixView<double> out,
                                         const TreePredictOptions& options) const {
  detail::predict_margin(*this, layout_, X, out, options);
}
inline void TreeEnsemble::predict_proba(MatrixView<const float> X, MatrixView<double> out,
                                        const TreePredictOptions& options) const {
  detail::predict_proba(*this, layout_, X, out, options);
}
inline void TreeEnsemble::predict_proba(MatrixView<const double> X, MatrixView<double> out,
                                        const TreePredictOptions& options) const {
  detail::predict_proba(*this, layout_, X, out, options);
}
inline void TreeEnsemble::predict_response(MatrixView<const float> X, MatrixView<double> out,
                                           const TreePredictOptions& options) const {
  detail::predict_response(*this, layout_, X, out, options);
}
inline void TreeEnsemble::predict_response(MatrixView<const double> X, MatrixView<double> out,
                                           const TreePredictOptions& options) const {
  detail::predict_response(*this, layout_, X, out, options);
}
inline void TreeEnsemble::predict_leaf(MatrixView<const float> X, MatrixView<std::int32_t> out,
                                       const TreePredictOptions& options) const {
  detail::predict_leaf(*this, layout_, X, out, options);
}
inline void TreeEnsemble::predict_leaf(MatrixView<const double> X, MatrixView<std::int32_t> out,
                                       const TreePredictOptions& options) const {
  detail::predict_leaf(*this, layout_, X, out, options);
}
inline void TreeEnsemble::predict_per_tree(MatrixView<const float> X, MatrixView<double> out,
                                           const TreePredictOptions& options) const {
  detail::predict_per_tree(*this, layout_, X, out, options);
}
inline void TreeEnsemble::predict_per_tree(MatrixView<const double> X, MatrixView<double> out,
                                           const TreePredictOptions& options) const {
  detail::predict_per_tree(*this, layout_, X, out, options);
}

inline void TreeEnsemble::predict_margin_row(std::span<const float> row, std::span<double> out) const noexcept {
  if (arrays_.accumulation == Accumulation::float32) {
    detail::margin_row<float>(arrays_, layout_, row.data(), 0, n_trees(), out.data());
  } else {
    detail::margin_row<double>(arrays_, layout_, row.data(), 0, n_trees(), out.data());
  }
}

inline void TreeEnsemble::predict_proba_row(std::span<const float> row, std::span<double> out) const noexcept {
  if (arrays_.transform == Transform::sigmoid) {
    predict_margin_row(row, out.subspan(1, 1));
    detail::split_binary(out);
  } else {
    predict_margin_row(row, out);
    detail::apply_transform(arrays_.transform, out.first(arrays_.n_outputs()));
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::models
