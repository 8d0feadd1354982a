#include <heartsight/pipeline/explanation.hpp>

#include "cpp/pipeline/tiny_bundle.hpp"
#include "cpp/raises.hpp"
#include "pipeline/explain.hpp"

#include <heartsight/features/measurement_schema.hpp>
#include <heartsight/simulate/ecg.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace explanation_test {

namespace hs = heartsight;
namespace hp = heartsight::pipeline;
using hs::test::raises;
using hs::test::tiny_bundle;

namespace {

double sigmoid(double z) {
  return 1.0 / (1.0 + std::exp(-z));
}

/// A bundle on the measurements of two leads: MI is likely when ST at J + 40 ms in II is high, or when it is missing.
hp::Bundle measured_bundle() {
  hp::Bundle b = tiny_bundle();
  b.features = hs::features::measurement_schema(b.input.leads);
  const auto n = b.features.names.size();
  const auto at = std::find(b.features.names.begin(), b.features.names.end(), "II_j40") - b.features.names.begin();
  b.models[1].ensemble = hs::test::stump(n, static_cast<std::int32_t>(at), 0.1F, -2.0, 2.0);
  b.models[0].ensemble = hs::test::stump(n, 0, 1e30F, -1.0, 1.0);  // nothing moves it
  b.drift_reference.quantile.clear();
  for (std::size_t f = 0; f < n; ++f) b.drift_reference.quantile.insert(b.drift_reference.quantile.end(), {-1, 0, 1});
  b.classes[1].calibrator = hs::calibration::Beta(1.0, 1.0, 0.0);
  return b;
}

}  // namespace

TEST(Explanation, NamesThePartTheLeadsAndTheNumber) {
  const auto bundle = measured_bundle();
  std::vector<double> row(bundle.features.names.size(), 0.0);
  const auto at = std::find(bundle.features.names.begin(), bundle.features.names.end(), "II_j40");
  row[static_cast<std::size_t>(at - bundle.features.names.begin())] = 0.5;
  const auto mi = hp::explain_class(bundle, row, 1, {});
  EXPECT_EQ(mi.name, "MI");
  EXPECT_NEAR(mi.probability, sigmoid(2.0), 1e-6);
  ASSERT_EQ(mi.contributions.size(), 1U);
  EXPECT_EQ(mi.contributions[0].part, "ST segment");
  EXPECT_EQ(mi.contributions[0].leads, "II, III, aVF");
  EXPECT_NEAR(mi.contributions[0].probability_without, sigmoid(-2.0), 1e-6);
  ASSERT_EQ(mi.contributions[0].features.size(), 1U);
  EXPECT_EQ(mi.contributions[0].features[0], (hp::ExplainedFeature{"II_j40", "mV", 0.5, 0.0, 75.0}));
  EXPECT_EQ(mi.to_text(),
            "MI 0.881\n  ST segment, II, III, aVF: 0.119 if typical; II_j40 0.5 mV (typical 0, above 75 % of "
            "recordings)");

  const auto norm = hp::explain_class(bundle, row, 0, {});
  EXPECT_TRUE(norm.contributions.empty());
  EXPECT_NE(norm.to_text().find("no part"), std::string::npos);
}

TEST(Explanation, WhatPullsDownIsExplainedToo) {
  auto bundle = measured_bundle();
  for (double& q : bundle.drift_reference.quantile) q += 0.5;  // typical is 0.5 now, which makes MI likely
  const auto mi = hp::explain_class(bundle, std::vector<double>(bundle.features.names.size(), 0.0), 1, {});
  EXPECT_NEAR(mi.probability, sigmoid(-2.0), 1e-6);
  ASSERT_EQ(mi.contributions.size(), 1U);
  EXPECT_NEAR(mi.contributions[0].probability_without, sigmoid(2.0), 1e-6);
  EXPECT_EQ(mi.contributions[0].features.at(0).percentile, 25.0);
}

TEST(Explanation, PercentilesAtTheEdgesAndOfMissingNumbers) {
  const auto bundle = measured_bundle();
  const auto place = static_cast<std::size_t>(
      std::find(bundle.features.names.begin(), bundle.features.names.end(), "II_j40") - bundle.features.names.begin());
  const auto percentile = [&](double value) {
    std::vector<double> row(bundle.features.names.size(), 0.0);
    row[place] = value;
    return hp::explain_class(bundle, row, 1, {}).contributions.at(0).features.at(0).percentile;
  };
  EXPECT_EQ(percentile(7.0), 100.0);
  EXPECT_EQ(percentile(1.0), 100.0);
  EXPECT_EQ(percentile(0.5), 75.0);

  auto pulls_up = measured_bundle();
  pulls_up.models[1].ensemble = [&] {
    auto arrays = pulls_up.models[1].ensemble.arrays();
    arrays.default_left[0] = 0;  // a missing value goes the way of a high one
    return hs::models::TreeEnsemble(std::move(arrays));
  }();
  std::vector<double> row(bundle.features.names.size(), 0.0);
  row[place] = std::numeric_limits<double>::quiet_NaN();
  const auto mi = hp::explain_class(pulls_up, row, 1, {});
  ASSERT_EQ(mi.contributions.size(), 1U);
  EXPECT_TRUE(std::isnan(mi.contributions[0].features.at(0).value));
  EXPECT_TRUE(std::isnan(mi.contributions[0].features.at(0).percentile));
  EXPECT_NE(mi.to_text().find("II_j40 not measured (typical 0)"), std::string::npos);
}

TEST(Explanation, LimitsAreKept) {
  const auto bundle = measured_bundle();
  std::vector<double> row(bundle.features.names.size(), 0.5);
  EXPECT_TRUE(hp::explain_class(bundle, row, 1, {.n_contributions = 0}).contributions.empty());
  EXPECT_TRUE(hp::explain_class(bundle, row, 1, {.n_features = 0}).contributions.at(0).features.empty());
  EXPECT_TRUE(hp::explain_class(bundle, row, 1, {.smallest_change = 0.9}).contributions.empty());
}

TEST(Explanation, TheAnalyzerExplainsItsFindings) {
  const hp::Analyzer analyzer(hs::test::tiny_ecg_bundle());
  const auto recording = hs::simulate::ecg(100.0).recording;
  const auto report = analyzer.analyze(recording);
  const auto explained = analyzer.explain(recording);
  ASSERT_FALSE(report.findings.empty());
  ASSERT_EQ(explained.size(), report.findings.size());
  for (std::size_t i = 0; i < explained.size(); ++i) {
    EXPECT_EQ(explained[i].name, report.findings[i].name);
    EXPECT_EQ(explained[i].probability, report.findings[i].probability);
  }
  const auto one = analyzer.explain(recording, {.classes = {"HYP"}});
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].probability, report.probability("HYP"));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)analyzer.explain(recording, {.classes = {"XYZ"}}); }, {"classes", "XYZ"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)analyzer.explain(recording, {.smallest_change = std::nan("")}); },
                                      {"smallest_change"}));
  const hs::Recording flat(std::vector<double>(12 * 1000, 0.0), hs::SamplingRate(100.0), recording.leads());
  EXPECT_TRUE(analyzer.explain(flat).empty());
}

}  // namespace explanation_test
