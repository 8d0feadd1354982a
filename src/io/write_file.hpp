#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <filesystem>
#include <span>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// Writes a file, which is replaced whole or not at all.
/// @throws FormatError the file cannot be written.
void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
