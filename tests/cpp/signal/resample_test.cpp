#include <heartsight/signal/resample.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <random>

namespace resample_test {

namespace hs = heartsight;
using hs::signal::resample_poly;
using hs::signal::resample_ratio;
using hs::signal::ResampleRatio;
using hs::test::raises;

namespace {

constexpr hs::signal::ResamplePolyOptions with_line{.kaiser_beta = 5.0, .padding = hs::signal::ResamplePadding::line};

std::vector<double> sine(double frequency_hz, double rate_hz, std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i)
    x[i] = std::sin(2.0 * std::numbers::pi * frequency_hz * static_cast<double>(i) / rate_hz);
  return x;
}

/// The definition: zeros between the samples, a filter over everything, every down-th value.
std::vector<double> naive(const std::vector<double>& x, std::size_t up, std::size_t down) {
  const std::size_t common = std::gcd(up, down);
  up /= common;
  down /= common;
  const std::size_t half = 10 * std::max(up, down);
  const auto taps = hs::signal::detail::kaiser_lowpass(half, 1.0 / static_cast<double>(std::max(up, down)), 5.0);
  std::vector<double> result;
  for (std::size_t m = 0; m * down < x.size() * up; ++m) {
    double sum = 0.0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      const auto tap = static_cast<std::ptrdiff_t>(m * down + half) - static_cast<std::ptrdiff_t>(k * up);
      if (tap >= 0 && tap < static_cast<std::ptrdiff_t>(taps.size())) {
        sum += static_cast<double>(up) * taps[static_cast<std::size_t>(tap)] * x[k];
      }
    }
    result.push_back(sum);
  }
  return result;
}

}  // namespace

TEST(ResamplePoly, EqualsItsDefinition) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  for (const std::size_t n : {1U, 2U, 5U, 63U, 200U}) {
    std::vector<double> x(n);
    for (double& v : x) v = normal(random);
    for (const auto& [up, down] : {std::pair{2UL, 1UL}, {1UL, 5UL}, {5UL, 18UL}, {100UL, 257UL}, {7UL, 3UL}, {4UL, 6UL}}) {
      const auto expected = naive(x, up, down);
      const auto got = resample_poly(x, up, down);
      ASSERT_EQ(got.size(), expected.size());
      for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], expected[i], 1e-12) << n << " " << up << "/" << down;
    }
  }
}

TEST(ResamplePoly, KeepsASineAndRemovesWhatTheNewRateCannotHold) {
  const auto x = resample_poly(sine(10.0, 500.0, 5000), 1, 5);
  const auto wanted = sine(10.0, 100.0, 1000);
  ASSERT_EQ(x.size(), wanted.size());
  for (std::size_t i = 50; i + 50 < x.size(); ++i) EXPECT_NEAR(x[i], wanted[i], 2e-3);
  const auto alias = resample_poly(sine(90.0, 500.0, 5000), 1, 5);  // would fold to 10 Hz
  for (std::size_t i = 50; i + 50 < alias.size(); ++i) EXPECT_LT(std::abs(alias[i]), 2e-3);
}

TEST(ResamplePoly, AStraightLineStaysOneWithLinePadding) {
  std::vector<double> x(400);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 3.0 + 0.01 * static_cast<double>(i);
  const auto y = resample_poly(x, 5, 18, with_line);
  ASSERT_EQ(y.size(), 112U);  // ceil(400 * 5 / 18)
  for (std::size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], 3.0 + 0.01 * 3.6 * static_cast<double>(i), 1e-12);
}

TEST(ResamplePoly, DegenerateInput) {
  EXPECT_TRUE(resample_poly(std::vector<double>{}, 3, 2).empty());
  const std::vector<double> x = {1, 2, 3};
  EXPECT_EQ(resample_poly(x, 4, 4), x);
  EXPECT_EQ(resample_poly(std::vector<double>{2.0}, 3, 1, with_line), (std::vector<double>{2, 2, 2}));
  auto gap = sine(1.0, 100.0, 500);
  gap[250] = std::numeric_limits<double>::quiet_NaN();
  const auto y = resample_poly(gap, 1, 2);
  EXPECT_TRUE(std::isnan(y[125]));
  EXPECT_TRUE(std::isfinite(y[0]) && std::isfinite(y[249]));  // NaN reaches no further than the filter
}

TEST(ResamplePoly, Errors) {
  const std::vector<double> x = {1, 2, 3};
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)resample_poly(x, 0, 1); }, {"resample_poly: up = 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)resample_poly(x, 1, 0); }, {"down = 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)resample_poly(x, std::size_t{1} << 62, 1); }, {"up", "100000"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)resample_poly(x, 1, 100'001); }, {"down", "100000"}));
  for (const double beta : {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)resample_poly(x, 1, 2, {.kaiser_beta = beta}); }, {"kaiser_beta"}));
  }
}

TEST(ResamplePoly, CallableAsWritten) {
  const std::vector<float> vector = {1, 2, 3, 4};
  const std::array<double, 4> array = {1, 2, 3, 4};
  const double plain[] = {1, 2, 3, 4};
  const auto floats = resample_poly(vector, 1, 2);
  static_assert(std::is_same_v<decltype(floats), const std::vector<float>>);
  EXPECT_NEAR(floats[1], resample_poly(array, 1, 2)[1], 1e-6);
  EXPECT_EQ(resample_poly(plain, 1, 2), resample_poly(array, 1, 2));
}

TEST(ResampleRatio, CommonRates) {
  EXPECT_EQ(resample_ratio(500, 100), (ResampleRatio{1, 5}));
  EXPECT_EQ(resample_ratio(360, 100), (ResampleRatio{5, 18}));
  EXPECT_EQ(resample_ratio(257, 100), (ResampleRatio{100, 257}));
  EXPECT_EQ(resample_ratio(50, 100), (ResampleRatio{2, 1}));
  EXPECT_EQ(resample_ratio(100, 100), (ResampleRatio{1, 1}));
  EXPECT_EQ(resample_ratio(128.5, 250), (ResampleRatio{500, 257}));
}

TEST(ResampleRatio, EveryRatioIsClose) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> rate(20.0, 1000.0);
  for (int i = 0; i < 10'000; ++i) {
    const double from = rate(random);
    const double to = rate(random);
    const auto [up, down] = resample_ratio(from, to);
    ASSERT_TRUE(up >= 1 && down >= 1 && up <= 10'000 && down <= 10'000);
    ASSERT_NEAR(static_cast<double>(up) / static_cast<double>(down) / (to / from), 1.0, 1e-4) << from << " " << to;
  }
}

TEST(ResampleRatio, Errors) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)resample_ratio(0.0, 100.0); }, {"from_hz"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)resample_ratio(100.0, std::nan("")); }, {"to_hz"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)resample_ratio(1.0, 5001.0); }, {"to_hz / from_hz"}));
}

}  // namespace resample_test
