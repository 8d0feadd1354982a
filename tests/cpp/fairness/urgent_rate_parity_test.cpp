#include <heartsight/fairness/urgent_rate_parity.hpp>

#include "cpp/raises.hpp"

namespace urgent_rate_parity_test {

namespace hf = heartsight::fairness;
using heartsight::test::raises;
using Shares = std::vector<hf::Share>;

TEST(UrgentRateParity, ThePublishedCases) {
  const auto ages = hf::urgent_rate_parity(Shares{{22, 100}, {42, 100}, {70, 100}});
  EXPECT_NEAR(ages.ratio, 0.22 / 0.70, 1e-15);
  EXPECT_FALSE(ages.passes);
  const auto sexes = hf::urgent_rate_parity(Shares{{14, 27}, {18, 35}});
  EXPECT_NEAR(sexes.ratio, 0.992, 5e-4);
  EXPECT_TRUE(sexes.passes);
  const auto small = hf::urgent_rate_parity(Shares{{7, 11}, {4, 11}});
  EXPECT_NEAR(small.ratio, 0.571, 5e-4);
  EXPECT_FALSE(small.passes);
  EXPECT_TRUE(small.sufficient);
}

TEST(UrgentRateParity, ItsDefectsAreKept) {
  EXPECT_TRUE(hf::urgent_rate_parity(Shares{{0, 50}, {0, 2}}).passes);
  EXPECT_EQ(hf::urgent_rate_parity(Shares{{0, 50}, {0, 2}}).ratio, 1.0);
  const auto empty_first = hf::urgent_rate_parity(Shares{{0, 0}, {1, 100}, {70, 100}});
  EXPECT_EQ(empty_first.ratio, 1.0);
  EXPECT_TRUE(empty_first.passes);
  const auto empty_later = hf::urgent_rate_parity(Shares{{1, 100}, {0, 0}, {70, 100}});
  EXPECT_NEAR(empty_later.ratio, 0.01 / 0.7, 1e-15);
  EXPECT_FALSE(empty_later.passes);
  EXPECT_FALSE(hf::urgent_rate_parity(Shares{{1, 4}, {2, 5}}).sufficient);
}

TEST(UrgentRateParity, Errors) {
  EXPECT_TRUE((raises<heartsight::ShapeError>([] { (void)hf::urgent_rate_parity({}); }, {"groups"})));
  EXPECT_TRUE((raises<heartsight::DomainError>([] { (void)hf::urgent_rate_parity(Shares{{3, 2}}); }, {"groups[0]"})));
}

}  // namespace urgent_rate_parity_test
