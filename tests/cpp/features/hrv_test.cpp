#include <heartsight/features/hrv.hpp>

#include "cpp/features/nn_cases.hpp"
#include "cpp/raises.hpp"

#include <cmath>

namespace hrv_test {

namespace hs = heartsight;
using hs::features::hrv;
using hs::features::hrv_preset;
using hs::features::HrvPreset;
using hs::features::HrvSpectrum;
using hs::features::NnDetrend;
using hs::test::raises;

TEST(Hrv, Presets) {
  const auto kubios = hrv_preset(HrvPreset::kubios);
  EXPECT_EQ(kubios.frequency.detrend, NnDetrend::smoothness_priors);
  EXPECT_EQ(kubios.frequency.smoothness_lambda, 500.0);
  EXPECT_EQ(kubios.frequency.resample_hz, 4.0);
  EXPECT_EQ(kubios.frequency.window_s, 300.0);
  EXPECT_EQ(kubios.frequency.overlap, 0.5);
  EXPECT_EQ(kubios.frequency.vlf_hz, (std::array{0.0, 0.04}));
  EXPECT_TRUE(kubios.detrend_intervals);
  EXPECT_EQ(hrv_preset(HrvPreset::kubios_autoregressive).frequency.method, HrvSpectrum::autoregressive);
  EXPECT_EQ(hrv_preset(HrvPreset::kubios_autoregressive).frequency.autoregressive_order, 16U);
  EXPECT_EQ(hrv_preset(HrvPreset::lomb_scargle).frequency.method, HrvSpectrum::lomb_scargle);
  EXPECT_EQ(hrv_preset(HrvPreset::autoregressive).frequency.method, HrvSpectrum::autoregressive);
  EXPECT_EQ(hrv_preset(HrvPreset::task_force), hs::features::HrvOptions{});
}

TEST(Hrv, GroupsAreThoseOfTheirFunctions) {
  const auto nn = hs::test::swinging(1300, 30.0, 0.1, 10.0);
  const auto result = hrv(nn);
  EXPECT_EQ(result.time.sdnn_ms, hs::features::hrv_time(nn).sdnn_ms);
  EXPECT_EQ(result.frequency.lf_ms2, hs::features::hrv_frequency(nn).lf_ms2);
  EXPECT_EQ(result.nonlinear.sample_entropy, hs::features::hrv_nonlinear(nn).sample_entropy);
  EXPECT_EQ(result.settings, hs::features::HrvOptions{});
}

TEST(Hrv, ATrendIsTakenOffWhereAskedFor) {
  auto nn = hs::test::swinging(600, 30.0, 0.1);
  for (std::size_t i = 0; i < nn.size(); ++i) nn[i] += 0.4 * static_cast<double>(i);
  const auto as_it_is = hrv(nn);
  const auto kubios = hrv(nn, hrv_preset(HrvPreset::kubios));
  EXPECT_GT(as_it_is.time.sdnn_ms, 60.0);
  EXPECT_NEAR(kubios.time.sdnn_ms, 30.0 / std::sqrt(2.0), 1.5);
  EXPECT_NEAR(kubios.time.mean_nn_ms, as_it_is.time.mean_nn_ms, 1e-9);
  EXPECT_EQ(kubios.settings, hrv_preset(HrvPreset::kubios));
}

TEST(Hrv, DegenerateAndErrors) {
  for (const auto preset : {HrvPreset::task_force, HrvPreset::kubios, HrvPreset::lomb_scargle, HrvPreset::autoregressive}) {
    for (const std::size_t n : {0U, 1U, 2U, 3U, 4U, 100U}) {
      const auto result = hrv(std::vector<double>(n, 800.0), hrv_preset(preset));
      EXPECT_EQ(result.time.n_nn, static_cast<double>(n));
      EXPECT_TRUE(std::isnan(result.frequency.total_ms2));
    }
  }
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)hrv(std::vector<double>{0.0}); }, {"nn_ms[0]"}));
  hs::features::HrvOptions options;
  options.frequency.overlap = 2.0;
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)hrv(std::vector<double>{}, options); }, {"overlap"}));
  EXPECT_EQ(hrv(std::vector<float>{800, 900}).time.rmssd_ms, 100.0);
}

}  // namespace hrv_test
