#pragma once

#include <heartsight/features/detail/hrv_nonlinear.hpp>

#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// Non-linear indices of heart rate variability: Poincaré plot, asymmetry, fragmentation, entropies, fluctuation exponents.
///
/// @param nn      the NN intervals, with their gaps; a span of ms is a series without a mask. Pairs, templates and windows
///                never cross a gap.
/// @param options tolerance and dimension of the entropies, windows of the exponents, minimum lengths.
/// @return HrvNonlinear, each index NaN where it does not exist: fewer than two pairs, no difference of either sign, no
///         variability. Unless minimum_lengths is false, also sample entropy below 200 intervals and approximate entropy
///         below 100 (10^dimension, Pincus 1991), and the exponents below four times their longest window (Peng et al.
///         1995).
/// @throws DomainError an interval is 0 or negative; an option is out of range.
///
/// Golden values of NeuroKit2 0.2.13 in tests/golden/hrv. Cost: see sample_entropy; the rest is O(n).
/// @cite Brennan et al. 2001, DOI 10.1109/10.959330 (SD1, SD2); Toichi et al. 1997, DOI 10.1016/S0165-1838(96)00112-9 (CSI,
/// CVI);
///       Guzik et al. 2006, DOI 10.1515/BMT.2006.054; Porta et al. 2008, DOI 10.1152/ajpregu.00129.2008; Costa et al. 2017,
///       DOI 10.3389/fphys.2017.00255 (fragmentation)
[[nodiscard]] inline HrvNonlinear hrv_nonlinear(const NnSeries& nn, const HrvNonlinearOptions& options = {}) {
  return detail::hrv_nonlinear(nn, options);
}
[[nodiscard]] inline HrvNonlinear hrv_nonlinear(std::span<const double> nn_ms, const HrvNonlinearOptions& options = {}) {
  return detail::hrv_nonlinear(NnSeries(nn_ms), options);
}
[[nodiscard]] inline HrvNonlinear hrv_nonlinear(std::span<const float> nn_ms, const HrvNonlinearOptions& options = {}) {
  return detail::hrv_nonlinear(NnSeries(nn_ms), options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
