#include <heartsight/io/wfdb_samples.hpp>

#include <heartsight/core/check.hpp>
#include <io/flac.hpp>
#include <io/source.hpp>
#include <io/wfdb_decode.hpp>

#include <string>

namespace heartsight::inline HEARTSIGHT_ABI::io {
namespace {

void known_format(const char* where, int format) {
  if (!detail::is_packed(format) && !detail::is_flac(format)) {
    check::detail::fail<DomainError>(where, "format", std::to_string(format), "is not a WFDB signal format");
  }
}

}  // namespace

std::optional<std::int32_t> wfdb_missing_value(int format) {
  known_format("wfdb_missing_value", format);
  return detail::missing_value(format);
}

std::vector<std::int32_t> decode_wfdb_samples(std::span<const std::byte> bytes, int format,
                                              std::optional<std::size_t> n_values, std::string_view name) {
  known_format("decode_wfdb_samples", format);
  const auto check_count = [&](std::uint64_t held) {
    if (n_values && *n_values > held) {
      detail::fail_at_byte(
          name, bytes.size(),
          "truncated: " + std::to_string(*n_values) + " samples were expected, " + std::to_string(held) + " are there");
    }
    return static_cast<std::size_t>(n_values.value_or(held));
  };
  if (detail::is_packed(format)) {
    std::vector<std::int32_t> values(check_count(detail::packed_capacity(format, bytes.size())));
    detail::decode_packed(format, bytes.data(), values.size(), values.data());
    if (format == 8) {
      std::uint32_t sum = 0;
      for (std::int32_t& value : values) value = static_cast<std::int32_t>(sum += static_cast<std::uint32_t>(value));
    }
    return values;
  }
  const detail::MemorySource source(bytes, std::string{name});
  detail::FlacStream flac(source);
  const std::size_t n_channels = flac.n_channels();
  if (flac.bits_per_sample() > static_cast<unsigned>(format - 500)) {
    detail::fail(name, "the FLAC stream has more bits per sample than format " + std::to_string(format) + " holds");
  }
  std::vector<std::int32_t> values(check_count(flac.n_samples() * n_channels));
  const std::uint64_t stop = (values.size() + n_channels - 1) / n_channels;
  flac.decode(0, stop, [&](std::uint64_t first, std::size_t n, const std::int32_t* const* channels) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t c = 0; c < n_channels; ++c) {
        const std::uint64_t at = (first + i) * n_channels + c;
        if (at < values.size()) values[at] = channels[c][i];
      }
    }
  });
  return values;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
