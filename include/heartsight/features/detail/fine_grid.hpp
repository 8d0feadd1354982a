#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// A signal on a grid that is `factor` times as fine: a sinc under a Kaiser window of 16 samples (beta 6), each phase
/// scaled so that a constant stays one.
class FineGrid {
 public:
  explicit FineGrid(std::size_t factor) : factor_(static_cast<std::int64_t>(factor)), taps_(factor) {
    for (std::size_t phase = 0; phase < factor; ++phase) {
      double sum = 0.0;
      for (std::size_t k = 0; k < n_taps; ++k) {
        // Distance from the wanted place to sample k of the taps, the place lying between taps 7 and 8.
        const double d = static_cast<double>(k) - 7.0 - static_cast<double>(phase) / static_cast<double>(factor);
        const double u = d / 8.0;
        const double window = std::abs(u) < 1.0 ? std::cyl_bessel_i(0.0, 6.0 * std::sqrt(1.0 - u * u)) : 0.0;
        const double sinc = d == 0.0 ? 1.0 : std::sin(std::numbers::pi * d) / (std::numbers::pi * d);
        taps_[phase][k] = window * sinc;
        sum += taps_[phase][k];
      }
      for (double& tap : taps_[phase]) tap /= sum;
    }
  }

  /// Writes n values from fine step base * factor + step on. False where a sample is missing or outside; beyond the ends of
  /// the signal only the taps reach, and they see its end continued.
  template <std::floating_point T>
  bool take(std::span<const T> x, std::int64_t base, std::int64_t step, std::size_t n, double* out) const noexcept {
    const auto size = static_cast<std::int64_t>(x.size());
    const std::int64_t place = base * factor_ + step;
    if (place < 0 || place + static_cast<std::int64_t>(n) - 1 > (size - 1) * factor_) return false;
    double total = 0.0;
    if (factor_ == 1) {
      const T* from = x.data() + place;
      for (std::size_t k = 0; k < n; ++k) {
        out[k] = static_cast<double>(from[k]);
        total += out[k];
      }
      return std::isfinite(total);
    }
    std::int64_t whole = place / factor_;
    auto phase = static_cast<std::size_t>(place % factor_);
    for (std::size_t k = 0; k < n; ++k) {
      const auto& taps = taps_[phase];
      double sum = 0.0;
      if (whole >= 7 && whole + 8 < size) {
        const T* from = x.data() + (whole - 7);
        for (std::size_t t = 0; t < n_taps; ++t) sum += taps[t] * static_cast<double>(from[t]);
      } else {
        for (std::size_t t = 0; t < n_taps; ++t) {
          const std::int64_t i = std::clamp<std::int64_t>(whole - 7 + static_cast<std::int64_t>(t), 0, size - 1);
          sum += taps[t] * static_cast<double>(x[static_cast<std::size_t>(i)]);
        }
      }
      out[k] = sum;
      total += sum;
      if (++phase == taps_.size()) {
        phase = 0;
        ++whole;
      }
    }
    return std::isfinite(total);
  }

 private:
  static constexpr std::size_t n_taps = 16;

  std::int64_t factor_;
  std::vector<std::array<double, n_taps>> taps_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
