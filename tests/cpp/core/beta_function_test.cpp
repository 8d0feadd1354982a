#include <heartsight/core/beta_function.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>

namespace beta_function_test {

namespace hs = heartsight;
using hs::test::raises;

TEST(BetaFunction, EqualsSciPy) {  // scipy 1.17.1, scipy.special.betainc
  struct Case {
    double x, a, b, value;
  };
  for (const Case& c :
       {Case{0.3, 2.0, 5.0, 0.5798250000000003}, Case{0.5, 0.5, 0.5, 0.5000000000000001},
        Case{0.01, 0.5, 10.0, 0.3420718248432154}, Case{0.999, 10.0, 0.3, 0.7236305864295751}, Case{0.2, 1.0, 1.0, 0.2},
        Case{0.25, 300.0, 1000.0, 0.9481309861068599}, Case{0.2301, 230000.0, 770000.0, 0.5940702096365696},
        Case{0.5, 1000000.0, 1000000.0, 0.5}, Case{1e-09, 1.0, 1000000000.0, 0.6321205590124974},
        Case{1e-05, 3.0, 100000.0, 0.08030415619556053}}) {
    EXPECT_NEAR(hs::beta_cdf(c.x, c.a, c.b) / c.value, 1.0, 1e-11) << c.x << " " << c.a << " " << c.b;
  }
}

TEST(BetaFunction, QuantileEqualsSciPy) {  // scipy 1.17.1, scipy.special.betaincinv
  struct Case {
    double p, a, b, value;
  };
  for (const Case& c : {Case{0.025, 1.0, 50.0, 0.000506227983040829}, Case{0.975, 1.0, 50.0, 0.07112173646419764},
                        Case{0.025, 3.0, 998.0, 0.0006190999316495713}, Case{0.5, 0.5, 0.5, 0.5},
                        Case{0.025, 1.0, 1000000000.0, 2.531780798396938e-11}, Case{1e-06, 2.0, 3.0, 0.0004083594602042573},
                        Case{0.999, 30.0, 2.0, 0.9985123138630576}, Case{0.1, 100000.0, 200000.0, 0.3322305881436855}}) {
    EXPECT_NEAR(hs::beta_quantile(c.p, c.a, c.b) / c.value, 1.0, 1e-10) << c.p << " " << c.a << " " << c.b;
  }
}

TEST(BetaFunction, StudentEqualsSciPy) {  // scipy 1.17.1, scipy.stats.t.sf
  struct Case {
    double t, df, value;
  };
  for (const Case& c :
       {Case{0.0, 3.0, 0.5}, Case{1.5, 3.0, 0.11529193262241147}, Case{-2.0, 10.0, 0.9633059826146299},
        Case{30.0, 2.0, 0.0005546313409798295}, Case{0.001, 5.0, 0.4996203933860988}, Case{2.0, 1e6, 0.02275026692565962}}) {
    EXPECT_NEAR(hs::student_t_survival(c.t, c.df) / c.value, 1.0, 1e-10) << c.t << " " << c.df;
  }
}

TEST(BetaFunction, EndsAndErrors) {
  EXPECT_EQ(hs::beta_cdf(0.0, 2.0, 3.0), 0.0);
  EXPECT_EQ(hs::beta_cdf(1.0, 2.0, 3.0), 1.0);
  EXPECT_EQ(hs::beta_quantile(0.0, 2.0, 3.0), 0.0);
  EXPECT_EQ(hs::beta_quantile(1.0, 2.0, 3.0), 1.0);
  EXPECT_EQ(hs::student_t_survival(std::numeric_limits<double>::infinity(), 3.0), 0.0);
  EXPECT_TRUE((raises<hs::DomainError>([] { (void)hs::beta_cdf(1.5, 2.0, 3.0); }, {"beta_cdf: x"})));
  EXPECT_TRUE((raises<hs::DomainError>([] { (void)hs::beta_cdf(0.5, 0.0, 3.0); }, {"beta_cdf: a"})));
  EXPECT_TRUE((raises<hs::DomainError>([] { (void)hs::beta_quantile(std::nan(""), 1.0, 3.0); }, {"beta_quantile: p"})));
  EXPECT_TRUE((raises<hs::DomainError>([] { (void)hs::student_t_survival(0.0, -1.0); }, {"degrees_of_freedom"})));
}

TEST(BetaFunction, QuantileInvertsOverManyShapes) {
  for (const double a : {0.05, 0.5, 1.0, 7.0, 400.0, 1e6}) {
    for (const double b : {0.05, 0.5, 1.0, 7.0, 400.0, 1e6}) {
      for (const double p : {1e-8, 0.025, 0.5, 0.975}) {
        const double x = hs::beta_quantile(p, a, b);
        if (x < 1e-290 || x > 1.0 - 1e-9) continue;  // there a double cannot say the quantile to many digits
        EXPECT_NEAR(hs::beta_cdf(x, a, b) / p, 1.0, 1e-6) << a << " " << b << " " << p;
      }
    }
  }
}

}  // namespace beta_function_test
