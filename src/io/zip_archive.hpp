#pragma once

#include <io/source.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// The members of a zip archive as NumPy writes them: stored or deflated, 64-bit sizes, not encrypted.
class ZipArchive {
 public:
  /// Reads the directory. The source must outlive the archive.
  explicit ZipArchive(const Source& source);

  [[nodiscard]] bool has(std::string_view name) const;
  /// The content of a member, its checksum verified. What it takes in memory is bounded by 1032 times the packed bytes,
  /// the most that deflate can unpack.
  [[nodiscard]] std::vector<std::byte> read(std::string_view name) const;

 private:
  struct Member {
    std::string name;
    std::uint64_t header = 0;  // offset of the local header
    std::uint64_t packed = 0;
    std::uint64_t size = 0;
    std::uint32_t crc = 0;
    unsigned method = 0;
  };
  [[nodiscard]] const Member* find(std::string_view name) const;
  void add_member(std::span<const std::byte> record, std::uint64_t offset);

  const Source& source_;
  std::vector<Member> members_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
