#include <heartsight/calibration/reliability_test.hpp>

#include <heartsight/calibration/expected_calibration_error.hpp>

#include "cpp/raises.hpp"

namespace reliability_test_test {

namespace hs = heartsight;
using namespace hs::calibration;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST(ReliabilityTest, ExpectedErrorOfOneBinByHand) {
  // Two cases at 0.5 in one bin: |sum of residuals| / 2 is 0.5 half of the time and 0 else.
  const auto t = reliability_test(Numbers{0.5, 0.5}, Labels{1, 0}, {.n_bins = 1, .n_simulations = 20'000});
  EXPECT_EQ(t.statistic, 0.0);
  EXPECT_NEAR(t.expected, 0.25, 0.01);
  EXPECT_EQ(t.p_value, 1.0);
}

TEST(ReliabilityTest, HoldsItsSizeAtSmallN) {
  hs::Random random(1);
  for (const auto statistic :
       {ReliabilityStatistic::expected_calibration_error, ReliabilityStatistic::smooth_calibration_error}) {
    const bool smooth = statistic == ReliabilityStatistic::smooth_calibration_error;
    const int n_sets = smooth ? 30 : 600;
    int rejected = 0;
    for (int set = 0; set < n_sets; ++set) {
      Numbers p;
      Labels y;
      for (int i = 0; i < 30; ++i) {
        p.push_back(random.uniform() * random.uniform());
        y.push_back(random.uniform() < p.back() ? 1 : 0);
      }
      const auto t =
          reliability_test(p, y, {.statistic = statistic, .n_simulations = smooth ? 39U : 99U, .seed = random.bits()});
      if (t.p_value <= 0.1) ++rejected;
    }
    // At most 0.1 is promised: more than five standard deviations above it would fail.
    EXPECT_LT(rejected, 0.1 * n_sets + 5.0 * std::sqrt(0.09 * n_sets));
    if (!smooth) {
      EXPECT_GT(rejected, 15);  // and it is not empty
    }
  }
}

TEST(ReliabilityTest, FindsMiscalibration) {
  hs::Random random(2);
  Numbers p;
  Labels y;
  for (int i = 0; i < 400; ++i) {
    p.push_back(random.uniform());
    y.push_back(random.uniform() < 0.3 + 0.4 * p.back() ? 1 : 0);
  }
  for (const auto binning : {Binning::equal_width, Binning::equal_mass}) {
    const auto t = reliability_test(p, y, {.binning = binning});
    EXPECT_EQ(t.p_value, 0.001);
    EXPECT_GT(t.statistic, t.high);
    EXPECT_EQ(t.n_simulations, 999U);
    EXPECT_NEAR(t.statistic, expected_calibration_error(p, y, {.binning = binning}), 1e-12);
  }
  const auto one = reliability_test(p, y, {.seed = 3});
  EXPECT_EQ(one.expected, reliability_test(p, y, {.seed = 3, .n_threads = 3}).expected);
}

TEST(ReliabilityTest, Errors) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)reliability_test(Numbers{0.5}, Labels{1}, {.n_simulations = 3}); },
                                      {"n_simulations"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)reliability_test(Numbers{}, Labels{}); }, {"reliability_test"}));
  EXPECT_TRUE(
      raises<hs::DomainError>([] { (void)reliability_test(std::vector<float>{1.5F}, Labels{1}); }, {"probability[0]"}));
}

}  // namespace reliability_test_test
