#pragma once

#include <heartsight/core/matrix_view.hpp>

#include <Eigen/Core>

namespace heartsight::inline HEARTSIGHT_ABI {

template <class Scalar>
using RowMajorMatrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// An Eigen map over the elements of a view; nothing is copied.
template <class T>
[[nodiscard]] auto as_eigen(const MatrixView<T>& view) {
  using Matrix = RowMajorMatrix<std::remove_const_t<T>>;
  using Qualified = std::conditional_t<std::is_const_v<T>, const Matrix, Matrix>;
  return Eigen::Map<Qualified, Eigen::Unaligned, Eigen::OuterStride<>>(
      view.data(), static_cast<Eigen::Index>(view.n_rows()), static_cast<Eigen::Index>(view.n_cols()),
      Eigen::OuterStride<>(static_cast<Eigen::Index>(view.row_stride())));
}

/// A view over a row-major Eigen matrix; the matrix must outlive it.
template <class Scalar>
[[nodiscard]] MatrixView<const Scalar> as_view(const RowMajorMatrix<Scalar>& matrix) {
  return {matrix.data(), static_cast<std::size_t>(matrix.rows()), static_cast<std::size_t>(matrix.cols())};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI
