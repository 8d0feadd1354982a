#include <heartsight/core/sampling_rate.hpp>

#include "cpp/raises.hpp"

#include <limits>

namespace sampling_rate_test {

namespace hs = heartsight;
using hs::test::raises;

TEST(SamplingRate, HzAndPeriod) {
  const hs::SamplingRate rate = 500.0;
  EXPECT_EQ(rate.hz(), 500.0);
  EXPECT_EQ(rate.period_s(), 0.002);
  EXPECT_EQ(rate, hs::SamplingRate(500.0));
  EXPECT_NE(rate, hs::SamplingRate(360.0));
}

TEST(SamplingRate, MustBePositiveAndFinite) {
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { hs::SamplingRate rate(bad); }, {"SamplingRate: hz"})) << bad;
  }
}

}  // namespace sampling_rate_test
