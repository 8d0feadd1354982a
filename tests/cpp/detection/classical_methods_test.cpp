// The methods of a single lead, all alike: Pan-Tompkins, Hamilton, Elgendi, Khamis.
#include <heartsight/core/random.hpp>
#include <heartsight/detection/detect_qrs.hpp>
#include <heartsight/metrics/beat_matching.hpp>
#include <heartsight/simulate/ecg.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>

namespace classical_methods_test {

namespace hs = heartsight;
using hs::detection::detect_qrs;
using hs::detection::QrsMethod;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

hs::simulate::SimulatedEcg simulated(double rate_hz, double duration_s) {
  hs::simulate::EcgOptions options;
  options.duration_s = duration_s;
  options.muscle_noise_mv = 0.01;
  options.baseline_wander_mv = 0.1;
  options.seed = 7;
  return hs::simulate::ecg(hs::SamplingRate(rate_hz), options);
}

class ClassicalMethod : public testing::TestWithParam<QrsMethod> {
 protected:
  [[nodiscard]] static hs::detection::QrsDetection detect(const std::vector<double>& signal, double rate_hz) {
    return detect_qrs(signal, rate_hz, {.method = GetParam()});
  }
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Methods, ClassicalMethod,
                         testing::Values(QrsMethod::pantompkins1985, QrsMethod::hamilton2002, QrsMethod::elgendi2010,
                                         QrsMethod::khamis2016),
                         [](const auto& method) { return std::string(hs::detection::name_of(method.param)); });

TEST_P(ClassicalMethod, FindsTheBeatsOfACleanLeadAtAnyRateAndPolarity) {
  for (const double rate_hz : {50.0, 128.0, 250.0, 360.0, 1000.0, 2000.0}) {
    const auto ecg = simulated(rate_hz, 30.0);
    for (const std::size_t l : {std::size_t{1}, std::size_t{3}}) {  // II, aVR (down)
      const auto row = ecg.recording.signal().row(l);
      const auto found = detect({row.begin(), row.end()}, rate_hz);
      std::vector<std::int64_t> wanted;
      for (const auto& peaks : ecg.truth.lead_peaks) wanted.push_back(peaks[l]);
      const auto match = hs::metrics::match_beats(wanted, found.r_peaks, std::max(0.03, 2.0 / rate_hz) * rate_hz);
      EXPECT_GE(match.f1(), 0.97) << rate_hz << " Hz, lead " << l;
      EXPECT_EQ(found.polarity[0], ecg.truth.lead_polarity[l]);
      EXPECT_TRUE(std::all_of(found.confidence.begin(), found.confidence.end(), [](double p) { return std::isnan(p); }));
    }
  }
}

TEST_P(ClassicalMethod, InventsNothingInAGapAndGoesOnBehindIt) {
  const auto ecg = simulated(360.0, 60.0);
  const auto row = ecg.recording.signal().row(1);
  std::vector<double> signal(row.begin(), row.end());
  std::fill(signal.begin() + 7200, signal.begin() + 9000, nan_value);
  const auto found = detect(signal, 360.0);
  std::vector<std::int64_t> behind;
  for (const auto& peaks : ecg.truth.lead_peaks) {
    if (peaks[1] > 9000 + 720) behind.push_back(peaks[1]);
  }
  EXPECT_LE(hs::metrics::match_beats(behind, found.r_peaks, 18.0).n_missed, 2);
  EXPECT_EQ(std::count_if(found.r_peaks.begin(), found.r_peaks.end(), [](auto t) { return t >= 7200 && t < 9000; }), 0);
  ASSERT_FALSE(found.unusable.empty());
  EXPECT_EQ(found.unusable[0], (hs::detection::SampleRange{7200, 9000}));
}

TEST_P(ClassicalMethod, LosesNothingWhereOneStretchEndsAndTheNextBegins) {
  const auto ecg = simulated(125.0, 930.0);
  const auto row = ecg.recording.signal().row(1);
  std::vector<double> signal(row.begin(), row.end());
  std::vector<std::int64_t> wanted;
  for (const auto& peaks : ecg.truth.lead_peaks) wanted.push_back(peaks[1]);
  const auto match = hs::metrics::match_beats(wanted, detect(signal, 125.0).r_peaks, 6.0);
  EXPECT_LE(match.n_missed, 3);
  EXPECT_LE(match.n_extra, 3);
  // A complex on the edge itself (300 s: one of every method), wherever the edge cuts it: one beat.
  for (std::int64_t before = -25; before <= 25; before += 5) {
    const auto at_edge = *std::min_element(wanted.begin(), wanted.end(),
                                           [](auto a, auto b) { return std::abs(a - 37'500) < std::abs(b - 37'500); });
    const std::int64_t shift = at_edge - 37'500 + before;  // the beat comes to lie `before` samples ahead of it
    std::vector<double> moved(signal.size());
    for (std::size_t i = 0; i < moved.size(); ++i) {
      const auto from = std::clamp<std::int64_t>(static_cast<std::int64_t>(i) + shift, 0, std::ssize(signal) - 1);
      moved[i] = signal[static_cast<std::size_t>(from)];
    }
    const auto beats = detect(moved, 125.0).r_peaks;
    EXPECT_EQ(std::count_if(beats.begin(), beats.end(), [&](auto t) { return std::abs(t - (37'500 - before)) <= 6; }), 1)
        << before;
  }
  // A gap across the edge: nothing in it, its seconds told once, and the beats beside it as before.
  std::fill(signal.begin() + 37'500 - 1250, signal.begin() + 37'500 + 1250, nan_value);
  std::erase_if(wanted, [](auto t) { return t >= 37'500 - 1500 && t < 37'500 + 1500; });
  const auto found = detect(signal, 125.0);
  const auto beside = hs::metrics::match_beats(wanted, found.r_peaks, 6.0);
  EXPECT_LE(beside.n_missed, 4);
  ASSERT_EQ(found.unusable.size(), 1U);
  EXPECT_EQ(found.unusable[0], (hs::detection::SampleRange{37'500 - 1250, 37'500 + 1250}));
  EXPECT_EQ(std::count_if(found.r_peaks.begin(), found.r_peaks.end(),
                          [](auto t) { return t >= 37'500 - 1250 && t < 37'500 + 1250; }),
            0);
}

TEST_P(ClassicalMethod, EveryHostileInputHasADecidedAnswer) {
  hs::Random random(3);
  std::vector<double> noise(36000);
  for (double& v : noise) v = random.normal();
  for (const std::size_t n : {0UL, 1UL, 2UL, 3UL, 10UL, 50UL, 100UL, 360UL}) {
    for (const double v : {0.0, 5.0, nan_value, infinity, -infinity, 1e300}) {
      const auto found = detect(std::vector<double>(n, v), 360.0);
      EXPECT_TRUE(found.r_peaks.empty()) << n << " x " << v;
      EXPECT_EQ(found.unusable.size(), n > 0 ? 1U : 0U);
    }
    const std::vector<double> piece(noise.begin(), noise.begin() + static_cast<std::ptrdiff_t>(n));
    const auto in_noise = detect(piece, 360.0);
    EXPECT_TRUE(std::all_of(in_noise.r_peaks.begin(), in_noise.r_peaks.end(),
                            [&](auto t) { return t >= 0 && t < static_cast<std::int64_t>(n); }));
  }
  std::vector<double> square(36000);
  for (std::size_t i = 0; i < square.size(); ++i) square[i] = i % 11 < 5 ? 32.767 : -32.768;
  std::vector<double> laced(noise);
  for (std::size_t i = 0; i < laced.size(); i += 3) laced[i] = nan_value;
  for (const auto& signal : {noise, square, laced}) {
    const auto found = detect(signal, 360.0);
    EXPECT_TRUE(std::is_sorted(found.r_peaks.begin(), found.r_peaks.end(), std::less_equal<>()));
    EXPECT_LE(found.r_peaks.size(), 500U);  // at most one in 200 ms
  }
}

TEST_P(ClassicalMethod, LooksAtTheLeadAskedFor) {
  const auto ecg = simulated(360.0, 20.0);
  const auto whole = detect_qrs(ecg.recording.signal(), 360.0, {.method = GetParam(), .lead = 3});
  const auto row = ecg.recording.signal().row(3);
  const auto alone = detect({row.begin(), row.end()}, 360.0);
  EXPECT_EQ(whole.r_peaks, alone.r_peaks);
  EXPECT_EQ(whole.leads_used, std::vector<std::size_t>{3});
  ASSERT_EQ(whole.polarity.size(), 12U);
  EXPECT_EQ(whole.polarity[3], alone.polarity[0]);
  EXPECT_EQ(whole.polarity[0], 0);
  EXPECT_TRUE(hs::test::raises<hs::DomainError>(
      [&] { (void)detect_qrs(ecg.recording.signal(), 360.0, {.method = GetParam(), .lead = 12}); }, {"lead"}));
  const std::vector<double> signal(100);
  EXPECT_TRUE(hs::test::raises<hs::DomainError>([&] { (void)detect(signal, 0.0); }, {"sampling_rate"}));
}

}  // namespace classical_methods_test
