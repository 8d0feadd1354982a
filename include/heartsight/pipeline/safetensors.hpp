#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/pipeline/tensor.hpp>

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// What a safetensors file holds: named tensors and a map of texts.
struct SafetensorsFile {
  std::vector<Tensor> tensors;
  std::map<std::string, std::string> metadata;

  /// @throws FormatError when there is no tensor of that name.
  [[nodiscard]] HEARTSIGHT_EXPORT const Tensor& at(std::string_view name) const;
};

/// The bytes of a safetensors file. Tensors are laid out by descending element size, so that each is aligned, and the
/// header is padded with blanks to a multiple of 8. Equal input gives equal bytes.
/// @throws DomainError two tensors have one name, or a name is "__metadata__".
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::byte> write_safetensors(const SafetensorsFile& file);

/// Reads the bytes of a safetensors file.
///
/// Every offset, shape and size is checked: tensors must lie one after the other, cover the data exactly, and match their
/// shapes. Duplicate keys are refused.
/// @throws FormatError saying what is wrong and where. dtypes other than F64, I64, F32, I32, U32, U8 are refused.
[[nodiscard]] HEARTSIGHT_EXPORT SafetensorsFile read_safetensors(std::span<const std::byte> bytes);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
