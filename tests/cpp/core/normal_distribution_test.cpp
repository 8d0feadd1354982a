#include <heartsight/core/normal_distribution.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>

namespace normal_distribution_test {

namespace hs = heartsight;
using hs::test::raises;

TEST(NormalDistribution, EqualsSciPy) {  // scipy 1.17.1, scipy.stats.norm
  struct Case {
    double x, cdf, survival;
  };
  for (const Case& c :
       {Case{-10.0, 7.61985302416047e-24, 1.0}, Case{-3.0, 0.0013498980316300933, 0.9986501019683699}, Case{0.0, 0.5, 0.5},
        Case{1.96, 0.9750021048517795, 0.024997895148220435}, Case{10.0, 1.0, 7.61985302416047e-24}}) {
    EXPECT_NEAR(hs::normal_cdf(c.x) / c.cdf, 1.0, 1e-13) << c.x;
    EXPECT_NEAR(hs::normal_survival(c.x) / c.survival, 1.0, 1e-13) << c.x;
  }
}

TEST(NormalDistribution, QuantileInvertsTheDistribution) {
  for (const double p : {1e-300, 1e-12, 0.001, 0.025, 0.3, 0.5, 0.8, 0.975, 0.999999}) {
    EXPECT_NEAR(hs::normal_cdf(hs::normal_quantile(p)) / p, 1.0, 1e-12) << p;
  }
  EXPECT_NEAR(hs::normal_quantile(0.975), 1.959963984540054, 1e-15);
  EXPECT_EQ(hs::normal_quantile(0.0), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(hs::normal_quantile(1.0), std::numeric_limits<double>::infinity());
  EXPECT_TRUE((raises<hs::DomainError>([] { (void)hs::normal_quantile(-0.1); }, {"normal_quantile: p"})));
  EXPECT_TRUE((raises<hs::DomainError>([] { (void)hs::normal_quantile(std::nan("")); }, {"must be in [0, 1]"})));
}

}  // namespace normal_distribution_test
