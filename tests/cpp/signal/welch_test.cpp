#include <heartsight/signal/welch.hpp>

#include "cpp/raises.hpp"
#include "cpp/signal/naive_dft.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace welch_test {

namespace hs = heartsight;
using hs::signal::Detrend;
using hs::signal::SpectrumAverage;
using hs::signal::SpectrumScaling;
using hs::signal::welch;
using hs::signal::WelchOptions;
using hs::signal::WindowShape;
using hs::test::noise;
using hs::test::raises;

namespace {

const std::vector<double> digits = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};

/// Segment by segment, one definition after the other; detrend constant, scaling density.
std::vector<double> naive(const std::vector<double>& x, double rate, std::size_t n, std::size_t overlap, std::size_t nfft,
                          bool by_median) {
  const auto window = hs::signal::make_window({}, n);
  double squares = 0.0;
  for (const double w : window) squares += w * w;
  std::vector<std::vector<double>> of_bin(nfft / 2 + 1);
  for (std::size_t start = 0; start + n <= x.size(); start += n - overlap) {
    double mean = 0.0;
    for (std::size_t j = 0; j < n; ++j) mean += x[start + j] / static_cast<double>(n);
    std::vector<double> segment(nfft, 0.0);
    for (std::size_t j = 0; j < n; ++j) segment[j] = (x[start + j] - mean) * window[j];
    const auto bins = hs::test::naive_dft(segment, nfft / 2 + 1);
    for (std::size_t k = 0; k < bins.size(); ++k) {
      of_bin[k].push_back((k == 0 || 2 * k == nfft ? 1.0 : 2.0) * std::norm(bins[k]) / rate / squares);
    }
  }
  std::vector<double> power;
  for (auto& values : of_bin) {
    if (by_median) {
      power.push_back(hs::median(values) / hs::signal::detail::median_bias(values.size()));
    } else {
      double sum = 0.0;
      for (const double v : values) sum += v;
      power.push_back(sum / static_cast<double>(values.size()));
    }
  }
  return power;
}

}  // namespace

TEST(Welch, EqualsItsDefinition) {
  for (const std::size_t n_samples : {20U, 64U, 333U}) {
    const auto x = noise(n_samples);
    for (const auto& [n, overlap, nfft] : {std::array{20UL, 10UL, 20UL}, {17UL, 0UL, 17UL}, {16UL, 15UL, 31UL}}) {
      for (const bool by_median : {false, true}) {
        WelchOptions options{.nperseg = n, .noverlap = overlap, .nfft = nfft};
        if (by_median) options.average = SpectrumAverage::median;
        const auto wanted = naive(x, 100.0, n, overlap, nfft, by_median);
        const auto got = welch(x, 100.0, options);
        ASSERT_EQ(got.power.size(), wanted.size());
        for (std::size_t k = 0; k < wanted.size(); ++k) ASSERT_NEAR(got.power[k], wanted[k], 1e-14) << n_samples << " " << k;
      }
    }
  }
}

/// Made with scipy.signal.welch of SciPy 1.17.1.
TEST(Welch, Golden) {
  const auto mean = welch(digits, 4.0, {.nperseg = 6});
  const std::vector<double> wanted = {0.18055555555555522, 1.629629629629629, 3.578703703703702, 2.1157407407407396};
  ASSERT_EQ(mean.power.size(), wanted.size());
  for (std::size_t k = 0; k < wanted.size(); ++k) EXPECT_NEAR(mean.power[k], wanted[k], 1e-13);
  EXPECT_EQ(mean.frequency_hz[3], 2.0);
  WelchOptions options{.window = {WindowShape::hamming}, .nperseg = 6};
  options.detrend = Detrend::linear;
  options.scaling = SpectrumScaling::spectrum;
  options.average = SpectrumAverage::median;
  const auto median = welch(digits, 4.0, options);
  const std::vector<double> other = {0.2389220159943255, 2.3172174537853523, 3.5293519405018507, 1.2732543975066004};
  for (std::size_t k = 0; k < other.size(); ++k) EXPECT_NEAR(median.power[k], other[k], 1e-13);
}

TEST(Welch, IntegralIsTheVarianceOfWhiteNoise) {
  const auto x = noise(100'000);
  const auto spectrum = welch(x, 250.0, {.nperseg = 500});
  double integral = 0.0;
  for (const double p : spectrum.power) integral += p * 0.5;
  EXPECT_NEAR(integral, 1.0, 0.03);
}

TEST(Welch, RowsEqualSignalsAlone) {
  const auto x = noise(3 * 700);
  const auto together = welch(hs::MatrixView<const double>(x.data(), 3, 650, 700), 100.0);
  const auto alone = welch(std::span(x).subspan(700, 650), 100.0);
  const std::size_t n_bins = alone.power.size();
  EXPECT_EQ(std::vector<double>(together.power.begin() + 129, together.power.begin() + 258), alone.power);
  EXPECT_EQ(n_bins, 129U);
}

TEST(Welch, Degenerate) {
  for (const double p : welch(std::vector<double>{}, 100.0).power) EXPECT_TRUE(std::isnan(p));
  EXPECT_TRUE(welch(hs::MatrixView<const double>(nullptr, 0, 9), 100.0).power.empty());
  for (const double p : welch(std::vector<double>(300, 4.0), 100.0).power) EXPECT_EQ(p, 0.0);
  const auto one = welch(std::vector<double>{4.0}, 100.0);
  EXPECT_EQ(one.power, std::vector<double>{0.0});
  auto gap = noise(600);
  gap[599] = std::numeric_limits<double>::quiet_NaN();  // the segments are 0 .. 255, 128 .. 383, 256 .. 511: never read
  EXPECT_TRUE(std::isfinite(welch(gap, 100.0).power[3]));
  gap[511] = gap[599];
  for (const double p : welch(gap, 100.0).power) EXPECT_TRUE(std::isnan(p));
}

TEST(Welch, Errors) {
  const auto x = noise(300);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)welch(x, 0.0); }, {"welch: sampling_rate"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)welch(x, 1.0, {.nperseg = 0}); }, {"nperseg = 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)welch(x, 1.0, {.noverlap = 256}); }, {"noverlap = 256"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)welch(x, 1.0, {.nfft = 255}); }, {"nfft = 255"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)welch(x, 1.0, {.window = {WindowShape::gaussian, 1e-3}, .nperseg = 3}); },
                                      {"window", "zero"}));
}

TEST(Welch, CallableAsWritten) {
  const std::vector<float> floats(digits.begin(), digits.end());
  std::array<double, 12> array{};
  std::copy(digits.begin(), digits.end(), array.begin());
  const auto single = welch(floats, 4.0, {.nperseg = 6});
  static_assert(std::is_same_v<decltype(single.power), std::vector<float>>);
  EXPECT_NEAR(single.power[1], welch(array, 4.0, {.nperseg = 6}).power[1], 1e-6);
}

}  // namespace welch_test
