#include <heartsight/calibration/calibration_line.hpp>

#include "cpp/calibration/training_cases.hpp"
#include "cpp/raises.hpp"

#include <array>

namespace calibration_line_test {

namespace hs = heartsight;
using hs::calibration::calibration_line;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST(CalibrationLine, RecoversWhatWasDone) {
  using hs::calibration::detail::logit;
  using hs::calibration::detail::sigmoid;
  const auto cases = hs::test::training_cases(100'000, 1, [](double s) { return sigmoid(0.7 * logit(s) + 0.3); });
  const auto line = calibration_line(cases.score, cases.label);
  EXPECT_NEAR(line.slope.value, 0.7, 0.03);
  EXPECT_NEAR(line.intercept_at_slope, 0.3, 0.03);
  EXPECT_LT(line.slope.high, 0.75);
  const auto few = hs::test::training_cases(300, 2, [](double s) { return s; });
  const auto wide = calibration_line(few.score, few.label);
  EXPECT_LT(wide.slope.low, 1.0);
  EXPECT_GT(wide.slope.high, 1.0);
  EXPECT_LT(wide.intercept.low, wide.intercept.value);
  // Profile limits of the slope: where twice the log likelihood has fallen by 1.96^2.
  const auto data = hs::calibration::detail::recalibration_data<double>("test", few.score, few.label, {});
  const auto profile = [&](double b) { return data.log_likelihood(data.best_intercept(b, 0.0), b); };
  const double drop = 1.959963984540054 * 1.959963984540054;
  EXPECT_NEAR(2 * (profile(wide.slope.value) - profile(wide.slope.low)), drop, 1e-4);
  EXPECT_NEAR(2 * (profile(wide.slope.value) - profile(wide.slope.high)), drop, 1e-4);
}

TEST(CalibrationLine, ByHand) {
  // All at 0.5, three of four positive: the log odds are ln 3; no slope.
  const auto line = calibration_line(Numbers{0.5, 0.5, 0.5, 0.5}, Labels{1, 1, 1, 0});
  EXPECT_NEAR(line.intercept.value, std::log(3.0), 1e-9);
  EXPECT_TRUE(std::isnan(line.slope.value));
  // Residuals 1/4, 1/4, 1/4, -3/4: sandwich 0.75 / (4 * 3/16)^2, with 4 / 3, and t of 3 degrees of freedom.
  const double spread = 3.182446305284263 * std::sqrt(0.75 / 0.5625 * 4.0 / 3.0);
  EXPECT_NEAR(line.intercept.high - line.intercept.value, spread, 1e-6);
}

TEST(CalibrationLine, Degenerate) {
  const auto one_class = calibration_line(Numbers{0.5, 0.6}, Labels{1, 1});
  EXPECT_TRUE(std::isnan(one_class.intercept.value) && std::isnan(one_class.slope.value));
  EXPECT_TRUE(std::isinf(one_class.slope.low));
  const auto separated = calibration_line(Numbers{0.1, 0.2, 0.8, 0.9}, Labels{0, 0, 1, 1});
  EXPECT_TRUE(std::isfinite(separated.slope.value));
  EXPECT_GT(separated.slope.value, 2.0);
  EXPECT_TRUE(std::isinf(separated.slope.high));
  EXPECT_GT(separated.slope.low, 0.0);
  const auto extreme = calibration_line(Numbers{0.0, 1.0, 0.0, 1.0}, Labels{0, 1, 1, 0});
  EXPECT_TRUE(std::isfinite(extreme.slope.value));
}

TEST(CalibrationLine, ErrorsAndFloats) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)calibration_line(Numbers{0.5}, Labels{1}, 0.0); }, {"level"}));
  EXPECT_TRUE(
      raises<hs::ShapeError>([] { (void)calibration_line(Numbers{}, Labels{}); }, {"calibration_line: probability"}));
  EXPECT_EQ(calibration_line(std::array<float, 4>{0.25F, 0.5F, 0.5F, 0.75F}, Labels{0, 1, 0, 1}).slope.value,
            calibration_line(Numbers{0.25, 0.5, 0.5, 0.75}, Labels{0, 1, 0, 1}).slope.value);
}

}  // namespace calibration_line_test
