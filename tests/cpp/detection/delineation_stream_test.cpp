#include <heartsight/core/random.hpp>
#include <heartsight/detection/delineate.hpp>
#include <heartsight/detection/delineation_stream.hpp>
#include <heartsight/simulate/ecg.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

namespace delineation_stream_test {

namespace hs = heartsight;
using hs::MatrixView;
using hs::detection::BeatWaves;
using hs::detection::Delineation;
using hs::detection::DelineationStream;
using hs::detection::WaveFiducials;

namespace {

hs::simulate::SimulatedEcg simulated(double rate_hz, double duration_s) {
  hs::simulate::EcgOptions options;
  options.duration_s = duration_s;
  options.muscle_noise_mv = 0.02;
  options.baseline_wander_mv = 0.1;
  options.ventricular_ectopic_rate = 0.05;
  options.seed = 11;
  return hs::simulate::ecg(hs::SamplingRate(rate_hz), options);
}

/// NaN equals NaN here.
bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || a == b;
}
bool same(const WaveFiducials& a, const WaveFiducials& b) {
  return same(a.p_onset, b.p_onset) && same(a.p_peak, b.p_peak) && same(a.p_offset, b.p_offset) &&
         same(a.qrs_onset, b.qrs_onset) && same(a.qrs_peak, b.qrs_peak) && same(a.qrs_offset, b.qrs_offset) &&
         same(a.t_onset, b.t_onset) && same(a.t_peak, b.t_peak) && same(a.t_offset, b.t_offset);
}
bool same(const BeatWaves& a, const BeatWaves& b) {
  return same(a.at, b.at) && a.qrs_shape == b.qrs_shape && a.p_shape == b.p_shape && a.t_shape == b.t_shape &&
         same(a.p_confidence, b.p_confidence) && same(a.t_confidence, b.t_confidence);
}

/// What a stream gives of the signal in pieces of these lengths, taken in turns: beats in order, and how many at the end.
template <class T>
std::vector<Delineation> streamed(MatrixView<const T> signal, double rate_hz, const std::vector<std::size_t>& lengths) {
  DelineationStream stream(rate_hz, signal.n_rows());
  std::vector<Delineation> parts;
  for (std::size_t at = 0, turn = 0; at < signal.n_cols(); ++turn) {
    const std::size_t n = std::min(lengths[turn % lengths.size()], signal.n_cols() - at);
    parts.push_back(stream.push(signal.columns(at, n)));
    at += n;
  }
  parts.push_back(stream.finish());
  EXPECT_EQ(stream.finish().n_beats(), 0U);
  return parts;
}

void expect_equal(const std::vector<Delineation>& parts, const Delineation& whole) {
  std::size_t beat = 0;
  for (const Delineation& part : parts) {
    ASSERT_EQ(part.n_leads, whole.n_leads);
    ASSERT_LE(beat + part.n_beats(), whole.n_beats());
    for (std::size_t k = 0; k < part.n_beats(); ++k, ++beat) {
      EXPECT_EQ(part.r_peaks[k], whole.r_peaks[beat]);
      EXPECT_EQ(part.paced[k], whole.paced[beat]);
      EXPECT_TRUE(same(part.consensus[k], whole.consensus[beat])) << beat;
      for (std::size_t lead = 0; lead < whole.n_leads; ++lead) {
        EXPECT_TRUE(same(part.of(lead, k), whole.of(lead, beat))) << "beat " << beat << ", lead " << lead;
      }
    }
  }
  EXPECT_EQ(beat, whole.n_beats());
}

}  // namespace

TEST(DelineationStream, EqualsTheWholeRecordingHoweverItIsCut) {
  for (const double rate_hz : {100.0, 360.0, 500.0, 333.3}) {
    const auto ecg = simulated(rate_hz, 90.0);
    const auto signal = ecg.recording.signal().rows(0, 3);
    const auto whole = hs::detection::delineate(MatrixView<const double>(signal), rate_hz);
    ASSERT_GT(whole.n_beats(), 60U);
    for (const auto& lengths : std::vector<std::vector<std::size_t>>{{1'000'000}, {997}, {1, 5000, 37}}) {
      expect_equal(streamed(MatrixView<const double>(signal), rate_hz, lengths), whole);
    }
  }
}

TEST(DelineationStream, SoDoesFloat32WithGapsAndLongPauses) {
  const auto ecg = simulated(250.0, 150.0);
  const auto row = ecg.recording.signal().row(1);
  std::vector<float> signal(row.begin(), row.end());
  std::fill(signal.begin(), signal.begin() + 500, std::numeric_limits<float>::quiet_NaN());
  std::fill(signal.begin() + 5000, signal.begin() + 5300, std::numeric_limits<float>::infinity());
  std::fill(signal.begin() + 12'500, signal.begin() + 25'000, 0.0F);  // 50 s without a beat: longer than anything waits
  const MatrixView<const float> view(signal.data(), 1, signal.size());
  const auto whole = hs::detection::delineate(view, 250.0);
  ASSERT_GT(whole.n_beats(), 50U);
  for (const auto& lengths : std::vector<std::vector<std::size_t>>{{250}, {4096, 1}}) {
    expect_equal(streamed(view, 250.0, lengths), whole);
  }
}

TEST(DelineationStream, ALeadThatComesLateHoldsNothingUp) {
  const double rate_hz = 250.0;
  const auto ecg = simulated(rate_hz, 200.0);
  const auto rows = ecg.recording.signal().rows(0, 2);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double absent_s : {30.0, 120.0, 200.0}) {  // the whole of it at last
    for (const bool now_and_then : {false, true}) {
      std::vector<double> signal(rows.row(0).begin(), rows.row(0).end());
      signal.insert(signal.end(), rows.row(1).begin(), rows.row(1).end());
      const auto absent = static_cast<std::size_t>(absent_s * rate_hz);
      for (std::size_t i = 0; i < absent; ++i) {
        if (!now_and_then || i % 5000 != 3000) signal[i] = nan;
      }
      const MatrixView<const double> view(signal.data(), 2, rows.n_cols());
      const auto whole = hs::detection::delineate(view, rate_hz);
      ASSERT_GT(whole.n_beats(), 150U);
      const auto parts = streamed(view, rate_hz, {250});
      expect_equal(parts, whole);
      // And in time: what is given out at the end is what the latency and the beats behind explain.
      const double waiting_s = hs::detection::QrsStream::latency_s() + 1.5 * (DelineationStream::beats_behind() + 1);
      EXPECT_LT(static_cast<double>(parts.back().n_beats()), waiting_s * static_cast<double>(whole.n_beats()) / 200.0 + 2.0);
    }
  }
}

TEST(DelineationStream, GivesBeatsOutWhileTheSignalComesIn) {
  const auto ecg = simulated(250.0, 120.0);
  const auto parts = streamed(MatrixView<const double>(ecg.recording.signal().rows(1, 1)), 250.0, {250});
  std::size_t n_early = 0;
  for (std::size_t k = 0; k + 1 < parts.size(); ++k) {
    n_early += parts[k].n_beats();
    EXPECT_EQ(parts[k].n_samples, static_cast<std::int64_t>(250 * (k + 1)));
    for (const auto peak : parts[k].r_peaks) {  // not sooner than it can be known
      EXPECT_GT(parts[k].n_samples, peak);
    }
  }
  // What waits at the end: the latency of detection, and the beats behind.
  const double waiting_s = hs::detection::QrsStream::latency_s() + 1.5 * (DelineationStream::beats_behind() + 1);
  EXPECT_GT(static_cast<double>(n_early), (120.0 - waiting_s) / 1.5);
}

TEST(DelineationStream, EveryHostileInputHasADecidedAnswer) {
  hs::Random random(5);
  std::vector<double> noise(2 * 30'000);
  for (double& v : noise) v = random.uniform() < 0.3 ? std::numeric_limits<double>::quiet_NaN() : random.normal();
  const MatrixView<const double> view(noise.data(), 2, 30'000);
  expect_equal(streamed(view, 500.0, {777}), hs::detection::delineate(view, 500.0));
  DelineationStream nothing(360.0, 2);
  EXPECT_EQ(nothing.push(MatrixView<const double>(noise.data(), 2, 0)).n_beats(), 0U);
  EXPECT_EQ(nothing.finish().n_beats(), 0U);
  EXPECT_TRUE(hs::test::raises<hs::DomainError>([&] { (void)nothing.push(view); }, {"DelineationStream", "finished"}));
  EXPECT_TRUE(hs::test::raises<hs::DomainError>([&] { (void)nothing.push(view.columns(0, 0)); }, {"finished"}));
  EXPECT_TRUE(hs::test::raises<hs::ShapeError>([&] { (void)DelineationStream(360.0, 3).push(view); }, {"samples"}));
  EXPECT_TRUE(hs::test::raises<hs::DomainError>([] { (void)DelineationStream(0.0); }, {"sampling_rate"}));
  EXPECT_TRUE(hs::test::raises<hs::DomainError>([] { (void)DelineationStream(360.0, 0); }, {"n_leads"}));
}

}  // namespace delineation_stream_test
