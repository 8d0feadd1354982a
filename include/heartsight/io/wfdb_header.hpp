#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/core/recording.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::io {

/// One signal line of a WFDB header. Fields that the line leaves out hold what the specification says they mean.
struct WfdbSignal {
  std::string file_name;  ///< "~" for a signal without samples
  int format = 16;        ///< 0 (no samples), 8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 516, 524
  std::size_t samples_per_frame = 1;
  std::size_t skew = 0;         ///< frames
  std::size_t byte_offset = 0;  ///< bytes before the first sample; samples for the FLAC formats
  double gain = 200.0;          ///< digital units per physical unit; never 0
  std::int64_t baseline = 0;    ///< digital value of physical 0
  std::string units = "mV";     ///< as the file writes it
  int adc_resolution = 0;       ///< bits; 0: not stated
  std::int64_t adc_zero = 0;
  std::int64_t initial_value = 0;        ///< what format 8 starts from
  std::optional<std::int32_t> checksum;  ///< 16-bit sum of all samples
  std::int64_t block_size = 0;
  std::string name;  ///< the description; "signal N" where the line has none

  friend bool operator==(const WfdbSignal&, const WfdbSignal&) = default;
};

/// One segment line: the name of a record, or "~" for a gap.
struct WfdbSegment {
  std::string name;
  std::size_t n_samples = 0;

  friend bool operator==(const WfdbSegment&, const WfdbSegment&) = default;
};

/// A WFDB header: https://physionet.org/physiotools/wag/header-5.htm
struct WfdbHeader {
  std::string record_name;
  std::size_t n_signals = 0;
  double frame_rate_hz = 250.0;  ///< frames per second; 250 where the header is silent, as the specification says
  double counter_rate_hz = 0.0;  ///< 0: not stated
  double base_counter = 0.0;
  std::optional<std::size_t> n_samples;  ///< frames per signal; absent or 0 in the file: taken from the signal file
  std::string base_time;                 ///< only with keep_header
  std::string base_date;                 ///< only with keep_header
  std::vector<WfdbSignal> signals;       ///< empty in a multi-segment header
  std::vector<WfdbSegment> segments;     ///< empty in a single-segment header
  bool is_multi_segment = false;
  std::optional<double> age_years;  ///< from the comments; ages over 89 are 90
  bool age_censored = false;
  Sex sex = Sex::unknown;
  std::vector<std::string> comments;  ///< only with keep_header
  std::vector<std::string> text;      ///< every line, only with keep_header
};

/// Parses the text of a header.
///
/// LF, CRLF and CR line ends are accepted, and text that is not UTF-8 is read as Latin-1. Age and sex are found in
/// comments such as "Age: 63", "<age>: 25 <sex>: M", "Sex: Female" and the "69 M 1085 1629 x1" of the MIT-BIH database.
///
/// @param text         the file's content.
/// @param name         what messages call the file.
/// @param keep_header  also keep comments, date and time, which may identify the patient.
/// @throws FormatError naming file and line.
[[nodiscard]] HEARTSIGHT_EXPORT WfdbHeader parse_wfdb_header(std::string_view text, std::string_view name,
                                                             bool keep_header = false);

/// parse_wfdb_header() of a file; the extension .hea may be left out.
[[nodiscard]] HEARTSIGHT_EXPORT WfdbHeader read_wfdb_header(const std::filesystem::path& path, bool keep_header = false);

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
