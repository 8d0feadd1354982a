#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI {

/// Calls body(i) for i in 0 .. n - 1 on n_threads threads, which are started here and joined before it returns: no pool
/// outlives the call, so a process may fork afterwards. Indices are handed out in blocks of `grain`. The first exception
/// of a body stops the rest and is rethrown.
///
/// @throws DomainError n_threads = 0.
template <class Body>
void parallel_for(std::size_t n, std::size_t n_threads, Body&& body, std::size_t grain = 1) {
  check::at_least<std::size_t>("parallel_for", "n_threads", n_threads, 1);
  grain = std::max<std::size_t>(grain, 1);
  const std::size_t n_blocks = (n + grain - 1) / grain;
  const std::size_t n_workers = std::min(n_threads, n_blocks);
  if (n_workers <= 1) {
    for (std::size_t i = 0; i < n; ++i) body(i);
    return;
  }
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_guard;
  const auto work = [&] {
    for (std::size_t block = next++; block < n_blocks; block = next++) {
      try {
        const std::size_t end = std::min(n, (block + 1) * grain);
        for (std::size_t i = block * grain; i < end; ++i) body(i);
      } catch (...) {
        const std::lock_guard lock(failure_guard);
        if (!failure) failure = std::current_exception();
        next = n_blocks;
      }
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(n_workers - 1);
  for (std::size_t t = 1; t < n_workers; ++t) {
    // A machine out of threads slows the call down, it does not fail it.
    try {
      threads.emplace_back(work);
    } catch (...) {  // std::system_error or std::bad_alloc; the threads that run must still be joined
      break;
    }
  }
  work();
  for (auto& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI
