#include <heartsight/features/voltage_criteria.hpp>

#include "cpp/features/lead_cases.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace voltage_criteria_test {

namespace hs = heartsight;
namespace ft = heartsight::features;
using hs::test::TwelveLeads;

namespace {

ft::VoltageCriteria criteria(const TwelveLeads& leads, hs::Sex sex = hs::Sex::male, double qrs_ms = 80.0,
                             double axis = 40.0) {
  return ft::voltage_criteria(leads.leads, leads.index, sex, qrs_ms, axis);
}

}  // namespace

TEST(VoltageCriteria, HandComputed) {
  TwelveLeads leads;
  leads.complex("V1", 0.2, -1.9);
  leads.complex("V3", 0.5, -1.5);
  leads.complex("V4", 1.0, -0.9);
  leads.complex("V5", 2.4, -0.2);
  leads.complex("V6", 1.8, -0.1);
  leads.complex("aVL", 1.1, -0.1);
  const auto c = criteria(leads);
  EXPECT_NEAR(c.sokolow_lyon_mv, 4.3, 1e-12);
  EXPECT_NEAR(c.cornell_mv, 2.6, 1e-12);
  EXPECT_NEAR(c.cornell_product_mv_ms, 208.0, 1e-9);
  EXPECT_NEAR(criteria(leads, hs::Sex::female).cornell_product_mv_ms, 256.0, 1e-9);
  EXPECT_NEAR(c.peguero_lo_presti_mv, 1.9 + 0.9, 1e-12);
  EXPECT_NEAR(c.limb_peak_to_peak_mv, 1.2, 1e-12);
  EXPECT_NEAR(c.chest_peak_to_peak_mv, 2.6, 1e-12);
  EXPECT_NEAR(c.total_peak_to_peak_mv, 6.2 + 2.1 + 1.0 + 2.0 + 1.9 + 2.6 + 1.9, 1e-12);
}

TEST(VoltageCriteria, RomhiltEstesPoints) {
  TwelveLeads leads;
  EXPECT_EQ(criteria(leads).romhilt_estes_points, 0.0);
  leads.complex("V5", 3.0, -0.2);
  EXPECT_EQ(criteria(leads).romhilt_estes_points, 3.0);
  leads["V5"].j60_mv = -0.06;
  leads["V5"].t_amplitude_mv = -0.2;
  EXPECT_EQ(criteria(leads).romhilt_estes_points, 6.0);
  leads["V1"].p_terminal_force_mv_ms = -4.5;
  EXPECT_EQ(criteria(leads).romhilt_estes_points, 9.0);
  EXPECT_EQ(criteria(leads, hs::Sex::male, 80.0, -35.0).romhilt_estes_points, 11.0);
  EXPECT_EQ(criteria(leads, hs::Sex::male, 95.0, -35.0).romhilt_estes_points, 12.0);
  leads["V6"].intrinsicoid_ms = 52.0;
  EXPECT_EQ(criteria(leads, hs::Sex::male, 95.0, -35.0).romhilt_estes_points, 13.0);
}

TEST(VoltageCriteria, MissingLeads) {
  const std::vector<std::string> names = {"V1", "V5"};
  std::vector<ft::LeadMeasurements> two(2);
  two[0].qrs_min_mv = -1.0;
  two[0].qrs_max_mv = 0.1;
  two[1].qrs_max_mv = 2.0;
  const auto c = ft::voltage_criteria(two, ft::StandardLeadIndex(names), hs::Sex::unknown, 80.0, 10.0);
  for (const double v : {c.sokolow_lyon_mv, c.cornell_mv, c.cornell_product_mv_ms, c.peguero_lo_presti_mv,
                         c.limb_peak_to_peak_mv, c.chest_peak_to_peak_mv, c.total_peak_to_peak_mv, c.romhilt_estes_points}) {
    EXPECT_TRUE(std::isnan(v));
  }
}

}  // namespace voltage_criteria_test
