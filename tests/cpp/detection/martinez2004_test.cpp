#include <heartsight/detection/delineate.hpp>
#include <heartsight/detection/martinez2004.hpp>
#include <heartsight/simulate/ecg.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <random>
#include <vector>

namespace martinez2004_test {

namespace hs = heartsight;
namespace hd = heartsight::detection;
using hd::BeatWaves;
using hd::WaveFiducials;
using hd::WaveShape;
using Truth = hs::simulate::WaveTruth;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Bumps half a cosine period wide at the given places: centre and half width in seconds, height.
struct Bump {
  double centre, half, height;
};

std::vector<double> drawn(double rate, double seconds, const std::vector<Bump>& bumps) {
  std::vector<double> x(static_cast<std::size_t>(rate * seconds), 0.0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (const Bump& b : bumps) {
      const double u = (static_cast<double>(i) / rate - b.centre) / b.half;
      if (std::abs(u) < 1.0) x[i] += b.height * (0.5 + 0.5 * std::cos(std::numbers::pi * u));
    }
  }
  return x;
}

/// Beats once a second, R peaks at 1, 2, ... s, each with the same waves about it.
std::vector<double> beats(double rate, const std::vector<Bump>& about_r, std::size_t n = 8) {
  std::vector<Bump> all;
  for (std::size_t i = 1; i <= n; ++i) {
    for (Bump b : about_r) {
      b.centre += static_cast<double>(i);
      all.push_back(b);
    }
  }
  return drawn(rate, static_cast<double>(n) + 1.0, all);
}

std::vector<std::int64_t> peaks_of(double rate, std::size_t n = 8) {
  std::vector<std::int64_t> peaks;
  for (std::size_t i = 1; i <= n; ++i) peaks.push_back(std::llround(rate * static_cast<double>(i)));
  return peaks;
}

const std::vector<Bump> plain{{-0.16, 0.05, 0.15}, {0.0, 0.04, 1.0}, {0.3, 0.1, 0.3}};

std::vector<double> marks(const WaveFiducials& at) {
  return {at.p_onset, at.p_peak, at.p_offset, at.qrs_onset, at.qrs_peak, at.qrs_offset, at.t_onset, at.t_peak, at.t_offset};
}

bool equal(const std::vector<BeatWaves>& a, const std::vector<BeatWaves>& b) {
  return std::ranges::equal(a, b, [](const BeatWaves& x, const BeatWaves& y) {
    return std::ranges::equal(marks(x.at), marks(y.at),
                              [](double u, double v) { return u == v || (std::isnan(u) && std::isnan(v)); });
  });
}

double median_error_ms(const hd::Delineation& found, const hs::simulate::EcgTruth& truth, double WaveFiducials::* mark,
                       const std::vector<Truth>& waves, double Truth::* part) {
  std::vector<double> errors;
  for (std::size_t i = 1; i + 1 < found.n_beats(); ++i) {
    for (std::size_t k = 0; k < truth.r_peaks.size(); ++k) {
      if (std::abs(static_cast<double>(truth.r_peaks[k] - found.r_peaks[i])) > 0.08 * found.sampling_rate) continue;
      errors.push_back((found.consensus[i].*mark - waves[k].*part) / found.sampling_rate * 1000.0);
    }
  }
  std::erase_if(errors, [](double v) { return std::isnan(v); });
  return errors.size() < 4 ? missing : hs::median(errors);
}

}  // namespace

TEST(Martinez2004, ScalesAreAlignedAndZeroAtACrest) {
  std::vector<double> x(801);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::exp(-0.5 * std::pow((static_cast<double>(i) - 400.0) / 12.0, 2));
  const hd::detail::SplineWavelet w(x);
  for (std::size_t scale = 1; scale <= 5; ++scale) {
    EXPECT_GT(w.at(scale, 390), 0.0) << scale;  // a rise is positive
    EXPECT_LT(w.at(scale, 411), 0.0) << scale;
    EXPECT_NEAR(hd::detail::zero_between(w, scale, 390, 411), 400.5, 1e-9) << scale;  // half a sample late
  }
  // A ramp of 1 per sample: every scale is the difference over its gap, twice.
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  const hd::detail::SplineWavelet ramp(x);
  for (std::size_t scale = 1; scale <= 5; ++scale) EXPECT_NEAR(ramp.at(scale, 400), std::pow(2.0, scale), 1e-9) << scale;
  // By hand: a step between samples 3 and 4.
  const hd::detail::SplineWavelet step({0, 0, 0, 0, 1, 1, 1, 1});
  EXPECT_EQ(step.at(1, 4), 2.0);
  EXPECT_EQ(step.at(1, 3), 0.0);
  EXPECT_EQ(step.at(2, 4), 1.5);  // 2 (1 + 3 + ... over two): the middle of the smoothed step
}

TEST(Martinez2004, WavesOfKnownShapeAtAnyRate) {
  for (const double rate : {50.0, 100.0, 250.0, 360.0, 500.0, 1000.0, 2000.0}) {
    const auto waves = hd::martinez2004_waves(beats(rate, plain), rate, peaks_of(rate));
    ASSERT_EQ(waves.size(), 8U);
    const double slack = rate < 100.0 ? 20.0 : 12.0;
    for (std::size_t i = 1; i < 7; ++i) {
      const auto ms = [&](double sample) { return (sample / rate - static_cast<double>(i + 1)) * 1000.0; };
      const WaveFiducials& at = waves[i].at;
      EXPECT_NEAR(ms(at.qrs_peak), 0.0, slack) << rate;
      EXPECT_NEAR(ms(at.qrs_onset), -40.0, rate < 100.0 ? 40.0 : 20.0) << rate;
      EXPECT_NEAR(ms(at.qrs_offset), 35.0, 25.0) << rate;
      EXPECT_NEAR(ms(at.p_peak), -160.0, slack) << rate;
      EXPECT_NEAR(ms(at.t_peak), 300.0, slack) << rate;
      EXPECT_LT(ms(at.t_onset), 250.0) << rate;
      EXPECT_GT(ms(at.t_offset), 350.0) << rate;
      EXPECT_EQ(waves[i].qrs_shape, "R") << rate;
      EXPECT_EQ(waves[i].p_shape, WaveShape::upright) << rate;
      EXPECT_EQ(waves[i].t_shape, WaveShape::upright) << rate;
      EXPECT_TRUE(std::isnan(waves[i].p_confidence) && std::isnan(waves[i].t_confidence));
    }
  }
}

TEST(Martinez2004, Morphologies) {
  const auto shapes = [](std::vector<Bump> bumps) {
    bumps.insert(bumps.begin(), {{-0.02, 0.02, -0.3}, {0.02, 0.02, 1.0}, {0.055, 0.02, -0.4}});
    return hd::martinez2004_waves(beats(500.0, bumps), 500.0, peaks_of(500.0))[3];
  };
  const BeatWaves inverted = shapes({{-0.16, 0.05, -0.15}, {0.3, 0.1, -0.3}});
  EXPECT_EQ(inverted.p_shape, WaveShape::inverted);
  EXPECT_EQ(inverted.t_shape, WaveShape::inverted);
  EXPECT_EQ(inverted.qrs_shape, "qRs");
  EXPECT_NEAR(inverted.at.t_peak, 2150.0, 6.0);
  const BeatWaves up_down = shapes({{0.26, 0.07, 0.3}, {0.4, 0.07, -0.3}});
  EXPECT_EQ(up_down.t_shape, WaveShape::up_down);
  const BeatWaves down_up = shapes({{0.26, 0.07, -0.3}, {0.4, 0.07, 0.3}});
  EXPECT_EQ(down_up.t_shape, WaveShape::down_up);
  // No P and no T wave.
  const BeatWaves bare = shapes({});
  EXPECT_TRUE(bare.at.has_qrs());
  EXPECT_FALSE(bare.at.has_t());
  EXPECT_EQ(bare.t_shape, WaveShape::absent);
}

TEST(Martinez2004, OneSlopeAloneHasACrestAndNoOnset) {
  // Falls about sample 300; a small rise follows too late to be of the same wave.
  std::vector<double> x(800);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto t = static_cast<double>(i);
    x[i] = 1.0 / (1.0 + std::exp((t - 300.0) / 6.0)) + 0.3 / (1.0 + std::exp((380.0 - t) / 6.0));
  }
  using P = hd::Martinez2004;
  const hd::detail::WaveSearch search{220, 480, P::epsilon_t, P::gamma_t, P::xi_t_onset, P::xi_t_offset, 0.6};
  const auto falling = hd::detail::spline_wave(hd::detail::SplineWavelet(x), search, {200, 500});
  ASSERT_TRUE(falling.found());
  EXPECT_EQ(falling.shape, WaveShape::upright);
  EXPECT_TRUE(std::isnan(falling.onset));
  EXPECT_LT(falling.peak, 300.0);
  EXPECT_GT(falling.offset, 300.0);
  EXPECT_LT(falling.offset, 380.0);
  for (double& v : x) v = -v;
  const auto rising = hd::detail::spline_wave(hd::detail::SplineWavelet(x), search, {200, 500});
  EXPECT_EQ(rising.shape, WaveShape::inverted);
  EXPECT_EQ(rising.peak, falling.peak);
}

TEST(Martinez2004, AnyUnitAndOffset) {
  const auto x = beats(500.0, plain);
  const auto expected = hd::martinez2004_waves(x, 500.0, peaks_of(500.0));
  auto counts = x;
  for (double& v : counts) v = std::round(v * 4096.0) + 32768.0;
  const auto found = hd::martinez2004_waves(counts, 500.0, peaks_of(500.0));
  auto turned = x;
  for (double& v : turned) v = -v;
  const auto below = hd::martinez2004_waves(turned, 500.0, peaks_of(500.0));
  const std::vector<float> narrow(x.begin(), x.end());
  const auto single = hd::martinez2004_waves(narrow, 500.0, peaks_of(500.0));
  for (std::size_t i = 1; i < 7; ++i) {
    EXPECT_NEAR(found[i].at.t_offset, expected[i].at.t_offset, 4.0);
    EXPECT_NEAR(found[i].at.p_onset, expected[i].at.p_onset, 4.0);
    EXPECT_NEAR(single[i].at.qrs_onset, expected[i].at.qrs_onset, 1.0);
    EXPECT_EQ(below[i].t_shape, WaveShape::inverted);
    EXPECT_EQ(below[i].at.t_peak, expected[i].at.t_peak);
  }
}

TEST(Martinez2004, DegenerateSignalsAreResults) {
  const auto nothing = [](const std::vector<BeatWaves>& waves) {
    return std::ranges::all_of(waves, [](const BeatWaves& w) {
      return std::ranges::all_of(marks(w.at), [](double v) { return std::isnan(v); }) && w.qrs_shape.empty();
    });
  };
  const std::vector<std::int64_t> beat{500, 1000};
  EXPECT_TRUE(nothing(hd::martinez2004_waves(std::vector<double>(2000, 7.0), 500.0, beat)));
  EXPECT_TRUE(nothing(hd::martinez2004_waves(std::vector<double>(2000, missing), 500.0, beat)));
  EXPECT_TRUE(hd::martinez2004_waves(std::vector<double>{}, 500.0, {}).empty());
  EXPECT_TRUE(hd::martinez2004_waves(beats(500.0, plain), 500.0, {}).empty());
  const std::vector<std::int64_t> first{0};
  for (const std::size_t n : {1, 2, 3, 5, 20}) {
    EXPECT_TRUE(nothing(hd::martinez2004_waves(std::vector<double>(n, 1.0), 500.0, first))) << n;
  }
  // A gap over a complex takes that beat, one over a T wave the T wave; the others keep their marks.
  auto x = beats(500.0, plain);
  const auto whole = hd::martinez2004_waves(x, 500.0, peaks_of(500.0));
  std::fill(x.begin() + 1950, x.begin() + 2050, missing);
  std::fill(x.begin() + 3110, x.begin() + 3200, std::numeric_limits<double>::infinity());
  const auto holed = hd::martinez2004_waves(x, 500.0, peaks_of(500.0));
  EXPECT_FALSE(holed[3].at.has_qrs());
  EXPECT_FALSE(holed[3].at.has_t());
  EXPECT_TRUE(holed[5].at.has_qrs());
  EXPECT_FALSE(holed[5].at.has_t());
  EXPECT_EQ(holed[1].at.t_peak, whole[1].at.t_peak);
  EXPECT_THROW((void)hd::martinez2004_waves(x, 10.0, beat), hs::DomainError);
}

TEST(Martinez2004, NoiseKeepsItsOrderAndItsBounds) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  std::uniform_int_distribution<std::int64_t> step(1, 300);
  for (const double rate : {25.0, 128.0, 500.0, 2000.0}) {
    std::vector<double> x(6000);
    for (double& v : x) v = normal(random) > 2.5 ? missing : 1e6 * normal(random);
    std::vector<std::int64_t> r_peaks;
    for (std::int64_t r = 0; r < 6000; r += step(random)) r_peaks.push_back(r);
    const hd::Delineation found =
        hd::delineate(x, rate, {.method = hd::DelineationMethod::martinez2004, .r_peaks = r_peaks});
    for (const BeatWaves& waves : found.waves) {
      double last = 0.0;
      for (const double t : marks(waves.at)) {
        if (std::isnan(t)) continue;
        EXPECT_GE(t, last);
        EXPECT_LE(t, 5999.0);
        last = t;
      }
    }
  }
}

TEST(Martinez2004, ThroughDelineateOnASimulatedHeart) {
  for (const double rate : {250.0, 500.0, 1000.0}) {
    const auto [recording, truth] = hs::simulate::ecg(hs::SamplingRate(rate), {.muscle_noise_mv = 0.005, .seed = 3});
    const auto found =
        hd::delineate(recording.signal(), rate, {.method = hd::DelineationMethod::martinez2004, .r_peaks = std::nullopt});
    ASSERT_GE(found.n_beats(), 9U);
    EXPECT_EQ(found.method, "martinez2004");
    EXPECT_EQ(found.waves.size(), 12 * found.n_beats());
    using W = WaveFiducials;
    EXPECT_LT(std::abs(median_error_ms(found, truth, &W::qrs_onset, truth.qrs, &Truth::onset)), 25.0) << rate;
    EXPECT_LT(std::abs(median_error_ms(found, truth, &W::qrs_offset, truth.qrs, &Truth::offset)), 30.0) << rate;
    EXPECT_LT(std::abs(median_error_ms(found, truth, &W::p_peak, truth.p, &Truth::peak)), 25.0) << rate;
    EXPECT_LT(std::abs(median_error_ms(found, truth, &W::t_peak, truth.t, &Truth::peak)), 25.0) << rate;
    EXPECT_LT(std::abs(median_error_ms(found, truth, &W::t_offset, truth.t, &Truth::offset)), 60.0) << rate;
    // A lead's marks do not depend on those beside it.
    const auto alone = hd::martinez2004_waves(recording.signal().row(1), rate, found.r_peaks);
    const auto row = std::vector<BeatWaves>(found.waves.begin() + static_cast<std::ptrdiff_t>(found.n_beats()),
                                            found.waves.begin() + static_cast<std::ptrdiff_t>(2 * found.n_beats()));
    EXPECT_TRUE(equal(alone, row));
  }
}

TEST(Martinez2004, TimeIsLinear) {
  const auto seconds = [](std::size_t n) {
    const auto x = beats(250.0, {{0.0, 0.04, 1.0}}, n);
    const auto peaks = peaks_of(250.0, n);
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {
      const auto start = std::chrono::steady_clock::now();
      EXPECT_EQ(hd::martinez2004_waves(x, 250.0, peaks).size(), n);
      best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
  };
  EXPECT_LT(seconds(640) / seconds(80), 40.0);  // 8 when linear, 64 when quadratic
}

}  // namespace martinez2004_test
