#include <heartsight/drift/two_proportions.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace two_proportions_test {

namespace drift = heartsight::drift;

TEST(TwoProportions, ByHand) {
  const auto r = drift::two_proportions(40, 100, 60, 100);  // 0.2 / sqrt(0.25 * 0.02)
  EXPECT_NEAR(r.statistic, 2.8284271247461903, 1e-14);
  EXPECT_NEAR(r.p_value, 0.004677734981047266, 1e-15);
  EXPECT_EQ(drift::two_proportions(0, 10, 0, 20).p_value, 1.0);
  EXPECT_EQ(drift::two_proportions(10, 10, 20, 20).statistic, 0.0);
  EXPECT_TRUE(std::isnan(drift::two_proportions(0, 0, 1, 2).p_value));
}

TEST(TwoProportions, FisherByHand) {
  // The lady tasting tea: 3 of 4 against 1 of 4: (1 + 16 + 16 + 1) / 70.
  EXPECT_NEAR(drift::fisher_exact(1, 4, 3, 4).p_value, 34.0 / 70.0, 1e-12);
  EXPECT_NEAR(drift::fisher_exact(0, 4, 4, 4).p_value, 2.0 / 70.0, 1e-12);
  EXPECT_DOUBLE_EQ(drift::fisher_exact(1, 4, 3, 4).statistic, 9.0);
}

TEST(TwoProportions, Errors) {
  EXPECT_TRUE(heartsight::test::raises<heartsight::DomainError>([] { (void)drift::two_proportions(3, 2, 0, 1); },
                                                                {"two_proportions: reference_successes = 3"}));
  EXPECT_TRUE(heartsight::test::raises<heartsight::DomainError>([] { (void)drift::two_proportions(0, -1, 0, 1); },
                                                                {"reference_trials"}));
}

}  // namespace two_proportions_test
