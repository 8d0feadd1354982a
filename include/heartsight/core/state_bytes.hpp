#pragma once

#include <heartsight/core/error.hpp>
#include <heartsight/core/sha256.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI {

namespace detail {

inline constexpr std::string_view state_magic = "HSST";
inline constexpr std::size_t state_checksum_size = 8;

inline std::array<std::byte, state_checksum_size> state_checksum(std::span<const std::byte> bytes) {
  Sha256 sha;
  sha.update(bytes);
  const std::string hex = sha.hex_digest();
  std::array<std::byte, state_checksum_size> result;
  const auto nibble = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = static_cast<std::byte>(nibble(hex[2 * i]) * 16 + nibble(hex[2 * i + 1]));
  }
  return result;
}

}  // namespace detail

/// Content by which two references are told apart: the first 64 bits of SHA-256 of the bytes.
[[nodiscard]] inline std::uint64_t fingerprint(std::span<const std::byte> bytes) {
  std::uint64_t result = 0;
  for (const std::byte b : detail::state_checksum(bytes)) result = result << 8 | static_cast<std::uint64_t>(b);
  return result;
}

/// Builds the bytes of a state: "HSST", four letters that name its kind, a version, the fields that the caller writes, and
/// eight bytes of SHA-256 over all before. Numbers are little-endian on every machine.
class StateWriter {
 public:
  /// @param kind four letters, such as "DRFT". @throws DomainError another length.
  StateWriter(std::string_view kind, std::uint32_t version) {
    if (kind.size() != 4) throw DomainError("StateWriter: kind must have four letters");
    raw(detail::state_magic);
    raw(kind);
    u32(version);
  }

  void u8(std::uint8_t value) { bytes_.push_back(static_cast<std::byte>(value)); }
  void u32(std::uint32_t value) { little_endian(value, 4); }
  void u64(std::uint64_t value) { little_endian(value, 8); }
  void i64(std::int64_t value) { little_endian(static_cast<std::uint64_t>(value), 8); }
  void f64(double value) { u64(std::bit_cast<std::uint64_t>(value)); }
  /// Length, then the characters.
  void text(std::string_view value) {
    u64(value.size());
    raw(value);
  }
  void i64s(std::span<const std::int64_t> values) {
    u64(values.size());
    for (const std::int64_t value : values) i64(value);
  }
  void f64s(std::span<const double> values) {
    u64(values.size());
    for (const double value : values) f64(value);
  }
  /// A state within a state: length, then its bytes.
  void nested(std::span<const std::byte> bytes) {
    u64(bytes.size());
    append(bytes);
  }

  /// The finished bytes; the writer is spent afterwards.
  [[nodiscard]] std::vector<std::byte> finish() {
    const auto checksum = detail::state_checksum(bytes_);
    append(checksum);
    return std::move(bytes_);
  }

 private:
  void append(std::span<const std::byte> bytes) {
    for (const std::byte b : bytes) bytes_.push_back(b);
  }
  void raw(std::string_view value) { append(std::as_bytes(std::span(value.data(), value.size()))); }
  void little_endian(std::uint64_t value, int n_bytes) {
    for (int i = 0; i < n_bytes; ++i) bytes_.push_back(static_cast<std::byte>(value >> (8 * i) & 0xff));
  }

  std::vector<std::byte> bytes_;
};

/// Reads what StateWriter wrote. Every fault is a FormatError with the offset; lengths are checked against what is left
/// before memory is asked for. `bytes` must outlive the reader.
class StateReader {
 public:
  /// @throws FormatError wrong magic, another kind, a version above newest, damaged bytes.
  StateReader(std::span<const std::byte> bytes, std::string_view kind, std::uint32_t newest) : bytes_(bytes), kind_(kind) {
    const std::size_t overhead = 12 + detail::state_checksum_size;
    if (bytes.size() < overhead) fail("is too short for a state");
    end_ = bytes.size();
    if (raw(4) != detail::state_magic) fail_at(0, "is not a heartsight state");
    const std::string found = raw(4);
    if (found != kind) fail_at(4, "is of another kind than this state");
    const auto body = bytes.first(bytes.size() - detail::state_checksum_size);
    const auto checksum = detail::state_checksum(body);
    if (std::memcmp(checksum.data(), bytes.data() + body.size(), checksum.size()) != 0) {
      fail_at(body.size(), "the checksum differs: the bytes are damaged");
    }
    end_ = body.size();
    version_ = u32();
    if (version_ < 1 || version_ > newest) {
      fail_at(8, "version " + std::to_string(version_) + ", this release reads 1 to " + std::to_string(newest));
    }
  }

  [[nodiscard]] std::uint32_t version() const noexcept { return version_; }
  [[nodiscard]] std::uint8_t u8() { return static_cast<std::uint8_t>(take(1)[0]); }
  [[nodiscard]] std::uint32_t u32() { return static_cast<std::uint32_t>(little_endian(4)); }
  [[nodiscard]] std::uint64_t u64() { return little_endian(8); }
  [[nodiscard]] std::int64_t i64() { return static_cast<std::int64_t>(little_endian(8)); }
  [[nodiscard]] double f64() { return std::bit_cast<double>(u64()); }
  [[nodiscard]] std::string text() { return raw(length(1)); }
  [[nodiscard]] std::vector<std::int64_t> i64s() {
    std::vector<std::int64_t> values(length(8));
    for (auto& value : values) value = i64();
    return values;
  }
  [[nodiscard]] std::vector<double> f64s() {
    std::vector<double> values(length(8));
    for (auto& value : values) value = f64();
    return values;
  }
  [[nodiscard]] std::span<const std::byte> nested() { return take(length(1)); }

  /// @throws FormatError when bytes are left over.
  void finish() const {
    if (at_ != end_) fail("has bytes after its last field");
  }
  /// For the caller's own rules. @throws FormatError always.
  [[noreturn]] void fail(const std::string& what) const { fail_at(at_, what); }

 private:
  [[noreturn]] void fail_at(std::size_t offset, const std::string& what) const {
    throw FormatError("state " + kind_ + ": offset " + std::to_string(offset) + ": " + what);
  }
  std::span<const std::byte> take(std::size_t n) {
    if (n > end_ - at_) fail("ends early");
    const auto part = bytes_.subspan(at_, n);
    at_ += n;
    return part;
  }
  std::size_t length(std::size_t element_size) {
    const std::uint64_t n = u64();
    if (n > (end_ - at_) / element_size) fail("a length of " + std::to_string(n) + " is more than the bytes hold");
    return static_cast<std::size_t>(n);
  }
  std::string raw(std::size_t n) {
    const auto part = take(n);
    std::string result(n, '\0');
    if (n > 0) std::memcpy(result.data(), part.data(), n);
    return result;
  }
  std::uint64_t little_endian(std::size_t n) {
    const auto part = take(n);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < n; ++i) value |= static_cast<std::uint64_t>(part[i]) << (8 * i);
    return value;
  }

  std::span<const std::byte> bytes_;
  std::string kind_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint32_t version_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI
