#include <heartsight/features/standard_lead_index.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace standard_lead_index_test {

using heartsight::features::StandardLeadIndex;

TEST(StandardLeadIndex, FindsNamesInAnySpelling) {
  const std::vector<std::string> names = {"MLII", "AVR", "lead v1", "V1"};
  const StandardLeadIndex index(names);
  EXPECT_EQ(index.row("aVR"), 1U);
  EXPECT_EQ(index.row("V1"), 2U);  // the first of two
  EXPECT_EQ(index.row(6), 2U);
  EXPECT_EQ(index.row("II"), StandardLeadIndex::absent);  // MLII is another lead
  EXPECT_EQ(index.row("X"), StandardLeadIndex::absent);
  EXPECT_EQ(StandardLeadIndex::place_of("V6"), 11U);
  EXPECT_EQ(StandardLeadIndex(std::vector<std::string>{}).row("I"), StandardLeadIndex::absent);
}

}  // namespace standard_lead_index_test
