#pragma once

#include <heartsight/core/error.hpp>

#include <cstddef>
#include <cstdlib>
#include <span>

/// What the fuzz targets share. An error of ours is a fine answer to any input; anything else, and any broken promise, ends
/// the process.
namespace heartsight::fuzz {

using Bytes = std::span<const std::byte>;

inline void promise(bool kept) {
  if (!kept) std::abort();
}

template <class Function>
void refuse_or_succeed(Function function) {
  try {
    function();
  } catch (const Error&) {  // the decided answer
  }
}

struct Target {
  const char* name;
  void (*run)(Bytes);
};

}  // namespace heartsight::fuzz
