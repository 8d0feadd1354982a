#include <heartsight/detection/wave_shape.hpp>

#include <gtest/gtest.h>

#include <set>

namespace wave_shape_test {

namespace hd = heartsight::detection;

TEST(WaveShape, EachHasItsOwnName) {
  std::set<std::string_view> names;
  for (const auto shape : {hd::WaveShape::absent, hd::WaveShape::upright, hd::WaveShape::inverted, hd::WaveShape::up_down,
                           hd::WaveShape::down_up}) {
    names.insert(hd::to_string(shape));
  }
  EXPECT_EQ(names.size(), 5U);
  EXPECT_EQ(hd::to_string(hd::WaveShape::inverted), "inverted");
}

}  // namespace wave_shape_test
