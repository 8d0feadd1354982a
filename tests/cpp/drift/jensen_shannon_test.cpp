#include <heartsight/drift/jensen_shannon.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace jensen_shannon_test {

using heartsight::drift::jensen_shannon;
using Counts = std::vector<std::int64_t>;

TEST(JensenShannon, ByHand) {
  EXPECT_NEAR(jensen_shannon(Counts{10, 0}, Counts{0, 10}).statistic, std::sqrt(std::numbers::ln2), 1e-15);
  EXPECT_EQ(jensen_shannon(Counts{10, 30}, Counts{100, 300}).statistic, 0.0);
  // scipy 1.17.1 jensenshannon([0.5, 0.5], [0.25, 0.75])
  EXPECT_NEAR(jensen_shannon(Counts{50, 50}, Counts{25, 75}).statistic, 0.18390779094047432, 1e-12);
}

TEST(JensenShannon, LargeSamplesGoByTheLimitLaw) {
  const Counts a(10, 1000);
  Counts b = a;
  b[0] += 100;
  b[1] -= 100;
  const auto r = jensen_shannon(a, b);
  EXPECT_NEAR(r.p_value, heartsight::chi_square_survival(r.statistic * r.statistic * 8.0 * 5000.0, 9.0), 1e-15);
}

}  // namespace jensen_shannon_test
