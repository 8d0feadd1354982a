#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// Takes the next lead off the front of XLI-compressed waveforms: a chunk of 8 header bytes (size, method, start value) and
/// LZW codes of 10 bits, most significant bit first, of samples as second differences.
/// @return its samples; nothing where the chunk is damaged or does not hold n_samples (at least 2).
[[nodiscard]] std::optional<std::vector<std::int64_t>> decode_xli(std::span<const std::byte>& rest, std::size_t n_samples);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
