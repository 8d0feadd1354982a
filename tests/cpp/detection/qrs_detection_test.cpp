#include <heartsight/detection/qrs_detection.hpp>

#include <gtest/gtest.h>

namespace qrs_detection_test {

using heartsight::detection::QrsDetection;

TEST(QrsDetection, ComparesByValue) {
  QrsDetection a;
  a.r_peaks = {3, 9};
  QrsDetection b = a;
  EXPECT_EQ(a, b);
  b.unusable.push_back({0, 360});
  EXPECT_NE(a, b);
}

}  // namespace qrs_detection_test
