#include <heartsight/signal/sosfiltfilt.hpp>

#include <heartsight/signal/filter_design.hpp>
#include <heartsight/signal/sosfilt.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

namespace sosfiltfilt_test {

namespace hs = heartsight;
using hs::signal::butterworth;
using hs::signal::FilterPadding;
using hs::signal::SecondOrderSections;
using hs::signal::sosfilt;
using hs::signal::sosfilt_zi;
using hs::signal::sosfiltfilt;
using hs::signal::SosfiltfiltOptions;
using hs::test::raises;

namespace {

const std::vector<double> samples = {1, -2, 3, 0.5, 0, 4, -1, 2.5, 0.25, -3};

std::vector<double> noise(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> result(n);
  for (double& x : result) x = 5.0 + normal(random);
  return result;
}

/// The definition: the extended signal through sosfilt, turned round, through sosfilt again, turned round.
std::vector<double> naive(const SecondOrderSections& sos, const std::vector<double>& x, FilterPadding padtype,
                          std::size_t pad) {
  if (padtype == FilterPadding::none) pad = 0;
  std::vector<double> long_x;
  const auto beyond = [&](double end, double inside) {
    if (padtype == FilterPadding::even) return inside;
    return padtype == FilterPadding::constant ? end : 2.0 * end - inside;
  };
  for (std::size_t k = pad; k > 0; --k) long_x.push_back(beyond(x.front(), x[k]));
  long_x.insert(long_x.end(), x.begin(), x.end());
  for (std::size_t k = 1; k <= pad; ++k) long_x.push_back(beyond(x.back(), x[x.size() - 1 - k]));
  for (int pass = 0; pass < 2; ++pass) {
    auto state = sosfilt_zi(sos);
    for (double& z : state) z *= long_x.front();
    long_x = sosfilt(sos, long_x, state);
    std::reverse(long_x.begin(), long_x.end());
  }
  return {long_x.begin() + static_cast<std::ptrdiff_t>(pad), long_x.end() - static_cast<std::ptrdiff_t>(pad)};
}

void expect_close(const std::vector<double>& got, const std::vector<double>& wanted, double tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  double largest = 0.0;
  for (const double w : wanted) largest = std::max(largest, std::abs(w));
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], wanted[i], tolerance * largest) << i;
}

}  // namespace

TEST(Sosfiltfilt, EqualsScipy) {  // scipy.signal.sosfiltfilt(..., padlen=5), SciPy 1.17.1
  const auto sos = butterworth(2, 100.0, {.low_hz = 5.0, .high_hz = 15.0});
  const auto with = [](FilterPadding padtype) { return SosfiltfiltOptions{.padtype = padtype, .padlen = 5}; };
  expect_close(sosfiltfilt(sos, samples, with(FilterPadding::odd)),
               {-0.33258888769798234, -0.909806909327914, -1.0393084017190444, -0.6490710745001084, 0.11589778626462573,
                0.9575548731218939, 1.505497590024655, 1.4719315169156881, 0.8118707241427187, -0.1448496623042026},
               1e-12);
  expect_close(sosfiltfilt(sos, samples, with(FilterPadding::even)),
               {-1.2003923286973206, -0.6784617429631397, 0.07301256539916878, 0.815260515380771, 1.3359607370609292,
                1.471587593357084, 1.1451285664204105, 0.4581052064434735, -0.29850867744018444, -0.75861064817655},
               1e-12);
  expect_close(sosfiltfilt(sos, samples, with(FilterPadding::constant)),
               {-0.7664906081976521, -0.7941343261455273, -0.4831479181599379, 0.08309472044033167, 0.7259292616627783,
                1.2145712332394898, 1.3253130782225337, 0.9650183616795815, 0.2566810233512673, -0.4517301552403764},
               1e-12);
  expect_close(sosfiltfilt(sos, samples, with(FilterPadding::none)),
               {-0.5611982223828351, -0.5991031604515157, -0.37961371288098206, -0.03400511504999615, 0.2662272992513285,
                0.3966826814133407, 0.3305667441045099, 0.16484990838079022, 0.03795458993472828, 0.0},
               1e-12);
}

TEST(Sosfiltfilt, EqualsItsDefinition) {
  const std::vector<SecondOrderSections> filters = {
      butterworth(1, 500.0, {.high_hz = 40.0}), butterworth(4, 500.0, {.low_hz = 0.5, .high_hz = 40.0}),
      butterworth(5, 500.0, {.low_hz = 5.0, .high_hz = 40.0}), butterworth(3, 500.0, {.low_hz = 0.5})};
  for (const auto& sos : filters) {
    for (const auto padtype : {FilterPadding::odd, FilterPadding::even, FilterPadding::constant, FilterPadding::none}) {
      for (const std::size_t pad : {0, 1, 40}) {
        for (const std::size_t n_leads : {1, 2, 4, 7}) {
          const std::size_t n = 300;
          const auto x = noise(n_leads * n, 1);
          const auto y = sosfiltfilt(sos, hs::MatrixView<const double>(x, n_leads, n), {.padtype = padtype, .padlen = pad});
          for (std::size_t lead = 0; lead < n_leads; ++lead) {
            const auto begin = static_cast<std::ptrdiff_t>(lead * n);
            const std::vector<double> row(x.begin() + begin, x.begin() + begin + static_cast<std::ptrdiff_t>(n));
            const auto wanted = naive(sos, row, padtype, pad);
            for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(y[lead * n + i], wanted[i]);
          }
        }
      }
    }
  }
}

TEST(Sosfiltfilt, ALongSignalInPiecesEqualsOneGo) {
  const auto sos = butterworth(4, 360.0, {.low_hz = 5.0, .high_hz = 40.0});
  for (const std::size_t n : {100'000, 100'001, 100'003}) {
    ASSERT_TRUE(hs::signal::detail::is_worth_splitting(sos, n));
    auto x = noise(n, 4);
    for (std::size_t i = 0; i < n; ++i) x[i] += 1e3 + 0.01 * static_cast<double>(i);
    expect_close(sosfiltfilt(sos, x), naive(sos, x, FilterPadding::odd, 27), 1e-11);  // 1e-14 of the offset
  }
  // A filter with a long memory is not split.
  EXPECT_FALSE(hs::signal::detail::is_worth_splitting(butterworth(4, 360.0, {.low_hz = 0.05, .high_hz = 40.0}), 100'000));
  EXPECT_FALSE(hs::signal::detail::is_worth_splitting({{{1, 0, 0, 1, 0, 1.5}}}, 100'000));
  // NaN and infinity reach everything, as in one go.
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    for (const std::size_t at : {100, 60'000, 99'999}) {
      auto x = noise(100'000, 4);
      x[at] = bad;
      const auto y = sosfiltfilt(sos, x);
      EXPECT_TRUE(std::all_of(y.begin(), y.end(), [](double v) { return std::isnan(v); })) << at;
    }
  }
}

TEST(Sosfiltfilt, NothingIsDelayed) {
  std::vector<double> x(2000);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = static_cast<double>(i) / 500.0;
    x[i] = std::sin(2.0 * std::numbers::pi * 10.0 * t) + std::sin(2.0 * std::numbers::pi * 120.0 * t);
  }
  const auto y = sosfiltfilt(butterworth(6, 500.0, {.high_hz = 50.0}), x);
  for (std::size_t i = 500; i < 1500; ++i) {
    EXPECT_NEAR(y[i], std::sin(2.0 * std::numbers::pi * 10.0 * static_cast<double>(i) / 500.0), 1e-4);
  }
}

TEST(Sosfiltfilt, FloatIsComputedInDouble) {
  const auto sos = butterworth(2, 500.0, {.low_hz = 0.5});
  const auto doubles = noise(5 * 700, 6);
  const std::vector<float> floats(doubles.begin(), doubles.end());
  const std::vector<double> same(floats.begin(), floats.end());
  const auto y = sosfiltfilt(sos, hs::MatrixView<const float>(floats, 5, 700));
  const auto wanted = sosfiltfilt(sos, hs::MatrixView<const double>(same, 5, 700));
  static_assert(std::is_same_v<decltype(y), const std::vector<float>>);
  for (std::size_t i = 0; i < y.size(); ++i) ASSERT_EQ(y[i], static_cast<float>(wanted[i]));
}

TEST(Sosfiltfilt, DegenerateInput) {
  const auto low = butterworth(2, 500.0, {.high_hz = 40.0});
  const auto high = butterworth(2, 500.0, {.low_hz = 0.5});
  EXPECT_TRUE(sosfiltfilt(low, std::vector<double>{}).empty());
  EXPECT_TRUE(sosfiltfilt(low, hs::MatrixView<const double>(nullptr, 0, 7)).empty());
  EXPECT_NEAR(sosfiltfilt(low, std::vector<double>{3.0}).at(0), 3.0, 1e-12);
  EXPECT_NEAR(sosfiltfilt(high, std::vector<double>{3.0}).at(0), 0.0, 1e-12);
  // Not longer than the default padlen, which SciPy refuses: all there is becomes the padding.
  const std::vector<double> brief = {1, 2, 4, 3};
  EXPECT_EQ(sosfiltfilt(low, brief), naive(low, brief, FilterPadding::odd, 3));
  for (const double y : sosfiltfilt(low, std::vector<double>(100, 2.5))) EXPECT_NEAR(y, 2.5, 1e-12);
  for (const double y : sosfiltfilt(high, std::vector<double>(100, 2.5))) EXPECT_NEAR(y, 0.0, 1e-12);
  auto gap = noise(3 * 100, 3);
  gap[150] = std::numeric_limits<double>::quiet_NaN();
  const auto y = sosfiltfilt(low, hs::MatrixView<const double>(gap, 3, 100));
  for (std::size_t i = 0; i < 300; ++i) EXPECT_EQ(std::isnan(y[i]), i >= 100 && i < 200);  // its own lead alone
}

TEST(Sosfiltfilt, Errors) {
  const auto low = butterworth(2, 500.0, {.high_hz = 40.0});
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)sosfiltfilt({}, samples); }, {"sosfiltfilt: sos"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)sosfiltfilt(low, samples, {.padlen = 10}); }, {"padlen = 10", "[0, 9]"}));
  EXPECT_NO_THROW((void)sosfiltfilt(low, samples, {.padtype = FilterPadding::none, .padlen = 10}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)sosfiltfilt({{{1, 0, 0, 1, -1, 0}}}, samples); },
                                      {"sosfiltfilt: sos[0]", "pole at zero frequency"}));
}

TEST(Sosfiltfilt, CallableAsWritten) {
  const auto low = butterworth(2, 500.0, {.high_hz = 40.0});
  const std::vector<float> vector = {1, 2, 3, 4};
  const std::array<double, 4> array = {1, 2, 3, 4};
  const double plain[] = {1, 2, 3, 4};
  EXPECT_NEAR(sosfiltfilt(low, vector)[3], sosfiltfilt(low, array)[3], 1e-6);
  EXPECT_EQ(sosfiltfilt(low, plain), sosfiltfilt(low, array));
}

}  // namespace sosfiltfilt_test
