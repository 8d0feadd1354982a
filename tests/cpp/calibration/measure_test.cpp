#include <heartsight/calibration/measure.hpp>

#include <heartsight/calibration/expected_calibration_error.hpp>

#include "cpp/calibration/training_cases.hpp"
#include "cpp/raises.hpp"

namespace measure_test {

namespace hs = heartsight;
using namespace hs::calibration;
using hs::test::raises;

TEST(MakeMeasure, WithEqualWeightsItIsTheMeasure) {
  const auto cases = hs::test::training_cases(300, 1, [](double s) { return s * s; });
  const auto value = [&](std::string_view name) {
    return make_measure(name, cases.score, cases.label)(std::vector<double>(300, 1.0));
  };
  EXPECT_NEAR(value("auroc"), hs::metrics::auroc(cases.label, cases.score), 1e-12);
  EXPECT_NEAR(value("average_precision"), hs::metrics::average_precision(cases.label, cases.score), 1e-12);
  EXPECT_NEAR(value("brier_score"), hs::metrics::brier_score(cases.label, cases.score), 1e-12);
  EXPECT_NEAR(value("log_loss"), hs::metrics::log_loss(cases.label, cases.score), 1e-12);
  EXPECT_NEAR(value("expected_calibration_error"), expected_calibration_error(cases.score, cases.label), 1e-12);
  EXPECT_NEAR(value("smooth_calibration_error"), smooth_calibration_error(cases.score, cases.label), 1e-12);
  EXPECT_NEAR(value("integrated_calibration_index"),
              calibration_curve(cases.score, cases.label).integrated_calibration_index, 1e-9);
  const auto line = calibration_line(cases.score, cases.label);
  EXPECT_NEAR(value("calibration_intercept"), line.intercept.value, 1e-9);
  EXPECT_NEAR(value("calibration_slope"), line.slope.value, 1e-9);
  double prevalence = 0.0;
  for (const auto y : cases.label) prevalence += static_cast<double>(y) / 300.0;
  EXPECT_NEAR(value("scaled_brier_score"), 1.0 - value("brier_score") / (prevalence * (1.0 - prevalence)), 1e-12);
}

TEST(MakeMeasure, AWeightIsARepetition) {
  const auto cases = hs::test::training_cases(120, 2, [](double s) { return 0.2 + 0.5 * s; });
  std::vector<double> weight;
  std::vector<double> p;
  std::vector<std::int64_t> y;
  for (std::size_t i = 0; i < 120; ++i) {
    weight.push_back(static_cast<double>(i % 3));
    for (std::size_t k = 0; k < i % 3; ++k) {
      p.push_back(cases.score[i]);
      y.push_back(cases.label[i]);
    }
  }
  for (const auto name : measure_names) {
    // The loess curve is computed at quantiles of the cases, which move a little with copies.
    const double tolerance = name == "integrated_calibration_index" ? 1e-3 : 1e-7;
    EXPECT_NEAR(make_measure(name, cases.score, cases.label)(weight),
                make_measure(name, p, y)(std::vector<double>(p.size(), 1.0)), tolerance)
        << name;
  }
}

TEST(MeasureInterval, OneClassHasNoAuroc) {
  const std::vector<double> p = {0.1, 0.5};
  const auto got = measure_interval("auroc", p, std::vector<std::int64_t>{1, 1});
  EXPECT_TRUE(std::isnan(got.value) && std::isnan(got.low));
  EXPECT_EQ(got.n_undefined, 1000U);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)measure_interval("gini", p, std::vector<std::int64_t>{1, 0}); },
                                      {"name = gini", "auroc"}));
  const auto cases = hs::test::training_cases(200, 3, [](double s) { return s; });
  const auto interval = measure_interval("brier_score", cases.score, cases.label, {}, {.n_resamples = 200, .n_threads = 2});
  EXPECT_LT(interval.low, interval.value);
  EXPECT_GT(interval.high, interval.value);
}

}  // namespace measure_test
