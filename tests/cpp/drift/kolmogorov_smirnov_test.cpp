#include <heartsight/drift/kolmogorov_smirnov.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace kolmogorov_smirnov_test {

namespace drift = heartsight::drift;
using drift::kolmogorov_smirnov;
using drift::PValueMethod;

TEST(KolmogorovSmirnov, ByHand) {
  // Of the 20 orders of 3 + 3 values, 2 separate the samples.
  const auto apart = kolmogorov_smirnov(std::vector<double>{1, 2, 3}, std::vector<double>{4, 5, 6});
  EXPECT_EQ(apart.statistic, 1.0);
  EXPECT_NEAR(apart.p_value, 0.1, 1e-15);
  const auto same = kolmogorov_smirnov(std::vector<double>{1, 2, 3}, std::vector<double>{3, 2, 1});
  EXPECT_EQ(same.statistic, 0.0);
  EXPECT_EQ(same.p_value, 1.0);
  EXPECT_DOUBLE_EQ(kolmogorov_smirnov(std::vector<double>{1, 3}, std::vector<double>{2, 4, 5, 6}).statistic, 0.75);
}

TEST(KolmogorovSmirnov, EqualsSciPy) {  // scipy 1.17.1 ks_2samp
  std::vector<double> x(30);
  std::vector<double> y(40);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i * 7 % 30);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = 6.5 + 0.9 * static_cast<double>(i);
  const auto exact = kolmogorov_smirnov(x, y);
  EXPECT_DOUBLE_EQ(exact.statistic, 0.36666666666666664);
  EXPECT_NEAR(exact.p_value, 0.015347812678831072, 1e-13);
  const auto limit = kolmogorov_smirnov(x, y, {.method = PValueMethod::asymptotic});
  EXPECT_NEAR(limit.p_value, 0.01478728247600547, 5e-6);
}

TEST(KolmogorovSmirnov, SmallPValuesKeepTheirDigits) {
  std::vector<double> x(500);
  std::vector<double> y(500);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<double>(i);
    y[i] = 1000.0 + static_cast<double>(i);
  }
  const double p = kolmogorov_smirnov(x, y).p_value;  // 2 / C(1000, 500)
  EXPECT_NEAR(std::log(p), std::log(2.0) - (std::lgamma(1001.0) - 2.0 * std::lgamma(501.0)), 1e-9);
}

TEST(KolmogorovSmirnov, DegenerateInput) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(std::isnan(kolmogorov_smirnov(std::vector<double>{}, std::vector<double>{1}).p_value));
  EXPECT_TRUE(std::isnan(kolmogorov_smirnov(std::vector<double>{nan, nan}, std::vector<double>{1}).statistic));
  EXPECT_EQ(kolmogorov_smirnov(std::vector<double>{1, nan}, std::vector<double>{1}).p_value, 1.0);
  EXPECT_EQ(kolmogorov_smirnov(std::vector<double>{-inf, inf}, std::vector<double>{inf, inf}).statistic, 0.5);
  EXPECT_EQ(kolmogorov_smirnov(std::vector<double>{-0.0, 1}, std::vector<double>{0.0, 1}).statistic, 0.0);
}

TEST(KolmogorovSmirnov, CallableAsWritten) {
  const double x[] = {1, 2, 3};
  const std::array<double, 3> y = {2, 3, 4};
  const std::vector<float> xf = {1, 2, 3};
  const std::vector<float> yf = {2, 3, 4};
  EXPECT_EQ(kolmogorov_smirnov(x, y).p_value, kolmogorov_smirnov(xf, yf).p_value);
}

}  // namespace kolmogorov_smirnov_test
