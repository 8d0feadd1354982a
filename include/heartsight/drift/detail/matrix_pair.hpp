#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

inline Eigen::Index as_index(std::size_t n) noexcept {
  return static_cast<Eigen::Index>(n);
}

/// Checks of a function of two matrices with the same columns.
inline void check_pair(std::string_view where, MatrixView<const double> reference, MatrixView<const double> current,
                       std::size_t smallest) {
  check::not_empty(where, "columns of reference", reference.n_cols());
  check::same_size(where, "columns of reference", reference.n_cols(), "columns of current", current.n_cols());
  for (const auto& [name, view] : {std::pair{"rows of reference", reference}, std::pair{"rows of current", current}}) {
    if (view.n_rows() < smallest) {
      check::detail::fail<ShapeError>(where, name, std::to_string(view.n_rows()),
                                      "must be at least " + std::to_string(smallest));
    }
  }
  for (const auto& [name, view] : {std::pair{"reference", reference}, std::pair{"current", current}}) {
    for (std::size_t i = 0; i < view.n_rows(); ++i) {
      for (std::size_t j = 0; j < view.n_cols(); ++j) {
        if (!std::isfinite(view(i, j))) {
          check::detail::fail<DomainError>(
              where, std::string(name) + "[" + std::to_string(i) + ", " + std::to_string(j) + "]",
              check::detail::show(view(i, j)), "must be finite: fill or leave out missing values first");
        }
      }
    }
  }
}

inline Matrix stacked(MatrixView<const double> reference, MatrixView<const double> current) {
  Matrix all(as_index(reference.n_rows() + current.n_rows()), as_index(reference.n_cols()));
  for (std::size_t i = 0; i < reference.n_rows(); ++i) {
    for (std::size_t j = 0; j < reference.n_cols(); ++j) all(as_index(i), as_index(j)) = reference(i, j);
  }
  for (std::size_t i = 0; i < current.n_rows(); ++i) {
    for (std::size_t j = 0; j < reference.n_cols(); ++j) all(as_index(reference.n_rows() + i), as_index(j)) = current(i, j);
  }
  return all;
}

/// Means and standard deviations of columns; 1 for a constant. In units of a power of two, which is 1 unless a column holds
/// values whose squares or differences would overflow.
struct ColumnScale {
  Eigen::RowVectorXd unit;
  Eigen::RowVectorXd mean;
  Eigen::RowVectorXd sd;

  explicit ColumnScale(const Matrix& x) : unit(Eigen::RowVectorXd::Ones(x.cols())) {
    for (Eigen::Index j = 0; j < unit.size(); ++j) {
      const double largest = x.col(j).cwiseAbs().maxCoeff();
      if (largest > 1e100) unit(j) = std::ldexp(1.0, std::ilogb(largest));
    }
    const Matrix y = in_units(x);
    mean = y.colwise().mean();
    sd = ((y.rowwise() - mean).array().square().colwise().mean()).sqrt();
    for (Eigen::Index j = 0; j < sd.size(); ++j) {
      if (!(sd(j) > 1e-12 * std::max(1.0, std::abs(mean(j))))) sd(j) = 1.0;
    }
  }
  [[nodiscard]] Matrix apply(const Matrix& x) const {
    Matrix scaled = in_units(x).rowwise() - mean;
    scaled.array().rowwise() /= sd.array();
    return scaled;
  }

 private:
  [[nodiscard]] Matrix in_units(const Matrix& x) const { return (x.array().rowwise() / unit.array()).matrix(); }
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
