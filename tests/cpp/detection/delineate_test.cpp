#include <heartsight/detection/delineate.hpp>
#include <heartsight/simulate/ecg.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace delineate_test {

namespace hs = heartsight;
namespace hd = heartsight::detection;
using hd::WaveFiducials;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

double median_of(std::vector<double> values) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  return values.empty() ? missing : hs::median(values);
}

/// Median over inner beats of found minus true, in ms.
double error_ms(const hd::Delineation& found, const hs::simulate::EcgTruth& truth, double WaveFiducials::* mark,
                const std::vector<hs::simulate::WaveTruth>& waves, double hs::simulate::WaveTruth::* part) {
  std::vector<double> errors;
  for (std::size_t i = 1; i + 1 < found.n_beats(); ++i) {
    for (std::size_t k = 0; k < truth.r_peaks.size(); ++k) {
      if (std::abs(static_cast<double>(truth.r_peaks[k] - found.r_peaks[i])) < 0.08 * found.sampling_rate) {
        errors.push_back((found.consensus[i].*mark - waves[k].*part) / found.sampling_rate * 1000.0);
      }
    }
  }
  return median_of(errors);
}

std::vector<double> times(const WaveFiducials& at) {
  return {at.p_onset, at.p_peak, at.p_offset, at.qrs_onset, at.qrs_offset, at.t_onset, at.t_peak, at.t_offset};
}

void expect_in_order(const hd::Delineation& found) {
  for (const hd::BeatWaves& waves : found.waves) {
    double last = -std::numeric_limits<double>::infinity();
    for (const double t : times(waves.at)) {
      if (std::isnan(t)) continue;
      EXPECT_GE(t, last);
      EXPECT_GE(t, 0.0);
      EXPECT_LT(t, static_cast<double>(found.n_samples));
      last = t;
    }
    if (!std::isnan(waves.at.qrs_onset) && !std::isnan(waves.at.qrs_offset)) {
      EXPECT_LT(waves.at.qrs_onset, waves.at.qrs_offset);
    }
  }
}

hs::simulate::SimulatedEcg simulated(double rate, const hs::simulate::EcgOptions& options = {}) {
  return hs::simulate::ecg(hs::SamplingRate(rate), options);
}

}  // namespace

TEST(Delineate, FindsTheWavesOfASimulatedHeartAtAnyRate) {
  for (const double rate : {100.0, 250.0, 500.0, 1000.0}) {
    const auto [recording, truth] = simulated(rate, {.muscle_noise_mv = 0.01, .seed = 3});
    const auto found = hd::delineate(recording.signal(), rate);
    ASSERT_GE(found.n_beats(), 9U) << rate;
    EXPECT_EQ(found.waves.size(), 12 * found.n_beats());
    using W = WaveFiducials;
    using P = hs::simulate::WaveTruth;
    EXPECT_LT(std::abs(error_ms(found, truth, &W::qrs_onset, truth.qrs, &P::onset)), 20.0) << rate;
    EXPECT_LT(std::abs(error_ms(found, truth, &W::qrs_offset, truth.qrs, &P::offset)), 25.0) << rate;
    EXPECT_LT(std::abs(error_ms(found, truth, &W::p_peak, truth.p, &P::peak)), 25.0) << rate;
    EXPECT_LT(std::abs(error_ms(found, truth, &W::t_peak, truth.t, &P::peak)), 25.0) << rate;
    EXPECT_LT(std::abs(error_ms(found, truth, &W::t_offset, truth.t, &P::offset)), 60.0) << rate;
    expect_in_order(found);
  }
}

TEST(Delineate, UnitGainAndOffsetDoNotMatter) {
  const auto [recording, truth] = simulated(500.0, {.seed = 5});
  const auto plain = hd::delineate(recording.signal(), 500.0);
  std::vector<double> changed(recording.signal().data(), recording.signal().data() + 12 * recording.n_samples());
  for (double& v : changed) v = v * 1048576.0;  // a power of two: the same digits
  const hs::MatrixView<const double> view(changed.data(), 12, recording.n_samples());
  const hd::DelineateOptions options{.r_peaks = plain.r_peaks};
  const auto scaled = hd::delineate(view, 500.0, options);
  for (double& v : changed) v += 4e6;
  const auto shifted = hd::delineate(view, 500.0, options);
  for (std::size_t i = 0; i < plain.waves.size(); ++i) {
    const auto a = times(plain.waves[i].at);
    const auto b = times(scaled.waves[i].at);
    const auto c = times(shifted.waves[i].at);
    for (std::size_t k = 0; k < a.size(); ++k) {
      EXPECT_TRUE(a[k] == b[k] || (std::isnan(a[k]) && std::isnan(b[k]))) << i << " " << k;
      EXPECT_TRUE(std::abs(a[k] - c[k]) < 0.5 || std::isnan(a[k]) == std::isnan(c[k])) << i << " " << k;
    }
  }
}

TEST(Delineate, EitherPolarity) {
  const auto [recording, truth] = simulated(500.0, {.seed = 7});
  const auto up = hd::delineate(recording.lead(1), 500.0);
  std::vector<double> turned;
  for (const double v : recording.lead(1)) turned.push_back(-v);
  const auto down = hd::delineate(std::span<const double>(turned), 500.0, {.r_peaks = up.r_peaks});
  std::vector<double> differences;
  for (std::size_t i = 0; i < up.n_beats(); ++i) {
    differences.push_back(std::abs(up.waves[i].at.qrs_onset - down.waves[i].at.qrs_onset) * 2.0);
    differences.push_back(std::abs(up.waves[i].at.t_peak - down.waves[i].at.t_peak) * 2.0);
  }
  EXPECT_LT(median_of(differences), 12.0);
  EXPECT_EQ(up.waves[3].t_shape, hd::WaveShape::upright);
  EXPECT_EQ(down.waves[3].t_shape, hd::WaveShape::inverted);
}

TEST(Delineate, NoPWaveInFibrillationNorAfterASpike) {
  const auto share_with_p = [](const hd::Delineation& d) {
    const auto n = std::count_if(d.consensus.begin(), d.consensus.end(), [](const WaveFiducials& c) { return c.has_p(); });
    return static_cast<double>(n) / static_cast<double>(d.n_beats());
  };
  const auto sinus = simulated(500.0, {.duration_s = 20, .seed = 11});
  EXPECT_GT(share_with_p(hd::delineate(sinus.recording.signal(), 500.0)), 0.9);
  const auto fibrillating =
      simulated(500.0, {.duration_s = 20, .rhythm = hs::simulate::Rhythm::atrial_fibrillation, .seed = 11});
  EXPECT_LT(share_with_p(hd::delineate(fibrillating.recording.signal(), 500.0)), 0.2);

  std::vector<double> paced(sinus.recording.signal().data(),
                            sinus.recording.signal().data() + 12 * sinus.recording.n_samples());
  const std::size_t n = sinus.recording.n_samples();
  for (const std::int64_t r : sinus.truth.r_peaks) {
    if (r < 40) continue;
    for (std::size_t lead = 0; lead < 12; ++lead) paced[lead * n + static_cast<std::size_t>(r - 25)] += 2.0;
  }
  const auto found = hd::delineate(hs::MatrixView<const double>(paced.data(), 12, n), 500.0,
                                   {.r_peaks = hd::delineate(sinus.recording.signal(), 500.0).r_peaks});
  EXPECT_GE(std::count(found.paced.begin(), found.paced.end(), true), static_cast<long>(found.n_beats()) - 1);
  EXPECT_EQ(share_with_p(found), 0.0);
}

TEST(Delineate, MissingSamplesTakeTheirMarksWithThem) {
  const auto [recording, truth] = simulated(500.0, {.seed = 2});
  const auto whole = hd::delineate(recording.lead(1), 500.0);
  const std::size_t beat = 4;
  std::vector<double> gappy(recording.lead(1).begin(), recording.lead(1).end());
  const auto from = static_cast<std::size_t>(whole.waves[beat].at.t_peak) - 60;
  std::fill_n(gappy.begin() + static_cast<std::ptrdiff_t>(from), 160, missing);
  const auto found = hd::delineate(std::span<const double>(gappy), 500.0, {.r_peaks = whole.r_peaks});
  EXPECT_TRUE(std::isnan(found.waves[beat].at.t_peak));
  EXPECT_TRUE(std::isnan(found.waves[beat].at.t_offset));
  EXPECT_NEAR(found.waves[beat].at.qrs_onset, whole.waves[beat].at.qrs_onset, 10.0);
  EXPECT_NEAR(found.waves[beat - 2].at.t_peak, whole.waves[beat - 2].at.t_peak, 1.0);
}

TEST(Delineate, AGapAtTheOnsetBoundsNoSearch) {
  const auto [recording, truth] = simulated(500.0, {.duration_s = 30, .seed = 2});
  const auto whole = hd::delineate(recording.lead(1), 500.0);
  const std::size_t beat = whole.n_beats() - 4;
  std::vector<double> gappy(recording.lead(1).begin(), recording.lead(1).end());
  gappy[100] += 4.0;  // taller than any complex, at the other end of the recording
  const auto r = static_cast<std::ptrdiff_t>(whole.r_peaks[beat]);
  std::fill(gappy.begin() + r - 30, gappy.begin() + r - 15, missing);
  const auto found = hd::delineate(std::span<const double>(gappy), 500.0, {.r_peaks = whole.r_peaks});
  EXPECT_TRUE(std::isnan(found.waves[beat].at.qrs_onset));
  EXPECT_NEAR(found.waves[beat].at.qrs_peak, whole.waves[beat].at.qrs_peak, 25.0);
  EXPECT_EQ(found.waves[beat].qrs_shape, "");
  EXPECT_TRUE(found.waves[beat].at.has_t());
}

TEST(Delineate, ABadSignalIsAResult) {
  const std::vector<double> nothing;
  EXPECT_EQ(hd::delineate(std::span<const double>(nothing), 500.0).n_beats(), 0U);
  EXPECT_EQ(hd::delineate(hs::MatrixView<const double>(), 500.0).n_leads, 0U);
  for (const double value : {0.0, 1e9, missing, std::numeric_limits<double>::infinity()}) {
    const std::vector<double> flat(5000, value);
    EXPECT_EQ(hd::delineate(std::span<const double>(flat), 500.0).n_beats(), 0U);
    // R peaks that stand on nothing: columns without marks.
    const auto forced =
        hd::delineate(std::span<const double>(flat), 500.0, {.r_peaks = std::vector<std::int64_t>{0, 2500, 4999}});
    ASSERT_EQ(forced.n_beats(), 3U);
    for (const hd::BeatWaves& waves : forced.waves) {
      EXPECT_FALSE(waves.at.has_p());
      EXPECT_FALSE(waves.at.has_t());
    }
  }
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  for (const double rate : {25.0, 100.0, 360.0, 2000.0}) {
    for (const std::size_t n : {1U, 2U, 30U, 3000U}) {
      std::vector<double> noise(n);
      for (double& v : noise) v = normal(random);
      std::vector<std::int64_t> peaks;
      for (std::int64_t at = 0; at < static_cast<std::int64_t>(n); at += static_cast<std::int64_t>(0.3 * rate)) {
        peaks.push_back(at);
      }
      const auto found = hd::delineate(std::span<const double>(noise), rate, {.r_peaks = peaks});
      EXPECT_EQ(found.n_beats(), peaks.size());
      expect_in_order(found);
    }
  }
}

TEST(Delineate, RefusesWhatIsOutOfRange) {
  const std::vector<double> x(1000, 0.0);
  const std::span<const double> signal(x);
  EXPECT_THROW((void)hd::delineate(signal, 10.0), hs::DomainError);
  EXPECT_THROW((void)hd::delineate(signal, missing), hs::DomainError);
  EXPECT_THROW((void)hd::delineate(signal, 500.0, {.r_peaks = std::vector<std::int64_t>{5, 5}}), hs::DomainError);
  EXPECT_THROW((void)hd::delineate(signal, 500.0, {.r_peaks = std::vector<std::int64_t>{-1}}), hs::DomainError);
  EXPECT_THROW((void)hd::delineate(signal, 500.0, {.r_peaks = std::vector<std::int64_t>{1000}}), hs::DomainError);
}

TEST(Delineate, FloatAndDoubleAgree) {
  const auto [recording, truth] = simulated(250.0, {.seed = 9});
  const std::vector<float> narrow(recording.lead(0).begin(), recording.lead(0).end());
  const auto wide = hd::delineate(recording.lead(0), 250.0);
  const auto same = hd::delineate(std::span<const float>(narrow), 250.0, {.r_peaks = wide.r_peaks});
  for (std::size_t i = 0; i < wide.n_beats(); ++i) {
    EXPECT_NEAR(wide.waves[i].at.qrs_onset, same.waves[i].at.qrs_onset, 0.01);
  }
}

TEST(Delineate, OneBeatCutOutIsMarkedAsInTheRecording) {
  const auto [recording, truth] = simulated(500.0, {.seed = 4});
  const auto whole = hd::delineate(recording.signal(), 500.0);
  const std::size_t beat = 5;
  const std::int64_t first = whole.r_peaks[beat] - 250;
  std::vector<double> window;
  for (std::size_t lead = 0; lead < 12; ++lead) {
    const auto row = recording.lead(lead).subspan(static_cast<std::size_t>(first), 600);
    window.insert(window.end(), row.begin(), row.end());
  }
  const auto rr = [&](std::size_t i) { return static_cast<double>(whole.r_peaks[i + 1] - whole.r_peaks[i]) / 500.0; };
  const auto alone =
      hd::delineate_median(hs::MatrixView<const double>(window.data(), 12, 600), 500.0, 250, rr(beat - 1), rr(beat));
  ASSERT_EQ(alone.leads.size(), 12U);
  const auto shift = static_cast<double>(first);
  EXPECT_NEAR(alone.consensus.qrs_onset + shift, whole.consensus[beat].qrs_onset, 8.0);
  EXPECT_NEAR(alone.consensus.qrs_offset + shift, whole.consensus[beat].qrs_offset, 8.0);
  EXPECT_NEAR(alone.consensus.p_onset + shift, whole.consensus[beat].p_onset, 8.0);
  EXPECT_NEAR(alone.consensus.t_offset + shift, whole.consensus[beat].t_offset, 8.0);
  EXPECT_THROW(
      (void)hd::delineate_median(hs::MatrixView<const double>(window.data(), 12, 600), 500.0, 600, missing, missing),
      hs::DomainError);
}

TEST(Consensus, QuartilesOfTheLeadsThatShowTheWave) {
  std::vector<WaveFiducials> leads(5);
  const double onsets[] = {10.0, 40.0, 42.0, 44.0, 60.0};  // the first and the last stand alone
  for (std::size_t i = 0; i < 5; ++i) {
    leads[i].qrs_onset = onsets[i];
    leads[i].qrs_offset = onsets[i] + 100.0;
    leads[i].qrs_peak = 90.0;
  }
  leads[0].p_peak = leads[1].p_peak = 5.0;
  auto all = hd::detail::consensus(leads);
  EXPECT_EQ(all.qrs_onset, 40.0);
  EXPECT_EQ(all.qrs_offset, 144.0);
  EXPECT_FALSE(all.has_p()) << "two of five leads are too few";
  leads[2].p_peak = 7.0;
  all = hd::detail::consensus(leads);
  EXPECT_EQ(all.p_peak, 5.0);
  EXPECT_TRUE(std::isnan(all.p_onset)) << "no lead has it";
  EXPECT_FALSE(hd::detail::consensus({}).has_qrs());
}

TEST(QrsShape, LettersFollowTheDeflections) {
  const auto shape = [](std::vector<double> deflections) {
    std::vector<double> x{0.0};
    for (const double d : deflections) {  // each deflection a triangle
      for (const double share : {0.5, 1.0, 0.5, 0.0}) x.push_back(d * share);
    }
    return hd::detail::qrs_shape(hd::detail::LeadPart(std::span<const double>(x)), 0.0, static_cast<double>(x.size() - 1));
  };
  EXPECT_EQ(shape({-0.2, 1.0, -0.3}), "qRs");
  EXPECT_EQ(shape({1.0}), "R");
  EXPECT_EQ(shape({-1.0}), "QS");
  EXPECT_EQ(shape({0.3, -1.0}), "rS");
  EXPECT_EQ(shape({0.3, -0.9, 1.0}), "rSR'");
  EXPECT_EQ(shape({-0.8, 1.0}), "QR");
  EXPECT_EQ(shape({0.01, 1.0}), "R");
  EXPECT_EQ(shape({0.0}), "");
}

}  // namespace delineate_test
