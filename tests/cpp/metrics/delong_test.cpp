#include <heartsight/metrics/delong.hpp>

#include <heartsight/core/random.hpp>

#include "cpp/raises.hpp"

#include <array>

namespace delong_test {

namespace hs = heartsight;
using hs::metrics::auroc_interval;
using hs::metrics::compare_auroc;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

namespace {

/// DeLong's variance from all pairs, as the paper writes it.
double naive_variance(const Labels& y, const Numbers& a, const Numbers& b, bool difference) {
  const auto component = [&](const Numbers& s, std::size_t i) {
    double sum = 0.0;
    double n = 0.0;
    for (std::size_t k = 0; k < y.size(); ++k) {
      if (y[k] == y[i]) continue;
      const double positive = y[i] == 1 ? s[i] : s[k];
      const double negative = y[i] == 1 ? s[k] : s[i];
      sum += positive > negative ? 1.0 : (positive == negative ? 0.5 : 0.0);
      n += 1.0;
    }
    return sum / n;
  };
  double variance = 0.0;
  for (const std::int64_t c : {0, 1}) {
    Numbers v;
    for (std::size_t i = 0; i < y.size(); ++i) {
      if (y[i] == c) v.push_back(component(a, i) - (difference ? component(b, i) : 0.0));
    }
    double mean = 0.0;
    for (const double x : v) mean += x / static_cast<double>(v.size());
    double squares = 0.0;
    for (const double x : v) squares += (x - mean) * (x - mean);
    variance += squares / static_cast<double>(v.size() - 1) / static_cast<double>(v.size());
  }
  return variance;
}

}  // namespace

TEST(AurocInterval, EqualsAllPairsWithTies) {
  hs::Random random(1);
  for (int repeat = 0; repeat < 30; ++repeat) {
    Labels y;
    Numbers a;
    Numbers b;
    for (int i = 0; i < 40; ++i) {
      y.push_back(i < 4 ? i % 2 : static_cast<std::int64_t>(random.below(2)));
      a.push_back(static_cast<double>(random.below(9)) + static_cast<double>(y.back()));
      b.push_back(static_cast<double>(random.below(20)) + 2.0 * static_cast<double>(y.back()));
    }
    const auto got = auroc_interval(y, a);
    ASSERT_NEAR(got.standard_error, std::sqrt(naive_variance(y, a, a, false)), 1e-13);
    ASSERT_TRUE(0.0 <= got.low && got.low < got.auroc && got.auroc < got.high && got.high <= 1.0);
    const auto both = compare_auroc(y, a, b);
    ASSERT_NEAR(both.standard_error, std::sqrt(naive_variance(y, a, b, true)), 1e-13);
    ASSERT_EQ(both.auroc_a, got.auroc);
    ASSERT_NEAR(both.z, (both.auroc_a - both.auroc_b) / both.standard_error, 1e-12);
    const auto swapped = compare_auroc(y, b, a);
    ASSERT_NEAR(swapped.low, -both.high, 1e-12);
    ASSERT_NEAR(swapped.p_value, both.p_value, 1e-12);
  }
}

TEST(AurocInterval, Degenerate) {
  const auto one_class = auroc_interval(Labels{1, 1}, Numbers{1, 2});
  EXPECT_TRUE(std::isnan(one_class.auroc));
  EXPECT_EQ(one_class.low, 0.0);
  EXPECT_EQ(one_class.high, 1.0);
  EXPECT_EQ(one_class.n_positive, 2U);
  const auto one_positive = auroc_interval(Labels{0, 0, 1}, Numbers{1, 2, 3});
  EXPECT_EQ(one_positive.auroc, 1.0);
  EXPECT_EQ(one_positive.low, 0.0);
  // Perfect: the limit of 3 successes in 3 trials.
  const auto perfect = auroc_interval(Labels{0, 0, 0, 1, 1, 1}, Numbers{1, 2, 3, 4, 5, 6});
  EXPECT_NEAR(perfect.low, std::pow(0.025, 1.0 / 3.0), 1e-12);
  EXPECT_EQ(perfect.high, 1.0);
  const auto wrong = auroc_interval(Labels{1, 1, 1, 0, 0, 0}, Numbers{1, 2, 3, 4, 5, 6});
  EXPECT_NEAR(wrong.high, 1.0 - std::pow(0.025, 1.0 / 3.0), 1e-12);
  const auto constant = auroc_interval(Labels{0, 0, 1, 1}, Numbers{1, 1, 1, 1});
  EXPECT_EQ(constant.low, 0.5);
  EXPECT_EQ(constant.high, 0.5);
}

TEST(CompareAuroc, Degenerate) {
  const Labels y = {0, 0, 1, 1};
  const auto same = compare_auroc(y, Numbers{1, 3, 2, 4}, Numbers{10, 30, 20, 40});
  EXPECT_EQ(same.z, 0.0);
  EXPECT_EQ(same.p_value, 1.0);
  EXPECT_EQ(same.low, 0.0);
  const auto opposite = compare_auroc(y, Numbers{1, 2, 3, 4}, Numbers{4, 3, 2, 1});
  EXPECT_EQ(opposite.difference, 1.0);
  EXPECT_TRUE(std::isnan(opposite.p_value));
  EXPECT_TRUE(std::isnan(compare_auroc(Labels{1}, Numbers{1}, Numbers{2}).difference));
}

TEST(Delong, ErrorsAndFloats) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)auroc_interval(Labels{0, 1}, Numbers{1, 2}, 1.0); }, {"level = 1"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)auroc_interval(Labels{}, Numbers{}); }, {"auroc_interval: label"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)compare_auroc(Labels{0, 1}, Numbers{1, 2}, Numbers{1}); }, {"score_b"}));
  const std::array<float, 4> floats = {0.5F, 0.25F, 1.0F, 0.5F};
  const double doubles[] = {0.5, 0.25, 1.0, 0.5};
  const std::int64_t y[] = {0, 0, 1, 1};
  EXPECT_EQ(auroc_interval(y, floats).low, auroc_interval(y, doubles).low);
  EXPECT_EQ(compare_auroc(y, floats, floats).difference, compare_auroc(y, doubles, doubles).difference);
}

}  // namespace delong_test
