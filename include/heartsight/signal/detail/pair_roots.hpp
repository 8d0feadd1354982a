#pragma once

#include <heartsight/signal/detail/analog_prototype.hpp>
#include <heartsight/signal/sos.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// Roots of a real polynomial that are still to be given to a section: of each conjugate pair the upper one, and the real
/// ones.
class RootPool {
 public:
  explicit RootPool(const std::vector<std::complex<double>>& roots) {
    constexpr double rounding = 100.0 * std::numeric_limits<double>::epsilon();
    std::vector<std::complex<double>> real;
    for (const auto& root : roots) {
      if (std::abs(root.imag()) <= rounding * std::abs(root)) {
        real.emplace_back(root.real(), 0.0);
      } else if (root.imag() > 0.0) {
        roots_.push_back(root);
      }
    }
    const auto by_value = [](const std::complex<double>& a, const std::complex<double>& b) {
      return std::pair(a.real(), a.imag()) < std::pair(b.real(), b.imag());
    };
    std::sort(roots_.begin(), roots_.end(), by_value);
    std::sort(real.begin(), real.end(), by_value);
    roots_.insert(roots_.end(), real.begin(), real.end());
  }

  enum class Kind { any, real, complex };

  static bool is_real(const std::complex<double>& root) noexcept { return root.imag() == 0.0; }

  [[nodiscard]] std::size_t size() const noexcept { return roots_.size(); }
  [[nodiscard]] std::size_t n_real() const noexcept {
    return static_cast<std::size_t>(std::count_if(roots_.begin(), roots_.end(), is_real));
  }

  /// Takes out the root for which distance(root) is least; nothing when none is of this kind.
  template <class Distance>
  std::optional<std::complex<double>> take(Kind kind, Distance distance) {
    auto best = roots_.end();
    for (auto at = roots_.begin(); at != roots_.end(); ++at) {
      if (kind != Kind::any && is_real(*at) != (kind == Kind::real)) continue;
      if (best == roots_.end() || distance(*at) < distance(*best)) best = at;
    }
    if (best == roots_.end()) return std::nullopt;
    const auto found = *best;
    roots_.erase(best);
    return found;
  }

 private:
  std::vector<std::complex<double>> roots_;  // complex ones first, each group in ascending order
};

/// 1 - (first + second) / z + first * second / z^2, whose coefficients are real
inline std::array<double, 3> quadratic(std::complex<double> first, std::complex<double> second) {
  return {1.0, -(first + second).real(), (first * second).real()};
}

/// Zeros and poles into sections by SciPy's rule "nearest": the pole that is closest to the unit circle takes the zeros next
/// to it, which keeps the peak of its section low, and comes last. The gain goes to the first section.
inline SecondOrderSections pair_roots(ZerosPolesGain filter) {
  if (filter.poles.size() % 2 == 1) {
    filter.poles.emplace_back(0.0);
    filter.zeros.emplace_back(0.0);
  }
  const std::size_t n_sections = filter.poles.size() / 2;
  RootPool poles(filter.poles);
  RootPool zeros(filter.zeros);
  using Kind = RootPool::Kind;
  const auto to_circle = [](const std::complex<double>& root) { return std::abs(1.0 - std::abs(root)); };

  SecondOrderSections result;
  result.sections.resize(n_sections);
  for (std::size_t s = n_sections; s-- > 0;) {
    const auto pole = poles.take(Kind::any, to_circle);
    if (!pole) break;  // only for a root without its conjugate, which rounding does not bring about
    const auto to_pole = [&](const std::complex<double>& root) { return std::abs(root - *pole); };
    std::complex<double> second_pole = std::conj(*pole);
    Kind zero_kind = Kind::any;
    if (RootPool::is_real(*pole)) {
      second_pole = poles.take(Kind::real, to_circle).value_or(0.0);
    } else if (poles.size() + 1 == zeros.size() && poles.n_real() == 1 && zeros.n_real() == 1) {
      zero_kind = Kind::complex;  // the one real zero has to wait for the one real pole
    }
    const auto zero = zeros.take(zero_kind, to_pole).value_or(0.0);
    const auto second_zero = RootPool::is_real(zero) ? zeros.take(Kind::real, to_pole).value_or(0.0) : std::conj(zero);
    const auto b = quadratic(zero, second_zero);
    const auto a = quadratic(*pole, second_pole);
    result.sections[s] = {b[0], b[1], b[2], a[0], a[1], a[2]};
  }
  for (std::size_t k = 0; k < 3; ++k) result.sections[0][k] *= filter.gain;
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
