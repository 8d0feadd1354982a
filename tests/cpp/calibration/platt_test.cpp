#include <heartsight/calibration/platt.hpp>

#include "cpp/calibration/calibrator_checks.hpp"

namespace platt_test {

namespace hs = heartsight;
using hs::calibration::Platt;
using hs::test::raises;

TEST(Platt, OwesWhatEveryCalibratorOwes) {
  hs::test::check_calibrator<Platt>("Platt");
}

TEST(Platt, ByHand) {
  EXPECT_NEAR(Platt(1.0, 0.0).transform(0.3), 0.3, 1e-12);
  EXPECT_NEAR(Platt(2.0, 0.0).transform(0.75), 0.9, 1e-12);  // odds 3 become 9
  EXPECT_NEAR(Platt(0.0, std::log(4.0)).transform(0.01), 0.8, 1e-12);
}

TEST(Platt, RecoversItsParameters) {
  const Platt truth(0.6, -0.8);
  const auto cases = hs::test::training_cases(200'000, 1, [&](double s) { return truth.transform(s); });
  Platt fitted;
  fitted.fit(cases.score, cases.label);
  EXPECT_NEAR(fitted.slope(), 0.6, 0.02);
  EXPECT_NEAR(fitted.intercept(), -0.8, 0.03);
}

// Two cases of each class at one score: the targets are 3/4 and 1/4, so the answer is 1/2 there.
TEST(Platt, SmoothsItsTargets) {
  Platt separated;
  separated.fit(std::vector<double>{0.1, 0.1, 0.9, 0.9}, std::vector<std::int64_t>{0, 0, 1, 1});
  EXPECT_NEAR(separated.transform(0.9), 0.75, 1e-5);
  EXPECT_NEAR(separated.transform(0.1), 0.25, 1e-5);
}

TEST(Platt, KeepsABackwardRanking) {
  const auto cases = hs::test::training_cases(2000, 2, [](double s) { return 1.0 - s; });
  Platt fitted;
  fitted.fit(cases.score, cases.label);
  EXPECT_NEAR(fitted.slope(), -1.0, 0.2);
}

TEST(Platt, ParametersOutOfRange) {
  EXPECT_TRUE(raises<hs::DomainError>([] { Platt(std::nan(""), 0.0); }, {"Platt: parameters[0]"}));
}

}  // namespace platt_test
