#pragma once

#include <heartsight/signal/detail/fft_plan.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// One long sequence of smooth length n = n1 * n2, in the four steps of Bailey 1990 (DOI 10.1007/BF00162341): transforms of
/// n1 down the columns, twiddles, transforms of n2 along the rows. Neighbouring columns and rows are each other's lanes.
class SplitPlan {
 public:
  explicit SplitPlan(std::size_t n) : n1_(divisor_near_root(n)), n2_(n / n1_), first_(n1_), second_(n2_), roots_(n) {}

  [[nodiscard]] std::size_t size() const noexcept { return n1_ * n2_; }
  static bool handles(std::size_t n) noexcept { return SmoothPlan::handles(n); }

  /// Transforms x (size(),); the result lies in x or in work, whichever is returned.
  LaneComplex<1>* transform(LaneComplex<1>* x, LaneComplex<1>* work) const {
    if (n1_ < 8) return whole(x, work);
    Job job{this, x, work};
    run_in_lanes(job);
    return x;
  }

 private:
  static std::size_t divisor_near_root(std::size_t n) {
    std::size_t best = 1;
    for (std::size_t d = 1; d * d <= n; ++d) {
      if (n % d == 0) best = d;
    }
    return best < 8 ? 1 : best;  // then second_ does all of it
  }

  LaneComplex<1>* whole(LaneComplex<1>* x, LaneComplex<1>* work) const { return second_.transform(x, work); }

  struct Job {
    const SplitPlan* plan;
    LaneComplex<1>* x;
    LaneComplex<1>* middle;
    template <int W>
    HEARTSIGHT_FFT_INLINE void run() {
      plan->four_steps<W>(x, middle);
    }
  };

  template <int W>
  HEARTSIGHT_FFT_INLINE void four_steps(LaneComplex<1>* x, LaneComplex<1>* middle) const {
    constexpr auto width = static_cast<std::size_t>(W);
    constexpr std::size_t n_groups =
        2;  // so many transforms for each trip through memory: its lines are longer than W values
    const auto buffer = lane_buffer<W>((n_groups + 1) * n2_ + n1_);
    LaneComplex<W>* a[n_groups];
    for (std::size_t g = 0; g < n_groups; ++g) a[g] = buffer.get() + g * n2_;
    LaneComplex<W>* const work = buffer.get() + n_groups * n2_;
    // The twiddle of row k1 and column j2 + l is root(j2 k1) times root(l k1), and the second does not depend on the block.
    LaneComplex<W>* const lane_roots = work + n2_;
    for (std::size_t k1 = 0; k1 < n1_; ++k1) {
      LaneComplex<1> roots[W];
      for (std::size_t l = 0; l < width; ++l) roots[l] = roots_(l * k1);
      load_lanes<W>(roots, lane_roots[k1]);
    }
    // The last block starts early where the width does not divide: it repeats columns, from input that is still whole.
    constexpr std::size_t step = n_groups * width;
    for (std::size_t block = 0; block < n2_; block += step) {
      const std::size_t begin = std::min(block, n2_ - step);
      for (std::size_t j1 = 0; j1 < n1_; ++j1) {
        for (std::size_t g = 0; g < n_groups; ++g) load_lanes<W>(x + j1 * n2_ + begin + g * width, a[g][j1]);
      }
      for (std::size_t g = 0; g < n_groups; ++g) {
        const std::size_t j2 = begin + g * width;
        const LaneComplex<W>* result = first_.transform(a[g], work);
        for (std::size_t k1 = 0; k1 < n1_; ++k1) {
          LaneComplex<W> z = result[k1];
          multiply<W>(z, roots_(j2 * k1));
          const auto re = z.re * lane_roots[k1].re - z.im * lane_roots[k1].im;
          z.im = z.re * lane_roots[k1].im + z.im * lane_roots[k1].re;
          z.re = re;
          store_lanes<W>(z, [&](int l) { return middle + (j2 + static_cast<std::size_t>(l)) * n1_ + k1; });
        }
      }
    }
    for (std::size_t block = 0; block < n1_; block += step) {
      const std::size_t begin = std::min(block, n1_ - step);
      for (std::size_t j2 = 0; j2 < n2_; ++j2) {
        for (std::size_t g = 0; g < n_groups; ++g) load_lanes<W>(middle + j2 * n1_ + begin + g * width, a[g][j2]);
      }
      const LaneComplex<W>* result[n_groups];
      LaneComplex<W>* free = work;  // a transform may end in the buffer it was lent; then its own is the next one's
      for (std::size_t g = 0; g < n_groups; ++g) {
        result[g] = second_.transform(a[g], free);
        if (result[g] == free) free = a[g];
      }
      for (std::size_t k2 = 0; k2 < n2_; ++k2) {
        for (std::size_t g = 0; g < n_groups; ++g) {
          LaneComplex<1>* const to = x + begin + g * width + n1_ * k2;
          store_lanes<W>(result[g][k2], [&](int l) { return to + l; });
        }
      }
    }
  }

  std::size_t n1_;
  std::size_t n2_;
  SmoothPlan first_;
  SmoothPlan second_;
  RootTable roots_;
};

/// Discrete Fourier transform of any length. Lengths with a prime factor above 13 are done as a convolution with a chirp
/// (Bluestein 1970, DOI 10.1109/TAU.1970.1162132) by transforms of a smooth length, so that the cost stays O(n log n).
template <class Smooth>
class ComplexPlan {
 public:
  explicit ComplexPlan(std::size_t n)
      : n_(n), is_chirp_(!Smooth::handles(n)), plan_(is_chirp_ ? next_smooth_length(2 * n - 1) : n) {
    if (!is_chirp_) return;
    const std::size_t m = plan_.size();
    chirp_.reserve(n);
    // j^2 mod 2 n, step by step: j^2 itself would leave 64 bits, and the angle its precision.
    std::size_t square = 0;
    for (std::size_t j = 0; j < n; ++j) {
      chirp_.push_back(root_of_unity(square, 2 * n));
      square = (square + 2 * j + 1) % (2 * n);
    }
    std::vector<LaneComplex<1>> a(m, LaneComplex<1>{0.0, 0.0});
    std::vector<LaneComplex<1>> b(m);
    for (std::size_t j = 0; j < n; ++j) {
      a[j] = {chirp_[j].re / static_cast<double>(m), -chirp_[j].im / static_cast<double>(m)};
      if (j > 0) a[m - j] = a[j];
    }
    const LaneComplex<1>* spectrum = plan_.transform(a.data(), b.data());
    filter_.assign(spectrum, spectrum + m);
  }

  [[nodiscard]] std::size_t size() const noexcept { return n_; }
  /// Elements that each of the two buffers of transform holds.
  [[nodiscard]] std::size_t capacity() const noexcept { return plan_.size(); }

  /// Transforms the first size() elements of x; the result lies in x or in work, whichever is returned.
  template <int W>
  HEARTSIGHT_FFT_INLINE LaneComplex<W>* transform(LaneComplex<W>* x, LaneComplex<W>* work) const {
    if (!is_chirp_) return plan_.transform(x, work);
    const std::size_t m = plan_.size();
    for (std::size_t j = 0; j < n_; ++j) multiply<W>(x[j], chirp_[j]);
    for (std::size_t j = n_; j < m; ++j) x[j] = LaneComplex<W>{};
    LaneComplex<W>* spectrum = plan_.transform(x, work);
    for (std::size_t k = 0; k < m; ++k) {
      multiply<W>(spectrum[k], filter_[k]);
      std::swap(spectrum[k].re, spectrum[k].im);  // a forward transform of the swapped parts is the inverse one
    }
    LaneComplex<W>* result = plan_.transform(spectrum, spectrum == x ? work : x);
    for (std::size_t k = 0; k < n_; ++k) {
      std::swap(result[k].re, result[k].im);
      multiply<W>(result[k], chirp_[k]);
    }
    return result;
  }

 private:
  std::size_t n_;
  bool is_chirp_;
  Smooth plan_;
  std::vector<LaneComplex<1>> chirp_;
  std::vector<LaneComplex<1>> filter_;
};

/// Transform of n real values to n / 2 + 1 complex ones and back. An even n goes as n / 2 complex values, two real ones
/// each.
template <class Smooth>
class RealPlan {
 public:
  explicit RealPlan(std::size_t n) : n_(n), plan_(n % 2 == 0 ? n / 2 : n), roots_(n) {}

  [[nodiscard]] std::size_t size() const noexcept { return n_; }
  [[nodiscard]] bool is_paired() const noexcept { return n_ % 2 == 0; }
  /// Elements of the packed signal: n / 2 for even n (x[2 j] + i x[2 j + 1]), n for odd n (x[j] + 0 i).
  [[nodiscard]] std::size_t packed_size() const noexcept { return plan_.size(); }
  [[nodiscard]] std::size_t spectrum_size() const noexcept { return n_ / 2 + 1; }
  /// Elements that each of the two buffers holds.
  [[nodiscard]] std::size_t capacity() const noexcept { return std::max(plan_.capacity(), n_ / 2 + 1); }

  /// The packed signal in x becomes its spectrum (spectrum_size(),), in x or in work, whichever is returned.
  template <int W>
  HEARTSIGHT_FFT_INLINE LaneComplex<W>* forward(LaneComplex<W>* x, LaneComplex<W>* work) const {
    LaneComplex<W>* z = plan_.template transform<W>(x, work);
    if (!is_paired()) return z;
    const std::size_t half = n_ / 2;
    const LaneComplex<W> first = z[0];
    z[0].re = first.re + first.im;
    z[0].im = first.im * 0.0;
    z[half].re = first.re - first.im;
    z[half].im = z[0].im;
    for (std::size_t k = 1; k <= half / 2; ++k) {
      const LaneComplex<W> a = z[k];
      const LaneComplex<W> b = z[half - k];
      LaneComplex<W> even;
      LaneComplex<W> odd;
      even.re = (a.re + b.re) * 0.5;
      even.im = (a.im - b.im) * 0.5;
      odd.re = (a.im + b.im) * 0.5;
      odd.im = (b.re - a.re) * 0.5;
      multiply<W>(odd, roots_(k));
      z[k].re = even.re + odd.re;
      z[k].im = even.im + odd.im;
      z[half - k].re = even.re - odd.re;
      z[half - k].im = odd.im - even.im;
    }
    return z;
  }

  /// The spectrum (spectrum_size(),) in x becomes the packed signal times packed_size(), with real and imaginary parts
  /// swapped: element j holds x[2 j] in .im and x[2 j + 1] in .re (odd n: x[j] in .im).
  template <int W>
  HEARTSIGHT_FFT_INLINE LaneComplex<W>* inverse_swapped(LaneComplex<W>* x, LaneComplex<W>* work) const {
    if (!is_paired()) {
      for (std::size_t k = 1; k <= n_ / 2; ++k) {
        const LaneComplex<W> a = x[k];
        x[k].re = a.im;
        x[k].im = a.re;
        x[n_ - k].re = -a.im;
        x[n_ - k].im = a.re;
      }
      x[0].im = x[0].re;
      x[0].re = x[0].re * 0.0;
      return plan_.template transform<W>(x, work);
    }
    const std::size_t half = n_ / 2;
    const LaneComplex<W> first = x[0];
    const LaneComplex<W> last = x[half];
    x[0].im = (first.re + last.re) * 0.5;
    x[0].re = (first.re - last.re) * 0.5;
    for (std::size_t k = 1; k <= half / 2; ++k) {
      const LaneComplex<W> a = x[k];
      const LaneComplex<W> b = x[half - k];
      LaneComplex<W> even;
      LaneComplex<W> odd;
      even.re = (a.re + b.re) * 0.5;
      even.im = (a.im - b.im) * 0.5;
      odd.re = (a.re - b.re) * 0.5;
      odd.im = (a.im + b.im) * 0.5;
      const LaneComplex<1> root = roots_(k);
      multiply<W>(odd, LaneComplex<1>{root.re, -root.im});
      // even + i odd, and its partner conj(even) + i conj(odd), parts swapped
      x[k].im = even.re - odd.im;
      x[k].re = even.im + odd.re;
      x[half - k].im = even.re + odd.im;
      x[half - k].re = odd.re - even.im;
    }
    return plan_.template transform<W>(x, work);
  }

 private:
  std::size_t n_;
  ComplexPlan<Smooth> plan_;
  RootTable roots_;
};

/// The two buffers of transforms of one sequence at a time; one pair may serve several plans, one after the other.
class SingleTransform {
 public:
  using Plan = RealPlan<SplitPlan>;

  /// Room for plans of up to this capacity.
  explicit SingleTransform(std::size_t capacity)
      : first_(lane_buffer<1>(capacity)), second_(lane_buffer<1>(capacity)), at_(first_.get()) {}

  /// Where the spectrum of inverse is written beforehand, and that of forward is found.
  [[nodiscard]] LaneComplex<1>* bins() noexcept { return at_; }

  /// The spectrum of signal (plan.size(),) is in bins() from then on.
  template <class T>
  void forward(const Plan& plan, const T* signal) {
    LaneComplex<1>* x = first_.get();
    if (plan.is_paired()) {
      for (std::size_t j = 0; j < plan.packed_size(); ++j) {
        x[j] = {static_cast<double>(signal[2 * j]), static_cast<double>(signal[2 * j + 1])};
      }
    } else {
      for (std::size_t j = 0; j < plan.packed_size(); ++j) x[j] = {static_cast<double>(signal[j]), 0.0};
    }
    at_ = plan.forward<1>(x, second_.get());
  }

  /// The signal (plan.size(),) of the spectrum in bins(), times scale * plan.packed_size(). bins() is lost.
  template <class T>
  void inverse(const Plan& plan, T* signal, double scale) {
    const LaneComplex<1>* x = plan.inverse_swapped<1>(at_, at_ == first_.get() ? second_.get() : first_.get());
    if (plan.is_paired()) {
      for (std::size_t j = 0; j < plan.packed_size(); ++j) {
        signal[2 * j] = static_cast<T>(x[j].im * scale);
        signal[2 * j + 1] = static_cast<T>(x[j].re * scale);
      }
    } else {
      for (std::size_t j = 0; j < plan.packed_size(); ++j) signal[j] = static_cast<T>(x[j].im * scale);
    }
  }

 private:
  std::unique_ptr<LaneComplex<1>[]> first_;
  std::unique_ptr<LaneComplex<1>[]> second_;
  LaneComplex<1>* at_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
