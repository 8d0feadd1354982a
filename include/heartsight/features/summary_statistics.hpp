#pragma once

#include <heartsight/core/lead.hpp>
#include <heartsight/core/parallel_for.hpp>
#include <heartsight/features/detail/summary_statistics.hpp>
#include <heartsight/features/feature_schema.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// The nine statistics of a lead, in their order.
inline constexpr std::array<std::string_view, 9> summary_statistic_names = {"mean", "std", "min",   "max",     "p25",
                                                                            "p50",  "p75", "range", "variance"};

struct SummaryStatisticsOptions {
  NanPolicy nan_policy = NanPolicy::propagate;
};

/// Nine statistics of each lead: mean, standard deviation, minimum, maximum, quartiles, range, variance.
///
/// Lead after lead; for the 12 standard leads these are the 108 features of the published baseline "mlops_phase1".
/// Standard deviation and variance have divisor n; quartiles interpolate linearly (rank q * (n - 1)). Range and variance
/// follow from the others, so 7 of the 9 are independent.
///
/// @param signal   (n_leads, n_samples), in any unit; n_leads >= 1.
/// @param options  nan_policy: propagate (default), omit or reject.
/// @return (9 * n_leads,) in the unit of the signal, the variance in its square; computed in double for float input too.
/// @throws ShapeError   signal has no lead.
/// @throws DomainError  nan_policy is reject and a sample is NaN.
///
/// A lead without samples (or, under omit, without one that is not NaN) gives nine NaN. Infinite samples give what
/// IEEE arithmetic gives. Equal to NumPy within 1e-12 relative (tests/python/test_features.py). O(n_leads * n_samples).
[[nodiscard]] inline std::vector<double> summary_statistics(const MatrixView<const double>& signal,
                                                            const SummaryStatisticsOptions& options = {}) {
  std::vector<double> out(signal.n_rows() * summary_statistic_names.size());
  detail::SummaryWorkspace<double> work;
  detail::summary_statistics<double>(signal, out, options.nan_policy, work);
  return out;
}
[[nodiscard]] inline std::vector<double> summary_statistics(const MatrixView<const float>& signal,
                                                            const SummaryStatisticsOptions& options = {}) {
  std::vector<double> out(signal.n_rows() * summary_statistic_names.size());
  detail::SummaryWorkspace<float> work;
  detail::summary_statistics<float>(signal, out, options.nan_policy, work);
  return out;
}

namespace detail {

template <std::floating_point T>
std::vector<double> summary_statistics_batch(std::span<const T> signals, std::size_t n_records, std::size_t n_leads,
                                             std::size_t n_samples, const SummaryStatisticsOptions& options,
                                             std::size_t n_threads) {
  check::not_empty("summary_statistics", "n_leads", n_leads);
  check::has_size("summary_statistics", "signals", signals.size(), n_records * n_leads * n_samples);
  const std::size_t n_features = n_leads * n_summary_statistics;
  std::vector<double> out(n_records * n_features);
  parallel_for(
      n_records, n_threads,
      [&](std::size_t i) {
        SummaryWorkspace<T> work;
        const MatrixView<const T> record(signals.data() + i * n_leads * n_samples, n_leads, n_samples);
        detail::summary_statistics<T>(record, std::span(out).subspan(i * n_features, n_features), options.nan_policy, work);
      },
      16);
  return out;
}

}  // namespace detail

/// summary_statistics of a batch: signals (n_records, n_leads, n_samples) row-major gives (n_records, 9 * n_leads).
///
/// n_threads threads are started for the call and joined. Each row equals the single-record call bit for bit.
/// @throws ShapeError the size of signals is not n_records * n_leads * n_samples, or n_leads = 0.
[[nodiscard]] inline std::vector<double> summary_statistics(std::span<const double> signals, std::size_t n_records,
                                                            std::size_t n_leads, std::size_t n_samples,
                                                            const SummaryStatisticsOptions& options = {},
                                                            std::size_t n_threads = 1) {
  return detail::summary_statistics_batch<double>(signals, n_records, n_leads, n_samples, options, n_threads);
}
[[nodiscard]] inline std::vector<double> summary_statistics(std::span<const float> signals, std::size_t n_records,
                                                            std::size_t n_leads, std::size_t n_samples,
                                                            const SummaryStatisticsOptions& options = {},
                                                            std::size_t n_threads = 1) {
  return detail::summary_statistics_batch<float>(signals, n_records, n_leads, n_samples, options, n_threads);
}

/// Names and fingerprint of summary_statistics for these leads: "I_mean", "I_std", ..., "V6_variance".
[[nodiscard]] inline FeatureSchema summary_statistics_schema(std::span<const std::string> leads) {
  FeatureSchema schema{.definition = "summary_statistics/1", .names = {}};
  for (const auto& lead : leads) {
    for (const std::string_view statistic : summary_statistic_names) {
      schema.names.push_back(canonical_lead_name(lead) + "_" + std::string(statistic));
    }
  }
  return schema;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
