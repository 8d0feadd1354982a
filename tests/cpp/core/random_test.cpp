#include <heartsight/core/random.hpp>
#include <heartsight/core/running_statistics.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace random_test {

namespace hs = heartsight;
using hs::test::raises;

// The stream never changes: these numbers come from an implementation of SplitMix64 and xoshiro256++ in Python.
TEST(Random, GoldenIntegers) {
  {
    hs::Random random(0U);
    for (const std::uint64_t expected :
         {5987356902031041503U, 7051070477665621255U, 6633766593972829180U, 211316841551650330U})
      EXPECT_EQ(random.bits(), expected);
    for (int i = 4; i < 999; ++i) (void)random.bits();
    EXPECT_EQ(random.bits(), 3991034768575652995U);
  }
  {
    hs::Random random(42U);
    for (const std::uint64_t expected :
         {15021278609987233951U, 5881210131331364753U, 18149643915985481100U, 12933668939759105464U})
      EXPECT_EQ(random.bits(), expected);
    for (int i = 4; i < 999; ++i) (void)random.bits();
    EXPECT_EQ(random.bits(), 11812103565718292368U);
  }
  {
    hs::Random random(18446744073709551615U);
    for (const std::uint64_t expected :
         {6254647548650071986U, 16610832622747802512U, 16422857234328439435U, 5048281510058307187U})
      EXPECT_EQ(random.bits(), expected);
    for (int i = 4; i < 999; ++i) (void)random.bits();
    EXPECT_EQ(random.bits(), 7955597261603557472U);
  }
}

TEST(Random, UniformIsTheTop53Bits) {
  hs::Random a(9);
  hs::Random b(9);
  for (int i = 0; i < 1000; ++i) {
    const double u = a.uniform();
    EXPECT_EQ(u, static_cast<double>(b.bits() >> 11) / 9007199254740992.0);
    EXPECT_GE(u, 0.0);
    EXPECT_LT(u, 1.0);
  }
  for (int i = 0; i < 1000; ++i) {
    const double u = a.uniform(-2.0, 3.0);
    EXPECT_TRUE(u >= -2.0 && u < 3.0);
  }
}

TEST(Random, BelowIsUniform) {
  hs::Random random(1);
  std::array<int, 7> count{};
  constexpr int n = 70'000;
  for (int i = 0; i < n; ++i) ++count[random.below(7)];
  // Chi-squared with 6 degrees of freedom: 35 has a probability below 1e-5, and the seed is fixed.
  double chi2 = 0.0;
  for (const int c : count) chi2 += (c - 10'000.0) * (c - 10'000.0) / 10'000.0;
  EXPECT_LT(chi2, 35.0);
  EXPECT_EQ(random.below(1), 0U);
  for (int i = 0; i < 100; ++i) EXPECT_LT(random.below((std::uint64_t{1} << 63) + 1), (std::uint64_t{1} << 63) + 1);
  EXPECT_TRUE(raises<hs::DomainError>([&] { random.below(0); }, {"Random::below: n = 0"}));
}

TEST(Random, NormalHasItsMoments) {
  hs::Random random(2);
  hs::RunningStatistics s;
  double skew = 0.0;
  double beyond_two = 0.0;
  constexpr int n = 200'000;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    ASSERT_TRUE(std::isfinite(x));
    s.add(x);
    skew += x * x * x;
    beyond_two += std::abs(x) > 2.0 ? 1.0 : 0.0;
  }
  // Five standard errors of each.
  EXPECT_NEAR(s.mean(), 0.0, 5.0 / std::sqrt(n));
  EXPECT_NEAR(s.variance(), 1.0, 5.0 * std::sqrt(2.0 / n));
  EXPECT_NEAR(skew / n, 0.0, 5.0 * std::sqrt(15.0 / n));
  EXPECT_NEAR(beyond_two / n, 0.04550026, 5.0 * std::sqrt(0.0455 / n));
  EXPECT_EQ(hs::Random(5).normal(3.0, 2.0), 3.0 + 2.0 * hs::Random(5).normal());
}

TEST(Random, ShufflePermutes) {
  std::vector<int> x(100);
  std::iota(x.begin(), x.end(), 0);
  const auto sorted = x;
  hs::Random(3).shuffle(std::span(x));
  EXPECT_NE(x, sorted);
  EXPECT_TRUE(std::is_permutation(x.begin(), x.end(), sorted.begin()));
  std::vector<int> none;
  hs::Random(3).shuffle(std::span(none));
  EXPECT_TRUE(none.empty());
}

TEST(Random, SeedsAndForksDiffer) {
  EXPECT_NE(hs::Random(0).bits(), hs::Random(1).bits());
  hs::Random parent(4);
  hs::Random first = parent.fork();
  hs::Random second = parent.fork();
  EXPECT_NE(first.bits(), second.bits());
  hs::Random again(4);
  EXPECT_EQ(again.fork().bits(), hs::Random(hs::Random(4).bits()).bits());
}

}  // namespace random_test
