#include <heartsight/features/measurement_field.hpp>

#include <heartsight/features/global_measurements.hpp>
#include <heartsight/features/lead_measurements.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace measurement_field_test {

namespace ft = heartsight::features;

namespace {

struct Pair {
  double a = 1.0;
  double b = 2.0;
};

/// Every name once, every member once, nothing without a unit and a definition.
template <class Fields>
void check(const Fields& fields) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    EXPECT_TRUE(names.insert(std::string(fields[i].name)).second) << fields[i].name;
    EXPECT_FALSE(fields[i].unit.empty()) << fields[i].name;
    EXPECT_GE(fields[i].definition.size(), 8U) << fields[i].name;
    for (std::size_t j = 0; j < i; ++j) EXPECT_TRUE(fields[i].value != fields[j].value) << fields[i].name;
  }
}

}  // namespace

TEST(MeasurementField, PointsAtItsValue) {
  constexpr ft::MeasurementField<Pair> field{"b", "mV", &Pair::b, "the second"};
  EXPECT_EQ(Pair{}.*field.value, 2.0);
}

TEST(MeasurementField, TheListsAreComplete) {
  check(ft::lead_measurement_fields);
  check(ft::global_measurement_fields);
  EXPECT_EQ(sizeof(ft::LeadMeasurements), ft::lead_measurement_fields.size() * sizeof(double));
  EXPECT_EQ(sizeof(ft::GlobalMeasurements), ft::global_measurement_fields.size() * sizeof(double));
}

}  // namespace measurement_field_test
