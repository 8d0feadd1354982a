#include <heartsight/signal/signal_profile.hpp>
#include <heartsight/simulate/ecg.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <numbers>

namespace signal_profile_test {

namespace hs = heartsight;
using hs::signal::signal_profile;
using hs::test::raises;

namespace {

hs::simulate::SimulatedEcg ecg(double rate, hs::simulate::EcgOptions options = {}) {
  return hs::simulate::ecg(rate, options);
}

hs::signal::SignalProfile profile_of(double rate, const hs::simulate::EcgOptions& options) {
  const auto simulated = ecg(rate, options);
  return signal_profile(simulated.recording.signal(), rate);
}

}  // namespace

TEST(SignalProfile, EachNumberSeesItsTrouble) {
  const auto clean = profile_of(500.0, {.seed = 2});
  EXPECT_GT(clean.amplitude_mv, 0.3);
  EXPECT_LT(clean.noise_mv, 0.02);
  EXPECT_EQ(clean.missing_share, 0.0);
  EXPECT_EQ(clean.usable_share, 1.0);
  EXPECT_GT(clean.spectral_edge_hz, clean.spectral_centroid_hz);
  EXPECT_GT(profile_of(500.0, {.baseline_wander_mv = 0.5, .seed = 2}).wander_mv, 2.0 * clean.wander_mv);
  EXPECT_NEAR(profile_of(500.0, {.mains_mv = 0.1, .seed = 2}).mains_mv, 0.1, 0.04);
  const auto noisy = profile_of(500.0, {.muscle_noise_mv = 0.1, .seed = 2});
  EXPECT_GT(noisy.noise_mv, clean.noise_mv + 0.01);
  EXPECT_GT(noisy.spectral_centroid_hz, clean.spectral_centroid_hz);
}

TEST(SignalProfile, ARecordingLooksAlikeAtEveryRate) {
  const auto fast = profile_of(500.0, {.seed = 4});
  const auto slow = profile_of(100.0, {.seed = 4});
  EXPECT_NEAR(slow.amplitude_mv / fast.amplitude_mv, 1.0, 0.1);
  EXPECT_NEAR(slow.usable_share, fast.usable_share, 1e-12);
}

TEST(SignalProfile, GainAndFloat) {
  const auto simulated = ecg(250.0, {.seed = 5});
  const auto view = simulated.recording.signal();
  const std::size_t n = view.n_rows() * view.n_cols();
  std::vector<double> doubled(n);
  std::vector<float> narrow(n);
  for (std::size_t i = 0; i < n; ++i) {
    doubled[i] = 2.0 * view.data()[i];
    narrow[i] = static_cast<float>(view.data()[i]);
  }
  const auto plain = signal_profile(view, 250.0);
  const auto twice = signal_profile(hs::MatrixView<const double>(doubled.data(), view.n_rows(), view.n_cols()), 250.0);
  EXPECT_NEAR(twice.amplitude_mv / plain.amplitude_mv, 2.0, 1e-6);
  EXPECT_NEAR(twice.spectral_centroid_hz, plain.spectral_centroid_hz, 1e-9);
  const auto single = signal_profile(hs::MatrixView<const float>(narrow.data(), view.n_rows(), view.n_cols()), 250.0);
  EXPECT_NEAR(single.amplitude_mv, plain.amplitude_mv, 1e-5);
}

TEST(SignalProfile, BadSignalsAreAnswersNotErrors) {
  const double nan = std::nan("");
  const std::vector<double> nothing(3000, nan);
  const auto lost = signal_profile(hs::MatrixView<const double>(nothing.data(), 1, 3000), 250.0);
  EXPECT_EQ(lost.missing_share, 1.0);
  EXPECT_TRUE(std::isnan(lost.amplitude_mv));
  EXPECT_TRUE(std::isnan(lost.spectral_edge_hz));
  EXPECT_EQ(lost.usable_share, 0.0);
  const std::vector<double> zero(3000, 0.0);
  const auto flat = signal_profile(hs::MatrixView<const double>(zero.data(), 1, 3000), 250.0);
  EXPECT_EQ(flat.flat_share, 1.0);
  EXPECT_TRUE(std::isnan(flat.spectral_centroid_hz));
  const auto empty = signal_profile(hs::MatrixView<const double>(zero.data(), 0, 0), 250.0);
  EXPECT_TRUE(std::isnan(empty.usable_share));
  EXPECT_EQ(signal_profile(hs::MatrixView<const double>(zero.data(), 1, 1), 250.0).missing_share, 0.0);
  std::vector<double> wild(3000, 1.0);
  wild[7] = std::numeric_limits<double>::infinity();
  wild[9] = 1e300;
  EXPECT_TRUE(std::isfinite(signal_profile(hs::MatrixView<const double>(wild.data(), 1, 3000), 250.0).wander_mv));
  EXPECT_TRUE((raises<hs::DomainError>(
      [&] { (void)signal_profile(hs::MatrixView<const double>(zero.data(), 1, 3000), 1.0); }, {"sampling_rate"})));
}

}  // namespace signal_profile_test
