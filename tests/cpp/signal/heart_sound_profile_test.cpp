#include <heartsight/core/random.hpp>
#include <heartsight/signal/heart_sound_profile.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <string_view>

namespace heart_sound_profile_test {

namespace hs = heartsight;
using hs::signal::heart_sound_profile;
using hs::signal::HeartSoundProfile;
using hs::test::raises;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Sounds {
  double rate_bpm = 72.0;
  double s2_loudness = 0.7;  // of S1's
  double noise = 0.02;       // white, standard deviation
  double rumble = 0.0;       // amplitude at 10 Hz
  double duration_s = 20.0;
  std::uint64_t seed = 1;
};

/// S1: a burst at 50 Hz; S2, 0.32 s later (less at high rates): one at 80 Hz, shorter.
std::vector<double> sounds(double rate_hz, const Sounds& like = {}) {
  hs::Random random(like.seed);
  std::vector<double> x(static_cast<std::size_t>(like.duration_s * rate_hz));
  const double beat_s = 60.0 / like.rate_bpm;
  const double systole_s = std::min(0.32, 0.4 * beat_s);
  const double turn = 2.0 * std::numbers::pi;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = static_cast<double>(i) / rate_hz;
    const double phase = std::fmod(t, beat_s);
    const auto burst = [&](double at, double hz, double width_s) {
      const double away = phase - at;
      return std::exp(-0.5 * away * away / (width_s * width_s)) * std::sin(turn * hz * away);
    };
    x[i] = burst(0.1, 50.0, 0.025) + like.s2_loudness * burst(0.1 + systole_s, 80.0, 0.018) + like.noise * random.normal() +
           like.rumble * std::sin(turn * 10.0 * t);
  }
  return x;
}

HeartSoundProfile profile_of(const Sounds& like, double rate_hz = 2000.0) {
  return heart_sound_profile(sounds(rate_hz, like), rate_hz);
}

}  // namespace

TEST(HeartSoundProfile, TheRateIsThatOfTheBeats) {
  for (const double bpm : {45.0, 60.0, 72.0, 90.0, 110.0, 130.0, 150.0}) {
    const auto p = profile_of({.rate_bpm = bpm});
    EXPECT_NEAR(p.heart_rate_bpm, bpm, 0.01 * bpm);
    EXPECT_GT(p.periodicity, 0.7) << bpm;
    EXPECT_LE(p.periodicity, 1.0);
  }
  // S2 as loud as S1, or not heard at all; noise as loud as the sounds.
  EXPECT_NEAR(profile_of({.s2_loudness = 1.0}).heart_rate_bpm, 72.0, 1.0);
  EXPECT_NEAR(profile_of({.s2_loudness = 0.0}).heart_rate_bpm, 72.0, 1.0);
  const auto noisy = profile_of({.noise = 0.3});
  EXPECT_NEAR(noisy.heart_rate_bpm, 72.0, 1.5);
  EXPECT_LT(noisy.periodicity, profile_of({}).periodicity);
  EXPECT_LT(noisy.envelope_range_db, profile_of({}).envelope_range_db - 6.0);
}

TEST(HeartSoundProfile, NoiseAloneHasNoStrongPeriod) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    hs::Random random(seed);
    std::vector<double> x(40000);
    for (double& v : x) v = random.normal();
    const auto p = heart_sound_profile(x, 2000.0);
    EXPECT_FALSE(p.periodicity > 0.4) << seed;
    EXPECT_LT(p.envelope_range_db, 6.0);
    EXPECT_NEAR(p.spectral_centroid_hz, 500.0, 10.0);
    EXPECT_NEAR(p.spectral_edge_hz, 950.0, 10.0);
    EXPECT_NEAR(p.hiss_share, 0.6, 0.02);
    EXPECT_NEAR(p.band_80_200_share, 120.0 / 375.0, 0.03);
  }
}

TEST(HeartSoundProfile, PureTones) {
  std::vector<double> x(20000);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = 3.0 + 2.0 * std::sin(2.0 * std::numbers::pi * 60.0 * static_cast<double>(i) / 2000.0);
  const auto p = heart_sound_profile(x, 2000.0);
  EXPECT_NEAR(p.rms, std::numbers::sqrt2, 1e-9);
  EXPECT_NEAR(p.crest_factor, std::numbers::sqrt2, 1e-6);
  EXPECT_NEAR(p.spectral_centroid_hz, 60.0, 0.01);
  EXPECT_NEAR(p.spectral_edge_hz, 60.0, 1.0);
  EXPECT_NEAR(p.band_45_80_share, 1.0, 1e-6);
  EXPECT_NEAR(p.rumble_share + p.hiss_share, 0.0, 1e-6);
  EXPECT_EQ(p.clipped_share, 0.0);
}

TEST(HeartSoundProfile, EachNumberSeesItsTrouble) {
  const auto clean = profile_of({});
  EXPECT_EQ(clean.missing_share, 0.0);
  EXPECT_EQ(clean.flat_share, 0.0);
  EXPECT_EQ(clean.clipped_share, 0.0);
  EXPECT_LT(clean.rumble_share, 0.05);
  EXPECT_GT(profile_of({.rumble = 0.5}).rumble_share, 0.5);
  EXPECT_NEAR(profile_of({.rumble = 0.5}).heart_rate_bpm, 72.0, 1.0);
  EXPECT_GT(profile_of({.noise = 0.2}).hiss_share, clean.hiss_share + 0.1);
  EXPECT_NEAR(clean.band_25_45_share + clean.band_45_80_share + clean.band_80_200_share + clean.band_200_400_share, 1.0,
              1e-12);

  auto x = sounds(2000.0);
  for (double& v : x) v = std::clamp(v, -0.4, 0.4);
  const auto clipped = heart_sound_profile(x, 2000.0);
  EXPECT_GT(clipped.clipped_share, 0.01);
  EXPECT_LT(clipped.crest_factor, clean.crest_factor);

  x = sounds(2000.0);
  for (std::size_t i = 0; i < 4000; ++i) x[i] = nan;
  for (std::size_t i = 4000; i < 6000; ++i) x[i] = 0.25;
  const auto broken = heart_sound_profile(x, 2000.0);
  EXPECT_EQ(broken.missing_share, 0.1);
  EXPECT_EQ(broken.flat_share, 0.05);
  EXPECT_NEAR(broken.heart_rate_bpm, 72.0, 1.0);
}

TEST(HeartSoundProfile, ARecordingLooksAlikeAtEveryRate) {
  const auto slow = profile_of({.noise = 0.0, .duration_s = 10.0}, 1000.0);
  for (const double rate : {1024.0, 2000.0, 4000.0, 8000.0, 44100.0}) {
    const auto fast = profile_of({.noise = 0.0, .duration_s = 10.0}, rate);
    EXPECT_NEAR(fast.heart_rate_bpm, slow.heart_rate_bpm, 0.3) << rate;
    EXPECT_NEAR(fast.periodicity, slow.periodicity, 0.02) << rate;
    EXPECT_NEAR(fast.rms, slow.rms, 1e-3) << rate;
    EXPECT_NEAR(fast.spectral_centroid_hz, slow.spectral_centroid_hz, 1.0) << rate;
    EXPECT_NEAR(fast.band_45_80_share, slow.band_45_80_share, 0.02) << rate;
  }
}

TEST(HeartSoundProfile, GainAndFloat) {
  const auto x = sounds(2000.0);
  const auto plain = heart_sound_profile(x, 2000.0);
  for (const double gain : {0x1p15, 0x1p-1000, 0x1p900}) {
    auto scaled = x;
    for (double& v : scaled) v *= gain;
    auto p = heart_sound_profile(scaled, 2000.0);
    EXPECT_EQ(p.rms, plain.rms * gain);
    p.rms = plain.rms;
    EXPECT_EQ(p, plain) << gain;
  }
  const std::vector<float> narrow(x.begin(), x.end());
  const auto single = heart_sound_profile(narrow, 2000.0);
  for (const auto& field : hs::signal::heart_sound_profile_fields) {
    EXPECT_NEAR(single.*field.value, plain.*field.value, 1e-4 * std::max(1.0, std::abs(plain.*field.value))) << field.name;
  }
}

TEST(HeartSoundProfile, BadSignalsAreAnswersNotErrors) {
  const auto all_nan = [](const HeartSoundProfile& p, std::set<std::string_view> but) {
    for (const auto& field : hs::signal::heart_sound_profile_fields) {
      EXPECT_EQ(std::isnan(p.*field.value), !but.contains(field.name)) << field.name;
    }
  };
  const std::set<std::string_view> shares = {"missing_share", "flat_share", "clipped_share"};
  all_nan(heart_sound_profile(std::vector<double>{}, 2000.0), {});
  const auto lost = heart_sound_profile(std::vector<double>(9000, nan), 2000.0);
  all_nan(lost, shares);
  EXPECT_EQ(lost.missing_share, 1.0);
  EXPECT_EQ(lost.flat_share, 0.0);
  auto with_rms = shares;
  with_rms.insert("rms");
  for (const double level : {0.0, -7.0, 1e300}) {
    const auto constant = heart_sound_profile(std::vector<double>(9000, level), 2000.0);
    all_nan(constant, with_rms);
    EXPECT_EQ(constant.flat_share, 1.0);
    EXPECT_EQ(constant.rms, 0.0);
    EXPECT_EQ(constant.clipped_share, 0.0);
  }
  all_nan(heart_sound_profile(std::vector<double>{1.0}, 2000.0), with_rms);
  auto with_crest = with_rms;
  with_crest.insert("crest_factor");
  all_nan(profile_of({.duration_s = 0.9}), with_crest);
  auto short_one = profile_of({.duration_s = 2.9});
  EXPECT_TRUE(std::isnan(short_one.heart_rate_bpm));
  EXPECT_TRUE(std::isfinite(short_one.envelope_range_db));
  EXPECT_NEAR(profile_of({.duration_s = 3.0}).heart_rate_bpm, 72.0, 3.0);
  auto mostly_lost = sounds(2000.0);
  std::fill(mostly_lost.begin(), mostly_lost.begin() + 20001, nan);
  all_nan(heart_sound_profile(mostly_lost, 2000.0), with_crest);

  const double infinity = std::numeric_limits<double>::infinity();
  auto wild = sounds(2000.0);
  wild[7] = infinity;
  wild[8] = -infinity;
  EXPECT_EQ(heart_sound_profile(wild, 2000.0).missing_share, 2.0 / 40000.0);
  EXPECT_NEAR(heart_sound_profile(wild, 2000.0).heart_rate_bpm, 72.0, 1.0);
  wild[9] = std::numeric_limits<double>::max();
  wild[10] = std::numeric_limits<double>::lowest();
  const auto spike = heart_sound_profile(wild, 2000.0);
  EXPECT_TRUE(std::isfinite(spike.rms));
  EXPECT_GT(spike.crest_factor, 100.0);
  EXPECT_TRUE(std::isfinite(spike.envelope_range_db));
  std::vector<double> tiny(9000, 0.0);
  tiny[5] = std::numeric_limits<double>::denorm_min();
  EXPECT_GE(heart_sound_profile(tiny, 2000.0).flat_share, 0.99);
  std::vector<double> click(9000, 0.0);
  click[4000] = 1.0;
  EXPECT_TRUE(std::isfinite(heart_sound_profile(click, 2000.0).spectral_centroid_hz));

  const auto x = sounds(2000.0);
  for (const double rate : {0.0, 999.9, 200001.0, -2000.0, nan, infinity}) {
    EXPECT_TRUE((raises<hs::DomainError>([&] { (void)heart_sound_profile(x, rate); }, {"sampling_rate"}))) << rate;
  }
}

TEST(HeartSoundProfile, EachNumberHasOneName) {
  HeartSoundProfile p;
  std::set<std::string_view> names;
  double count = 0.0;
  for (const auto& field : hs::signal::heart_sound_profile_fields) {
    names.insert(field.name);
    p.*field.value = ++count;
  }
  EXPECT_EQ(static_cast<double>(names.size()), count);
  EXPECT_EQ(sizeof(HeartSoundProfile), names.size() * sizeof(double)) << "a number without a name";
  count = 0.0;
  for (const auto& field : hs::signal::heart_sound_profile_fields) EXPECT_EQ(p.*field.value, ++count) << field.name;
}

}  // namespace heart_sound_profile_test
