#include <heartsight/signal/fourier_resample.hpp>

#include "cpp/raises.hpp"
#include "cpp/signal/naive_dft.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace fourier_resample_test {

namespace hs = heartsight;
using hs::signal::fourier_resample;
using hs::test::noise;
using hs::test::raises;

namespace {

/// The trigonometric polynomial through the samples, at the new times; the unpaired bin of the shorter even length is a
/// cosine.
std::vector<double> naive(const std::vector<double>& x, std::size_t n_out) {
  const std::size_t n = x.size();
  const std::size_t shorter = std::min(n, n_out);
  const auto bins = hs::test::naive_dft(x, n / 2 + 1);
  std::vector<double> y(n_out);
  for (std::size_t i = 0; i < n_out; ++i) {
    double sum = bins[0].real();
    for (std::size_t k = 1; k <= shorter / 2; ++k) {
      const double angle = 2.0 * std::numbers::pi * static_cast<double>(k * i % n_out) / static_cast<double>(n_out);
      const bool is_last_of_input = 2 * k == n;
      const bool is_last_of_both = 2 * k == shorter;
      const double wave = bins[k].real() * std::cos(angle) - (is_last_of_both ? 0.0 : bins[k].imag() * std::sin(angle));
      sum += (is_last_of_input ? 1.0 : 2.0) * wave;
    }
    y[i] = sum / static_cast<double>(n);
  }
  return y;
}

}  // namespace

TEST(FourierResample, EqualsItsDefinition) {
  for (const std::size_t n : {1U, 2U, 3U, 8U, 17U, 60U, 101U}) {
    for (const std::size_t n_out : {1U, 2U, 3U, 7U, 8U, 16U, 17U, 50U, 101U, 120U}) {
      const auto x = noise(n);
      const auto wanted = naive(x, n_out);
      const auto got = fourier_resample(x, n_out);
      ASSERT_EQ(got.size(), n_out);
      for (std::size_t i = 0; i < n_out; ++i) ASSERT_NEAR(got[i], wanted[i], 1e-12) << n << " " << n_out;
    }
  }
}

/// Made with scipy.signal.resample of SciPy 1.17.1.
TEST(FourierResample, Golden) {
  const std::vector<double> x = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};
  const auto down = fourier_resample(x, 5);
  const std::vector<double> wanted = {4.133974596215562, 1.914996313193818, 6.180113127973616, 4.113495738178739,
                                      5.324086891104933};
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(down[i], wanted[i], 1e-13);
  const auto up = fourier_resample(x, 18);
  EXPECT_NEAR(up[1], 0.4711006486173106, 1e-13);
  EXPECT_NEAR(up[2], 2.261417710789813, 1e-13);
}

TEST(FourierResample, RowsInLanesEqualRowsAlone) {
  for (const std::size_t n_rows : {1U, 2U, 3U, 5U, 12U}) {
    for (const auto& [n, n_out] : {std::pair{500UL, 360UL}, {97UL, 101UL}, {101UL, 40UL}}) {
      const auto x = noise(n_rows * n);
      const auto together = fourier_resample(hs::MatrixView<const double>(x, n_rows, n), n_out);
      ASSERT_EQ(together.size(), n_rows * n_out);
      for (std::size_t row = 0; row < n_rows; ++row) {
        const auto alone = fourier_resample(std::span(x).subspan(row * n, n), n_out);
        for (std::size_t i = 0; i < n_out; ++i) ASSERT_NEAR(together[row * n_out + i], alone[i], 1e-13);
      }
    }
  }
  const auto wide = noise(3 * 600);  // rows that do not follow each other
  const auto part = fourier_resample(hs::MatrixView<const double>(wide.data(), 3, 500, 600), 250);
  EXPECT_NEAR(part[250], fourier_resample(std::span(wide).subspan(600, 500), 250)[0], 1e-13);
}

TEST(FourierResample, ThereAndBack) {
  const auto x = noise(300);
  const auto back = fourier_resample(fourier_resample(x, 457), 300);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(back[i], x[i], 1e-13);
}

TEST(FourierResample, Degenerate) {
  const std::vector<double> constant(7, 2.5);
  for (const double v : fourier_resample(constant, 12)) EXPECT_NEAR(v, 2.5, 1e-15);
  EXPECT_TRUE(fourier_resample(hs::MatrixView<const double>(nullptr, 0, 5), 3).empty());
  auto gap = noise(50);
  gap[3] = std::numeric_limits<double>::quiet_NaN();
  for (const double v : fourier_resample(gap, 20)) EXPECT_TRUE(std::isnan(v));
}

TEST(FourierResample, Errors) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)fourier_resample(noise(5), 0); }, {"fourier_resample: n_out = 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)fourier_resample(noise(5), std::size_t{1} << 33); }, {"n_out"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)fourier_resample(std::vector<double>{}, 4); }, {"signal"}));
}

TEST(FourierResample, CallableAsWritten) {
  const std::vector<float> floats = {1, 2, 3, 4};
  const std::array<double, 4> array = {1, 2, 3, 4};
  const double plain[] = {1, 2, 3, 4};
  const auto single = fourier_resample(floats, 6);
  static_assert(std::is_same_v<decltype(single), const std::vector<float>>);
  EXPECT_NEAR(single[1], fourier_resample(array, 6)[1], 1e-6);
  EXPECT_EQ(fourier_resample(plain, 6), fourier_resample(array, 6));
}

}  // namespace fourier_resample_test
