#include <heartsight/calibration/expected_calibration_error.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>

namespace expected_calibration_error_test {

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

TEST(DebiasedCalibrationError, ByHandAndNearZeroForAPerfectModel) {
  using namespace hs::calibration;
  // Two bins of two: gaps 0.2 and 0; variances 0.25 / 1 and 0.
  const double got =
      debiased_calibration_error(std::vector<double>{0.25, 0.35, 0.9, 1.0}, std::vector<std::int64_t>{0, 1, 1, 1},
                                 {.n_bins = 2, .binning = Binning::equal_width});
  EXPECT_EQ(got, 0.0);  // 0.04 - 0.25 + 0.0025 is below 0
  const double clear = debiased_calibration_error(std::vector<double>{0.9, 0.9, 0.9}, std::vector<std::int64_t>{0, 0, 0});
  EXPECT_NEAR(clear, 0.9, 1e-15);
  EXPECT_EQ(debiased_calibration_error(std::vector<double>{0.9}, std::vector<std::int64_t>{0}),
            0.0);  // one case says nothing
}

TEST(ClinicalRecommenderCalibrationError, SlipsAtEmptyBins) {
  using namespace hs::calibration;
  // 9 cases at 0.15 (none positive), 1 at 0.95 (negative). The first bin is empty, so the gap of 0.15 gets its weight 0 and
  // the gap of 0.95 gets the weight of the second bin, 0.9.
  std::vector<double> p(9, 0.15);
  p.push_back(0.95);
  const std::vector<std::int64_t> y(10, 0);
  EXPECT_NEAR(clinical_recommender_calibration_error(p, y), 0.9 * 0.95, 1e-12);
  EXPECT_NEAR(expected_calibration_error(p, y, {.n_bins = 10}), 0.9 * 0.15 + 0.1 * 0.95, 1e-12);
  std::vector<double> full;
  for (int i = 0; i < 10; ++i) full.push_back(0.05 + 0.1 * i);
  EXPECT_NEAR(clinical_recommender_calibration_error(full, y), expected_calibration_error(full, y, {.n_bins = 10}), 1e-12);
}

}  // namespace expected_calibration_error_test
