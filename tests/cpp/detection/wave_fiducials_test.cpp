#include <heartsight/detection/wave_fiducials.hpp>

#include <gtest/gtest.h>

namespace wave_fiducials_test {

TEST(WaveFiducials, WavesAreAbsentUntilTheyAreMarked) {
  heartsight::detection::WaveFiducials at;
  EXPECT_FALSE(at.has_p() || at.has_qrs() || at.has_t());
  at.p_peak = 1.0;
  at.qrs_onset = 2.0;
  EXPECT_TRUE(at.has_p());
  EXPECT_FALSE(at.has_qrs()) << "a complex has two ends";
  at.qrs_offset = 3.0;
  at.t_peak = 4.0;
  EXPECT_TRUE(at.has_qrs() && at.has_t());
}

}  // namespace wave_fiducials_test
