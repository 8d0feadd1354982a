#include <heartsight/drift/test_result.hpp>

#include <gtest/gtest.h>

namespace test_result_test {

TEST(TestResult, IsAPairOfNumbers) {
  const heartsight::drift::TestResult r{1.5, 0.25};
  EXPECT_EQ(r.statistic, 1.5);
  EXPECT_EQ(r.p_value, 0.25);
}

}  // namespace test_result_test
