#include <heartsight/features/sample_entropy.hpp>

#include "cpp/features/nn_cases.hpp"
#include "cpp/raises.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sample_entropy_test {

namespace hs = heartsight;
using hs::features::approximate_entropy;
using hs::features::NnSeries;
using hs::features::sample_entropy;
using hs::test::raises;

namespace {

bool matches(const std::vector<double>& x, std::size_t i, std::size_t j, std::size_t length, double r) {
  for (std::size_t k = 0; k < length; ++k) {
    if (!(std::abs(x[i + k] - x[j + k]) <= r)) return false;  // NaN, a gap, matches nothing
  }
  return true;
}

double naive_sample(const std::vector<double>& x, std::size_t m, double r) {
  double a = 0.0;
  double b = 0.0;
  for (std::size_t i = 0; i + m < x.size(); ++i) {
    if (!matches(x, i, i, m + 1, r)) continue;
    for (std::size_t j = i + 1; j + m < x.size(); ++j) {
      if (!matches(x, j, j, m + 1, r)) continue;
      b += matches(x, i, j, m, r) ? 1.0 : 0.0;
      a += matches(x, i, j, m + 1, r) ? 1.0 : 0.0;
    }
  }
  return -std::log(a / b);
}

double naive_approximate(const std::vector<double>& x, std::size_t m, double r) {
  const auto phi = [&](std::size_t length) {
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i + length <= x.size(); ++i) {
      if (matches(x, i, i, length, r)) starts.push_back(i);
    }
    double sum = 0.0;
    for (const std::size_t i : starts) {
      double count = 0.0;
      for (const std::size_t j : starts) count += matches(x, i, j, length, r) ? 1.0 : 0.0;
      sum += std::log(count / static_cast<double>(starts.size()));
    }
    return sum / static_cast<double>(starts.size());
  };
  return phi(m) - phi(m + 1);
}

}  // namespace

TEST(SampleEntropy, EqualsItsDefinition) {
  auto x = hs::test::swinging(200, 30.0, 0.1, 10.0);
  auto gaps = x;
  for (const std::size_t i : {20U, 21U, 77U, 150U}) gaps[i] = std::numeric_limits<double>::quiet_NaN();
  auto ties = x;
  for (double& v : ties) v = std::round(v / 8.0) * 8.0;
  for (const auto& series : {x, gaps, ties}) {
    for (const std::size_t m : {1U, 2U, 3U, 4U}) {
      for (const double r : {16.0, 25.0}) {
        EXPECT_NEAR(sample_entropy(NnSeries(series), m, r), naive_sample(series, m, r), 1e-12) << m;
        EXPECT_NEAR(approximate_entropy(NnSeries(series), m, r), naive_approximate(series, m, r), 1e-12) << m;
      }
    }
  }
}

#if defined(__x86_64__) && defined(__GNUC__)
TEST(SampleEntropy, WideCodeCountsAsPlainCodeDoes) {
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "this machine has no AVX2";
  const auto x = hs::test::swinging(200, 30.0, 0.1, 10.0);
  for (const std::size_t n : {0U, 1U, 3U, 8U, 61U, 150U}) {
    namespace detail = hs::features::detail;
    const auto plain = detail::count_matches(x.data(), x.data() + 1, 2, 2 + n, 800.0, 810.0, 20.0);
    const auto wide = detail::count_matches_avx2(x.data(), x.data() + 1, 2, 2 + n, 800.0, 810.0, 20.0);
    EXPECT_EQ(plain.shorter, wide.shorter);
    EXPECT_EQ(plain.longer, wide.longer);
  }
}
#endif

TEST(SampleEntropy, HandComputed) {
  // Templates of two: (1, 2) three times, (2, 1) twice, all followed: B = 3 + 1 pairs; of three: (1, 2, 1) twice: A = 1 + 1.
  const NnSeries x(std::vector<double>{100, 200, 100, 200, 100, 200, 300});
  EXPECT_NEAR(sample_entropy(x, 2, 0.0), -std::log(2.0 / 4.0), 1e-15);
}

TEST(SampleEntropy, Degenerate) {
  EXPECT_TRUE(std::isnan(sample_entropy(NnSeries(std::vector<double>{}), 2, 1.0)));
  EXPECT_TRUE(std::isnan(approximate_entropy(NnSeries(std::vector<double>{800}), 2, 1.0)));
  EXPECT_TRUE(std::isnan(sample_entropy(NnSeries(std::vector<double>{100, 200, 300, 400, 500}), 2, 1.0)));
  EXPECT_EQ(sample_entropy(NnSeries(std::vector<double>(50, 800.0)), 2, 0.0), 0.0);
  EXPECT_EQ(sample_entropy(NnSeries(std::vector<double>{100, 200, 500, 100, 200, 600}), 2, 1.0),
            std::numeric_limits<double>::infinity());
}

TEST(SampleEntropy, LongSeriesAreCutIntoEqualBlocks) {
  const std::vector<double> x(300'000, 800.0);
  const auto blocks = hs::features::detail::template_starts(NnSeries(x), 3);
  ASSERT_EQ(blocks.size(), 3U);
  std::size_t total = 0;
  for (const auto& block : blocks) {
    EXPECT_LE(block.start.size(), hs::features::detail::longest_template_block);
    EXPECT_GE(block.start.size(), 99'999U);
    total += block.start.size();
  }
  EXPECT_EQ(total, 299'998U);
}

TEST(SampleEntropy, Errors) {
  const NnSeries x(std::vector<double>{800, 900});
  for (const std::size_t bad : {0U, 21U}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)sample_entropy(x, bad, 1.0); }, {"sample_entropy: dimension"}));
    EXPECT_TRUE(
        raises<hs::DomainError>([&] { (void)approximate_entropy(x, bad, 1.0); }, {"approximate_entropy: dimension"}));
  }
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)sample_entropy(x, 2, -1.0); }, {"tolerance_ms"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)sample_entropy(x, 2, std::nan("")); }, {"tolerance_ms"}));
}

}  // namespace sample_entropy_test
