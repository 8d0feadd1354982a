#include <heartsight/core/order_statistics.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace order_statistics_test {

namespace hs = heartsight;
using hs::test::raises;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The naive twin: sort, then look.
template <class T>
void expect_ranks(const std::vector<T>& values, const std::string& what) {
  std::vector<T> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::size_t> ranks;
  for (const double q : {0.0, 0.01, 0.25, 0.5, 0.5, 0.75, 0.99, 1.0}) {
    const auto rank = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
    ranks.push_back(rank);
    ranks.push_back(std::min(rank + 1, values.size() - 1));
  }
  std::sort(ranks.begin(), ranks.end());
  std::vector<T> found(ranks.size());
  hs::detail::RankSelection<T> work;
  for (int repeat = 0; repeat < 2; ++repeat) {  // a workspace that was used before gives the same
    hs::detail::select_ranks<T>(values, sorted.front(), sorted.back(), ranks, found, work);
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      ASSERT_EQ(found[i], sorted[ranks[i]]) << what << ", n = " << values.size() << ", rank " << ranks[i];
    }
  }
}

template <class T>
void expect_ranks_of_adversaries(std::size_t n) {
  std::mt19937_64 random(n);
  std::normal_distribution<double> normal;
  std::vector<T> x(n);
  const auto fill = [&](auto&& value) {
    for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<T>(value(i));
  };
  fill([&](std::size_t) { return normal(random); });
  expect_ranks(x, "normal");
  auto outlier = x;
  outlier[n / 2] = static_cast<T>(1e30);  // all others fall in one bin
  expect_ranks(outlier, "outlier");
  auto infinite = x;
  infinite[0] = static_cast<T>(infinity);
  infinite[n - 1] = static_cast<T>(-infinity);
  expect_ranks(infinite, "infinities");
  auto huge = x;
  huge[0] = std::numeric_limits<T>::max();
  huge[n - 1] = std::numeric_limits<T>::lowest();  // the range overflows
  expect_ranks(huge, "range beyond the type");
  fill([&](std::size_t) { return std::round(2.0 * normal(random)); });
  expect_ranks(x, "ties");
  fill([&](std::size_t i) { return i < n / 3 ? -1.0 : (i < n / 2 ? 1.0 : 0.0); });
  expect_ranks(x, "three values");
  fill([&](std::size_t i) { return static_cast<double>(i); });
  expect_ranks(x, "ascending");
  std::reverse(x.begin(), x.end());
  expect_ranks(x, "descending");
  fill([&](std::size_t) { return 4.0; });
  expect_ranks(x, "constant");
  fill(
      [&](std::size_t i) { return static_cast<double>(i % 7) * static_cast<double>(std::numeric_limits<T>::denorm_min()); });
  expect_ranks(x, "denormals");
  fill([&](std::size_t i) {
    return 1.0 + static_cast<double>(i % 3) * static_cast<double>(std::numeric_limits<T>::epsilon());
  });
  expect_ranks(x, "neighbours");
}

}  // namespace

TEST(SelectRanks, EqualsSortingOnAdversarialData) {
  for (std::size_t n = 1; n <= 300; ++n) {
    expect_ranks_of_adversaries<double>(n);
    expect_ranks_of_adversaries<float>(n);
    if (HasFatalFailure()) return;
  }
  expect_ranks_of_adversaries<double>(5000);
  expect_ranks_of_adversaries<float>(5000);
}

TEST(Quantile, ByHand) {
  const std::vector<double> x = {4, 1, 3, 2};
  using enum hs::QuantileMethod;
  // Hyndman and Fan's table for 1, 2, 3, 4 and q = 0.3; numpy 2.3.5 gives the same.
  const std::array<std::pair<hs::QuantileMethod, double>, 9> expected = {{{inverted_cdf, 2.0},
                                                                          {averaged_inverted_cdf, 2.0},
                                                                          {closest_observation, 1.0},
                                                                          {interpolated_inverted_cdf, 1.2},
                                                                          {hazen, 1.7},
                                                                          {weibull, 1.5},
                                                                          {linear, 1.9},
                                                                          {median_unbiased, 1.6333333333333333},
                                                                          {normal_unbiased, 1.65}}};
  for (const auto& [method, value] : expected) {
    EXPECT_NEAR(hs::quantile(x, 0.3, method), value, 1e-15) << static_cast<int>(method);
  }
  EXPECT_EQ(hs::median(x), 2.5);
}

TEST(Quantile, EndsAndMonotonyOfEveryMethod) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  for (const std::size_t n : {1U, 2U, 3U, 10U, 101U}) {
    std::vector<double> x(n);
    for (double& v : x) v = normal(random);
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    for (int method = 0; method < 9; ++method) {
      const auto m = static_cast<hs::QuantileMethod>(method);
      EXPECT_EQ(hs::quantile(x, 0.0, m), *low);
      EXPECT_EQ(hs::quantile(x, 1.0, m), *high);
      double before = *low;
      for (int i = 0; i <= 200; ++i) {
        const double value = hs::quantile(x, i / 200.0, m);
        EXPECT_GE(value, before) << "method " << method << ", n " << n << ", q " << i / 200.0;
        before = value;
      }
    }
  }
}

TEST(Quantile, DegenerateInput) {
  const std::vector<double> one = {3.5};
  EXPECT_EQ(hs::quantile(one, 0.7), 3.5);
  const std::vector<double> infinite = {-infinity, 1.0, infinity};
  EXPECT_EQ(hs::quantile(infinite, 0.5), 1.0);
  EXPECT_EQ(hs::quantile(infinite, 1.0), infinity);
  const std::vector<double> missing = {1.0, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_TRUE(std::isnan(hs::quantile(missing, 0.5)));
  const std::vector<double> none;
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)hs::quantile(none, 0.5); }, {"quantile: values", "empty"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)hs::median(none); }, {"values"}));
  for (const double q : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)hs::quantile(one, q); }, {"quantile: q = "}));
  }
}

TEST(Quantile, CallableAsWritten) {
  const std::vector<double> vector = {1, 2, 3};
  const std::array<float, 3> array = {1, 2, 3};
  const double plain[] = {1, 2, 3};
  EXPECT_EQ(hs::median(vector), 2.0);
  EXPECT_EQ(hs::median(array), 2.0);
  EXPECT_EQ(hs::median(plain), 2.0);
  EXPECT_EQ(hs::quantile(std::vector<float>{1, 2}, 0.5), 1.5);
  EXPECT_EQ(hs::quantile(std::span<const double>(vector).first(2), 0.5), 1.5);
}

}  // namespace order_statistics_test
