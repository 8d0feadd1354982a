#include <heartsight/metrics/net_benefit.hpp>

#include "cpp/raises.hpp"

#include <array>

namespace net_benefit_test {

namespace hs = heartsight;
using namespace hs::metrics;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST(NetBenefit, ByHand) {
  const Labels y = {0, 0, 1, 1};
  const Numbers p = {0.1, 0.3, 0.2, 0.8};
  EXPECT_NEAR(net_benefit(y, p, 0.2), 2.0 / 4 - 1.0 / 4 * 0.25, 1e-15);
  EXPECT_NEAR(net_benefit(y, p, 0.5), 0.25, 1e-15);
  EXPECT_EQ(net_benefit(y, p, 0.9), 0.0);
  EXPECT_NEAR(net_benefit(y, std::array<float, 4>{0.1F, 0.3F, 0.25F, 0.8F}, 0.2), 2.0 / 4 - 1.0 / 4 * 0.25, 1e-15);
}

TEST(DecisionCurve, TreatAllAndStandardized) {
  const Labels y = {0, 0, 0, 1};
  const Numbers p = {0.1, 0.3, 0.2, 0.8};
  const auto curve = decision_curve(y, p, Numbers{0.05, 0.25, 0.5});
  EXPECT_EQ(curve.prevalence, 0.25);
  EXPECT_NEAR(curve.treat_all[0], 0.25 - 0.75 * 0.05 / 0.95, 1e-15);
  EXPECT_NEAR(curve.net_benefit[0], curve.treat_all[0], 1e-15);  // below the lowest probability everyone is called
  EXPECT_NEAR(curve.treat_all[1], 0.0, 1e-15);                   // at the prevalence
  EXPECT_EQ(curve.standardized[2], 1.0);
  EXPECT_TRUE(curve.low.empty());
  EXPECT_TRUE(std::isnan(decision_curve(Labels{0}, Numbers{0.5}, Numbers{0.5}).standardized[0]));
}

TEST(DecisionCurve, Interval) {
  hs::Random random(1);
  Labels y;
  Numbers p;
  for (int i = 0; i < 300; ++i) {
    p.push_back(random.uniform());
    y.push_back(random.uniform() < p.back() ? 1 : 0);
  }
  const DecisionCurveOptions options{.n_resamples = 200, .seed = 1};
  auto threads = options;
  threads.n_threads = 3;
  const auto curve = decision_curve(y, p, Numbers{0.2, 0.5}, {}, options);
  for (std::size_t t = 0; t < 2; ++t) {
    EXPECT_LT(curve.low[t], curve.net_benefit[t]);
    EXPECT_GT(curve.high[t], curve.net_benefit[t]);
  }
  EXPECT_EQ(curve.low, decision_curve(y, p, Numbers{0.2, 0.5}, {}, threads).low);
}

TEST(DecisionCurve, OneGroupHasNoInterval) {
  const Labels y = {0, 0, 1, 1};
  const Numbers p = {0.1, 0.3, 0.2, 0.8};
  const auto one = decision_curve(y, p, Numbers{0.2, 0.5}, Labels{3, 3, 3, 3}, {.n_resamples = 50});
  ASSERT_EQ(one.low.size(), 2U);
  ASSERT_EQ(one.high.size(), 2U);
  for (std::size_t t = 0; t < 2; ++t) EXPECT_TRUE(std::isnan(one.low[t]) && std::isnan(one.high[t]));
  EXPECT_EQ(one.net_benefit[1], 0.25);
  EXPECT_FALSE(std::isnan(decision_curve(y, p, Numbers{0.2}, Labels{3, 3, 3, 4}, {.n_resamples = 50}).low[0]));
}

TEST(DecisionCurve, Errors) {
  const Labels y = {0, 1};
  const Numbers p = {0.1, 0.3};
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)net_benefit(y, p, 0.0); }, {"threshold[0] = 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)net_benefit(y, p, 1.0); }, {"threshold[0] = 1"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)decision_curve(y, p, Numbers{0.5, 0.5}); }, {"threshold[1]", "increase"}));
  EXPECT_TRUE(
      raises<hs::DomainError>([&] { (void)decision_curve(y, Numbers{0.1, 1.3}, Numbers{0.5}); }, {"probability[1]"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)decision_curve(y, p, Numbers{}); }, {"threshold"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)decision_curve(y, p, Numbers{0.5}, Labels{1}); }, {"group"}));
}

}  // namespace net_benefit_test
