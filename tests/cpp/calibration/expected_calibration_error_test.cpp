#include <heartsight/calibration/expected_calibration_error.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>

namespace hs = heartsight;
using hs::calibration::expected_calibration_error;
using hs::test::raises;

using Labels = std::vector<std::int64_t>;

TEST(ExpectedCalibrationError, ByHand) {
  // Two bins: {0.2, 0.4} with mean label 0.5 and mean probability 0.3; {0.9, 1.0} with 0.5 and 0.95.
  const double expected = 0.5 * 0.2 + 0.5 * 0.45;
  EXPECT_NEAR(expected_calibration_error(std::vector<double>{0.2, 0.4, 0.9, 1.0}, Labels{0, 1, 1, 0}, {.n_bins = 2}),
              expected, 1e-15);
  EXPECT_EQ(expected_calibration_error(std::vector<double>{0, 1}, Labels{0, 1}), 0.0);
  EXPECT_EQ(expected_calibration_error(std::vector<double>{1, 0}, Labels{0, 1}), 1.0);
  EXPECT_NEAR(expected_calibration_error(std::vector<double>(4, 0.25), Labels{1, 0, 0, 0}), 0.0, 1e-15);
}

TEST(ExpectedCalibrationError, ABinsEdgeBelongsToTheUpperBin) {
  const std::vector<double> p = {0.5, 0.25};  // one in each of two bins
  EXPECT_NEAR(expected_calibration_error(p, Labels{0, 1}, {.n_bins = 2}), 0.625, 1e-15);
  EXPECT_NEAR(expected_calibration_error(p, Labels{0, 1}, {.n_bins = 1}), 0.125, 1e-15);
}

TEST(ExpectedCalibrationError, Errors) {
  EXPECT_TRUE(
      raises<hs::ShapeError>([] { (void)expected_calibration_error(std::vector<double>{}, Labels{}); }, {"probability"}));
  EXPECT_TRUE(
      raises<hs::ShapeError>([] { (void)expected_calibration_error(std::vector<double>{0.5}, Labels{0, 1}); }, {"label"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)expected_calibration_error(std::vector<double>{std::nan("")}, Labels{0}); },
                                      {"expected_calibration_error: probability[0]"}));
  EXPECT_TRUE(
      raises<hs::DomainError>([] { (void)expected_calibration_error(std::vector<double>{0.5}, Labels{2}); }, {"label[0]"}));
  EXPECT_TRUE(raises<hs::DomainError>(
      [] { (void)expected_calibration_error(std::vector<double>{0.5}, Labels{0}, {.n_bins = 0}); }, {"n_bins = 0"}));
}

TEST(ExpectedCalibrationError, CallableAsWritten) {
  const std::int64_t y[] = {0, 1};
  const std::array<float, 2> floats = {0.25F, 0.5F};
  EXPECT_EQ(expected_calibration_error(floats, y), expected_calibration_error(std::vector<double>{0.25, 0.5}, y));
}
