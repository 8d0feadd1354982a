#include <heartsight/features/r_progression.hpp>

#include "cpp/features/lead_cases.hpp"

#include <gtest/gtest.h>

namespace r_progression_test {

namespace ft = heartsight::features;
using heartsight::test::TwelveLeads;

TEST(RProgression, TransitionBetweenTwoLeads) {
  TwelveLeads leads;
  leads.complex("V1", 0.2, -0.8);
  leads.complex("V2", 0.3, -0.9);
  leads.complex("V3", 0.4, -0.6);  // -0.2
  leads.complex("V4", 0.8, -0.2);  // 0.6: a quarter of the way from V3
  const auto r = ft::r_progression(leads.leads, leads.index);
  EXPECT_NEAR(r.transition_zone, 3.25, 1e-12);
  EXPECT_NEAR(r.slope_mv_per_lead, (-1.5 * 0.2 - 0.5 * 0.3 + 0.5 * 0.4 + 1.5 * 0.8) / 5.0, 1e-12);
}

TEST(RProgression, EarlyNeverAndMissing) {
  TwelveLeads leads;
  EXPECT_EQ(ft::r_progression(leads.leads, leads.index).transition_zone, 1.0);
  for (const char* name : {"V1", "V2", "V3", "V4", "V5", "V6"}) leads.complex(name, 0.1, -1.0);
  EXPECT_EQ(ft::r_progression(leads.leads, leads.index).transition_zone, 7.0);
  EXPECT_EQ(ft::r_progression(leads.leads, leads.index).slope_mv_per_lead, 0.0);
  leads["V6"] = {};
  EXPECT_TRUE(std::isnan(ft::r_progression(leads.leads, leads.index).transition_zone));
  leads["V2"] = {};
  EXPECT_TRUE(std::isnan(ft::r_progression(leads.leads, leads.index).slope_mv_per_lead));
}

}  // namespace r_progression_test
