#pragma once

#include <heartsight/version.hpp>

#include <cstdint>
#include <cstring>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

#if defined(__GNUC__) && defined(__x86_64__)
#define HEARTSIGHT_FIR_WIDE 1

// Eight samples side by side: one AVX register, or two of SSE. Every output is the same sum in the same order.
using EightFloats = float __attribute__((vector_size(32)));

template <int n_vectors>
[[gnu::always_inline]] inline void fir_vectors(const float* taps, std::int64_t n_taps, const float* x, float* out) noexcept {
  EightFloats sums[n_vectors] = {};
  for (std::int64_t k = 0; k < n_taps; ++k) {
    for (int v = 0; v < n_vectors; ++v) {
      EightFloats samples;
      std::memcpy(&samples, x + k + 8 * v, sizeof samples);
      sums[v] += taps[k] * samples;
    }
  }
  std::memcpy(out, sums, sizeof sums);
}
#endif

/// out[i] = sum over k of taps[k] * x[i + k], for n outputs; x holds n + n_taps - 1 samples.
[[gnu::always_inline]] inline void fir_loop(const float* taps, std::int64_t n_taps, const float* x, std::int64_t n,
                                            float* out) noexcept {
  std::int64_t i = 0;
#if defined(HEARTSIGHT_FIR_WIDE)
  for (; i + 32 <= n; i += 32) fir_vectors<4>(taps, n_taps, x + i, out + i);
  for (; i + 8 <= n; i += 8) fir_vectors<1>(taps, n_taps, x + i, out + i);
#endif
  for (; i < n; ++i) {
    float sum = 0.0F;
    for (std::int64_t k = 0; k < n_taps; ++k) sum += taps[k] * x[i + k];
    out[i] = sum;
  }
}

#if defined(HEARTSIGHT_FIR_WIDE)
[[gnu::noinline]] __attribute__((target("avx2"))) inline void fir_avx2(const float* taps, std::int64_t n_taps,
                                                                       const float* x, std::int64_t n, float* out) noexcept {
  fir_loop(taps, n_taps, x, n, out);
}
#endif

inline void fir(const float* taps, std::int64_t n_taps, const float* x, std::int64_t n, float* out) noexcept {
#if defined(HEARTSIGHT_FIR_WIDE)
  if (__builtin_cpu_supports("avx2") != 0) return fir_avx2(taps, n_taps, x, n, out);
#endif
  fir_loop(taps, n_taps, x, n, out);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
