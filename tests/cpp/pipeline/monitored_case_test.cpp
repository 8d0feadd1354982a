#include <heartsight/pipeline/monitored_case.hpp>
#include <heartsight/simulate/ecg.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace monitored_case_test {

namespace hs = heartsight;
namespace hp = heartsight::pipeline;
using hs::test::raises;

namespace {

hp::Report report() {
  hp::Report r;
  r.status = hp::ReportStatus::indeterminate;
  r.measurements = {{"heart_rate", 71.5, "bpm", std::nullopt}};
  r.probabilities = {{"MI", 0.2, 0.1, 0.3, 0.5}, {"CD", 0.4, 0.3, 0.5, 0.5}};
  return r;
}

/// The recording with each sample (its place in its lead, its value) replaced.
template <class Change>
hs::Recording changed(const hs::Recording& recording, Change&& change) {
  std::vector<double> samples;
  for (std::size_t lead = 0; lead < recording.n_leads(); ++lead) {
    for (std::size_t i = 0; i < recording.n_samples(); ++i) samples.push_back(change(i, recording.lead(lead)[i]));
  }
  return hs::Recording(std::move(samples), recording.sampling_rate(), recording.leads());
}

}  // namespace

TEST(MonitoredCase, KeepsNumbersAndGroupsAlone) {
  auto recording = hs::simulate::ecg(250.0).recording;
  recording.sex = hs::Sex::female;
  recording.age_years = 90.0;
  const std::vector<std::int64_t> label = {1, -1};
  const auto one = hp::monitored_case(recording, report(), label);
  EXPECT_TRUE(one.analyzed);
  EXPECT_EQ(one.probability, (std::vector<double>{0.2, 0.4}));
  EXPECT_EQ(one.label, label);
  EXPECT_EQ(one.heart_rate_bpm, 71.5);
  EXPECT_EQ(one.groups, (std::vector<std::string>{"sex=female", "age=>=80"}));
  EXPECT_EQ(one.profile, hs::signal::signal_profile(recording.signal(), 250.0));
}

TEST(MonitoredCase, AgesAndMissingThings) {
  auto recording = hs::simulate::ecg(250.0).recording;
  const auto group_at = [&](std::optional<double> age) {
    recording.age_years = age;
    return hp::monitored_case(recording, report()).groups[1];
  };
  EXPECT_EQ(group_at(0.0), "age=<18");
  EXPECT_EQ(group_at(17.9), "age=<18");
  EXPECT_EQ(group_at(18.0), "age=18-39");
  EXPECT_EQ(group_at(64.9), "age=40-64");
  EXPECT_EQ(group_at(79.0), "age=65-79");
  EXPECT_EQ(group_at(-3.0), "age=unknown");
  EXPECT_EQ(group_at(std::nan("")), "age=unknown");
  EXPECT_EQ(group_at(std::nullopt), "age=unknown");
  const auto refused = hp::monitored_case(recording, hp::Report{}, std::vector<std::int64_t>{1, 0});
  EXPECT_FALSE(refused.analyzed);
  EXPECT_TRUE(refused.probability.empty());
  EXPECT_TRUE(refused.label.empty());
  EXPECT_TRUE(std::isnan(refused.heart_rate_bpm));
}

TEST(MonitoredCase, DevicesAreComparedAtTheModelsRateInMillivolts) {
  hp::Report at_100 = report();
  at_100.input.model_sampling_rate_hz = 100.0;
  const auto slow = hs::simulate::ecg(100.0, {.seed = 5}).recording;
  const auto fast = hs::simulate::ecg(500.0, {.seed = 5}).recording;
  const auto wanted = hp::monitored_case(slow, at_100).profile;
  EXPECT_EQ(wanted, hs::signal::signal_profile(slow.signal(), 100.0));
  const auto got = hp::monitored_case(fast, at_100).profile;
  const auto own = hs::signal::signal_profile(fast.signal(), 500.0);
  EXPECT_NEAR(got.amplitude_mv, wanted.amplitude_mv, 0.01 * wanted.amplitude_mv);
  EXPECT_NEAR(got.steepness, wanted.steepness, 0.01 * wanted.steepness);
  EXPECT_GT(std::abs(own.steepness - wanted.steepness), 0.03 * wanted.steepness);

  auto microvolts = changed(fast, [](std::size_t, double v) { return 1000.0 * v; });
  microvolts.units.assign(fast.n_leads(), "uV");
  EXPECT_NEAR(hp::monitored_case(microvolts, at_100).profile.amplitude_mv, got.amplitude_mv, 1e-9);
}

TEST(MonitoredCase, WhatIsMissingStaysMissingAtAnotherRate) {
  hp::Report at_100 = report();
  at_100.input.model_sampling_rate_hz = 100.0;
  const auto whole = hs::simulate::ecg(500.0).recording;
  const auto gap = changed(whole, [](std::size_t i, double v) { return i >= 1000 && i < 2000 ? std::nan("") : v; });
  const auto profile = hp::monitored_case(gap, at_100).profile;
  EXPECT_NEAR(profile.missing_share, 0.2, 0.002);
  EXPECT_TRUE(std::isfinite(profile.amplitude_mv));
  const auto lost = changed(whole, [](std::size_t, double) { return std::nan(""); });
  EXPECT_EQ(hp::monitored_case(lost, at_100).profile.missing_share, 1.0);
}

TEST(MonitoredCase, Errors) {
  const auto recording = hs::simulate::ecg(250.0).recording;
  const auto call = [&](std::vector<std::int64_t> label) {
    return [&, label] { (void)hp::monitored_case(recording, report(), label); };
  };
  EXPECT_TRUE((raises<hs::ShapeError>(call({1}), {"label"})));
  EXPECT_TRUE((raises<hs::DomainError>(call({1, 2}), {"label[1]"})));
}

TEST(MonitoredCase, HeartSounds) {
  std::vector<double> x(8000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(0.2 * static_cast<double>(i)) * (i % 2000 < 200 ? 1.0 : 0.1);
  hs::Recording recording(x, 2000.0, {"PCG"});
  recording.sex = hs::Sex::male;
  recording.age_years = 12.0;
  const std::vector<double> probability = {0.3};
  const std::vector<std::int64_t> label = {1};
  const auto one = hp::monitored_heart_sounds(recording, probability, label);
  ASSERT_TRUE(one.heart_sounds.has_value());
  EXPECT_EQ(*one.heart_sounds, hs::signal::heart_sound_profile(x, 2000.0));
  EXPECT_NEAR(one.heart_sounds->heart_rate_bpm, 60.0, 0.5);
  EXPECT_TRUE(std::isnan(one.profile.amplitude_mv));
  EXPECT_TRUE(one.analyzed);
  EXPECT_EQ(one.probability, probability);
  EXPECT_EQ(one.label, label);
  EXPECT_EQ(one.groups, (std::vector<std::string>{"sex=male", "age=<18"}));
  EXPECT_FALSE(hp::monitored_heart_sounds(recording, {}).analyzed);
  const hs::RecordingFloat32 narrow(std::vector<float>(x.begin(), x.end()), 2000.0, {"PCG"});
  EXPECT_NEAR(hp::monitored_heart_sounds(narrow, probability).heart_sounds->rms, one.heart_sounds->rms, 1e-6);

  const auto call = [](const hs::Recording& r, std::vector<double> p, std::vector<std::int64_t> y) {
    return [&r, p, y] { (void)hp::monitored_heart_sounds(r, p, y); };
  };
  const hs::Recording two(x, 2000.0, {"PCG", "PCG2"});
  const hs::Recording slow(x, 500.0, {"PCG"});
  EXPECT_TRUE((raises<hs::ShapeError>(call(two, {0.3}, {}), {"channels"})));
  EXPECT_TRUE((raises<hs::DomainError>(call(slow, {0.3}, {}), {"sampling_rate"})));
  EXPECT_TRUE((raises<hs::ShapeError>(call(recording, {0.3}, {1, 0}), {"label"})));
  EXPECT_TRUE((raises<hs::ShapeError>(call(recording, {}, {1}), {"label"})));
  EXPECT_TRUE((raises<hs::DomainError>(call(recording, {1.3}, {}), {"probability[0]"})));
  EXPECT_TRUE((raises<hs::DomainError>(call(recording, {0.3}, {2}), {"label[0]"})));
}

}  // namespace monitored_case_test
