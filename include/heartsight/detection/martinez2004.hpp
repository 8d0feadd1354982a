#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/detection/delineation.hpp>
#include <heartsight/detection/detail/wave_refinement.hpp>
#include <heartsight/detection/detail/wave_track.hpp>
#include <heartsight/detection/wave_shape.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection {

/// The constants of the delineator of Martinez, Almeida, Olmos, Rocha and Laguna 2004 (DOI 10.1109/TBME.2003.821031), with
/// the paper's symbols. W_k is the wavelet transform at scale 2^k. Nothing here was fitted to data of ours.
struct Martinez2004 {
  static constexpr double rate_hz = 250.0;    ///< that the paper's filters are given for
  static constexpr std::size_t n_scales = 5;  ///< 2^1 ... 2^5

  // QRS, at scale 2^2; peaks are zero crossings at scale 2^1.
  static constexpr double gamma_qrs_pre = 0.06;            ///< of max |W_2|: a slope before the main two is significant
  static constexpr double gamma_qrs_post = 0.09;           ///< of max |W_2|: a slope after them
  static constexpr double xi_qrs_onset_positive = 0.05;    ///< of |W_2(n_first)|, where that is positive
  static constexpr double xi_qrs_onset_negative = 0.07;    ///< where it is negative
  static constexpr double xi_qrs_offset_positive = 0.125;  ///< of |W_2(n_last)|, where that is positive
  static constexpr double xi_qrs_offset_negative = 0.71;   ///< where it is negative
  static constexpr std::size_t most_qrs_waves = 3;         ///< "any possible QRS morphology with three or fewer waves"

  // T and P, at scale 2^4, or 2^5 when nothing is found there; peaks are zero crossings at scale 2^3.
  static constexpr double epsilon_t = 0.25;  ///< of the RMS of W_4 between two complexes: two maxima above it are a T wave
  static constexpr double epsilon_p = 0.02;  ///< the same for a P wave
  static constexpr double gamma_t = 0.125;   ///< of max |W_4| in the window: a slope is significant
  static constexpr double gamma_p = 0.125;
  static constexpr double xi_t_onset = 0.25;  ///< of |W_4(n_first)|
  static constexpr double xi_t_offset = 0.4;  ///< of |W_4(n_last)|
  static constexpr double xi_p_onset = 0.5;
  static constexpr double xi_p_offset = 0.9;

  // The paper says that windows depend on a recursively averaged RR interval and that there are protections against noise,
  // and gives no numbers. These are the defaults of the authors' own program (wavedet, in ECG-kit).
  static constexpr double rr_memory = 0.8;         ///< RR_av = 0.8 RR_av + 0.2 RR
  static constexpr double least_rr_ratio = 0.5;    ///< intervals outside [0.5, 1.5] RR_av are left out of the average
  static constexpr double most_rr_ratio = 1.5;     //
  static constexpr double rr_of_one_beat_s = 1.0;  ///< where there is no interval
  static constexpr double t_after_qrs_s = 0.1;     ///< the window of T opens this long after the QRS position,
  static constexpr double t_reach = 0.6;           ///< closes at 0.6 RR_av after it, at most 0.6 s,
  static constexpr double t_before_next_s = 0.24;  ///< and this long before the next complex
  static constexpr double p_opens_s = 0.34;        ///< before the QRS onset
  static constexpr double p_closes_s = 0.05;       ///< before the QRS onset
  static constexpr double p_bound_s = 0.1;         ///< farthest that P reaches beyond its outer slopes
  static constexpr double least_window_s = 0.1;    ///< in a shorter one no wave is looked for
  static constexpr double slope_gap_s = 0.15;      ///< farthest neighbours among the slopes of a T or P wave
  static constexpr double biphasic_ratio = 2.5;    ///< the weakest of three slopes must exceed this times gamma

  // Of a complex: the 120 ms of Li et al. 1995 (DOI 10.1109/10.362922), from whom the paper takes its detector; and no more
  // between an outer slope and the next than a wave of it lasts, for beyond stands a P wave.
  static constexpr double qrs_reach_s = 0.12;      ///< farthest slope of a complex from its main ones
  static constexpr double qrs_slope_gap_s = 0.08;  ///< between an outer slope and the next
};

namespace detail {

/// The five scales of one lead at 250 Hz: `at(k, i)` is W_k half a sample before sample i, for k = 1 ... 5.
///
/// Quadratic spline wavelet, the a trous algorithm: low-pass (1, 3, 3, 1) / 8 and difference 2 (1, -1), with 2^(k - 1) - 1
/// zeros between the taps. All filters are symmetric, so a shift by whole samples aligns the scales. Beyond the ends the
/// signal holds.
class SplineWavelet {
 public:
  explicit SplineWavelet(std::vector<double> samples) : n_(static_cast<std::int64_t>(samples.size())) {
    std::vector<double> smooth = std::move(samples);
    std::vector<double> next(smooth.size());
    std::int64_t lag = 0;  // smooth[i] stands lag / 2 samples after i
    for (std::size_t k = 0; k < Martinez2004::n_scales; ++k) {
      const std::int64_t gap = std::int64_t{1} << k;
      const auto held = [&](std::int64_t i) {
        return smooth[static_cast<std::size_t>(std::clamp<std::int64_t>(i, 0, n_ - 1))];
      };
      scales_[k].resize(smooth.size());
      // The difference of i and i + gap stands at i + (lag + gap) / 2; lag + gap is odd, and half a sample is left.
      const std::int64_t shift = (lag + gap + 1) / 2;
      for (std::int64_t i = 0; i < n_; ++i) {
        scales_[k][static_cast<std::size_t>(i)] = 2.0 * (held(i - shift + gap) - held(i - shift));
        next[static_cast<std::size_t>(i)] = (held(i - gap) + 3.0 * held(i) + 3.0 * held(i + gap) + held(i + 2 * gap)) / 8.0;
      }
      smooth.swap(next);
      lag += gap;
    }
  }

  [[nodiscard]] std::int64_t size() const noexcept { return n_; }
  [[nodiscard]] double at(std::size_t scale, std::int64_t i) const noexcept {
    return scales_[scale - 1][static_cast<std::size_t>(i)];
  }

 private:
  std::int64_t n_;
  std::array<std::vector<double>, Martinez2004::n_scales> scales_;
};

inline std::int64_t nearest_sample(double position) noexcept {
  return static_cast<std::int64_t>(std::llround(position));
}

/// A slope of a wave: a local maximum of |W|.
struct WaveSlope {
  std::int64_t at;
  double value;  ///< of W: its sign is that of the slope
};

/// The slopes within [first, last) that are steeper than least, of neighbours with one sign the steepest.
inline std::vector<WaveSlope> wave_slopes(const SplineWavelet& w, std::size_t scale, std::int64_t first, std::int64_t last,
                                          double least) {
  std::vector<WaveSlope> slopes;
  for (std::int64_t i = std::max<std::int64_t>(first, 1); i < std::min(last, w.size() - 1); ++i) {
    const double value = w.at(scale, i);
    const double size = std::abs(value);
    if (!(size > least)) continue;
    const double sign = value > 0.0 ? 1.0 : -1.0;
    if (size <= sign * w.at(scale, i - 1) || size < sign * w.at(scale, i + 1)) continue;
    if (!slopes.empty() && (slopes.back().value > 0.0) == (value > 0.0)) {
      if (size > std::abs(slopes.back().value)) slopes.back() = {i, value};
    } else {
      slopes.push_back({i, value});
    }
  }
  return slopes;
}

/// From a slope outwards (direction -1 or 1): the sample where |W| has fallen to limit, or its local minimum if that is
/// nearer.
inline std::int64_t slope_end(const SplineWavelet& w, std::size_t scale, const WaveSlope& slope, std::int64_t direction,
                              double limit, std::int64_t bound) noexcept {
  const double sign = slope.value > 0.0 ? 1.0 : -1.0;
  std::int64_t i = slope.at;
  while (i != bound && i + direction >= 0 && i + direction < w.size()) {
    const double here = sign * w.at(scale, i);
    const double next = sign * w.at(scale, i + direction);
    if (here < limit) return i;
    if (std::abs(next) >= std::abs(here) && i != slope.at) return i;
    i += direction;
  }
  return i;
}

/// Where W changes its sign most steeply between two samples, to a fraction; otherwise where it does not.
inline double zero_between(const SplineWavelet& w, std::size_t scale, std::int64_t first, std::int64_t last,
                           double otherwise) noexcept {
  double best = otherwise;
  double steepest = 0.0;
  for (std::int64_t i = first; i < last; ++i) {
    const double a = w.at(scale, i);
    const double b = w.at(scale, i + 1);
    if ((a > 0.0) == (b > 0.0) || !(std::abs(b - a) > steepest)) continue;
    steepest = std::abs(b - a);
    best = static_cast<double>(i) + a / (a - b);
  }
  return best;
}
inline double zero_between(const SplineWavelet& w, std::size_t scale, std::int64_t first, std::int64_t last) noexcept {
  return zero_between(w, scale, first, last, 0.5 * static_cast<double>(first + last));
}

/// A wave at 250 Hz, half a sample late as the scales are.
struct SplineWave {
  double onset = WaveFiducials::absent;
  double peak = WaveFiducials::absent;
  double offset = WaveFiducials::absent;
  WaveShape shape = WaveShape::absent;
  [[nodiscard]] bool found() const noexcept { return peak == peak; }
};

/// The complex at about sample r: its ends, and the peak of its largest wave.
inline SplineWave spline_qrs(const SplineWavelet& w, std::int64_t r) {
  using P = Martinez2004;
  SplineWave wave;
  const auto reach = nearest_sample(P::qrs_reach_s * P::rate_hz);
  const std::int64_t begin = std::max<std::int64_t>(0, r - 2 * reach);
  const std::int64_t end = std::min(w.size(), r + 2 * reach + 1);
  const std::vector<WaveSlope> all = wave_slopes(w, 2, begin, end, 0.0);
  // The two slopes of opposite sign that flank the position: those neighbours about it whose weaker one is the steepest.
  std::size_t main = all.size();
  double strength = 0.0;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (all[i + 1].at - all[i].at > reach || all[i].at > r + reach / 2 || all[i + 1].at < r - reach / 2) continue;
    const double weaker = std::min(std::abs(all[i].value), std::abs(all[i + 1].value));
    if (weaker > strength) strength = weaker, main = i;
  }
  if (main == all.size()) return wave;
  double largest = 0.0;
  for (const WaveSlope& s : all) {
    if (std::abs(s.at - r) <= reach) largest = std::max(largest, std::abs(s.value));
  }
  std::size_t first = main;
  std::size_t last = main + 1;
  // A wave has two slopes: four are three waves.
  const auto has_room = [&] { return last - first < P::most_qrs_waves; };
  const std::int64_t gap = nearest_sample(P::qrs_slope_gap_s * P::rate_hz);
  while (has_room() && first > 0 && all[main].at - all[first - 1].at <= reach && all[first].at - all[first - 1].at <= gap &&
         std::abs(all[first - 1].value) > P::gamma_qrs_pre * largest) {
    --first;
  }
  while (has_room() && last + 1 < all.size() && all[last + 1].at - all[main + 1].at <= reach &&
         all[last + 1].at - all[last].at <= gap && std::abs(all[last + 1].value) > P::gamma_qrs_post * largest) {
    ++last;
  }
  const double onset_part = all[first].value > 0.0 ? P::xi_qrs_onset_positive : P::xi_qrs_onset_negative;
  const double offset_part = all[last].value > 0.0 ? P::xi_qrs_offset_positive : P::xi_qrs_offset_negative;
  wave.onset = static_cast<double>(
      slope_end(w, 2, all[first], -1, onset_part * std::abs(all[first].value), std::max<std::int64_t>(0, begin - reach)));
  wave.offset = static_cast<double>(
      slope_end(w, 2, all[last], 1, offset_part * std::abs(all[last].value), std::min(w.size() - 1, end + reach)));
  wave.peak = zero_between(w, 1, all[main].at, all[main + 1].at);
  return wave;
}

/// A T or P wave between two samples.
struct WaveSearch {
  std::int64_t first;
  std::int64_t last;
  double rms_part;    ///< epsilon
  double slope_part;  ///< gamma
  double onset_part;  ///< xi
  double offset_part;
  double bound_s;  ///< farthest reach beyond the outer slopes
};

/// One scale of spline_wave; absent when fewer than two maxima are above epsilon times rms.
inline SplineWave spline_wave_at(const SplineWavelet& w, std::size_t scale, const WaveSearch& search, double rms) {
  using P = Martinez2004;
  SplineWave wave;
  if (search.last - search.first < nearest_sample(P::least_window_s * P::rate_hz)) return wave;
  const std::vector<WaveSlope> slopes = wave_slopes(w, scale, search.first, search.last, search.rms_part * rms);
  if (slopes.size() < 2) return wave;
  // The steepest slope, and its neighbours on both sides where they are significant.
  const auto steeper = [](const WaveSlope& a, const WaveSlope& b) { return std::abs(a.value) < std::abs(b.value); };
  const WaveSlope main = *std::max_element(slopes.begin(), slopes.end(), steeper);
  const double significant = search.slope_part * std::abs(main.value);
  const std::int64_t gap = nearest_sample(P::slope_gap_s * P::rate_hz);
  WaveSlope from = main;
  WaveSlope to = main;
  for (const WaveSlope& s : slopes) {
    if ((s.value > 0.0) == (main.value > 0.0) || !(std::abs(s.value) > significant)) continue;
    if (s.at < main.at && main.at - s.at <= gap) from = s;  // the last before
    if (s.at > main.at && s.at - main.at <= gap && to.at == main.at) to = s;
  }
  if (from.at < main.at && main.at < to.at) {
    const double least = P::biphasic_ratio * significant;
    if (steeper(to, from)) {
      if (!(std::abs(to.value) > least)) to = main;
    } else if (!(std::abs(from.value) > least)) {
      from = main;
    }
  }
  const std::int64_t bound = nearest_sample(search.bound_s * P::rate_hz);
  const std::int64_t earliest = std::max(search.first, from.at - bound);
  const std::int64_t latest = std::min({search.last, w.size() - 1, to.at + bound});
  wave.offset = static_cast<double>(slope_end(w, scale, to, 1, search.offset_part * std::abs(to.value), latest));
  if (from.at == to.at) {
    // Only upwards or only downwards: the other slope is lost in the complex. The crest is before this one, its onset
    // unknown.
    wave.shape = main.value > 0.0 ? WaveShape::inverted : WaveShape::upright;
    const std::int64_t foot = slope_end(w, scale, main, -1, 0.0, earliest);
    wave.peak = zero_between(w, 3, foot, main.at, static_cast<double>(foot));
    return wave;
  }
  wave.onset = static_cast<double>(slope_end(w, scale, from, -1, search.onset_part * std::abs(from.value), earliest));
  const bool is_up = from.value > 0.0;
  if (from.at < main.at && main.at < to.at) {
    wave.shape = is_up ? WaveShape::up_down : WaveShape::down_up;
    const bool first_is_larger = steeper(to, from);
    const WaveSlope& left = first_is_larger ? from : main;
    const WaveSlope& right = first_is_larger ? main : to;
    wave.peak = zero_between(w, 3, left.at, right.at);
  } else {
    wave.shape = is_up ? WaveShape::upright : WaveShape::inverted;
    wave.peak = zero_between(w, 3, from.at, to.at);
  }
  return wave;
}

/// The wave at scale 2^4, or else at 2^5; `between` are the samples from complex to complex whose RMS sets epsilon.
inline SplineWave spline_wave(const SplineWavelet& w, const WaveSearch& search,
                              std::pair<std::int64_t, std::int64_t> between) {
  for (const std::size_t scale : {std::size_t{4}, std::size_t{5}}) {
    double sum = 0.0;
    for (std::int64_t i = between.first; i < between.second; ++i) sum += w.at(scale, i) * w.at(scale, i);
    const auto n = static_cast<double>(std::max<std::int64_t>(1, between.second - between.first));
    const SplineWave wave = spline_wave_at(w, scale, search, std::sqrt(sum / n));
    if (wave.found()) return wave;
  }
  return {};
}

template <class T>
std::vector<BeatWaves> martinez2004_waves(std::span<const T> lead, double sampling_rate,
                                          std::span<const std::int64_t> r_peaks) {
  using P = Martinez2004;
  std::vector<BeatWaves> result(r_peaks.size());
  // The resampler goes to 125 Hz: told half the rate, it goes to 250.
  static_assert(P::rate_hz == 2.0 * working_rate_hz);
  const Track<float> track = wave_track(lead, WorkingRateResampler(0.5 * sampling_rate));
  const std::int64_t n = track.end();
  if (n < 3 || r_peaks.empty()) return result;

  // Gaps become straight lines, on which no wave is believed.
  std::vector<double> samples(track.at(0), track.at(0) + n);
  std::vector<std::int64_t> n_missing_before(samples.size() + 1, 0);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    n_missing_before[i + 1] = n_missing_before[i] + (std::isfinite(samples[i]) ? 0 : 1);
  }
  if (n_missing_before.back() == n) return result;
  for (std::int64_t i = 0; i < n; ++i) {
    if (std::isfinite(samples[static_cast<std::size_t>(i)])) continue;
    std::int64_t stop = i;
    while (stop < n && !std::isfinite(samples[static_cast<std::size_t>(stop)])) ++stop;
    const double right = stop < n ? samples[static_cast<std::size_t>(stop)] : samples[static_cast<std::size_t>(i - 1)];
    const double left = i > 0 ? samples[static_cast<std::size_t>(i - 1)] : right;
    for (std::int64_t j = i; j < stop; ++j) {
      const double part = static_cast<double>(j - i + 1) / static_cast<double>(stop - i + 1);
      samples[static_cast<std::size_t>(j)] = left + part * (right - left);
    }
    i = stop;
  }
  const auto is_whole = [&](const SplineWave& wave) {
    if (!wave.found()) return false;
    const auto from = std::clamp<std::int64_t>(nearest_sample(std::isnan(wave.onset) ? wave.peak : wave.onset), 0, n);
    const auto to = std::clamp<std::int64_t>(nearest_sample(wave.offset) + 1, from, n);
    return n_missing_before[static_cast<std::size_t>(to)] == n_missing_before[static_cast<std::size_t>(from)];
  };
  const SplineWavelet w(std::move(samples));
  const double to_samples = sampling_rate / P::rate_hz;
  const double last_sample = static_cast<double>(lead.size()) - 1.0;
  const auto mark = [&](double position) { return std::clamp((position - 0.5) * to_samples, 0.0, last_sample); };

  std::vector<std::int64_t> places;
  std::vector<SplineWave> complexes;
  for (const std::int64_t r : r_peaks) {
    places.push_back(std::clamp<std::int64_t>(nearest_sample(static_cast<double>(r) / to_samples), 0, n - 1));
    complexes.push_back(spline_qrs(w, places.back()));
  }
  double rr = P::rr_of_one_beat_s * P::rate_hz;
  if (places.size() > 1) rr = static_cast<double>(places[1] - places[0]);
  std::int64_t free_from = 0;  // no wave begins before the end of the one before it
  for (std::size_t beat = 0; beat < places.size(); ++beat) {
    const std::int64_t r = places[beat];
    if (beat > 0) {
      const auto interval = static_cast<double>(r - places[beat - 1]);
      if (interval > P::least_rr_ratio * rr && interval < P::most_rr_ratio * rr) {
        rr = P::rr_memory * rr + (1.0 - P::rr_memory) * interval;
      }
    }
    const SplineWave& qrs = complexes[beat];
    if (!is_whole(qrs)) continue;
    BeatWaves& waves = result[beat];
    waves.at.qrs_onset = mark(qrs.onset);
    waves.at.qrs_offset = mark(qrs.offset);
    waves.at.qrs_peak = dominant_deflection(LeadPart(lead), waves.at.qrs_onset, waves.at.qrs_offset, mark(qrs.peak)).first;
    waves.qrs_shape = qrs_shape(LeadPart(lead), waves.at.qrs_onset, waves.at.qrs_offset);

    const auto seconds = [](double s) { return nearest_sample(s * P::rate_hz); };
    const auto qrs_onset = static_cast<std::int64_t>(qrs.onset);
    const auto qrs_offset = static_cast<std::int64_t>(qrs.offset);
    const bool is_last = beat + 1 == places.size();
    const std::int64_t before = beat == 0 ? std::max<std::int64_t>(0, r - nearest_sample(rr)) : places[beat - 1];
    const std::int64_t after = is_last ? std::min(n, r + nearest_sample(rr)) : places[beat + 1];

    const WaveSearch for_p{std::max(free_from, qrs_onset - seconds(P::p_opens_s)),
                           qrs_onset - seconds(P::p_closes_s),
                           P::epsilon_p,
                           P::gamma_p,
                           P::xi_p_onset,
                           P::xi_p_offset,
                           P::p_bound_s};
    const SplineWave p = spline_wave(w, for_p, {before, r});
    if (is_whole(p)) {
      waves.at.p_onset = mark(p.onset);
      waves.at.p_peak = mark(p.peak);
      waves.at.p_offset = mark(p.offset);
      waves.p_shape = p.shape;
    }
    const std::int64_t t_first = std::max(r + seconds(P::t_after_qrs_s), qrs_offset);
    std::int64_t t_last = std::min(n, r + nearest_sample(P::t_reach * std::min(rr, P::rate_hz)));
    if (!is_last) t_last = std::min(t_last, after - seconds(P::t_before_next_s));
    // Nothing but the window bounds T.
    const WaveSearch for_t{t_first, t_last, P::epsilon_t, P::gamma_t, P::xi_t_onset, P::xi_t_offset, P::t_reach};
    const SplineWave t = spline_wave(w, for_t, {r, after});
    free_from = qrs_offset;
    if (is_whole(t)) {
      waves.at.t_onset = mark(t.onset);
      waves.at.t_peak = mark(t.peak);
      waves.at.t_offset = mark(t.offset);
      waves.t_shape = t.shape;
      free_from = static_cast<std::int64_t>(std::ceil(t.offset));
    }
  }
  return result;
}

}  // namespace detail

/// The waves of one lead by the wavelet-based delineator of Martinez et al. 2004, as delineate's method martinez2004 does
/// it.
///
/// The lead is resampled to 250 Hz (band 90 Hz, or 0.45 of a lower rate) and taken through the paper's filters, whatever its
/// own rate. A complex has the two steepest neighbouring slopes of opposite sign about its R peak, and at most three waves;
/// it ends where |W_2| has fallen to a part of its outermost slopes, or at a local minimum. T and P waves are the
/// significant slopes of W_4, or of W_5, in a window that follows the mean RR interval: two slopes are a positive or
/// negative wave, three a biphasic one (its peak is that of the larger part). One
/// alone is an only upwards (inverted) or only downwards (upright) wave, whose onset is NaN.
///
/// @param lead          (n_samples,), any unit; NaN and infinity count as missing.
/// @param sampling_rate Hz, in [25, 20000].
/// @param r_peaks       (n_beats,) ascending samples within the lead: its own detector is not part of this.
/// @return one per beat; NaN where a wave is absent or a sample of it is missing; confidences are NaN: the method has none.
/// @throws DomainError sampling_rate out of range.
///
/// A constant lead shows no waves. Linear in n_samples and beats.
/// @cite martinez2004 DOI 10.1109/TBME.2003.821031
[[nodiscard]] inline std::vector<BeatWaves> martinez2004_waves(std::span<const double> lead, double sampling_rate,
                                                               std::span<const std::int64_t> r_peaks) {
  check::in_closed_range("martinez2004_waves", "sampling_rate", sampling_rate, 25.0, 20000.0);
  return detail::martinez2004_waves(lead, sampling_rate, r_peaks);
}
[[nodiscard]] inline std::vector<BeatWaves> martinez2004_waves(std::span<const float> lead, double sampling_rate,
                                                               std::span<const std::int64_t> r_peaks) {
  check::in_closed_range("martinez2004_waves", "sampling_rate", sampling_rate, 25.0, 20000.0);
  return detail::martinez2004_waves(lead, sampling_rate, r_peaks);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection
