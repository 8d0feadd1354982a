#include <heartsight/features/nn_series.hpp>

#include "cpp/raises.hpp"

#include <limits>

namespace nn_series_test {

namespace hs = heartsight;
using hs::features::NnSeries;
using hs::test::raises;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<double> copy(std::span<const double> x) {
  return {x.begin(), x.end()};
}

}  // namespace

TEST(NnSeries, RunsAndTimes) {
  const std::vector<double> nn = {1000, 500, missing, 700, 90'000, 5, 800, 600};
  const NnSeries series(nn);
  EXPECT_EQ(copy(series.nn_ms()), (std::vector<double>{1000, 500, 700, 800, 600}));
  EXPECT_EQ(series.n_gaps(), 3U);
  ASSERT_EQ(series.n_runs(), 3U);
  EXPECT_EQ(copy(series.run(0)), (std::vector<double>{1000, 500}));
  EXPECT_EQ(copy(series.run(2)), (std::vector<double>{800, 600}));
  // NaN lasts a median interval (700 ms), 90 s and 5 ms as long as they say.
  const std::vector<double> wanted = {1.0, 1.5, 2.9, 93.705, 94.305};
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(series.time_s()[i], wanted[i], 1e-12);
  EXPECT_DOUBLE_EQ(series.duration_s(), 3.6);
  EXPECT_EQ(series.differences(), (std::vector<double>{-500, -200}));
}

TEST(NnSeries, AMaskKeepsTheTime) {
  const std::vector<double> nn = {1000, 600, 1000};
  const std::vector<std::uint8_t> is_nn = {1, 0, 1};
  const NnSeries series(nn, is_nn);
  EXPECT_EQ(copy(series.nn_ms()), (std::vector<double>{1000, 1000}));
  EXPECT_DOUBLE_EQ(series.time_s()[1], 2.6);
  EXPECT_TRUE(series.differences().empty());
}

TEST(NnSeries, Degenerate) {
  EXPECT_EQ(NnSeries(std::vector<double>{}).n_runs(), 0U);
  EXPECT_EQ(NnSeries(std::vector<double>{missing, infinity, missing}).n_gaps(), 3U);
  const NnSeries huge(std::vector<double>{800, 1e300, 800, 800});
  EXPECT_GT(huge.time_s()[2], huge.time_s()[1]);  // times keep apart
  EXPECT_TRUE(huge.with_values({1, 2, 3}).nn_ms()[2] == 3.0);
}

TEST(NnSeries, Errors) {
  const std::vector<std::uint8_t> one = {1};
  EXPECT_TRUE(raises<hs::DomainError>([] { NnSeries(std::vector<double>{800, 0}); }, {"NnSeries: nn_ms[1] = 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { NnSeries(std::vector<float>{-3}); }, {"nn_ms[0]"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { NnSeries(std::vector<double>{800, 800}, one); }, {"is_nn"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)NnSeries(std::vector<double>{800}).with_values({}); }, {"nn_ms"}));
}

}  // namespace nn_series_test
