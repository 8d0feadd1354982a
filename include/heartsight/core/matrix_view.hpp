#pragma once

#include <heartsight/core/check.hpp>

#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI {

/// A view of a row-major matrix that somebody else owns: rows are contiguous, row_stride elements apart.
///
/// It stands in public signatures where a matrix is taken. Unlike Eigen::Ref it never copies, and its layout does not
/// depend on the instruction set a caller compiles for, so it may cross into the compiled library.
/// core/eigen.hpp maps it to and from Eigen.
template <class T>
class MatrixView {
 public:
  constexpr MatrixView() noexcept = default;

  /// A dense matrix: row_stride = n_cols.
  constexpr MatrixView(T* data, std::size_t n_rows, std::size_t n_cols) noexcept
      : MatrixView(data, n_rows, n_cols, n_cols) {}

  constexpr MatrixView(T* data, std::size_t n_rows, std::size_t n_cols, std::size_t row_stride) noexcept
      : data_(data), n_rows_(n_rows), n_cols_(n_cols), row_stride_(row_stride) {}

  /// @throws ShapeError when n_rows * n_cols is not the size of values.
  MatrixView(std::span<T> values, std::size_t n_rows, std::size_t n_cols) : MatrixView(values.data(), n_rows, n_cols) {
    if (n_cols != 0 && n_rows > std::numeric_limits<std::size_t>::max() / n_cols) {
      check::detail::fail<ShapeError>("MatrixView", "n_rows", check::detail::show(n_rows), "n_rows * n_cols overflows");
    }
    check::has_size("MatrixView", "values", values.size(), n_rows * n_cols);
  }

  /// A view of mutable elements serves where one of const elements is asked for.
  template <class U>
    requires(std::is_same_v<const U, T> && !std::is_const_v<U>)
  constexpr MatrixView(const MatrixView<U>& other) noexcept
      : MatrixView(other.data(), other.n_rows(), other.n_cols(), other.row_stride()) {}

  [[nodiscard]] constexpr T* data() const noexcept { return data_; }
  [[nodiscard]] constexpr std::size_t n_rows() const noexcept { return n_rows_; }
  [[nodiscard]] constexpr std::size_t n_cols() const noexcept { return n_cols_; }
  [[nodiscard]] constexpr std::size_t row_stride() const noexcept { return row_stride_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return n_rows_ == 0 || n_cols_ == 0; }

  [[nodiscard]] constexpr T& operator()(std::size_t row, std::size_t col) const noexcept {
    return data_[row * row_stride_ + col];
  }
  [[nodiscard]] constexpr std::span<T> row(std::size_t index) const noexcept {
    return {data_ + index * row_stride_, n_cols_};
  }
  /// Rows first .. first + count - 1.
  [[nodiscard]] constexpr MatrixView rows(std::size_t first, std::size_t count) const noexcept {
    return {data_ + first * row_stride_, count, n_cols_, row_stride_};
  }
  /// Columns first .. first + count - 1.
  [[nodiscard]] constexpr MatrixView columns(std::size_t first, std::size_t count) const noexcept {
    return {data_ + first, n_rows_, count, row_stride_};
  }

 private:
  T* data_ = nullptr;
  std::size_t n_rows_ = 0;
  std::size_t n_cols_ = 0;
  std::size_t row_stride_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI
