#pragma once

#include <heartsight/calibration/detail/training_data.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail {

/// Probabilities closer to 0 or 1 than this are treated as being this close, so that their logit is finite.
inline constexpr double probability_margin = 1e-12;

inline double clipped(double p) noexcept {
  return std::clamp(p, probability_margin, 1.0 - probability_margin);
}
inline double logit(double p) noexcept {
  return std::log(clipped(p)) - std::log1p(-clipped(p));
}
inline double sigmoid(double z) noexcept {
  return z >= 0.0 ? 1.0 / (1.0 + std::exp(-z)) : std::exp(z) / (1.0 + std::exp(z));
}

/// Maximum-likelihood logistic regression with N coefficients and no intercept of its own (give a column of ones).
///
/// Newton's method with step halving. A ridge of 1e-6 around `prior` leaves a well-posed fit unchanged in the first six
/// digits and gives a finite answer where classes are separated and the likelihood has no maximum.
template <std::size_t N>
std::array<double, N> logistic_fit(std::span<const std::array<double, N>> x, std::span<const double> target,
                                   std::span<const double> weight, const std::array<double, N>& prior) {
  constexpr double ridge = 1e-6;
  const auto score = [&](const std::array<double, N>& row, const std::array<double, N>& theta) {
    double z = 0.0;
    for (std::size_t j = 0; j < N; ++j) z += row[j] * theta[j];
    return z;
  };
  const auto loss = [&](const std::array<double, N>& theta) {
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double z = score(x[i], theta);
      sum += weight[i] * (std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))) - target[i] * z);
    }
    for (std::size_t j = 0; j < N; ++j) sum += 0.5 * ridge * (theta[j] - prior[j]) * (theta[j] - prior[j]);
    return sum;
  };

  std::array<double, N> theta = prior;
  double current = loss(theta);
  for (int iteration = 0; iteration < 100; ++iteration) {
    std::array<double, N> gradient{};
    std::array<std::array<double, N>, N> hessian{};
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double p = sigmoid(score(x[i], theta));
      const double residual = weight[i] * (p - target[i]);
      const double curvature = weight[i] * p * (1.0 - p);
      for (std::size_t j = 0; j < N; ++j) {
        gradient[j] += residual * x[i][j];
        for (std::size_t k = 0; k <= j; ++k) hessian[j][k] += curvature * x[i][j] * x[i][k];
      }
    }
    for (std::size_t j = 0; j < N; ++j) {
      gradient[j] += ridge * (theta[j] - prior[j]);
      hessian[j][j] += ridge;
    }
    // Cholesky, then two triangular solves; the ridge keeps the matrix positive definite.
    std::array<std::array<double, N>, N> factor{};
    for (std::size_t j = 0; j < N; ++j) {
      for (std::size_t k = 0; k <= j; ++k) {
        double sum = hessian[j][k];
        for (std::size_t m = 0; m < k; ++m) sum -= factor[j][m] * factor[k][m];
        factor[j][k] = j == k ? std::sqrt(std::max(sum, 1e-12)) : sum / factor[k][k];
      }
    }
    std::array<double, N> step = gradient;
    for (std::size_t j = 0; j < N; ++j) {
      for (std::size_t k = 0; k < j; ++k) step[j] -= factor[j][k] * step[k];
      step[j] /= factor[j][j];
    }
    for (std::size_t j = N; j-- > 0;) {
      for (std::size_t k = j + 1; k < N; ++k) step[j] -= factor[k][j] * step[k];
      step[j] /= factor[j][j];
    }
    double size = 1.0;
    double largest = 0.0;
    bool better = false;
    for (int halving = 0; halving < 40 && !better; ++halving, size *= 0.5) {
      std::array<double, N> next = theta;
      largest = 0.0;
      for (std::size_t j = 0; j < N; ++j) {
        next[j] -= size * step[j];
        largest = std::max(largest, std::abs(size * step[j]));
      }
      const double value = loss(next);
      if (value <= current) {
        theta = next;
        current = value;
        better = true;
      }
    }
    if (!better || largest < 1e-12) break;
  }
  return theta;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail
