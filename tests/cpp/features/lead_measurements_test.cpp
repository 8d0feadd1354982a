#include <heartsight/features/lead_measurements.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace lead_measurements_test {

namespace ft = heartsight::features;

TEST(LeadMeasurements, NothingIsMeasuredAtFirst) {
  const ft::LeadMeasurements lead;
  for (const auto& field : ft::lead_measurement_fields) EXPECT_TRUE(std::isnan(lead.*field.value)) << field.name;
}

}  // namespace lead_measurements_test
