#pragma once

#include <heartsight/version.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// Rows of eight numbers, sorted column by column: all eight sorts take the same steps (Batcher's merge exchange, Knuth
/// 5.2.2 algorithm M), so that a compiler puts them side by side into vector registers.
class ColumnSorter {
 public:
  static constexpr std::size_t width = 8;

  explicit ColumnSorter(std::size_t max_rows) : rows_(max_rows) {}

  void clear() noexcept { n_rows_ = 0; }
  [[nodiscard]] std::size_t n_rows() const noexcept { return n_rows_; }
  [[nodiscard]] double* new_row() noexcept { return rows_[n_rows_++].data(); }
  void drop_row() noexcept { --n_rows_; }

  /// Per column the mean of the middle half (of three rows the middle one); at least one row is there.
  /// @return the sum over columns and rows of the squared deviations from it.
  double middle_means(double* out) {
    plan(n_rows_);
    for (const auto& [a, b] : steps_) exchange(rows_[a], rows_[b]);
    const std::size_t left_out = (n_rows_ + 1) / 4;
    std::array<double, width> sum{};
    for (std::size_t i = left_out; i < n_rows_ - left_out; ++i) {
      for (std::size_t k = 0; k < width; ++k) sum[k] += rows_[i][k];
    }
    const double scale = 1.0 / static_cast<double>(n_rows_ - 2 * left_out);
    for (std::size_t k = 0; k < width; ++k) out[k] = sum[k] * scale;
    std::array<double, width> squares{};
    for (std::size_t i = 0; i < n_rows_; ++i) {
      for (std::size_t k = 0; k < width; ++k) squares[k] += (rows_[i][k] - out[k]) * (rows_[i][k] - out[k]);
    }
    double total = 0.0;
    for (const double s : squares) total += s;
    return total;
  }

 private:
  using Row = std::array<double, width>;

  static void exchange(Row& a, Row& b) noexcept {
#if defined(__SSE2__)
    // Compilers do not put a minimum into vector registers on their own unless NaN is declared away for the whole program.
    for (std::size_t k = 0; k < width; k += 2) {
      const __m128d x = _mm_loadu_pd(a.data() + k);
      const __m128d y = _mm_loadu_pd(b.data() + k);
      _mm_storeu_pd(a.data() + k, _mm_min_pd(x, y));
      _mm_storeu_pd(b.data() + k, _mm_max_pd(x, y));
    }
#else
    for (std::size_t k = 0; k < width; ++k) {
      const double x = a[k];
      const double y = b[k];
      a[k] = x < y ? x : y;
      b[k] = x < y ? y : x;
    }
#endif
  }

  void plan(std::size_t n) {
    if (planned_ == n) return;
    planned_ = n;
    steps_.clear();
    std::size_t top = 1;
    while (2 * top < n) top *= 2;
    for (std::size_t p = n < 2 ? 0 : top; p > 0; p /= 2) {
      std::size_t q = top;
      std::size_t r = 0;
      std::size_t d = p;
      for (;;) {
        for (std::size_t i = 0; i + d < n; ++i) {
          if ((i & p) == r) steps_.emplace_back(static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(i + d));
        }
        if (q == p) break;
        d = q - p;
        q /= 2;
        r = p;
      }
    }
  }

  std::vector<Row> rows_;
  std::size_t n_rows_ = 0;
  std::vector<std::pair<std::uint16_t, std::uint16_t>> steps_;
  std::size_t planned_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
