#include <heartsight/detection/delineation_method.hpp>

#include <gtest/gtest.h>

namespace delineation_method_test {

namespace hd = heartsight::detection;

TEST(DelineationMethod, NamesAreReadBack) {
  for (const auto& [name, method] : hd::detail::delineation_method_names) {
    EXPECT_EQ(hd::delineation_method(name), method) << name;
    EXPECT_EQ(hd::delineation_method(hd::name_of(method)), method);
  }
  EXPECT_EQ(hd::delineation_method("dwt"), hd::DelineationMethod::martinez2004);  // NeuroKit's name
  EXPECT_EQ(hd::name_of(hd::DelineationMethod::martinez2004), "martinez2004");
  EXPECT_THROW((void)hd::delineation_method("dwt2"), heartsight::DomainError);
  EXPECT_THROW((void)hd::delineation_method(""), heartsight::DomainError);
}

}  // namespace delineation_method_test
