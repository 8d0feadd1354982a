#pragma once

#include <heartsight/signal/detail/segment_spectra.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// How the periodograms of the segments become one.
enum class SpectrumAverage : std::uint8_t { mean, median };

struct WelchOptions {
  Window window = {};
  std::size_t nperseg = 256;                           ///< samples of a segment
  std::optional<std::size_t> noverlap = std::nullopt;  ///< samples that neighbours share; half a segment by default
  std::optional<std::size_t> nfft = std::nullopt;      ///< length of the transform, zeros fill it up; nperseg by default
  Detrend detrend = Detrend::constant;
  SpectrumScaling scaling = SpectrumScaling::density;
  SpectrumAverage average = SpectrumAverage::mean;
};

template <class T>
struct PowerSpectrum {
  std::vector<double> frequency_hz;  ///< (n_bins,)
  std::vector<T> power;              ///< (n_bins,), or (n_leads, n_bins) row-major
};

namespace detail {

/// The median of n periodograms of white noise over their mean.
inline double median_bias(std::size_t n) {
  double bias = 1.0;
  for (std::size_t i = 1; i <= (n - 1) / 2; ++i) {
    const double even = 2.0 * static_cast<double>(i);
    bias += 1.0 / (even + 1.0) - 1.0 / even;
  }
  return bias;
}

template <class T>
std::vector<double> median_spectrum(const Segmentation& segmentation, const RealPlan<SmoothPlan>& plan, Detrend detrend,
                                    std::span<const T> signal, std::size_t n_segments) {
  std::vector<double> periodograms(plan.spectrum_size() * n_segments);
  const auto keep = [&](std::size_t segment, std::size_t bin, double re, double im) {
    periodograms[bin * n_segments + segment] = re * re + im * im;
  };
  SegmentSpectra<T, decltype(keep)> job{&segmentation, &plan, detrend, signal, n_segments, keep};
  run_in_lanes(job);
  std::vector<double> power(plan.spectrum_size());
  for (std::size_t k = 0; k < power.size(); ++k) {
    power[k] = median(std::span<const double>(periodograms).subspan(k * n_segments, n_segments)) / median_bias(n_segments);
  }
  return power;
}

template <class T>
PowerSpectrum<T> welch(const MatrixView<const T>& signal, double sampling_rate, const WelchOptions& options) {
  constexpr auto where = "welch";
  check::positive(where, "sampling_rate", sampling_rate);
  const std::size_t n = signal.n_cols();
  const Segmentation segmentation(where, options.window, options.nperseg, options.noverlap, options.nfft, n);
  const std::size_t nfft = segmentation.nfft;
  const std::size_t n_bins = nfft / 2 + 1;
  const double scale = segmentation.scale(where, options.scaling, sampling_rate);
  PowerSpectrum<T> result{bin_frequencies(nfft, sampling_rate),
                          std::vector<T>(signal.n_rows() * n_bins, std::numeric_limits<T>::quiet_NaN())};
  if (signal.empty()) return result;
  const std::size_t n_segments = (n - segmentation.nperseg) / segmentation.hop + 1;
  const bool by_median = options.average == SpectrumAverage::median && n_segments > 1;
  std::optional<RealPlan<SmoothPlan>> real_plan;
  std::optional<ComplexPlan<SmoothPlan>> complex_plan;
  if (by_median) {
    real_plan.emplace(nfft);
  } else {
    complex_plan.emplace(nfft);
  }
  for (std::size_t row = 0; row < signal.n_rows(); ++row) {
    std::vector<double> power;
    if (by_median) {
      power = median_spectrum<T>(segmentation, *real_plan, options.detrend, signal.row(row), n_segments);
    } else {
      SummedSpectrum<T> job{&segmentation, &*complex_plan, options.detrend, signal.row(row), n_segments, {}};
      run_in_lanes(job);
      power = std::move(job.power);
      for (double& p : power) p /= static_cast<double>(n_segments);
    }
    for (std::size_t k = 0; k < n_bins; ++k) {
      const bool is_unpaired = k == 0 || 2 * k == nfft;
      result.power[row * n_bins + k] = static_cast<T>(power[k] * scale * (is_unpaired ? 1.0 : 2.0));
    }
  }
  return result;
}

}  // namespace detail
}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
