#pragma once

#include <heartsight/version.hpp>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// While it lives, this thread computes with denormal numbers as zeros, where the processor can.
///
/// The state of a recursive filter dies away after a signal has gone flat, and spends long in numbers below 1e-308, which
/// many processors compute a hundred times slower. The setting found is put back.
class FlushDenormals {
 public:
#if defined(__SSE2__)
  FlushDenormals() noexcept : found_(_mm_getcsr()) { _mm_setcsr(found_ | 0x8040U); }  // flush to zero, denormals are zero
  ~FlushDenormals() { _mm_setcsr(found_); }

 private:
  unsigned found_;

 public:
#else
  FlushDenormals() noexcept {}
  ~FlushDenormals() {}
#endif
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
