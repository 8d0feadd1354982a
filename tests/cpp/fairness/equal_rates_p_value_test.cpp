#include <heartsight/fairness/equal_rates_p_value.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace equal_rates_p_value_test {

namespace hf = heartsight::fairness;
using heartsight::test::raises;
using Shares = std::vector<hf::Share>;

TEST(EqualRatesPValue, EqualsSciPy) {  // scipy 1.17.1, chi2_contingency(correction=False) and fisher_exact
  EXPECT_NEAR(hf::equal_rates_p_value(Shares{{30, 100}, {45, 120}, {80, 150}}), 0.0006031070463864535, 1e-14);
  EXPECT_NEAR(hf::equal_rates_p_value(Shares{{300, 1000}, {345, 1000}}), 0.03134440912327082, 1e-14);
  EXPECT_NEAR(hf::equal_rates_p_value(Shares{{0, 5}, {5, 5}}), 0.007936507936507938, 1e-13);
  EXPECT_NEAR(hf::equal_rates_p_value(Shares{{1, 400}, {9, 500}}), 0.049174885246298115, 1e-11);
  EXPECT_NEAR(hf::equal_rates_p_value(Shares{{2, 3}, {3000, 9000}}), 0.2593826931915857, 1e-10);
  EXPECT_NEAR(hf::detail::fisher_exact({7, 11}, {4, 11}), 0.3948559180757324, 1e-13);
  EXPECT_NEAR(hf::detail::fisher_exact({14, 27}, {18, 35}), 1.0, 1e-12);
}

TEST(EqualRatesPValue, FisherKeepsItsDigitsForHugeCounts) {
  // Nearly Poisson: 0 of 2 cases against 5 in 10^12.
  EXPECT_NEAR(hf::detail::fisher_exact({0, 2}, {5, 1000000000000}), 1.0, 1e-9);
  EXPECT_NEAR(hf::detail::fisher_exact({1, 2}, {5, 1000000000000}) / 1.2e-11, 1.0, 1e-6);
}

TEST(EqualRatesPValue, ThreeSmallGroupsAreSimulated) {
  // 5 of 5, 0 of 5, 0 of 5: of the tables with 5 in all 3 of 3003 are as unequal under fixed margins.
  const double p = hf::equal_rates_p_value(Shares{{5, 5}, {0, 5}, {0, 5}}, {.n_simulations = 20000});
  EXPECT_LT(p, 0.01);
  EXPECT_EQ(p, hf::equal_rates_p_value(Shares{{5, 5}, {0, 5}, {0, 5}}, {.n_simulations = 20000})) << "seeded";
  EXPECT_GT(hf::equal_rates_p_value(Shares{{2, 4}, {1, 3}, {2, 5}}), 0.5);
}

TEST(EqualRatesPValue, HoldsItsSizeForSmallGroups) {
  // Four equal groups of 6 to 12 cases: a test at 5 % may reject in 5 %, and a little more by simulation error.
  heartsight::Random random(23);
  int n_rejected = 0;
  constexpr int n_rounds = 2000;
  for (int round = 0; round < n_rounds; ++round) {
    Shares shares;
    for (const std::int64_t n : {6, 8, 10, 12}) shares.push_back({heartsight::draw_binomial(random, n, 0.2), n});
    n_rejected += hf::equal_rates_p_value(shares, {.n_simulations = 200, .seed = random.bits()}) <= 0.05 ? 1 : 0;
  }
  EXPECT_LT(n_rejected, 0.065 * n_rounds);
  EXPECT_GT(n_rejected, 0.02 * n_rounds);
}

TEST(EqualRatesPValue, DegenerateCasesAndErrors) {
  EXPECT_EQ(hf::equal_rates_p_value(Shares{{0, 5}, {0, 50}}), 1.0);
  EXPECT_EQ(hf::equal_rates_p_value(Shares{{5, 5}, {50, 50}}), 1.0);
  EXPECT_TRUE(std::isnan(hf::equal_rates_p_value(Shares{{5, 8}, {0, 0}})));
  EXPECT_TRUE(std::isnan(hf::equal_rates_p_value({})));
  EXPECT_TRUE(
      (raises<heartsight::DomainError>([] { (void)hf::equal_rates_p_value(Shares{{1, 2}, {3, 2}}); }, {"shares[1]"})));
  EXPECT_TRUE((raises<heartsight::DomainError>(
      [] { (void)hf::equal_rates_p_value(Shares{{1, 2}, {1, 2}}, {.n_simulations = 1}); }, {"n_simulations"})));
}

}  // namespace equal_rates_p_value_test
