#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/resample_poly.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// What stands beyond the ends of a signal while it is filtered, under SciPy's names.
enum class ResamplePadding : std::uint8_t {
  constant,  ///< zeros (SciPy's default): a signal that does not start at zero rings at its ends
  /// The straight line through first and last sample, which is taken out before and put back after. SciPy filters it too,
  /// and so ripples on it by some 0.1 % where up > 1; with up = 1 the two are equal.
  line,
};

struct ResamplePolyOptions {
  double kaiser_beta = 5.0;  ///< shape of the Kaiser window; SciPy's default
  ResamplePadding padding = ResamplePadding::constant;
};

/// Resamples by the rational factor up / down with a zero-phase polyphase FIR filter.
///
/// The filter is a Kaiser-windowed sinc of 20 * max(up, down) + 1 taps (before common factors are cancelled) with its
/// cut-off at the lower of the two Nyquist rates, as scipy.signal.resample_poly designs it.
///
/// @param signal   (n_samples,) or (n_leads, n_samples), in any unit.
/// @param up, down at least 1 and, once common factors are cancelled, at most 100,000.
/// @return (ceil(n_samples * up / down),) per lead, row-major, in the unit of the signal; empty for an empty signal.
/// @throws DomainError up or down is out of range, or kaiser_beta lies outside [0, 1000].
///
/// NaN policy: propagate, over the length of the filter. Equal to SciPy's resample_poly within 1e-10 relative
/// (tests/python/test_signal.py). O(n_samples * 20 * max(up, down) / down).
[[nodiscard]] inline std::vector<double> resample_poly(std::span<const double> signal, std::size_t up, std::size_t down,
                                                       const ResamplePolyOptions& options = {}) {
  return detail::resample_poly<double>({signal.data(), 1, signal.size()}, up, down, options.kaiser_beta,
                                       options.padding == ResamplePadding::line);
}
[[nodiscard]] inline std::vector<float> resample_poly(std::span<const float> signal, std::size_t up, std::size_t down,
                                                      const ResamplePolyOptions& options = {}) {
  return detail::resample_poly<float>({signal.data(), 1, signal.size()}, up, down, options.kaiser_beta,
                                      options.padding == ResamplePadding::line);
}
[[nodiscard]] inline std::vector<double> resample_poly(const MatrixView<const double>& signal, std::size_t up,
                                                       std::size_t down, const ResamplePolyOptions& options = {}) {
  return detail::resample_poly<double>(signal, up, down, options.kaiser_beta, options.padding == ResamplePadding::line);
}
[[nodiscard]] inline std::vector<float> resample_poly(const MatrixView<const float>& signal, std::size_t up,
                                                      std::size_t down, const ResamplePolyOptions& options = {}) {
  return detail::resample_poly<float>(signal, up, down, options.kaiser_beta, options.padding == ResamplePadding::line);
}

/// The ratio of two sampling rates as whole numbers: to_hz / from_hz = up / down.
struct ResampleRatio {
  std::size_t up;
  std::size_t down;
  friend bool operator==(const ResampleRatio&, const ResampleRatio&) = default;
};

/// The fraction with the smallest terms within 1e-9 relative of to_hz / from_hz, by continued fractions.
///
/// Where no fraction with terms up to 10,000 comes that close (rates such as 249.9997 Hz), the closest one is taken; its
/// relative error is below 1e-4 for ratios between 1/50 and 50.
/// @throws DomainError a rate is not positive and finite, or the ratio lies outside [1/5000, 5000].
[[nodiscard]] inline ResampleRatio resample_ratio(double from_hz, double to_hz) {
  check::positive("resample_ratio", "from_hz", from_hz);
  check::positive("resample_ratio", "to_hz", to_hz);
  const double wanted = to_hz / from_hz;
  check::in_closed_range("resample_ratio", "to_hz / from_hz", wanted, 1.0 / 5000.0, 5000.0);
  double rest = wanted;
  std::size_t up_before = 0;
  std::size_t down_before = 1;
  std::size_t up = 1;
  std::size_t down = 0;
  for (int depth = 0; depth < 64; ++depth) {
    const double whole = std::floor(rest);
    if (whole > 10'000.0) break;
    const auto digit = static_cast<std::size_t>(whole);
    const std::size_t next_up = digit * up + up_before;
    const std::size_t next_down = digit * down + down_before;
    if (next_up > 10'000 || next_down > 10'000) break;
    up_before = up;
    down_before = down;
    up = next_up;
    down = next_down;
    if (up > 0 && std::abs(static_cast<double>(up) / static_cast<double>(down) - wanted) <= 1e-9 * wanted) break;
    rest = 1.0 / (rest - whole);
  }
  return {up, down};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
