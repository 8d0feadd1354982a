#include <heartsight/drift/hellinger.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace hellinger_test {

using heartsight::drift::hellinger;
using Counts = std::vector<std::int64_t>;

TEST(Hellinger, ByHand) {
  EXPECT_DOUBLE_EQ(hellinger(Counts{10, 0}, Counts{0, 10}).statistic, 1.0);
  EXPECT_EQ(hellinger(Counts{10, 30}, Counts{10, 30}).statistic, 0.0);
  EXPECT_NEAR(hellinger(Counts{50, 50}, Counts{25, 75}).statistic,
              std::sqrt(1.0 - std::sqrt(0.5 * 0.25) - std::sqrt(0.5 * 0.75)), 1e-15);
}

}  // namespace hellinger_test
