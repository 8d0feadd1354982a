#include <heartsight/drift/verdict.hpp>

#include <gtest/gtest.h>

namespace verdict_test {

TEST(Verdict, InWords) {
  using heartsight::drift::Verdict;
  EXPECT_EQ(to_string(Verdict::no_drift_shown), "no drift shown");
  EXPECT_EQ(to_string(Verdict::drift), "drift");
  EXPECT_EQ(to_string(Verdict::negligible), "significant but negligible");
  EXPECT_EQ(to_string(Verdict::not_enough_data), "not enough data");
}

}  // namespace verdict_test
