#include <heartsight/features/rr_intervals.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <limits>

namespace rr_intervals_test {

namespace hs = heartsight;
using hs::features::rr_intervals;
using hs::test::raises;

TEST(RrIntervals, HandComputed) {
  const std::vector<std::int64_t> peaks = {100, 460, 820, 1000};
  const auto rr = rr_intervals(peaks, 360.0, "NNVN");
  EXPECT_EQ(rr.rr_ms, (std::vector<double>{1000, 1000, 500}));
  EXPECT_EQ(rr.is_nn, (std::vector<std::uint8_t>{1, 0, 0}));
  EXPECT_DOUBLE_EQ(rr.time_s[2], 1000.0 / 360.0);
  EXPECT_EQ(rr_intervals(peaks, 360.0).is_nn, (std::vector<std::uint8_t>{1, 1, 1}));
  EXPECT_EQ(rr_intervals(std::vector<double>{0.5, 2.0}, 1.0).rr_ms, std::vector<double>{1500});
}

TEST(RrIntervals, NormalBeats) {
  for (const char symbol : {'N', 'L', 'R', 'B'}) EXPECT_TRUE(hs::features::is_normal_beat(symbol));
  for (const char symbol : {'V', 'A', 'a', 'J', 'S', 'E', 'j', 'e', 'n', '/', 'Q', 'f', 'F', '+'}) {
    EXPECT_FALSE(hs::features::is_normal_beat(symbol)) << symbol;
  }
}

TEST(RrIntervals, FewBeats) {
  EXPECT_TRUE(rr_intervals(std::vector<std::int64_t>{}, 360.0).rr_ms.empty());
  EXPECT_TRUE(rr_intervals(std::vector<std::int64_t>{7}, 360.0, "N").rr_ms.empty());
}

TEST(RrIntervals, Errors) {
  using Peaks = std::vector<std::int64_t>;
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)rr_intervals(Peaks{5, 3}, 1.0); }, {"rr_intervals: r_peaks[1] = 3", "5"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)rr_intervals(Peaks{5, 5}, 1.0); }, {"r_peaks[1]"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)rr_intervals(Peaks{5, 6}, 0.0); }, {"sampling_rate"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)rr_intervals(Peaks{5, 6}, 1.0, "N"); }, {"beat_types", "size 1"}));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)rr_intervals(std::vector<double>{nan}, 1.0); }, {"r_peaks[0]"}));
}

TEST(RrIntervals, CallableAsWritten) {
  const std::array<std::int64_t, 2> array = {1, 3};
  const std::int64_t plain[] = {1, 3};
  EXPECT_EQ(rr_intervals(array, 2.0).rr_ms, rr_intervals(plain, 2.0).rr_ms);
}

}  // namespace rr_intervals_test
