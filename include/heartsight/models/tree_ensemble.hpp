#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/models/detail/tree_layout.hpp>
#include <heartsight/models/tree_arrays.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::models {

struct TreePredictOptions {
  /// Boosting rounds [first, last); (0, 0) means all of them, whatever best_iteration says, as Booster.predict does.
  std::pair<std::size_t, std::size_t> iteration_range{0, 0};
  std::size_t n_threads = 1;                                ///< at least 1; started for the call and joined
  float missing = std::numeric_limits<float>::quiet_NaN();  ///< a value that counts as missing, beside NaN
  bool use_simd = true;                                     ///< false: the plain kernel, which gives the same bits
};

/// A tree ensemble that predicts: boosted trees of XGBoost and LightGBM, forests of scikit-learn.
///
/// Immutable after construction: const calls are safe from any number of threads. It owns std::vectors only.
///
/// Input is float32, as in XGBoost: doubles are rounded to it first. NaN is missing and goes each node's default way;
/// infinities are compared like other numbers. margin = base_margin + sum of weighted leaves, added in tree order in
/// the ensemble's own accumulation type, so an XGBoost model gives XGBoost's own margins, bit for bit (DART: to float32
/// rounding, as XGBoost rounds each product differently). Transforms are computed in double.
///
/// Shapes: X is (n_rows, n_features) everywhere; n_rows = 0 is allowed and gives nothing.
/// @throws ShapeError   X has another number of columns, or out another shape.
/// @throws DomainError  iteration_range is not within the rounds, n_threads = 0, or the model has no classes
///                      (predict_proba).
/// Cost: O(n_rows * sum of depths); predict_*_row do not allocate.
/// @cite chen2016 (XGBoost, doi:10.1145/2939672.2939785); lucchese2015 for laying trees out for the cache
/// (QuickScorer, doi:10.1145/2766462.2767733).
class TreeEnsemble {
 public:
  /// @throws FormatError when arrays.validate() does.
  explicit TreeEnsemble(TreeArrays arrays);

  [[nodiscard]] const TreeArrays& arrays() const noexcept { return arrays_; }
  [[nodiscard]] std::size_t n_features() const noexcept { return static_cast<std::size_t>(arrays_.n_features); }
  [[nodiscard]] std::size_t n_trees() const noexcept { return arrays_.n_trees(); }
  [[nodiscard]] std::size_t n_nodes() const noexcept { return arrays_.n_nodes(); }
  [[nodiscard]] std::size_t n_outputs() const noexcept { return arrays_.n_outputs(); }
  [[nodiscard]] std::size_t n_classes() const noexcept { return static_cast<std::size_t>(arrays_.n_classes); }
  [[nodiscard]] std::size_t n_iterations() const noexcept { return arrays_.iteration_offset.size() - 1; }
  [[nodiscard]] std::size_t leaf_size() const noexcept { return static_cast<std::size_t>(arrays_.leaf_size); }
  [[nodiscard]] const std::string& objective() const noexcept { return arrays_.objective; }
  [[nodiscard]] const std::vector<std::string>& feature_names() const noexcept { return arrays_.feature_names; }
  /// Class names in the order of predict_proba's columns: those stored, or "0", "1", ...
  [[nodiscard]] std::vector<std::string> classes() const;

  /// Trees of an iteration range: [first, last).
  [[nodiscard]] std::pair<std::size_t, std::size_t> tree_range(std::pair<std::size_t, std::size_t> iteration_range) const;

  /// Sums of the leaves; out (n_rows, n_outputs).
  void predict_margin(MatrixView<const float> X, MatrixView<double> out, const TreePredictOptions& options = {}) const;
  void predict_margin(MatrixView<const double> X, MatrixView<double> out, const TreePredictOptions& options = {}) const;

  /// Probabilities, one column per class, two for a binary model; out (n_rows, n_classes).
  void predict_proba(MatrixView<const float> X, MatrixView<double> out, const TreePredictOptions& options = {}) const;
  void predict_proba(MatrixView<const double> X, MatrixView<double> out, const TreePredictOptions& options = {}) const;

  /// The margin under the model's transform: P(positive) of a binary model, the mean of a Poisson model; out
  /// (n_rows, n_outputs).
  void predict_response(MatrixView<const float> X, MatrixView<double> out, const TreePredictOptions& options = {}) const;
  void predict_response(MatrixView<const double> X, MatrixView<double> out, const TreePredictOptions& options = {}) const;

  /// Node number, as in the model's source, of the leaf each row ends in; out (n_rows, trees in iteration_range).
  void predict_leaf(MatrixView<const float> X, MatrixView<std::int32_t> out, const TreePredictOptions& options = {}) const;
  void predict_leaf(MatrixView<const double> X, MatrixView<std::int32_t> out, const TreePredictOptions& options = {}) const;

  /// What each tree adds, weight included; out (n_rows, trees in iteration_range * leaf_size). Row sums plus the base
  /// margin are the margins.
  void predict_per_tree(MatrixView<const float> X, MatrixView<double> out, const TreePredictOptions& options = {}) const;
  void predict_per_tree(MatrixView<const double> X, MatrixView<double> out, const TreePredictOptions& options = {}) const;

  /// One row, all trees, no allocation and no check: row has n_features values, out n_outputs places.
  void predict_margin_row(std::span<const float> row, std::span<double> out) const noexcept;
  /// As predict_margin_row; out has n_classes places, which must be at least 1.
  void predict_proba_row(std::span<const float> row, std::span<double> out) const noexcept;

 private:
  TreeArrays arrays_;
  detail::TreeLayout layout_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::models

#include <heartsight/models/detail/tree_predict.hpp>
