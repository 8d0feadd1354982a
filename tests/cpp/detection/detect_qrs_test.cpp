#include <heartsight/core/random.hpp>
#include <heartsight/detection/detect_qrs.hpp>
#include <heartsight/metrics/beat_matching.hpp>
#include <heartsight/simulate/ecg.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace detect_qrs_test {

namespace hs = heartsight;
using hs::detection::detect_qrs;
using hs::detection::QrsDetection;
using hs::test::raises;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

hs::simulate::SimulatedEcg simulated(double rate_hz, double duration_s, double heart_rate_bpm = 70.0) {
  hs::simulate::EcgOptions options;
  options.duration_s = duration_s;
  options.heart_rate_bpm = heart_rate_bpm;
  options.muscle_noise_mv = 0.01;
  options.seed = 7;
  return hs::simulate::ecg(hs::SamplingRate(rate_hz), options);
}

std::vector<double> lead(const hs::simulate::SimulatedEcg& ecg, std::size_t index) {
  const auto row = ecg.recording.signal().row(index);
  return {row.begin(), row.end()};
}

std::vector<std::int64_t> peaks_of_lead(const hs::simulate::SimulatedEcg& ecg, std::size_t index) {
  std::vector<std::int64_t> peaks;
  for (const auto& row : ecg.truth.lead_peaks) peaks.push_back(row[index]);
  return peaks;
}

double f1(const std::vector<std::int64_t>& wanted, const QrsDetection& found, double tolerance_s) {
  return hs::metrics::match_beats(wanted, found.r_peaks, tolerance_s * found.sampling_rate).f1();
}

}  // namespace

TEST(DetectQrs, FindsEveryBeatAtTheDominantDeflectionAtAnyRate) {
  for (const double rate_hz : {50.0, 100.0, 128.0, 250.0, 257.3, 360.0, 500.0, 1000.0, 2000.0}) {
    const auto ecg = simulated(rate_hz, 30.0);
    for (const std::size_t l : {std::size_t{1}, std::size_t{3}, std::size_t{10}}) {  // II, aVR (down), V5
      const auto found = detect_qrs(lead(ecg, l), rate_hz);
      EXPECT_EQ(f1(peaks_of_lead(ecg, l), found, std::max(0.02, 1.5 / rate_hz)), 1.0) << rate_hz << " Hz, lead " << l;
      EXPECT_EQ(found.polarity, std::vector<int>{ecg.truth.lead_polarity[l]}) << rate_hz << " Hz, lead " << l;
      EXPECT_EQ(found.leads_used, std::vector<std::size_t>{0});
      EXPECT_TRUE(found.unusable.empty());
      EXPECT_EQ(found.n_samples, static_cast<std::int64_t>(ecg.recording.n_samples()));
    }
  }
}

TEST(DetectQrs, FromBradycardiaToTachycardia) {
  for (const double bpm : {30.0, 45.0, 120.0, 180.0, 220.0}) {
    const auto ecg = simulated(250.0, 30.0, bpm);
    EXPECT_GE(f1(peaks_of_lead(ecg, 1), detect_qrs(lead(ecg, 1), 250.0), 0.05), 0.98) << bpm;
  }
}

TEST(DetectQrs, UnitGainOffsetPolarityAndPrecisionDoNotMatter) {
  const auto ecg = simulated(360.0, 60.0);
  const auto plain = lead(ecg, 1);
  const auto found = detect_qrs(plain, 360.0);
  for (const double gain : {-1.0, 1e-6, 1e-3, 200.0, 1e6, -3e9}) {
    std::vector<double> changed(plain);
    for (double& v : changed) v = 1000.0 * gain + v * gain;
    const auto again = detect_qrs(changed, 360.0);
    EXPECT_EQ(again.r_peaks, found.r_peaks) << gain;
    EXPECT_EQ(again.polarity[0], gain > 0.0 ? found.polarity[0] : -found.polarity[0]) << gain;
  }
  const std::vector<float> single(plain.begin(), plain.end());
  EXPECT_EQ(detect_qrs(single, 360.0).r_peaks, found.r_peaks);
}

TEST(DetectQrs, AnAbsurdFirstSampleSpoilsNothing) {
  const auto ecg = simulated(360.0, 30.0);
  const auto plain = detect_qrs(lead(ecg, 1), 360.0);
  auto signal = lead(ecg, 1);
  signal[0] = 1e12;
  const auto found = detect_qrs(signal, 360.0);
  EXPECT_GE(hs::metrics::match_beats(plain.r_peaks, found.r_peaks, 18.0).f1(), 0.95);
}

TEST(DetectQrs, InventsNothingInAGapAndLosesNothingBeside) {
  const auto ecg = simulated(360.0, 60.0);
  const auto wanted = peaks_of_lead(ecg, 1);
  for (const double missing : {nan_value, infinity, -infinity, 1e300}) {
    auto signal = lead(ecg, 1);
    std::fill(signal.begin() + 7200, signal.begin() + 9000, missing);  // 20 to 25 s
    signal[1000] = missing;                                            // and one alone
    const auto found = detect_qrs(signal, 360.0);
    std::vector<std::int64_t> outside;
    std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(outside),
                 [](std::int64_t t) { return t < 7200 - 20 || t >= 9000 + 20; });
    const auto match = hs::metrics::match_beats(outside, found.r_peaks, 18.0);
    EXPECT_EQ(match.n_missed, 0) << missing;
    EXPECT_EQ(
        std::count_if(found.r_peaks.begin(), found.r_peaks.end(), [](std::int64_t t) { return t >= 7200 && t < 9000; }), 0)
        << missing;
    ASSERT_EQ(found.unusable.size(), 1U) << missing;
    EXPECT_GE(found.unusable[0].first, 7200 - 360);
    EXPECT_LE(found.unusable[0].last, 9000 + 360);
    EXPECT_GE(found.unusable[0].last - found.unusable[0].first, 3 * 360);
  }
}

TEST(DetectQrs, EveryHostileInputHasADecidedAnswer) {
  hs::Random random(3);
  std::vector<double> noise(36000);
  for (double& v : noise) v = random.normal();
  const auto silent = [](const std::vector<double>& signal) {
    const auto found = detect_qrs(signal, 360.0);
    EXPECT_TRUE(found.r_peaks.empty());
    return found;
  };
  for (const std::size_t n :
       {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{10}, std::size_t{100}, std::size_t{360}}) {
    silent(std::vector<double>(n, 0.0));
    silent(std::vector<double>(n, 5.0));
    silent(std::vector<double>(n, nan_value));
    const auto short_noise =
        detect_qrs(std::vector<double>(noise.begin(), noise.begin() + static_cast<std::ptrdiff_t>(n)), 360.0);
    EXPECT_LE(short_noise.r_peaks.size(), 3U);
  }
  for (const double v : {0.0, -3.0, 1e9, nan_value, infinity}) {
    const auto found = silent(std::vector<double>(36000, v));
    ASSERT_EQ(found.unusable.size(), 1U) << v;
    EXPECT_EQ(found.unusable[0], (hs::detection::SampleRange{0, 36000})) << v;
    EXPECT_EQ(found.polarity, std::vector<int>{0});
    EXPECT_TRUE(found.leads_used.empty());
  }
  // White noise looks like beats here and there; what matters is that it is not called usable.
  const auto in_noise = detect_qrs(noise, 360.0);
  std::int64_t n_unusable = 0;
  for (const auto& range : in_noise.unusable) n_unusable += range.last - range.first;
  EXPECT_GE(n_unusable, 36000 * 9 / 10);
  EXPECT_LE(in_noise.r_peaks.size(), 50U);  // one in two seconds
  // A flat first minute costs nothing of the second.
  const auto ecg = simulated(360.0, 60.0);
  std::vector<double> late(21600, 0.0);
  const auto beats = lead(ecg, 1);
  late.insert(late.end(), beats.begin(), beats.end());
  auto wanted = peaks_of_lead(ecg, 1);
  for (auto& t : wanted) t += 21600;
  EXPECT_GE(f1(wanted, detect_qrs(late, 360.0), 0.05), 0.99);
  // One second with one beat.
  const auto second = std::vector<double>(beats.begin() + wanted[3] - 21600 - 180, beats.begin() + wanted[3] - 21600 + 180);
  EXPECT_EQ(detect_qrs(second, 360.0).r_peaks.size(), 1U);
}

TEST(DetectQrs, LeadsTogetherOutliveTheLossOfMost) {
  const auto ecg = simulated(500.0, 30.0);
  hs::Random random(5);
  std::vector<double> signal(ecg.recording.signal().data(), ecg.recording.signal().data() + 12 * ecg.recording.n_samples());
  const std::size_t n = ecg.recording.n_samples();
  for (std::size_t l = 0; l < 12; ++l) {
    for (std::size_t i = 0; i < n; ++i) {
      if (l < 3)
        signal[l * n + i] = nan_value;
      else if (l < 5)
        signal[l * n + i] = 0.0;
      else if (l < 8)
        signal[l * n + i] += random.normal();  // hides the beats
    }
  }
  const auto found = detect_qrs(hs::MatrixView<const double>(signal.data(), 12, n), 500.0);
  EXPECT_GE(f1(ecg.truth.r_peaks, found, 0.06), 0.99);
  ASSERT_EQ(found.polarity.size(), 12U);
  EXPECT_EQ(found.polarity[0], 0);
  EXPECT_EQ(found.polarity[4], 0);
  EXPECT_EQ(found.polarity[10], ecg.truth.lead_polarity[10]);
  EXPECT_TRUE(std::find(found.leads_used.begin(), found.leads_used.end(), 10U) != found.leads_used.end());
  EXPECT_TRUE(std::find(found.leads_used.begin(), found.leads_used.end(), 0U) == found.leads_used.end());
  // No lead at all.
  const auto none = detect_qrs(hs::MatrixView<const double>(signal.data(), 0, n), 500.0);
  EXPECT_TRUE(none.r_peaks.empty());
  EXPECT_TRUE(none.polarity.empty());
}

TEST(DetectQrs, ConfidenceIsAProbabilityAndItsLimitAnOption) {
  const auto ecg = simulated(360.0, 60.0);
  auto signal = lead(ecg, 1);
  hs::Random random(1);
  for (std::size_t i = signal.size() / 2; i < signal.size(); ++i) signal[i] += 0.5 * random.normal();
  const auto sure = detect_qrs(signal, 360.0, {.least_confidence = 0.9});
  const auto all = detect_qrs(signal, 360.0, {.least_confidence = 0.01});
  EXPECT_LT(sure.r_peaks.size(), all.r_peaks.size());
  EXPECT_TRUE(std::all_of(sure.confidence.begin(), sure.confidence.end(), [](double p) { return p >= 0.9 && p <= 1.0; }));
  EXPECT_TRUE(std::is_sorted(all.r_peaks.begin(), all.r_peaks.end(), std::less_equal<>()));
  EXPECT_EQ(all.r_peaks.size(), all.confidence.size());
}

TEST(DetectQrs, RefusesParametersOutOfRange) {
  const std::vector<double> signal(100);
  for (const double rate_hz : {0.0, -1.0, 24.9, 20001.0, nan_value, infinity}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)detect_qrs(signal, rate_hz); }, {"detect_qrs", "sampling_rate"}));
  }
  for (const double p : {0.0, 1.0, -1.0, nan_value}) {
    EXPECT_TRUE(
        raises<hs::DomainError>([&] { (void)detect_qrs(signal, 360.0, {.least_confidence = p}); }, {"least_confidence"}));
  }
}

}  // namespace detect_qrs_test
