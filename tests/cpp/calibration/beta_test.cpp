#include <heartsight/calibration/beta.hpp>

#include "cpp/calibration/calibrator_checks.hpp"

namespace beta_test {

namespace hs = heartsight;
using hs::calibration::Beta;
using hs::test::raises;

TEST(Beta, OwesWhatEveryCalibratorOwes) {
  hs::test::check_calibrator<Beta>("Beta");
}

TEST(Beta, ByHand) {
  const Beta identity(1.0, 1.0, 0.0);
  for (double p = 0.0; p <= 1.0; p += 0.125) EXPECT_NEAR(identity.transform(p), p, 1e-11);
  // sigmoid(2 ln 0.5 + ln 2 + 0.5) with b = 1: ln p = -ln 2, -ln(1 - p) = ln 2.
  EXPECT_NEAR(Beta(2.0, 1.0, 0.5).transform(0.5), 1.0 / (1.0 + std::exp(std::log(2.0) - 0.5)), 1e-15);
  EXPECT_EQ(Beta(0.0, 0.0, 0.0).transform(0.9), 0.5);
}

TEST(Beta, RecoversItsParameters) {
  const Beta truth(1.6, 0.7, -0.4);
  const auto cases = hs::test::training_cases(200'000, 1, [&](double s) { return truth.transform(s); });
  Beta fitted;
  fitted.fit(cases.score, cases.label);
  EXPECT_NEAR(fitted.a(), 1.6, 0.05);  // about five standard errors
  EXPECT_NEAR(fitted.b(), 0.7, 0.05);
  EXPECT_NEAR(fitted.c(), -0.4, 0.06);
}

TEST(Beta, NeverRanksBackwards) {
  const auto cases = hs::test::training_cases(2000, 2, [](double s) { return 1.0 - s; });
  Beta fitted;
  fitted.fit(cases.score, cases.label);
  EXPECT_GE(fitted.a(), 0.0);
  EXPECT_GE(fitted.b(), 0.0);
  EXPECT_LE(fitted.transform(0.1), fitted.transform(0.9));
}

TEST(Beta, SeparatedClassesGiveAFiniteAnswer) {
  Beta fitted;
  fitted.fit(std::vector<double>{0, 0.1, 0.9, 1}, std::vector<std::int64_t>{0, 0, 1, 1});
  EXPECT_TRUE(std::isfinite(fitted.a()) && std::isfinite(fitted.b()) && std::isfinite(fitted.c()));
  EXPECT_LT(fitted.transform(0.1), 0.05);
  EXPECT_GT(fitted.transform(0.9), 0.95);
}

TEST(Beta, ParametersOutOfRange) {
  EXPECT_TRUE(raises<hs::DomainError>([] { Beta(-1.0, 1.0, 0.0); }, {"Beta: a = -1"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { Beta(1.0, -1.0, 0.0); }, {"Beta: b = -1"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { Beta(1.0, 1.0, std::nan("")); }, {"parameters[2]"}));
}

}  // namespace beta_test
