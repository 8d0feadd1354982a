#pragma once

#include <heartsight/detection/detail/lead_waves.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// The course of the slope within 80 ms of a position, at unit energy: what a complex looks like, free of wander and gain.
class SlopeSnippet {
 public:
  static constexpr std::int64_t half = 10;
  static constexpr std::size_t n = 2 * half + 1;
  static constexpr std::size_t padded = 24;  // zeros beyond n: whole vectors, the same sums

  SlopeSnippet() = default;
  SlopeSnippet(const LeadWaves& waves, std::int64_t t) {
    for (std::size_t k = 0; k < n; ++k) values_[k] = slope_at(waves, t - half + static_cast<std::int64_t>(k));
    const float energy = dot(values_.data());
    const float scale = energy > 0.0F ? 1.0F / std::sqrt(energy) : 0.0F;
    for (float& v : values_) v *= scale;
  }

  void add(const SlopeSnippet& other) noexcept {
    for (std::size_t k = 0; k < padded; ++k) values_[k] += other.values_[k];
  }
  /// Square root of the energy.
  [[nodiscard]] float norm() const noexcept { return std::sqrt(dot(values_.data())); }

  /// Product with `padded` values.
  [[nodiscard]] float dot(const float* other) const noexcept {
    std::array<float, 8> sums{};
    for (std::size_t k = 0; k < padded; k += 8) {
      for (std::size_t lane = 0; lane < 8; ++lane) sums[lane] += values_[k + lane] * other[k + lane];
    }
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
  }

  static float slope_at(const LeadWaves& waves, std::int64_t i) noexcept {
    return i < waves.slope.begin() || i >= waves.slope.end() ? 0.0F : waves.slope[i];
  }

 private:
  alignas(16) std::array<float, padded> values_{};
};

/// The same of one position, ready to be compared with many at shifts of up to 2 samples.
class ShiftedSlope {
 public:
  static constexpr std::size_t shift = 2;
  static constexpr std::size_t n_lags = 2 * shift + 1;

  ShiftedSlope(const LeadWaves& waves, std::int64_t t) {
    constexpr std::size_t n_values = SlopeSnippet::n + 2 * shift;
    const std::int64_t first = t - SlopeSnippet::half - static_cast<std::int64_t>(shift);
    if (first >= waves.slope.begin() && first + static_cast<std::int64_t>(n_values) <= waves.slope.end()) {
      std::copy_n(waves.slope.at(first), n_values, values_.begin());
    } else {
      for (std::size_t k = 0; k < n_values; ++k) {
        values_[k] = SlopeSnippet::slope_at(waves, first + static_cast<std::int64_t>(k));
      }
    }
    // Amplitudes beside one another may differ by any factor: energies in double.
    for (std::size_t lag = 0; lag < n_lags; ++lag) {
      double energy = 0.0;
      for (std::size_t k = 0; k < SlopeSnippet::n; ++k) energy += double{values_[lag + k]} * values_[lag + k];
      inverse_norms_[lag] = energy > 0.0 ? static_cast<float>(1.0 / std::sqrt(energy)) : 0.0F;
    }
  }

  /// The largest product over the shifts: a correlation in [-1, 1] with a snippet of unit energy; 0 where either is flat.
  [[nodiscard]] float best_match(const SlopeSnippet& other) const noexcept {
    float best = -std::numeric_limits<float>::infinity();
    for (std::size_t lag = 0; lag < n_lags; ++lag) {
      best = std::max(best, other.dot(values_.data() + lag) * inverse_norms_[lag]);
    }
    return best;
  }

 private:
  std::array<float, SlopeSnippet::padded + 2 * shift> values_{};
  std::array<float, n_lags> inverse_norms_{};
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
