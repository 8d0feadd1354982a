#include <heartsight/drift/compared_column.hpp>

#include <gtest/gtest.h>

#include <array>

namespace compared_column_test {

namespace drift = heartsight::drift;

TEST(ComparedColumn, ViewsOfEitherType) {
  const std::array<float, 2> x = {1.0F, 2.0F};
  const std::vector<double> y = {1.0};
  const drift::ComparedColumn column = drift::NumericColumn{"a", std::span<const float>(x), std::span<const double>(y)};
  EXPECT_EQ(std::get<drift::NumericColumn>(column).name, "a");
}

}  // namespace compared_column_test
