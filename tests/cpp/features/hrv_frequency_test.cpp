#include <heartsight/features/hrv_frequency.hpp>

#include "cpp/features/nn_cases.hpp"
#include "cpp/raises.hpp"

#include <array>
#include <limits>

namespace hrv_frequency_test {

namespace hs = heartsight;
namespace detail = hs::features::detail;
using hs::features::hrv_frequency;
using hs::features::HrvFrequencyOptions;
using hs::features::HrvSpectrum;
using hs::features::NnDetrend;
using hs::features::NnSeries;
using hs::test::raises;
using hs::test::swinging;

TEST(HrvFrequency, PowerOfASineIsHalfItsSquare) {
  for (const auto method : {HrvSpectrum::welch, HrvSpectrum::lomb_scargle}) {
    for (const auto detrend : {NnDetrend::constant, NnDetrend::linear, NnDetrend::smoothness_priors}) {
      const auto f = hrv_frequency(swinging(1200, 40.0, 0.1), {.method = method, .detrend = detrend});
      EXPECT_NEAR(f.lf_ms2, 800.0, 24.0);
      EXPECT_LT(f.vlf_ms2 + f.hf_ms2, 40.0);
      EXPECT_NEAR(f.lf_peak_hz, 0.1, 0.004);
      EXPECT_DOUBLE_EQ(f.total_ms2, f.vlf_ms2 + f.lf_ms2 + f.hf_ms2);
      EXPECT_DOUBLE_EQ(f.lf_hf_ratio, f.lf_ms2 / f.hf_ms2);
    }
  }
  const auto model = hrv_frequency(swinging(1200, 40.0, 0.1, 8.0), {.method = HrvSpectrum::autoregressive});
  EXPECT_NEAR(model.lf_ms2, 800.0, 120.0);
  EXPECT_NEAR(model.lf_peak_hz, 0.1, 0.004);
}

TEST(HrvFrequency, BandsAddUp) {
  const std::vector<double> f = {0.0, 0.1, 0.2, 0.3};
  const std::vector<double> p = {1.0, 3.0, 1.0, 5.0};
  EXPECT_NEAR(detail::band_power(f, p, 0.0, 0.3), 0.2 + 0.2 + 0.3, 1e-15);
  EXPECT_NEAR(detail::band_power(f, p, 0.0, 0.13) + detail::band_power(f, p, 0.13, 0.3), 0.7, 1e-15);
  EXPECT_NEAR(detail::band_power(f, p, 0.04, 0.06), 0.02 * 2.0, 1e-15);  // between two bins
  EXPECT_NEAR(detail::band_power(f, p, 0.3, 0.5), 0.2 * 5.0, 1e-15);     // level beyond the end
  EXPECT_EQ(detail::band_peak(f, p, 0.05, 0.25), 0.1);
  EXPECT_TRUE(std::isnan(detail::band_peak(f, p, 0.11, 0.19)));
}

TEST(HrvFrequency, SplineGoesThroughItsKnotsAndRepeatsACubic) {
  const std::vector<double> x = {0, 1, 1.5, 3, 4.2, 5};
  std::vector<double> y;
  const auto cubic = [](double v) { return 2 + v - 3 * v * v + 0.5 * v * v * v; };
  for (const double v : x) y.push_back(cubic(v));
  const auto slope = detail::spline_slopes(x, y);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    for (const double u : {0.0, 0.3, 0.9}) {
      const double at = x[i] + u * (x[i + 1] - x[i]);
      EXPECT_NEAR(detail::hermite(at, x[i], x[i + 1], y[i], y[i + 1], slope[i], slope[i + 1]), cubic(at), 1e-12);
    }
  }
  EXPECT_EQ(detail::spline_slopes(std::vector<double>{0, 2}, std::vector<double>{1, 5}), (std::vector<double>{2, 2}));
  const auto parabola = detail::spline_slopes(std::vector<double>{0, 1, 3}, std::vector<double>{0, 1, 9});
  EXPECT_NEAR(parabola[0], 0.0, 1e-15);
  EXPECT_NEAR(parabola[2], 6.0, 1e-15);
  EXPECT_EQ(detail::spline_slopes(std::vector<double>{1}, std::vector<double>{1}), std::vector<double>{0});
}

TEST(HrvFrequency, SmoothnessPriorsSolveTheirEquations) {
  const auto x = swinging(60, 30.0, 0.05, 10.0);
  constexpr double lambda = 7.0;
  const auto t = detail::smoothness_priors_trend(x, lambda);
  const auto second = [&](std::size_t i) { return t[i] - 2 * t[i + 1] + t[i + 2]; };
  for (std::size_t i = 0; i < x.size(); ++i) {
    double left = t[i];
    if (i + 2 < x.size()) left += lambda * lambda * second(i);
    if (i >= 1 && i + 1 < x.size()) left -= 2 * lambda * lambda * second(i - 1);
    if (i >= 2) left += lambda * lambda * second(i - 2);
    ASSERT_NEAR(left, x[i], 1e-8) << i;
  }
  const std::vector<double> line = {1, 3, 5, 7, 9, 11};  // no second difference: its own trend
  const auto same = detail::smoothness_priors_trend(line, 500.0);
  for (std::size_t i = 0; i < line.size(); ++i) EXPECT_NEAR(same[i], line[i], 1e-8);
  EXPECT_EQ(detail::smoothness_priors_trend(std::vector<double>{1, 5}, 500.0), (std::vector<double>{1, 5}));
}

TEST(HrvFrequency, LongGapsPartTheSeries) {
  const std::vector<double> nn = {800, 800, 2000, 800, 9000, 800, 800};
  const std::vector<std::uint8_t> is_nn = {1, 1, 0, 1, 0, 1, 1};
  const NnSeries series(nn, is_nn);
  const auto pieces = detail::nn_pieces(series);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[0].end, 3U);
  EXPECT_EQ(pieces[1].begin, 3U);
  const auto even = detail::resample_nn(series, pieces[0], 4.0);
  EXPECT_EQ(even.values.size(), 15U);  // from 0.8 s to 4.4 s
  for (const double v : even.values) EXPECT_NEAR(v, 800.0, 1e-9);
}

TEST(HrvFrequency, MinimumLengths) {
  const auto at = [](double seconds, bool enforced) {
    return hrv_frequency(swinging(seconds, 30.0, 0.1, 5.0), {.minimum_lengths = enforced});
  };
  EXPECT_TRUE(std::isnan(at(50, true).hf_ms2));
  EXPECT_FALSE(std::isnan(at(60, true).hf_ms2));
  EXPECT_TRUE(std::isnan(at(110, true).lf_ms2) && std::isnan(at(110, true).lf_nu));
  EXPECT_FALSE(std::isnan(at(120, true).lf_hf_ratio));
  EXPECT_TRUE(std::isnan(at(270, true).total_ms2));
  EXPECT_FALSE(std::isnan(at(300, true).total_ms2));
  EXPECT_FALSE(std::isnan(at(50, false).total_ms2));
}

TEST(HrvFrequency, Degenerate) {
  for (const auto method : {HrvSpectrum::welch, HrvSpectrum::lomb_scargle, HrvSpectrum::autoregressive}) {
    const HrvFrequencyOptions options{.method = method, .minimum_lengths = false};
    for (const std::size_t n : {0U, 1U, 3U}) {
      const auto f = hrv_frequency(std::vector<double>(n, 800.0), options);
      EXPECT_TRUE(std::isnan(f.lf_ms2) && f.frequency_hz.empty()) << n;
    }
    const auto constant = hrv_frequency(std::vector<double>(1000, 800.0), options);
    EXPECT_NEAR(constant.lf_ms2, 0.0, 1e-15);
    const std::vector<double> nan(100, std::numeric_limits<double>::quiet_NaN());
    EXPECT_TRUE(std::isnan(hrv_frequency(nan, options).hf_ms2));
  }
}

TEST(HrvFrequency, Errors) {
  const auto refuses = [](const HrvFrequencyOptions& options, const char* name) {
    return raises<hs::DomainError>([&] { (void)hrv_frequency(std::vector<double>{}, options); }, {"hrv_frequency", name});
  };
  EXPECT_TRUE(refuses({.smoothness_lambda = -1.0}, "smoothness_lambda"));
  EXPECT_TRUE(refuses({.resample_hz = 0.0}, "resample_hz"));
  EXPECT_TRUE(refuses({.window_s = 1.0}, "window_s"));
  EXPECT_TRUE(refuses({.overlap = 1.0}, "overlap"));
  EXPECT_TRUE(refuses({.autoregressive_order = 0}, "autoregressive_order"));
  EXPECT_TRUE(refuses({.vlf_hz = {0.1, 0.1}}, "vlf_hz"));
  EXPECT_TRUE(refuses({.lf_hz = {-0.1, 0.1}}, "lf_hz"));
  EXPECT_TRUE(refuses({.hf_hz = {0.1, 11.0}}, "hf_hz"));
}

TEST(HrvFrequency, CallableAsWritten) {
  const std::vector<float> floats(500, 800.0F);
  EXPECT_EQ(hrv_frequency(floats).power_ms2_per_hz.size(),
            hrv_frequency(std::vector<double>(500, 800.0)).power_ms2_per_hz.size());
}

}  // namespace hrv_frequency_test
