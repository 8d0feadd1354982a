#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/signal/detail/lead_seconds.hpp>
#include <heartsight/signal/quality.hpp>
#include <heartsight/signal/welch.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// What an ECG looks like as a signal, in a few numbers that a monitor can watch: they say when a device, its filter, its
/// gain or the way electrodes are placed has changed, whatever the hearts do.
struct SignalProfile {
  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

  double amplitude_mv = nan;   ///< median over leads and seconds of the range about the moving mean of one second
  double noise_mv = nan;       ///< median of the standard deviation of the noise
  double wander_mv = nan;      ///< median of the range of the moving mean
  double mains_mv = nan;       ///< median amplitude of the line at 50 or 60 Hz
  double steepness = nan;      ///< median of the largest change within 20 ms, in mV
  double missing_share = nan;  ///< of the samples
  double flat_share = nan;
  double clipped_share = nan;
  double usable_share = nan;          ///< of the seconds, as quality() grades them
  double spectral_centroid_hz = nan;  ///< mean frequency of the power above 0.5 Hz, median over leads
  double spectral_edge_hz = nan;      ///< below it lie 95 % of that power, median over leads

  friend bool operator==(const SignalProfile&, const SignalProfile&) = default;
};

/// A number of a profile.
struct SignalProfileField {
  std::string_view name;
  double SignalProfile::* value;
};

inline constexpr std::array<SignalProfileField, 11> signal_profile_fields = {{
    {"amplitude_mv", &SignalProfile::amplitude_mv},
    {"noise_mv", &SignalProfile::noise_mv},
    {"wander_mv", &SignalProfile::wander_mv},
    {"mains_mv", &SignalProfile::mains_mv},
    {"steepness", &SignalProfile::steepness},
    {"missing_share", &SignalProfile::missing_share},
    {"flat_share", &SignalProfile::flat_share},
    {"clipped_share", &SignalProfile::clipped_share},
    {"usable_share", &SignalProfile::usable_share},
    {"spectral_centroid_hz", &SignalProfile::spectral_centroid_hz},
    {"spectral_edge_hz", &SignalProfile::spectral_edge_hz},
}};

namespace detail {

inline double median_or_nan(std::vector<double>& values) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  return values.empty() ? SignalProfile::nan : median(std::span<const double>(values));
}

template <std::floating_point T>
SignalProfile signal_profile(const MatrixView<const T>& signal, double sampling_rate) {
  const SignalQuality q = quality(signal, sampling_rate, {});
  SignalProfile profile;
  if (signal.empty()) return profile;
  const auto start = second_starts(signal.n_cols(), sampling_rate);
  std::vector<double> amplitude, noise, wander, mains, steepness, centroid, edge;
  double missing = 0.0;
  double flat = 0.0;
  double clipped = 0.0;
  double usable = 0.0;
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    for (const SecondMeasures& s : measure_lead<T>(signal.row(lead), sampling_rate, start, 1.0).seconds) {
      missing += s.missing_share;
      flat += s.flat_share;
      clipped += s.clipped_share;
      if (s.missing_share > 0.5) continue;
      amplitude.push_back(s.swing);
      noise.push_back(s.noise);
      wander.push_back(s.wander);
      mains.push_back(s.mains);
      steepness.push_back(s.peak_slope);
    }
    usable += q.leads[lead].usable_share;
    std::vector<double> x(signal.n_cols());
    bool any = false;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto v = static_cast<double>(signal(lead, i));
      const bool there = std::isfinite(v) && std::abs(v) <= 1e9;
      x[i] = there ? v : SignalProfile::nan;
      any = any || there;
    }
    const auto two_seconds = static_cast<std::size_t>(2.0 * sampling_rate);
    if (!any || x.size() < two_seconds) continue;
    bridge(x);
    WelchOptions options;
    options.nperseg = two_seconds;
    const auto spectrum = welch<double>({x.data(), 1, x.size()}, sampling_rate, options);
    double sum = 0.0;
    double moment = 0.0;
    for (std::size_t k = 0; k < spectrum.power.size(); ++k) {
      if (spectrum.frequency_hz[k] < 0.5) continue;
      sum += spectrum.power[k];
      moment += spectrum.power[k] * spectrum.frequency_hz[k];
    }
    if (!(sum > 0.0)) continue;
    centroid.push_back(moment / sum);
    double below = 0.0;
    for (std::size_t k = 0; k < spectrum.power.size(); ++k) {
      if (spectrum.frequency_hz[k] < 0.5) continue;
      below += spectrum.power[k];
      if (below >= 0.95 * sum) {
        edge.push_back(spectrum.frequency_hz[k]);
        break;
      }
    }
  }
  const auto n_leads = static_cast<double>(signal.n_rows());
  const double n_seconds = n_leads * static_cast<double>(q.n_seconds);
  profile.missing_share = missing / n_seconds;
  profile.flat_share = flat / n_seconds;
  profile.clipped_share = clipped / n_seconds;
  profile.usable_share = usable / n_leads;
  profile.amplitude_mv = median_or_nan(amplitude);
  profile.noise_mv = median_or_nan(noise);
  profile.wander_mv = median_or_nan(wander);
  profile.mains_mv = median_or_nan(mains);
  profile.steepness = median_or_nan(steepness);
  profile.spectral_centroid_hz = median_or_nan(centroid);
  profile.spectral_edge_hz = median_or_nan(edge);
  return profile;
}

}  // namespace detail

/// The profile of an ECG.
///
/// All but the spectrum is measured second by second on means of about 10 ms, as quality() does, so that one recording looks
/// alike at 100 and at 500 Hz; the spectrum (Welch, segments of 2 s) shows the rate and the filter on purpose.
///
/// @param signal (n_leads, n_samples) in mV. @param sampling_rate Hz, in [20, 100000].
/// @return NaN where nothing could be measured: no sample, all missing, or (spectrum) shorter than 2 s or constant. Never
/// throws because a signal is bad. @throws DomainError the sampling rate is out of range.
/// Linear in the number of samples. Heart sounds lie above what 10 ms means keep: for them there is
/// heart_sound_profile.
[[nodiscard]] inline SignalProfile signal_profile(MatrixView<const double> signal, double sampling_rate) {
  return detail::signal_profile<double>(signal, sampling_rate);
}
[[nodiscard]] inline SignalProfile signal_profile(MatrixView<const float> signal, double sampling_rate) {
  return detail::signal_profile<float>(signal, sampling_rate);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
