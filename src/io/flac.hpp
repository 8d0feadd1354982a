#pragma once

#include <io/source.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// A FLAC stream, decoded through libFLAC from any source. Damage of any kind is a FormatError: a lost frame is not
/// skipped over, for the samples behind it would come out early.
class FlacStream {
 public:
  /// Samples first .. first + n - 1 of all channels; channels[c] points to n values.
  using Block = std::function<void(std::uint64_t first, std::size_t n, const std::int32_t* const* channels)>;

  /// Reads the stream information. The source must outlive the stream.
  explicit FlacStream(const Source& source);
  ~FlacStream();
  FlacStream(const FlacStream&) = delete;
  FlacStream& operator=(const FlacStream&) = delete;

  [[nodiscard]] std::size_t n_channels() const noexcept;
  [[nodiscard]] unsigned bits_per_sample() const noexcept;

  /// Samples per channel. Where the stream does not state them, or states more than a file of its size plausibly holds,
  /// they are counted by decoding once, so that what is allocated for them is never a lie of the header.
  [[nodiscard]] std::uint64_t n_samples();

  /// Calls block for the samples from first to stop, in order, each once.
  void decode(std::uint64_t first, std::uint64_t stop, const Block& block);

 private:
  struct Decoder;
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
