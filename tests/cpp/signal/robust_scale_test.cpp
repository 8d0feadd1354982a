#include <heartsight/signal/robust_scale.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace robust_scale_test {

namespace hs = heartsight;
using hs::signal::robust_scale;
using hs::signal::RobustSpread;
using hs::test::raises;

namespace {
constexpr double missing = std::numeric_limits<double>::quiet_NaN();
}

TEST(RobustScale, ByHand) {
  const std::vector<double> x = {1, 2, 3, 4, 100};  // median 3, quartiles 2 and 4, absolute deviations 2 1 0 1 97
  EXPECT_EQ(robust_scale(x), (std::vector<double>{-1, -0.5, 0, 0.5, 48.5}));
  EXPECT_EQ(robust_scale(x, {.spread = RobustSpread::mad}), (std::vector<double>{-2, -1, 0, 1, 97}));
  EXPECT_NEAR(robust_scale(x, {.unit_variance = true})[0], -1.3489795003921634, 1e-15);
  EXPECT_NEAR(robust_scale(x, {.spread = RobustSpread::mad, .unit_variance = true})[1], -0.6744897501960817, 1e-15);
}

TEST(RobustScale, UnitVarianceOfNormalNoise) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(-2.0F, 5.0F);
  std::vector<float> x(200'000);
  for (float& v : x) v = normal(random);
  for (const auto spread : {RobustSpread::iqr, RobustSpread::mad}) {
    double squares = 0.0;
    for (const float z : robust_scale(x, {.spread = spread, .unit_variance = true})) squares += std::pow(z, 2);
    EXPECT_NEAR(squares / 200'000, 1.0, 0.02);
  }
}

TEST(RobustScale, FlatLeadsAreZero) {
  EXPECT_EQ(robust_scale(std::vector<double>(9, 0.1)), std::vector<double>(9, 0.0));
  EXPECT_EQ(robust_scale(std::vector<double>{3.0}), std::vector<double>{0.0});
  EXPECT_EQ(robust_scale(std::vector<double>{0, 0, 0, 0, 9}), std::vector<double>(5, 0.0));  // a spike on a still line
}

TEST(RobustScale, Nan) {
  const std::vector<double> x = {1, missing, 2, 3, 7, 8, 9, 9};
  const hs::MatrixView<const double> leads(x.data(), 2, 4);
  const auto propagated = robust_scale(leads);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(std::isnan(propagated[i]), i < 4);
  const auto omitted = robust_scale(leads, {.nan_policy = hs::NanPolicy::omit});
  EXPECT_EQ(omitted[0], -1.0);
  EXPECT_TRUE(std::isnan(omitted[1]));
  EXPECT_EQ(omitted[3], 1.0);
  EXPECT_TRUE(
      raises<hs::DomainError>([&] { (void)robust_scale(leads, {.nan_policy = hs::NanPolicy::reject}); }, {"signal[1]"}));
}

TEST(RobustScale, EmptyAndErrors) {
  EXPECT_TRUE(robust_scale(std::vector<double>{}).empty());
  EXPECT_TRUE(
      raises<hs::DomainError>([] { (void)robust_scale(std::vector<double>{1.0}, {.min_scale = -1.0}); }, {"min_scale"}));
}

TEST(RobustScale, CallableAsWritten) {
  const std::array<double, 3> array = {1, 2, 3};
  const float plain[] = {1, 2, 3};
  EXPECT_EQ(robust_scale(array)[2], 1.0);
  EXPECT_EQ(robust_scale(plain)[2], 1.0F);
}

}  // namespace robust_scale_test
