#include <heartsight/core/gamma_function.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>

namespace gamma_function_test {

namespace hs = heartsight;
using hs::test::raises;

TEST(GammaFunction, EqualsSciPy) {  // scipy 1.17.1, scipy.special.gammainc and gammaincc
  struct Case {
    double a, x, p, q;
  };
  for (const Case& c :
       {Case{0.5, 0.1, 0.34527915398142317, 0.6547208460185768}, Case{0.5, 3.0, 0.9856941215645704, 0.014305878435429641},
        Case{1.0, 2.0, 0.8646647167633873, 0.1353352832366127}, Case{3.7, 0.2, 0.00014364324823872235, 0.9998563567517613},
        Case{3.7, 9.0, 0.9848140883443061, 0.015185911655693945}, Case{50.0, 30.0, 0.0005188914625480344, 0.999481108537452},
        Case{50.0, 80.0, 0.9998692160234086, 0.0001307839765914092},
        Case{10000.0, 9800.0, 0.02220754381396969, 0.9777924561860303},
        Case{10000.0, 10300.0, 0.9985295051036143, 0.0014704948963856813},
        Case{1000000.0, 1000000.0, 0.5001329807608725, 0.4998670192391274}, Case{2.5, 120.0, 1.0, 7.677416832975495e-50},
        Case{0.001, 1e-05, 0.9891230446957835, 0.010876955304217334},
        Case{0.001, 1.0, 0.9997803916424145, 0.0002196083575855568}}) {
    EXPECT_NEAR(hs::gamma_p(c.a, c.x) / c.p, 1.0, 1e-11) << c.a << " " << c.x;
    EXPECT_NEAR(hs::gamma_q(c.a, c.x) / c.q, 1.0, 1e-11) << c.a << " " << c.x;
  }
}

TEST(GammaFunction, HugeShapesEnd) {
  EXPECT_NEAR(hs::gamma_p(1e300, std::nextafter(1e300, 0.0)), 0.5, 1e-6);
  EXPECT_NEAR(hs::gamma_p(1e18, 1e18), 0.5, 1e-6);
  EXPECT_NEAR(hs::gamma_q(1e12, 1e12 + 2e6), 0.022750131948179195, 1e-6);
}

TEST(GammaFunction, EndsAndErrors) {
  EXPECT_EQ(hs::gamma_p(2.0, 0.0), 0.0);
  EXPECT_EQ(hs::gamma_q(2.0, 0.0), 1.0);
  EXPECT_EQ(hs::gamma_p(2.0, std::numeric_limits<double>::infinity()), 1.0);
  EXPECT_EQ(hs::gamma_q(2.0, 1e6), 0.0);
  EXPECT_NEAR(hs::chi_square_survival(3.841458820694124, 1.0), 0.05, 1e-14);
  EXPECT_TRUE((raises<hs::DomainError>([] { (void)hs::gamma_p(0.0, 1.0); }, {"gamma_p: a"})));
  EXPECT_TRUE((raises<hs::DomainError>([] { (void)hs::gamma_q(1.0, -1.0); }, {"gamma_q: x"})));
  EXPECT_TRUE(
      (raises<hs::DomainError>([] { (void)hs::chi_square_survival(std::nan(""), 1.0); }, {"must not be negative or NaN"})));
}

}  // namespace gamma_function_test
