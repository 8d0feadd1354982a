#include <heartsight/calibration/label_free_performance.hpp>
#include <heartsight/core/random.hpp>
#include <heartsight/metrics/ranking.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace label_free_performance_test {

namespace hc = heartsight::calibration;
using heartsight::DomainError;
using heartsight::test::raises;

TEST(LabelFreePerformance, ByHand) {
  // Called: 0.9 and 0.6; expected TP 1.5, FP 0.5, FN 0.3, TN 0.7.
  const auto e = hc::label_free_performance(std::vector<double>{0.1, 0.9, 0.2, 0.6});
  EXPECT_NEAR(e.prevalence.value, 1.8 / 4, 1e-15);
  EXPECT_NEAR(e.sensitivity.value, 1.5 / 1.8, 1e-15);
  EXPECT_NEAR(e.specificity.value, 1.7 / 2.2, 1e-15);
  EXPECT_NEAR(e.positive_predictive_value.value, 0.75, 1e-15);
  EXPECT_NEAR(e.negative_predictive_value.value, 0.85, 1e-15);
  EXPECT_NEAR(e.accuracy.value, 3.2 / 4, 1e-15);
  EXPECT_NEAR(e.brier_score.value, (0.09 + 0.09 + 0.16 + 0.24) / 4, 1e-15);
  EXPECT_NEAR(e.expected_observed_ratio.value, 1.0, 1e-15);
  // Ordered pairs: p of the higher times (1 - p) of the lower, over all pairs of different cases.
  const std::vector<double> p = {0.1, 0.2, 0.6, 0.9};
  double wins = 0.0;
  double pairs = 0.0;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      if (i == j) continue;
      pairs += p[i] * (1 - p[j]);
      wins += i > j ? p[i] * (1 - p[j]) : 0.0;
    }
  }
  EXPECT_NEAR(e.auroc.value, wins / pairs, 1e-14);
}

TEST(LabelFreePerformance, TheFiguresFoundLaterLieInTheIntervals) {
  heartsight::Random random(6);
  std::array<int, 4> held{};
  constexpr int n_rounds = 400;
  for (int round = 0; round < n_rounds; ++round) {
    std::vector<double> p(300);
    std::vector<std::int64_t> y(300);
    double tp = 0, called = 0, positive = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      p[i] = std::pow(random.uniform(), 2.0);
      y[i] = random.uniform() < p[i] ? 1 : 0;
      positive += static_cast<double>(y[i]);
      called += p[i] >= 0.5 ? 1 : 0;
      tp += p[i] >= 0.5 && y[i] == 1 ? 1 : 0;
    }
    const auto e = hc::label_free_performance(p, {.seed = random.bits()});
    const auto holds = [](const heartsight::metrics::Estimate& of, double truth) {
      return of.low <= truth && truth <= of.high;
    };
    held[0] += holds(e.auroc, heartsight::metrics::auroc(y, p)) ? 1 : 0;
    held[1] += holds(e.sensitivity, tp / positive) ? 1 : 0;
    held[2] += holds(e.positive_predictive_value, tp / called) ? 1 : 0;
    held[3] += holds(e.prevalence, positive / 300.0) ? 1 : 0;
  }
  for (const int n : held) {
    EXPECT_GT(n, n_rounds * 0.915);
    EXPECT_LT(n, n_rounds * 0.985);
  }
}

TEST(LabelFreePerformance, AReferenceMendsScoresThatAreNotCalibrated) {
  heartsight::Random random(7);
  const auto draw = [&](std::size_t n, std::vector<double>& score, std::vector<std::int64_t>& y) {
    for (std::size_t i = 0; i < n; ++i) {
      const double risk = random.uniform();
      y.push_back(random.uniform() < risk ? 1 : 0);
      score.push_back(hc::detail::sigmoid(2.0 * hc::detail::logit(risk) - 1.0));  // too extreme, and too low
    }
  };
  std::vector<double> reference, current;
  std::vector<std::int64_t> reference_y, y;
  draw(3000, reference, reference_y);
  draw(3000, current, y);
  double truth = 0.0;
  for (const auto v : y) truth += static_cast<double>(v) / 3000.0;
  const auto blind = hc::label_free_performance(current);
  const auto mended = hc::label_free_performance(current, reference, reference_y);
  EXPECT_GT(truth, blind.prevalence.high + 0.03);
  EXPECT_NEAR(mended.prevalence.value, truth, 0.03);
  EXPECT_LT(mended.prevalence.low, truth);
  EXPECT_GT(mended.prevalence.high, truth);
  const auto sure = hc::label_free_performance(current, reference, reference_y, {}, {.n_simulations = 200});
  const auto few = hc::label_free_performance(current, std::span(reference).first(100), std::span(reference_y).first(100));
  EXPECT_GT(few.prevalence.high - few.prevalence.low, 2.0 * (sure.prevalence.high - sure.prevalence.low))
      << "a small reference leaves more open";
  std::vector<std::int64_t> patient(3000);
  for (std::size_t i = 0; i < patient.size(); ++i) patient[i] = static_cast<std::int64_t>(i / 30);
  EXPECT_GT(hc::label_free_performance(current, reference, reference_y, patient).prevalence.high, truth);
}

TEST(LabelFreePerformance, ManyCasesAreDrawnInRuns) {
  heartsight::Random random(8);
  std::vector<double> p(100000);
  for (auto& v : p) v = random.uniform();
  const auto e = hc::label_free_performance(p, {.n_simulations = 100});
  EXPECT_NEAR(e.auroc.value, 5.0 / 6.0, 0.003) << "uniform risks: 5/6";
  EXPECT_NEAR(e.sensitivity.value, 0.75, 0.003);
  EXPECT_NEAR(e.brier_score.value, 1.0 / 6.0, 0.002);
  EXPECT_LT(e.auroc.high - e.auroc.low, 0.01);
  EXPECT_EQ(hc::label_free_performance(p, {.n_simulations = 100, .n_threads = 3}).auroc.low, e.auroc.low);
}

TEST(LabelFreePerformance, DegenerateCasesAndErrors) {
  const auto none = hc::label_free_performance(std::vector<double>{0.1, 0.2});
  EXPECT_TRUE(std::isnan(none.positive_predictive_value.value)) << "nothing is called";
  EXPECT_TRUE(std::isnan(none.positive_predictive_value.low));
  const auto certain = hc::label_free_performance(std::vector<double>{0.0, 1.0});
  EXPECT_EQ(certain.auroc.value, 1.0);
  EXPECT_EQ(certain.sensitivity.low, 1.0);
  const std::vector<double> p = {0.5, 0.6};
  const std::vector<std::int64_t> y = {0, 1};
  EXPECT_TRUE((raises<heartsight::ShapeError>([] { (void)hc::label_free_performance({}); }, {"score"})));
  EXPECT_TRUE((raises<DomainError>([] { (void)hc::label_free_performance(std::vector<double>{1.5}); }, {"score[0]"})));
  EXPECT_TRUE((raises<DomainError>([&] { (void)hc::label_free_performance(p, {.level = 1.0}); }, {"level"})));
  EXPECT_TRUE((raises<DomainError>([&] { (void)hc::label_free_performance(p, {.n_simulations = 5}); }, {"n_simulations"})));
  EXPECT_TRUE((raises<heartsight::ShapeError>([&] { (void)hc::label_free_performance(p, {}, {}); }, {"reference_score"})));
  EXPECT_TRUE((raises<heartsight::ShapeError>(
      [&] { (void)hc::label_free_performance(p, p, y, std::vector<std::int64_t>{1}); }, {"reference_group"})));
}

}  // namespace label_free_performance_test
