#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <mutex>

namespace heartsight::bindings {

/// A stream that Python threads may share: the work runs without the GIL, one call at a time.
template <class Stream>
struct SharedStream {
  Stream stream;
  mutable std::mutex busy;

  SharedStream(double sampling_rate, std::size_t n_leads, double least_confidence)
      : stream(sampling_rate, n_leads, least_confidence) {}

  template <class Work>
  auto with(const Work& work) {
    nanobind::gil_scoped_release release;
    const std::lock_guard<std::mutex> lock(busy);
    return work(stream);
  }
};

}  // namespace heartsight::bindings
