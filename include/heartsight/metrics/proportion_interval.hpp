#pragma once

#include <heartsight/core/beta_function.hpp>
#include <heartsight/core/check.hpp>
#include <heartsight/core/normal_distribution.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// Limits of a confidence interval.
struct Interval {
  double low;
  double high;
};

namespace detail {

inline void check_proportion(const char* where, std::int64_t successes, std::int64_t trials, double level) {
  check::at_least<std::int64_t>(where, "trials", trials, 0);
  check::at_least<std::int64_t>(where, "successes", successes, 0);
  check::at_least<std::int64_t>(where, "trials", trials, successes);
  if (!(level > 0.0 && level < 1.0)) {
    check::detail::fail<DomainError>(where, "level", check::detail::show(level), "must be between 0 and 1");
  }
}

}  // namespace detail

/// Wilson's score interval of a proportion (1927, DOI 10.1080/01621459.1927.10502953): coverage near its level on average,
/// also for few trials, now above and now below it from one true proportion to the next.
///
/// @param successes 0 to trials. @param trials at least 0; without a trial the answer is [0, 1]. @param level in (0, 1).
/// @throws DomainError out of range. Equal to statsmodels' proportion_confint(method="wilson").
[[nodiscard]] inline Interval wilson_interval(std::int64_t successes, std::int64_t trials, double level = 0.95) {
  detail::check_proportion("wilson_interval", successes, trials, level);
  if (trials == 0) return {0.0, 1.0};
  const double z = normal_quantile(0.5 + level / 2.0);
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double scale = 1.0 + z * z / n;
  const double middle = (p + z * z / (2.0 * n)) / scale;
  const double half = z / scale * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  return {successes == 0 ? 0.0 : std::max(0.0, middle - half), successes == trials ? 1.0 : std::min(1.0, middle + half)};
}

/// The exact interval of Clopper and Pearson (1934, DOI 10.1093/biomet/26.4.404): never below its level, so wider than
/// needed. Arguments and errors as wilson_interval. Equal to scipy.stats.binomtest(...).proportion_ci(method="exact").
[[nodiscard]] inline Interval clopper_pearson_interval(std::int64_t successes, std::int64_t trials, double level = 0.95) {
  detail::check_proportion("clopper_pearson_interval", successes, trials, level);
  if (trials == 0) return {0.0, 1.0};
  const double tail = (1.0 - level) / 2.0;
  const auto k = static_cast<double>(successes);
  const auto n = static_cast<double>(trials);
  // The upper limit as 1 minus the lower one of the failures: a quantile near 1 would lose digits.
  return {successes == 0 ? 0.0 : beta_quantile(tail, k, n - k + 1.0),
          successes == trials ? 1.0 : 1.0 - beta_quantile(tail, n - k, k + 1.0)};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
