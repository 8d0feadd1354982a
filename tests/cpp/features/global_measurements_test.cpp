#include <heartsight/features/global_measurements.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace global_measurements_test {

namespace ft = heartsight::features;

TEST(GlobalMeasurements, NothingIsMeasuredAtFirst) {
  const ft::GlobalMeasurements all;
  for (const auto& field : ft::global_measurement_fields) EXPECT_TRUE(std::isnan(all.*field.value)) << field.name;
}

}  // namespace global_measurements_test
