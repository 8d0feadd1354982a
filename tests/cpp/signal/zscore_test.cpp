#include <heartsight/signal/zscore.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace zscore_test {

namespace hs = heartsight;
using hs::signal::zscore;
using hs::test::raises;

namespace {
constexpr double missing = std::numeric_limits<double>::quiet_NaN();
}

TEST(Zscore, ByHand) {
  const auto z = zscore(std::vector<double>{2, 4, 4, 4, 5, 5, 7, 9});  // mean 5, deviation 2
  const std::vector<double> wanted = {-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2};
  EXPECT_EQ(z, wanted);
}

TEST(Zscore, LeadsApartAndInFloat) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(3.0F, 7.0F);
  std::vector<float> x(3 * 1001);
  for (float& v : x) v = normal(random);
  const auto z = zscore(hs::MatrixView<const float>(x.data(), 3, 1001));
  for (std::size_t lead = 0; lead < 3; ++lead) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < 1001; ++i) {
      sum += z[lead * 1001 + i];
      squares += std::pow(z[lead * 1001 + i], 2);
    }
    EXPECT_NEAR(sum / 1001, 0.0, 1e-6);
    EXPECT_NEAR(squares / 1001, 1.0, 1e-6);
  }
}

TEST(Zscore, ALargeLevelCostsNoDigits) {
  const auto z = zscore(std::vector<double>{1e9 - 1, 1e9 + 1});
  EXPECT_EQ(z, (std::vector<double>{-1, 1}));
}

TEST(Zscore, FlatLeadsAreZero) {
  EXPECT_EQ(zscore(std::vector<double>(100, 0.1)), std::vector<double>(100, 0.0));  // 0.1 has no exact mean
  EXPECT_EQ(zscore(std::vector<double>{5.0}), std::vector<double>{0.0});
  EXPECT_EQ(zscore(std::vector<double>{1e-13, -1e-13}), std::vector<double>(2, 0.0));  // what a filter leaves of nothing
  EXPECT_EQ(zscore(std::vector<double>{1e-13, -1e-13}, {.min_scale = 0.0}), (std::vector<double>{1, -1}));
  EXPECT_EQ(zscore(std::vector<float>(1000, 0.1F)), std::vector<float>(1000, 0.0F));
}

TEST(Zscore, Nan) {
  const std::vector<double> x = {1, missing, 3, 7, 7, 7};
  const hs::MatrixView<const double> leads(x.data(), 2, 3);
  const auto propagated = zscore(leads);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(std::isnan(propagated[i]), i < 3);
  const auto omitted = zscore(leads, {.nan_policy = hs::NanPolicy::omit});
  EXPECT_EQ(omitted[0], -1.0);
  EXPECT_TRUE(std::isnan(omitted[1]));
  EXPECT_EQ(omitted[2], 1.0);
  EXPECT_EQ(omitted[3], 0.0);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)zscore(leads, {.nan_policy = hs::NanPolicy::reject}); }, {"signal[1]"}));
  for (const double z : zscore(std::vector<double>(3, missing), {.nan_policy = hs::NanPolicy::omit})) {
    EXPECT_TRUE(std::isnan(z));
  }
  for (const double z : zscore(std::vector<double>{1, std::numeric_limits<double>::infinity()})) EXPECT_TRUE(std::isnan(z));
}

TEST(Zscore, EmptyAndErrors) {
  EXPECT_TRUE(zscore(std::vector<double>{}).empty());
  EXPECT_TRUE(zscore(hs::MatrixView<const double>(nullptr, 4, 0)).empty());
  for (const double bad : {-1.0, missing, std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)zscore(std::vector<double>{1.0}, {.min_scale = bad}); }, {"min_scale"}));
  }
}

TEST(Zscore, CallableAsWritten) {
  const std::array<double, 2> array = {1, 3};
  const float plain[] = {1, 3};
  EXPECT_EQ(zscore(array)[1], 1.0);
  EXPECT_EQ(zscore(plain)[1], 1.0F);
}

}  // namespace zscore_test
