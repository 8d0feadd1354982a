#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/normal_distribution.hpp>
#include <heartsight/drift/detail/draws.hpp>
#include <heartsight/drift/test_result.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// z test of two proportions with pooled variance, two-sided: z = (p_current - p_reference) / se.
///
/// @param successes, trials  of the reference and of the current sample; 0 <= successes <= trials.
/// @return z and p; NaN and NaN when a side has no trial; z = 0 and p = 1 when both shares are 0 or both are 1.
/// @throws DomainError a count is negative or above its trials.
/// z^2 and p equal scipy.stats.chi2_contingency(correction=False) on the 2 x 2 table within 1e-12 relative.
/// Caveat: for expected counts below about 5 take fisher_exact.
[[nodiscard]] inline TestResult two_proportions(std::int64_t reference_successes, std::int64_t reference_trials,
                                                std::int64_t current_successes, std::int64_t current_trials) {
  constexpr auto where = "two_proportions";
  check::at_least<std::int64_t>(where, "reference_trials", reference_trials, 0);
  check::at_least<std::int64_t>(where, "current_trials", current_trials, 0);
  check::in_closed_range<std::int64_t>(where, "reference_successes", reference_successes, 0, reference_trials);
  check::in_closed_range<std::int64_t>(where, "current_successes", current_successes, 0, current_trials);
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (reference_trials == 0 || current_trials == 0) return {nan, nan};
  const auto n = static_cast<double>(reference_trials);
  const auto m = static_cast<double>(current_trials);
  const double difference = static_cast<double>(current_successes) / m - static_cast<double>(reference_successes) / n;
  const double pooled = static_cast<double>(reference_successes + current_successes) / (n + m);
  const double error = std::sqrt(pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m));
  if (!(error > 0.0)) return {0.0, 1.0};
  const double z = difference / error;
  return {z, std::min(1.0, 2.0 * normal_survival(std::abs(z)))};
}

/// Fisher's exact test of a 2 x 2 table, two-sided: the probability, margins fixed, of all tables that are no more
/// probable than this one. statistic: the odds ratio of current to reference, NaN or infinite where a cell is empty.
///
/// Arguments and errors as two_proportions. p equals scipy.stats.fisher_exact within 1e-9 relative. Conservative.
/// O(min(trials, successes)).
[[nodiscard]] inline TestResult fisher_exact(std::int64_t reference_successes, std::int64_t reference_trials,
                                             std::int64_t current_successes, std::int64_t current_trials) {
  const TestResult checked = two_proportions(reference_successes, reference_trials, current_successes, current_trials);
  if (std::isnan(checked.p_value)) return checked;
  const auto a = static_cast<double>(current_successes);
  const auto b = static_cast<double>(current_trials - current_successes);
  const auto c = static_cast<double>(reference_successes);
  const auto d = static_cast<double>(reference_trials - reference_successes);
  const std::int64_t successes = reference_successes + current_successes;
  const std::int64_t low = std::max<std::int64_t>(0, successes - reference_trials);
  const std::int64_t high = std::min(successes, current_trials);
  const std::int64_t all = reference_trials + current_trials;
  const double limit = detail::log_hypergeometric(current_successes, all, successes, current_trials) + 1e-7;
  double p = 0.0;
  for (std::int64_t k = low; k <= high; ++k) {
    const double log_probability = detail::log_hypergeometric(k, all, successes, current_trials);
    if (log_probability <= limit) p += std::exp(log_probability);
  }
  return {a * d / (b * c), std::min(p, 1.0)};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
