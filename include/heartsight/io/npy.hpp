#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/io/read_record.hpp>

#include <cstddef>
#include <span>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// Parses a recording from the bytes of a NumPy .npy or .npz file.
///
/// .npy: versions 1 to 3, a two-dimensional array (n_leads, n_samples) in mV, of float16, float32, float64 or integers
/// of 1 to 8 bytes, either byte order, C or Fortran order. `sampling_rate_hz` and `lead_names` are required and
/// the number of names must be that of the rows: an axis is never guessed.
///
/// .npz: members `signal` as above, `sampling_rate` (one number) and `leads` (strings), stored or deflated. An option
/// stands in for a member that is absent; beside one that is present it must be equal.
///
/// @throws FormatError  naming file and byte: damaged, truncated, another dtype or dimension, a wrong checksum.
/// @throws DomainError  an option is missing or contradicts the file.
[[nodiscard]] HEARTSIGHT_EXPORT Recording parse_npy(std::span<const std::byte> bytes, std::string_view name,
                                                    const ReadOptions& options);
[[nodiscard]] HEARTSIGHT_EXPORT RecordingFloat32 parse_npy_float32(std::span<const std::byte> bytes, std::string_view name,
                                                                   const ReadOptions& options);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
