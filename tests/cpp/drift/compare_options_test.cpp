#include <heartsight/drift/compare_options.hpp>

#include "cpp/raises.hpp"

namespace compare_options_test {

namespace drift = heartsight::drift;
using heartsight::test::raises;

TEST(CompareOptions, NamesThereAndBack) {
  for (const char* name : {"holm", "benjamini_hochberg", "none"}) EXPECT_EQ(to_string(drift::parse_correction(name)), name);
  for (const char* name : {"default", "reference"}) EXPECT_EQ(to_string(drift::parse_preset(name)), name);
  EXPECT_TRUE(raises<heartsight::DomainError>([] { (void)drift::parse_correction("bonferroni"); }, {"correction"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([] { (void)drift::parse_preset("x"); }, {"preset"}));
}

TEST(CompareOptions, MarginsOfTheMethods) {
  EXPECT_EQ(drift::default_margin(drift::DriftMethod::anderson_darling), 0.05);
  EXPECT_EQ(drift::default_margin(drift::DriftMethod::wasserstein), 0.1);
  EXPECT_EQ(drift::default_margin(drift::DriftMethod::population_stability_index), 0.02);
}

}  // namespace compare_options_test
