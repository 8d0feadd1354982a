#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/nan_policy.hpp>
#include <heartsight/core/order_statistics.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// What is taken from a lead and what the rest is divided by.
struct CenterAndScale {
  double center;
  double scale;
};

/// The samples of a lead that its statistics are made of: under omit those that are not NaN, else all.
template <std::floating_point T>
std::span<const T> samples_that_count(std::string_view where, std::span<const T> lead, NanPolicy nan_policy,
                                      std::vector<T>& kept) {
  if (nan_policy == NanPolicy::propagate) return lead;
  if (nan_policy == NanPolicy::reject) {
    for (std::size_t i = 0; i < lead.size(); ++i) {
      if (std::isnan(lead[i])) {
        check::detail::fail<DomainError>(where, check::detail::indexed("signal", i), "nan", "must not be NaN");
      }
    }
    return lead;
  }
  kept.clear();
  std::copy_if(lead.begin(), lead.end(), std::back_inserter(kept), [](T v) { return !std::isnan(v); });
  return kept;
}

/// Mean and standard deviation with divisor n, in two passes; NaN for no sample. The sums have eight strands, so that they
/// run in vector registers.
template <std::floating_point T>
CenterAndScale mean_and_deviation(std::span<const T> x) noexcept {
  if (x.empty()) return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  const T* const values = x.data();
  const std::size_t size = x.size();
  const std::size_t whole = size - size % 8;
  const auto sum_of = [=](auto&& term) {
    double strands[8] = {};
    for (std::size_t i = 0; i < whole; i += 8) {
      for (std::size_t k = 0; k < 8; ++k) strands[k] += term(static_cast<double>(values[i + k]));
    }
    double sum = 0.0;
    for (const double strand : strands) sum += strand;
    for (std::size_t i = whole; i < size; ++i) sum += term(static_cast<double>(values[i]));
    return sum;
  };
  const auto n = static_cast<double>(x.size());
  const double mean = sum_of([](double v) { return v; }) / n;
  return {mean, std::sqrt(sum_of([mean](double v) { return (v - mean) * (v - mean); }) / n)};
}

/// Whether a lead has no spread worth dividing by: below the floor, or no more than the rounding of its level.
inline bool is_flat(const CenterAndScale& statistics, double min_scale) noexcept {
  return statistics.scale <= min_scale || statistics.scale <= 1e-13 * std::abs(statistics.center);
}

/// (x - center) / scale of each lead, with center_and_scale(samples) of those of its samples that count.
template <std::floating_point T, class CenterAndScaleOf>
void scale_leads(std::string_view where, const MatrixView<const T>& signal, double min_scale, NanPolicy nan_policy,
                 CenterAndScaleOf&& center_and_scale, const MatrixView<T>& out) {
  check::in_closed_range(where, "min_scale", min_scale, 0.0, std::numeric_limits<double>::max());
  std::vector<T> kept;
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    const auto x = signal.row(lead);
    const auto y = out.row(lead);
    const CenterAndScale statistics = center_and_scale(samples_that_count<T>(where, x, nan_policy, kept));
    if (is_flat(statistics, min_scale)) {
      for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::isnan(x[i]) ? x[i] : T{0};
      continue;
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = static_cast<T>((static_cast<double>(x[i]) - statistics.center) / statistics.scale);
    }
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
