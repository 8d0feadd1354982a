#include <heartsight/drift/p_value_method.hpp>

#include <gtest/gtest.h>

namespace p_value_method_test {

TEST(PValueMethod, AutomaticIsTheDefault) {
  EXPECT_EQ(heartsight::drift::PValueMethod{}, heartsight::drift::PValueMethod::automatic);
}

}  // namespace p_value_method_test
