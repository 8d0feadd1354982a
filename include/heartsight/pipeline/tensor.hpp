#pragma once

#include <heartsight/core/check.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// Element types of stored tensors, under safetensors' names.
enum class DType : std::uint8_t { F64, I64, F32, I32, U32, U8 };

[[nodiscard]] constexpr std::size_t element_size(DType dtype) noexcept {
  switch (dtype) {
    case DType::F64:
    case DType::I64:
      return 8;
    case DType::F32:
    case DType::I32:
    case DType::U32:
      return 4;
    case DType::U8:
      break;
  }
  return 1;
}

[[nodiscard]] constexpr std::string_view to_string(DType dtype) noexcept {
  constexpr std::string_view names[] = {"F64", "I64", "F32", "I32", "U32", "U8"};
  return names[static_cast<std::size_t>(dtype)];
}

template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, double>) return DType::F64;
  if constexpr (std::is_same_v<T, std::int64_t>) return DType::I64;
  if constexpr (std::is_same_v<T, float>) return DType::F32;
  if constexpr (std::is_same_v<T, std::int32_t>) return DType::I32;
  if constexpr (std::is_same_v<T, std::uint32_t>) return DType::U32;
  if constexpr (std::is_same_v<T, std::uint8_t>) return DType::U8;
}

/// A named array of a file: its bytes are the elements in row-major order, little-endian.
struct Tensor {
  std::string name;
  DType dtype = DType::F64;
  std::vector<std::size_t> shape;
  std::vector<std::byte> bytes;

  friend bool operator==(const Tensor&, const Tensor&) = default;
};

template <class T>
[[nodiscard]] Tensor make_tensor(std::string name, std::span<const T> values, std::vector<std::size_t> shape) {
  std::size_t size = 1;
  for (const std::size_t extent : shape) size *= extent;
  check::has_size("make_tensor", name, values.size(), size);
  const auto bytes = std::as_bytes(values);
  return {std::move(name), dtype_of<T>(), std::move(shape), {bytes.begin(), bytes.end()}};
}

template <class T>
[[nodiscard]] Tensor make_tensor(std::string name, const std::vector<T>& values) {
  return make_tensor<T>(std::move(name), std::span<const T>(values), {values.size()});
}

/// The elements of a tensor. @throws FormatError naming the tensor when its dtype is not T.
template <class T>
[[nodiscard]] std::vector<T> tensor_values(const Tensor& tensor) {
  if (tensor.dtype != dtype_of<T>()) {
    throw FormatError("tensor " + tensor.name + ": has dtype " + std::string(to_string(tensor.dtype)) + ", must be " +
                      std::string(to_string(dtype_of<T>())));
  }
  std::vector<T> values(tensor.bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), tensor.bytes.data(), values.size() * sizeof(T));
  return values;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
