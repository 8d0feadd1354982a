#pragma once

#include <heartsight/core/matrix_view.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// How alike beats of one group are in the 170 ms before their complex, where P waves lie: the share of the variance there
/// that their common mean explains, corrected for chance, in the better half of the leads. 1 for equal P waves at an equal
/// distance, about 0 for fibrillation waves, whose phase is not that of the ventricles. Each beat has a straight line taken
/// out first. NaN for fewer than 4 beats.
///
/// @param members  R peaks, in samples, with the shifts that align them.
/// @param onset_s  the group's coarse QRS onset: the stretch ends 30 ms before it, and 70 ms before the R peak at the
/// latest.
template <std::floating_point T>
double p_coherence(MatrixView<const T> signal, double sampling_rate, std::span<const double> members, double onset_s) {
  constexpr std::size_t n_points = 24;
  const double end_s = std::min(-0.07, onset_s - 0.03);
  const double begin_s = end_s - 0.17;
  const double step = (end_s - begin_s) * sampling_rate / static_cast<double>(n_points);
  const auto half = static_cast<std::int64_t>(std::max(0.0, std::floor(0.5 * step)));
  const auto n_samples = static_cast<std::int64_t>(signal.n_cols());
  std::vector<double> per_lead;
  std::vector<double> mean(n_points);
  std::vector<double> beat(n_points);
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    const auto x = signal.row(lead);
    std::fill(mean.begin(), mean.end(), 0.0);
    double squares = 0.0;
    std::size_t n = 0;
    for (const double r : members) {
      double sum = 0.0;
      double moment = 0.0;
      bool inside = true;
      for (std::size_t k = 0; k < n_points && inside; ++k) {
        const std::int64_t centre = std::llround(r + begin_s * sampling_rate + step * (static_cast<double>(k) + 0.5));
        inside = centre - half >= 0 && centre + half < n_samples;
        if (!inside) break;
        double v = 0.0;
        for (std::int64_t i = centre - half; i <= centre + half; ++i)
          v += static_cast<double>(x[static_cast<std::size_t>(i)]);
        beat[k] = v / static_cast<double>(2 * half + 1);
        sum += beat[k];
        moment += (static_cast<double>(k) - 0.5 * (n_points - 1)) * beat[k];
      }
      if (!inside || !std::isfinite(sum)) continue;
      constexpr double moments = n_points * (n_points * n_points - 1.0) / 12.0;
      const double level = sum / n_points;
      const double slope = moment / moments;
      for (std::size_t k = 0; k < n_points; ++k) {
        const double v = beat[k] - level - slope * (static_cast<double>(k) - 0.5 * (n_points - 1));
        mean[k] += v;
        squares += v * v;
      }
      ++n;
    }
    if (n < 4) continue;
    // E[|sum|^2] = n^2 signal + n noise and E[sum of squares] = n signal + n noise give both.
    const auto count = static_cast<double>(n);
    double of_sum = 0.0;
    for (const double v : mean) of_sum += v * v;
    const double common = (of_sum - squares) / (count * (count - 1.0));
    const double all = squares / count;
    if (all > 0.0) per_lead.push_back(common / all);
  }
  if (per_lead.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(per_lead.begin(), per_lead.end(), std::greater<>());
  const std::size_t best = std::max<std::size_t>(1, per_lead.size() / 2);
  double total = 0.0;
  for (std::size_t i = 0; i < best; ++i) total += per_lead[i];
  return std::clamp(total / static_cast<double>(best), 0.0, 1.0);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
