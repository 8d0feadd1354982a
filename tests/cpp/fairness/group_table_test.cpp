#include <heartsight/fairness/group_table.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace group_table_test {

namespace hf = heartsight::fairness;
using heartsight::metrics::ConfusionCounts;
using heartsight::test::raises;

namespace {

// Sensitivity 40/50, 9/10, 1/2, and none.
const std::vector<ConfusionCounts> groups = {{40, 0, 0, 10}, {9, 0, 0, 1}, {1, 0, 0, 1}, {}};

}  // namespace

TEST(GroupTable, SmallCellsAreMarkedNotDropped) {
  const auto estimates = hf::group_estimates(hf::GroupRate::sensitivity, groups);
  ASSERT_EQ(estimates.size(), 4U);
  EXPECT_EQ(estimates[0].value, 0.8);
  EXPECT_TRUE(estimates[0].enough);
  EXPECT_TRUE(estimates[1].enough);
  EXPECT_FALSE(estimates[2].enough);
  EXPECT_EQ(estimates[2].value, 0.5);
  const auto wilson = heartsight::metrics::wilson_interval(1, 2);
  EXPECT_EQ(estimates[2].interval.low, wilson.low);
  EXPECT_GT(estimates[2].interval.high - estimates[2].interval.low, 0.7) << "two cases say next to nothing";
  EXPECT_TRUE(std::isnan(estimates[3].value));
  EXPECT_EQ(estimates[3].interval.low, 0.0);
  EXPECT_EQ(estimates[3].interval.high, 1.0);
}

TEST(GroupTable, SuppressedCellsKeepTheirCount) {
  const auto e = hf::group_estimates(hf::GroupRate::sensitivity, groups, {.small_cells = hf::SmallCells::suppress});
  EXPECT_EQ(e[2].share.whole, 2);
  EXPECT_EQ(e[2].share.part, hf::GroupEstimate::suppressed) << "the value would follow from it";
  EXPECT_TRUE(std::isnan(e[2].value));
  EXPECT_TRUE(std::isnan(e[2].interval.low));
  EXPECT_EQ(e[1].value, 0.9);
}

TEST(GroupTable, ShrinkingDrawsSmallCellsToAllTogether) {
  // The groups are as alike as chance lets them be, so the prior is worth all 62 cases, 50 of them found.
  const auto e = hf::group_estimates(hf::GroupRate::sensitivity, groups, {.small_cells = hf::SmallCells::shrink});
  EXPECT_EQ(e[0].value, 0.8);
  EXPECT_NEAR(e[2].value, (1.0 + 50.0 + 0.5) / (2.0 + 62.0 + 1.0), 1e-12);
  EXPECT_GT(e[2].interval.low, 0.6);
  EXPECT_LT(e[2].interval.high, 0.9);
  EXPECT_TRUE(std::isnan(e[3].value)) << "of a group without a case nothing is known";
  EXPECT_EQ(e[3].interval.high, 1.0);
  EXPECT_FALSE(e[3].enough);
  // Groups that differ teach little about each other.
  const std::vector<ConfusionCounts> apart = {{95, 0, 0, 5}, {5, 0, 0, 95}, {3, 0, 0, 0}};
  const auto other = hf::group_estimates(hf::GroupRate::sensitivity, apart, {.small_cells = hf::SmallCells::shrink});
  EXPECT_GT(other[2].value, 0.8);
}

TEST(GroupTable, ExactIntervalsOnRequest) {
  const auto e = hf::group_estimates(hf::GroupRate::sensitivity, groups, {.exact = true});
  const auto exact = heartsight::metrics::clopper_pearson_interval(9, 10);
  EXPECT_EQ(e[1].interval.low, exact.low);
  EXPECT_EQ(e[1].interval.high, exact.high);
}

TEST(GroupTable, Errors) {
  EXPECT_TRUE((raises<heartsight::DomainError>(
      [] { (void)hf::group_estimates(hf::GroupRate::sensitivity, groups, {.level = 1.0}); }, {"level"})));
  EXPECT_TRUE((raises<heartsight::DomainError>(
      [] { (void)hf::group_estimates(hf::GroupRate::sensitivity, groups, {.min_cases = 0}); }, {"min_cases"})));
  EXPECT_TRUE(hf::group_estimates(hf::GroupRate::sensitivity, {}).empty());
}

}  // namespace group_table_test
