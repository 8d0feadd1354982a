#pragma once

#include <heartsight/io/read_record.hpp>

#include <io/source.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {

/// One channel as the recording will show it.
struct FileChannel {
  std::string name;
  std::string unit;  ///< of the values that read() gives
};

/// Channels of equal rate and length. A reader has checked that the file holds n_samples of each, or that the missing
/// ones are few (check_backing), before it states the number.
struct FileGroup {
  double sampling_rate_hz = 0.0;
  std::size_t n_samples = 0;
  std::vector<FileChannel> channels;
};

/// A file of one recording that can be read range by range: what a reader of a format has to offer.
class RecordingFile {
 public:
  RecordingFile() = default;
  RecordingFile(const RecordingFile&) = delete;
  RecordingFile& operator=(const RecordingFile&) = delete;
  virtual ~RecordingFile() = default;

  /// Values of samples start .. start + n - 1 of some channels of a group, channel after channel; NaN where missing.
  virtual void read(std::size_t group, std::span<const std::size_t> channels, std::size_t start, std::size_t n,
                    double* out) const = 0;

  std::vector<FileGroup> groups;  ///< highest rate first
  std::optional<double> age_years;
  Sex sex = Sex::unknown;
  std::vector<std::string> header_text;  ///< filled only when it was asked for
};

/// What the options select of a file. Recording::id is not set.
template <std::floating_point T>
[[nodiscard]] BasicRecording<T> read_recording(const RecordingFile& file, const ReadOptions& options);

extern template BasicRecording<double> read_recording(const RecordingFile&, const ReadOptions&);
extern template BasicRecording<float> read_recording(const RecordingFile&, const ReadOptions&);

/// Opens a file of one format; the source must outlive it.
using OpenRecordingFile = std::unique_ptr<RecordingFile> (*)(const Source& source, bool keep_header);

/// read_recording() of bytes in memory. @param format  what messages call the format.
template <std::floating_point T>
[[nodiscard]] BasicRecording<T> parse_recording(OpenRecordingFile open, const char* format, std::span<const std::byte> bytes,
                                                std::string_view name, const ReadOptions& options);

extern template BasicRecording<double> parse_recording(OpenRecordingFile, const char*, std::span<const std::byte>,
                                                       std::string_view, const ReadOptions&);
extern template BasicRecording<float> parse_recording(OpenRecordingFile, const char*, std::span<const std::byte>,
                                                      std::string_view, const ReadOptions&);

/// @throws DomainError an option was given that is for files without a header of their own, or for WFDB.
void refuse_foreign_options(const ReadOptions& options, const char* format);

/// Gaps cost a header nothing but memory for us: what no file backs must be in proportion to what files hold.
/// @throws FormatError it is not.
void check_backing(std::string_view file, std::size_t n_backed, std::size_t n_unbacked);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail
