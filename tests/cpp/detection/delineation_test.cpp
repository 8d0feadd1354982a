#include <heartsight/detection/delineation.hpp>

#include <gtest/gtest.h>

namespace delineation_test {

namespace hd = heartsight::detection;

TEST(Delineation, RowsAreLeadsAndColumnsBeats) {
  hd::Delineation found;
  found.n_leads = 2;
  found.r_peaks = {100, 200, 300};
  found.waves.resize(6);
  found.waves[4].at.qrs_onset = 7.0;
  EXPECT_EQ(found.n_beats(), 3U);
  EXPECT_EQ(found.of(1, 1).at.qrs_onset, 7.0);
  EXPECT_THROW((void)found.of(2, 0), heartsight::DomainError);
  EXPECT_THROW((void)found.of(0, 3), heartsight::DomainError);
}

}  // namespace delineation_test
