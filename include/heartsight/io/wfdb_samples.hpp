#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// The digital value that stands for a missing sample in a WFDB signal format: the lowest the format can hold; nothing
/// for format 8, which stores differences.
/// @throws DomainError an unknown format.
[[nodiscard]] HEARTSIGHT_EXPORT std::optional<std::int32_t> wfdb_missing_value(int format);

/// Decodes the bytes of a WFDB signal file that holds one signal, or several interleaved, in the order of the file.
/// Missing samples keep their digital value, see wfdb_missing_value().
///
/// @param bytes     the packed samples, from the first on; for 508, 516 and 524 a whole FLAC file.
/// @param format    8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 516 or 524; see
///                  https://physionet.org/physiotools/wag/signal-5.htm
/// @param n_values  how many to decode; absent: all that the bytes hold.
/// @return the digital values; for format 8 the differences summed, starting from 0.
/// @throws FormatError  fewer bytes than n_values need, or a damaged FLAC stream.
/// @throws DomainError  an unknown format.
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::int32_t> decode_wfdb_samples(std::span<const std::byte> bytes, int format,
                                                                              std::optional<std::size_t> n_values = {},
                                                                              std::string_view name = "bytes");

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
