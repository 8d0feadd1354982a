#include <heartsight/core/random.hpp>

#include <gtest/gtest.h>
#include <heartsight/drift/anderson_darling.hpp>

#include <cmath>

namespace anderson_darling_test {

namespace drift = heartsight::drift;
using drift::anderson_darling;

TEST(AndersonDarling, EqualsSciPy) {  // scipy 1.17.1 anderson_ksamp(midrank=True)
  const std::vector<double> x = {1, 2, 3, 4, 5, 6, 7};
  const std::vector<double> y = {3.5, 4.5, 5.5, 6.5, 7.5, 8.5};
  const std::vector<double> tied = {2, 2, 3, 4, 4, 4};
  EXPECT_NEAR(anderson_darling(x, y).statistic, 0.8158492113679184, 1e-12);
  EXPECT_NEAR(anderson_darling(x, tied).statistic, -0.2149797083414709, 1e-12);
}

TEST(AndersonDarling, LimitLaw) {  // critical values of Marsaglia and Marsaglia 2004
  EXPECT_NEAR(drift::detail::anderson_darling_survival(2.492), 0.05, 5e-5);
  EXPECT_NEAR(drift::detail::anderson_darling_survival(3.8781), 0.01, 2e-5);
  EXPECT_NEAR(drift::detail::anderson_darling_survival(0.774), 0.5, 5e-4);
  EXPECT_EQ(drift::detail::anderson_darling_survival(0.01), 1.0);
  EXPECT_GT(drift::detail::anderson_darling_survival(100.0), 0.0);
}

TEST(AndersonDarling, ItsSizeIsTheLevel) {  // within 4 standard errors of 0.05, also with heavy ties
  for (const double step : {0.0, 1.0}) {
    heartsight::Random random(7);
    int n_alarms = 0;
    constexpr int n_runs = 2000;
    for (int run = 0; run < n_runs; ++run) {
      std::vector<double> x(50);
      std::vector<double> y(80);
      for (auto* side : {&x, &y}) {
        for (double& value : *side) {
          value = random.normal();
          if (step > 0.0) value = std::floor(value / step);
        }
      }
      n_alarms += anderson_darling(x, y).p_value < 0.05 ? 1 : 0;
    }
    EXPECT_NEAR(n_alarms / static_cast<double>(n_runs), 0.05, 4.0 * std::sqrt(0.05 * 0.95 / n_runs)) << step;
  }
}

TEST(AndersonDarling, DegenerateInput) {
  EXPECT_TRUE(std::isnan(anderson_darling(std::vector<double>{}, std::vector<double>{1}).statistic));
  EXPECT_EQ(anderson_darling(std::vector<double>{1, 1, 1}, std::vector<double>{1, 1}).p_value, 1.0);
  EXPECT_EQ(anderson_darling(std::vector<double>{1}, std::vector<double>{2}).p_value, 1.0);
}

}  // namespace anderson_darling_test
