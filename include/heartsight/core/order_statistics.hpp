#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/detail/select_ranks.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI {

/// The nine sample quantiles of Hyndman and Fan 1996 (DOI 10.1080/00031305.1996.10473566), under NumPy's names.
enum class QuantileMethod : std::uint8_t {
  inverted_cdf,               ///< type 1
  averaged_inverted_cdf,      ///< type 2
  closest_observation,        ///< type 3
  interpolated_inverted_cdf,  ///< type 4
  hazen,                      ///< type 5
  weibull,                    ///< type 6
  linear,                     ///< type 7, the default of NumPy and R
  median_unbiased,            ///< type 8, advised by Hyndman and Fan
  normal_unbiased,            ///< type 9
};

namespace detail {

/// Where a quantile lies between two order statistics: (1 - weight) * x[rank] + weight * x[rank + 1].
struct QuantilePosition {
  std::size_t rank;
  double weight;
};

inline QuantilePosition quantile_position(double q, std::size_t n, QuantileMethod method) {
  const auto count = static_cast<double>(n);
  double index = 0.0;  // 0-based virtual index
  switch (method) {
    case QuantileMethod::inverted_cdf:
    case QuantileMethod::closest_observation: {
      // These jump from one order statistic to the next; they never lie between two.
      const bool closest = method == QuantileMethod::closest_observation;
      const double at = count * q - (closest ? 1.5 : 1.0);
      const double below = std::floor(at);
      const bool stays = at == below && (!closest || std::fmod(below, 2.0) == 0.0);
      return {static_cast<std::size_t>(std::clamp(stays ? below : below + 1.0, 0.0, count - 1.0)), 0.0};
    }
    case QuantileMethod::averaged_inverted_cdf: {
      const double at = count * q - 1.0;
      const double below = std::floor(at);
      if (at == below && at >= 0.0 && at < count - 1.0) return {static_cast<std::size_t>(below), 0.5};
      return {static_cast<std::size_t>(std::clamp(at == below ? below : below + 1.0, 0.0, count - 1.0)), 0.0};
    }
    case QuantileMethod::interpolated_inverted_cdf:
      index = count * q - 1.0;
      break;
    case QuantileMethod::hazen:
      index = count * q - 0.5;
      break;
    case QuantileMethod::weibull:
      index = (count + 1.0) * q - 1.0;
      break;
    case QuantileMethod::linear:
      index = (count - 1.0) * q;
      break;
    case QuantileMethod::median_unbiased:
      index = (count + 1.0 / 3.0) * q - 2.0 / 3.0;
      break;
    case QuantileMethod::normal_unbiased:
      index = (count + 0.25) * q - 0.625;
      break;
  }
  index = std::clamp(index, 0.0, count - 1.0);
  const double floor = std::floor(index);
  return {static_cast<std::size_t>(floor), index - floor};
}

/// NumPy's interpolation, which is exact at both ends and monotonic.
inline double interpolate(double low, double high, double weight) noexcept {
  const double gap = high - low;
  return weight < 0.5 ? low + gap * weight : high - gap * (1.0 - weight);
}

template <std::floating_point T>
double quantile(std::span<const T> values, double q, QuantileMethod method) {
  check::not_empty("quantile", "values", values.size());
  check::in_closed_range("quantile", "q", q, 0.0, 1.0);
  T minimum = values[0];
  T maximum = values[0];
  for (const T v : values) {
    if (std::isnan(v)) return std::numeric_limits<double>::quiet_NaN();
    minimum = std::min(minimum, v);
    maximum = std::max(maximum, v);
  }
  const QuantilePosition position = quantile_position(q, values.size(), method);
  const std::array<std::size_t, 2> ranks = {position.rank, std::min(position.rank + 1, values.size() - 1)};
  std::array<T, 2> found{};
  RankSelection<T> work;
  select_ranks<T>(values, minimum, maximum, ranks, found, work);
  if (position.weight == 0.0) return static_cast<double>(found[0]);
  return interpolate(static_cast<double>(found[0]), static_cast<double>(found[1]), position.weight);
}

}  // namespace detail

/// The q-quantile of a sample.
///
/// @param values  (n,) in any order; n >= 1.
/// @param q       in [0, 1].
/// @param method  definition, linear (type 7) by default.
/// @return the quantile; NaN when any value is NaN (policy: propagate).
/// @throws ShapeError values is empty. @throws DomainError q is outside [0, 1] or NaN.
///
/// Equal to numpy.quantile of the same method; tests/python/test_core.py compares all nine. O(n).
[[nodiscard]] inline double quantile(std::span<const double> values, double q,
                                     QuantileMethod method = QuantileMethod::linear) {
  return detail::quantile<double>(values, q, method);
}
[[nodiscard]] inline double quantile(std::span<const float> values, double q,
                                     QuantileMethod method = QuantileMethod::linear) {
  return detail::quantile<float>(values, q, method);
}

/// The median; the mean of the two middle values for even n. NaN propagates. @throws ShapeError values is empty.
[[nodiscard]] inline double median(std::span<const double> values) {
  return quantile(values, 0.5);
}
[[nodiscard]] inline double median(std::span<const float> values) {
  return quantile(values, 0.5);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI
