#include <heartsight/metrics/threshold_choice.hpp>

#include "cpp/raises.hpp"

#include <array>

namespace threshold_choice_test {

namespace hs = heartsight;
using namespace hs::metrics;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

namespace {

const Labels y = {0, 0, 1, 0, 1, 1};
const Numbers s = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6};

double chosen(ThresholdRule rule, double target) {
  return choose_threshold(y, s, {}, {.rule = rule, .target = target}).threshold;
}

}  // namespace

TEST(ChooseThreshold, ByHand) {
  EXPECT_EQ(chosen(ThresholdRule::youden, 1.0), 0.5);  // 2/3 + 1 - 1, as 0.3 gives 1 + 2/3 - 1: the higher of equals
  EXPECT_EQ(chosen(ThresholdRule::sensitivity, 0.6), 0.5);
  EXPECT_EQ(chosen(ThresholdRule::sensitivity, 1.0), 0.3);
  EXPECT_EQ(chosen(ThresholdRule::specificity, 1.0), 0.5);
  EXPECT_EQ(chosen(ThresholdRule::specificity, 0.6), 0.3);
  EXPECT_EQ(chosen(ThresholdRule::f_beta, 1.0), 0.3);   // 6 / 7 against 4 / 5
  EXPECT_EQ(chosen(ThresholdRule::utility, 0.5), 0.3);  // 3 - 0.5 against 2
  EXPECT_EQ(chosen(ThresholdRule::utility, 3.0), 0.5);
  const auto none = choose_threshold(Labels{1, 0}, Numbers{0.1, 0.2}, {}, {.rule = ThresholdRule::utility, .target = 9.0});
  EXPECT_TRUE(std::isinf(none.threshold));
  EXPECT_EQ(none.counts.n_called(), 0);
  const auto choice = choose_threshold(y, s);
  EXPECT_EQ(choice.counts.true_positive, 2);
  EXPECT_NEAR(choice.objective, 2.0 / 3.0, 1e-15);
  EXPECT_TRUE(std::isnan(choice.low));
  EXPECT_EQ(choose_threshold(std::array<std::int64_t, 2>{0, 1}, std::array<float, 2>{0.25F, 0.5F}).threshold, 0.5);
}

TEST(ChooseThreshold, AClassThatIsMissing) {
  EXPECT_TRUE(std::isnan(choose_threshold(Labels{1, 1}, Numbers{1, 2}).threshold));
  EXPECT_TRUE(std::isnan(choose_threshold(Labels{0, 0}, Numbers{1, 2}, {}, {.rule = ThresholdRule::sensitivity}).threshold));
}

TEST(ChooseThreshold, IntervalHoldsTheTruth) {
  hs::Random random(7);
  Labels label;
  Numbers score;
  for (int i = 0; i < 2000; ++i) {
    label.push_back(i % 2);
    score.push_back(random.normal(static_cast<double>(i % 2) * 2.0, 1.0));
  }
  // Sensitivity 0.9 of N(2, 1): 2 - 1.2816.
  const auto got =
      choose_threshold(label, score, {}, {.rule = ThresholdRule::sensitivity, .target = 0.9, .n_resamples = 300});
  EXPECT_LT(got.low, 2.0 - 1.2816);
  EXPECT_GT(got.high, 2.0 - 1.2816);
  EXPECT_LT(got.high - got.low, 0.5);
}

TEST(ChooseThreshold, Errors) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)chosen(ThresholdRule::sensitivity, 1.5); }, {"target = 1.5"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)chosen(ThresholdRule::f_beta, 0.0); }, {"target = 0"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)choose_threshold(y, s, Labels{1}); }, {"group"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)choose_threshold(Labels{}, Numbers{}); }, {"choose_threshold: label"}));
}

}  // namespace threshold_choice_test
