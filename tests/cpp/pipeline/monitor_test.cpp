#include <heartsight/core/random.hpp>
#include <heartsight/pipeline/monitor.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <cmath>

namespace monitor_test {

namespace hs = heartsight;
namespace hp = heartsight::pipeline;
using hp::Monitor;
using hp::MonitorReference;
using hp::MonitorState;
using hs::DomainError;
using hs::FormatError;
using hs::ShapeError;
using hs::test::raises;

namespace {

struct Population {
  double gain = 1.0;
  double mains_mv = 0.01;
  double refused = 0.02;
  double risk = 0.0;           // added to the logit of every probability
  double miscalibrated = 0.0;  // added to the logit of the outcome alone
  double female_risk = 0.0;
};

std::vector<hp::MonitoredCase> cases(std::size_t n, std::uint64_t seed, const Population& like = {}) {
  hs::Random random(seed);
  const auto sigmoid = [](double z) { return 1.0 / (1.0 + std::exp(-z)); };
  std::vector<hp::MonitoredCase> all(n);
  for (auto& one : all) {
    const bool female = random.uniform() < 0.5;
    one.groups = {female ? "sex=female" : "sex=male", random.uniform() < 0.3 ? "age=>=80" : "age=40-64"};
    one.profile.amplitude_mv = like.gain * std::exp(random.normal(0.0, 0.3));
    one.profile.noise_mv = std::exp(random.normal(-4.0, 0.5));
    one.profile.wander_mv = std::exp(random.normal(-2.0, 0.5));
    one.profile.mains_mv = like.mains_mv * std::exp(random.normal(0.0, 0.5));
    one.profile.steepness = random.normal(1.0, 0.2);
    one.profile.missing_share = 0.0;
    one.profile.flat_share = 0.0;
    one.profile.clipped_share = 0.0;
    one.profile.usable_share = 1.0;
    one.profile.spectral_centroid_hz = random.normal(8.0, 1.0);
    one.profile.spectral_edge_hz = random.normal(25.0, 3.0);
    one.analyzed = random.uniform() >= like.refused;
    if (!one.analyzed) continue;
    one.heart_rate_bpm = random.normal(75.0, 15.0);
    for (int c = 0; c < 2; ++c) {
      const double z = random.normal(-1.0, 1.5) + like.risk + (female ? like.female_risk : 0.0);
      one.probability.push_back(sigmoid(z));
      one.label.push_back(random.uniform() < sigmoid(z + like.miscalibrated) ? 1 : 0);
    }
  }
  return all;
}

std::shared_ptr<const MonitorReference> reference() {
  static const auto made = std::make_shared<const MonitorReference>(std::vector<std::string>{"MI", "CD"},
                                                                    std::vector<double>{0.4, 0.5}, cases(2000, 1));
  return made;
}

hp::MonitorResult result_of(const std::vector<hp::MonitoredCase>& seen, const hp::MonitorOptions& options = {}) {
  MonitorState state(reference());
  for (const auto& one : seen) state.add(one);
  return state.result(options);
}

bool has(const hp::MonitorResult& result, const std::string& kind, const std::string& subject) {
  return std::any_of(result.alerts.begin(), result.alerts.end(),
                     [&](const auto& a) { return a.kind == kind && a.subject.find(subject) != std::string::npos; });
}

}  // namespace

TEST(Monitor, WhatIsAsItWasRaisesNoAlert) {
  int n_alerts = 0;
  for (std::uint64_t seed = 10; seed < 70; ++seed) n_alerts += result_of(cases(300, seed)).alerts.empty() ? 0 : 1;
  EXPECT_LE(n_alerts, 8) << "3 of 60 are expected";
}

TEST(Monitor, EachChangeIsNamed) {
  EXPECT_TRUE(has(result_of(cases(300, 2, {.gain = 2.0})), "signal", "amplitude_mv"));
  EXPECT_TRUE(has(result_of(cases(300, 3, {.mains_mv = 0.03})), "signal", "mains_mv"));
  EXPECT_TRUE(has(result_of(cases(300, 4, {.refused = 0.3})), "quality", "analyzed"));
  EXPECT_TRUE(has(result_of(cases(300, 5, {.risk = 1.0})), "output", "probability_MI"));
  const auto wrong = result_of(cases(600, 6, {.miscalibrated = 1.0}));
  EXPECT_TRUE(has(wrong, "calibration", "MI"));
  EXPECT_FALSE(has(wrong, "signal", ""));
  const auto found =
      std::find_if(wrong.alerts.begin(), wrong.alerts.end(), [](const auto& a) { return a.kind == "calibration"; });
  EXPECT_NE(found->reason.find("probabilities are too low"), std::string::npos) << found->reason;
  const auto groups = result_of(cases(600, 7, {.female_risk = 1.5}));
  EXPECT_TRUE(has(groups, "group", "MI, sex=female"));
  EXPECT_FALSE(has(groups, "group", "sex=male"));
}

TEST(Monitor, HeartSoundsAreWatchedLikeAnEcg) {
  const auto sounds = [](std::size_t n, std::uint64_t seed, double gain) {
    hs::Random random(seed);
    std::vector<hp::MonitoredCase> all(n);
    for (auto& one : all) {
      hs::signal::HeartSoundProfile p;
      p.heart_rate_bpm = random.normal(75.0, 12.0);
      p.rms = gain * std::exp(random.normal(-3.0, 0.4));
      p.spectral_centroid_hz = random.normal(60.0, 10.0);
      one.heart_sounds = p;
      one.analyzed = true;
      one.probability = {random.uniform()};
      one.groups = {"sex=female"};
    }
    return all;
  };
  const auto before = std::make_shared<const MonitorReference>(std::vector<std::string>{"murmur"}, std::vector<double>{0.5},
                                                               sounds(500, 1, 1.0));
  std::vector<std::string> names;
  for (const auto& feature : before->drift()->features()) names.push_back(feature.name);
  EXPECT_EQ(names, (std::vector<std::string>{"sound_heart_rate_bpm", "sound_rms", "sound_spectral_centroid_hz",
                                             "probability_murmur", "analyzed"}));
  MonitorState same(before);
  for (const auto& one : sounds(200, 2, 1.0)) same.add(one);
  EXPECT_TRUE(same.result().alerts.empty());
  MonitorState louder(before);
  for (const auto& one : sounds(200, 3, 2.0)) louder.add(one);
  const auto result = louder.result();
  ASSERT_EQ(result.alerts.size(), 1U);
  EXPECT_EQ(result.alerts[0].kind, "signal");
  EXPECT_EQ(result.alerts[0].subject, "sound_rms");
  const auto again = std::make_shared<const MonitorReference>(MonitorReference::from_bytes(before->to_bytes()));
  EXPECT_EQ(MonitorState::from_bytes(louder.to_bytes(), again).result().alerts, result.alerts);
  // An ECG among heart sounds has none of their numbers, and that is seen.
  MonitorState wrong(before);
  for (auto one : cases(200, 4, {.refused = 0.0})) {
    one.probability.resize(1);
    one.label.clear();
    wrong.add(one);
  }
  EXPECT_TRUE(has(wrong.result(), "signal", "sound_rms"));
}

TEST(Monitor, FewCasesSayNothing) {
  const auto few = result_of(cases(19, 2, {.gain = 5.0}));
  EXPECT_FALSE(few.enough);
  EXPECT_TRUE(few.alerts.empty());
  EXPECT_EQ(few.n_cases, 19);
  EXPECT_TRUE(result_of({}).classes[0].auroc != result_of({}).classes[0].auroc) << "NaN without a case";
}

TEST(Monitor, AnyOrderAndAnySplitGiveTheSameBytes) {
  auto seen = cases(400, 8);
  for (std::size_t i = 0; i < seen.size(); i += 3) seen[i].label.clear();
  MonitorState once(reference());
  for (const auto& one : seen) once.add(one);
  hs::Random random(9);
  for (int round = 0; round < 3; ++round) {
    random.shuffle(std::span(seen));
    std::vector<MonitorState> parts(1 + random.below(4), MonitorState(reference()));
    for (const auto& one : seen) parts[random.below(parts.size())].add(one);
    MonitorState merged(reference());
    for (const auto& part : parts) merged.merge(part);
    EXPECT_EQ(merged.to_bytes(), once.to_bytes());
  }
  const auto again = MonitorState::from_bytes(once.to_bytes(), reference());
  EXPECT_EQ(again.to_bytes(), once.to_bytes());
  EXPECT_EQ(again.result().alerts, once.result().alerts);
  const auto other = std::make_shared<const MonitorReference>(MonitorReference::from_bytes(reference()->to_bytes()));
  EXPECT_EQ(other->fingerprint(), reference()->fingerprint());
  EXPECT_EQ(MonitorState::from_bytes(once.to_bytes(), other).to_bytes(), once.to_bytes());
}

TEST(Monitor, TheWindowForgets) {
  Monitor monitor(reference(), 200, 4);
  for (const auto& one : cases(200, 11, {.gain = 3.0})) monitor.add(one);
  EXPECT_TRUE(has(monitor.result(), "signal", "amplitude_mv"));
  for (const auto& one : cases(210, 12)) monitor.add(one);
  EXPECT_GE(monitor.state().n_cases(), 150);
  EXPECT_LE(monitor.state().n_cases(), 200);
  EXPECT_FALSE(has(monitor.result(), "signal", "amplitude_mv"));
}

TEST(Monitor, TheWindowForgetsByTime) {
  auto monitor = Monitor::by_time(reference(), 24.0, 6);  // four hours a slot
  const auto seen = cases(120, 14, {.refused = 0.0});
  double time = 0.0;
  for (const auto& one : seen) monitor.add(one, time += 0.5);  // sixty hours: the last 20.5 are in the last six slots
  MonitorState wanted(reference());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (0.5 * static_cast<double>(i + 1) >= 40.0) wanted.add(seen[i]);
  }
  EXPECT_EQ(monitor.state().n_cases(), 41);
  EXPECT_EQ(monitor.state().to_bytes(), wanted.to_bytes());
  const auto before = monitor.state().to_bytes();
  EXPECT_TRUE((raises<DomainError>([&] { monitor.add(seen[0], 59.9); }, {"Monitor::add: time", "before the present"})));
  EXPECT_TRUE((raises<DomainError>([&] { monitor.add(seen[0], std::nan("")); }, {"finite"})));
  EXPECT_TRUE((raises<DomainError>([&] { monitor.add(seen[0], 1e300); }, {"too large"})));
  EXPECT_TRUE((raises<DomainError>([&] { monitor.add(seen[0]); }, {"goes by time"})));
  EXPECT_TRUE((raises<DomainError>([&] { monitor.add_outcome(0, 0.5, 1); }, {"goes by time"})));
  auto bad = seen[0];
  bad.probability[0] = 2.0;
  EXPECT_TRUE((raises<DomainError>([&] { monitor.add(bad, 1000.0); }, {"probability[0]"})));
  EXPECT_EQ(monitor.state().to_bytes(), before) << "a wrong case moves nothing";

  monitor.add_outcome(1, 0.5, 1, 63.0);
  EXPECT_EQ(monitor.state().n_cases(), 41);
  EXPECT_EQ(monitor.state().calibration()[1].n(), wanted.calibration()[1].n() + 1);
  monitor.add_outcome(1, 0.5, 1, 64.0);  // the next slot: 40 to 44 h is out
  EXPECT_EQ(monitor.state().n_cases(), 33);
  monitor.advance(1e6);
  EXPECT_EQ(monitor.state().n_cases(), 0);
  EXPECT_FALSE(monitor.result().enough);
  monitor.add(seen[0], 0x1p50);
  EXPECT_EQ(monitor.state().n_cases(), 1);

  auto fine = Monitor::by_time(reference(), 1.0, std::size_t{1} << 40);  // slots cost nothing until something comes
  fine.add(seen[0], 0.0);
  fine.add(seen[1], 0.999);
  EXPECT_EQ(fine.state().n_cases(), 2);
  fine.add(seen[2], 1.5);
  EXPECT_EQ(fine.state().n_cases(), 2);
}

TEST(Monitor, OutcomesMayComeLater) {
  MonitorState state(reference());
  auto seen = cases(400, 13, {.miscalibrated = 1.5});
  for (auto& one : seen) {
    const auto labels = std::exchange(one.label, {});
    state.add(one);
    if (one.analyzed) state.add_outcome(0, one.probability[0], labels[0]);
  }
  EXPECT_EQ(state.n_cases(), 400);
  const auto result = state.result();
  EXPECT_TRUE(has(result, "calibration", "MI"));
  EXPECT_FALSE(has(result, "calibration", "CD"));
  EXPECT_EQ(result.classes[1].n_with_outcome, 0);
  EXPECT_NE(std::find(result.not_compared.begin(), result.not_compared.end(), "calibration of CD: 0 cases with an outcome"),
            result.not_compared.end());
  Monitor monitor(reference(), 100, 2);
  monitor.add_outcome(1, 0.5, 1);
  EXPECT_EQ(monitor.state().calibration()[1].n(), 1);
}

TEST(Monitor, GroupsThatTheReferenceLacksAreNamed) {
  MonitorState state(reference());
  for (auto one : cases(60, 30)) {
    one.groups = {"sex=other"};
    state.add(one);
  }
  const auto result = state.result();
  EXPECT_FALSE(has(result, "group", ""));
  EXPECT_NE(
      std::find(result.not_compared.begin(), result.not_compared.end(), "MI, sex=other: the reference has no such case"),
      result.not_compared.end());
}

TEST(Monitor, RareOutcomesRaiseNoFalseAlert) {
  // 20 outcomes of 0.7 %: one of them is no news.
  int n_alerts = 0;
  hs::Random random(77);
  for (int round = 0; round < 300; ++round) {
    MonitorState state(reference());
    for (const auto& one : cases(20, random.bits(), {.refused = 0.0})) {
      auto unlabelled = one;
      unlabelled.label.clear();
      state.add(unlabelled);
      state.add_outcome(0, 0.007, random.uniform() < 0.007 ? 1 : 0);
    }
    n_alerts += has(state.result(), "calibration", "MI") ? 1 : 0;
  }
  EXPECT_LE(n_alerts, 12) << "at most 1.7 % of 300, give or take";
}

TEST(Monitor, AWrongCaseLeavesTheStateAsItWas) {
  MonitorState state(reference());
  const auto good = cases(1, 20, {.refused = 0.0}).front();
  state.add(good);
  const auto before = state.to_bytes();
  auto bad = good;
  bad.probability.pop_back();
  EXPECT_TRUE((raises<ShapeError>([&] { state.add(bad); }, {"probability"})));
  bad = good;
  bad.probability[1] = 1.5;
  EXPECT_TRUE((raises<DomainError>([&] { state.add(bad); }, {"probability[1]"})));
  bad = good;
  bad.label[0] = 2;
  EXPECT_TRUE((raises<DomainError>([&] { state.add(bad); }, {"label"})));
  bad = good;
  bad.groups.emplace_back("");
  EXPECT_TRUE((raises<DomainError>([&] { state.add(bad); }, {"must have a name"})));
  EXPECT_TRUE((raises<DomainError>([&] { state.add_outcome(2, 0.5, 1); }, {"class_index"})));
  EXPECT_TRUE((raises<DomainError>([&] { state.add_outcome(0, 0.5, -1); }, {"label"})));
  EXPECT_EQ(state.to_bytes(), before);
}

TEST(Monitor, Errors) {
  const std::vector<std::string> one_class = {"MI"};
  const auto make = [](std::vector<std::string> names, std::vector<double> at, std::vector<hp::MonitoredCase> seen) {
    return [=] { MonitorReference(names, at, seen); };
  };
  EXPECT_TRUE((raises<ShapeError>(make({}, {}, cases(30, 1)), {"classes"})));
  EXPECT_TRUE((raises<ShapeError>(make({"MI", "CD"}, {0.5}, cases(30, 1)), {"thresholds"})));
  EXPECT_TRUE((raises<ShapeError>(make({"MI", "CD"}, {0.5, 0.5}, cases(19, 1)), {"must be at least 20"})));
  EXPECT_TRUE((raises<ShapeError>(make({"MI"}, {0.5}, cases(30, 1)), {"probability"})));
  EXPECT_TRUE((raises<DomainError>(make({"MI", "CD"}, {0.5, 0.5}, cases(30, 1, {.refused = 1.0})), {"none was analysed"})));
  EXPECT_TRUE((raises<DomainError>([] { Monitor(reference(), 100, 7); }, {"multiple of n_slots"})));
  EXPECT_TRUE((raises<DomainError>([] { Monitor(reference(), 0, 1); }, {"window"})));
  EXPECT_TRUE((raises<DomainError>([] { Monitor(reference(), 5, 10); }, {"window"})));
  EXPECT_TRUE((raises<DomainError>([] { Monitor(reference(), 5, 0); }, {"n_slots"})));
  EXPECT_TRUE((raises<DomainError>([] { (void)Monitor::by_time(reference(), 0.0); }, {"duration"})));
  EXPECT_TRUE((raises<DomainError>([] { (void)Monitor::by_time(reference(), 1.0, 0); }, {"n_slots"})));
  Monitor by_count(reference(), 20, 2);
  EXPECT_TRUE((raises<DomainError>([&] { by_count.add(cases(1, 1)[0], 1.0); }, {"goes by count"})));
  EXPECT_TRUE((raises<DomainError>([&] { by_count.advance(1.0); }, {"goes by count"})));
  MonitorState state(reference());
  EXPECT_TRUE((raises<DomainError>([&] { (void)state.result({.alpha = 0.0}); }, {"alpha"})));
  EXPECT_TRUE((raises<DomainError>([&] { (void)state.result({.min_cases = 0}); }, {"min_cases"})));
  const auto other = std::make_shared<const MonitorReference>(std::vector<std::string>{"MI", "CD"},
                                                              std::vector<double>{0.4, 0.5}, cases(500, 99));
  EXPECT_TRUE((raises<DomainError>([&] { state.merge(MonitorState(other)); }, {"another reference"})));
  EXPECT_TRUE(
      (raises<DomainError>([&] { (void)MonitorState::from_bytes(state.to_bytes(), other); }, {"another reference"})));
  const auto bytes = reference()->to_bytes();
  for (std::size_t i = 0; i < bytes.size(); i += 997) {
    auto bad = bytes;
    bad[i] ^= std::byte{64};
    EXPECT_THROW((void)MonitorReference::from_bytes(bad), FormatError) << i;
  }
  EXPECT_THROW((void)MonitorState::from_bytes(std::span(bytes).first(50), reference()), FormatError);
}

}  // namespace monitor_test
