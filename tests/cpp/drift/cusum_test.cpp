#include <heartsight/core/random.hpp>
#include <heartsight/drift/cusum.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>

namespace cusum_test {

namespace drift = heartsight::drift;
using drift::Cusum;

TEST(Cusum, RunLengthsOfPublishedTables) {  // two-sided, k = 0.5: Montgomery, Introduction to Statistical Quality Control
  EXPECT_NEAR(Cusum({.threshold = 4.0}).in_control_run_length(), 168.0, 1.0);
  EXPECT_NEAR(Cusum({.threshold = 5.0}).in_control_run_length(), 465.0, 2.0);
  EXPECT_NEAR(Cusum({.threshold = 5.0}).run_length(1.0), 10.4, 0.1);
  EXPECT_NEAR(Cusum({.threshold = 4.0}).run_length(0.5), 26.6, 0.3);
}

TEST(Cusum, RunLengthsOfLargeShifts) {
  const Cusum cusum({.threshold = 5.0});
  double before = cusum.run_length(3.0);
  for (const double shift : {4.0, 6.0, 7.0, 8.0, 10.0, 50.0, 1000.0}) {
    const double length = cusum.run_length(shift);
    EXPECT_LE(length, before) << shift;
    EXPECT_GE(length, 1.0 - 1e-12) << shift;
    EXPECT_EQ(cusum.run_length(-shift), length) << shift;
    before = length;
  }
  // The first value alarms above 5.5, else the second as good as surely.
  EXPECT_NEAR(cusum.run_length(8.0), 1.0 + 0.5 * std::erfc(2.5 / std::sqrt(2.0)), 1e-5);
  EXPECT_GT(drift::cusum_run_length(0.5, 5.0, -10.0), 1e20);
}

TEST(Cusum, TheStatedRunLengthIsThatOfSimulation) {
  heartsight::Random random(1);
  Cusum cusum({.threshold = 3.0});
  constexpr int n = 400'000;
  int n_alarms = 0;
  for (int i = 0; i < n; ++i) n_alarms += cusum.update(random.normal()) ? 1 : 0;
  const double length = cusum.in_control_run_length();
  EXPECT_NEAR(static_cast<double>(n) / n_alarms, length, 4.0 * length / std::sqrt(n_alarms));
}

TEST(Cusum, WithARunLength) {
  EXPECT_NEAR(Cusum::with_run_length(465.0).options().threshold, 5.0, 0.01);
  EXPECT_NEAR(Cusum::with_run_length(1000.0, {.reference = 0.25}).in_control_run_length(), 1000.0, 1.0);
}

TEST(Cusum, ByHandAndMissingValues) {
  Cusum cusum({.mean = 10.0, .sd = 2.0, .reference = 0.5, .threshold = 1.2});
  EXPECT_FALSE(cusum.update(12.0));  // z = 1: 0.5
  EXPECT_FALSE(cusum.update(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(cusum.update(12.0));  // 1.0
  EXPECT_DOUBLE_EQ(cusum.high(), 1.0);
  EXPECT_EQ(cusum.count(), 2);
  EXPECT_TRUE(cusum.update(12.0));  // 1.5
  EXPECT_EQ(cusum.high(), 0.0);
  EXPECT_TRUE(cusum.update(-std::numeric_limits<double>::infinity()));
}

TEST(Cusum, Errors) {
  using heartsight::test::raises;
  EXPECT_TRUE(raises<heartsight::DomainError>([] { Cusum({.sd = 0.0}); }, {"Cusum: sd"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([] { Cusum({.threshold = -1.0}); }, {"threshold"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([] { Cusum({.mean = std::nan("")}); }, {"mean"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([] { (void)Cusum::with_run_length(1.0); }, {"run_length"}));
}

}  // namespace cusum_test
