#pragma once

#include <heartsight/version.hpp>

#include <algorithm>
#include <cstddef>

namespace heartsight::inline HEARTSIGHT_ABI::detail {

/// Calls body(first, last) for short pieces of 0 .. n - 1 and meanwhile asks for the memory of what comes 2 kB later: a
/// recording that is not in the cache is read about a third faster than by the processor's own guesses.
template <class T, class Body>
void read_ahead(const T* x, std::size_t n, const Body& body) {
  constexpr std::size_t line = 64 / sizeof(T);
  constexpr std::size_t piece = 8 * line;
  constexpr std::size_t ahead = 2048 / sizeof(T);
  for (std::size_t first = 0; first < n; first += piece) {
    const std::size_t last = std::min(n, first + piece);
#if defined(__GNUC__)
    for (std::size_t i = first + ahead; i < std::min(n, last + ahead); i += line) __builtin_prefetch(x + i);
#endif
    body(first, last);
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detail
