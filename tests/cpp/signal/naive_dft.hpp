#pragma once

#include <complex>
#include <cstddef>
#include <numbers>
#include <random>
#include <vector>

namespace heartsight::test {

/// The definition, in long double.
inline std::vector<std::complex<double>> naive_dft(const std::vector<double>& x, std::size_t n_bins) {
  std::vector<std::complex<double>> bins(n_bins);
  for (std::size_t k = 0; k < n_bins; ++k) {
    std::complex<long double> sum = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      const long double turn = static_cast<long double>(j * k % x.size()) / static_cast<long double>(x.size());
      const long double angle = -2 * std::numbers::pi_v<long double> * turn;
      sum += static_cast<long double>(x[j]) * std::complex<long double>(std::cos(angle), std::sin(angle));
    }
    bins[k] = {static_cast<double>(sum.real()), static_cast<double>(sum.imag())};
  }
  return bins;
}

inline std::vector<double> noise(std::size_t n, unsigned seed = 1) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> x(n);
  for (double& v : x) v = normal(random);
  return x;
}

}  // namespace heartsight::test
