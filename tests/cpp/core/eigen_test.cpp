#include <heartsight/core/eigen.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace eigen_test {

namespace hs = heartsight;

TEST(Eigen, MapsAViewWithoutCopying) {
  std::vector<double> values = {1, 2, 99, 3, 4, 99};
  const hs::MatrixView<double> view(values.data(), 2, 2, 3);
  auto matrix = hs::as_eigen(view);
  EXPECT_EQ(matrix.rows(), 2);
  EXPECT_EQ(matrix.sum(), 10.0);
  matrix(1, 0) = 7.0;
  EXPECT_EQ(values[3], 7.0);
  const hs::MatrixView<const double> constant = view;
  EXPECT_EQ(hs::as_eigen(constant)(1, 0), 7.0);
}

TEST(Eigen, AnEmptyViewIsAnEmptyMatrix) {
  EXPECT_EQ(hs::as_eigen(hs::MatrixView<const float>()).size(), 0);
}

TEST(Eigen, AMatrixIsViewedRowByRow) {
  hs::RowMajorMatrix<float> matrix(2, 3);
  matrix << 1, 2, 3, 4, 5, 6;
  const auto view = hs::as_view(matrix);
  EXPECT_EQ(view.data(), matrix.data());
  EXPECT_EQ(view(1, 2), 6.0F);
  EXPECT_EQ(view.row(1)[0], 4.0F);
}

}  // namespace eigen_test
