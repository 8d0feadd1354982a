#include <heartsight/features/recording_measurements.hpp>

#include <gtest/gtest.h>

namespace recording_measurements_test {

namespace ft = heartsight::features;

TEST(RecordingMeasurements, ValuesFollowTheSchema) {
  ft::Measurements m;
  m.leads = {"V1", "II"};
  m.by_lead.resize(2);
  m.by_lead_uncertainty.resize(2);
  m.by_lead[1].r_amplitude_mv = 1.25;
  m.by_lead_uncertainty[1].r_amplitude_mv = 0.02;
  m.global.qt_ms = 400.0;
  const auto names = m.schema().names;
  const auto values = m.values();
  const auto errors = m.uncertainties();
  ASSERT_EQ(values.size(), names.size());
  ASSERT_EQ(errors.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == "II_r_amplitude") {
      EXPECT_EQ(values[i], 1.25);
      EXPECT_EQ(errors[i], 0.02);
    } else if (names[i] == "qt") {
      EXPECT_EQ(values[i], 400.0);
    } else {
      EXPECT_TRUE(std::isnan(values[i])) << names[i];
    }
  }
}

}  // namespace recording_measurements_test
