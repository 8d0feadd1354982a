#include <heartsight/features/beat_group.hpp>

#include <gtest/gtest.h>

namespace beat_group_test {

namespace ft = heartsight::features;

TEST(BeatGroup, KindsHaveNames) {
  EXPECT_EQ(ft::to_string(ft::BeatKind::dominant), "dominant");
  EXPECT_EQ(ft::to_string(ft::BeatKind::ectopic), "ectopic");
  EXPECT_EQ(ft::to_string(ft::BeatKind::paced), "paced");
  EXPECT_EQ(ft::to_string(ft::BeatKind::other), "other");
}

TEST(BeatGroup, EqualWhenAllIsEqual) {
  ft::BeatGroups a;
  a.group = {0, ft::BeatGroups::none};
  ft::BeatGroups b = a;
  EXPECT_EQ(a, b);
  b.group[1] = 0;
  EXPECT_NE(a, b);
}

}  // namespace beat_group_test
