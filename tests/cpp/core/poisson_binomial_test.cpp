#include <heartsight/core/poisson_binomial.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <vector>

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

TEST(PoissonBinomial, TheNormalFormTakesOverSmoothly) {
  const Cases below = {{0.3, 118}};  // variance 24.8
  const Cases above = {{0.3, 120}};  // 25.2
  for (const int z : {-12, -6, 0, 6, 12}) {
    const double exact = poisson_binomial_p_value(below, 35 + z);
    const double normal = poisson_binomial_p_value(above, 36 + z);
    EXPECT_NEAR(exact, normal, 0.06 * std::max(exact, 0.05)) << z;
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
