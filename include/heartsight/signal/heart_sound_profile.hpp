#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/signal/detail/lead_seconds.hpp>
#include <heartsight/signal/filter_design.hpp>
#include <heartsight/signal/sosfiltfilt.hpp>
#include <heartsight/signal/welch.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// What a heart sound recording (phonocardiogram) looks like as a signal, in a few numbers that a monitor can watch: they
/// say when a stethoscope, its filter, its gain, the place or the room has changed.
struct HeartSoundProfile {
  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

  double heart_rate_bpm = nan;     ///< from the period of the envelope, within 33 to 167
  double periodicity = nan;        ///< autocorrelation of the envelope at that period: 1 were all beats alike
  double rms = nan;                ///< about the mean, in the unit of the signal
  double crest_factor = nan;       ///< largest distance from the mean over rms
  double envelope_range_db = nan;  ///< 95 % quantile of the envelope over its 20 % quantile: sounds over what lies between
  double missing_share = nan;      ///< of the samples
  double flat_share = nan;         ///< in stretches of one value of 0.1 s and more
  double clipped_share = nan;      ///< at the extreme values, in runs
  double rumble_share = nan;       ///< of the power above 2 Hz: below 25 Hz
  double hiss_share = nan;         ///< of the power above 2 Hz: from 400 Hz up
  double spectral_centroid_hz = nan;  ///< mean frequency of the power above 2 Hz
  double spectral_edge_hz = nan;      ///< below it lie 95 % of that power
  double band_25_45_share = nan;      ///< of the power from 25 to 400 Hz, like the next three
  double band_45_80_share = nan;
  double band_80_200_share = nan;
  double band_200_400_share = nan;

  friend bool operator==(const HeartSoundProfile&, const HeartSoundProfile&) = default;
};

/// A number of a profile.
struct HeartSoundProfileField {
  std::string_view name;
  double HeartSoundProfile::* value;
};

inline constexpr std::array<HeartSoundProfileField, 16> heart_sound_profile_fields = {{
    {"heart_rate_bpm", &HeartSoundProfile::heart_rate_bpm},
    {"periodicity", &HeartSoundProfile::periodicity},
    {"rms", &HeartSoundProfile::rms},
    {"crest_factor", &HeartSoundProfile::crest_factor},
    {"envelope_range_db", &HeartSoundProfile::envelope_range_db},
    {"missing_share", &HeartSoundProfile::missing_share},
    {"flat_share", &HeartSoundProfile::flat_share},
    {"clipped_share", &HeartSoundProfile::clipped_share},
    {"rumble_share", &HeartSoundProfile::rumble_share},
    {"hiss_share", &HeartSoundProfile::hiss_share},
    {"spectral_centroid_hz", &HeartSoundProfile::spectral_centroid_hz},
    {"spectral_edge_hz", &HeartSoundProfile::spectral_edge_hz},
    {"band_25_45_share", &HeartSoundProfile::band_25_45_share},
    {"band_45_80_share", &HeartSoundProfile::band_45_80_share},
    {"band_80_200_share", &HeartSoundProfile::band_80_200_share},
    {"band_200_400_share", &HeartSoundProfile::band_200_400_share},
}};

namespace detail {

/// Shares of missing, flat and clipped samples, from the values as they came.
template <std::floating_point T>
void measure_runs(std::span<const T> sound, double rate_hz, double low, double high, HeartSoundProfile& profile) {
  std::vector<double> there;
  for (const T v : sound) {
    if (std::isfinite(v)) there.push_back(static_cast<double>(v));
  }
  const auto n = static_cast<double>(sound.size());
  profile.missing_share = (n - static_cast<double>(there.size())) / n;
  if (there.empty()) {
    profile.flat_share = profile.clipped_share = 0.0;
    return;
  }
  const double middle = median(std::span<const double>(there));
  const double quarter = 0.25 * high - 0.25 * low;  // the range alone may overflow
  const bool low_far = middle - low > quarter;
  const bool high_far = high - middle > quarter;
  // A wave's tip stays on one of 2^16 levels for well below 1 ms.
  const double worth_clipped = std::max(3.0, std::ceil(0.001 * rate_hz));
  const double worth_flat = 0.1 * rate_hz;
  double flat = 0.0;
  double clipped = 0.0;
  std::size_t first = 0;
  for (std::size_t i = 1; i <= sound.size(); ++i) {
    if (i < sound.size() && sound[i] == sound[first]) continue;
    const auto run = static_cast<double>(i - first);
    const auto value = static_cast<double>(sound[first]);
    if (std::isfinite(value) && run >= std::min(worth_flat, n)) flat += run;
    if (run >= worth_clipped && ((low_far && value == low) || (high_far && value == high))) clipped += run;
    first = i;
  }
  profile.flat_share = flat / n;
  profile.clipped_share = clipped / n;
}

inline void measure_spectrum(std::span<const double> x, double rate_hz, HeartSoundProfile& profile) {
  WelchOptions options;
  options.nperseg = static_cast<std::size_t>(std::llround(rate_hz));
  const auto spectrum = welch(x, rate_hz, options);
  const auto& hz = spectrum.frequency_hz;
  const auto& power = spectrum.power;
  const auto between = [&](double low, double high) {
    double sum = 0.0;
    for (std::size_t k = 0; k < hz.size(); ++k) sum += hz[k] >= low && hz[k] < high ? power[k] : 0.0;
    return sum;
  };
  constexpr double lowest_hz = 2.0;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double all = between(lowest_hz, infinity);
  if (!(all > 0.0)) return;
  profile.rumble_share = between(lowest_hz, 25.0) / all;
  profile.hiss_share = between(400.0, infinity) / all;
  double moment = 0.0;
  double below = 0.0;
  for (std::size_t k = 0; k < hz.size(); ++k) {
    if (hz[k] < lowest_hz) continue;
    moment += hz[k] * power[k];
    below += power[k];
    if (std::isnan(profile.spectral_edge_hz) && below >= 0.95 * all) profile.spectral_edge_hz = hz[k];
  }
  profile.spectral_centroid_hz = moment / all;
  const double heart = between(25.0, 400.0);
  if (!(heart > 0.0)) return;
  profile.band_25_45_share = between(25.0, 45.0) / heart;
  profile.band_45_80_share = between(45.0, 80.0) / heart;
  profile.band_80_200_share = between(80.0, 200.0) / heart;
  profile.band_200_400_share = between(200.0, 400.0) / heart;
}

/// A homomorphic envelope at about 100 Hz.
struct SoundEnvelope {
  std::vector<double> value;
  double rate_hz;
};

/// Mean squares of 10 ms between 25 and 400 Hz, their logarithm below 8 Hz, and back. Empty when there is no power.
inline SoundEnvelope sound_envelope(std::span<const double> x, double rate_hz) {
  const auto heart = butterworth(2, rate_hz, {.low_hz = 25.0, .high_hz = 400.0});
  const std::vector<double> y = sosfiltfilt(heart, x);
  const auto step = static_cast<std::size_t>(std::llround(rate_hz / 100.0));
  SoundEnvelope envelope{std::vector<double>(y.size() / step), rate_hz / static_cast<double>(step)};
  double sum = 0.0;
  for (std::size_t i = 0; i < envelope.value.size(); ++i) {
    double squares = 0.0;
    for (std::size_t k = i * step; k < (i + 1) * step; ++k) squares += y[k] * y[k];
    envelope.value[i] = squares / static_cast<double>(step);
    sum += envelope.value[i];
  }
  // Digital silence has no logarithm: 40 dB below the mean is silent enough.
  const double least = 1e-4 * sum / static_cast<double>(envelope.value.size());
  if (!(least > 0.0)) return {{}, envelope.rate_hz};
  for (double& v : envelope.value) v = 0.5 * std::log(v + least);
  envelope.value = sosfiltfilt(butterworth(1, envelope.rate_hz, {.high_hz = 8.0}), envelope.value);
  for (double& v : envelope.value) v = std::exp(v);
  return envelope;
}

/// The period of an envelope and how much of its variance repeats after it; nothing when no peak stands out.
///
/// The autocorrelation has peaks at every multiple of the beat, and at systole and diastole where S1 and S2 are alike: a
/// peak counts for its own height and for what comes after twice its lag, less what is there at half of it; the shortest
/// lag that scores 80 % of the best is the beat.
struct SoundPeriod {
  double lag_s;
  double correlation;
};

inline std::optional<SoundPeriod> sound_period(const SoundEnvelope& envelope) {
  const auto& e = envelope.value;
  const auto n = static_cast<double>(e.size());
  double mean = 0.0;
  for (const double v : e) mean += v / n;
  const auto n_lags = std::min(e.size(), static_cast<std::size_t>(3.8 * envelope.rate_hz));
  std::vector<double> r(n_lags);
  for (std::size_t lag = 0; lag < n_lags; ++lag) {
    double sum = 0.0;
    for (std::size_t i = 0; i + lag < e.size(); ++i) sum += (e[i] - mean) * (e[i + lag] - mean);
    r[lag] = sum / static_cast<double>(e.size() - lag);
  }
  if (r.empty() || !(r[0] > 0.0)) return std::nullopt;
  for (std::size_t lag = n_lags; lag-- > 0;) r[lag] /= r[0];
  const auto score = [&](std::size_t lag) {
    double again = 0.9 * r[lag];  // where twice the lag is not known well enough
    const std::size_t width = std::max<std::size_t>(1, lag * 2 / 25);
    if (2 * lag + width < n_lags && static_cast<double>(2 * lag) < 0.75 * n) {
      const auto at = r.begin() + static_cast<std::ptrdiff_t>(2 * lag);
      again = *std::max_element(at - static_cast<std::ptrdiff_t>(width), at + static_cast<std::ptrdiff_t>(width) + 1);
    }
    return 0.7 * r[lag] + 0.3 * again - 0.2 * std::max(0.0, r[lag / 2]);
  };
  std::vector<std::pair<std::size_t, double>> peaks;
  double best = 0.0;
  for (auto lag = static_cast<std::size_t>(std::ceil(0.36 * envelope.rate_hz)); lag + 1 < n_lags; ++lag) {
    if (static_cast<double>(lag) > std::min(1.8 * envelope.rate_hz, 0.66 * n)) break;
    if (!(r[lag] > 0.0 && r[lag] >= r[lag - 1] && r[lag] > r[lag + 1])) continue;
    peaks.emplace_back(lag, score(lag));
    best = std::max(best, peaks.back().second);
  }
  for (const auto& [lag, points] : peaks) {
    if (!(points > 0.0 && points >= 0.8 * best)) continue;
    const double bend = r[lag - 1] - 2.0 * r[lag] + r[lag + 1];
    const double shift = bend < 0.0 ? 0.5 * (r[lag - 1] - r[lag + 1]) / bend : 0.0;  // top of the parabola
    return SoundPeriod{(static_cast<double>(lag) + shift) / envelope.rate_hz, std::min(r[lag], 1.0)};
  }
  return std::nullopt;
}

template <std::floating_point T>
HeartSoundProfile heart_sound_profile(std::span<const T> sound, double rate_hz) {
  check::in_closed_range("heart_sound_profile", "sampling_rate", rate_hz, 1000.0, 200000.0);
  HeartSoundProfile profile;
  if (sound.empty()) return profile;
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const T v : sound) {
    if (!std::isfinite(v)) continue;
    low = std::min(low, static_cast<double>(v));
    high = std::max(high, static_cast<double>(v));
  }
  measure_runs(sound, rate_hz, low, high, profile);
  if (low > high) return profile;  // nothing is there
  if (low == high) {
    profile.rms = 0.0;
    return profile;
  }
  // In units of a power of two near the largest value: no square overflows, and no gain changes a digit.
  const double scale = std::exp2(std::ilogb(std::max(std::abs(low), std::abs(high))));
  std::vector<double> x(sound.size());
  double sum = 0.0;
  double n_there = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = std::isfinite(sound[i]) ? static_cast<double>(sound[i]) / scale : HeartSoundProfile::nan;
    if (std::isnan(x[i])) continue;
    sum += x[i];
    n_there += 1.0;
  }
  const double mean = sum / n_there;
  double squares = 0.0;
  for (double& v : x) {
    v -= mean;
    if (!std::isnan(v)) squares += v * v;
  }
  const double rms = std::sqrt(squares / n_there);
  profile.rms = rms * scale;
  profile.crest_factor = rms > 0.0 ? std::max(high / scale - mean, mean - low / scale) / rms : HeartSoundProfile::nan;
  const double duration_s = static_cast<double>(x.size()) / rate_hz;
  if (duration_s < 1.0 || profile.missing_share > 0.5) return profile;
  bridge(x);
  measure_spectrum(x, rate_hz, profile);
  const SoundEnvelope envelope = sound_envelope(x, rate_hz);
  if (envelope.value.empty()) return profile;
  const std::span<const double> values(envelope.value);
  profile.envelope_range_db = 20.0 * std::log10(quantile(values, 0.95) / quantile(values, 0.2));
  if (duration_s < 3.0) return profile;
  if (const auto period = sound_period(envelope)) {
    profile.heart_rate_bpm = 60.0 / period->lag_s;
    profile.periodicity = period->correlation;
  }
  return profile;
}

}  // namespace detail

/// The profile of one channel of heart sounds.
///
/// Heart rate: the homomorphic envelope (Schmidt et al. 2010, DOI 10.1088/0967-3334/31/4/004; Springer et al. 2016, DOI
/// 10.1109/TBME.2015.2475278) of the band from 25 to 400 Hz, here of mean squares of 10 ms, and the peak of its
/// autocorrelation between 0.36 and 1.8 s that its own multiples bear out. It describes the recording; it may be off by
/// a factor of two where systole and diastole sound alike, and is no measurement of a patient. Spectrum: Welch, segments of
/// 1 s; hiss, centroid and edge show the sampling rate and the filter on purpose.
///
/// @param sound (n_samples,) in any unit; what is not finite is missing. @param sampling_rate Hz, in [1000, 200000].
/// @return NaN where nothing could be measured: no sample, all missing; spectrum and envelope of a constant, of less than 1
/// s or with more than half missing (shorter gaps are bridged by lines); heart rate below 3 s or where nothing repeats. rms
/// of a constant is 0. Never throws because a signal is bad. @throws DomainError the sampling rate is out of range. All but
/// rms are the same at any gain. Linear in the number of samples.
[[nodiscard]] inline HeartSoundProfile heart_sound_profile(std::span<const double> sound, double sampling_rate) {
  return detail::heart_sound_profile<double>(sound, sampling_rate);
}
[[nodiscard]] inline HeartSoundProfile heart_sound_profile(std::span<const float> sound, double sampling_rate) {
  return detail::heart_sound_profile<float>(sound, sampling_rate);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
