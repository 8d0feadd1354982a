#include <heartsight/drift/cramer_von_mises.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace cramer_von_mises_test {

namespace drift = heartsight::drift;
using drift::cramer_von_mises;
using drift::PValueMethod;

TEST(CramerVonMises, EqualsSciPy) {  // scipy 1.17.1 cramervonmises_2samp
  const std::vector<double> x = {1, 2, 3, 4, 5};
  const std::vector<double> y = {3.5, 4.5, 5.5, 6.5, 7.5, 8.5};
  const auto exact = cramer_von_mises(x, y);
  EXPECT_NEAR(exact.statistic, 0.5454545454545456, 1e-14);
  EXPECT_NEAR(exact.p_value, 0.03896103896103896, 1e-15);
  const auto limit = cramer_von_mises(x, y, {.method = PValueMethod::asymptotic});
  EXPECT_NEAR(limit.p_value, 0.029443762153167685, 1e-9);
}

TEST(CramerVonMises, LimitLaw) {  // critical values of Anderson and Darling 1952
  EXPECT_NEAR(drift::detail::cramer_von_mises_survival(0.46136), 0.05, 1e-5);
  EXPECT_NEAR(drift::detail::cramer_von_mises_survival(0.74346), 0.01, 1e-5);
  EXPECT_NEAR(drift::detail::cramer_von_mises_survival(0.11888), 0.5, 2e-5);
  EXPECT_EQ(drift::detail::cramer_von_mises_survival(0.0), 1.0);
  EXPECT_LT(drift::detail::cramer_von_mises_survival(20.0), 1e-40);
}

TEST(CramerVonMises, DegenerateInputAndErrors) {
  EXPECT_TRUE(std::isnan(cramer_von_mises(std::vector<double>{}, std::vector<double>{1}).statistic));
  EXPECT_EQ(cramer_von_mises(std::vector<double>{2, 2, 2}, std::vector<double>{2, 2, 2}).p_value, 1.0);
  EXPECT_TRUE(heartsight::test::raises<heartsight::DomainError>(
      [] { (void)cramer_von_mises(std::vector<double>(61, 1.0), std::vector<double>{1}, {.method = PValueMethod::exact}); },
      {"cramer_von_mises", "61"}));
}

}  // namespace cramer_von_mises_test
