#pragma once

#include <heartsight/calibration/detail/reliability_bins.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

namespace detail {

/// Residuals on a grid of [0, 1], smoothed by a Gaussian that reflects at both ends. In cosines the reflected kernel is
/// diagonal, exp(-(k pi sigma)^2 / 2), so each width costs one sum per grid point and nothing is convolved.
class SmoothResiduals {
 public:
  static constexpr std::size_t n_cells = 1024;

  SmoothResiduals() : cosine_(4 * n_cells) {
    for (std::size_t i = 0; i < cosine_.size(); ++i) {
      cosine_[i] = std::cos(std::numbers::pi * static_cast<double>(i) / (2.0 * n_cells));
    }
  }

  /// The two cells that share a probability, and the share of the upper one.
  struct Place {
    std::size_t cell;
    double upper;
  };
  static Place place_of(double probability) noexcept {
    const double at = std::clamp(probability * n_cells - 0.5, 0.0, static_cast<double>(n_cells - 1));
    const std::size_t cell = std::min(static_cast<std::size_t>(at), n_cells - 2);
    return {cell, at - static_cast<double>(cell)};
  }

  /// The smooth error of residuals summed per cell and divided by the total weight: the width at which the smoothed
  /// error equals the width (Blasiok and Nakkiran 2023).
  double error(std::span<const double> cell) {
    constexpr double least = 1e-4;
    coefficient_.clear();
    // error_at falls with the width. A bracket is sought from wide to narrow, since narrow kernels cost more; then the
    // crossing is found by regula falsi (Illinois).
    double low = 0.1;
    double high = 1.0;
    double f_low = error_at(cell, low) - low;
    double f_high = f_low > 0.0 ? error_at(cell, high) - high : 0.0;
    while (f_low <= 0.0) {
      if (low <= least) return f_low + low;
      high = low;
      f_high = f_low;
      low = std::max(low / 2.0, least);
      f_low = error_at(cell, low) - low;
    }
    if (f_high >= 0.0) return high;
    for (int i = 0, side = 0; i < 100 && high - low > 1e-9; ++i) {
      const double middle = (low * f_high - high * f_low) / (f_high - f_low);
      const double f = error_at(cell, middle) - middle;
      if (std::abs(f) < 1e-9) return middle;
      if (f > 0.0) {
        low = middle;
        f_low = f;
        if (side == 1) f_high /= 2.0;
        side = 1;
      } else {
        high = middle;
        f_high = f;
        if (side == -1) f_low /= 2.0;
        side = -1;
      }
    }
    return 0.5 * (low + high);
  }

 private:
  double error_at(std::span<const double> cell, double sigma) {
    const double reach = 7.0 / (std::numbers::pi * sigma);
    const auto n_frequencies = static_cast<std::size_t>(std::clamp(std::ceil(reach), 1.0, double{n_cells - 1}));
    while (coefficient_.size() <= n_frequencies) {
      const std::size_t k = coefficient_.size();
      double sum = 0.0;
      for (std::size_t j = 0; j < n_cells; ++j) sum += cell[j] * cosine_[k * (2 * j + 1) % cosine_.size()];
      coefficient_.push_back(sum);
    }
    smoothed_.assign(n_cells, coefficient_[0]);
    for (std::size_t k = 1; k <= n_frequencies; ++k) {
      const double at = static_cast<double>(k) * std::numbers::pi * sigma;
      const double scale = 2.0 * coefficient_[k] * std::exp(-0.5 * at * at);
      std::size_t angle = k;
      for (std::size_t j = 0; j < n_cells; ++j) {
        smoothed_[j] += scale * cosine_[angle];
        angle = (angle + 2 * k) % (4 * n_cells);  // a power of two
      }
    }
    double sum = 0.0;
    for (const double v : smoothed_) sum += std::abs(v);
    return sum / n_cells;
  }

  std::vector<double> cosine_;
  std::vector<double> coefficient_;
  std::vector<double> smoothed_;
};

template <std::floating_point T>
double smooth_calibration_error(std::span<const T> probability, std::span<const std::int64_t> label,
                                std::span<const double> weight) {
  check_probabilities<T>("smooth_calibration_error", probability, label, weight);
  std::vector<double> cell(SmoothResiduals::n_cells, 0.0);
  double total = 0.0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const auto p = static_cast<double>(probability[i]);
    const double w = weight.empty() ? 1.0 : weight[i];
    const auto [at, upper] = SmoothResiduals::place_of(p);
    const double residual = w * (static_cast<double>(label[i]) - p);
    cell[at] += residual * (1.0 - upper);
    cell[at + 1] += residual * upper;
    total += w;
  }
  if (!(total > 0.0)) return std::numeric_limits<double>::quiet_NaN();
  for (double& c : cell) c /= total;
  return SmoothResiduals().error(cell);
}

}  // namespace detail

/// Smooth calibration error (smECE): the residuals smoothed by a reflected Gaussian, integrated in absolute value, at the
/// one width that equals the answer. No bins to choose, and it moves continuously with the predictions.
///
/// @param probability (n,) in [0, 1]. @param label (n,) 0 or 1. @param weight (n,) in [0, 1e12], or empty.
/// @return in [0, 1]; never below the absolute mean residual. NaN when no case has weight.
/// @throws ShapeError n = 0, sizes differ. @throws DomainError a value is out of range.
/// Probabilities are spread over 1,024 cells (an error below 1e-3 of the answer above 0.01; relplot 1.0.3 agrees within
/// 1e-3). Like ECE it is above 0 for a perfect model of finite size: reliability_test says by how much.
/// Source: Blasiok and Nakkiran 2023, arXiv 2309.12236. O(n + 1024 / answer).
[[nodiscard]] inline double smooth_calibration_error(std::span<const double> probability,
                                                     std::span<const std::int64_t> label,
                                                     std::span<const double> weight = {}) {
  return detail::smooth_calibration_error<double>(probability, label, weight);
}
[[nodiscard]] inline double smooth_calibration_error(std::span<const float> probability, std::span<const std::int64_t> label,
                                                     std::span<const double> weight = {}) {
  return detail::smooth_calibration_error<float>(probability, label, weight);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
