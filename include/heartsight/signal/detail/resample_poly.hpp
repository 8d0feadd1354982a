#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// Modified Bessel function of the first kind and order 0 by its power series; all terms are positive, so nothing cancels.
inline double bessel_i0(double x) noexcept {
  const double quarter = x * x / 4.0;
  double term = 1.0;
  double sum = 1.0;
  for (double k = 1.0; term > 1e-17 * sum; k += 1.0) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

/// Odd-length Kaiser-windowed sinc with unit gain at zero frequency; cutoff is relative to the Nyquist rate.
inline std::vector<double> kaiser_lowpass(std::size_t half_length, double cutoff, double beta) {
  const auto half = static_cast<double>(half_length);
  std::vector<double> taps(2 * half_length + 1);
  double sum = 0.0;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const double m = static_cast<double>(i) - half;
    const double x = cutoff * m * std::numbers::pi;
    const double sinc = m == 0.0 ? 1.0 : std::sin(x) / x;
    const double r = half > 0.0 ? m / half : 0.0;
    taps[i] = cutoff * sinc * bessel_i0(beta * std::sqrt(std::max(0.0, 1.0 - r * r))) / bessel_i0(beta);
    sum += taps[i];
  }
  for (double& tap : taps) tap /= sum;
  return taps;
}

/// The filter of one ratio, designed once and applied to as many leads as there are.
class PolyphaseFilter {
 public:
  PolyphaseFilter(std::size_t up, std::size_t down, double kaiser_beta) {
    constexpr auto where = "resample_poly";
    check::at_least<std::size_t>(where, "up", up, 1);
    check::at_least<std::size_t>(where, "down", down, 1);
    check::in_closed_range(where, "kaiser_beta", kaiser_beta, 0.0, 1e3);
    const std::size_t common = std::gcd(up, down);
    up_ = up / common;
    down_ = down / common;
    // 20 taps per unit of the larger term: beyond this the filter alone would fill the memory, or its size overflow.
    check::in_closed_range<std::size_t>(where, "up / gcd(up, down)", up_, 1, 100'000);
    check::in_closed_range<std::size_t>(where, "down / gcd(up, down)", down_, 1, 100'000);
    if (up_ == down_) return;
    const std::size_t larger = std::max(up_, down_);
    half_ = 10 * larger;
    std::vector<double> taps = kaiser_lowpass(half_, 1.0 / static_cast<double>(larger), kaiser_beta);
    for (double& tap : taps) tap *= static_cast<double>(up_);  // the zeros between samples took this much away

    // Output m sits at m * down on the up-sampled grid, where input k sits at k * up: y[m] = sum over k of
    // x[k] * taps[m * down - k * up + half]. Only every up-th tap meets a sample; phases keeps each such set together.
    n_taps_ = (taps.size() + up_ - 1) / up_;
    phases_.assign(up_ * n_taps_, 0.0);
    for (std::size_t phase = 0; phase < up_; ++phase) {
      for (std::size_t j = 0; phase + j * up_ < taps.size(); ++j) {
        phases_[phase * n_taps_ + n_taps_ - 1 - j] =
            taps[phase + j * up_];  // reversed: sample and tap indices grow together
      }
    }
  }

  [[nodiscard]] std::size_t n_out(std::size_t n) const noexcept { return (n * up_ + down_ - 1) / down_; }

  /// out has n_out(x.size()) samples.
  template <std::floating_point T>
  void run(std::span<const T> x, bool take_out_line, std::span<T> out) {
    if (up_ == down_ || x.empty()) {
      std::copy(x.begin(), x.end(), out.begin());
      return;
    }
    const std::size_t n = x.size();
    const double first = static_cast<double>(x.front());
    const double slope = n > 1 ? (static_cast<double>(x.back()) - first) / static_cast<double>(n - 1) : 0.0;
    const double out_step = slope * static_cast<double>(down_) / static_cast<double>(up_);
    // In blocks whose samples stay in the cache, as doubles and with zeros for those beyond the ends.
    const std::size_t block = std::max<std::size_t>(1, 4096 * up_ / down_);
    for (std::size_t begin = 0; begin < out.size(); begin += block) {
      const std::size_t end = std::min(out.size(), begin + block);
      // The last sample that meets a tap of output m is (m * down + half) / up, the first lies n_taps - 1 before it.
      const std::size_t last_of_first = (begin * down_ + half_) / up_;
      const std::size_t last_of_last = ((end - 1) * down_ + half_) / up_;
      samples_.resize(last_of_last - last_of_first + n_taps_);
      const auto low = static_cast<std::ptrdiff_t>(last_of_first) - static_cast<std::ptrdiff_t>(n_taps_) + 1;
      const auto size = static_cast<std::ptrdiff_t>(samples_.size());
      const auto inside_begin = std::clamp<std::ptrdiff_t>(-low, 0, size);
      const auto inside_end = std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(n) - low, inside_begin, size);
      std::fill(samples_.begin(), samples_.begin() + inside_begin, 0.0);
      std::copy(x.begin() + (low + inside_begin), x.begin() + (low + inside_end), samples_.begin() + inside_begin);
      std::fill(samples_.begin() + inside_end, samples_.end(), 0.0);
      if (take_out_line) {
        for (std::ptrdiff_t k = inside_begin; k < inside_end; ++k) {
          samples_[static_cast<std::size_t>(k)] -= first + slope * static_cast<double>(low + k);
        }
      }
      std::size_t phase = (begin * down_ + half_) % up_;
      std::size_t from = 0;
      const std::size_t phase_step = down_ % up_;
      const std::size_t from_step = down_ / up_;
      for (std::size_t m = begin; m < end; ++m) {
        double sum = dot(samples_.data() + from, phases_.data() + phase * n_taps_, n_taps_);
        if (take_out_line) sum += first + out_step * static_cast<double>(m);
        out[m] = static_cast<T>(sum);
        phase += phase_step;
        from += from_step;
        const bool is_over = phase >= up_;
        phase -= is_over ? up_ : 0;
        from += is_over ? 1 : 0;
      }
    }
  }

 private:
  /// In strands that do not wait for each other, two to a vector; without vectors in the same order, and so with the same
  /// bits.
  static double dot(const double* a, const double* b, std::size_t n) noexcept {
#if defined(__GNUC__)
    typedef double Pair __attribute__((vector_size(16)));  // NOLINT: an alias cannot carry the attribute everywhere
    const auto product = [a, b](std::size_t i) {
      Pair x;
      Pair y;
      std::memcpy(&x, a + i, sizeof x);
      std::memcpy(&y, b + i, sizeof y);
      return x * y;
    };
#else
    struct Pair {
      double values[2];
      double operator[](std::size_t k) const { return values[k]; }
      Pair& operator+=(const Pair& other) {
        values[0] += other.values[0];
        values[1] += other.values[1];
        return *this;
      }
    };
    const auto product = [a, b](std::size_t i) { return Pair{{a[i] * b[i], a[i + 1] * b[i + 1]}}; };
#endif
    Pair s0{};
    Pair s1{};
    Pair s2{};
    Pair s3{};
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
      s0 += product(i);
      s1 += product(i + 2);
      s2 += product(i + 4);
      s3 += product(i + 6);
    }
    if (i + 4 <= n) {
      s0 += product(i);
      s1 += product(i + 2);
      i += 4;
    }
    double rest = 0.0;
    for (; i < n; ++i) rest += a[i] * b[i];
    s0 += s2;
    s1 += s3;
    s0 += s1;
    return s0[0] + s0[1] + rest;
  }

  std::size_t up_ = 1;
  std::size_t down_ = 1;
  std::size_t half_ = 0;
  std::size_t n_taps_ = 0;
  std::vector<double> phases_;
  std::vector<double> samples_;
};

/// (n_leads, n_out) row-major
template <std::floating_point T>
std::vector<T> resample_poly(const MatrixView<const T>& signal, std::size_t up, std::size_t down, double kaiser_beta,
                             bool take_out_line) {
  PolyphaseFilter filter(up, down, kaiser_beta);
  const std::size_t n_out = filter.n_out(signal.n_cols());
  std::vector<T> result(signal.n_rows() * n_out);
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    filter.run<T>(signal.row(lead), take_out_line, std::span<T>(result).subspan(lead * n_out, n_out));
  }
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
