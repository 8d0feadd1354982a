#include <heartsight/core/random.hpp>
#include <heartsight/drift/population_stability_index.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace population_stability_index_test {

namespace drift = heartsight::drift;
using drift::population_stability_index;
using Counts = std::vector<std::int64_t>;

TEST(PopulationStabilityIndex, ByHand) {
  const auto r = population_stability_index(Counts{50, 50}, Counts{25, 75}, {.smoothing = 0.0});
  EXPECT_NEAR(r.statistic, -0.25 * std::log(0.5) + 0.25 * std::log(1.5), 1e-15);
  EXPECT_TRUE(std::isinf(population_stability_index(Counts{50, 50}, Counts{0, 75}, {.smoothing = 0.0}).statistic));
}

TEST(PopulationStabilityIndex, AnOutlierHidesNothing) {
  heartsight::Random random(3);
  std::vector<double> x(5000);
  std::vector<double> y(5000);
  for (double& value : x) value = random.normal();
  for (double& value : y) value = random.normal(0.5, 1.0);
  const double plain = population_stability_index(x, y).statistic;
  y[0] = 1e4;
  EXPECT_NEAR(population_stability_index(x, y).statistic, plain, 0.01);
  EXPECT_NEAR(plain, 0.25, 0.05);
}

TEST(PopulationStabilityIndex, TheNullKnowsTheSampleSize) {
  // At n = 50 most values without drift are above 0.1; the p-value is uniform all the same: within 4 standard errors.
  for (const std::size_t n : {50U, 400U}) {
    heartsight::Random random(11);
    constexpr int n_runs = 600;
    int n_alarms = 0;
    int n_above = 0;
    for (int run = 0; run < n_runs; ++run) {
      std::vector<double> x(n);
      std::vector<double> y(n);
      for (double& value : x) value = random.normal();
      for (double& value : y) value = random.normal();
      const auto r = population_stability_index(x, y, {.n_resamples = 199, .seed = static_cast<std::uint64_t>(run)});
      n_alarms += r.p_value < 0.05 ? 1 : 0;
      n_above += r.statistic > 0.1 ? 1 : 0;
    }
    EXPECT_NEAR(n_alarms / static_cast<double>(n_runs), 0.05, 4.0 * std::sqrt(0.05 * 0.95 / n_runs)) << n;
    if (n == 50) {
      EXPECT_GT(n_above, n_runs * 9 / 10);
    }
  }
}

TEST(PopulationStabilityIndex, DegenerateInputAndErrors) {
  EXPECT_TRUE(std::isnan(population_stability_index(std::vector<double>{}, std::vector<double>{1}).statistic));
  EXPECT_EQ(population_stability_index(std::vector<double>(30, 1.0), std::vector<double>(30, 1.0)).p_value, 1.0);
  EXPECT_LT(population_stability_index(std::vector<double>(30, 1.0), std::vector<double>(30, 2.0)).p_value, 0.01);
  EXPECT_TRUE(heartsight::test::raises<heartsight::DomainError>(
      [] { (void)population_stability_index(std::vector<double>{1}, std::vector<double>{1}, {.smoothing = -1.0}); },
      {"population_stability_index: smoothing"}));
}

}  // namespace population_stability_index_test
