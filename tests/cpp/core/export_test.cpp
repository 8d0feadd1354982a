#include <heartsight/core/export.hpp>

#include <gtest/gtest.h>

namespace {
class HEARTSIGHT_EXPORT Exported {
 public:
  [[nodiscard]] int value() const { return 3; }
};
}  // namespace

TEST(Export, MarksAClassWithoutChangingIt) {
  EXPECT_EQ(Exported().value(), 3);
}
