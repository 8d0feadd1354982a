#pragma once

#include <heartsight/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// Text for a message: printable ASCII as it is, everything else as \xNN, cut after 80 characters.
[[nodiscard]] std::string printable(std::string_view text);
/// printable() between single quotes.
[[nodiscard]] std::string in_quotes(std::string_view text);

[[noreturn]] void fail(std::string_view file, const std::string& what);
[[noreturn]] void fail_at_line(std::string_view file, std::size_t line, const std::string& what);
[[noreturn]] void fail_at_byte(std::string_view file, std::uint64_t byte, const std::string& what);

/// Bytes that can be read from any position: a file, a part of a file, or memory.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
  /// Fills `out` from `offset` on. @throws FormatError the bytes are not there.
  virtual void read(std::uint64_t offset, std::span<std::byte> out) const = 0;
  /// What messages call it.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;

  [[nodiscard]] std::vector<std::byte> read_all() const;
};

class MemorySource final : public Source {
 public:
  /// The bytes must outlive the source.
  MemorySource(std::span<const std::byte> bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }
  void read(std::uint64_t offset, std::span<std::byte> out) const override;
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }

 private:
  std::span<const std::byte> bytes_;
  std::string name_;
};

/// A window of another source, which must outlive it.
class PartSource final : public Source {
 public:
  /// @throws FormatError the window is not inside.
  PartSource(const Source& whole, std::uint64_t offset, std::uint64_t size, std::string name);
  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  void read(std::uint64_t offset, std::span<std::byte> out) const override;
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }

 private:
  const Source& whole_;
  std::uint64_t offset_;
  std::uint64_t size_;
  std::string name_;
};

/// A regular file. @throws FormatError it cannot be opened, or is a folder, pipe or device.
[[nodiscard]] std::unique_ptr<Source> open_file(const std::filesystem::path& path);

/// Where the files of one record lie: a folder on disk, or a set of named blocks in memory (tests, fuzzing).
class Folder {
 public:
  Folder() = default;
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  virtual ~Folder() = default;
  [[nodiscard]] virtual std::unique_ptr<Source> open(const std::string& file_name) const = 0;
};

class DiskFolder final : public Folder {
 public:
  explicit DiskFolder(std::filesystem::path path) : path_(std::move(path)) {}
  [[nodiscard]] std::unique_ptr<Source> open(const std::string& file_name) const override;

 private:
  std::filesystem::path path_;
};

class MemoryFolder final : public Folder {
 public:
  /// The bytes must outlive the folder.
  explicit MemoryFolder(const std::map<std::string, std::span<const std::byte>>& files) : files_(files) {}
  [[nodiscard]] std::unique_ptr<Source> open(const std::string& file_name) const override;

 private:
  const std::map<std::string, std::span<const std::byte>>& files_;
};

/// The whole of a text source, as characters.
[[nodiscard]] std::string read_text(const Source& source);

/// `text` when it is valid UTF-8, else its Latin-1 characters as UTF-8.
[[nodiscard]] std::string to_utf8(std::string_view text);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
