#include <heartsight/metrics/curves.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace curves_test {

namespace hs = heartsight;
using hs::metrics::precision_recall_curve;
using hs::metrics::roc_curve;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(RocCurve, ByHand) {
  const auto curve = roc_curve(Labels{0, 0, 1, 1, 1}, Numbers{0.1, 0.4, 0.4, 0.8, 0.8});
  EXPECT_EQ(curve.threshold, (Numbers{infinity, 0.8, 0.4, 0.1}));
  EXPECT_EQ(curve.true_positive_rate, (Numbers{0.0, 2.0 / 3.0, 1.0, 1.0}));
  EXPECT_EQ(curve.false_positive_rate, (Numbers{0.0, 0.0, 0.5, 1.0}));
}

TEST(RocCurve, WeightsAndEqualZeros) {
  const auto curve = roc_curve(Labels{0, 1, 1}, Numbers{-0.0, 0.0, 1.0}, Numbers{2.0, 1.0, 3.0});
  EXPECT_EQ(curve.threshold.size(), 3U);  // -0 and 0 are one score
  EXPECT_EQ(curve.true_positive_rate, (Numbers{0.0, 0.75, 1.0}));
  EXPECT_EQ(roc_curve(Labels{0, 1, 1}, Numbers{-0.0, 0.0, 1.0}).threshold.size(), 3U);
  const auto without = roc_curve(Labels{0, 1, 1}, Numbers{0.5, 0.0, 1.0}, Numbers{1.0, 0.0, 3.0});
  EXPECT_EQ(without.threshold, (Numbers{infinity, 1.0, 0.5}));  // a level without weight is none
}

TEST(RocCurve, OneClass) {
  const auto curve = roc_curve(Labels{1, 1}, Numbers{0.1, 0.2});
  EXPECT_TRUE(std::isnan(curve.false_positive_rate[1]));
  EXPECT_EQ(curve.true_positive_rate[2], 1.0);
}

TEST(PrecisionRecallCurve, ByHand) {
  // scikit-learn's own example.
  const auto curve = precision_recall_curve(Labels{0, 0, 1, 1}, Numbers{0.1, 0.4, 0.35, 0.8});
  EXPECT_EQ(curve.precision, (Numbers{0.5, 2.0 / 3.0, 0.5, 1.0, 1.0}));
  EXPECT_EQ(curve.recall, (Numbers{1.0, 1.0, 0.5, 0.5, 0.0}));
  EXPECT_EQ(curve.threshold, (Numbers{0.1, 0.35, 0.4, 0.8}));
}

TEST(PrecisionRecallCurve, NoPositive) {
  const auto curve = precision_recall_curve(Labels{0, 0}, Numbers{0.1, 0.4});
  EXPECT_TRUE(std::isnan(curve.recall[0]));
  EXPECT_EQ(curve.precision[0], 0.0);
}

TEST(Curves, ErrorsAndFloats) {
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)roc_curve(Labels{}, Numbers{}); }, {"roc_curve: label"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)roc_curve(Labels{1}, Numbers{std::nan("")}); }, {"score[0] = nan"}));
  EXPECT_TRUE(
      raises<hs::ShapeError>([] { (void)precision_recall_curve(Labels{1}, Numbers{1}, Numbers{1, 2}); }, {"weight"}));
  EXPECT_TRUE(
      raises<hs::DomainError>([] { (void)precision_recall_curve(Labels{1}, Numbers{1}, Numbers{-1}); }, {"weight[0]"}));
  const std::array<float, 3> floats = {0.5F, 0.25F, 1.0F};
  const double doubles[] = {0.5, 0.25, 1.0};
  const std::int64_t y[] = {0, 1, 1};
  EXPECT_EQ(roc_curve(y, floats).threshold, roc_curve(y, doubles).threshold);
  EXPECT_EQ(precision_recall_curve(y, floats).precision, precision_recall_curve(y, doubles).precision);
}

}  // namespace curves_test
