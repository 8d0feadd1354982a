#include <heartsight/features/measurement_part.hpp>

#include <gtest/gtest.h>

#include <heartsight/features/measurement_schema.hpp>

#include <map>
#include <string>
#include <vector>

namespace measurement_part_test {

using namespace heartsight::features;

TEST(MeasurementPart, NamesTellPartAndRegion) {
  using enum MeasurementPart;
  EXPECT_EQ(measurement_place("V1_j40"), (MeasurementPlace{st_segment, LeadRegion::anterior}));
  EXPECT_EQ(measurement_place("II_j"), (MeasurementPlace{st_segment, LeadRegion::inferior}));
  EXPECT_EQ(measurement_place("I_p_area"), (MeasurementPlace{p_wave, LeadRegion::lateral}));
  EXPECT_EQ(measurement_place("aVR_t_amplitude"), (MeasurementPlace{t_wave, LeadRegion::avr}));
  EXPECT_EQ(measurement_place("V5_qrs_peak_to_peak"), (MeasurementPlace{qrs, LeadRegion::lateral}));
  EXPECT_EQ(measurement_place("V5_noise"), (MeasurementPlace{noise, LeadRegion::lateral}));
  EXPECT_EQ(measurement_place("qrs_duration"), (MeasurementPlace{qrs, LeadRegion::all}));
  EXPECT_EQ(measurement_place("qrs_axis"), (MeasurementPlace{axes, LeadRegion::all}));
  EXPECT_EQ(measurement_place("t_axis"), (MeasurementPlace{axes, LeadRegion::all}));
  EXPECT_EQ(measurement_place("t_peak_to_end"), (MeasurementPlace{t_wave, LeadRegion::all}));
  EXPECT_EQ(measurement_place("cornell_product"), (MeasurementPlace{voltage, LeadRegion::all}));
  EXPECT_EQ(measurement_place("rr_rmssd"), (MeasurementPlace{rhythm, LeadRegion::all}));
  EXPECT_EQ(measurement_place("p_present"), (MeasurementPlace{rhythm, LeadRegion::all}));
  EXPECT_EQ(measurement_place("st_inferior"), (MeasurementPlace{st_segment, LeadRegion::inferior}));
  EXPECT_EQ(measurement_place("p_terminal_force_v1"), (MeasurementPlace{p_wave, LeadRegion::anterior}));
}

TEST(MeasurementPart, EveryPartAndRegionHasMeasurements) {
  const std::vector<std::string> leads = {"I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"};
  std::map<MeasurementPart, int> by_part;
  std::map<LeadRegion, int> by_region;
  for (const std::string& name : measurement_schema(leads).names) {
    ++by_part[measurement_place(name).part];
    ++by_region[measurement_place(name).region];
  }
  EXPECT_EQ(by_part.size(), measurement_parts.size());
  EXPECT_EQ(by_region.size(), 5U);
  EXPECT_EQ(by_part[MeasurementPart::noise], 15);
  EXPECT_GT(by_part[MeasurementPart::qrs], 200);
  for (const MeasurementPart part : measurement_parts) EXPECT_FALSE(to_string(part).empty());
}

}  // namespace measurement_part_test
