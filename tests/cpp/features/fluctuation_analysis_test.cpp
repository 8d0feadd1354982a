#include <heartsight/features/fluctuation_analysis.hpp>

#include "cpp/features/nn_cases.hpp"
#include "cpp/raises.hpp"

#include <cmath>
#include <limits>
#include <random>

namespace fluctuation_analysis_test {

namespace hs = heartsight;
using hs::features::fluctuation_exponent;
using hs::features::NnSeries;
using hs::test::raises;

namespace {

/// Root mean square of the profile about the line of each window, line by line.
double naive_fluctuation(const std::vector<double>& x, std::size_t n) {
  double mean = 0.0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  std::vector<double> profile;
  double sum = 0.0;
  for (const double v : x) profile.push_back(sum += v - mean);
  double total = 0.0;
  std::size_t count = 0;
  for (std::size_t begin = 0; begin + n <= x.size(); begin += n) {
    double st = 0, sy = 0, stt = 0, sty = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const auto t = static_cast<double>(i);
      st += t;
      sy += profile[begin + i];
      stt += t * t;
      sty += t * profile[begin + i];
    }
    const auto m = static_cast<double>(n);
    const double slope = (m * sty - st * sy) / (m * stt - st * st);
    const double offset = (sy - slope * st) / m;
    for (std::size_t i = 0; i < n; ++i) {
      const double off = profile[begin + i] - offset - slope * static_cast<double>(i);
      total += off * off;
      ++count;
    }
  }
  return std::sqrt(total / static_cast<double>(count));
}

}  // namespace

TEST(FluctuationAnalysis, EqualsItsDefinition) {
  const auto x = hs::test::swinging(300, 30.0, 0.1, 10.0);
  const NnSeries nn(x);
  const double mean = hs::features::detail::mean_of(x);
  for (const std::size_t n : {3U, 4U, 16U, 61U}) {
    EXPECT_NEAR(hs::features::detail::fluctuation(nn, mean, n), naive_fluctuation(x, n), 1e-9) << n;
  }
  // Two window lengths: the slope of the line through two points.
  const double wanted = std::log(naive_fluctuation(x, 17) / naive_fluctuation(x, 16)) / std::log(17.0 / 16.0);
  EXPECT_NEAR(fluctuation_exponent(nn, 16, 17), wanted, 1e-9);
}

TEST(FluctuationAnalysis, KnownNoises) {
  std::mt19937_64 random(2);
  std::normal_distribution<double> normal;
  std::vector<double> white;
  std::vector<double> brown;
  double walk = 0.0;
  for (int i = 0; i < 20'000; ++i) {
    const double step = normal(random);
    white.push_back(1000.0 + 10.0 * step);
    brown.push_back(5000.0 + (walk += step));
  }
  EXPECT_NEAR(fluctuation_exponent(NnSeries(white), 16, 64), 0.5, 0.05);
  EXPECT_NEAR(fluctuation_exponent(NnSeries(brown), 16, 64), 1.5, 0.05);
}

TEST(FluctuationAnalysis, WindowsDoNotCrossAGap) {
  auto x = hs::test::swinging(300, 30.0, 0.1, 10.0);
  const double whole = fluctuation_exponent(NnSeries(x), 4, 16);
  for (std::size_t i = 10; i < x.size(); i += 11) x[i] = std::numeric_limits<double>::quiet_NaN();  // runs of ten
  const double gaps = fluctuation_exponent(NnSeries(x), 4, 16);
  EXPECT_EQ(gaps, fluctuation_exponent(NnSeries(x), 4, 10));
  EXPECT_NE(gaps, whole);
  EXPECT_TRUE(std::isnan(fluctuation_exponent(NnSeries(x), 11, 16)));
}

TEST(FluctuationAnalysis, DegenerateAndErrors) {
  EXPECT_TRUE(std::isnan(fluctuation_exponent(NnSeries(std::vector<double>{}), 4, 16)));
  EXPECT_TRUE(std::isnan(fluctuation_exponent(NnSeries(std::vector<double>(100, 800.0)), 4, 16)));
  EXPECT_TRUE(std::isnan(fluctuation_exponent(NnSeries(std::vector<double>{800, 700, 900, 850}), 4, 16)));
  const NnSeries x(std::vector<double>{800});
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)fluctuation_exponent(x, 2, 16); }, {"fluctuation_exponent: shortest"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)fluctuation_exponent(x, 4, 4); }, {"longest"}));
}

}  // namespace fluctuation_analysis_test
