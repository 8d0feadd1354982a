#include <heartsight/core/matrix_view.hpp>

#include "cpp/raises.hpp"

#include <cstdint>
#include <numeric>

namespace matrix_view_test {

namespace hs = heartsight;
using hs::test::raises;

TEST(MatrixView, RowsAndElements) {
  std::vector<int> values(12);
  std::iota(values.begin(), values.end(), 0);
  const hs::MatrixView<int> m(std::span<int>(values), 3, 4);
  EXPECT_EQ(m(2, 1), 9);
  EXPECT_EQ(m.row(1).size(), 4U);
  EXPECT_EQ(m.row(1)[3], 7);
  EXPECT_FALSE(m.empty());
  const auto part = m.rows(1, 2);
  EXPECT_EQ(part.n_rows(), 2U);
  EXPECT_EQ(part(0, 0), 4);
  const hs::MatrixView<const int> constant = m;  // mutable serves as const, not the other way
  EXPECT_EQ(constant(0, 3), 3);
  static_assert(!std::is_convertible_v<hs::MatrixView<const int>, hs::MatrixView<int>>);
}

TEST(MatrixView, StridedRows) {
  const std::vector<int> values = {1, 2, 0, 3, 4, 0};
  const hs::MatrixView<const int> m(values.data(), 2, 2, 3);
  EXPECT_EQ(m(1, 1), 4);
  EXPECT_EQ(m.rows(1, 1)(0, 0), 3);
  const auto second = m.columns(1, 1);
  EXPECT_EQ(second.n_rows(), 2U);
  EXPECT_EQ(second.n_cols(), 1U);
  EXPECT_EQ(second(0, 0), 2);
  EXPECT_EQ(second(1, 0), 4);
}

TEST(MatrixView, EmptyAndWrongSizes) {
  EXPECT_TRUE(hs::MatrixView<const double>().empty());
  std::vector<double> five(5);
  EXPECT_TRUE(raises<hs::ShapeError>([&] { hs::MatrixView<double>(std::span<double>(five), 2, 3); },
                                     {"MatrixView: values", "size 5", "size 6"}));
  // 2^63 * 2 is 0 modulo 2^64: a size that overflows must not pass for the size of nothing.
  std::span<double> nothing;
  EXPECT_TRUE(
      raises<hs::ShapeError>([&] { hs::MatrixView<double>(nothing, std::size_t{1} << 63, 2); }, {"n_rows", "overflows"}));
}

}  // namespace matrix_view_test
