#include <heartsight/signal/lomb_scargle.hpp>

#include "cpp/raises.hpp"
#include "cpp/signal/naive_dft.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace lomb_scargle_test {

namespace hs = heartsight;
using hs::signal::lomb_scargle;
using hs::signal::LombScargleScaling;
using hs::test::noise;
using hs::test::raises;

namespace {

std::vector<double> uneven_times(std::size_t n) {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> gap(0.4, 1.3);
  std::vector<double> t(n);
  for (std::size_t i = 1; i < n; ++i) t[i] = t[i - 1] + gap(random);
  return t;
}

/// The least-squares fit of a cos + b sin (+ c), by its normal equations; the share of the sum of squares that it explains.
double explained(const std::vector<double>& t, const std::vector<double>& y, double frequency, bool with_mean) {
  double c = 0, s = 0, cc = 0, ss = 0, cs = 0, yc = 0, ys = 0, mean = 0;
  const auto n = static_cast<double>(t.size());
  for (std::size_t i = 0; i < t.size(); ++i) {
    const double angle = 2 * std::numbers::pi * frequency * t[i];
    c += std::cos(angle) / n;
    s += std::sin(angle) / n;
    mean += y[i] / n;
  }
  if (!with_mean) c = s = mean = 0.0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    const double angle = 2 * std::numbers::pi * frequency * t[i];
    const double u = std::cos(angle) - c;
    const double v = std::sin(angle) - s;
    cc += u * u;
    ss += v * v;
    cs += u * v;
    yc += (y[i] - mean) * u;
    ys += (y[i] - mean) * v;
  }
  return (yc * yc * ss + ys * ys * cc - 2 * yc * ys * cs) / (cc * ss - cs * cs);
}

}  // namespace

TEST(LombScargle, EqualsItsDefinition) {
  const auto t = uneven_times(150);
  const auto y = noise(150);
  std::vector<double> even;
  for (int k = 0; k < 200; ++k) even.push_back(0.02 + 0.003 * k);
  auto uneven = even;
  uneven[100] += 1e-4;
  EXPECT_TRUE(hs::signal::detail::is_evenly_spaced(even));
  EXPECT_FALSE(hs::signal::detail::is_evenly_spaced(uneven));
  for (const auto& frequencies : {even, uneven}) {
    for (const bool with_mean : {false, true}) {
      const auto got = lomb_scargle(t, y, frequencies, {.floating_mean = with_mean});
      for (std::size_t k = 0; k < frequencies.size(); ++k) {
        const double wanted = explained(t, y, frequencies[k], with_mean) / 2.0;
        ASSERT_NEAR(got[k], wanted, 1e-11 * (1.0 + wanted)) << frequencies[k];
      }
    }
  }
}

/// Made with scipy.signal.lombscargle of SciPy 1.17.1.
TEST(LombScargle, Golden) {
  const std::vector<double> t = {0, 0.9, 2.1, 2.8, 4.2, 5.1};
  const std::vector<double> y = {1, -2, 0.5, 3, -1, -1.5};
  const std::vector<double> f = {0.1, 0.2, 0.35};
  const auto power = lomb_scargle(t, y, f);
  EXPECT_NEAR(power[0], 0.9789549373053197, 1e-13);
  EXPECT_NEAR(power[1], 4.279556146392975, 1e-13);
  EXPECT_NEAR(power[2], 4.574081144147865, 1e-13);
  const auto share = lomb_scargle(t, y, f, {.scaling = LombScargleScaling::normalized, .floating_mean = true});
  EXPECT_NEAR(share[0], 0.23368821786517707, 1e-13);
  EXPECT_NEAR(share[1], 0.5205489609930868, 1e-13);
  EXPECT_NEAR(share[2], 0.539498573236692, 1e-13);
}

TEST(LombScargle, ASine) {
  const auto t = uneven_times(2000);
  std::vector<double> y;
  for (const double v : t) y.push_back(3.0 * std::sin(2 * std::numbers::pi * 0.1 * v + 0.7) + 10.0);
  const std::vector<double> f = {0.1, 0.2};
  const auto in = [&](LombScargleScaling scaling) {
    return lomb_scargle(t, y, f, {.scaling = scaling, .floating_mean = true});
  };
  EXPECT_NEAR(in(LombScargleScaling::amplitude)[0], 3.0, 1e-9);
  EXPECT_NEAR(in(LombScargleScaling::normalized)[0], 1.0, 1e-12);
  EXPECT_NEAR(in(LombScargleScaling::power)[0], 9.0 * 2000 / 4, 100.0);
  EXPECT_LT(in(LombScargleScaling::normalized)[1], 0.01);
}

TEST(LombScargle, Degenerate) {
  const std::vector<double> f = {0.1, 0.2};
  const std::vector<double> none;
  for (const double v : lomb_scargle(none, none, f)) EXPECT_TRUE(std::isnan(v));
  EXPECT_TRUE(lomb_scargle(std::vector<double>{1}, std::vector<double>{1}, none).empty());
  const std::vector<double> t = {0, 1, 2.5};
  EXPECT_EQ(lomb_scargle(t, std::vector<double>(3, 0.0), f), (std::vector<double>{0, 0}));
  const auto constant = lomb_scargle(t, std::vector<double>(3, 5.0), f, {.floating_mean = true});
  for (const double v : constant) EXPECT_NEAR(v, 0.0, 1e-12);
  EXPECT_TRUE(std::isnan(lomb_scargle(t, std::vector<double>{1, std::nan(""), 2}, f)[1]));
  EXPECT_TRUE(std::isfinite(lomb_scargle(t, std::vector<double>{1, 2, 3}, std::vector<double>{0.0})[0]));
}

TEST(LombScargle, Errors) {
  const std::vector<double> t = {0, 1};
  const std::vector<double> f = {0.1};
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)lomb_scargle(t, f, f); }, {"lomb_scargle: values", "size 1"}));
  const std::vector<double> bad = {0, std::numeric_limits<double>::infinity()};
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)lomb_scargle(bad, t, f); }, {"times_s[1]"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)lomb_scargle(t, t, bad); }, {"frequencies_hz[1]"}));
}

TEST(LombScargle, CallableAsWritten) {
  const std::array<double, 3> t = {0, 1, 2.5};
  const double y[] = {1, 2, 0};
  const std::vector<float> floats = {1, 2, 0};
  const std::vector<double> f = {0.1};
  EXPECT_EQ(lomb_scargle(t, y, f), lomb_scargle(t, floats, f));
}

}  // namespace lomb_scargle_test
