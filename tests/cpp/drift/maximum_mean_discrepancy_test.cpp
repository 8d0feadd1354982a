#include <heartsight/core/random.hpp>
#include <heartsight/drift/maximum_mean_discrepancy.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace maximum_mean_discrepancy_test {

namespace drift = heartsight::drift;
using drift::maximum_mean_discrepancy;
using heartsight::MatrixView;

namespace {

std::vector<double> rows(std::size_t n, std::uint64_t seed, double mean = 0.0) {
  heartsight::Random random(seed);
  std::vector<double> values(n * 2);
  for (double& value : values) value = random.normal(mean, 1.0);
  return values;
}
MatrixView<const double> view(const std::vector<double>& values) {
  return {values.data(), values.size() / 2, 2};
}

}  // namespace

TEST(MaximumMeanDiscrepancy, EqualsItsDefinition) {
  const auto x = rows(12, 1);
  const auto y = rows(9, 2, 1.0);
  const auto r = maximum_mean_discrepancy(view(x), view(y), {.bandwidth = 0.8});
  std::vector<double> all = x;
  all.insert(all.end(), y.begin(), y.end());
  for (int j = 0; j < 2; ++j) {
    double mean = 0.0;
    double squares = 0.0;
    for (int i = 0; i < 21; ++i) mean += all[2 * i + j] / 21.0;
    for (int i = 0; i < 21; ++i) squares += (all[2 * i + j] - mean) * (all[2 * i + j] - mean) / 21.0;
    for (int i = 0; i < 21; ++i) all[2 * i + j] = (all[2 * i + j] - mean) / std::sqrt(squares);
  }
  double wanted = 0.0;
  for (int a = 0; a < 21; ++a) {
    for (int b = 0; b < 21; ++b) {
      const double d2 = std::pow(all[2 * a] - all[2 * b], 2) + std::pow(all[2 * a + 1] - all[2 * b + 1], 2);
      const double k = std::exp(-d2 / (2.0 * 0.64));
      if (a < 12 && b < 12 && a != b) wanted += k / (12.0 * 11.0);
      if (a >= 12 && b >= 12 && a != b) wanted += k / (9.0 * 8.0);
      if (a < 12 && b >= 12) wanted -= 2.0 * k / (12.0 * 9.0);
    }
  }
  EXPECT_NEAR(r.statistic, wanted, 1e-6);
  EXPECT_EQ(r.bandwidth, 0.8);
}

TEST(MaximumMeanDiscrepancy, SizeAndPowerOfBothForms) {
  for (const std::size_t block : {0U, 6U}) {
    constexpr int n_runs = 300;
    int n_alarms = 0;
    int n_found = 0;
    for (std::uint64_t run = 0; run < n_runs; ++run) {
      const drift::MaximumMeanDiscrepancyOptions options{.block_size = block, .n_resamples = 99, .seed = run};
      const auto x = rows(90, 3 * run);
      n_alarms += maximum_mean_discrepancy(view(x), view(rows(90, 3 * run + 1)), options).p_value < 0.05 ? 1 : 0;
      n_found += maximum_mean_discrepancy(view(x), view(rows(90, 3 * run + 2, 1.0)), options).p_value < 0.05 ? 1 : 0;
    }
    EXPECT_NEAR(n_alarms / static_cast<double>(n_runs), 0.05, 0.05) << block;
    EXPECT_GT(n_found, n_runs * 8 / 10) << block;
  }
}

TEST(MaximumMeanDiscrepancy, LargeTablesGoInBlocks) {
  const auto r = maximum_mean_discrepancy(view(rows(3000, 1)), view(rows(3000, 2, 0.3)));
  EXPECT_EQ(r.block_size, 54U);
  EXPECT_LT(r.p_value, 1e-4);
  EXPECT_EQ(maximum_mean_discrepancy(view(rows(3000, 1)), view(rows(3000, 2)), {.block_size = 2}).block_size, 2U);
}

TEST(MaximumMeanDiscrepancy, BlocksThatAreAllAlikeCanDiffer) {
  const std::vector<double> zeros(10'000, 0.0);
  const std::vector<double> ones(10'000, 1.0);
  const auto apart = maximum_mean_discrepancy(view(zeros), view(ones));
  EXPECT_GT(apart.block_size, 0U);
  EXPECT_GT(apart.statistic, 0.0);
  EXPECT_EQ(apart.p_value, 0.0);
  EXPECT_EQ(maximum_mean_discrepancy(view(ones), view(ones)).p_value, 1.0);
}

TEST(MaximumMeanDiscrepancy, LargeValuesDoNotOverflow) {
  const auto x = rows(60, 1);
  const auto y = rows(60, 2, 1.0);
  const auto scaled = [](std::vector<double> values) {
    for (double& value : values) value = std::ldexp(value, 1021);
    return values;
  };
  const auto wanted = maximum_mean_discrepancy(view(x), view(y));
  const auto large = maximum_mean_discrepancy(view(scaled(x)), view(scaled(y)));
  EXPECT_NEAR(large.statistic, wanted.statistic, 1e-6);
  EXPECT_EQ(large.p_value, wanted.p_value);
  const std::vector<double> equal(40, 1.0);  // distance 0 over a bandwidth whose square is 0
  EXPECT_TRUE(std::isnan(maximum_mean_discrepancy(view(equal), view(equal), {.bandwidth = 1e-300}).p_value));
}

TEST(MaximumMeanDiscrepancy, DegenerateInputAndErrors) {
  const std::vector<double> constant(40, 1.0);
  EXPECT_EQ(maximum_mean_discrepancy(view(constant), view(constant)).p_value, 1.0);
  const auto x = rows(20, 1);
  using heartsight::test::raises;
  EXPECT_TRUE(raises<heartsight::ShapeError>([&] { (void)maximum_mean_discrepancy(view(x), view(x), {.block_size = 5}); },
                                             {"block_size", "8 blocks"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([&] { (void)maximum_mean_discrepancy(view(x), view(x), {.bandwidth = -1.0}); },
                                              {"bandwidth"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([&] { (void)maximum_mean_discrepancy(view(x), view(x), {.block_size = 1}); },
                                              {"block_size"}));
}

}  // namespace maximum_mean_discrepancy_test
