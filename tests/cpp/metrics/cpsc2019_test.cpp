#include <heartsight/metrics/cpsc2019.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace cpsc2019_test {

namespace hs = heartsight;
using hs::metrics::cpsc2019_heart_rate;
using hs::metrics::cpsc2019_score;
using Beats = std::vector<std::int64_t>;

namespace {
// 60 bpm: beats at 0.2, 1.2, ... 9.2 s
const Beats regular{100, 600, 1100, 1600, 2100, 2600, 3100, 3600, 4100, 4600};
}  // namespace

TEST(Cpsc2019, OneForNoErrorAndLessForOne) {
  EXPECT_EQ(cpsc2019_score(regular, regular).qrs, 1.0);
  Beats extra = regular;
  extra.insert(extra.begin() + 5, 2400);
  EXPECT_EQ(cpsc2019_score(regular, extra).qrs, 0.7);
  Beats missed = regular;
  missed.erase(missed.begin() + 4);
  EXPECT_EQ(cpsc2019_score(regular, missed).qrs, 0.3);
  missed.erase(missed.begin() + 4);
  EXPECT_EQ(cpsc2019_score(regular, missed).qrs, 0.0);
  EXPECT_EQ(cpsc2019_score(regular, missed).n_missed, 2);
  Beats shifted = regular;
  for (auto& b : shifted) b += 37;
  EXPECT_EQ(cpsc2019_score(regular, shifted).qrs, 1.0);
  for (auto& b : shifted) b += 1;
  EXPECT_EQ(cpsc2019_score(regular, shifted).qrs, 0.0);
}

TEST(Cpsc2019, TwoNearOneBeatAreOneTooMany) {
  Beats twice = regular;
  twice.insert(twice.begin() + 5, 2580);
  EXPECT_EQ(cpsc2019_score(regular, twice).n_extra, 1);
}

TEST(Cpsc2019, TheRulesBlindSpotIsSeenWhenStrict) {
  // Five detections between the first two counted beats (600 and 1100).
  const Beats spurious{100, 600, 700, 760, 820, 880, 940, 1100, 1600, 2100, 2600, 3100, 3600, 4100, 4600};
  EXPECT_EQ(cpsc2019_score(regular, spurious).qrs, 1.0);
  EXPECT_EQ(cpsc2019_score(regular, spurious, {.strict = true}).qrs, 0.0);
  EXPECT_EQ(cpsc2019_score(regular, spurious, {.strict = true}).n_extra, 5);
}

TEST(Cpsc2019, TheFirstAndLastHalfSecondDoNotCount) {
  Beats edges = regular;
  edges.insert(edges.begin(), 20);
  edges.push_back(4900);
  EXPECT_EQ(cpsc2019_score(regular, edges).qrs, 1.0);
}

TEST(Cpsc2019, HeartRateCountsFromOneAndRoundsToEven) {
  EXPECT_EQ(cpsc2019_heart_rate(regular), 60.0);
  // Positions 2751 and 4749 lie inside the limits, 2750 and 4750 do not.
  EXPECT_EQ(cpsc2019_heart_rate(Beats{2750, 4748}), std::nearbyint(30000.0 / 1998.0));
  EXPECT_TRUE(std::isnan(cpsc2019_heart_rate(Beats{2749, 3000})));
  EXPECT_TRUE(std::isnan(cpsc2019_heart_rate(Beats{3000, 4749})));
  EXPECT_TRUE(std::isnan(cpsc2019_heart_rate(Beats{})));
  EXPECT_TRUE(std::isnan(cpsc2019_heart_rate(Beats{3000, 3000})));
  EXPECT_EQ(cpsc2019_heart_rate(Beats{3000, 3480}), 62.0);              // 62.5
  EXPECT_EQ(cpsc2019_heart_rate(Beats{3000, 3800, 4260, 4740}), 52.0);  // 51.7
}

TEST(Cpsc2019, HeartRateGrades) {
  const auto grade = [](double error) {
    // Reference 100 bpm (300 samples); the answer's interval moves the rate.
    const auto interval = static_cast<std::int64_t>(std::llround(30000.0 / (100.0 * (1.0 + error))));
    return cpsc2019_score(Beats{3000, 3300}, Beats{3000, 3000 + interval}).heart_rate;
  };
  EXPECT_EQ(grade(0.0), 1.0);
  EXPECT_EQ(grade(0.045), 0.75);
  EXPECT_EQ(grade(0.08), 0.5);
  EXPECT_EQ(grade(-0.15), 0.25);
  EXPECT_EQ(grade(0.4), 0.0);
  EXPECT_EQ(cpsc2019_score(regular, Beats{}).heart_rate, 0.0);
}

TEST(Cpsc2019, WithoutReferenceBeats) {
  EXPECT_EQ(cpsc2019_score(Beats{}, Beats{}).qrs, 1.0);
  EXPECT_EQ(cpsc2019_score(Beats{}, Beats{1000, 2000}).n_extra, 2);
  EXPECT_TRUE(hs::test::raises<hs::DomainError>([] { (void)cpsc2019_score(Beats{2, 1}, Beats{}); }, {"reference[1]"}));
}

TEST(Cpsc2019, HeartRateAtAnotherRateAndOfFractionalBeats) {
  EXPECT_EQ(cpsc2019_heart_rate(Beats{1500, 1750}, 250.0), 60.0);
  EXPECT_EQ(cpsc2019_heart_rate(std::vector<double>{3000.0, 3444.5}), 67.0);  // 67.49
  EXPECT_TRUE(hs::test::raises<hs::DomainError>([] { (void)cpsc2019_heart_rate(Beats{1, 2}, 0.0); }, {"sampling_rate"}));
}

}  // namespace cpsc2019_test
