#include <heartsight/io/read_record.hpp>

#include <heartsight/io/csv.hpp>
#include <io/aecg_record.hpp>
#include <io/dicom_record.hpp>
#include <io/edf_record.hpp>
#include <io/ishne_record.hpp>
#include <io/muse_record.hpp>
#include <io/npy_record.hpp>
#include <io/recording_file.hpp>
#include <io/scp_record.hpp>
#include <io/sierra_record.hpp>
#include <io/source.hpp>
#include <io/text.hpp>
#include <io/wfdb_record.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <system_error>
#include <type_traits>

namespace heartsight::inline HEARTSIGHT_ABI::io {
namespace detail {
namespace {

namespace fs = std::filesystem;

/// A file as the formats see it before one of them claims it.
struct Candidate {
  fs::path path;
  const Source* source = nullptr;
  std::string head;  // its first bytes

  [[nodiscard]] bool starts_with(std::string_view magic) const { return head.starts_with(magic); }
  [[nodiscard]] std::string extension() const { return to_lower(path.extension().string()); }
};

fs::path header_beside(const fs::path& path) {
  return fs::path(path).replace_extension(".hea");
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// A WFDB header begins with a record line: a name, then a number of signals, separated by blanks.
bool looks_like_header(const Candidate& file) {
  if (file.extension() == ".hea") return true;
  std::string_view rest = file.head;
  while (!rest.empty()) {
    std::string_view line = trim(next_line(rest));
    if (line.empty() || line.front() == '#') continue;
    if (line.find_first_of(",;\"") != std::string_view::npos || rest.empty()) return false;
    [[maybe_unused]] const std::string_view name = next_token(line);
    return parse_number<std::size_t>(next_token(line)).has_value();
  }
  return false;
}

/// A signal file is bytes without a sign of their own: the header beside it has to name it.
bool is_signal_file(const Candidate& file) {
  const fs::path header = header_beside(file.path);
  if (header == file.path || !is_file(header)) return false;
  const std::string text = read_text(*open_file(header));
  const std::string name = file.path.filename().string();
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view line = next_line(rest);
    if (next_token(line) == name) return true;
  }
  return false;
}

bool looks_like_text(const Candidate& file) {
  return !file.head.empty() && std::none_of(file.head.begin(), file.head.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20U && c != '\t' && c != '\n' && c != '\r';
  });
}

template <class T>
BasicRecording<T> read_header_file(const fs::path& header, const ReadOptions& options) {
  const DiskFolder folder(header.has_parent_path() ? header.parent_path() : fs::path("."));
  return read_wfdb_record<T>(folder, header.filename().string(), options);
}

template <class T>
BasicRecording<T> read_csv_file(const Candidate& file, const ReadOptions& options) {
  const std::string text = read_text(*file.source);
  if constexpr (std::is_same_v<T, float>) {
    return parse_csv_float32(text, file.source->name(), options);
  } else {
    return parse_csv(text, file.source->name(), options);
  }
}

/// A format whose recordings are one file that knows its rate and leads: how its first bytes are known, and who opens it.
/// A new format is a new row.
struct FileFormat {
  const char* name;
  bool (*matches)(std::string_view head);
  std::unique_ptr<RecordingFile> (*open)(const Source&, bool keep_header);
};

constexpr std::array<FileFormat, 7> file_formats = {{
    {"DICOM", looks_like_dicom, open_dicom},
    {"EDF and BDF", looks_like_edf, open_edf},
    {"ISHNE", looks_like_ishne, open_ishne},
    {"SCP-ECG", looks_like_scp, open_scp},
    {"HL7 aECG", looks_like_aecg, open_aecg},
    {"MUSE XML", looks_like_muse, open_muse},
    {"Philips Sierra XML", looks_like_sierra, open_sierra},
}};

/// Any other format: how its files are known, and who reads them. The first that matches reads.
template <class T>
struct Format {
  const char* name;
  bool (*matches)(const Candidate&);
  BasicRecording<T> (*read)(const Candidate&, const ReadOptions&);
  bool needs_folder;  // other files beside it belong to the recording
};

template <class T>
constexpr std::array<Format<T>, 5> formats = {{
    {"NumPy .npy", [](const Candidate& file) { return file.starts_with("\x93NUMPY"); },
     [](const Candidate& file, const ReadOptions& options) { return read_npy_record<T>(*file.source, options); }, false},
    {"NumPy .npz", [](const Candidate& file) { return file.starts_with("PK\x03\x04") || file.starts_with("PK\x05\x06"); },
     [](const Candidate& file, const ReadOptions& options) { return read_npy_record<T>(*file.source, options); }, false},
    {"WFDB signal file", is_signal_file,
     [](const Candidate& file, const ReadOptions& options) {
       return read_header_file<T>(header_beside(file.path), options);
     },
     true},
    {"WFDB header", looks_like_header,
     [](const Candidate& file, const ReadOptions& options) { return read_header_file<T>(file.path, options); }, true},
    {"CSV", looks_like_text,
     [](const Candidate& file, const ReadOptions& options) { return read_csv_file<T>(file, options); }, false},
}};

/// @param path  where the source lies; empty for bytes in memory, which have no folder.
template <class T>
BasicRecording<T> read(const Source& source, const fs::path& path, const ReadOptions& options) {
  Candidate candidate{path, &source, std::string(std::min<std::uint64_t>(source.size(), 4096), '\0')};
  source.read(0, std::as_writable_bytes(std::span(candidate.head)));
  for (const FileFormat& format : file_formats) {
    if (!format.matches(candidate.head)) continue;
    refuse_foreign_options(options, format.name);
    return read_recording<T>(*format.open(source, options.keep_header), options);
  }
  for (const Format<T>& format : formats<T>) {
    if (format.needs_folder && path.empty()) continue;
    if (format.matches(candidate)) return format.read(candidate, options);
  }
  std::string known = "WFDB (a signal file needs its header beside it), CSV, .npy, .npz";
  for (const FileFormat& format : file_formats) known.append(", ").append(format.name);
  fail(source.name(), source.size() == 0 ? "is empty" : "is not in a format that can be read: " + known);
}

template <class T>
BasicRecording<T> read_file(const fs::path& path, const ReadOptions& options) {
  fs::path file = path;
  if (!is_file(path)) {  // a WFDB record name
    file += ".hea";
    if (!is_file(file)) file = path;
  }
  const auto source = open_file(file);
  BasicRecording<T> recording = read<T>(*source, file, options);
  recording.id = to_utf8(file.stem().string());
  return recording;
}

template <class T>
BasicRecording<T> read_bytes(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return read<T>(MemorySource(bytes, std::string{name}), {}, options);
}

}  // namespace
}  // namespace detail

Recording read_record(const std::filesystem::path& path, const ReadOptions& options) {
  return detail::read_file<double>(path, options);
}
RecordingFloat32 read_record_float32(const std::filesystem::path& path, const ReadOptions& options) {
  return detail::read_file<float>(path, options);
}

Recording parse_record(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::read_bytes<double>(bytes, name, options);
}
RecordingFloat32 parse_record_float32(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::read_bytes<float>(bytes, name, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
