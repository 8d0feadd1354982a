#include <heartsight/metrics/jitter_score.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace jitter_score_test {

namespace hs = heartsight;
using hs::metrics::jitter_score;
using Beats = std::vector<std::int64_t>;

TEST(JitterScore, ADelayCostsNothingAndJitterDoes) {
  const auto delayed = jitter_score(Beats{100, 1100, 2100, 3100}, Beats{130, 1130, 2130, 3130}, 1000.0);
  EXPECT_DOUBLE_EQ(delayed.delay_s, 0.03);
  EXPECT_DOUBLE_EQ(delayed.jitter_s, 0.0);
  EXPECT_DOUBLE_EQ(delayed.score, 1.0);
  // Offsets -10, -10, 0, 10, 10 around their median: a jitter of 10 ms halves the score.
  const auto jittered = jitter_score(Beats{1000, 2000, 3000, 4000, 5000}, Beats{990, 1990, 3000, 4010, 5010}, 1000.0);
  EXPECT_DOUBLE_EQ(jittered.jitter_s, 0.01);
  EXPECT_DOUBLE_EQ(jittered.score, 0.5);
}

TEST(JitterScore, MissedAndExtraBeatsLowerIt) {
  const auto score = jitter_score(Beats{1000, 2000, 3000}, Beats{1000, 2000, 2500}, 1000.0);
  EXPECT_DOUBLE_EQ(score.f1, 4.0 / 6.0);
  EXPECT_DOUBLE_EQ(score.score, 4.0 / 6.0);
}

TEST(JitterScore, NothingOnASide) {
  EXPECT_TRUE(std::isnan(jitter_score(Beats{}, Beats{1}, 360.0).score));
  EXPECT_EQ(jitter_score(Beats{1}, Beats{}, 360.0).score, 0.0);
  EXPECT_TRUE(hs::test::raises<hs::DomainError>([] { (void)jitter_score(Beats{2, 1}, Beats{}, 360.0); }, {"reference[1]"}));
  EXPECT_TRUE(hs::test::raises<hs::DomainError>([] { (void)jitter_score(Beats{}, Beats{}, 0.0); }, {"sampling_rate"}));
}

}  // namespace jitter_score_test
