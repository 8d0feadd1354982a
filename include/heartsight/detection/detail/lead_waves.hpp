#pragma once

#include <heartsight/detection/detail/kernel.hpp>
#include <heartsight/detection/detail/track.hpp>
#include <heartsight/detection/detail/working_rate.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// What the detector looks at, of one lead at the working rate.
///
/// slope and curvature are Gaussian derivatives (sigma 14 ms: 11 and 16 Hz), a quadrature pair as far as a QRS complex is
/// concerned: their magnitude, smoothed, is the energy, the same for either polarity and for any shape. sharpness follows
/// what is faster (muscle, spikes, narrow complexes), slowness what is slower (T waves, wander).
struct LeadWaves {
  Track<float> signal;
  Track<std::int64_t> n_missing;  ///< n_missing[i]: how many of the first i samples are missing
  Track<float> slope;
  Track<float> curvature;
  Track<float> energy;
  Track<float> sharpness;
  Track<float> slowness;

  LeadWaves() { n_missing.push_back(0); }

  /// Takes over what has come to the signal. @param ended nothing will follow
  void extend(bool ended) {
    for (std::int64_t i = n_missing.end() - 1; i < signal.end(); ++i) {
      n_missing.push_back(n_missing[i] + (std::isfinite(signal[i]) ? 0 : 1));
    }
    static const Kernel first = gaussian_kernel(1.75, 6, 1);
    static const Kernel second = gaussian_kernel(1.75, 6, 2);
    static const Kernel smooth = gaussian_kernel(2.5, 7, 0);
    static const Kernel difference{{-0.5F, 1.0F, -0.5F}};
    static const Kernel slow_first = gaussian_kernel(5.5, 16, 1);
    static const Kernel slow_smooth = gaussian_kernel(5.0, 12, 0);
    extend_filtered(first, signal, &n_missing, ended, slope);
    extend_filtered(second, signal, &n_missing, ended, curvature);
    extend_filtered(difference, signal, &n_missing, ended, fast_);
    extend_filtered(slow_first, signal, &n_missing, ended, slow_);
    // Squares stay finite: largest_amplitude is far from the end of float.
    const std::int64_t from = magnitude_.end();
    const std::int64_t n_new = std::min(slope.end(), curvature.end()) - from;
    if (n_new > 0) {
      float* out = magnitude_.grow(n_new);
      const float* a = slope.at(from);
      const float* b = curvature.at(from);
      for (std::int64_t i = 0; i < n_new; ++i) out[i] = std::sqrt(a[i] * a[i] + b[i] * b[i]);
    }
    extend_absolute(fast_, absolute_fast_);
    extend_absolute(slow_, absolute_slow_);
    extend_filtered(smooth, magnitude_, nullptr, ended, energy);
    extend_filtered(smooth, absolute_fast_, nullptr, ended, sharpness);
    extend_filtered(slow_smooth, absolute_slow_, nullptr, ended, slowness);
  }

  /// Up to where every wave is known.
  [[nodiscard]] std::int64_t end() const noexcept {
    return std::min({energy.end(), sharpness.end(), slowness.end(), curvature.end()});
  }

  void forget_before(std::int64_t position) {
    const std::int64_t kept = position - 64;  // the kernels reach back
    for (Track<float>* track : {&signal, &slope, &curvature, &energy, &sharpness, &slowness, &magnitude_, &fast_,
                                &absolute_fast_, &slow_, &absolute_slow_}) {
      track->forget_before(kept);
    }
    n_missing.forget_before(kept);
  }

 private:
  static void extend_absolute(const Track<float>& input, Track<float>& output) {
    const std::int64_t from = output.end();
    const std::int64_t n_new = input.end() - from;
    if (n_new <= 0) return;
    float* out = output.grow(n_new);
    const float* x = input.at(from);
    for (std::int64_t i = 0; i < n_new; ++i) out[i] = std::abs(x[i]);
  }

  Track<float> magnitude_;
  Track<float> fast_;
  Track<float> absolute_fast_;
  Track<float> slow_;
  Track<float> absolute_slow_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
