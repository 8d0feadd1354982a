#include <heartsight/calibration/calibration_curve.hpp>

#include "cpp/calibration/training_cases.hpp"
#include "cpp/raises.hpp"

#include <array>

namespace calibration_curve_test {

namespace hs = heartsight;
using namespace hs::calibration;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

namespace {

/// Local quadratic regression by its definition, solving the weighted normal equations with Cramer's rule.
double naive_loess(const Numbers& p, const Labels& y, double t, std::size_t k) {
  Numbers distance;
  for (const double v : p) distance.push_back(std::abs(v - t));
  Numbers sorted = distance;
  std::sort(sorted.begin(), sorted.end());
  const double h = sorted[k - 1];
  double m[5] = {};
  double b[3] = {};
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double a = distance[i] / h;
    if (a >= 1.0) continue;
    const double w = std::pow(1.0 - a * a * a, 3);
    const double u = p[i] - t;
    for (int j = 0; j < 5; ++j) m[j] += w * std::pow(u, j);
    for (int j = 0; j < 3; ++j) b[j] += w * std::pow(u, j) * static_cast<double>(y[i]);
  }
  const double det =
      m[0] * (m[2] * m[4] - m[3] * m[3]) - m[1] * (m[1] * m[4] - m[2] * m[3]) + m[2] * (m[1] * m[3] - m[2] * m[2]);
  return (b[0] * (m[2] * m[4] - m[3] * m[3]) - m[1] * (b[1] * m[4] - m[3] * b[2]) + m[2] * (b[1] * m[3] - m[2] * b[2])) /
         det;
}

}  // namespace

TEST(CalibrationCurve, LoessEqualsItsDefinition) {
  const auto cases = hs::test::training_cases(200, 1, [](double s) { return s * s; });
  const auto curve = calibration_curve(cases.score, cases.label, {.n_points = 30});
  for (std::size_t g = 0; g < curve.probability.size(); ++g) {
    const double wanted = std::clamp(naive_loess(cases.score, cases.label, curve.probability[g], 150), 0.0, 1.0);
    EXPECT_NEAR(curve.observed[g], wanted, 1e-8) << g;
    EXPECT_LE(curve.low[g], curve.observed[g]);
    EXPECT_GE(curve.high[g], curve.observed[g]);
  }
}

TEST(CalibrationCurve, FindsTheTruth) {
  const auto truth = [](double s) { return s * s; };
  const auto cases = hs::test::training_cases(20'000, 2, truth);
  for (const auto method : {CurveMethod::loess, CurveMethod::spline}) {
    const auto curve = calibration_curve(cases.score, cases.label, {.method = method, .span = 0.3});
    double ici = 0.0;
    for (const double s : cases.score) ici += (s - s * s) / 20'000.0;
    EXPECT_NEAR(curve.integrated_calibration_index, ici, 0.015);
    EXPECT_NEAR(curve.maximum_error, 0.25, 0.04);
    for (std::size_t g = 5; g + 5 < curve.probability.size(); ++g)
      EXPECT_NEAR(curve.observed[g], truth(curve.probability[g]), 0.04);
  }
}

TEST(CalibrationCurve, AStraightLineIsKept) {
  // Loess of degree two reproduces what is quadratic: outcomes that equal p exactly cannot be had from labels, but equal
  // shares at three values can.
  Numbers p;
  Labels y;
  for (const double at : {0.25, 0.5, 0.75}) {
    for (int i = 0; i < 4; ++i) {
      p.push_back(at);
      y.push_back(i < static_cast<int>(4 * at) ? 1 : 0);
    }
  }
  const auto curve = calibration_curve(p, y, {.span = 1.0});
  EXPECT_LT(curve.integrated_calibration_index, 1e-12);
}

TEST(CalibrationCurve, Degenerate) {
  for (const auto method : {CurveMethod::loess, CurveMethod::spline}) {
    const auto constant = calibration_curve(Numbers{0.3, 0.3, 0.3, 0.3}, Labels{0, 1, 0, 0}, {.method = method});
    ASSERT_EQ(constant.probability.size(), 1U);
    EXPECT_NEAR(constant.observed[0], 0.25, 1e-4);
    EXPECT_NEAR(constant.integrated_calibration_index, 0.05, 1e-4);
    const auto one = calibration_curve(Numbers{0.4}, Labels{1}, {.method = method});
    EXPECT_TRUE(std::isfinite(one.observed[0]));
    const auto two = calibration_curve(Numbers{0.1, 0.9}, Labels{0, 1}, {.method = method});
    EXPECT_TRUE(std::isfinite(two.maximum_error));
    const auto one_class = calibration_curve(Numbers{0.1, 0.5, 0.9}, Labels{1, 1, 1}, {.method = method});
    EXPECT_GT(one_class.observed[0], 0.9);
    Numbers crowded(100, 0.5);  // more than the span at one value
    Labels label(100, 0);
    for (int i = 0; i < 10; ++i) {
      crowded.push_back(0.1 * i);
      label.push_back(i % 2);
    }
    for (const double v : calibration_curve(crowded, label, {.method = method}).observed) EXPECT_TRUE(v >= 0.0 && v <= 1.0);
  }
}

TEST(CalibrationCurve, ErrorsAndFloats) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)calibration_curve(Numbers{0.4}, Labels{1}, {.span = 0.0}); }, {"span"}));
  EXPECT_TRUE(
      raises<hs::DomainError>([] { (void)calibration_curve(Numbers{0.4}, Labels{1}, {.n_points = 1}); }, {"n_points"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)calibration_curve(Numbers{}, Labels{}); }, {"calibration_curve"}));
  const std::array<float, 4> floats = {0.25F, 0.5F, 0.625F, 0.75F};
  EXPECT_EQ(calibration_curve(floats, Labels{0, 1, 0, 1}).observed,
            calibration_curve(Numbers{0.25, 0.5, 0.625, 0.75}, Labels{0, 1, 0, 1}).observed);
}

}  // namespace calibration_curve_test
