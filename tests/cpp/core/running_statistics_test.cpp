#include <heartsight/core/running_statistics.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace running_statistics_test {

namespace hs = heartsight;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

hs::RunningStatistics of(std::span<const double> values) {
  hs::RunningStatistics s;
  for (const double v : values) s.add(v);
  return s;
}

}  // namespace

TEST(RunningStatistics, ByHand) {
  const std::vector<double> x = {2, 4, 4, 4, 5, 5, 7, 9};
  const auto s = of(x);
  EXPECT_EQ(s.count(), 8);
  EXPECT_DOUBLE_EQ(s.mean(), 5.0);
  EXPECT_DOUBLE_EQ(s.variance(0), 4.0);
  EXPECT_DOUBLE_EQ(s.variance(), 32.0 / 7.0);
  EXPECT_DOUBLE_EQ(s.sd(0), 2.0);
  EXPECT_EQ(s.minimum(), 2.0);
  EXPECT_EQ(s.maximum(), 9.0);
}

TEST(RunningStatistics, DegenerateInput) {
  hs::RunningStatistics s;
  EXPECT_TRUE(std::isnan(s.mean()) && std::isnan(s.variance()) && std::isnan(s.minimum()) && std::isnan(s.maximum()));
  s.add(not_a_number);
  EXPECT_EQ(s.count(), 0);
  EXPECT_EQ(s.n_missing(), 1);
  s.add(3.0);
  EXPECT_EQ(s.mean(), 3.0);
  EXPECT_EQ(s.variance(0), 0.0);
  EXPECT_TRUE(std::isnan(s.variance()));  // nothing left to divide by
  s.add(std::numeric_limits<double>::infinity());
  EXPECT_EQ(s.mean(), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(s.variance()));
}

TEST(RunningStatistics, ALargeMeanLosesNoDigits) {
  std::vector<double> x = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
  EXPECT_DOUBLE_EQ(of(x).variance(), 30.0);
}

TEST(RunningStatistics, MergingEqualsOnePass) {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal(100.0, 3.0);
  std::vector<double> x(1000);
  for (double& v : x) v = random() % 50 == 0 ? not_a_number : normal(random);
  const auto whole = of(x);
  for (const std::size_t cut : {0U, 1U, 500U, 999U, 1000U}) {
    auto left = of(std::span(x).first(cut));
    const auto right = of(std::span(x).subspan(cut));
    left.merge(right);
    EXPECT_EQ(left.count(), whole.count());
    EXPECT_EQ(left.n_missing(), whole.n_missing());
    EXPECT_EQ(left.minimum(), whole.minimum());
    EXPECT_EQ(left.maximum(), whole.maximum());
    EXPECT_NEAR(left.mean(), whole.mean(), 1e-12 * 100);
    EXPECT_NEAR(left.variance(), whole.variance(), 1e-12 * 100);
  }
}

TEST(RunningStatistics, MergingWithNothingChangesNothing) {
  const std::vector<double> x = {1e200, -1e200};  // squares overflow
  auto s = of(std::vector<double>{1e200});
  s.merge({});
  EXPECT_EQ(s.mean(), 1e200);
  hs::RunningStatistics empty;
  empty.add(not_a_number);
  empty.merge(s);
  EXPECT_EQ(empty.mean(), 1e200);
  EXPECT_EQ(empty.variance(0), 0.0);
  EXPECT_EQ(empty.n_missing(), 1);
}

}  // namespace running_statistics_test
