#include <heartsight/features/measurement_schema.hpp>

#include <gtest/gtest.h>

namespace measurement_schema_test {

namespace ft = heartsight::features;

TEST(MeasurementSchema, NamesInTheirOrder) {
  const std::vector<std::string> leads = {"AVR", "V1"};
  const auto schema = ft::measurement_schema(leads);
  ASSERT_EQ(schema.names.size(), 2 * ft::lead_measurement_fields.size() + ft::global_measurement_fields.size());
  EXPECT_EQ(schema.definition, "measurements/1");
  EXPECT_EQ(schema.names.front(), "aVR_p_amplitude");
  EXPECT_EQ(schema.names[ft::lead_measurement_fields.size()], "V1_p_amplitude");
  EXPECT_EQ(schema.names[2 * ft::lead_measurement_fields.size()], "n_beats");
  EXPECT_NE(schema.fingerprint(), ft::measurement_schema(std::vector<std::string>{"V1", "aVR"}).fingerprint());
}

TEST(MeasurementSchema, DescriptionsGoWithTheNames) {
  const std::vector<std::string> leads = {"II"};
  const auto columns = ft::describe_measurements(leads);
  const auto names = ft::measurement_schema(leads).names;
  ASSERT_EQ(columns.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(columns[i].name, names[i]);
  EXPECT_EQ(columns[0].unit, "mV");
}

}  // namespace measurement_schema_test
