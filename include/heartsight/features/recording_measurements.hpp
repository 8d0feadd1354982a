#pragma once

#include <heartsight/core/recording.hpp>
#include <heartsight/detection/qrs_detection.hpp>
#include <heartsight/detection/wave_fiducials.hpp>
#include <heartsight/features/beat_group.hpp>
#include <heartsight/features/global_measurements.hpp>
#include <heartsight/features/lead_measurements.hpp>
#include <heartsight/features/limb_lead_reversal.hpp>
#include <heartsight/features/measurement_schema.hpp>
#include <heartsight/features/median_beat.hpp>

#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

struct MeasurementOptions {
  Sex sex = Sex::unknown;  ///< the Cornell product has a term for women
};

/// Everything that was measured of one recording.
struct Measurements {
  std::vector<std::string> leads;  ///< canonical names, one per row
  Sex sex = Sex::unknown;
  detection::QrsDetection beats;
  BeatGroups groups;
  MedianBeat median_beat;                                ///< of the dominant group
  std::vector<detection::WaveFiducials> lead_fiducials;  ///< per lead, in samples of the median beat's window
  detection::WaveFiducials fiducials;                    ///< of all leads together, in samples of that window
  std::vector<LeadMeasurements> by_lead;
  /// Standard errors of by_lead, NaN where there is none: amplitudes have that of the median beat, with the level's.
  std::vector<LeadMeasurements> by_lead_uncertainty;
  GlobalMeasurements global;
  /// Standard errors of global, NaN where there is none: intervals have that of their ends, each 1.4826 times the median
  /// absolute deviation between leads over the root of their number (from 3 leads on); the rate that of a mean.
  GlobalMeasurements global_uncertainty;
  LimbLeadReversal limb_lead_reversal = LimbLeadReversal::unknown;

  /// All numbers in the order of measurement_schema(leads).
  [[nodiscard]] std::vector<double> values() const { return flat(by_lead, global); }
  /// Their standard errors in the same order; NaN where there is none.
  [[nodiscard]] std::vector<double> uncertainties() const { return flat(by_lead_uncertainty, global_uncertainty); }
  [[nodiscard]] FeatureSchema schema() const { return measurement_schema(leads); }

 private:
  [[nodiscard]] static std::vector<double> flat(const std::vector<LeadMeasurements>& leads, const GlobalMeasurements& all) {
    std::vector<double> out;
    out.reserve(leads.size() * lead_measurement_fields.size() + global_measurement_fields.size());
    for (const LeadMeasurements& lead : leads) {
      for (const auto& field : lead_measurement_fields) out.push_back(lead.*field.value);
    }
    for (const auto& field : global_measurement_fields) out.push_back(all.*field.value);
    return out;
  }
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
