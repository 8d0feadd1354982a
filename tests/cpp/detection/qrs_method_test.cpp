#include <heartsight/detection/qrs_method.hpp>

#include "cpp/raises.hpp"

namespace qrs_method_test {

namespace hs = heartsight;

TEST(QrsMethod, NamesGoBothWays) {
  for (const auto& [name, method] : hs::detection::detail::qrs_method_names) {
    EXPECT_EQ(hs::detection::qrs_method(name), method);
    EXPECT_EQ(hs::detection::qrs_method(hs::detection::name_of(method)), method);
  }
  EXPECT_EQ(hs::detection::name_of(hs::detection::QrsMethod::heartsight), "heartsight");
}

TEST(QrsMethod, AnUnknownNameIsRefusedWithTheKnownOnes) {
  EXPECT_TRUE(
      hs::test::raises<hs::DomainError>([] { (void)hs::detection::qrs_method("wavelet"); }, {"wavelet", "heartsight"}));
}

}  // namespace qrs_method_test
