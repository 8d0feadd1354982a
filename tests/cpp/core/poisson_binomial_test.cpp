#include <heartsight/core/poisson_binomial.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <vector>

namespace poisson_binomial_test {

namespace hs = heartsight;
using hs::poisson_binomial_p_value;
using hs::test::raises;
using Cases = std::vector<hs::ProbabilityCount>;

TEST(PoissonBinomial, ByHand) {
  // Ten cases of 0.001: one success or more has 1 - 0.999^10.
  EXPECT_NEAR(poisson_binomial_p_value(Cases{{0.001, 10}}, 1), 2.0 * (1.0 - std::pow(0.999, 10)), 1e-15);
  // 0.2 and 0.5: masses 0.4, 0.5, 0.1.
  EXPECT_NEAR(poisson_binomial_p_value(Cases{{0.2, 1}, {0.5, 1}}, 2), 0.2, 1e-15);
  EXPECT_NEAR(poisson_binomial_p_value(Cases{{0.2, 1}, {0.5, 1}}, 0), 0.8, 1e-15);
  EXPECT_EQ(poisson_binomial_p_value(Cases{{0.2, 1}, {0.5, 1}}, 1), 1.0);
  // 0.9 and 0.3, the frequent counted by its failures: masses 0.07, 0.66, 0.27.
  EXPECT_NEAR(poisson_binomial_p_value(Cases{{0.9, 1}, {0.3, 1}}, 0), 0.14, 1e-15);
  EXPECT_NEAR(poisson_binomial_p_value(Cases{{0.9, 1}, {0.3, 1}}, 2), 0.54, 1e-15);
}

TEST(PoissonBinomial, ManyCasesOfRareAndCertainOutcomes) {
  const Cases cases = {{0.0, 500000}, {1e-5, 200000}, {1.0, 300000}, {1.0 - 1e-5, 100000}};
  EXPECT_GT(poisson_binomial_p_value(cases, 400001), 0.3) << "2 more, 1 less are expected";
  EXPECT_LT(poisson_binomial_p_value(cases, 400030), 1e-12);
  EXPECT_LT(poisson_binomial_p_value(cases, 399970), 1e-12);
}

TEST(PoissonBinomial, TheNormalFormIsCloseWhereItTakesOver) {
  const Cases cases = {{0.3, 120}};  // variance 25.2
  const auto mass = hs::detail::poisson_binomial_masses(cases, false, 256);
  for (const std::int64_t k : {20, 24, 30, 42, 48, 52}) {
    double below = 0.0;
    double above = 0.0;
    for (std::size_t i = 0; i < mass.size(); ++i) {
      if (static_cast<std::int64_t>(i) <= k) below += mass[i];
      if (static_cast<std::int64_t>(i) >= k) above += mass[i];
    }
    EXPECT_NEAR(poisson_binomial_p_value(cases, k), 2.0 * std::min(below, above), 0.006) << k;
  }
}

TEST(PoissonBinomial, DegenerateCasesAndErrors) {
  EXPECT_EQ(poisson_binomial_p_value({}, 0), 1.0);
  EXPECT_EQ(poisson_binomial_p_value(Cases{{1.0, 12}}, 12), 1.0);
  EXPECT_EQ(poisson_binomial_p_value(Cases{{0.0, 12}}, 12), 0.0);
  EXPECT_TRUE((raises<hs::DomainError>([] { (void)poisson_binomial_p_value(Cases{{1.5, 1}}, 0); }, {"probability"})));
  EXPECT_TRUE((raises<hs::DomainError>([] { (void)poisson_binomial_p_value(Cases{{0.5, 1}}, 2); }, {"number of cases"})));
  EXPECT_TRUE((raises<hs::DomainError>([] { (void)poisson_binomial_p_value(Cases{{0.5, 1}}, -1); }, {"successes"})));
}

}  // namespace poisson_binomial_test
