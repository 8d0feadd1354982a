#include <heartsight/features/rhythm.hpp>

#include <heartsight/detection/detect_qrs.hpp>
#include <heartsight/features/beat_groups.hpp>

#include <random>
#include "cpp/features/beat_cases.hpp"
#include "cpp/raises.hpp"

namespace rhythm_test {

namespace hs = heartsight;
namespace ft = heartsight::features;
using hs::test::GaussianBeats;
using hs::test::raises;

namespace {

ft::Rhythm rhythm_of(const hs::simulate::SimulatedEcg& ecg) {
  const double rate = ecg.recording.sampling_rate().hz();
  const auto beats = hs::detection::detect_qrs(hs::test::view_of(ecg), rate);
  return ft::rhythm(hs::test::view_of(ecg), rate, beats, ft::group_beats(hs::test::view_of(ecg), rate, beats.r_peaks));
}

hs::detection::QrsDetection known(const std::vector<std::int64_t>& r_peaks) {
  hs::detection::QrsDetection beats;
  beats.r_peaks = r_peaks;
  beats.confidence.assign(r_peaks.size(), 1.0);
  return beats;
}

ft::Rhythm rhythm_of(const GaussianBeats& beats, const ft::RhythmOptions& options = {}) {
  return ft::rhythm(beats.view(), beats.sampling_rate, known(beats.r_peaks),
                    ft::group_beats(beats.view(), beats.sampling_rate, beats.r_peaks), options);
}

}  // namespace

TEST(Rhythm, SinusAndFibrillationOfSimulations) {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const auto sinus = rhythm_of(hs::simulate::ecg(250.0, {.duration_s = 30.0, .muscle_noise_mv = 0.02, .seed = seed}));
    EXPECT_EQ(sinus.verdict, ft::RhythmVerdict::sinus) << seed;
    EXPECT_GT(sinus.p_coherence, 0.5);
    EXPECT_EQ(sinus.af_share, 0.0);
    const auto fibrillation = rhythm_of(hs::simulate::ecg(
        250.0, {.duration_s = 30.0, .rr_sd_s = 0.15, .rhythm = hs::simulate::Rhythm::atrial_fibrillation, .seed = seed}));
    EXPECT_EQ(fibrillation.verdict, ft::RhythmVerdict::atrial_fibrillation_suspected) << seed;
    EXPECT_LT(fibrillation.p_coherence, 0.2);
    EXPECT_GT(fibrillation.large_steps, 0.4);
  }
}

TEST(Rhythm, EctopicBeatsAreNoFibrillation) {
  const auto r = rhythm_of(hs::simulate::ecg(250.0, {.duration_s = 60.0, .ventricular_ectopic_rate = 0.15, .seed = 3}));
  EXPECT_EQ(r.verdict, ft::RhythmVerdict::sinus);
  EXPECT_GT(r.ectopic_share, 0.05);
  EXPECT_LT(r.ectopic_share, 0.25);
  EXPECT_LT(r.irregularity, 0.1);
}

TEST(Rhythm, RegularWithoutPIsOther) {
  GaussianBeats beats(250.0, 32.0);
  for (int b = 0; b < 30; ++b) beats.add(1.0 + b, 1.0);
  std::mt19937 random(1);
  std::normal_distribution<double> normal(0.0, 0.02);
  for (double& v : beats.signal) v += normal(random);
  const auto r = rhythm_of(beats);
  EXPECT_EQ(r.verdict, ft::RhythmVerdict::other);
  ASSERT_EQ(r.stretches.size(), 1U);
  EXPECT_EQ(r.stretches[0].first, beats.r_peaks.front());
  EXPECT_EQ(r.stretches[0].last, beats.r_peaks.back());
}

TEST(Rhythm, AnEpisodeIsAStretch) {
  GaussianBeats beats(250.0, 130.0);
  double time = 1.0;
  std::mt19937 random(5);
  std::uniform_real_distribution<double> irregular(0.45, 1.1);
  std::vector<std::int64_t> ends;
  for (int b = 0; b < 140; ++b) {
    const bool episode = b >= 50 && b < 100;
    beats.add(time, 1.0);
    if (!episode) beats.wave(time - 0.16, 0.15, 0.02);
    if (b == 50 || b == 99) ends.push_back(beats.r_peaks.back());
    time += episode ? irregular(random) : 0.85;
  }
  std::normal_distribution<double> normal(0.0, 0.02);
  for (double& v : beats.signal) v += normal(random);
  const auto r = rhythm_of(beats);
  ASSERT_EQ(r.stretches.size(), 3U);
  EXPECT_EQ(r.stretches[0].verdict, ft::RhythmVerdict::sinus);
  EXPECT_EQ(r.stretches[1].verdict, ft::RhythmVerdict::atrial_fibrillation_suspected);
  EXPECT_EQ(r.stretches[2].verdict, ft::RhythmVerdict::sinus);
  EXPECT_NEAR(static_cast<double>(r.stretches[1].first), static_cast<double>(ends[0]), 8.0 * 250.0);
  EXPECT_NEAR(static_cast<double>(r.stretches[1].last), static_cast<double>(ends[1]), 8.0 * 250.0);
  EXPECT_NEAR(r.af_share, 50.0 / 140.0, 0.1);
  EXPECT_EQ(r.verdict, ft::RhythmVerdict::sinus);
}

TEST(Rhythm, Pauses) {
  GaussianBeats beats(250.0, 20.0);
  for (const double t : {1.0, 2.0, 3.0, 5.5, 6.5, 7.5, 8.5, 9.5}) beats.add(t, 1.0);
  const auto r = rhythm_of(beats);
  ASSERT_EQ(r.pauses.size(), 1U);
  EXPECT_EQ(r.pauses[0], (ft::Pause{750, 2.5}));
  EXPECT_TRUE(rhythm_of(beats, {.pause_s = 3.0}).pauses.empty());
}

TEST(Rhythm, TooLittle) {
  GaussianBeats beats(250.0, 6.0);
  EXPECT_EQ(rhythm_of(beats).verdict, ft::RhythmVerdict::not_enough);
  EXPECT_TRUE(std::isnan(rhythm_of(beats).af_probability));
  for (const double t : {1.0, 2.0, 3.0}) beats.add(t, 1.0);
  const auto r = rhythm_of(beats);
  EXPECT_EQ(r.verdict, ft::RhythmVerdict::not_enough);
  EXPECT_TRUE(r.stretches.empty());
  EXPECT_EQ(r.ectopic_share, 0.0);
}

TEST(Rhythm, Errors) {
  GaussianBeats beats(250.0, 6.0);
  beats.add(1.0, 1.0);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)rhythm_of(beats, {.pause_s = 0.0}); }, {"rhythm: pause_s"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)rhythm_of(beats, {.min_beats = 2}); }, {"rhythm: min_beats"}));
  EXPECT_TRUE(
      raises<hs::ShapeError>([&] { (void)ft::rhythm(beats.view(), 250.0, known(beats.r_peaks), {}); }, {"groups.group"}));
  EXPECT_TRUE(
      raises<hs::DomainError>([&] { (void)ft::rhythm(beats.view(), 1.0, known(beats.r_peaks), {}); }, {"sampling_rate"}));
}

}  // namespace rhythm_test
