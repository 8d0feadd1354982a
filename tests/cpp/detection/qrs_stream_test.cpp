#include <heartsight/core/random.hpp>
#include <heartsight/detection/detect_qrs.hpp>
#include <heartsight/detection/qrs_stream.hpp>
#include <heartsight/simulate/ecg.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qrs_stream_test {

namespace hs = heartsight;
using hs::detection::Beat;
using hs::detection::detect_qrs;
using hs::detection::QrsStream;
using hs::test::raises;

namespace {

/// Two leads with ectopic beats, noise, a gap and a flat stretch.
std::vector<double> difficult(std::size_t& n) {
  hs::simulate::EcgOptions options;
  options.duration_s = 150.0;
  options.ventricular_ectopic_rate = 0.2;
  options.muscle_noise_mv = 0.05;
  options.baseline_wander_mv = 0.2;
  options.seed = 11;
  const auto ecg = hs::simulate::ecg(hs::SamplingRate(257.0), options);
  n = ecg.recording.n_samples();
  std::vector<double> signal;
  for (const std::size_t l : {std::size_t{0}, std::size_t{7}}) {
    const auto row = ecg.recording.signal().row(l);
    signal.insert(signal.end(), row.begin(), row.end());
  }
  std::fill(signal.begin() + 9000, signal.begin() + 11000, std::numeric_limits<double>::quiet_NaN());
  std::fill(signal.begin() + 20000, signal.begin() + 24000, 0.0);
  hs::Random random(2);
  for (std::size_t i = n + 25000; i < n + 32000; ++i) signal[i] += random.normal();
  return signal;
}

}  // namespace

TEST(QrsStream, EqualsTheWholeRecordingForAnyCutting) {
  std::size_t n = 0;
  const auto signal = difficult(n);
  const hs::MatrixView<const double> whole(signal.data(), 2, n);
  const auto wanted = detect_qrs(whole, 257.0);
  ASSERT_GT(wanted.r_peaks.size(), 100U);
  ASSERT_FALSE(wanted.unusable.empty());
  hs::Random random(4);
  for (const std::size_t largest :
       {std::size_t{1}, std::size_t{7}, std::size_t{257}, std::size_t{5000}, std::size_t{40000}}) {
    QrsStream stream(257.0, 2);
    std::vector<Beat> found;
    for (std::size_t i = 0; i < n;) {
      const std::size_t count = std::min<std::size_t>(n - i, 1 + random.below(largest));
      const auto beats = stream.push(hs::MatrixView<const double>(signal.data() + i, 2, count, n));
      // Nothing waits longer than the stated latency, and nothing comes before it has been seen.
      for (const Beat& beat : beats) {
        EXPECT_LT(beat.r_peak, static_cast<std::int64_t>(i + count));
        EXPECT_GE(static_cast<double>(beat.r_peak), static_cast<double>(i) - QrsStream::latency_s() * 257.0);
      }
      found.insert(found.end(), beats.begin(), beats.end());
      i += count;
    }
    const auto rest = stream.finish();
    found.insert(found.end(), rest.begin(), rest.end());
    ASSERT_EQ(found.size(), wanted.r_peaks.size()) << largest;
    for (std::size_t k = 0; k < found.size(); ++k) {
      EXPECT_EQ(found[k], (Beat{wanted.r_peaks[k], wanted.confidence[k]})) << largest;
    }
    EXPECT_EQ(stream.unusable(), wanted.unusable) << largest;
    EXPECT_EQ(stream.polarity(0), wanted.polarity[0]);
    EXPECT_EQ(stream.polarity(1), wanted.polarity[1]);
    EXPECT_EQ(stream.n_samples(), static_cast<std::int64_t>(n));
    EXPECT_TRUE(stream.finish().empty());
  }
}

TEST(QrsStream, LongSilencesAndNoiseLoseNothing) {
  // Half a minute of beats and a minute of nothing, for hours; two leads, the second a hum. What was forgotten in a silence
  // must not be asked for behind it.
  hs::simulate::EcgOptions options;
  options.duration_s = 30.0;
  const auto ecg = hs::simulate::ecg(hs::SamplingRate(125.0), options);
  const auto row = ecg.recording.signal().row(1);
  const std::size_t period = 90 * 125;
  std::vector<double> signal(2 * period, 0.0);
  std::copy(row.begin(), row.end(), signal.begin());
  for (std::size_t i = 0; i < period; ++i) signal[period + i] = std::sin(0.7 * static_cast<double>(i));
  for (const std::size_t n_leads : {std::size_t{1}, std::size_t{2}}) {
    QrsStream stream(125.0, n_leads);
    std::vector<Beat> found;
    const auto keep = [&](const std::vector<Beat>& beats) { found.insert(found.end(), beats.begin(), beats.end()); };
    constexpr std::size_t n_periods = 240;
    for (std::size_t k = 0; k < n_periods; ++k) {
      for (std::size_t i = 0; i < period; i += 1250) {
        keep(stream.push(hs::MatrixView<const double>(signal.data() + i, n_leads, 1250, period)));
      }
    }
    keep(stream.finish());
    const auto wanted = static_cast<double>(n_periods * ecg.truth.r_peaks.size());
    EXPECT_NEAR(static_cast<double>(found.size()), wanted, 0.08 * wanted) << n_leads;
    for (std::size_t k = 1; k < found.size(); ++k) ASSERT_LT(found[k - 1].r_peak, found[k].r_peak);
  }
}

TEST(QrsStream, RefusesWhatDoesNotFit) {
  EXPECT_TRUE(raises<hs::DomainError>([] { QrsStream(360.0, 0); }, {"n_leads"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { QrsStream(10.0, 1); }, {"sampling_rate"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { QrsStream(360.0, 1, 1.0); }, {"least_confidence"}));
  QrsStream stream(360.0, 2);
  const std::vector<float> samples(30);
  EXPECT_TRUE(raises<hs::ShapeError>([&] { stream.push(hs::MatrixView<const float>(samples.data(), 3, 10)); }, {"samples"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)stream.polarity(2); }, {"lead"}));
  stream.finish();
  EXPECT_TRUE(
      raises<hs::DomainError>([&] { stream.push(hs::MatrixView<const float>(samples.data(), 2, 10)); }, {"finished"}));
}

}  // namespace qrs_stream_test
