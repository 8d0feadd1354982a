#include <heartsight/features/limb_lead_reversal.hpp>

#include "cpp/features/lead_cases.hpp"

#include <gtest/gtest.h>

namespace limb_lead_reversal_test {

namespace ft = heartsight::features;
using ft::LimbLeadReversal;
using heartsight::test::TwelveLeads;

TEST(LimbLeadReversal, ArmsSwapped) {
  TwelveLeads leads;
  EXPECT_EQ(ft::limb_lead_reversal(leads.leads, leads.index), LimbLeadReversal::none);
  leads.complex("I", 0.1, -0.8);
  leads["I"].p_amplitude_mv = -0.1;
  leads.complex("V6", 1.0, -0.2);
  EXPECT_EQ(ft::limb_lead_reversal(leads.leads, leads.index), LimbLeadReversal::arms);
  leads.complex("V6", 0.2, -0.5);  // a heart on the right side
  EXPECT_EQ(ft::limb_lead_reversal(leads.leads, leads.index), LimbLeadReversal::none);
}

TEST(LimbLeadReversal, AnEmptyLead) {
  TwelveLeads leads;
  leads.complex("II", 0.06, -0.04);
  EXPECT_EQ(ft::limb_lead_reversal(leads.leads, leads.index), LimbLeadReversal::right_arm_leg);
  leads.complex("II", 0.6, -0.4);
  leads.complex("III", 0.06, -0.04);
  EXPECT_EQ(ft::limb_lead_reversal(leads.leads, leads.index), LimbLeadReversal::left_arm_leg);
  leads["V6"] = {};
  EXPECT_EQ(ft::limb_lead_reversal(leads.leads, leads.index), LimbLeadReversal::unknown);
}

TEST(LimbLeadReversal, Names) {
  EXPECT_EQ(ft::to_string(LimbLeadReversal::arms), "right and left arm");
  EXPECT_EQ(ft::to_string(LimbLeadReversal::right_arm_leg), "right arm and right leg");
  EXPECT_EQ(ft::to_string(LimbLeadReversal::left_arm_leg), "left arm and right leg");
  EXPECT_EQ(ft::to_string(LimbLeadReversal::none), "none");
  EXPECT_EQ(ft::to_string(LimbLeadReversal::unknown), "unknown");
}

}  // namespace limb_lead_reversal_test
