#include <heartsight/signal/remove_baseline.hpp>

#include <heartsight/signal/median_filter.hpp>
#include <heartsight/signal/sosfiltfilt.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace remove_baseline_test {

namespace hs = heartsight;
using hs::signal::BaselineMethod;
using hs::signal::remove_baseline;
using hs::test::raises;

namespace {

/// Narrow beats once a second; with wander of 0.2 Hz on top.
std::vector<double> beats(std::size_t n, double rate, double wander) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) / rate;
    const double phase = t - std::floor(t) - 0.5;
    x[i] = std::exp(-0.5 * std::pow(phase / 0.02, 2)) + wander * std::sin(2.0 * std::numbers::pi * 0.2 * t);
  }
  return x;
}

}  // namespace

TEST(RemoveBaseline, TakesTheWanderAndLeavesTheBeats) {
  const auto clean = beats(10'000, 500.0, 0.0);
  const auto wandering = beats(10'000, 500.0, 1.0);
  for (const auto method : {BaselineMethod::highpass, BaselineMethod::median}) {
    const auto y = remove_baseline(wandering, 500.0, {.method = method});
    const auto of_clean = remove_baseline(clean, 500.0, {.method = method});
    for (std::size_t i = 2000; i < 8000; ++i) EXPECT_NEAR(y[i], of_clean[i], 0.15);
    EXPECT_NEAR(y[5250], 1.0, 0.15);
  }
}

TEST(RemoveBaseline, EqualsItsParts) {
  const auto x = beats(3000, 360.0, 1.0);
  EXPECT_EQ(remove_baseline(x, 360.0), hs::signal::sosfiltfilt(hs::signal::butterworth(2, 360.0, {.low_hz = 0.5}), x));
  // 0.2 s and 0.6 s at 360 Hz are 72 and 216 samples
  const auto baseline = hs::signal::median_filter(hs::signal::median_filter(x, 73), 217);
  const auto y = remove_baseline(x, 360.0, {.method = BaselineMethod::median});
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(y[i], x[i] - baseline[i]);
}

TEST(RemoveBaseline, FloatAndLeads) {
  const auto one = beats(2000, 250.0, 1.0);
  std::vector<float> x(one.begin(), one.end());
  x.insert(x.end(), one.rbegin(), one.rend());
  for (const auto method : {BaselineMethod::highpass, BaselineMethod::median}) {
    const auto y = remove_baseline(hs::MatrixView<const float>(x.data(), 2, 2000), 250.0, {.method = method});
    const auto wanted = remove_baseline(one, 250.0, {.method = method});
    for (std::size_t i = 0; i < 2000; ++i) EXPECT_NEAR(y[i], wanted[i], 1e-6);
  }
}

TEST(RemoveBaseline, DegenerateInput) {
  for (const auto method : {BaselineMethod::highpass, BaselineMethod::median}) {
    EXPECT_TRUE(remove_baseline(std::vector<double>{}, 500.0, {.method = method}).empty());
    for (const double y : remove_baseline(std::vector<double>(50, 4.0), 500.0, {.method = method}))
      EXPECT_NEAR(y, 0.0, 1e-11);
    EXPECT_NEAR(remove_baseline(std::vector<double>{4.0}, 500.0, {.method = method}).at(0), 0.0, 1e-11);
  }
  auto gap = beats(5000, 500.0, 1.0);
  gap[2500] = std::numeric_limits<double>::quiet_NaN();
  const auto y = remove_baseline(gap, 500.0, {.method = BaselineMethod::median});
  for (std::size_t i = 0; i < 5000; ++i) EXPECT_EQ(std::isnan(y[i]), i >= 2300 && i <= 2700) << i;  // 50 + 150 to each side
}

TEST(RemoveBaseline, Errors) {
  const std::vector<double> x(100, 1.0);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)remove_baseline(x, 500.0, {.cutoff_hz = 250.0}); }, {"low_hz = 250"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)remove_baseline(x, 500.0, {.order = 0}); }, {"order"}));
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), 1e6}) {
    EXPECT_TRUE(raises<hs::DomainError>(
        [&] { (void)remove_baseline(x, 500.0, {.method = BaselineMethod::median, .first_window_s = bad}); },
        {"remove_baseline: first_window_s"}));
    EXPECT_TRUE(raises<hs::DomainError>(
        [&] { (void)remove_baseline(x, 500.0, {.method = BaselineMethod::median, .second_window_s = bad}); },
        {"remove_baseline: second_window_s"}));
  }
}

TEST(RemoveBaseline, CallableAsWritten) {
  const std::array<double, 3> array = {1, 2, 3};
  const float plain[] = {1, 2, 3};
  EXPECT_EQ(remove_baseline(array, 500.0).size(), 3U);
  EXPECT_EQ(remove_baseline(plain, 500.0).size(), 3U);
}

}  // namespace remove_baseline_test
