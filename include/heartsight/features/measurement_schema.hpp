#pragma once

#include <heartsight/core/lead.hpp>
#include <heartsight/features/feature_schema.hpp>
#include <heartsight/features/global_measurements.hpp>
#include <heartsight/features/lead_measurements.hpp>

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// One column of the vector of measurements.
struct MeasurementDescription {
  std::string name;
  std::string unit;
  std::string definition;

  friend bool operator==(const MeasurementDescription&, const MeasurementDescription&) = default;
};

/// Name, unit and definition of every number in Measurements::values() for these leads: lead after lead ("V1_r_amplitude"),
/// then what concerns all leads ("qrs_duration"). The latter are there for any leads; they are NaN where a lead is missing.
[[nodiscard]] inline std::vector<MeasurementDescription> describe_measurements(std::span<const std::string> leads) {
  std::vector<MeasurementDescription> columns;
  columns.reserve(leads.size() * lead_measurement_fields.size() + global_measurement_fields.size());
  for (const std::string& lead : leads) {
    for (const auto& field : lead_measurement_fields) {
      columns.push_back({canonical_lead_name(lead) + "_" + std::string(field.name), std::string(field.unit),
                         std::string(field.definition)});
    }
  }
  for (const auto& field : global_measurement_fields) {
    columns.push_back({std::string(field.name), std::string(field.unit), std::string(field.definition)});
  }
  return columns;
}

/// Names and fingerprint of that vector. "measurements/1" becomes "measurements/2" when a definition changes.
[[nodiscard]] inline FeatureSchema measurement_schema(std::span<const std::string> leads) {
  FeatureSchema schema{.definition = "measurements/1", .names = {}};
  for (auto& column : describe_measurements(leads)) schema.names.push_back(std::move(column.name));
  return schema;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
