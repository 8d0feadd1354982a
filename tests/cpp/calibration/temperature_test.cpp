#include <heartsight/calibration/temperature.hpp>

#include "cpp/calibration/calibrator_checks.hpp"

namespace temperature_test {

namespace hs = heartsight;
using hs::calibration::Temperature;
using hs::test::raises;

TEST(Temperature, OwesWhatEveryCalibratorOwes) {
  hs::test::check_calibrator<Temperature>("Temperature");
}

TEST(Temperature, ByHand) {
  EXPECT_NEAR(Temperature(1.0).transform(0.3), 0.3, 1e-12);
  EXPECT_NEAR(Temperature(2.0).transform(0.9), 0.75, 1e-12);  // odds 9 become 3
  EXPECT_EQ(Temperature(5.0).transform(0.5), 0.5);
}

TEST(Temperature, RecoversItsParameter) {
  const Temperature truth(1.8);
  const auto cases = hs::test::training_cases(200'000, 1, [&](double s) { return truth.transform(s); });
  Temperature fitted;
  fitted.fit(cases.score, cases.label);
  EXPECT_NEAR(fitted.temperature(), 1.8, 0.05);
}

TEST(Temperature, AScoreThatRanksBackwardsAnswersAHalf) {
  const auto cases = hs::test::training_cases(2000, 2, [](double s) { return 1.0 - s; });
  Temperature fitted;
  fitted.fit(cases.score, cases.label);
  EXPECT_EQ(fitted.temperature(), 1e6);
  EXPECT_NEAR(fitted.transform(0.999), 0.5, 1e-5);
}

TEST(Temperature, ParametersOutOfRange) {
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { Temperature t(bad); }, {"Temperature"})) << bad;
  }
}

}  // namespace temperature_test
