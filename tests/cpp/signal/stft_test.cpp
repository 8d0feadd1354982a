#include <heartsight/signal/stft.hpp>

#include "cpp/raises.hpp"
#include "cpp/signal/naive_dft.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace stft_test {

namespace hs = heartsight;
using hs::signal::Detrend;
using hs::signal::stft;
using hs::signal::StftBoundary;
using hs::signal::StftOptions;
using hs::test::noise;
using hs::test::raises;

TEST(Stft, EqualsItsDefinition) {
  const auto x = noise(200);
  for (const std::size_t n : {16U, 21U}) {
    const std::size_t hop = n - n / 3;
    const StftOptions options{.nperseg = n, .noverlap = n / 3, .boundary = StftBoundary::none, .padded = false};
    const auto got = stft(x, 50.0, options);
    const auto window = hs::signal::make_window({}, n);
    double sum = 0.0;
    for (const double w : window) sum += w;
    const std::size_t n_segments = (x.size() - n) / hop + 1;
    ASSERT_EQ(got.time_s.size(), n_segments);
    ASSERT_EQ(got.spectrum.size(), n_segments * (n / 2 + 1));
    for (std::size_t s = 0; s < n_segments; ++s) {
      std::vector<double> segment(n);
      for (std::size_t j = 0; j < n; ++j) segment[j] = x[s * hop + j] * window[j] / sum;
      const auto bins = hs::test::naive_dft(segment, n / 2 + 1);
      for (std::size_t k = 0; k < bins.size(); ++k) {
        ASSERT_LT(std::abs(got.spectrum[k * n_segments + s] - bins[k]), 1e-15) << n << " " << s << " " << k;
      }
      ASSERT_NEAR(got.time_s[s], (static_cast<double>(s * hop) + static_cast<double>(n) / 2.0) / 50.0, 1e-13);
    }
  }
}

/// Made with scipy.signal.stft of SciPy 1.17.1.
TEST(Stft, Golden) {
  const std::vector<double> x = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};
  const auto got = stft(x, 4.0, {.nperseg = 4});
  EXPECT_EQ(got.time_s, (std::vector<double>{0, 0.5, 1, 1.5, 2, 2.5, 3}));
  EXPECT_EQ(got.frequency_hz, (std::vector<double>{0, 1, 2}));
  ASSERT_EQ(got.spectrum.size(), 21U);
  EXPECT_NEAR(got.spectrum[1].real(), 2.5, 1e-14);
  EXPECT_NEAR(got.spectrum[8].real(), -2.0, 1e-14);
  EXPECT_NEAR(got.spectrum[15].real(), 1.5, 1e-14);
}

TEST(Stft, Boundaries) {
  const std::vector<double> x = {1, 2, 4, 8};
  using hs::signal::detail::extended;
  const auto with = [&](StftBoundary boundary) { return extended<double>(x, 2, boundary, 1); };
  EXPECT_EQ(with(StftBoundary::zeros), (std::vector<double>{0, 0, 1, 2, 4, 8, 0, 0, 0}));
  EXPECT_EQ(with(StftBoundary::even), (std::vector<double>{4, 2, 1, 2, 4, 8, 4, 2, 0}));
  EXPECT_EQ(with(StftBoundary::odd), (std::vector<double>{-2, 0, 1, 2, 4, 8, 12, 14, 0}));
  EXPECT_EQ(with(StftBoundary::constant), (std::vector<double>{1, 1, 1, 2, 4, 8, 8, 8, 0}));
}

TEST(Stft, Degenerate) {
  const auto empty = stft(std::vector<double>{}, 100.0);
  EXPECT_TRUE(empty.time_s.empty() && empty.spectrum.empty());
  EXPECT_EQ(empty.frequency_hz.size(), 129U);
  const auto one = stft(std::vector<double>{2.0}, 100.0);
  EXPECT_EQ(one.spectrum, (std::vector<std::complex<double>>{{2.0, 0.0}}));
  auto gap = noise(1000);
  gap[0] = std::numeric_limits<double>::quiet_NaN();
  const auto got = stft(gap, 100.0);
  const std::size_t n_segments = got.time_s.size();
  EXPECT_TRUE(std::isnan(got.spectrum[0].real()));
  for (std::size_t s = 2; s < n_segments; ++s) EXPECT_TRUE(std::isfinite(got.spectrum[5 * n_segments + s].real()));
}

TEST(Stft, Errors) {
  const auto x = noise(300);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)stft(x, -1.0); }, {"stft: sampling_rate"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)stft(x, 1.0, {.nperseg = 0}); }, {"nperseg"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)stft(x, 1.0, {.noverlap = 300}); }, {"noverlap"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)stft(x, 1.0, {.nfft = 3}); }, {"nfft"}));
}

TEST(Stft, CallableAsWritten) {
  const std::vector<float> floats = {1, 2, 3, 4};
  const std::array<double, 4> array = {1, 2, 3, 4};
  const auto single = stft(floats, 1.0);
  static_assert(std::is_same_v<decltype(single.spectrum), std::vector<std::complex<float>>>);
  EXPECT_NEAR(single.spectrum[1].real(), stft(array, 1.0).spectrum[1].real(), 1e-6);
}

}  // namespace stft_test
