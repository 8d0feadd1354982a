#include "pipeline/lead_checks.hpp"

#include <heartsight/core/order_statistics.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

namespace {

/// Standard deviation of white noise that would give these second differences, by their median: beats are rare and do not
/// move a median. The second difference of white noise has 6 times its variance. At rates above 250 Hz it is taken over
/// 4 ms, so that the same noise gives the same answer.
double noise_of(const std::vector<double>& x, double sampling_rate_hz) {
  const auto lag = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(0.004 * sampling_rate_hz)));
  if (x.size() < 2 * lag + 1) return 0.0;
  std::vector<double> differences(x.size() - 2 * lag);
  for (std::size_t i = 0; i < differences.size(); ++i) differences[i] = std::abs(x[i] - 2.0 * x[i + lag] + x[i + 2 * lag]);
  return 1.4826 * median(std::span<const double>(differences)) / std::sqrt(6.0);
}

double wander_of(const std::vector<double>& x, double sampling_rate_hz) {
  const auto second = static_cast<std::size_t>(std::max(1.0, std::round(sampling_rate_hz)));
  double low = 0.0;
  double high = 0.0;
  for (std::size_t start = 0, k = 0; start + second <= x.size(); start += second, ++k) {
    const double m = median(std::span<const double>(x).subspan(start, second));
    low = k == 0 ? m : std::min(low, m);
    high = k == 0 ? m : std::max(high, m);
  }
  return high - low;
}

}  // namespace

LeadChecks check_lead(std::span<const double> x, double sampling_rate_hz) {
  LeadChecks c;
  std::vector<double> present;
  present.reserve(x.size());
  std::size_t gap = 0;
  for (const double v : x) {
    if (std::isfinite(v)) {
      present.push_back(v);
      c.largest_mv = std::max(c.largest_mv, std::abs(v));
      gap = 0;
    } else {
      ++c.n_missing;
      c.longest_gap = std::max(c.longest_gap, ++gap);
    }
  }
  if (present.empty()) return c;

  const auto extremes = std::minmax_element(present.begin(), present.end());
  const double lowest = *extremes.first;
  const double highest = *extremes.second;
  const auto worth_counting = static_cast<std::size_t>(std::max(2.0, 0.2 * sampling_rate_hz));
  std::size_t run = 1;
  std::size_t n_flat = 0;
  std::size_t n_clipped = 0;
  for (std::size_t i = 1; i <= present.size(); ++i) {
    if (i < present.size() && present[i] == present[i - 1]) {
      ++run;
      continue;
    }
    c.longest_flat = std::max(c.longest_flat, run);
    if (run >= worth_counting) n_flat += run;
    const double value = present[i - 1];
    if (run >= 3 && (value == lowest || value == highest)) n_clipped += run;
    run = 1;
  }
  const auto n = static_cast<double>(present.size());
  c.flat_share = static_cast<double>(n_flat) / n;
  c.clipped_share = static_cast<double>(n_clipped) / n;
  c.spread_mv = quantile(std::span<const double>(present), 0.99) - quantile(std::span<const double>(present), 0.01);
  c.noise_mv = noise_of(present, sampling_rate_hz);
  c.wander_mv = wander_of(present, sampling_rate_hz);
  return c;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
