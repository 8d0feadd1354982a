#pragma once

#include <heartsight/features/detail/cubic_spline.hpp>
#include <heartsight/features/detail/smoothness_priors.hpp>
#include <heartsight/features/nn_series.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// What is taken off an NN series before its spectrum.
enum class NnDetrend : std::uint8_t {
  constant,           ///< its mean
  linear,             ///< its least-squares line
  smoothness_priors,  ///< its smooth trend, Tarvainen et al. 2002 (DOI 10.1109/10.979357)
};

namespace detail {

/// Gaps up to this long are bridged by a straight line; longer ones part the series into pieces.
inline constexpr double longest_bridge_s = 5.0;

/// Indices [begin, end) of intervals without a long gap among them.
struct NnPiece {
  std::size_t begin;
  std::size_t end;
};

inline std::vector<NnPiece> nn_pieces(const NnSeries& nn) {
  std::vector<NnPiece> pieces;
  const auto t = nn.time_s();
  for (std::size_t run = 0; run < nn.n_runs(); ++run) {
    const std::size_t begin = nn.run_begin(run);
    const bool bridged = run > 0 && t[begin] - nn.nn_ms()[begin] / 1000.0 - t[begin - 1] <= longest_bridge_s;
    if (bridged) {
      pieces.back().end = nn.run_end(run);
    } else {
      pieces.push_back({begin, nn.run_end(run)});
    }
  }
  return pieces;
}

/// A piece at even times: a cubic spline within each run, a straight line across each gap.
struct EvenSeries {
  double start_s = 0.0;
  std::vector<double> values;
};

inline EvenSeries resample_nn(const NnSeries& nn, const NnPiece& piece, double rate_hz) {
  const auto t = nn.time_s();
  const auto x = nn.nn_ms();
  EvenSeries even{.start_s = t[piece.begin], .values = {}};
  std::size_t run = 0;
  while (nn.run_end(run) <= piece.begin) ++run;
  std::vector<double> slope = spline_slopes(t.subspan(nn.run_begin(run), nn.run(run).size()), nn.run(run));
  const auto n = static_cast<std::size_t>(std::floor((t[piece.end - 1] - even.start_s) * rate_hz + 1e-9)) + 1;
  even.values.reserve(n);
  std::size_t left = piece.begin;
  for (std::size_t i = 0; i < n; ++i) {
    const double at = std::min(even.start_s + static_cast<double>(i) / rate_hz, t[piece.end - 1]);
    while (left + 2 < piece.end && t[left + 1] < at) ++left;
    while (nn.run_end(run) <= left) {
      ++run;
      slope = spline_slopes(t.subspan(nn.run_begin(run), nn.run(run).size()), nn.run(run));
    }
    if (left + 1 >= piece.end) {
      even.values.push_back(x[left]);  // a single interval
    } else if (left + 1 == nn.run_end(run)) {
      even.values.push_back(x[left] + (x[left + 1] - x[left]) * (at - t[left]) / (t[left + 1] - t[left]));
    } else {
      const std::size_t k = left - nn.run_begin(run);
      even.values.push_back(hermite(at, t[left], t[left + 1], x[left], x[left + 1], slope[k], slope[k + 1]));
    }
  }
  return even;
}

/// Mean and slope of the least-squares line through (t, x), the slope about the mean time.
struct Line {
  double mean_t = 0.0;
  double mean_x = 0.0;
  double slope = 0.0;
  [[nodiscard]] double at(double t) const noexcept { return mean_x + slope * (t - mean_t); }
};

inline Line least_squares_line(std::span<const double> t, std::span<const double> x) {
  Line line;
  for (std::size_t i = 0; i < t.size(); ++i) {
    line.mean_t += t[i];
    line.mean_x += x[i];
  }
  line.mean_t /= static_cast<double>(t.size());
  line.mean_x /= static_cast<double>(t.size());
  double product = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    product += (t[i] - line.mean_t) * (x[i] - line.mean_x);
    squares += (t[i] - line.mean_t) * (t[i] - line.mean_t);
  }
  line.slope = squares > 0.0 ? product / squares : 0.0;
  return line;
}

/// The trend of an NN series at its own times.
inline std::vector<double> nn_trend(const NnSeries& nn, NnDetrend detrend, double rate_hz, double lambda) {
  const auto t = nn.time_s();
  std::vector<double> trend(t.size());
  if (t.empty()) return trend;
  Line line = least_squares_line(t, nn.nn_ms());
  if (detrend != NnDetrend::smoothness_priors) {
    if (detrend == NnDetrend::constant) line.slope = 0.0;
    for (std::size_t i = 0; i < t.size(); ++i) trend[i] = line.at(t[i]);
    return trend;
  }
  for (const NnPiece& piece : nn_pieces(nn)) {
    const EvenSeries even = resample_nn(nn, piece, rate_hz);
    const auto smooth = smoothness_priors_trend(even.values, lambda);
    for (std::size_t i = piece.begin; i < piece.end; ++i) {
      const double place = std::max(0.0, (t[i] - even.start_s) * rate_hz);
      const std::size_t below = std::min(static_cast<std::size_t>(place), smooth.size() - 1);
      const std::size_t above = std::min(below + 1, smooth.size() - 1);
      trend[i] = smooth[below] + (smooth[above] - smooth[below]) * (place - static_cast<double>(below));
    }
  }
  return trend;
}

/// Takes the trend off an evenly sampled series.
inline void detrend_even(EvenSeries& even, NnDetrend detrend, double lambda) {
  if (detrend == NnDetrend::smoothness_priors) {
    const auto smooth = smoothness_priors_trend(even.values, lambda);
    for (std::size_t i = 0; i < smooth.size(); ++i) even.values[i] -= smooth[i];
    return;
  }
  std::vector<double> t(even.values.size());
  for (std::size_t i = 0; i < t.size(); ++i) t[i] = static_cast<double>(i);
  Line line = least_squares_line(t, even.values);
  if (detrend == NnDetrend::constant) line.slope = 0.0;
  for (std::size_t i = 0; i < t.size(); ++i) even.values[i] -= line.at(t[i]);
}

}  // namespace detail
}  // namespace heartsight::inline HEARTSIGHT_ABI::features
