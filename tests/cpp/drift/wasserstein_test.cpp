#include <heartsight/core/random.hpp>

#include <gtest/gtest.h>
#include <heartsight/drift/wasserstein.hpp>

#include <cmath>
#include <limits>

namespace wasserstein_test {

using heartsight::drift::wasserstein;

TEST(Wasserstein, ByHand) {
  EXPECT_DOUBLE_EQ(wasserstein(std::vector<double>{0, 1, 3}, std::vector<double>{5, 6, 8}), 5.0);  // SciPy's own example
  EXPECT_DOUBLE_EQ(wasserstein(std::vector<double>{0, 0}, std::vector<double>{0, 1}), 0.5);
  EXPECT_EQ(wasserstein(std::vector<float>{2, 1}, std::vector<float>{1, 2}), 0.0);
}

TEST(Wasserstein, AShiftMovesItByItself) {
  heartsight::Random random(1);
  std::vector<double> x(3000);
  for (double& value : x) value = random.normal();
  std::vector<double> y = x;
  for (double& value : y) value += 0.25;
  EXPECT_NEAR(wasserstein(x, y), 0.25, 1e-12);
  EXPECT_NEAR(wasserstein(y, x), 0.25, 1e-12);
}

TEST(Wasserstein, DegenerateInput) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(std::isnan(wasserstein(std::vector<double>{nan}, std::vector<double>{1})));
  EXPECT_EQ(wasserstein(std::vector<double>{1, inf}, std::vector<double>{1, 2}), inf);
  EXPECT_EQ(wasserstein(std::vector<double>{1, inf}, std::vector<double>{2, inf}), 0.5);
}

}  // namespace wasserstein_test
