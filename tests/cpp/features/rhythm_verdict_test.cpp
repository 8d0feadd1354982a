#include <heartsight/features/rhythm_verdict.hpp>

#include <gtest/gtest.h>

namespace rhythm_verdict_test {

namespace ft = heartsight::features;

TEST(RhythmVerdict, Names) {
  EXPECT_EQ(ft::to_string(ft::RhythmVerdict::sinus), "sinus");
  EXPECT_EQ(ft::to_string(ft::RhythmVerdict::atrial_fibrillation_suspected), "atrial_fibrillation_suspected");
  EXPECT_EQ(ft::to_string(ft::RhythmVerdict::other), "other");
  EXPECT_EQ(ft::to_string(ft::RhythmVerdict::not_enough), "not_enough");
}

}  // namespace rhythm_verdict_test
