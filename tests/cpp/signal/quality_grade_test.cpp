#include <heartsight/signal/quality_grade.hpp>

#include <gtest/gtest.h>

namespace quality_grade_test {

using namespace heartsight::signal;

TEST(QualityGrade, NamesAndOrder) {
  EXPECT_EQ(to_string(QualityGrade::usable), "usable");
  EXPECT_EQ(to_string(QualityGrade::beats_only), "beats_only");
  EXPECT_EQ(to_string(QualityGrade::unusable), "unusable");
  EXPECT_LT(QualityGrade::usable, QualityGrade::beats_only);
  EXPECT_LT(QualityGrade::beats_only, QualityGrade::unusable);
}

TEST(QualityReason, EveryBitHasItsOwnName) {
  EXPECT_TRUE(reason_names(0).empty());
  QualityReasons all = 0;
  for (const QualityReason reason : quality_reasons) {
    EXPECT_FALSE(has_reason(all, reason));
    all |= static_cast<QualityReasons>(reason);
    EXPECT_EQ(reason_names(static_cast<QualityReasons>(reason)), std::vector<std::string>{std::string(to_string(reason))});
  }
  EXPECT_EQ(reason_names(all), (std::vector<std::string>{"flat", "clipped", "mains", "wander", "muscle", "loose", "missing",
                                                         "reversed_limb_leads"}));
  EXPECT_EQ(reason_names(1 | 64), (std::vector<std::string>{"flat", "missing"}));
}

}  // namespace quality_grade_test
