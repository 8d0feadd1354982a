#include <heartsight/signal/median_filter.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace median_filter_test {

namespace hs = heartsight;
using hs::signal::median_filter;
using hs::signal::MedianEdge;
using hs::signal::MedianFilterOptions;
using hs::test::raises;

namespace {

constexpr std::array edges = {MedianEdge::reflect, MedianEdge::mirror, MedianEdge::nearest, MedianEdge::constant};
constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// The definition: every window is copied and sorted.
std::vector<double> naive(const std::vector<double>& x, std::size_t width, const MedianFilterOptions& options) {
  const auto n = static_cast<std::ptrdiff_t>(x.size());
  std::vector<double> result;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    std::vector<double> window;
    for (std::ptrdiff_t k = 0; k < static_cast<std::ptrdiff_t>(width); ++k) {
      std::ptrdiff_t at = i - static_cast<std::ptrdiff_t>(width / 2) + k;
      bool inside = true;
      while (at < 0 || at >= n) {
        if (options.edge == MedianEdge::constant) {
          inside = false;
          break;
        }
        if (options.edge == MedianEdge::nearest || n == 1) at = std::clamp<std::ptrdiff_t>(at, 0, n - 1);
        const std::ptrdiff_t repeated = options.edge == MedianEdge::reflect ? 1 : 0;
        if (at < 0) at = -at - repeated;
        if (at >= n) at = 2 * n - 2 + repeated - at;
      }
      window.push_back(inside ? x[static_cast<std::size_t>(at)] : options.constant_value);
    }
    if (std::any_of(window.begin(), window.end(), [](double v) { return std::isnan(v); })) {
      result.push_back(missing);
    } else {
      std::sort(window.begin(), window.end());
      result.push_back(window[width / 2]);
    }
  }
  return result;
}

void expect_same(const std::vector<double>& got, const std::vector<double>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(wanted[i])) {
      ASSERT_TRUE(std::isnan(got[i])) << i;
    } else {
      ASSERT_EQ(got[i], wanted[i]) << i;
    }
  }
}

}  // namespace

TEST(MedianFilter, ByHand) {
  const std::vector<double> x = {1, 9, 2, 3, 8, 4};
  EXPECT_EQ(median_filter(x, 3), (std::vector<double>{1, 2, 3, 3, 4, 4}));
  EXPECT_EQ(median_filter(x, 3, {.edge = MedianEdge::constant}), (std::vector<double>{1, 2, 3, 3, 4, 4}));
  EXPECT_EQ(median_filter(x, 2), (std::vector<double>{1, 9, 9, 3, 8, 8}));  // the greater of two, the sample before included
  EXPECT_EQ(median_filter(x, 1), x);
}

TEST(MedianFilter, EqualsItsDefinition) {
  std::mt19937 random(17);
  std::normal_distribution<double> normal;
  std::uniform_int_distribution<int> few(0, 4);
  for (const std::size_t n : {1, 2, 3, 4, 9, 60, 400}) {
    for (const std::size_t width : {1, 2, 3, 4, 5, 6, 7, 8, 13, 101, 250}) {
      std::vector<double> x(n);
      for (const int kind : {0, 1, 2, 3, 4}) {
        for (double& v : x) v = kind == 1 ? few(random) : normal(random);
        if (kind == 2) x[n / 2] = missing;
        if (kind == 3) x[n / 3] = x[n / 2] = infinity;
        if (kind == 4) x[n / 3] = 1e300;  // leaves the rest no room on the scale of sorting by counting
        for (const MedianEdge edge : edges) {
          const MedianFilterOptions options{.edge = edge, .constant_value = 0.25};
          expect_same(median_filter(x, width, options), naive(x, width, options));
        }
      }
    }
  }
}

TEST(MedianFilter, ManyBlocks) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> x(6000);
  double walk = 0.0;
  for (double& v : x) v = walk += normal(random);
  x[2500] = missing;
  x[2501] = missing;
  x[4000] = -infinity;
  for (const std::size_t width : {3, 5, 7, 100, 101, 999}) expect_same(median_filter(x, width), naive(x, width, {}));
}

TEST(MedianFilter, MoreThanSixtyFourThousandAtOnce) {  // another way of sorting, and the third level of the set
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> x(300'000);
  for (float& v : x) v = normal(random);
  const std::size_t width = 60'001;
  const auto y = median_filter(x, width);
  for (const std::size_t at : {30'000, 100'000, 269'999}) {
    std::vector<float> window(x.begin() + static_cast<std::ptrdiff_t>(at - 30'000),
                              x.begin() + static_cast<std::ptrdiff_t>(at + 30'001));
    std::nth_element(window.begin(), window.begin() + 30'000, window.end());
    EXPECT_EQ(y[at], window[30'000]);
  }
}

TEST(MedianFilter, LeadsAndFloat) {
  std::mt19937 random(9);
  std::normal_distribution<float> normal;
  std::vector<float> x(3 * 500);
  for (float& v : x) v = normal(random);
  const auto y = median_filter(hs::MatrixView<const float>(x.data(), 3, 400, 500), 9);
  ASSERT_EQ(y.size(), 1200U);
  for (std::size_t lead = 0; lead < 3; ++lead) {
    const std::span<const float> row(x.data() + 500 * lead, 400);
    const auto wanted = naive({row.begin(), row.end()}, 9, {});
    for (std::size_t i = 0; i < 400; ++i) ASSERT_EQ(y[400 * lead + i], static_cast<float>(wanted[i]));
  }
}

TEST(MedianFilter, DegenerateInput) {
  EXPECT_TRUE(median_filter(std::vector<double>{}, 5).empty());
  EXPECT_EQ(median_filter(std::vector<double>{2.0}, 101), (std::vector<double>{2.0}));
  EXPECT_EQ(median_filter(std::vector<double>(50, 3.0), 11), std::vector<double>(50, 3.0));
  for (const double y : median_filter(std::vector<double>(50, missing), 11)) EXPECT_TRUE(std::isnan(y));
  for (const double y : median_filter(std::vector<double>(50, infinity), 11)) EXPECT_EQ(y, infinity);
  const double denormal = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(median_filter(std::vector<double>{0, denormal, denormal, 2 * denormal, denormal, 0, 0, 0}, 7)[3], denormal);
}

TEST(MedianFilter, Errors) {
  const std::vector<double> x = {1, 2, 3};
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)median_filter(x, 0); }, {"median_filter: width = 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)median_filter(x, (std::size_t{1} << 24) + 1); }, {"width"}));
}

TEST(MedianFilter, CallableAsWritten) {
  const std::vector<float> vector = {1, 5, 3, 4};
  const std::array<double, 4> array = {1, 5, 3, 4};
  const double plain[] = {1, 5, 3, 4};
  EXPECT_EQ(median_filter(vector, 3)[1], 3.0F);
  EXPECT_EQ(median_filter(plain, 3), median_filter(array, 3));
}

}  // namespace median_filter_test
