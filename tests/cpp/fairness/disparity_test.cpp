#include <heartsight/core/random.hpp>
#include <heartsight/fairness/disparity.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace disparity_test {

namespace hf = heartsight::fairness;
using heartsight::metrics::ConfusionCounts;
using heartsight::test::raises;
using hf::DisparityVerdict;
using hf::FairnessCriterion;

namespace {

hf::Disparity one(const std::vector<ConfusionCounts>& counts, FairnessCriterion criterion,
                  const hf::DisparityOptions& options = {}) {
  return hf::disparities(counts, std::vector{criterion}, options).front();
}

}  // namespace

TEST(Disparity, ByHand) {
  // Sensitivity 0.9 and 0.6, false positive rate 0.2 and 0.1, selection 110/200 and 70/200.
  const std::vector<ConfusionCounts> counts = {{90, 20, 80, 10}, {60, 10, 90, 40}};
  const auto opportunity = one(counts, FairnessCriterion::equal_opportunity);
  EXPECT_NEAR(opportunity.difference, 0.3, 1e-15);
  EXPECT_NEAR(opportunity.ratio, 0.6 / 0.9, 1e-15);
  EXPECT_EQ(opportunity.highest, 0U);
  EXPECT_EQ(opportunity.lowest, 1U);
  EXPECT_LT(opportunity.p_value, 1e-5);
  EXPECT_EQ(opportunity.verdict, DisparityVerdict::disparity);
  EXPECT_LT(opportunity.difference_interval.low, 0.3);
  EXPECT_GT(opportunity.difference_interval.high, 0.3);
  EXPECT_GT(opportunity.ratio_interval.low, 0.5);
  EXPECT_LT(opportunity.ratio_interval.high, 0.85);
  const auto odds = one(counts, FairnessCriterion::equalized_odds);
  EXPECT_NEAR(odds.difference, 0.3, 1e-15) << "the worse of sensitivity and false positive rate";
  EXPECT_NEAR(odds.ratio, 0.5, 1e-15) << "here the false positive rate is the worse";
  EXPECT_EQ(odds.rate, hf::GroupRate::sensitivity);
  EXPECT_NEAR(odds.p_value, 2.0 * opportunity.p_value, 1e-12) << "the false positive rate differs by 0.1 too, less clearly";
  EXPECT_NEAR(one(counts, FairnessCriterion::demographic_parity).difference, 0.2, 1e-15);
  EXPECT_NEAR(one(counts, FairnessCriterion::predictive_parity).difference, 60.0 / 70 - 90.0 / 110, 1e-15);
}

TEST(Disparity, AnEmptyOrSmallGroupNeverPasses) {
  const std::vector<ConfusionCounts> alike = {{5000, 1000, 4000, 500}, {5010, 1000, 4000, 490}};
  EXPECT_EQ(one(alike, FairnessCriterion::equal_opportunity).verdict, DisparityVerdict::within_margin);
  auto with_empty = alike;
  with_empty.push_back({});
  const auto empty = one(with_empty, FairnessCriterion::equal_opportunity);
  EXPECT_EQ(empty.verdict, DisparityVerdict::not_enough_data);
  EXPECT_EQ(empty.left_out, std::vector<std::size_t>{2});
  EXPECT_NEAR(empty.difference, 0.002 * 10 / 11, 1e-12) << "what is known of the others is still said";
  const std::vector<ConfusionCounts> tiny = {{2, 0, 3, 1}, {1, 1, 1, 2}};
  const auto nothing = one(tiny, FairnessCriterion::demographic_parity);
  EXPECT_EQ(nothing.verdict, DisparityVerdict::not_enough_data);
  EXPECT_TRUE(std::isnan(nothing.difference));
  EXPECT_TRUE(std::isnan(nothing.p_value));
  EXPECT_TRUE(std::isnan(nothing.difference_interval.low));
  // 7 of 11 against 4 of 11: a difference of 27 points, and no more than chance gives.
  const std::vector<ConfusionCounts> published = {{7, 0, 0, 4}, {4, 0, 0, 7}};
  EXPECT_EQ(one(published, FairnessCriterion::demographic_parity).verdict, DisparityVerdict::undecided);
  EXPECT_NEAR(one(published, FairnessCriterion::demographic_parity).p_value, 0.2004, 1e-3)
      << "Pearson's, expected counts are 5.5";
}

TEST(Disparity, WhatIsCertainInOneRateIsNoProofForAnother) {
  // The false positive rate differs beyond doubt by 0.01, sensitivity by 0.15 in twenty cases each.
  const std::vector<ConfusionCounts> counts = {{11, 10000, 90000, 9}, {8, 11000, 89000, 12}};
  const auto odds = one(counts, FairnessCriterion::equalized_odds);
  EXPECT_EQ(odds.rate, hf::GroupRate::sensitivity);
  EXPECT_GT(odds.p_value, 0.3);
  EXPECT_EQ(odds.verdict, DisparityVerdict::undecided);
  // Two large groups differ by half a point beyond doubt, a small one by 20 points by chance.
  const std::vector<ConfusionCounts> small = {{500000, 0, 500000, 0}, {505000, 0, 495000, 0}, {7, 0, 3, 0}};
  EXPECT_EQ(one(small, FairnessCriterion::demographic_parity).verdict, DisparityVerdict::undecided);
  // A small group does not hide what the large ones show.
  const std::vector<ConfusionCounts> large = {{10000, 0, 90000, 0}, {50000, 0, 50000, 0}, {3, 0, 7, 0}};
  EXPECT_LT(one(large, FairnessCriterion::demographic_parity).p_value, 1e-100);
}

TEST(Disparity, TenCasesWithoutAMissAreNotEqual) {
  const std::vector<ConfusionCounts> counts = {{10, 0, 10, 0}, {10, 0, 10, 0}};
  const auto d = one(counts, FairnessCriterion::equal_opportunity);
  EXPECT_EQ(d.difference_interval.high, 0.0) << "resampling knows nothing else";
  EXPECT_GT(d.difference_bound, 0.25);
  EXPECT_EQ(d.verdict, DisparityVerdict::undecided);
}

TEST(Disparity, TheBootstrapIsThatOfTheRows) {
  // The same interval from resampled rows as from resampled counts, up to Monte Carlo error.
  const std::vector<ConfusionCounts> counts = {{30, 12, 60, 9}, {18, 20, 40, 15}, {25, 5, 30, 4}};
  const auto fast = one(counts, FairnessCriterion::equal_opportunity, {.n_resamples = 4000});
  std::vector<std::array<int, 3>> rows;  // group, label, called
  for (int g = 0; g < 3; ++g) {
    const auto& c = counts[static_cast<std::size_t>(g)];
    for (std::int64_t i = 0; i < c.true_positive; ++i) rows.push_back({g, 1, 1});
    for (std::int64_t i = 0; i < c.false_negative; ++i) rows.push_back({g, 1, 0});
    for (std::int64_t i = 0; i < c.false_positive; ++i) rows.push_back({g, 0, 1});
    for (std::int64_t i = 0; i < c.true_negative; ++i) rows.push_back({g, 0, 0});
  }
  heartsight::Random random(9);
  std::vector<double> differences;
  for (int r = 0; r < 4000; ++r) {
    std::array<double, 3> found{};
    std::array<double, 3> all{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& row = rows[random.below(rows.size())];
      if (row[1] == 0) continue;
      all[static_cast<std::size_t>(row[0])] += 1.0;
      found[static_cast<std::size_t>(row[0])] += row[2];
    }
    double low = 2.0;
    double high = -1.0;
    for (std::size_t g = 0; g < 3; ++g) {
      low = std::min(low, found[g] / all[g]);
      high = std::max(high, found[g] / all[g]);
    }
    differences.push_back(high - low);
  }
  const std::span<const double> span(differences);
  EXPECT_NEAR(fast.difference_interval.low, heartsight::quantile(span, 0.025), 0.015);
  EXPECT_NEAR(fast.difference_interval.high, heartsight::quantile(span, 0.975), 0.015);
}

TEST(Disparity, TheSameAnswerForAnyNumberOfThreads) {
  const std::vector<ConfusionCounts> counts = {{30, 12, 60, 9}, {18, 20, 40, 15}, {25, 5, 30, 4}};
  const std::vector criteria = {FairnessCriterion::demographic_parity, FairnessCriterion::equalized_odds};
  const auto alone = hf::disparities(counts, criteria, {.seed = 4});
  const auto many = hf::disparities(counts, criteria, {.seed = 4, .n_threads = 4});
  for (std::size_t i = 0; i < criteria.size(); ++i) {
    EXPECT_EQ(alone[i].difference_interval.low, many[i].difference_interval.low);
    EXPECT_EQ(alone[i].ratio_interval.high, many[i].ratio_interval.high);
    EXPECT_GE(alone[i].adjusted_p_value, alone[i].p_value);
  }
}

TEST(Disparity, RaisesAFalseAlarmNoMoreOftenThanPromised) {
  // Five equal groups, three criteria: the family's chance of any "disparity" stays below 5 %, the margin at 0.
  heartsight::Random random(31);
  int n_alarms = 0;
  constexpr int n_rounds = 600;
  for (int round = 0; round < n_rounds; ++round) {
    std::vector<ConfusionCounts> counts;
    for (const std::int64_t n : {20, 40, 80, 150, 300}) {
      const auto positive = heartsight::draw_binomial(random, n, 0.4);
      const auto tp = heartsight::draw_binomial(random, positive, 0.8);
      const auto fp = heartsight::draw_binomial(random, n - positive, 0.15);
      counts.push_back({tp, fp, n - positive - fp, positive - tp});
    }
    const std::vector criteria = {FairnessCriterion::demographic_parity, FairnessCriterion::equalized_odds,
                                  FairnessCriterion::predictive_parity};
    bool alarm = false;
    for (const auto& d : hf::disparities(counts, criteria, {.margin = 0.0, .n_resamples = 100})) {
      alarm = alarm || d.verdict == DisparityVerdict::disparity;
    }
    n_alarms += alarm ? 1 : 0;
  }
  EXPECT_LT(n_alarms, 0.05 * n_rounds + 3.0 * std::sqrt(0.05 * 0.95 * n_rounds));
}

TEST(CompareGroups, NewcombeByHisPaperAndTheFamilyIsCorrected) {
  // Newcombe 1998, table II, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339.
  const auto interval = hf::detail::newcombe_interval({56, 70}, {48, 80}, 0.95);
  EXPECT_NEAR(interval.low, 0.0524, 5e-5);
  EXPECT_NEAR(interval.high, 0.3339, 5e-5);
  const std::vector<ConfusionCounts> counts = {{90, 20, 80, 10}, {60, 10, 90, 40}, {3, 1, 2, 0}};
  const auto all = hf::compare_groups(counts, std::vector{hf::GroupRate::sensitivity, hf::GroupRate::selection_rate});
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[1].group, 1U);
  EXPECT_NEAR(all[1].difference, 0.6 - 93.0 / 103.0, 1e-15);
  EXPECT_EQ(all[1].verdict, DisparityVerdict::disparity);
  EXPECT_GT(all[1].adjusted_p_value, all[1].p_value);
  const auto plain = hf::detail::newcombe_interval(all[1].share, all[1].rest, 0.95);
  EXPECT_LT(all[1].interval.low, plain.low) << "wider than the interval of one comparison";
  EXPECT_EQ(all[2].verdict, DisparityVerdict::not_enough_data) << "three positive cases";
  EXPECT_TRUE(std::isnan(all[2].p_value));
}

TEST(Disparity, Errors) {
  const std::vector<ConfusionCounts> counts = {{30, 12, 60, 9}, {18, 20, 40, 15}};
  const std::vector criteria = {FairnessCriterion::demographic_parity};
  using heartsight::DomainError;
  const auto call = [&](hf::DisparityOptions o) { return [=] { (void)hf::disparities(counts, criteria, o); }; };
  EXPECT_TRUE((raises<heartsight::ShapeError>([&] { (void)hf::disparities({}, criteria); }, {"counts"})));
  EXPECT_TRUE((raises<DomainError>(call({.level = 0.0}), {"level"})));
  EXPECT_TRUE((raises<DomainError>(call({.min_cases = 0}), {"min_cases"})));
  EXPECT_TRUE((raises<DomainError>(call({.margin = -0.1}), {"margin"})));
  EXPECT_TRUE((raises<DomainError>(call({.n_resamples = 5}), {"n_resamples"})));
  const std::vector<ConfusionCounts> huge = {{std::int64_t{1} << 62, 0, 0, 0}, {0, 0, 0, 1}};
  EXPECT_TRUE((raises<DomainError>([&] { (void)hf::disparities(huge, criteria); }, {"counts"})));
  EXPECT_TRUE((raises<DomainError>([] { (void)hf::fairness_criterion_of("parity"); }, {"parity", "equalized_odds"})));
  EXPECT_EQ(hf::fairness_criterion_of("equalized_odds"), FairnessCriterion::equalized_odds);
}

}  // namespace disparity_test
