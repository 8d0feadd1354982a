#pragma once

#include <heartsight/features/detail/moments.hpp>
#include <heartsight/features/nn_series.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

namespace detail {

/// Mean square of the residuals of the lines through successive windows of n values of the profile, which is the running sum
/// of the intervals less their mean. Each run has a profile and windows of its own; NaN where none holds a window.
inline double fluctuation(const NnSeries& nn, double mean, std::size_t n) {
  const double middle = 0.5 * static_cast<double>(n - 1);
  const double squares_of_time = static_cast<double>(n) * (static_cast<double>(n) * static_cast<double>(n) - 1.0) / 12.0;
  double total = 0.0;
  double count = 0.0;
  for (std::size_t r = 0; r < nn.n_runs(); ++r) {
    const auto x = nn.run(r);
    for (std::size_t begin = 0; begin + n <= x.size(); begin += n) {
      // A constant added to the profile changes no residual, so that each window may start its sum at 0.
      double profile = 0.0;
      double sum = 0.0;
      double squares = 0.0;
      double moment = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        profile += x[begin + i] - mean;
        sum += profile;
        squares += profile * profile;
        moment += profile * (static_cast<double>(i) - middle);
      }
      total += squares - sum * sum / static_cast<double>(n) - moment * moment / squares_of_time;
      count += static_cast<double>(n);
    }
  }
  return count > 0.0 ? std::sqrt(std::max(0.0, total / count)) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace detail

/// Exponent of detrended fluctuation analysis: the slope of log F(n) over log n for every window length n from shortest to
/// longest, where F is the root mean square of the profile about its line in each window.
///
/// Windows follow one another without overlap from the start of each run; what is left over behind the last is not used.
/// @param shortest, longest window lengths in beats, 3 <= shortest < longest <= 100,000.
/// @return the exponent; NaN where two window lengths do not fit, or the series does not fluctuate.
/// @throws DomainError a window length is out of range. O(n * (longest - shortest)).
/// @cite Peng et al. 1995, DOI 10.1063/1.166141
[[nodiscard]] inline double fluctuation_exponent(const NnSeries& nn, std::size_t shortest, std::size_t longest) {
  constexpr auto where = "fluctuation_exponent";
  check::in_closed_range<std::size_t>(where, "shortest", shortest, 3, 99'999);
  check::in_closed_range<std::size_t>(where, "longest", longest, shortest + 1, 100'000);
  const double mean = detail::mean_of(nn.nn_ms());
  std::vector<double> u;
  std::vector<double> v;
  for (std::size_t n = shortest; n <= longest && n <= nn.size(); ++n) {
    const double f = detail::fluctuation(nn, mean, n);
    if (!(f > 0.0)) continue;
    u.push_back(std::log(static_cast<double>(n)));
    v.push_back(std::log(f));
  }
  if (u.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double mean_u = detail::mean_of(u);
  const double mean_v = detail::mean_of(v);
  double product = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    product += (u[i] - mean_u) * (v[i] - mean_v);
    squares += (u[i] - mean_u) * (u[i] - mean_u);
  }
  return product / squares;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
