#include <heartsight/metrics/probability_scores.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>

namespace probability_scores_test {

namespace hs = heartsight;
using hs::metrics::brier_score;
using hs::test::raises;

using Labels = std::vector<std::int64_t>;

TEST(BrierScore, ByHand) {
  EXPECT_DOUBLE_EQ(brier_score(Labels{0, 1, 1, 0}, std::vector<double>{0.1, 0.9, 0.8, 0.3}), 0.0375);
  EXPECT_EQ(brier_score(Labels{0, 1}, std::vector<double>{0, 1}), 0.0);
  EXPECT_EQ(brier_score(Labels{1, 0}, std::vector<double>{0, 1}), 1.0);
}

TEST(BrierScore, TheBaseRateIsTheBestConstant) {
  const Labels y = {1, 0, 0, 0};
  const double best = brier_score(y, std::vector<double>(4, 0.25));
  for (const double p : {0.0, 0.2, 0.3, 1.0}) EXPECT_GT(brier_score(y, std::vector<double>(4, p)), best);
}

TEST(BrierScore, Errors) {
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)brier_score(Labels{}, std::vector<double>{}); }, {"brier_score: label"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)brier_score(Labels{1}, std::vector<double>{1, 1}); }, {"probability"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)brier_score(Labels{3}, std::vector<double>{1}); }, {"label[0] = 3"}));
  for (const double p : {-0.01, 1.01, std::nan("")}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)brier_score(Labels{1}, std::vector<double>{p}); }, {"probability[0]"}));
  }
}

TEST(BrierScore, CallableAsWritten) {
  const std::int64_t y[] = {1, 0};
  const std::array<float, 2> p = {0.5F, 0.25F};
  EXPECT_EQ(brier_score(y, p), brier_score(y, std::vector<double>{0.5, 0.25}));
}

TEST(LogLoss, ByHand) {
  using hs::metrics::log_loss;
  EXPECT_NEAR(log_loss(Labels{0, 1}, std::vector<double>{0.25, 0.5}), -(std::log(0.75) + std::log(0.5)) / 2, 1e-15);
  EXPECT_NEAR(log_loss(Labels{1}, std::vector<double>{0.0}), 36.04365338911715, 1e-12);
  EXPECT_NEAR(log_loss(Labels{1}, std::vector<float>{0.0F}), 15.942385, 1e-5);
  EXPECT_NEAR(log_loss(Labels{0, 1}, std::vector<double>{0.25, 0.5}, std::vector<double>{3, 0}), -std::log(0.75), 1e-15);
  EXPECT_TRUE(std::isnan(log_loss(Labels{1}, std::vector<double>{0.5}, std::vector<double>{0})));
  EXPECT_TRUE(std::isnan(brier_score(Labels{1}, std::vector<double>{0.5}, std::vector<double>{0})));
  EXPECT_TRUE(
      raises<hs::DomainError>([] { (void)log_loss(Labels{1}, std::vector<double>{1.5}); }, {"log_loss: probability[0]"}));
}

}  // namespace probability_scores_test
