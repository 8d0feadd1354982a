#include <heartsight/features/beat_groups.hpp>

#include "cpp/features/beat_cases.hpp"
#include "cpp/raises.hpp"

#include <limits>
#include <random>

namespace beat_groups_test {

namespace hs = heartsight;
namespace ft = heartsight::features;
using hs::test::GaussianBeats;
using hs::test::raises;

TEST(BeatGroups, SeparatesTheEctopicBeatsOfASimulation) {
  for (const double rate : {100.0, 360.0, 500.0, 1000.0}) {
    std::size_t right = 0;
    std::size_t all = 0;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const auto ecg = hs::simulate::ecg(rate, {.duration_s = 60.0,
                                                .ventricular_ectopic_rate = 0.15,
                                                .baseline_wander_mv = 0.1,
                                                .muscle_noise_mv = 0.03,
                                                .seed = seed});
      const auto& peaks = ecg.truth.r_peaks;
      const ft::BeatGroups found = ft::group_beats(hs::test::view_of(ecg), rate, peaks);
      ASSERT_GE(found.groups.size(), 2U);
      EXPECT_EQ(found.groups[0].kind, ft::BeatKind::dominant);
      EXPECT_EQ(found.groups[1].kind, ft::BeatKind::ectopic);
      EXPECT_LT(found.groups[1].prematurity, 0.8);
      for (std::size_t b = 0; b < peaks.size(); ++b) {
        ++all;
        right += (found.group[b] == 0) == (ecg.truth.beat_type[b] != 'V') ? 1 : 0;
      }
    }
    EXPECT_GE(static_cast<double>(right), 0.99 * static_cast<double>(all)) << rate;
  }
}

TEST(BeatGroups, AlignsToAFractionOfASample) {
  GaussianBeats beats(250.0, 12.0);
  std::vector<double> truth;
  for (int b = 0; b < 11; ++b) {
    truth.push_back((0.5 + b + 0.0011 * b) * beats.sampling_rate);
    beats.add(truth.back() / beats.sampling_rate, 1.0, 0.012);
  }
  beats.r_peaks[4] += 9;  // a detector that marked another deflection
  const auto found = ft::group_beats(beats.view(), beats.sampling_rate, beats.r_peaks);
  ASSERT_EQ(found.groups.size(), 1U);
  const double offset = static_cast<double>(beats.r_peaks[0]) + found.shift_samples[0] - truth[0];
  for (std::size_t b = 0; b < truth.size(); ++b) {
    EXPECT_NEAR(static_cast<double>(beats.r_peaks[b]) + found.shift_samples[b] - truth[b], offset, 0.06) << b;
  }
}

TEST(BeatGroups, TheNarrowOfTwoEquallyFrequentShapesIsDominant) {
  GaussianBeats beats(500.0, 22.0);
  for (int b = 0; b < 20; ++b) {
    if (b % 2 == 0) {
      beats.add(1.0 + b, 1.5, 0.040);  // wide, and the first to be seen
      beats.wave(1.06 + b, -1.0, 0.030);
    } else {
      beats.add(1.0 + b, 1.0, 0.010);
    }
  }
  const auto found = ft::group_beats(beats.view(), 500.0, beats.r_peaks);
  ASSERT_EQ(found.groups.size(), 2U);
  EXPECT_EQ(found.group[1], 0);
  EXPECT_EQ(found.group[0], 1);
  EXPECT_EQ(found.groups[0].n_beats, 10U);
  EXPECT_DOUBLE_EQ(found.groups[1].share, 0.5);
  EXPECT_EQ(found.groups[1].kind, ft::BeatKind::ectopic);  // not early, but wide
}

TEST(BeatGroups, PacedBeatsAreTold) {
  GaussianBeats beats(500.0, 12.0);
  for (int b = 0; b < 11; ++b) {
    beats.add(0.56 + b, 1.0, 0.030);
    beats.signal[static_cast<std::size_t>((0.50 + b) * 500.0)] += b < 8 ? 2.0 : 0.0;
  }
  const auto found = ft::group_beats(beats.view(), 500.0, beats.r_peaks);
  ASSERT_EQ(found.groups.size(), 1U);
  EXPECT_TRUE(found.groups[0].paced);
  EXPECT_EQ(found.groups[0].kind, ft::BeatKind::dominant);
}

TEST(BeatGroups, ANoisyLeadAmongTwelveMakesNoGroup) {
  auto ecg = hs::simulate::ecg(500.0, {.seed = 2});
  std::mt19937 random(1);
  std::normal_distribution<double> normal(0.0, 5.0);
  for (double& v : ecg.recording.signal().row(9)) v = normal(random);
  for (double& v : ecg.recording.signal().row(3)) v = std::numeric_limits<double>::quiet_NaN();
  const auto found = ft::group_beats(hs::test::view_of(ecg), 500.0, ecg.truth.r_peaks);
  ASSERT_EQ(found.groups.size(), 1U);
  EXPECT_EQ(found.groups[0].n_beats, ecg.truth.r_peaks.size());
}

TEST(BeatGroups, DegenerateInput) {
  const std::vector<double> flat(1000, 0.0);
  const hs::MatrixView<const double> view(flat.data(), 1, flat.size());
  EXPECT_TRUE(ft::group_beats(view, 500.0, std::vector<std::int64_t>{}).groups.empty());
  const auto constant = ft::group_beats(view, 500.0, std::vector<std::int64_t>{0, 500, 999});
  EXPECT_EQ(constant.group.size(), 3U);
  const std::vector<double> missing(1000, std::numeric_limits<double>::quiet_NaN());
  const auto none =
      ft::group_beats(hs::MatrixView<const double>(missing.data(), 1, 1000), 500.0, std::vector<std::int64_t>{500});
  EXPECT_TRUE(none.groups.empty());
  EXPECT_EQ(none.group[0], ft::BeatGroups::none);
  EXPECT_TRUE(std::isnan(none.similarity[0]));
}

TEST(BeatGroups, FloatIsAlike) {
  const auto ecg = hs::simulate::ecg(500.0, {.ventricular_ectopic_rate = 0.2, .seed = 8});
  const auto signal = hs::test::view_of(ecg);
  const std::vector<float> narrow(signal.data(), signal.data() + signal.n_rows() * signal.n_cols());
  const auto a = ft::group_beats(signal, 500.0, ecg.truth.r_peaks);
  const auto b = ft::group_beats(hs::MatrixView<const float>(narrow.data(), 12, signal.n_cols()), 500.0, ecg.truth.r_peaks);
  EXPECT_EQ(a.group, b.group);
}

TEST(BeatGroups, Errors) {
  const std::vector<double> x(1000, 0.0);
  const hs::MatrixView<const double> view(x.data(), 1, x.size());
  const auto call = [&](double rate, std::vector<std::int64_t> peaks, ft::BeatGroupOptions options = {}) {
    (void)ft::group_beats(view, rate, peaks, options);
  };
  EXPECT_TRUE(raises<hs::DomainError>([&] { call(10.0, {}); }, {"group_beats: sampling_rate"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { call(500.0, {1000}); }, {"r_peaks[0] = 1000", "inside"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { call(500.0, {5, 5}); }, {"r_peaks[1] = 5", "greater"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { call(500.0, {}, {.least_similarity = 1.0}); }, {"least_similarity"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { call(500.0, {}, {.max_groups = 0}); }, {"max_groups"}));
}

}  // namespace beat_groups_test
