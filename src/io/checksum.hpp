#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// CRC-16 of CCITT (polynomial 0x1021, start 0xFFFF), as ISHNE and SCP-ECG files use it.
[[nodiscard]] inline std::uint16_t crc_ccitt(std::span<const std::byte> bytes) noexcept {
  std::uint32_t crc = 0xFFFFU;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte) << 8U;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1U) ^ ((crc & 0x8000U) != 0 ? 0x1021U : 0U);
    crc &= 0xFFFFU;
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
