#pragma once

#include <heartsight/version.hpp>

#include <io/source.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// Where samples stand that are stored frame after frame, one sample of each channel to a frame.
struct InterleavedLayout {
  std::uint64_t data_at = 0;
  std::size_t n_channels = 0;
  std::size_t sample_bytes = 0;
};

/// Reads frames start .. start + n - 1 in blocks; value(channel, bytes of the sample) goes to `out`, channel after channel.
template <class Value>
void read_interleaved(const Source& source, const InterleavedLayout& layout, std::span<const std::size_t> channels,
                      std::size_t start, std::size_t n, double* out, const Value& value) {
  const std::size_t frame = layout.n_channels * layout.sample_bytes;
  const std::size_t block = std::max<std::size_t>(1, (std::size_t{1} << 20) / frame);
  std::vector<std::byte> stored;
  for (std::size_t done = 0; done < n; done += block) {
    const std::size_t m = std::min(block, n - done);
    stored.resize(m * frame);
    source.read(layout.data_at + (start + done) * frame, stored);
    for (std::size_t c = 0; c < channels.size(); ++c) {
      const std::byte* at = stored.data() + channels[c] * layout.sample_bytes;
      for (std::size_t i = 0; i < m; ++i, at += frame) out[c * n + done + i] = value(channels[c], at);
    }
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
