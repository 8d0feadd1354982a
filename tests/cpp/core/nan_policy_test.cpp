#include <heartsight/core/nan_policy.hpp>

#include <gtest/gtest.h>

namespace nan_policy_test {

TEST(NanPolicy, PropagateIsTheZeroValue) {
  EXPECT_EQ(heartsight::NanPolicy{}, heartsight::NanPolicy::propagate);
  EXPECT_NE(heartsight::NanPolicy::omit, heartsight::NanPolicy::reject);
}

}  // namespace nan_policy_test
