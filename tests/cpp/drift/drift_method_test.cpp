#include <heartsight/drift/drift_method.hpp>

#include "cpp/raises.hpp"

namespace drift_method_test {

namespace drift = heartsight::drift;

TEST(DriftMethod, NamesThereAndBack) {
  for (std::size_t i = 0; i + 1 < drift::drift_method_names.size(); ++i) {
    EXPECT_EQ(to_string(drift::parse_drift_method(drift::drift_method_names[i])), drift::drift_method_names[i]);
  }
  EXPECT_TRUE(heartsight::test::raises<heartsight::DomainError>([] { (void)drift::parse_drift_method("proportions"); },
                                                                {"method = proportions", "hellinger"}));
}

}  // namespace drift_method_test
