#pragma once

#include <heartsight/core/recording.hpp>
#include <heartsight/simulate/detail/ecg_model.hpp>
#include <heartsight/simulate/ecg_options.hpp>

namespace heartsight::inline HEARTSIGHT_ABI::simulate {

/// A simulated recording and what is true of it.
struct SimulatedEcg {
  Recording recording;
  EcgTruth truth;
};

/// A 12-lead ECG with known truth.
///
/// The heart is a moving dipole whose three components are sums of Gaussian kernels along the cardiac phase (Sameni et al.
/// 2007, DOI 10.1155/2007/43407, which extends the dynamical model of McSharry et al. 2003, DOI 10.1109/TBME.2003.808805);
/// beat intervals follow McSharry's two-band spectrum (0.1 and 0.25 Hz). Dower's matrix (Dower et al. 1980,
/// DOI 10.1016/S0022-0736(80)80001-X) gives the leads, so Einthoven's and Goldberger's relations hold. Noise enters at the
/// nine electrodes, as it does on a patient, and reaches the leads through the same relations.
///
/// @param sampling_rate  20 to 10,000 Hz.
/// @param options        see EcgOptions; every amplitude in mV, every time in s.
/// @return recording (12, round(duration_s * rate)) in mV, standard leads, id "simulated"; and its truth.
/// @throws DomainError   an option or the rate is out of range.
///
/// The same seed gives the same bits in C++ and Python of one build; across platforms the last digits follow the libm.
/// It promises shapes that resemble the five diagnostic superclasses, not the variety of patients. O(duration * beats'
/// kernel length).
[[nodiscard]] inline SimulatedEcg ecg(SamplingRate sampling_rate, const EcgOptions& options = {}) {
  auto [samples, truth] = detail::simulate_ecg(sampling_rate.hz(), options);
  Recording recording(std::move(samples), sampling_rate, {standard_leads.begin(), standard_leads.end()});
  recording.id = "simulated";
  return {std::move(recording), std::move(truth)};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::simulate
