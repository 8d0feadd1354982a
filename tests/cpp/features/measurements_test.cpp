#include <heartsight/features/measurements.hpp>

#include "cpp/features/beat_cases.hpp"
#include "cpp/raises.hpp"

#include <algorithm>
#include <limits>
#include <random>

namespace measurements_test {

namespace hs = heartsight;
namespace ft = heartsight::features;
using hs::test::raises;

namespace {

/// Mean over beats of the true distance of two places, in ms.
double true_ms(const hs::simulate::SimulatedEcg& ecg, double hs::simulate::WaveTruth::* from,
               const std::vector<hs::simulate::WaveTruth>& a, double hs::simulate::WaveTruth::* to,
               const std::vector<hs::simulate::WaveTruth>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += b[i].*to - a[i].*from;
  return sum / static_cast<double>(a.size()) * 1000.0 / ecg.recording.sampling_rate().hz();
}

}  // namespace

TEST(Measurements, IntervalsOfSimulationsAtSeveralRates) {
  using W = hs::simulate::WaveTruth;
  for (const double rate : {100.0, 250.0, 500.0, 1000.0}) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      const auto ecg = hs::simulate::ecg(
          rate, {.heart_rate_bpm = 60.0 + 5.0 * static_cast<double>(seed), .muscle_noise_mv = 0.01, .seed = seed});
      const auto m = ft::measurements(ecg.recording);
      EXPECT_EQ(m.global.n_beats, static_cast<double>(m.beats.r_peaks.size()));
      EXPECT_EQ(m.global.p_present, 1.0);
      EXPECT_NEAR(m.global.heart_rate_bpm, 60.0 + 5.0 * static_cast<double>(seed), 4.0);
      const auto& t = ecg.truth;
      // The simulation's ends lie 2.5 standard deviations out, where little is to be seen of a Gaussian.
      EXPECT_NEAR(m.global.qrs_duration_ms, true_ms(ecg, &W::onset, t.qrs, &W::offset, t.qrs), 20.0) << rate << " " << seed;
      EXPECT_NEAR(m.global.pr_interval_ms, true_ms(ecg, &W::onset, t.p, &W::onset, t.qrs), 20.0) << rate << " " << seed;
      EXPECT_NEAR(m.global.qt_ms, true_ms(ecg, &W::onset, t.qrs, &W::offset, t.t), 35.0) << rate << " " << seed;
    }
  }
}

TEST(Measurements, AmplitudesAreThoseOfTheBeat) {
  const auto ecg = hs::simulate::ecg(500.0, {.rr_sd_s = 0.0, .subject_variation = 0.0, .seed = 1});
  const auto m = ft::measurements(ecg.recording);
  const auto signal = hs::test::view_of(ecg);
  const auto r = static_cast<std::size_t>(ecg.truth.r_peaks[4]);
  for (std::size_t lead = 0; lead < 12; ++lead) {
    double high = -10.0;
    double low = 10.0;
    for (std::size_t i = r - 30; i < r + 30; ++i) {
      high = std::max(high, signal(lead, i));
      low = std::min(low, signal(lead, i));
    }
    EXPECT_NEAR(m.by_lead[lead].qrs_max_mv, high, 0.02) << lead;
    EXPECT_NEAR(m.by_lead[lead].qrs_min_mv, low, 0.02) << lead;
    EXPECT_LT(m.by_lead[lead].noise_mv, 0.02);
  }
  // The large kernel of the model heart, (1.0, 0.8, 0.3), by Dower's matrix: I = 0.462, II = 1.048, aVF = 0.817.
  EXPECT_NEAR(m.global.qrs_axis_deg, 63.9, 3.0);
}

TEST(Measurements, UncertaintiesCoverRepeatedNoise) {
  // Ten recordings of one heart with other noise: amplitudes spread as their standard errors say, within a factor.
  std::vector<double> r;
  double error = 0.0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto ecg =
        hs::simulate::ecg(500.0, {.rr_sd_s = 0.01, .white_noise_mv = 0.05, .subject_variation = 0.0, .seed = seed});
    const auto m = ft::measurements(ecg.recording);
    r.push_back(m.by_lead[6].j60_mv);
    error += m.by_lead_uncertainty[6].j60_mv / 12.0;
  }
  double mean = 0.0;
  for (const double v : r) mean += v / 12.0;
  double squares = 0.0;
  for (const double v : r) squares += (v - mean) * (v - mean) / 11.0;
  EXPECT_GT(error, 0.4 * std::sqrt(squares));
  EXPECT_LT(error, 4.0 * std::sqrt(squares));  // the mean of 8 ms is quieter than a sample
}

TEST(Measurements, FibrillationHasNoP) {
  const auto ecg =
      hs::simulate::ecg(500.0, {.rr_sd_s = 0.15, .rhythm = hs::simulate::Rhythm::atrial_fibrillation, .seed = 2});
  const auto m = ft::measurements(ecg.recording);
  EXPECT_EQ(m.global.p_present, 0.0);
  EXPECT_TRUE(std::isnan(m.global.pr_interval_ms));
  EXPECT_EQ(m.by_lead[1].p_amplitude_mv, 0.0);
  EXPECT_LT(m.global.p_coherence, 0.3);
  EXPECT_GT(m.global.rr_irregularity, 0.1);
}

TEST(Measurements, ConductionDisturbanceIsWide) {
  const auto ecg = hs::simulate::ecg(500.0, {.morphology = hs::simulate::Morphology::conduction_disturbance, .seed = 3});
  EXPECT_GT(ft::measurements(ecg.recording).global.qrs_duration_ms, 125.0);
}

TEST(Measurements, EveryNumberIsMeasuredWhereAllIsThere) {
  const auto ecg = hs::simulate::ecg(500.0, {.muscle_noise_mv = 0.01, .seed = 4});
  const auto m = ft::measurements(ecg.recording);
  const auto values = m.values();
  const auto names = m.schema().names;
  ASSERT_EQ(values.size(), names.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool may_be_absent = names[i].ends_with("intrinsicoid") || names[i].ends_with("qrs_duration") ||
                               names[i].ends_with("_qt") || names[i].ends_with("t_peak_to_end");
    EXPECT_TRUE(std::isfinite(values[i]) || may_be_absent) << names[i];
  }
}

TEST(Measurements, LeadsThatAreNotThere) {
  auto ecg = hs::simulate::ecg(500.0, {.seed = 5});
  for (double& v : ecg.recording.signal().row(0)) v = std::numeric_limits<double>::quiet_NaN();
  const auto m = ft::measurements(ecg.recording);
  EXPECT_TRUE(std::isnan(m.by_lead[0].r_amplitude_mv));
  EXPECT_TRUE(std::isnan(m.global.qrs_axis_deg));
  EXPECT_TRUE(std::isfinite(m.global.qt_ms));
  EXPECT_TRUE(std::isfinite(m.by_lead[1].r_amplitude_mv));
  const std::vector<std::string> one = {"MLII"};
  const auto whole = hs::simulate::ecg(500.0, {.seed = 5});
  const auto alone = ft::measurements(hs::test::view_of(whole).rows(1, 1), 500.0, one);
  EXPECT_TRUE(std::isfinite(alone.by_lead[0].r_amplitude_mv));
  EXPECT_TRUE(std::isfinite(alone.global.qrs_duration_ms));
  EXPECT_TRUE(std::isnan(alone.global.sokolow_lyon_mv));
  EXPECT_TRUE(std::isnan(alone.global_uncertainty.qt_ms));  // one lead cannot disagree
}

TEST(Measurements, BadSignalsAreResults) {
  const std::vector<std::string> leads = {"I", "II"};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::mt19937 random(1);
  std::normal_distribution<double> normal(0.0, 1.0);
  for (const double fill : {0.0, nan, 1e300}) {
    const std::vector<double> x(2 * 2500, fill);
    const auto m = ft::measurements(hs::MatrixView<const double>(x.data(), 2, 2500), 500.0, leads);
    EXPECT_TRUE(std::isnan(m.global.qrs_duration_ms));
    EXPECT_EQ(m.values().size(), m.schema().names.size());
  }
  std::vector<double> noise(2 * 2500);
  for (double& v : noise) v = normal(random);
  EXPECT_NO_THROW((void)ft::measurements(hs::MatrixView<const double>(noise.data(), 2, 2500), 500.0, leads));
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{20}, std::size_t{300}}) {
    EXPECT_NO_THROW((void)ft::measurements(hs::MatrixView<const double>(noise.data(), 2, n, 2500), 500.0, leads)) << n;
  }
}

TEST(Measurements, HostileSignalsAreResults) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal(0.0, 1.0);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double rate : {50.0, 77.7, 128.0, 1000.0, 5000.0}) {
    for (const std::size_t n_leads : {std::size_t{1}, std::size_t{3}}) {
      const auto n = static_cast<std::size_t>(4.0 * rate);
      const std::vector<std::string> leads(n_leads, "II");
      for (int kind = 0; kind < 6; ++kind) {
        std::vector<double> x(n_leads * n);
        for (std::size_t i = 0; i < x.size(); ++i) {
          const double noise = normal(random);
          const double square = i % 11 < 5 ? 1.0 : -1.0;
          x[i] = kind == 0   ? noise
                 : kind == 1 ? (i % 3 == 0 ? nan : noise)
                 : kind == 2 ? square
                 : kind == 3 ? (i % 97 == 0 ? 1e150 : noise)
                 : kind == 4 ? (i % 501 == 0 ? infinity : noise)
                             : 1e-200 * noise;
        }
        const hs::MatrixView<const double> view(x.data(), n_leads, n);
        const auto m = ft::measurements(view, rate, leads);
        EXPECT_EQ(m.values().size(), m.schema().names.size());
        for (const double v : m.values()) EXPECT_FALSE(std::isinf(v)) << rate << " " << n_leads << " " << kind;
        // Beats wherever a caller says: at both ends, and next to each other.
        hs::detection::QrsDetection beats;
        beats.r_peaks = {0, 1, 2, static_cast<std::int64_t>(n / 2), static_cast<std::int64_t>(n) - 1};
        EXPECT_NO_THROW((void)ft::measure_beats(view, rate, leads, beats));
      }
    }
  }
}

TEST(Measurements, FloatIsAlikeAndBeatsMayBeGiven) {
  const auto ecg = hs::simulate::ecg(500.0, {.muscle_noise_mv = 0.01, .seed = 6});
  const auto signal = hs::test::view_of(ecg);
  const std::vector<float> narrow(signal.data(), signal.data() + 12 * signal.n_cols());
  const auto& leads = ecg.recording.leads();
  const auto a = ft::measurements(signal, 500.0, leads);
  const auto b = ft::measurements(hs::MatrixView<const float>(narrow.data(), 12, signal.n_cols()), 500.0, leads);
  EXPECT_NEAR(a.global.qt_ms, b.global.qt_ms, 0.5);
  EXPECT_NEAR(a.by_lead[7].s_amplitude_mv, b.by_lead[7].s_amplitude_mv, 1e-3);
  const auto c = ft::measure_beats(signal, 500.0, leads, a.beats);
  EXPECT_EQ(c.global.qt_ms, a.global.qt_ms);
}

TEST(Measurements, Errors) {
  const std::vector<double> x(1000, 0.0);
  const hs::MatrixView<const double> view(x.data(), 2, 500);
  const std::vector<std::string> one = {"I"};
  const std::vector<std::string> two = {"I", "II"};
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)ft::measurements(view, 500.0, one); }, {"measurements: leads"}));
  EXPECT_TRUE(
      raises<hs::ShapeError>([&] { (void)ft::measurements(view, 500.0, std::vector<std::string>{}); }, {"leads", "empty"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)ft::measurements(view, 20.0, two); }, {"measurements: sampling_rate"}));
  auto pressure = hs::simulate::ecg(500.0, {.duration_s = 1.0}).recording;
  pressure.units[3] = "mmHg";
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)ft::measurements(pressure); }, {"recording.units[3] = mmHg"}));
  hs::detection::QrsDetection beats;
  beats.r_peaks = {600};
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)ft::measure_beats(view, 500.0, two, beats); }, {"r_peaks[0]"}));
}

}  // namespace measurements_test
