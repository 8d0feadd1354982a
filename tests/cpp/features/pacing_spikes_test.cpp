#include <heartsight/features/pacing_spikes.hpp>

#include "cpp/features/beat_cases.hpp"
#include "cpp/raises.hpp"

#include <limits>

namespace pacing_spikes_test {

namespace hs = heartsight;
namespace ft = heartsight::features;
using hs::test::GaussianBeats;
using hs::test::raises;

TEST(PacingSpikes, OneSampleBeforeAWideComplex) {
  GaussianBeats beats(500.0, 3.0);
  beats.add(1.0, 1.0, 0.030);
  beats.add(2.0, 1.0, 0.030);
  beats.signal[470] -= 1.5;  // 60 ms before the first beat, downwards
  const auto found = ft::pacing_spikes(beats.view(), 500.0, beats.r_peaks);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].sample, 470);
  EXPECT_NEAR(found[0].amplitude_mv, 1.5, 0.05);
  EXPECT_FALSE(found[1].found());
}

TEST(PacingSpikes, NarrowWavesAreNone) {
  for (const double width : {0.004, 0.008, 0.012}) {  // s, standard deviation of Q and R
    GaussianBeats beats(500.0, 2.0);
    beats.add(1.0, 1.5, width);
    beats.wave(0.97, -0.4, width);
    EXPECT_FALSE(ft::pacing_spikes(beats.view(), 500.0, beats.r_peaks)[0].found()) << width;
  }
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto ecg = hs::simulate::ecg(500.0, {.muscle_noise_mv = 0.05, .seed = seed});
    for (const auto& spike : ft::pacing_spikes(hs::test::view_of(ecg), 500.0, ecg.truth.r_peaks))
      EXPECT_FALSE(spike.found());
  }
}

TEST(PacingSpikes, AnArtefactOfOneLeadIsNone) {
  auto ecg = hs::simulate::ecg(500.0, {.seed = 1});
  const auto r = ecg.truth.r_peaks[3];
  ecg.recording.signal()(4, static_cast<std::size_t>(r - 40)) += 3.0;
  EXPECT_FALSE(ft::pacing_spikes(hs::test::view_of(ecg), 500.0, ecg.truth.r_peaks)[3].found());
  ecg.recording.signal()(7, static_cast<std::size_t>(r - 40)) += 3.0;
  EXPECT_EQ(ft::pacing_spikes(hs::test::view_of(ecg), 500.0, ecg.truth.r_peaks)[3].sample, r - 40);
}

TEST(PacingSpikes, DegenerateInput) {
  GaussianBeats beats(100.0, 2.0);
  beats.add(1.0, 1.0, 0.030);
  beats.signal[94] += 2.0;
  EXPECT_FALSE(ft::pacing_spikes(beats.view(), 100.0, beats.r_peaks)[0].found());  // too slow to tell
  const std::vector<double> missing(1000, std::numeric_limits<double>::quiet_NaN());
  const hs::MatrixView<const double> view(missing.data(), 1, 1000);
  EXPECT_FALSE(ft::pacing_spikes(view, 500.0, std::vector<std::int64_t>{0})[0].found());
  EXPECT_TRUE(ft::pacing_spikes(view, 500.0, std::vector<std::int64_t>{}).empty());
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)ft::pacing_spikes(view, 0.0, std::vector<std::int64_t>{}); },
                                      {"pacing_spikes: sampling_rate"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)ft::pacing_spikes(view, 500.0, std::vector<std::int64_t>{-1}); },
                                      {"pacing_spikes: r_peaks[0]"}));
}

}  // namespace pacing_spikes_test
