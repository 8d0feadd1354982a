#include <heartsight/metrics/confusion.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace confusion_test {

namespace hs = heartsight;
using hs::metrics::confusion_counts;
using hs::metrics::ConfusionCounts;
using hs::test::raises;

using Labels = std::vector<std::int64_t>;

TEST(ConfusionCounts, ByHandTheThresholdIsInside) {
  const auto c = confusion_counts(Labels{1, 1, 1, 0, 0}, std::vector<double>{0.9, 0.5, 0.1, 0.5, 0.4}, 0.5);
  EXPECT_EQ(c, (ConfusionCounts{.true_positive = 2, .false_positive = 1, .true_negative = 1, .false_negative = 1}));
  EXPECT_DOUBLE_EQ(c.sensitivity(), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(c.specificity(), 0.5);
  EXPECT_DOUBLE_EQ(c.positive_predictive_value(), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(c.negative_predictive_value(), 0.5);
}

TEST(ConfusionCounts, ARateWithoutACaseIsNan) {
  const auto none = confusion_counts(Labels{}, std::vector<double>{}, 0.5);
  EXPECT_EQ(none, ConfusionCounts{});
  EXPECT_TRUE(std::isnan(none.sensitivity()) && std::isnan(none.specificity()));
  const auto positive = confusion_counts(Labels{1}, std::vector<double>{0.9}, 0.5);
  EXPECT_EQ(positive.sensitivity(), 1.0);
  EXPECT_TRUE(std::isnan(positive.specificity()) && std::isnan(positive.negative_predictive_value()));
}

TEST(ConfusionCounts, InfiniteScoresAndThresholds) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(confusion_counts(Labels{1, 0}, std::vector<double>{infinity, -infinity}, infinity).true_positive, 1);
  EXPECT_EQ(confusion_counts(Labels{1, 0}, std::vector<double>{0, 0}, -infinity).false_positive, 1);
}

TEST(ConfusionCounts, Errors) {
  const std::vector<double> s = {0.5};
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)confusion_counts(Labels{1, 0}, s, 0.5); }, {"confusion_counts: score"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)confusion_counts(Labels{-1}, s, 0.5); }, {"label[0] = -1"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)confusion_counts(Labels{1}, s, std::nan("")); }, {"threshold"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)confusion_counts(Labels{1}, std::vector<double>{std::nan("")}, 0.5); },
                                      {"score[0]"}));
}

TEST(ConfusionCounts, CallableAsWritten) {
  const std::int64_t y[] = {1, 0};
  const std::array<float, 2> s = {0.75F, 0.25F};
  EXPECT_EQ(confusion_counts(y, s, 0.5), confusion_counts(y, std::vector<double>{0.75, 0.25}, 0.5));
}

TEST(Confusion, RatesOfCountsAndWeights) {
  using hs::metrics::confusion_weights;
  const std::vector<std::int64_t> y = {1, 1, 0, 0};
  const std::vector<double> s = {0.9, 0.1, 0.8, 0.2};
  const auto w = confusion_weights(y, s, 0.5, std::vector<double>{3, 1, 1, 1});
  EXPECT_EQ(w.true_positive, 3.0);
  EXPECT_EQ(w.sensitivity(), 0.75);
  EXPECT_EQ(w.balanced_accuracy(), 0.625);
  EXPECT_EQ(w.youden_index(), 0.25);
  EXPECT_NEAR(w.f_beta(2.0), 5.0 * 3 / (5.0 * 3 + 4.0 * 1 + 1), 1e-15);
  EXPECT_EQ(w.positive_likelihood_ratio(), 1.5);
  EXPECT_EQ(w.negative_likelihood_ratio(), 0.5);
  EXPECT_TRUE(std::isnan(hs::metrics::ConfusionCounts{.true_negative = 3}.f_beta()));
  EXPECT_EQ((hs::metrics::ConfusionCounts{.false_negative = 3}.f_beta()), 0.0);
}

}  // namespace confusion_test
