#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstring>
#include <memory>

/// Several transforms of one length side by side: lane l of every vector belongs to transform l. All lanes do the same
/// arithmetic in the same order, so the width changes the speed and no digit.
#if defined(__x86_64__) && defined(__GNUC__)
#define HEARTSIGHT_FFT_WIDE 1
#endif
#if defined(__GNUC__)
#define HEARTSIGHT_FFT_INLINE inline __attribute__((always_inline))
#define HEARTSIGHT_FFT_OUTLINE __attribute__((noinline))
#else
#define HEARTSIGHT_FFT_INLINE inline
#define HEARTSIGHT_FFT_OUTLINE
#endif

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

template <int W>
struct Lanes;
template <>
struct Lanes<1> {
  using type = double;
};
#if defined(__GNUC__)
template <>
struct Lanes<2> {
  typedef double type __attribute__((vector_size(16)));
};
template <>
struct Lanes<4> {
  typedef double type __attribute__((vector_size(32)));
};
#endif

/// The alignment is written out because a vector's own depends on what the translation unit is compiled for.
template <int W>
struct alignas(W * sizeof(double)) LaneComplex {
  typename Lanes<W>::type re;
  typename Lanes<W>::type im;
};

/// A vector of the values value(0) .. value(W - 1).
template <int W, class Value>
HEARTSIGHT_FFT_INLINE void gather_lanes(typename Lanes<W>::type& out, const Value& value) {
  if constexpr (W == 1) {
    out = value(0);
  } else if constexpr (W == 2) {
    out = typename Lanes<W>::type{value(0), value(1)};
  } else {
    static_assert(W == 4);
    out = typename Lanes<W>::type{value(0), value(1), value(2), value(3)};
  }
}

/// W neighbouring complex numbers become the lanes of one.
template <int W>
HEARTSIGHT_FFT_INLINE void load_lanes(const LaneComplex<1>* from, LaneComplex<W>& to) {
  if constexpr (W == 1) {
    to = *from;
#if defined(__GNUC__)
  } else if constexpr (W == 2) {
    using V = typename Lanes<2>::type;
    const V a{from[0].re, from[0].im};
    const V b{from[1].re, from[1].im};
    to.re = __builtin_shufflevector(a, b, 0, 2);
    to.im = __builtin_shufflevector(a, b, 1, 3);
  } else {
    using V = typename Lanes<4>::type;
    const V a{from[0].re, from[0].im, from[1].re, from[1].im};
    const V b{from[2].re, from[2].im, from[3].re, from[3].im};
    to.re = __builtin_shufflevector(a, b, 0, 2, 4, 6);
    to.im = __builtin_shufflevector(a, b, 1, 3, 5, 7);
#endif
  }
}

/// Lane l goes to *to(l).
template <int W, class Target>
HEARTSIGHT_FFT_INLINE void store_lanes(const LaneComplex<W>& from, const Target& to) {
  if constexpr (W == 1) {
    *to(0) = from;
#if defined(__GNUC__)
  } else {
    // Real and imaginary part of a lane side by side: one store of 16 bytes each.
    using Pair = Lanes<2>::type;
    Pair pairs[W];
    if constexpr (W == 2) {
      pairs[0] = __builtin_shufflevector(from.re, from.im, 0, 2);
      pairs[1] = __builtin_shufflevector(from.re, from.im, 1, 3);
    } else {
      pairs[0] = __builtin_shufflevector(from.re, from.im, 0, 4);
      pairs[1] = __builtin_shufflevector(from.re, from.im, 1, 5);
      pairs[2] = __builtin_shufflevector(from.re, from.im, 2, 6);
      pairs[3] = __builtin_shufflevector(from.re, from.im, 3, 7);
    }
    for (int l = 0; l < W; ++l) std::memcpy(to(l), &pairs[l], sizeof(Pair));
#endif
  }
}

template <int W>
HEARTSIGHT_FFT_INLINE double lane(const typename Lanes<W>::type& v, int l) {
  if constexpr (W == 1) {
    return v;
  } else {
    return v[l];
  }
}

/// Memory for n values that are written before they are read: a long transform should not clear it first.
template <int W>
std::unique_ptr<LaneComplex<W>[]> lane_buffer(std::size_t n) {
  return std::make_unique_for_overwrite<LaneComplex<W>[]>(n);
}

#if defined(HEARTSIGHT_FFT_WIDE)
template <class Job>
__attribute__((target("avx2"), noinline)) void run_avx2(Job& job) {
  job.template run<4>();
}
#endif

/// job.run<W>() at the width that this machine has: 4 lanes with AVX2, 2 without. run and all that it calls in a loop is
/// HEARTSIGHT_FFT_INLINE, so that it is compiled for the instruction set of its caller here.
template <class Job>
void run_in_lanes(Job& job) {
#if defined(HEARTSIGHT_FFT_WIDE)
  if (__builtin_cpu_supports("avx2")) {
    run_avx2(job);
  } else {
    job.template run<2>();
  }
#elif defined(__GNUC__)
  job.template run<2>();
#else
  job.template run<1>();
#endif
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
