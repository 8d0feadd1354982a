#include <heartsight/metrics/decision_rates.hpp>

#include "cpp/raises.hpp"

namespace decision_rates_test {

namespace hs = heartsight;
using hs::metrics::ConfusionCounts;
using hs::metrics::decision_rates;
using hs::test::raises;

TEST(DecisionRates, ByHand) {
  const ConfusionCounts counts{.true_positive = 40, .false_positive = 30, .true_negative = 120, .false_negative = 10};
  const auto rates = decision_rates(counts);
  EXPECT_EQ(rates.prevalence.value, 0.25);
  EXPECT_EQ(rates.sensitivity.value, 0.8);
  EXPECT_EQ(rates.specificity.value, 0.8);
  EXPECT_NEAR(rates.sensitivity.low, 0.669629, 1e-5);  // SciPy 1.17.1 binomtest(40, 50).proportion_ci(method="wilson")
  EXPECT_NEAR(rates.sensitivity.high, 0.88756, 1e-5);
  EXPECT_EQ(rates.call_rate.value, 0.35);
  EXPECT_EQ(rates.accuracy.value, 0.8);
  EXPECT_NEAR(rates.f1.value, 80.0 / 120.0, 1e-15);
  EXPECT_NEAR(rates.positive_likelihood_ratio.value, 4.0, 1e-12);
  // exp(ln 4 +- 1.959964 sqrt(1/40 - 1/50 + 1/30 - 1/150)) = 4 exp(-+ 0.34884)
  EXPECT_NEAR(rates.positive_likelihood_ratio.low,
              4.0 * std::exp(-1.959963984540054 * std::sqrt(0.025 - 0.02 + 1.0 / 30 - 1.0 / 150)), 1e-12);
  EXPECT_NEAR(rates.negative_likelihood_ratio.value, 0.25, 1e-12);
  EXPECT_NEAR(rates.youden_index.value, 0.6, 1e-12);
  EXPECT_NEAR(rates.balanced_accuracy.low, (1 + rates.youden_index.low) / 2, 1e-15);
  EXPECT_NEAR(rates.matthews_correlation, (40.0 * 120 - 30.0 * 10) / std::sqrt(70.0 * 50 * 150 * 130), 1e-12);
  const auto exact = decision_rates(counts, {.method = hs::metrics::ProportionMethod::clopper_pearson});
  EXPECT_LT(exact.sensitivity.low, rates.sensitivity.low);
}

TEST(DecisionRates, EmptyCells) {
  const auto none = decision_rates({});
  EXPECT_TRUE(std::isnan(none.sensitivity.value));
  EXPECT_EQ(none.sensitivity.low, 0.0);
  EXPECT_EQ(none.sensitivity.high, 1.0);
  EXPECT_TRUE(std::isnan(none.positive_likelihood_ratio.value));
  EXPECT_EQ(none.youden_index.low, -1.0);
  const auto clean = decision_rates({.true_positive = 50, .false_positive = 0, .true_negative = 50, .false_negative = 0});
  EXPECT_TRUE(std::isinf(clean.positive_likelihood_ratio.value) && std::isinf(clean.positive_likelihood_ratio.high));
  EXPECT_GT(clean.positive_likelihood_ratio.low, 1.0);
  EXPECT_EQ(clean.negative_likelihood_ratio.value, 0.0);
  EXPECT_EQ(clean.negative_likelihood_ratio.low, 0.0);
  EXPECT_LT(clean.negative_likelihood_ratio.high, 1.0);
  EXPECT_TRUE(std::isnan(decision_rates({.true_positive = 3}).matthews_correlation));
}

TEST(DecisionRates, Errors) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)decision_rates({.true_positive = -1}); }, {"true_positive = -1"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)decision_rates({}, {.level = 0.0}); }, {"level"}));
}

}  // namespace decision_rates_test
