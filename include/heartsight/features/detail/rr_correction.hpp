#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/features/nn_series.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// What is wrong with an RR interval.
enum class RrArtefact : std::uint8_t {
  none,
  ectopic,         ///< before or after a premature or late beat
  missed,          ///< a beat in it was not detected
  extra,           ///< one of two parts of an interval that a false detection cuts
  long_interval,   ///< too long for its surroundings, for no reason above
  short_interval,  ///< too short for its surroundings, for no reason above
  gap,             ///< no interval: NaN, below 10 ms or more than 60 s
};

struct RrCorrectionOptions {
  double alpha = 5.2;                  ///< quartile deviations that a threshold is wide
  double slope = 0.13;                 ///< c1 of the paper: inclination of the line that parts ectopic beats off
  double intercept = 0.17;             ///< c2 of the paper: its offset
  double minimum_threshold_ms = 20.0;  ///< thresholds are no narrower
  friend bool operator==(const RrCorrectionOptions&, const RrCorrectionOptions&) = default;
};

struct RrCorrection {
  std::vector<double> nn_ms;               ///< (n_corrected,) NaN in gaps
  std::vector<std::int64_t> source;        ///< (n_corrected,) index of the interval given that each comes from
  std::vector<std::uint8_t> is_corrected;  ///< (n_corrected,) 1 where it is not the interval given
  std::vector<RrArtefact> artefact;        ///< (n,) one per interval given
};

namespace detail {

/// alpha quartile deviations of the 91 values around each, fewer at the ends. Signed values: 5.2 of them are 3.5 standard
/// deviations of a normal distribution.
inline std::vector<double> moving_threshold(std::span<const double> x, double alpha, double least) {
  constexpr std::size_t reach = 45;
  std::vector<double> threshold(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t begin = i >= reach ? i - reach : 0;
    const std::size_t end = std::min(x.size(), i + reach + 1);
    const auto around = x.subspan(begin, end - begin);
    threshold[i] = std::max(least, alpha * 0.5 * (quantile(around, 0.75) - quantile(around, 0.25)));
  }
  return threshold;
}

/// Classes of the intervals of one run.
inline std::vector<RrArtefact> classify_rr(std::span<const double> rr, const RrCorrectionOptions& options) {
  const std::size_t n = rr.size();
  std::vector<RrArtefact> artefact(n, RrArtefact::none);
  if (n < 4) return artefact;

  std::vector<double> difference(n, 0.0);  // of an interval from the one before it; nothing is known of the first
  for (std::size_t j = 1; j < n; ++j) difference[j] = rr[j] - rr[j - 1];
  std::vector<double> middle(n);     // median of the 11 intervals around
  std::vector<double> deviation(n);  // from that median, twice where below
  for (std::size_t j = 0; j < n; ++j) {
    const std::size_t begin = j >= 5 ? j - 5 : 0;
    middle[j] = median(rr.subspan(begin, std::min(n, j + 6) - begin));
    deviation[j] = rr[j] - middle[j];
    if (deviation[j] < 0.0) deviation[j] *= 2.0;
  }
  const auto threshold = moving_threshold(difference, options.alpha, options.minimum_threshold_ms);
  const auto limit = moving_threshold(deviation, options.alpha, options.minimum_threshold_ms);
  std::vector<double> d(n + 2, 0.0);  // in thresholds; nothing happens beyond the end
  for (std::size_t j = 0; j < n; ++j) d[j] = difference[j] / threshold[j];

  for (std::size_t j = 0; j < n; ++j) {
    if (artefact[j] != RrArtefact::none) continue;  // taken with the one before
    // A beat too early makes a short and a long interval: differences -, +, -. One too late: +, -, +.
    if (j > 0 && std::abs(d[j]) > 1.0) {
      const double neighbour = d[j] > 0.0 ? std::max(d[j - 1], d[j + 1]) : std::min(d[j - 1], d[j + 1]);
      const bool is_early = d[j] > 1.0 && neighbour < -options.slope * d[j] - options.intercept;
      const bool is_late = d[j] < -1.0 && neighbour > -options.slope * d[j] + options.intercept;
      if (is_early || is_late) {
        artefact[j - 1] = RrArtefact::ectopic;
        artefact[j] = RrArtefact::ectopic;
        continue;
      }
    }
    const double next = d[j] >= 0.0 ? std::min(d[j + 1], d[j + 2]) : std::max(d[j + 1], d[j + 2]);
    const double off = deviation[j] / limit[j];
    const bool is_long = (d[j] > 1.0 && next < -1.0) || off > 3.0;
    const bool is_short = (d[j] < -1.0 && next > 1.0) || off < -3.0;
    if (is_long) {
      const bool is_double = std::abs(rr[j] / 2.0 - middle[j]) < limit[j];
      artefact[j] = is_double ? RrArtefact::missed : RrArtefact::long_interval;
    } else if (is_short) {
      const bool is_half = j + 1 < n && std::abs(rr[j] + rr[j + 1] - middle[j]) < limit[j];
      // The early beat that starts a premature pair is told from an extra one by what follows it: see above.
      const bool precedes_long = j + 1 < n && d[j + 1] > 1.0 && d[j + 2] < -options.slope * d[j + 1] - options.intercept &&
                                 d[j] < -options.slope * d[j + 1] - options.intercept;
      if (precedes_long && !is_half) continue;
      artefact[j] = is_half ? RrArtefact::extra : RrArtefact::short_interval;
      if (is_half) artefact[j + 1] = RrArtefact::extra;
    }
  }
  return artefact;
}

/// Straight lines over the NaN of values[begin, end), level beyond the first and last value; NaN stays where there is no
/// value.
inline void interpolate_within(std::vector<double>& values, std::size_t begin, std::size_t end) {
  std::size_t last = end;  // the last value seen; end: none
  for (std::size_t i = begin; i < end; ++i) {
    if (std::isnan(values[i])) continue;
    const std::size_t first_missing = last == end ? begin : last + 1;
    for (std::size_t k = first_missing; k < i; ++k) {
      const double share = last == end ? 1.0 : static_cast<double>(k - last) / static_cast<double>(i - last);
      const double from = last == end ? values[i] : values[last];
      values[k] = from + share * (values[i] - from);
    }
    last = i;
  }
  if (last == end) return;
  for (std::size_t k = last + 1; k < end; ++k) values[k] = values[last];
}

inline void correct_run(std::span<const double> rr, std::size_t offset, const RrCorrectionOptions& options,
                        RrCorrection& result) {
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  const auto artefact = classify_rr(rr, options);
  const std::size_t begin = result.nn_ms.size();
  const auto add = [&](double value, std::size_t j, bool corrected) {
    result.nn_ms.push_back(value);
    result.source.push_back(static_cast<std::int64_t>(offset + j));
    result.is_corrected.push_back(corrected ? 1 : 0);
  };
  for (std::size_t j = 0; j < rr.size(); ++j) {
    switch (artefact[j]) {
      case RrArtefact::none:
      case RrArtefact::gap:
        add(rr[j], j, false);
        break;
      case RrArtefact::missed:
        add(rr[j] / 2.0, j, true);
        add(rr[j] / 2.0, j, true);
        break;
      case RrArtefact::extra:
        add(rr[j] + rr[j + 1], j, true);
        ++j;  // the second part
        break;
      default:
        add(missing, j, true);
    }
  }
  interpolate_within(result.nn_ms, begin, result.nn_ms.size());
  result.artefact.insert(result.artefact.end(), artefact.begin(), artefact.end());
}

template <std::floating_point T>
RrCorrection correct_rr(std::span<const T> rr_ms, const RrCorrectionOptions& options) {
  constexpr auto where = "correct_rr";
  check::in_closed_range(where, "alpha", options.alpha, 0.1, 100.0);
  check::in_closed_range(where, "slope", options.slope, 0.0, 10.0);
  check::in_closed_range(where, "intercept", options.intercept, 0.0, 10.0);
  check::in_closed_range(where, "minimum_threshold_ms", options.minimum_threshold_ms, 0.001, 10'000.0);
  std::vector<double> run;
  RrCorrection result;
  for (std::size_t i = 0; i < rr_ms.size(); ++i) {
    const auto value = static_cast<double>(rr_ms[i]);
    if (value <= 0.0) {
      check::detail::fail<DomainError>(where, check::detail::indexed("rr_ms", i), check::detail::show(rr_ms[i]),
                                       "must be positive (or NaN for a gap)");
    }
    if (NnSeries::is_interval(value)) {
      run.push_back(value);
      continue;
    }
    correct_run(run, i - run.size(), options, result);
    run.clear();
    result.nn_ms.push_back(std::numeric_limits<double>::quiet_NaN());
    result.source.push_back(static_cast<std::int64_t>(i));
    result.is_corrected.push_back(0);
    result.artefact.push_back(RrArtefact::gap);
  }
  correct_run(run, rr_ms.size() - run.size(), options, result);
  return result;
}

}  // namespace detail
}  // namespace heartsight::inline HEARTSIGHT_ABI::features
