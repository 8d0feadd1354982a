#pragma once

#include <heartsight/io/wfdb_header.hpp>

#include <io/convert.hpp>
#include <io/source.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// Where a signal's samples go.
template <class T>
struct SignalTarget {
  std::size_t signal = 0;  ///< index into the header
  T* out = nullptr;        ///< stop - start values
};

/// Reads ranges of signals of one single-segment WFDB record.
class SegmentReader {
 public:
  /// Opens the signal files and checks that they hold what the header promises.
  /// @param name  what messages call the header.
  SegmentReader(const WfdbHeader& header, const Folder& folder, std::string name);
  ~SegmentReader();
  SegmentReader(const SegmentReader&) = delete;
  SegmentReader& operator=(const SegmentReader&) = delete;

  /// Frames per signal: the header's number, or what the shortest file holds where the header is silent.
  [[nodiscard]] std::size_t n_frames() const noexcept { return n_frames_; }
  /// False for a signal that the header lists without a file.
  [[nodiscard]] bool has_samples(std::size_t signal) const noexcept { return header_.signals[signal].format != 0; }

  /// Reads samples start .. stop - 1 (counted in samples of the signals, all of one rate) of each target.
  template <class T>
  void read(std::span<const SignalTarget<T>> targets, std::size_t start, std::size_t stop) const;

  /// Compares the sum of all samples of each signal with the header's checksum, where it states one.
  void verify_checksums(std::span<const std::size_t> signals) const;

 private:
  struct SignalFile;

  void group_files(const Folder& folder);
  void check_length(const SignalFile& file) const;
  [[nodiscard]] std::uint64_t capacity_frames(const SignalFile& file) const;

  /// Decodes frames first .. stop - 1 of a file. sink(signal, j, n, values): stored samples j .. j + n - 1 of a signal.
  template <class Sink>
  void decode_packed_file(const SignalFile& file, std::span<const std::size_t> signals, std::uint64_t first,
                          std::uint64_t stop, const Sink& sink) const;
  template <class Sink>
  void decode_flac_file(const SignalFile& file, std::span<const std::size_t> signals, std::uint64_t first,
                        std::uint64_t stop, const Sink& sink) const;

  const WfdbHeader& header_;
  std::string name_;
  std::vector<SignalFile> files_;
  std::vector<std::size_t> file_of_signal_;
  std::size_t n_frames_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
