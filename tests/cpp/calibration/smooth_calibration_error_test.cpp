#include <heartsight/calibration/smooth_calibration_error.hpp>

#include <heartsight/core/random.hpp>

#include "cpp/raises.hpp"

#include <array>

namespace smooth_calibration_error_test {

namespace hs = heartsight;
using hs::calibration::smooth_calibration_error;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

namespace {

/// The definition: reflected Gaussian kernel, integral by the midpoint rule, fixed point by bisection.
double naive(const Numbers& p, const Labels& y) {
  const auto error_at = [&](double sigma) {
    constexpr int n_points = 600;
    double sum = 0.0;
    for (int j = 0; j < n_points; ++j) {
      const double t = (j + 0.5) / n_points;
      double smoothed = 0.0;
      for (std::size_t i = 0; i < p.size(); ++i) {
        double kernel = 0.0;
        for (int image = -3; image <= 3; ++image) {
          for (const double at : {2.0 * image + p[i], 2.0 * image - p[i]}) {
            const double u = (t - at) / sigma;
            kernel += std::exp(-0.5 * u * u) / (sigma * std::sqrt(2.0 * std::numbers::pi));
          }
        }
        smoothed += kernel * (static_cast<double>(y[i]) - p[i]) / static_cast<double>(p.size());
      }
      sum += std::abs(smoothed) / n_points;
    }
    return sum;
  };
  double low = 1e-3;
  double high = 1.0;
  for (int i = 0; i < 18; ++i) {
    const double middle = 0.5 * (low + high);
    (error_at(middle) > middle ? low : high) = middle;
  }
  return low;
}

}  // namespace

TEST(SmoothCalibrationError, EqualsTheDefinition) {
  hs::Random random(1);
  for (int repeat = 0; repeat < 4; ++repeat) {
    Numbers p;
    Labels y;
    for (int i = 0; i < 40; ++i) {
      p.push_back(repeat == 3 ? 0.5 * std::round(random.uniform()) : random.uniform());
      y.push_back(random.uniform() < std::pow(p.back(), 1.0 + repeat) ? 1 : 0);
    }
    EXPECT_NEAR(smooth_calibration_error(p, y), naive(p, y), 2e-4) << repeat;
  }
}

TEST(SmoothCalibrationError, Properties) {
  EXPECT_NEAR(smooth_calibration_error(Numbers{0.5, 0.5}, Labels{0, 1}), 0.0, 1e-4);  // residuals cancel
  const double constant = smooth_calibration_error(Numbers(50, 0.2), Labels(50, 1));
  EXPECT_NEAR(constant, 0.8, 1e-3);  // one sign: the mean residual, whatever the width
  EXPECT_NEAR(smooth_calibration_error(Numbers{0.0, 1.0}, Labels{1, 0}),
              smooth_calibration_error(Numbers{1.0, 0.0}, Labels{0, 1}), 1e-12);
  EXPECT_NEAR(smooth_calibration_error(Numbers{0.0, 1.0}, Labels{0, 1}), 0.0, 1e-12);
  // A weight of 2 is two cases.
  EXPECT_NEAR(smooth_calibration_error(Numbers{0.1, 0.7}, Labels{1, 0}, Numbers{2, 1}),
              smooth_calibration_error(Numbers{0.1, 0.1, 0.7}, Labels{1, 1, 0}), 1e-9);
  EXPECT_TRUE(std::isnan(smooth_calibration_error(Numbers{0.1}, Labels{1}, Numbers{0})));
}

TEST(SmoothCalibrationError, ErrorsAndFloats) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)smooth_calibration_error(Numbers{1.1}, Labels{1}); },
                                      {"smooth_calibration_error: probability[0]"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)smooth_calibration_error(Numbers{}, Labels{}); }, {"probability"}));
  EXPECT_EQ(smooth_calibration_error(std::array<float, 2>{0.25F, 0.5F}, Labels{1, 0}),
            smooth_calibration_error(Numbers{0.25, 0.5}, Labels{1, 0}));
}

TEST(SmoothCalibrationError, EqualsRelplot) {
  Numbers p;
  Labels y;
  for (int i = 0; i < 500; ++i) {
    p.push_back((i + 0.5) / 500.0);
    y.push_back((i * 77 % 500) / 500.0 < std::pow(p.back(), 1.5) ? 1 : 0);
  }
  EXPECT_NEAR(smooth_calibration_error(p, y), 0.10008364398217884, 5e-4);  // relplot 1.0.3, smECE
}

}  // namespace smooth_calibration_error_test
