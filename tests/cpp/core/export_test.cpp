#include <heartsight/core/export.hpp>

#include <gtest/gtest.h>

namespace export_test {

namespace {
class HEARTSIGHT_EXPORT Exported {
 public:
  [[nodiscard]] int value() const { return 3; }
};
}  // namespace

TEST(Export, MarksAClassWithoutChangingIt) {
  EXPECT_EQ(Exported().value(), 3);
}

}  // namespace export_test
