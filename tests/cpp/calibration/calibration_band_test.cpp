#include <heartsight/calibration/calibration_band.hpp>

#include "cpp/calibration/training_cases.hpp"
#include "cpp/raises.hpp"

#include <cmath>

namespace calibration_band_test {

namespace hs = heartsight;
using hs::calibration::calibration_band;
using hs::calibration::CalibrationBand;
using hs::calibration::Platt;
using hs::test::raises;

using Labels = std::vector<std::int64_t>;

TEST(CalibrationBand, LimitsAreLinearBetweenGridPoints) {
  const CalibrationBand band{.score = {0.2, 0.6}, .low = {0.1, 0.3}, .high = {0.3, 0.7}};
  EXPECT_EQ(band.at(0.2), (std::pair{0.1, 0.3}));
  EXPECT_NEAR(band.at(0.4).first, 0.2, 1e-15);
  EXPECT_NEAR(band.at(0.4).second, 0.5, 1e-15);
  EXPECT_EQ(band.at(0.0), (std::pair{0.1, 0.3}));
  EXPECT_EQ(band.at(1.0), (std::pair{0.3, 0.7}));
  EXPECT_TRUE(raises<hs::NotFittedError>([] { (void)CalibrationBand{}.at(0.5); }, {"CalibrationBand.at"}));
}

TEST(CalibrationBandThreads, DoNotChangeTheResult) {
  const auto cases = hs::test::training_cases(100, 5, [](double s) { return s; });
  const std::vector<double> grid = {0.1, 0.5, 0.9};
  const auto serial = calibration_band("platt", cases.score, cases.label, {}, grid, {.n_resamples = 50, .seed = 3});
  const auto threaded =
      calibration_band("platt", cases.score, cases.label, {}, grid, {.n_resamples = 50, .seed = 3, .n_threads = 4});
  EXPECT_EQ(serial.low, threaded.low);
  EXPECT_EQ(serial.high, threaded.high);
  const auto other = calibration_band("platt", cases.score, cases.label, {}, grid, {.n_resamples = 50, .seed = 4});
  EXPECT_NE(serial.low, other.low);
}

// 100 data sets of a known truth, nominal coverage 0.9 at one score. Fewer than 80 or more than 98 hits of 100 have a
// binomial probability below 0.2 % at p = 0.9; a percentile bootstrap of 150 cases may fall a little short of 0.9.
TEST(CalibrationBand, CoversTheTruthAtAboutItsLevel) {
  const Platt truth(0.7, -0.3);
  const std::vector<double> grid = {0.4};
  int hits = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto cases = hs::test::training_cases(150, 100 + seed, [&](double s) { return truth.transform(s); });
    const auto band =
        calibration_band("platt", cases.score, cases.label, {}, grid, {.level = 0.9, .n_resamples = 100, .seed = seed});
    const double p = truth.transform(0.4);
    hits += band.low[0] <= p && p <= band.high[0] ? 1 : 0;
  }
  EXPECT_GE(hits, 80);
  EXPECT_LE(hits, 98);
}

// Ten copies of each case in one group carry no more knowledge than one: the band must not shrink.
TEST(CalibrationBand, ResamplesWholeGroups) {
  const auto cases = hs::test::training_cases(80, 6, [](double s) { return s; });
  std::vector<double> score;
  Labels label;
  Labels group;
  for (std::size_t i = 0; i < cases.score.size(); ++i) {
    for (int k = 0; k < 10; ++k) {
      score.push_back(cases.score[i]);
      label.push_back(cases.label[i]);
      group.push_back(static_cast<std::int64_t>(i));
    }
  }
  const std::vector<double> grid = {0.5};
  const hs::calibration::CalibrationBandOptions options{.n_resamples = 200, .seed = 1};
  const auto width = [&](std::span<const std::int64_t> groups) {
    const auto band = calibration_band("platt", score, label, groups, grid, options);
    return band.high[0] - band.low[0];
  };
  EXPECT_GT(width(group), 2.0 * width({}));
}

TEST(CalibrationBand, Errors) {
  const std::vector<double> p = {0.1, 0.9};
  const Labels y = {0, 1};
  const std::vector<double> grid = {0.5};
  const auto band = [&](std::span<const double> g, hs::calibration::CalibrationBandOptions options = {},
                        std::span<const std::int64_t> group = {}) {
    options.n_resamples = options.n_resamples == 500 ? 20 : options.n_resamples;
    return calibration_band("beta", p, y, group, g, options);
  };
  EXPECT_NO_THROW((void)band(grid));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)band({}); }, {"calibration_band: grid", "empty"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)band(std::vector<double>{0.5, 0.5}); }, {"grid[1]", "increase"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)band(std::vector<double>{1.5}); }, {"grid[0] = 1.5"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)band(grid, {.level = 1.0}); }, {"level = 1"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)band(grid, {.n_resamples = 19}); }, {"n_resamples = 19"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)band(grid, {.n_threads = 0}); }, {"n_threads = 0"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)band(grid, {}, Labels{1}); }, {"group"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)calibration_band("beta", p, Labels{1, 1}, {}, grid); }, {"both classes"}));
}

}  // namespace calibration_band_test
