#include <heartsight/fairness/group_rate.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace group_rate_test {

namespace hf = heartsight::fairness;
using heartsight::test::raises;

TEST(GroupRate, ByHand) {
  const heartsight::metrics::ConfusionCounts c{
      .true_positive = 8, .false_positive = 3, .true_negative = 20, .false_negative = 2};
  const auto is = [&](hf::GroupRate rate, std::int64_t part, std::int64_t whole) {
    const auto share = hf::share_of(rate, c);
    return share.part == part && share.whole == whole;
  };
  EXPECT_TRUE(is(hf::GroupRate::selection_rate, 11, 33));
  EXPECT_TRUE(is(hf::GroupRate::prevalence, 10, 33));
  EXPECT_TRUE(is(hf::GroupRate::sensitivity, 8, 10));
  EXPECT_TRUE(is(hf::GroupRate::specificity, 20, 23));
  EXPECT_TRUE(is(hf::GroupRate::false_positive_rate, 3, 23));
  EXPECT_TRUE(is(hf::GroupRate::false_negative_rate, 2, 10));
  EXPECT_TRUE(is(hf::GroupRate::positive_predictive_value, 8, 11));
  EXPECT_TRUE(is(hf::GroupRate::negative_predictive_value, 20, 22));
  EXPECT_TRUE(is(hf::GroupRate::accuracy, 28, 33));
  EXPECT_TRUE(std::isnan(hf::share_of(hf::GroupRate::accuracy, {}).value()));
}

TEST(GroupRate, NamesGoBothWays) {
  for (std::size_t i = 0; i < hf::group_rate_names.size(); ++i) {
    EXPECT_EQ(hf::name_of(hf::group_rate_of(hf::group_rate_names[i])), hf::group_rate_names[i]);
  }
  EXPECT_TRUE((raises<heartsight::DomainError>([] { (void)hf::group_rate_of("recall"); }, {"recall", "sensitivity"})));
}

}  // namespace group_rate_test
