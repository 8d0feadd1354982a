#include <heartsight/calibration/expected_observed_ratio.hpp>

#include "cpp/raises.hpp"

namespace expected_observed_ratio_test {

namespace hs = heartsight;
using hs::calibration::expected_observed_ratio;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST(ExpectedObservedRatio, ByHand) {
  const auto got = expected_observed_ratio(Numbers{0.2, 0.4, 0.6, 0.8}, Labels{0, 0, 1, 1});
  EXPECT_NEAR(got.value, 1.0, 1e-15);
  const double squares = 0.1 * 0.1 + 0.2 * 0.2 + 0.2 * 0.2 + 0.1 * 0.1;
  EXPECT_NEAR(got.high, std::exp(1.959963984540054 * std::sqrt(squares * 4.0 / 3.0)), 1e-12);
  EXPECT_NEAR(got.low * got.high, 1.0, 1e-12);
}

TEST(ExpectedObservedRatio, Degenerate) {
  const auto none = expected_observed_ratio(Numbers(10, 0.3), Labels(10, 0));
  EXPECT_TRUE(std::isinf(none.value) && std::isinf(none.high));
  EXPECT_NEAR(none.low, 0.3 / (1.0 - std::pow(0.025, 0.1)), 1e-9);
  EXPECT_TRUE(std::isnan(expected_observed_ratio(Numbers{0.0}, Labels{0}).value));
  EXPECT_EQ(expected_observed_ratio(Numbers{0.0}, Labels{1}).value, 0.0);
  EXPECT_TRUE(
      raises<hs::ShapeError>([] { (void)expected_observed_ratio(Numbers{}, Labels{}); }, {"expected_observed_ratio"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)expected_observed_ratio(std::vector<float>{2.0F}, Labels{1}); },
                                      {"probability[0]"}));
}

}  // namespace expected_observed_ratio_test
