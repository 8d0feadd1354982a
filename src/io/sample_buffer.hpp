#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// n samples, all `value`. Large buffers ask for huge pages, as NumPy does for its arrays: for half an hour of two leads
/// the page faults of ordinary ones take longer than reading and decoding the file.
template <class T>
[[nodiscard]] std::vector<T> make_samples(std::size_t n, T value) {
  std::vector<T> samples;
  samples.reserve(n);
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::size_t worthwhile = std::size_t{1} << 22;
  if (n >= worthwhile / sizeof(T)) {
    constexpr std::uintptr_t page = 4096;
    const auto begin = (reinterpret_cast<std::uintptr_t>(samples.data()) + page - 1) / page * page;
    const auto end = reinterpret_cast<std::uintptr_t>(samples.data() + n) / page * page;
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // advice: failure changes nothing
  }
#endif
  samples.assign(n, value);
  return samples;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
