#include <heartsight/drift/p_value_method.hpp>

TEST(PValueMethod, AutomaticIsTheDefault) {
  EXPECT_EQ(heartsight::drift::PValueMethod{}, heartsight::drift::PValueMethod::automatic);
}
