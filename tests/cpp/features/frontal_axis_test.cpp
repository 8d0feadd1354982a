#include <heartsight/features/frontal_axis.hpp>

#include <gtest/gtest.h>

namespace frontal_axis_test {

namespace ft = heartsight::features;

TEST(FrontalAxis, DirectionsOfTheLeads) {
  EXPECT_DOUBLE_EQ(ft::frontal_axis(1.0, 0.0), 0.0);
  EXPECT_DOUBLE_EQ(ft::frontal_axis(0.0, 2.0), 90.0);
  EXPECT_DOUBLE_EQ(ft::frontal_axis(-1.0, 0.0), 180.0);
  EXPECT_DOUBLE_EQ(ft::frontal_axis(0.0, -0.3), -90.0);
  // A vector of length 1 towards II (60 degrees): I shows cos 60, aVF sqrt(3) / 2 sin 60.
  EXPECT_NEAR(ft::frontal_axis(0.5, 0.75), 60.0, 1e-9);
  EXPECT_NEAR(ft::frontal_axis(0.5, -0.75), -60.0, 1e-9);
}

TEST(FrontalAxis, NoDirection) {
  EXPECT_TRUE(std::isnan(ft::frontal_axis(0.0, 0.0)));
  EXPECT_TRUE(std::isnan(ft::frontal_axis(std::numeric_limits<double>::quiet_NaN(), 1.0)));
  EXPECT_TRUE(std::isnan(ft::frontal_axis(1.0, std::numeric_limits<double>::infinity())));
}

TEST(FrontalAxis, AnglesGoTheShortWay) {
  EXPECT_DOUBLE_EQ(ft::angle_between(10.0, 350.0), 20.0);
  EXPECT_DOUBLE_EQ(ft::angle_between(-170.0, 170.0), 20.0);
  EXPECT_DOUBLE_EQ(ft::angle_between(0.0, 180.0), 180.0);
  EXPECT_TRUE(std::isnan(ft::angle_between(0.0, std::numeric_limits<double>::quiet_NaN())));
}

}  // namespace frontal_axis_test
