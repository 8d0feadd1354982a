#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail {

/// Minimises a smooth convex function by limited-memory BFGS with backtracking. `value(theta, gradient)` returns the value
/// and writes the gradient. Stops when the gradient's largest entry is below 1e-9, when a step promises less than
/// rounding, after 1,000 steps, or when no step helps.
template <class Value>
void minimize(std::vector<double>& theta, Value&& value) {
  constexpr std::size_t memory = 12;
  const std::size_t n = theta.size();
  const auto dot = [](const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
  };
  std::deque<std::pair<std::vector<double>, std::vector<double>>> pairs;  // steps and changes of the gradient
  std::vector<double> gradient(n);
  std::vector<double> next_gradient(n);
  double current = value(std::span<const double>(theta), std::span<double>(gradient));
  for (int iteration = 0; iteration < 1000; ++iteration) {
    double largest = 0.0;
    for (const double g : gradient) largest = std::max(largest, std::abs(g));
    if (!(largest > 1e-9)) return;
    std::vector<double> direction = gradient;
    std::vector<double> alpha(pairs.size());
    for (std::size_t j = pairs.size(); j-- > 0;) {
      const auto& [s, y] = pairs[j];
      alpha[j] = dot(s, direction) / dot(s, y);
      for (std::size_t i = 0; i < n; ++i) direction[i] -= alpha[j] * y[i];
    }
    if (!pairs.empty()) {
      const auto& [s, y] = pairs.back();
      const double scale = dot(s, y) / dot(y, y);
      for (double& d : direction) d *= scale;
    }
    for (std::size_t j = 0; j < pairs.size(); ++j) {
      const auto& [s, y] = pairs[j];
      const double beta = dot(y, direction) / dot(s, y);
      for (std::size_t i = 0; i < n; ++i) direction[i] += (alpha[j] - beta) * s[i];
    }
    const double descent = dot(direction, gradient);
    if (!(descent > 1e-15 * (1.0 + std::abs(current))) && !pairs.empty()) return;  // what is left is rounding
    double size = 1.0;
    bool better = false;
    std::vector<double> next(n);
    for (int halving = 0; halving < 30 && !better; ++halving, size *= 0.5) {
      for (std::size_t i = 0; i < n; ++i) next[i] = theta[i] - size * direction[i];
      const double trial = value(std::span<const double>(next), std::span<double>(next_gradient));
      if (trial <= current - 1e-4 * size * descent) {
        better = true;
        current = trial;
      }
    }
    if (!better) {
      if (pairs.empty()) return;
      pairs.clear();  // a stale curvature: once more along the gradient
      continue;
    }
    std::vector<double> step(n);
    std::vector<double> change(n);
    for (std::size_t i = 0; i < n; ++i) {
      step[i] = next[i] - theta[i];
      change[i] = next_gradient[i] - gradient[i];
    }
    if (dot(step, change) > 1e-16 * dot(change, change)) pairs.emplace_back(std::move(step), std::move(change));
    if (pairs.size() > memory) pairs.pop_front();
    theta = next;
    gradient = next_gradient;
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration::detail
