#pragma once

#include <heartsight/signal/detail/fft_lanes.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numbers>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// exp(-2 pi i k / n), exact to the last place: the angle is reduced to an octant before sine and cosine are taken.
inline LaneComplex<1> root_of_unity(std::uint64_t k, std::uint64_t n) noexcept {
  k %= n;
  // 8 k / n = octant + rest; the rest is an exact fraction of n.
  const std::uint64_t octant = 8 * k / n;
  const std::uint64_t rest = 8 * k - octant * n;
  const bool mirrored = octant % 2 == 1;  // odd octants are reflected on their upper end
  const double angle = std::numbers::pi / 4.0 * static_cast<double>(mirrored ? n - rest : rest) / static_cast<double>(n);
  double c = std::cos(angle);
  double s = std::sin(angle);
  if (mirrored) std::swap(c, s);
  switch (octant / 2) {
    case 0:
      return {c, -s};
    case 1:
      return {-s, -c};
    case 2:
      return {-c, s};
    default:
      return {s, c};
  }
}

/// exp(-2 pi i k / n) for any k < n from two tables of about sqrt(n) entries; one multiplication each.
class RootTable {
 public:
  explicit RootTable(std::size_t n) {
    while ((std::size_t{1} << (2 * shift_)) < n) ++shift_;
    const std::size_t fine = std::size_t{1} << shift_;
    fine_.reserve(fine);
    for (std::size_t k = 0; k < fine; ++k) fine_.push_back(root_of_unity(k, n));
    for (std::size_t k = 0; k < n; k += fine) coarse_.push_back(root_of_unity(k, n));
  }
  HEARTSIGHT_FFT_INLINE LaneComplex<1> operator()(std::size_t k) const noexcept {
    const LaneComplex<1> a = coarse_[k >> shift_];
    const LaneComplex<1> b = fine_[k & ((std::size_t{1} << shift_) - 1)];
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }

 private:
  unsigned shift_ = 0;
  std::vector<LaneComplex<1>> fine_;
  std::vector<LaneComplex<1>> coarse_;
};

template <int W>
HEARTSIGHT_FFT_INLINE void multiply(LaneComplex<W>& z, const LaneComplex<1>& w) {
  const auto re = z.re * w.re - z.im * w.im;
  z.im = z.re * w.im + z.im * w.re;
  z.re = re;
}

inline constexpr std::size_t largest_fft_radix = 13;

/// Discrete Fourier transform of a length whose prime factors are at most 13: Stockham's algorithm, which sorts as it goes,
/// with radices 4, 2, 3, 5 and the plain sum for 7, 11, 13.
class SmoothPlan {
 public:
  explicit SmoothPlan(std::size_t n) : n_(n) {
    const RootTable root(n);
    for (const std::size_t radix : {4U, 2U, 3U, 5U, 7U, 11U, 13U}) {
      while (n % radix == 0 && n > 1) {
        radices_.push_back(radix);
        n /= radix;
      }
    }
    // Large radices first: their inner loop is short then, and the last passes, whose twiddles are few, run long.
    std::reverse(radices_.begin(), radices_.end());
    std::size_t length = n_;
    for (const std::size_t radix : radices_) {
      offset_.push_back(twiddles_.size());
      const std::size_t m = length / radix;
      for (std::size_t p = 1; p < m; ++p) {
        for (std::size_t k = 1; k < radix; ++k) twiddles_.push_back(root(p * k * (n_ / length)));
      }
      length = m;
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return n_; }

  /// Whether the plan can do this length.
  static bool handles(std::size_t n) noexcept {
    for (const std::size_t p : {2U, 3U, 5U, 7U, 11U, 13U}) {
      while (n % p == 0 && n > 1) n /= p;
    }
    return n <= 1;
  }

  /// Transforms x (size(),) in W lanes; the result lies in x or in work, whichever is returned. Each width is compiled once,
  /// for the instruction set that has it.
  HEARTSIGHT_FFT_OUTLINE LaneComplex<1>* transform(LaneComplex<1>* x, LaneComplex<1>* work) const {
    return all_passes<1>(x, work);
  }
#if defined(__GNUC__)
  HEARTSIGHT_FFT_OUTLINE LaneComplex<2>* transform(LaneComplex<2>* x, LaneComplex<2>* work) const {
    return all_passes<2>(x, work);
  }
#endif
#if defined(HEARTSIGHT_FFT_WIDE)
  __attribute__((target("avx2"), noinline)) LaneComplex<4>* transform(LaneComplex<4>* x, LaneComplex<4>* work) const {
    return all_passes<4>(x, work);
  }
#endif

 private:
  template <int W>
  HEARTSIGHT_FFT_INLINE LaneComplex<W>* all_passes(LaneComplex<W>* x, LaneComplex<W>* work) const {
    std::size_t length = n_;
    std::size_t stride = 1;
    for (std::size_t stage = 0; stage < radices_.size(); ++stage) {
      const std::size_t radix = radices_[stage];
      const std::size_t m = length / radix;
      const LaneComplex<1>* twiddle = twiddles_.data() + offset_[stage];
      switch (radix) {
        case 2:
          pass<W, 2>(m, stride, twiddle, x, work);
          break;
        case 3:
          pass<W, 3>(m, stride, twiddle, x, work);
          break;
        case 4:
          pass<W, 4>(m, stride, twiddle, x, work);
          break;
        case 5:
          pass<W, 5>(m, stride, twiddle, x, work);
          break;
        case 7:
          pass<W, 7>(m, stride, twiddle, x, work);
          break;
        case 11:
          pass<W, 11>(m, stride, twiddle, x, work);
          break;
        default:
          pass<W, 13>(m, stride, twiddle, x, work);
          break;
      }
      std::swap(x, work);
      length = m;
      stride *= radix;
    }
    return x;
  }

  /// y[q + s (R p + k)] = exp(-2 pi i p k / (R m)) * sum over j of x[q + s (p + j m)] exp(-2 pi i j k / R).
  template <int W, std::size_t R>
  static HEARTSIGHT_FFT_INLINE void pass(std::size_t m, std::size_t s, const LaneComplex<1>* twiddle,
                                         const LaneComplex<W>* x, LaneComplex<W>* y) {
    for (std::size_t q = 0; q < s; ++q) {  // p = 0: no twiddles
      LaneComplex<W> t[R];
      for (std::size_t j = 0; j < R; ++j) t[j] = x[q + s * j * m];
      butterfly<W, R>(t);
      for (std::size_t k = 0; k < R; ++k) y[q + s * k] = t[k];
    }
    for (std::size_t p = 1; p < m; ++p) {
      const LaneComplex<1>* w = twiddle + (p - 1) * (R - 1);
      const LaneComplex<W>* from = x + s * p;
      LaneComplex<W>* to = y + s * R * p;
      for (std::size_t q = 0; q < s; ++q) {
        LaneComplex<W> t[R];
        for (std::size_t j = 0; j < R; ++j) t[j] = from[q + s * j * m];
        butterfly<W, R>(t);
        to[q] = t[0];
        for (std::size_t k = 1; k < R; ++k) {
          multiply<W>(t[k], w[k - 1]);
          to[q + s * k] = t[k];
        }
      }
    }
  }

  template <int W, std::size_t R>
  static HEARTSIGHT_FFT_INLINE void butterfly(LaneComplex<W>* t) {
    using V = typename Lanes<W>::type;
    if constexpr (R == 2) {
      const LaneComplex<W> a = t[0];
      t[0].re = a.re + t[1].re;
      t[0].im = a.im + t[1].im;
      t[1].re = a.re - t[1].re;
      t[1].im = a.im - t[1].im;
    } else if constexpr (R == 4) {
      const V ar = t[0].re + t[2].re;
      const V ai = t[0].im + t[2].im;
      const V br = t[0].re - t[2].re;
      const V bi = t[0].im - t[2].im;
      const V cr = t[1].re + t[3].re;
      const V ci = t[1].im + t[3].im;
      const V dr = t[1].re - t[3].re;
      const V di = t[1].im - t[3].im;
      t[0].re = ar + cr;
      t[0].im = ai + ci;
      t[2].re = ar - cr;
      t[2].im = ai - ci;
      t[1].re = br + di;  // minus i times d
      t[1].im = bi - dr;
      t[3].re = br - di;
      t[3].im = bi + dr;
    } else {
      // Odd radix: inputs j and R - j are taken together. Sums meet cosines, differences meet sines.
      constexpr std::size_t half = (R - 1) / 2;
      static constexpr std::array<double, half + 1> cosines = cosine_table<R>();
      static constexpr std::array<double, half + 1> sines = sine_table<R>();
      V sum_re[half];
      V sum_im[half];
      V dif_re[half];
      V dif_im[half];
      V total_re = t[0].re;
      V total_im = t[0].im;
      for (std::size_t j = 0; j < half; ++j) {
        sum_re[j] = t[j + 1].re + t[R - 1 - j].re;
        sum_im[j] = t[j + 1].im + t[R - 1 - j].im;
        dif_re[j] = t[j + 1].re - t[R - 1 - j].re;
        dif_im[j] = t[j + 1].im - t[R - 1 - j].im;
        total_re = total_re + sum_re[j];
        total_im = total_im + sum_im[j];
      }
      const LaneComplex<W> first = t[0];
      t[0].re = total_re;
      t[0].im = total_im;
      for (std::size_t k = 1; k <= half; ++k) {
        V even_re = first.re;
        V even_im = first.im;
        V odd_re{};
        V odd_im{};
        for (std::size_t j = 0; j < half; ++j) {
          const std::size_t turn = (j + 1) * k % R;
          const std::size_t at = turn <= half ? turn : R - turn;
          const double c = cosines[at];
          const double s = turn <= half ? sines[at] : -sines[at];
          even_re = even_re + sum_re[j] * c;
          even_im = even_im + sum_im[j] * c;
          odd_re = j == 0 ? dif_re[j] * s : odd_re + dif_re[j] * s;
          odd_im = j == 0 ? dif_im[j] * s : odd_im + dif_im[j] * s;
        }
        t[k].re = even_re + odd_im;
        t[k].im = even_im - odd_re;
        t[R - k].re = even_re - odd_im;
        t[R - k].im = even_im + odd_re;
      }
    }
  }

  // cos and sin of 2 pi k / R to more digits than a double holds.
  template <std::size_t R>
  static constexpr std::array<double, (R - 1) / 2 + 1> cosine_table() {
    if constexpr (R == 3) return {1.0, -0.5};
    if constexpr (R == 5) return {1.0, 0.30901699437494742410, -0.80901699437494742410};
    if constexpr (R == 7) return {1.0, 0.62348980185873353053, -0.22252093395631440429, -0.90096886790241912624};
    if constexpr (R == 11) {
      return {1.0,
              0.84125353283118116886,
              0.41541501300188642553,
              -0.14231483827328514044,
              -0.65486073394528506406,
              -0.95949297361449738989};
    }
    if constexpr (R == 13) {
      return {1.0,
              0.88545602565320989590,
              0.56806474673115580252,
              0.12053668025532305335,
              -0.35460488704253562597,
              -0.74851074817110109863,
              -0.97094181742605202716};
    }
  }
  template <std::size_t R>
  static constexpr std::array<double, (R - 1) / 2 + 1> sine_table() {
    if constexpr (R == 3) return {0.0, 0.86602540378443864676};
    if constexpr (R == 5) return {0.0, 0.95105651629515357212, 0.58778525229247312917};
    if constexpr (R == 7) return {0.0, 0.78183148246802980871, 0.97492791218182360702, 0.43388373911755812048};
    if constexpr (R == 11) {
      return {0.0,
              0.54064081745559758211,
              0.90963199535451837141,
              0.98982144188093273238,
              0.75574957435425828377,
              0.28173255684142969771};
    }
    if constexpr (R == 13) {
      return {0.0,
              0.46472317204376854566,
              0.82298386589365639458,
              0.99270887409805399280,
              0.93501624268541482344,
              0.66312265824079520238,
              0.23931566428755776715};
    }
  }

  std::size_t n_;
  std::vector<std::size_t> radices_;
  std::vector<std::size_t> offset_;
  std::vector<LaneComplex<1>> twiddles_;
};

/// The smallest length of at least n whose prime factors are 2, 3 and 5.
inline std::size_t next_smooth_length(std::size_t n) {
  std::size_t best = 1;
  while (best < n) best *= 2;
  for (std::size_t five = 1; five < best; five *= 5) {
    for (std::size_t three = five; three < best; three *= 3) {
      std::size_t length = three;
      while (length < n) length *= 2;
      best = std::min(best, length);
    }
  }
  return best;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
