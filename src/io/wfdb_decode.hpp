#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

/// The WFDB signal formats that pack samples at fixed places: https://physionet.org/physiotools/wag/signal-5.htm
namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

[[nodiscard]] constexpr bool is_flac(int format) noexcept {
  return format == 508 || format == 516 || format == 524;
}
[[nodiscard]] bool is_packed(int format) noexcept;

/// Bytes that hold n values from a group boundary on; 212 packs 2 values in 3 bytes, 310 and 311 pack 3 in 4.
/// n is below 2^60.
[[nodiscard]] std::uint64_t packed_bytes(int format, std::uint64_t n_values) noexcept;
/// Values that n bytes hold. packed_bytes(packed_capacity(n)) <= n.
[[nodiscard]] std::uint64_t packed_capacity(int format, std::uint64_t n_bytes) noexcept;

/// Values in which every packing repeats: a position that is a multiple of it is a group boundary in each format.
inline constexpr std::size_t packing_period = 6;

/// Decodes n values from a group boundary on; reads exactly packed_bytes(format, n_values) bytes. Format 8 gives the
/// differences as they stand in the file.
void decode_packed(int format, const std::byte* bytes, std::size_t n_values, std::int32_t* out) noexcept;

/// The value that means "missing", see wfdb_missing_value(); nothing for 8 and 0.
[[nodiscard]] std::optional<std::int32_t> missing_value(int format) noexcept;

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
