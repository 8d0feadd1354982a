#pragma once

#include <heartsight/core/detail/select_ranks.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/nan_policy.hpp>
#include <heartsight/core/order_statistics.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

inline constexpr std::size_t n_summary_statistics = 9;

template <std::floating_point T>
struct SummaryWorkspace {
  heartsight::detail::RankSelection<T> selection;
  std::vector<T> present;
};

#if defined(__GNUC__)
template <std::floating_point T>
struct VectorOf;
template <>
struct VectorOf<double> {
  typedef double type __attribute__((vector_size(16)));
};
template <>
struct VectorOf<float> {
  typedef float type __attribute__((vector_size(16)));
};
#endif

template <std::floating_point T>
struct Extent {
  double sum;  ///< not finite when a value is not
  T minimum;
  T maximum;
};

/// Sum, minimum and maximum in one pass; x is not empty. With a NaN in x, the sum is NaN and the others mean nothing.
template <std::floating_point T>
Extent<T> extent(std::span<const T> x) noexcept {
  constexpr std::size_t lanes = 8;
  std::array<double, lanes> sum{};
  T low = x[0];
  T high = x[0];
  std::size_t i = 0;
#if defined(__GNUC__)
  // Compilers do not put a minimum into vector registers on their own unless NaN is declared away for the whole program.
  using Vector = typename VectorOf<T>::type;
  constexpr std::size_t width = sizeof(Vector) / sizeof(T);
  constexpr std::size_t n_vectors = lanes / width;
  if (x.size() >= lanes) {
    std::array<Vector, n_vectors> lows{};
    std::memcpy(lows.data(), x.data(), sizeof(lows));
    std::array<Vector, n_vectors> highs = lows;
    for (; i + lanes <= x.size(); i += lanes) {
      std::array<Vector, n_vectors> v{};
      std::memcpy(v.data(), x.data() + i, sizeof(v));
      for (std::size_t k = 0; k < n_vectors; ++k) {
        lows[k] = v[k] < lows[k] ? v[k] : lows[k];
        highs[k] = v[k] > highs[k] ? v[k] : highs[k];
      }
      for (std::size_t k = 0; k < lanes; ++k) sum[k] += static_cast<double>(x[i + k]);
    }
    std::array<T, 2 * lanes> ends{};
    std::memcpy(ends.data(), lows.data(), sizeof(lows));
    std::memcpy(ends.data() + lanes, highs.data(), sizeof(highs));
    low = *std::min_element(ends.begin(), ends.begin() + lanes);
    high = *std::max_element(ends.begin() + lanes, ends.end());
  }
#endif
  for (; i < x.size(); ++i) {
    sum[0] += static_cast<double>(x[i]);
    low = std::min(low, x[i]);
    high = std::max(high, x[i]);
  }
  const double total = ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
  return {total, low, high};
}

/// Two passes, in eight independent lanes that the compiler can put into vector registers without reordering anything.
template <std::floating_point T>
double sum_of_squared_deviations(std::span<const T> x, double mean) noexcept {
  constexpr std::size_t lanes = 8;
  std::array<double, lanes> sum{};
  std::size_t i = 0;
  for (; i + lanes <= x.size(); i += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) {
      const double d = static_cast<double>(x[i + k]) - mean;
      sum[k] += d * d;
    }
  }
  for (; i < x.size(); ++i) {
    const double d = static_cast<double>(x[i]) - mean;
    sum[0] += d * d;
  }
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

/// The nine numbers of one lead of that extent; x is not empty and holds no NaN.
template <std::floating_point T>
void summarise_lead(std::span<const T> x, const Extent<T>& range, std::span<double> out,
                    heartsight::detail::RankSelection<T>& selection) {
  const auto n = static_cast<double>(x.size());
  const double mean = range.sum / n;
  const double variance = sum_of_squared_deviations(x, mean) / n;

  constexpr std::array<double, 3> q = {0.25, 0.5, 0.75};
  std::array<std::size_t, 6> ranks{};
  std::array<double, 3> weight{};
  for (std::size_t i = 0; i < q.size(); ++i) {
    const auto position = heartsight::detail::quantile_position(q[i], x.size(), QuantileMethod::linear);
    ranks[2 * i] = position.rank;
    ranks[2 * i + 1] = std::min(position.rank + 1, x.size() - 1);
    weight[i] = position.weight;
  }
  // A very short lead can ask for rank 1 twice in a falling order (0, 1, 0, 1); selection wants them ascending.
  std::array<std::size_t, 6> ascending = ranks;
  std::sort(ascending.begin(), ascending.end());
  std::array<T, 6> at{};
  heartsight::detail::select_ranks<T>(x, range.minimum, range.maximum, ascending, at, selection);
  const auto value_at = [&](std::size_t rank) {
    const auto place = std::lower_bound(ascending.begin(), ascending.end(), rank) - ascending.begin();
    return static_cast<double>(at[static_cast<std::size_t>(place)]);
  };

  const auto low = static_cast<double>(range.minimum);
  const auto high = static_cast<double>(range.maximum);
  out[0] = mean;
  out[1] = std::sqrt(variance);
  out[2] = low;
  out[3] = high;
  for (std::size_t i = 0; i < q.size(); ++i) {
    out[4 + i] = heartsight::detail::interpolate(value_at(ranks[2 * i]), value_at(ranks[2 * i + 1]), weight[i]);
  }
  out[7] = high - low;
  out[8] = variance;
}

template <std::floating_point T>
void summary_statistics(const MatrixView<const T>& signal, std::span<double> out, NanPolicy nan_policy,
                        SummaryWorkspace<T>& work) {
  constexpr auto where = "summary_statistics";
  check::not_empty(where, "signal", signal.n_rows());
  check::has_size(where, "out", out.size(), signal.n_rows() * n_summary_statistics);
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    std::span<const T> x = signal.row(lead);
    const std::span<double> nine = out.subspan(lead * n_summary_statistics, n_summary_statistics);
    Extent<T> range{};
    if (!x.empty()) range = extent(x);
    if (!std::isfinite(range.sum)) {  // a NaN, or an infinity that is nothing to worry about
      const auto missing =
          static_cast<std::size_t>(std::find_if(x.begin(), x.end(), [](T v) { return std::isnan(v); }) - x.begin());
      if (missing < x.size()) {
        if (nan_policy == NanPolicy::reject) {
          check::detail::fail<DomainError>(where, "signal[" + std::to_string(lead) + ", " + std::to_string(missing) + "]",
                                           "nan", "must not be NaN under nan_policy reject");
        }
        work.present.clear();
        if (nan_policy == NanPolicy::omit) {
          std::copy_if(x.begin(), x.end(), std::back_inserter(work.present), [](T v) { return !std::isnan(v); });
        }
        x = work.present;
        if (!x.empty()) range = extent(x);
      }
    }
    if (x.empty()) {
      std::fill(nine.begin(), nine.end(), std::numeric_limits<double>::quiet_NaN());
      continue;
    }
    summarise_lead<T>(x, range, nine, work.selection);
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
