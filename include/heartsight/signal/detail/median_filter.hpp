#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/running_median.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// What stands beyond the ends of a signal in a window, under SciPy's names.
enum class MedianEdge : std::uint8_t {
  reflect,   ///< c b a | a b c | c b a: the default of scipy.ndimage
  mirror,    ///< c b | a b c | b a
  nearest,   ///< a a a | a b c | c c c
  constant,  ///< constant_value; with 0 as scipy.signal.medfilt
};

struct MedianFilterOptions {
  MedianEdge edge = MedianEdge::reflect;
  double constant_value = 0.0;  ///< beyond the ends with MedianEdge::constant
};

namespace detail {

/// Samples of a window before and after the one it belongs to; an even window has one more before.
struct WindowSides {
  std::size_t before;
  std::size_t after;
};

inline WindowSides window_sides(std::string_view where, std::size_t width) {
  check::in_closed_range<std::size_t>(where, "width", width, 1, std::size_t{1} << 24);
  return {width / 2, width - 1 - width / 2};
}

/// The sample at any index of a signal of n >= 1 samples that goes on beyond its ends.
template <class T>
T extended_at(std::span<const T> x, std::ptrdiff_t index, const MedianFilterOptions& options) noexcept {
  const auto n = static_cast<std::ptrdiff_t>(x.size());
  if (index < 0 || index >= n) {
    const auto wrapped = [&](std::ptrdiff_t period) { return ((index % period) + period) % period; };
    switch (options.edge) {
      case MedianEdge::reflect:
        index = wrapped(2 * n);
        if (index >= n) index = 2 * n - 1 - index;
        break;
      case MedianEdge::mirror:
        index = n == 1 ? 0 : wrapped(2 * n - 2);
        if (index >= n) index = 2 * n - 2 - index;
        break;
      case MedianEdge::nearest:
        index = index < 0 ? 0 : n - 1;
        break;
      case MedianEdge::constant:
        return static_cast<T>(options.constant_value);
    }
  }
  return x[static_cast<std::size_t>(index)];
}

template <std::floating_point T>
void median_filter_lead(std::span<const T> x, std::size_t width, const WindowSides& sides,
                        const MedianFilterOptions& options, RunningMedian<T>& median, T* out) {
  const std::size_t n = x.size();
  if (n == 0) return;
  std::vector<T> stretch;
  const auto filter_stretch = [&](std::size_t begin, std::size_t end) {  // windows that reach over an end
    stretch.resize(end - begin + width - 1);
    for (std::size_t k = 0; k < stretch.size(); ++k) {
      stretch[k] =
          extended_at(x, static_cast<std::ptrdiff_t>(begin + k) - static_cast<std::ptrdiff_t>(sides.before), options);
    }
    median.run(stretch.data(), end - begin, out + begin);
  };
  if (n < width) {
    filter_stretch(0, n);
    return;
  }
  if (sides.before > 0) filter_stretch(0, sides.before);
  median.run(x.data(), n - width + 1, out + sides.before);
  if (sides.after > 0) filter_stretch(n - sides.after, n);
}

/// Writes to out, of the shape of signal.
template <std::floating_point T>
void median_filter(const MatrixView<const T>& signal, std::size_t width, const MedianFilterOptions& options,
                   const MatrixView<T>& out) {
  const WindowSides sides = window_sides("median_filter", width);
  RunningMedian<T> median(width);
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    median_filter_lead<T>(signal.row(lead), width, sides, options, median, out.row(lead).data());
  }
}

template <std::floating_point T>
std::vector<T> median_filter(const MatrixView<const T>& signal, std::size_t width, const MedianFilterOptions& options) {
  std::vector<T> out(signal.n_rows() * signal.n_cols());
  median_filter<T>(signal, width, options, MatrixView<T>(out.data(), signal.n_rows(), signal.n_cols()));
  return out;
}

}  // namespace detail

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
