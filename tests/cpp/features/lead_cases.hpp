#pragma once

#include <heartsight/core/lead.hpp>
#include <heartsight/features/lead_measurements.hpp>
#include <heartsight/features/standard_lead_index.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace heartsight::test {

/// Twelve measured leads whose complexes are R of 0.6 mV and S of 0.4 mV until a test says otherwise.
struct TwelveLeads {
  std::vector<std::string> names{standard_leads.begin(), standard_leads.end()};
  std::vector<features::LeadMeasurements> leads = std::vector<features::LeadMeasurements>(12);
  features::StandardLeadIndex index{names};

  TwelveLeads() {
    for (const std::string_view name : standard_leads) complex(name, 0.6, -0.4);
    for (features::LeadMeasurements& lead : leads) {
      lead.p_amplitude_mv = 0.1;
      lead.p_terminal_force_mv_ms = 0.0;
      lead.j_mv = lead.j40_mv = lead.j60_mv = lead.j80_mv = 0.0;
      lead.t_amplitude_mv = 0.3;
      lead.intrinsicoid_ms = 35.0;
      lead.q_amplitude_mv = lead.q_duration_ms = 0.0;
    }
  }
  features::LeadMeasurements& operator[](std::string_view name) { return leads[index.row(name)]; }

  void complex(std::string_view name, double high, double low) {
    features::LeadMeasurements& lead = (*this)[name];
    lead.qrs_max_mv = lead.r_amplitude_mv = high;
    lead.qrs_min_mv = lead.s_amplitude_mv = low;
    lead.qrs_peak_to_peak_mv = high - low;
    lead.r_share = high / (high - low);
    lead.qrs_area_mv_ms = 20.0 * (high + low);
  }
};

}  // namespace heartsight::test
