#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <span>
#include <vector>

/// States as Python bytes.
namespace heartsight::bindings {

inline nanobind::bytes to_bytes(const std::vector<std::byte>& bytes) {
  return nanobind::bytes(bytes.data(), bytes.size());
}

inline std::span<const std::byte> as_bytes(const nanobind::bytes& bytes) {
  return {static_cast<const std::byte*>(bytes.data()), bytes.size()};
}

}  // namespace heartsight::bindings
