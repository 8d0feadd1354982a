#include <io/xli.hpp>

#include <algorithm>
#include <array>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr unsigned code_bits = 10;
constexpr std::size_t end_code = 1023;

/// LZW without reset: codes 0 to 255 are bytes, each later one is the string before it and the first byte of its own.
std::optional<std::vector<std::uint8_t>> decode_lzw(std::span<const std::byte> packed, std::size_t n_bytes) {
  struct Entry {
    std::size_t start = 0;  // in the output, where the string stands for the first time
    std::size_t length = 0;
  };
  std::array<Entry, end_code> entries{};
  std::size_t n_codes = 256;
  std::vector<std::uint8_t> out;
  Entry previous;
  std::uint32_t bits = 0;
  unsigned n_bits = 0;
  for (std::size_t at = 0;;) {
    while (n_bits < code_bits && at < packed.size()) {
      bits = bits << 8U | std::to_integer<std::uint32_t>(packed[at++]);
      n_bits += 8;
    }
    if (n_bits < code_bits) break;
    n_bits -= code_bits;
    const std::size_t code = bits >> n_bits & end_code;
    if (code == end_code) break;
    const Entry current{out.size(), code < 256 ? 1 : code < n_codes ? entries[code].length : previous.length + 1};
    if (code > n_codes || (code == n_codes && previous.length == 0) || current.length > n_bytes - out.size()) {
      return std::nullopt;
    }
    if (code < 256) {
      out.push_back(static_cast<std::uint8_t>(code));
    } else {
      // A code that is only now defined is the string before and its first byte, which that copy reads as it goes.
      const std::size_t from = code < n_codes ? entries[code].start : previous.start;
      for (std::size_t i = 0; i < current.length; ++i) out.push_back(out[from + i]);
    }
    // The string before and the first byte of this one stand together in the output already.
    if (previous.length > 0 && n_codes < end_code) entries[n_codes++] = {previous.start, previous.length + 1};
    previous = current;
  }
  return out;
}

}  // namespace

std::optional<std::vector<std::int64_t>> decode_xli(std::span<const std::byte>& rest, std::size_t n_samples) {
  constexpr std::size_t header_size = 8;
  if (rest.size() < header_size || n_samples < 2) return std::nullopt;
  const auto at = [&](std::size_t i) { return std::to_integer<std::uint32_t>(rest[i]); };
  const std::uint32_t size = at(0) | at(1) << 8U | at(2) << 16U | at(3) << 24U;
  const std::uint32_t method = at(4) | at(5) << 8U;
  std::int64_t last = static_cast<std::int16_t>(static_cast<std::uint16_t>(at(6) | at(7) << 8U));
  if (method != 1 || size > rest.size() - header_size) return std::nullopt;
  const auto bytes = decode_lzw(rest.subspan(header_size, size), 2 * n_samples);
  rest = rest.subspan(header_size + size);
  if (!bytes || bytes->size() != 2 * n_samples) return std::nullopt;

  // All upper bytes come first, then all lower ones.
  std::vector<std::int64_t> samples(n_samples);
  for (std::size_t i = 0; i < n_samples; ++i) {
    samples[i] = static_cast<std::int16_t>(static_cast<std::uint16_t>((*bytes)[i] << 8 | (*bytes)[n_samples + i]));
  }
  for (std::size_t i = 2; i < n_samples; ++i) {
    const std::int64_t stored = samples[i];
    samples[i] = 2 * samples[i - 1] - samples[i - 2] - last;
    if (samples[i] < -32768 || samples[i] > 32767) return std::nullopt;
    constexpr std::int64_t bias = 64;
    last = stored - bias;
  }
  return samples;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
