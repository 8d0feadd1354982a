#include <heartsight/features/heart_rate.hpp>

#include "cpp/raises.hpp"

#include <array>

namespace heart_rate_test {

namespace hs = heartsight;
using hs::features::heart_rate;
using hs::features::HeartRateProtocol;
using hs::test::raises;
using Peaks = std::vector<std::int64_t>;

TEST(HeartRate, HandComputed) {
  EXPECT_EQ(heart_rate(Peaks{0, 250, 500, 750}, 500.0), 120.0);
  EXPECT_EQ(heart_rate(Peaks{0, 100, 500}, 500.0), 120.0);  // the mean interval counts, not the mean rate
  EXPECT_EQ(heart_rate(std::vector<double>{0.0, 0.5}, 1.0), 120.0);
}

TEST(HeartRate, ProtocolLooksAtFourSecondsAndRoundsHalvesToEven) {
  const auto rate = [](const Peaks& peaks) { return heart_rate(peaks, 500.0, HeartRateProtocol::cpsc2019); };
  EXPECT_EQ(rate({100, 2749, 3000, 3500, 4000, 4500, 4749}), 60.0);  // 5.5 s and 9.5 s are outside
  EXPECT_EQ(rate({2750, 3250}), 60.0);                               // sample 2750 is the 2751st
  EXPECT_EQ(rate({2751, 3251}), 60.0);
  EXPECT_EQ(rate({3000, 3480}), 62.0);  // 62.5
  EXPECT_EQ(rate({3000, 3447}), 67.0);  // 67.11
  EXPECT_EQ(heart_rate(std::vector<double>{2800.0, 2800.0 + 4000.0 / 9.0}, 500.0, HeartRateProtocol::cpsc2019),
            68.0);  // 67.5
}

TEST(HeartRate, FewerThanTwoBeats) {
  for (const auto& peaks : {Peaks{}, Peaks{3}}) EXPECT_TRUE(std::isnan(heart_rate(peaks, 500.0)));
  EXPECT_TRUE(std::isnan(heart_rate(Peaks{100, 200, 3000}, 500.0, HeartRateProtocol::cpsc2019)));
}

TEST(HeartRate, Errors) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)heart_rate(Peaks{2, 1}, 500.0); }, {"heart_rate: r_peaks[1]"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)heart_rate(Peaks{1, 2}, -1.0); }, {"heart_rate: sampling_rate"}));
}

}  // namespace heart_rate_test
