#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/signal/detail/resample_poly.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// Window shapes under SciPy's names.
enum class WindowShape : std::uint8_t {
  boxcar,          ///< all ones
  bartlett,        ///< triangle that ends on zero
  cosine,          ///< half a sine wave
  hann,            ///< raised cosine that ends on zero
  hamming,         ///< 0.54 - 0.46 cos
  blackman,        ///< three cosine terms
  nuttall,         ///< four terms, minimum side lobes
  blackmanharris,  ///< four terms, Harris 1978 (DOI 10.1109/PROC.1978.10837)
  flattop,         ///< five terms, for amplitudes
  tukey,           ///< flat with cosine ends; parameter: share of the window in the ends, 0.5 by default
  kaiser,          ///< parameter: beta, needed
  gaussian,        ///< parameter: standard deviation in samples, needed
};

struct Window {
  WindowShape shape = WindowShape::hann;
  /// beta of kaiser, standard deviation of gaussian, alpha of tukey; the other shapes have none and ignore it.
  double parameter = 0.5;
  bool symmetric = false;  ///< for filter design; false: periodic, for spectra, one sample of a longer symmetric one cut off
  friend bool operator==(const Window&, const Window&) = default;
};

namespace detail {

/// sum over k of (-1)^k a_k cos(2 pi k i / (n - 1)).
inline std::vector<double> cosine_window(std::size_t n, std::span<const double> a) {
  std::vector<double> w(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double phase = -std::numbers::pi + 2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n - 1);
    double sum = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * std::cos(static_cast<double>(k) * phase);
    w[i] = sum;
  }
  return w;
}

inline std::vector<double> tukey_window(std::size_t n, double alpha) {
  if (alpha <= 0.0) return std::vector<double>(n, 1.0);
  if (alpha >= 1.0) return cosine_window(n, std::array{0.5, 0.5});
  const auto last = static_cast<double>(n - 1);
  const auto width = static_cast<std::size_t>(std::floor(alpha * last / 2.0));
  std::vector<double> w(n, 1.0);
  for (std::size_t i = 0; i <= width; ++i) {
    const double x = static_cast<double>(i);
    w[i] = 0.5 * (1.0 + std::cos(std::numbers::pi * (-1.0 + 2.0 * x / alpha / last)));
  }
  for (std::size_t i = n - width - 1; i < n; ++i) {
    const double x = static_cast<double>(i);
    w[i] = 0.5 * (1.0 + std::cos(std::numbers::pi * (-2.0 / alpha + 1.0 + 2.0 * x / alpha / last)));
  }
  return w;
}

inline std::vector<double> symmetric_window(WindowShape shape, double parameter, std::size_t n) {
  const double last = static_cast<double>(n) - 1.0;
  std::vector<double> w(n, 1.0);
  switch (shape) {
    case WindowShape::boxcar:
      return w;
    case WindowShape::bartlett:
      for (std::size_t i = 0; i < n; ++i) {
        const double x = 2.0 * static_cast<double>(i) / last;
        w[i] = x <= 1.0 ? x : 2.0 - x;
      }
      return w;
    case WindowShape::cosine:
      for (std::size_t i = 0; i < n; ++i) {
        w[i] = std::sin(std::numbers::pi / static_cast<double>(n) * (static_cast<double>(i) + 0.5));
      }
      return w;
    case WindowShape::hann:
      return cosine_window(n, std::array{0.5, 0.5});
    case WindowShape::hamming:
      return cosine_window(n, std::array{0.54, 0.46});
    case WindowShape::blackman:
      return cosine_window(n, std::array{0.42, 0.50, 0.08});
    case WindowShape::nuttall:
      return cosine_window(n, std::array{0.3635819, 0.4891775, 0.1365995, 0.0106411});
    case WindowShape::blackmanharris:
      return cosine_window(n, std::array{0.35875, 0.48829, 0.14128, 0.01168});
    case WindowShape::flattop:
      return cosine_window(n, std::array{0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368});
    case WindowShape::tukey:
      return tukey_window(n, parameter);
    case WindowShape::kaiser: {
      const double end = bessel_i0(parameter);
      for (std::size_t i = 0; i < n; ++i) {
        const double r = (static_cast<double>(i) - last / 2.0) / (last / 2.0);
        w[i] = bessel_i0(parameter * std::sqrt(std::max(0.0, 1.0 - r * r))) / end;
      }
      return w;
    }
    case WindowShape::gaussian:
      for (std::size_t i = 0; i < n; ++i) {
        const double x = (static_cast<double>(i) - last / 2.0) / parameter;
        w[i] = std::exp(-0.5 * x * x);
      }
      return w;
  }
  return w;
}

}  // namespace detail

/// The n values of a window.
///
/// @param window  shape, its parameter, and whether it is symmetric or (default) periodic.
/// @param n       0 gives no value, 1 gives {1} for every shape.
/// @throws DomainError the parameter of kaiser lies outside [0, 700], of tukey outside [0, 1], or of gaussian is not
///         positive and finite.
///
/// Equal to scipy.signal.get_window within 1e-14 (tests/python/test_signal_spectral.py). O(n).
[[nodiscard]] inline std::vector<double> make_window(const Window& window, std::size_t n) {
  constexpr auto where = "make_window";
  if (window.shape == WindowShape::kaiser) check::in_closed_range(where, "parameter", window.parameter, 0.0, 700.0);
  if (window.shape == WindowShape::tukey) check::in_closed_range(where, "parameter", window.parameter, 0.0, 1.0);
  if (window.shape == WindowShape::gaussian) check::positive(where, "parameter", window.parameter);
  if (n <= 1) return std::vector<double>(n, 1.0);
  auto values = detail::symmetric_window(window.shape, window.parameter, window.symmetric ? n : n + 1);
  values.resize(n);
  return values;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
