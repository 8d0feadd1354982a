#include <heartsight/features/kors_vcg.hpp>

#include <gtest/gtest.h>

namespace kors_vcg_test {

namespace ft = heartsight::features;

TEST(KorsVcg, OneLeadGivesItsColumn) {
  std::array<double, 8> leads{};
  leads[1] = 2.0;  // II
  const auto v = ft::kors_vector(leads);
  EXPECT_DOUBLE_EQ(v.x, -0.14);
  EXPECT_DOUBLE_EQ(v.y, 1.86);
  EXPECT_DOUBLE_EQ(v.z, -0.46);
  leads[1] = 0.0;
  leads[7] = 1.0;  // V6
  EXPECT_DOUBLE_EQ(ft::kors_vector(leads).x, 0.54);
  EXPECT_EQ(ft::kors_leads[7], "V6");
}

TEST(KorsVcg, DirectionsOfAVector) {
  const ft::HeartVector back{0.0, 0.0, 3.0};
  EXPECT_DOUBLE_EQ(back.magnitude(), 3.0);
  EXPECT_DOUBLE_EQ(back.azimuth(), 90.0);
  EXPECT_DOUBLE_EQ(back.elevation(), 90.0);
  EXPECT_DOUBLE_EQ((ft::HeartVector{0.0, 2.0, 0.0}.elevation()), 0.0);
}

TEST(KorsVcg, Angles) {
  EXPECT_NEAR(ft::spatial_angle({1.0, 0.0, 0.0}, {0.0, 2.0, 0.0}), 90.0, 1e-12);
  EXPECT_DOUBLE_EQ(ft::spatial_angle({1.0, 1.0, 1.0}, {-2.0, -2.0, -2.0}), 180.0);
  EXPECT_DOUBLE_EQ(ft::spatial_angle({0.1, 0.2, 0.3}, {0.1, 0.2, 0.3}), 0.0);
  EXPECT_TRUE(std::isnan(ft::spatial_angle({0.0, 0.0, 0.0}, {1.0, 0.0, 0.0})));
  EXPECT_TRUE(std::isnan(ft::spatial_angle({}, {1.0, 0.0, 0.0})));
}

}  // namespace kors_vcg_test
