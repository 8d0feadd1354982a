#include <heartsight/core/random.hpp>
#include <heartsight/fairness/group_calibration.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace group_calibration_test {

namespace hf = heartsight::fairness;
using heartsight::test::raises;

TEST(GroupCalibration, ByHand) {
  std::vector<std::int64_t> label;
  std::vector<double> probability;
  std::vector<std::int64_t> group;
  // 400 cases of 0.25, 100 positive; 100 cases of 0.25, 60 positive; one case.
  for (int i = 0; i < 400; ++i) label.push_back(i < 100), probability.push_back(0.25), group.push_back(0);
  for (int i = 0; i < 100; ++i) label.push_back(i < 60), probability.push_back(0.25), group.push_back(1);
  label.push_back(1), probability.push_back(0.9), group.push_back(2);
  const auto c = hf::group_calibration(label, probability, group, 4, {.margin = 0.05});
  EXPECT_EQ(c[0].gap, 0.0);
  EXPECT_EQ(c[0].p_value, 1.0);
  EXPECT_EQ(c[0].verdict, hf::DisparityVerdict::within_margin);
  EXPECT_NEAR(c[1].gap, 0.35, 1e-15);
  EXPECT_LT(c[1].p_value, 1e-10);
  EXPECT_EQ(c[1].verdict, hf::DisparityVerdict::disparity);
  EXPECT_NEAR(c[1].interval.low, heartsight::metrics::wilson_interval(60, 100).low - 0.25, 1e-15);
  EXPECT_EQ(c[2].verdict, hf::DisparityVerdict::not_enough_data);
  EXPECT_NEAR(c[2].gap, 0.1, 1e-15);
  EXPECT_EQ(c[3].n, 0);
  EXPECT_TRUE(std::isnan(c[3].gap));
  const std::vector<float> narrow(probability.begin(), probability.end());
  EXPECT_NEAR(hf::group_calibration(label, narrow, group, 4)[1].gap, 0.35, 1e-7);
}

TEST(GroupCalibration, OneRareOutcomeInTenCasesIsExact) {
  std::vector<std::int64_t> label(10, 0);
  label[3] = 1;
  const auto c = hf::group_calibration(label, std::vector<double>(10, 0.001), std::vector<std::int64_t>(10, 0), 1);
  EXPECT_NEAR(c[0].p_value, 2.0 * (1.0 - std::pow(0.999, 10)), 1e-12);
}

TEST(GroupCalibration, ACalibratedModelIsSeldomAccused) {
  heartsight::Random random(41);
  int n_alarms = 0;
  for (int round = 0; round < 500; ++round) {
    std::vector<std::int64_t> label;
    std::vector<double> probability;
    std::vector<std::int64_t> group;
    for (int i = 0; i < 300; ++i) {
      probability.push_back(random.uniform());
      label.push_back(random.uniform() < probability.back());
      group.push_back(static_cast<std::int64_t>(random.below(4)));
    }
    bool alarm = false;
    for (const auto& c : hf::group_calibration(label, probability, group, 4, {.margin = 0.0})) {
      alarm = alarm || c.verdict == hf::DisparityVerdict::disparity;
    }
    n_alarms += alarm ? 1 : 0;
  }
  EXPECT_LT(n_alarms, 40);
}

TEST(GroupCalibration, CertainModelsAndErrors) {
  const std::vector<std::int64_t> all_one(12, 1);
  const std::vector<std::int64_t> group(12, 0);
  EXPECT_EQ(hf::group_calibration(all_one, std::vector<double>(12, 1.0), group, 1)[0].p_value, 1.0);
  EXPECT_EQ(hf::group_calibration(all_one, std::vector<double>(12, 0.0), group, 1)[0].p_value, 0.0);
  using heartsight::DomainError;
  EXPECT_TRUE((raises<DomainError>([&] { (void)hf::group_calibration(all_one, std::vector<double>(12, 1.5), group, 1); },
                                   {"probability[0]"})));
  EXPECT_TRUE((raises<DomainError>([&] { (void)hf::group_calibration(all_one, std::vector<double>(12, 1.0), group, 0); },
                                   {"group[0] = 0"})));
  EXPECT_TRUE((raises<heartsight::ShapeError>(
      [&] { (void)hf::group_calibration(all_one, std::vector<double>(3, 1.0), group, 1); }, {"probability"})));
}

}  // namespace group_calibration_test
