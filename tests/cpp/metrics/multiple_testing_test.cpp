#include <heartsight/metrics/multiple_testing.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace multiple_testing_test {

namespace hm = heartsight::metrics;
using heartsight::test::raises;

TEST(MultipleTesting, ByHand) {
  const std::vector<double> p = {0.01, 0.04, 0.03, 0.005, 0.5};
  // Sorted .005 .01 .03 .04 .5: Holm multiplies by 5, 4, 3, 2, 1 and never falls.
  const std::vector<double> by_holm = {0.04, 0.09, 0.09, 0.025, 0.5};
  const std::vector<double> by_bh = {0.025, 0.05, 0.05, 0.025, 0.5};  // scipy 1.17.1, false_discovery_control
  const auto holm = hm::holm(p);
  const auto bh = hm::benjamini_hochberg(p);
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_NEAR(holm[i], by_holm[i], 1e-15) << i;
    EXPECT_NEAR(bh[i], by_bh[i], 1e-15) << i;
  }
}

TEST(MultipleTesting, ATestThatCouldNotBeMadeDoesNotCount) {
  const auto holm = hm::holm(std::vector<double>{0.02, std::nan(""), 0.5});
  EXPECT_EQ(holm[0], 0.04);
  EXPECT_TRUE(std::isnan(holm[1]));
  EXPECT_EQ(hm::benjamini_hochberg(std::vector<double>{std::nan(""), 0.3})[1], 0.3);
  EXPECT_TRUE(hm::holm({}).empty());
  EXPECT_EQ(hm::holm(std::vector<double>{0.9, 0.9})[0], 1.0);
}

TEST(MultipleTesting, Errors) {
  EXPECT_TRUE((raises<heartsight::DomainError>([] { (void)hm::holm(std::vector<double>{0.5, 1.5}); }, {"holm: p[1]"})));
  EXPECT_TRUE((raises<heartsight::DomainError>([] { (void)hm::benjamini_hochberg(std::vector<double>{-0.5}); }, {"p[0]"})));
}

}  // namespace multiple_testing_test
