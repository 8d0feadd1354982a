#include <heartsight/drift/drift_report.hpp>

#include <gtest/gtest.h>

namespace drift_report_test {

namespace drift = heartsight::drift;

TEST(DriftReport, AnEmptyOneClaimsNothing) {
  EXPECT_EQ(drift::DriftReport{}.verdict, drift::Verdict::not_enough_data);
  EXPECT_EQ(drift::ColumnDrift{}.verdict, drift::Verdict::not_enough_data);
  EXPECT_EQ(to_string(drift::ColumnKind::missing), "missing");
}

}  // namespace drift_report_test
