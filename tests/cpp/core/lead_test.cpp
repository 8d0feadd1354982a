#include <heartsight/core/lead.hpp>

#include <gtest/gtest.h>

#include <cctype>

namespace lead_test {

namespace hs = heartsight;

TEST(Lead, AliasesBecomeTheStandardSpelling) {
  EXPECT_EQ(hs::standard_lead_name("AVR"), "aVR");
  EXPECT_EQ(hs::standard_lead_name(" avf\r"), "aVF");
  EXPECT_EQ(hs::standard_lead_name("Lead II"), "II");
  EXPECT_EQ(hs::standard_lead_name("MDC_ECG_LEAD_V1"), "V1");
  EXPECT_EQ(hs::standard_lead_name("ECG_v6"), "V6");
}

TEST(Lead, OtherNamesAreNotGuessed) {
  EXPECT_FALSE(hs::standard_lead_name("MLII"));
  EXPECT_FALSE(hs::standard_lead_name("V7"));
  EXPECT_FALSE(hs::standard_lead_name(""));
  EXPECT_FALSE(hs::standard_lead_name("lead"));
  EXPECT_EQ(hs::canonical_lead_name("  MLII "), "MLII");
  EXPECT_EQ(hs::canonical_lead_name("   "), "");
}

TEST(Lead, FoundUnderAnyAlias) {
  const std::vector<std::string> leads = {"i", "AVL", "MLII"};
  EXPECT_EQ(hs::find_lead(leads, "I"), 0U);
  EXPECT_EQ(hs::find_lead(leads, "aVL"), 1U);
  EXPECT_EQ(hs::find_lead(leads, "II"), std::nullopt);
}

TEST(Lead, EveryStandardLeadIsFoundInAnyCase) {
  for (const auto lead : hs::standard_leads) {
    std::string lower(lead);
    for (char& c : lower) c = static_cast<char>(std::tolower(c));
    for (const std::string& name : {lower, "ECG " + lower, "lead_" + lower, std::string(lead) + "\r"}) {
      EXPECT_EQ(hs::standard_lead_name(name), std::string(lead)) << name;
    }
  }
}

}  // namespace lead_test
