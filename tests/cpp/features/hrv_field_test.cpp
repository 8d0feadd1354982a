#include <heartsight/features/hrv_field.hpp>

#include <heartsight/features/hrv.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace hrv_field_test {

namespace features = heartsight::features;

namespace {

/// Each index once, each member once.
template <class Group, std::size_t N>
void expect_complete(const std::array<features::HrvField<Group>, N>& fields, std::size_t n_doubles) {
  std::set<std::string_view> names;
  Group group;
  for (const auto& field : fields) {
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_FALSE(field.description.empty());
    EXPECT_NE(group.*field.value, -7.0) << field.name << " names a member that has a name";
    group.*field.value = -7.0;
  }
  EXPECT_EQ(fields.size(), n_doubles);
}

}  // namespace

TEST(HrvField, EveryIndexIsListedOnce) {
  expect_complete(features::hrv_time_fields, sizeof(features::HrvTime) / sizeof(double));
  expect_complete(features::hrv_nonlinear_fields, sizeof(features::HrvNonlinear) / sizeof(double));
  expect_complete(features::hrv_frequency_fields,
                  (sizeof(features::HrvFrequency) - 2 * sizeof(std::vector<double>)) / sizeof(double));
}

}  // namespace hrv_field_test
