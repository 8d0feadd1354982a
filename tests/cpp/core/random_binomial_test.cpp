#include <heartsight/core/random_binomial.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace random_binomial_test {

namespace hs = heartsight;
using hs::test::raises;

TEST(RandomBinomial, FollowsTheDistribution) {
  // Pearson's statistic against the exact masses: 10 to 400 degrees of freedom, five sigma.
  struct Case {
    std::int64_t n;
    double p;
  };
  for (const Case& c :
       {Case{1, 0.3}, Case{20, 0.1}, Case{30, 0.4}, Case{100, 0.5}, Case{100, 0.93}, Case{5000, 0.01}, Case{100000, 0.25}}) {
    hs::Random random(3);
    constexpr int n_draws = 200000;
    std::vector<int> seen(static_cast<std::size_t>(c.n) + 1, 0);
    for (int i = 0; i < n_draws; ++i) {
      const auto k = hs::draw_binomial(random, c.n, c.p);
      ASSERT_GE(k, 0);
      ASSERT_LE(k, c.n);
      ++seen[static_cast<std::size_t>(k)];
    }
    double statistic = 0.0;
    double n_cells = 0.0;
    double mass_left = 0.0;
    int seen_left = 0;
    for (std::int64_t k = 0; k <= c.n; ++k) {
      const auto x = static_cast<double>(k);
      const auto n = static_cast<double>(c.n);
      mass_left += std::exp(std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) + x * std::log(c.p) +
                            (n - x) * std::log1p(-c.p));
      seen_left += seen[static_cast<std::size_t>(k)];
      if (mass_left * n_draws >= 10.0) {
        const double expected = mass_left * n_draws;
        statistic += (seen_left - expected) * (seen_left - expected) / expected;
        n_cells += 1.0;
        mass_left = 0.0;
        seen_left = 0;
      }
    }
    EXPECT_LT(statistic, n_cells - 1 + 5.0 * std::sqrt(2.0 * n_cells) + 5.0) << c.n << " " << c.p;
  }
}

TEST(RandomBinomial, EndsAndErrors) {
  hs::Random random(1);
  EXPECT_EQ(hs::draw_binomial(random, 0, 0.5), 0);
  EXPECT_EQ(hs::draw_binomial(random, 7, 0.0), 0);
  EXPECT_EQ(hs::draw_binomial(random, 7, 1.0), 7);
  EXPECT_TRUE((raises<hs::DomainError>([&] { (void)hs::draw_binomial(random, -1, 0.5); }, {"draw_binomial: n"})));
  EXPECT_TRUE((raises<hs::DomainError>([&] { (void)hs::draw_binomial(random, 1, 1.5); }, {"draw_binomial: p"})));
}

TEST(RandomBinomial, ResampledCountsKeepTheTotalAndTheMeans) {
  hs::Random random(5);
  const std::vector<std::int64_t> counts = {0, 3, 0, 50, 947};
  std::vector<double> mean(counts.size(), 0.0);
  for (int i = 0; i < 20000; ++i) {
    const auto drawn = hs::draw_resampled_counts(random, counts);
    std::int64_t total = 0;
    for (std::size_t k = 0; k < drawn.size(); ++k) {
      total += drawn[k];
      mean[k] += static_cast<double>(drawn[k]) / 20000.0;
    }
    ASSERT_EQ(total, 1000);
  }
  EXPECT_EQ(mean[0], 0.0);
  EXPECT_EQ(mean[2], 0.0);
  EXPECT_NEAR(mean[1], 3.0, 0.06);
  EXPECT_NEAR(mean[3], 50.0, 0.25);
  EXPECT_TRUE(hs::draw_resampled_counts(random, {}).empty());
  EXPECT_EQ(hs::draw_resampled_counts(random, std::vector<std::int64_t>{0, 0}), (std::vector<std::int64_t>{0, 0}));
}

}  // namespace random_binomial_test
