#include <io/edf_record.hpp>

#include <io/calendar.hpp>
#include <io/convert.hpp>
#include <io/text.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

constexpr std::size_t fixed_header_size = 256;
constexpr std::size_t signal_header_size = 256;
constexpr std::string_view bdf_magic =
    "\xFF"
    "BIOSEMI";
constexpr std::string_view edf_magic = "0       ";

/// The text of a field: trailing blanks, and the zeros that some writers pad with, are not part of it.
std::string_view field_text(std::string_view field) {
  while (!field.empty() && (field.back() == '\0' || is_blank(field.back()))) field.remove_suffix(1);
  return trim(field);
}

struct EdfSignal {
  std::string label;
  UnitConversion unit;
  double physical_min = 0.0;
  double physical_max = 0.0;
  double digital_min = 0.0;
  double digital_max = 0.0;
  std::size_t n_per_record = 0;
  std::size_t offset = 0;  // bytes from the start of a record
  bool is_annotation = false;
  std::size_t header_byte = 0;  // where its physical minimum stands
};

/// "02-MAY-1951"
std::optional<std::chrono::year_month_day> parse_plus_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
  if (text.size() != 11 || text[2] != '-' || text[6] != '-') return std::nullopt;
  const auto day = parse_number<unsigned>(text.substr(0, 2));
  const auto month = std::find(months.begin(), months.end(), to_lower(text.substr(3, 3)));
  const auto year = parse_number<int>(text.substr(7));
  if (!day || !year || month == months.end()) return std::nullopt;
  return calendar_day(*year, static_cast<unsigned>(month - months.begin()) + 1, *day);
}

/// "02.05.51"; years from 85 on are of the last century.
std::optional<std::chrono::year_month_day> parse_header_date(std::string_view text) {
  if (text.size() != 8 || text[2] != '.' || text[5] != '.') return std::nullopt;
  const auto day = parse_number<unsigned>(text.substr(0, 2));
  const auto month = parse_number<unsigned>(text.substr(3, 2));
  const auto year = parse_number<unsigned>(text.substr(6, 2));
  if (!day || !month || !year) return std::nullopt;
  return calendar_day(static_cast<int>(*year) + (*year >= 85 ? 1900 : 2000), *month, *day);
}

class EdfFile final : public RecordingFile {
 public:
  EdfFile(const Source& source, bool keep_header) : source_(source) {
    read_fixed_header(keep_header);
    read_signal_headers(keep_header);
    lay_out_records();
    list_groups();
  }

  void read(std::size_t group, std::span<const std::size_t> channels, std::size_t start, std::size_t n,
            double* out) const override;
  [[nodiscard]] std::vector<EdfAnnotation> annotations() const;

 private:
  [[noreturn]] void refuse(std::size_t byte, const std::string& what) const { fail_at_byte(source_.name(), byte, what); }
  template <class Number>
  Number number(std::string_view header, std::size_t first, std::size_t base, std::size_t width, const char* what) const;
  void read_fixed_header(bool keep_header);
  void read_patient(std::string_view patient, std::string_view recording, std::string_view date);
  void read_signal_headers(bool keep_header);
  void lay_out_records();
  void list_groups();
  void place_records(FileGroup& group, std::size_t n_per_record);
  template <class Sink>
  void parse_time_lists(std::size_t record, const EdfSignal& signal, const Sink& sink) const;
  [[nodiscard]] std::optional<double> record_onset(std::size_t record) const;
  void decode(const EdfSignal& signal, const std::byte* stored, std::size_t n, double* out) const;

  const Source& source_;
  std::size_t sample_bytes_ = 2;
  bool is_plus_ = false;
  bool has_gaps_ = false;
  std::size_t n_signals_ = 0;
  std::size_t n_records_ = 0;
  std::optional<std::size_t> stated_records_;
  double record_s_ = 0.0;
  std::size_t record_bytes_ = 0;
  std::size_t data_offset_ = 0;
  std::vector<EdfSignal> signals_;
  std::vector<double> onsets_;                              // of each record, from the first; only with gaps
  std::vector<std::vector<std::size_t>> signals_of_group_;  // by group
  std::vector<std::vector<std::size_t>> first_samples_;     // by group and record; only with gaps
};

template <class Number>
Number EdfFile::number(std::string_view header, std::size_t first, std::size_t base, std::size_t width,
                       const char* what) const {
  const auto value = parse_number<Number>(field_text(header.substr(first, width)));
  if (!value) refuse(base + first, std::string(what) + " is not a number");
  return *value;
}

void EdfFile::read_fixed_header(bool keep_header) {
  std::string header(std::min<std::uint64_t>(source_.size(), fixed_header_size), '\0');
  source_.read(0, std::as_writable_bytes(std::span(header)));
  const std::string_view text = header;
  if (!text.starts_with(edf_magic) && !text.starts_with(bdf_magic)) refuse(0, "is not an EDF or BDF file");
  if (header.size() < fixed_header_size) refuse(header.size(), "truncated: the header has 256 bytes");
  sample_bytes_ = text.starts_with(bdf_magic) ? 3 : 2;
  const std::string_view kind = field_text(text.substr(192, 44));
  is_plus_ = kind.starts_with("EDF+") || kind.starts_with("BDF+");
  has_gaps_ = kind.starts_with("EDF+D") || kind.starts_with("BDF+D");
  n_signals_ = number<std::size_t>(text, 252, 0, 4, "the number of signals");
  data_offset_ = number<std::size_t>(text, 184, 0, 8, "the number of header bytes");
  if (n_signals_ == 0) refuse(252, "the file has no signal");
  if (data_offset_ != fixed_header_size + n_signals_ * signal_header_size) {
    refuse(184, "a header of " + std::to_string(n_signals_) + " signals does not have " + std::to_string(data_offset_) +
                    " bytes");
  }
  const auto records = number<std::int64_t>(text, 236, 0, 8, "the number of data records");
  if (records < -1) refuse(236, "the number of data records is negative");
  if (records >= 0) stated_records_ = static_cast<std::size_t>(records);
  record_s_ = number<double>(text, 244, 0, 8, "the duration of a data record");
  if (!(record_s_ >= 0.0) || !std::isfinite(record_s_)) refuse(244, "the duration of a data record is negative");
  const std::string_view patient = field_text(text.substr(8, 80));
  const std::string_view recording = field_text(text.substr(88, 80));
  if (is_plus_) read_patient(patient, recording, field_text(text.substr(168, 8)));
  if (keep_header) {
    header_text.push_back("patient: " + to_utf8(patient));
    header_text.push_back("recording: " + to_utf8(recording));
    header_text.push_back("start date: " + to_utf8(field_text(text.substr(168, 8))));
    header_text.push_back("start time: " + to_utf8(field_text(text.substr(176, 8))));
  }
}

/// EDF+ orders the patient field: code, sex, birth date, name; and the recording field: "Startdate", date, ...
void EdfFile::read_patient(std::string_view patient, std::string_view recording, std::string_view date) {
  [[maybe_unused]] const std::string_view code = next_token(patient);
  const std::string_view letter = next_token(patient);
  if (letter == "F") sex = Sex::female;
  if (letter == "M") sex = Sex::male;
  const auto birth = parse_plus_date(next_token(patient));
  auto start = next_token(recording) == "Startdate" ? parse_plus_date(next_token(recording)) : std::nullopt;
  if (!start) start = parse_header_date(date);
  age_years = whole_years(birth, start);
}

void EdfFile::read_signal_headers(bool keep_header) {
  if (source_.size() < data_offset_) {
    refuse(source_.size(), "truncated: the header of " + std::to_string(n_signals_) + " signals has " +
                               std::to_string(data_offset_) + " bytes");
  }
  std::string header(data_offset_ - fixed_header_size, '\0');
  source_.read(fixed_header_size, std::as_writable_bytes(std::span(header)));
  constexpr std::size_t base = fixed_header_size;
  const std::size_t n = n_signals_;
  for (std::size_t s = 0; s < n; ++s) {
    // The header holds one column after the other: all labels, all transducers, ...
    const auto column = [&](std::size_t before, std::size_t width) { return before * n + s * width; };
    const auto text = [&](std::size_t before, std::size_t width) {
      return field_text(std::string_view(header).substr(column(before, width), width));
    };
    EdfSignal signal;
    signal.label = to_utf8(text(0, 16));
    signal.is_annotation = is_plus_ && (signal.label == "EDF Annotations" || signal.label == "BDF Annotations");
    signal.unit = convert_unit(to_utf8(text(96, 8)));
    signal.header_byte = base + column(104, 8);
    signal.n_per_record = number<std::size_t>(header, column(216, 8), base, 8, "the samples in a data record");
    if (signal.n_per_record > source_.size()) {
      refuse(base + column(216, 8), "the file is shorter than one data record of this signal");
    }
    if (!signal.is_annotation) {
      signal.physical_min = number<double>(header, column(104, 8), base, 8, "the physical minimum");
      signal.physical_max = number<double>(header, column(112, 8), base, 8, "the physical maximum");
      signal.digital_min = number<double>(header, column(120, 8), base, 8, "the digital minimum");
      signal.digital_max = number<double>(header, column(128, 8), base, 8, "the digital maximum");
      if (!(signal.digital_min < signal.digital_max) || !std::isfinite(signal.digital_max - signal.digital_min)) {
        refuse(base + column(120, 8), "the digital minimum is not below the digital maximum");
      }
      if (!std::isfinite(signal.physical_max - signal.physical_min)) {
        refuse(signal.header_byte, "the physical minimum or maximum is not finite");
      }
    }
    signal.offset = record_bytes_;
    record_bytes_ += signal.n_per_record * sample_bytes_;
    if (keep_header) {
      header_text.push_back(signal.label + ": " + to_utf8(text(16, 80)) + "; " + to_utf8(text(136, 80)));
    }
    signals_.push_back(std::move(signal));
  }
}

void EdfFile::lay_out_records() {
  const std::size_t data_bytes = source_.size() - data_offset_;
  if (record_bytes_ == 0) {
    n_records_ = 0;
  } else if (!stated_records_) {
    n_records_ = data_bytes / record_bytes_;  // -1 while recording; a record that was cut off is not whole
  } else {
    n_records_ = *stated_records_;
    if (n_records_ > data_bytes / record_bytes_) {
      refuse(source_.size(), "truncated: " + std::to_string(n_records_) + " data records of " +
                                 std::to_string(record_bytes_) + " bytes are promised");
    }
    if (n_records_ * record_bytes_ != data_bytes) {
      refuse(data_offset_ + n_records_ * record_bytes_, "data follow the last data record");
    }
  }
  if (!has_gaps_) return;
  double first = 0.0;
  for (std::size_t r = 0; r < n_records_; ++r) {
    const auto onset = record_onset(r);
    if (!onset) refuse(data_offset_ + r * record_bytes_, "the data record does not state its time");
    if (r == 0) first = *onset;
    onsets_.push_back(*onset - first);
  }
}

void EdfFile::list_groups() {
  std::vector<std::size_t> sizes;
  for (const EdfSignal& signal : signals_) {
    if (!signal.is_annotation && signal.n_per_record > 0) sizes.push_back(signal.n_per_record);
  }
  if (sizes.empty()) fail(source_.name(), "the file has no signal but annotations");
  if (record_s_ == 0.0) refuse(244, "the duration of a data record is 0");
  std::sort(sizes.rbegin(), sizes.rend());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  for (const std::size_t size : sizes) {
    FileGroup group;
    group.sampling_rate_hz = static_cast<double>(size) / record_s_;
    if (!std::isfinite(group.sampling_rate_hz)) refuse(244, "the duration of a data record is too short");
    std::vector<std::size_t> members;
    for (std::size_t s = 0; s < signals_.size(); ++s) {
      if (signals_[s].is_annotation || signals_[s].n_per_record != size) continue;
      group.channels.push_back({signals_[s].label, signals_[s].unit.unit});
      members.push_back(s);
    }
    place_records(group, size);
    groups.push_back(std::move(group));
    signals_of_group_.push_back(std::move(members));
  }
}

void EdfFile::place_records(FileGroup& group, std::size_t n_per_record) {
  group.n_samples = n_records_ * n_per_record;
  first_samples_.emplace_back();
  if (!has_gaps_) return;
  constexpr double longest = 70368744177664.0;  // 2^46 samples
  std::size_t end = 0;
  for (std::size_t r = 0; r < n_records_; ++r) {
    const double first = onsets_[r] * group.sampling_rate_hz;
    // The one before may have been rounded up by half a sample, and onsets are decimal fractions.
    constexpr double rounding = 0.501;
    if (!(first + rounding >= static_cast<double>(end)) || first > longest) {
      refuse(data_offset_ + r * record_bytes_, "the data record does not begin after the one before it");
    }
    const std::size_t begin = std::max(static_cast<std::size_t>(std::max(std::round(first), 0.0)), end);
    first_samples_.back().push_back(begin);
    end = begin + n_per_record;
  }
  const std::size_t backed = group.n_samples;
  group.n_samples = end;
  check_backing(source_.name(), backed * group.channels.size(), (end - backed) * group.channels.size());
}

/// sink(index of the list in the record, onset, duration, text) for every text of every time-stamped annotation list.
template <class Sink>
void EdfFile::parse_time_lists(std::size_t record, const EdfSignal& signal, const Sink& sink) const {
  const std::size_t at = data_offset_ + record * record_bytes_ + signal.offset;
  std::string stored(signal.n_per_record * sample_bytes_, '\0');
  source_.read(at, std::as_writable_bytes(std::span(stored)));
  std::string_view rest = stored;
  const auto byte = [&] { return at + stored.size() - rest.size(); };
  for (std::size_t index = 0;; ++index) {
    while (!rest.empty() && rest.front() == '\0') rest.remove_prefix(1);
    if (rest.empty()) return;
    const std::size_t end = rest.find('\0');
    std::string_view list = rest.substr(0, end);
    if (end == std::string_view::npos || list.back() != '\x14') refuse(byte(), "an annotation list is not closed");
    const std::size_t stamp_end = list.find('\x14');
    std::string_view stamp = list.substr(0, stamp_end);
    list.remove_prefix(stamp_end + 1);
    std::optional<double> duration;
    if (const auto mark = stamp.find('\x15'); mark != std::string_view::npos) {
      duration = parse_number<double>(stamp.substr(mark + 1));
      if (!duration || !(*duration >= 0.0) || !std::isfinite(*duration)) {
        refuse(byte(), "the duration of an annotation is not a number of seconds");
      }
      stamp = stamp.substr(0, mark);
    }
    const auto onset = parse_number<double>(stamp);
    if (!onset || !std::isfinite(*onset) || (stamp.front() != '+' && stamp.front() != '-')) {
      refuse(byte(), "the onset of an annotation is not a signed number of seconds");
    }
    if (list.empty()) refuse(byte(), "an annotation list holds no annotation");
    while (!list.empty()) {
      const std::size_t text_end = list.find('\x14');
      sink(index, *onset, duration, list.substr(0, text_end));
      list.remove_prefix(text_end + 1);
    }
    rest.remove_prefix(end);
  }
}

/// What the first list of the first annotation signal says of when the record begins.
std::optional<double> EdfFile::record_onset(std::size_t record) const {
  const auto signal = std::find_if(signals_.begin(), signals_.end(), [](const EdfSignal& s) { return s.is_annotation; });
  std::optional<double> onset;
  if (signal == signals_.end()) return onset;
  parse_time_lists(record, *signal, [&](std::size_t, double at, const std::optional<double>&, std::string_view) {
    if (!onset) onset = at;
  });
  return onset;
}

std::vector<EdfAnnotation> EdfFile::annotations() const {
  std::vector<EdfAnnotation> found;
  if (n_records_ == 0) return found;
  const double start = record_onset(0).value_or(0.0);
  for (std::size_t r = 0; r < n_records_; ++r) {
    for (const EdfSignal& signal : signals_) {
      if (!signal.is_annotation) continue;
      parse_time_lists(r, signal,
                       [&](std::size_t, double onset, const std::optional<double>& duration, std::string_view text) {
                         if (!text.empty()) found.push_back({onset - start, duration, to_utf8(text)});
                       });
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const EdfAnnotation& a, const EdfAnnotation& b) { return a.onset_s < b.onset_s; });
  return found;
}

void EdfFile::decode(const EdfSignal& signal, const std::byte* stored, std::size_t n, double* out) const {
  const double gain = (signal.physical_max - signal.physical_min) / (signal.digital_max - signal.digital_min);
  const double offset = signal.physical_max / gain - signal.digital_max;
  const auto at = [&](std::size_t i) { return std::to_integer<std::uint32_t>(stored[i]); };
  for (std::size_t i = 0; i < n; ++i) {
    std::int32_t digital = 0;
    if (sample_bytes_ == 2) {
      digital = static_cast<std::int16_t>(static_cast<std::uint16_t>(at(2 * i) | at(2 * i + 1) << 8U));
    } else {
      digital = static_cast<std::int32_t>(at(3 * i) << 8U | at(3 * i + 1) << 16U | at(3 * i + 2) << 24U) >> 8;
    }
    out[i] = gain * (offset + static_cast<double>(digital)) / signal.unit.divisor * signal.unit.factor;
  }
}

void EdfFile::read(std::size_t group, std::span<const std::size_t> channels, std::size_t start, std::size_t n,
                   double* out) const {
  const auto& members = signals_of_group_[group];
  for (const std::size_t c : channels) {
    const EdfSignal& signal = signals_[members[c]];
    if (signal.physical_min == signal.physical_max) {
      refuse(signal.header_byte, "the physical minimum and maximum of the signal are equal");
    }
  }
  const auto& first_samples = first_samples_[group];
  const std::size_t size = signals_[members.front()].n_per_record;
  if (has_gaps_) std::fill(out, out + channels.size() * n, std::numeric_limits<double>::quiet_NaN());
  const auto first_sample = [&](std::size_t r) { return has_gaps_ ? first_samples[r] : r * size; };
  std::size_t record = start / size;
  if (has_gaps_) {
    const auto after = std::upper_bound(first_samples.begin(), first_samples.end(), start);
    record = after == first_samples.begin() ? 0 : static_cast<std::size_t>(after - first_samples.begin()) - 1;
  }
  // Small records are read many at a time, of large ones only what is wanted.
  constexpr std::size_t most_bytes = std::size_t{1} << 18;
  const std::size_t at_a_time = record_bytes_ > most_bytes ? 1 : most_bytes / record_bytes_;
  std::vector<std::byte> stored;
  while (record < n_records_ && first_sample(record) < start + n) {
    std::size_t stop = record + 1;
    while (stop < n_records_ && stop - record < at_a_time && first_sample(stop) < start + n) ++stop;
    const bool whole = record_bytes_ <= most_bytes;
    if (whole) {
      stored.resize((stop - record) * record_bytes_);
      source_.read(data_offset_ + record * record_bytes_, stored);
    }
    for (std::size_t r = record; r < stop; ++r) {
      const std::size_t from = std::max(first_sample(r), start);
      const std::size_t to = std::min(first_sample(r) + size, start + n);
      if (from >= to) continue;
      const std::size_t skipped = (from - first_sample(r)) * sample_bytes_;
      for (std::size_t c = 0; c < channels.size(); ++c) {
        const EdfSignal& signal = signals_[members[channels[c]]];
        const std::byte* values = stored.data() + (r - record) * record_bytes_ + signal.offset + skipped;
        if (!whole) {
          stored.resize((to - from) * sample_bytes_);
          source_.read(data_offset_ + r * record_bytes_ + signal.offset + skipped, stored);
          values = stored.data();
        }
        decode(signal, values, to - from, out + c * n + (from - start));
      }
    }
    record = stop;
  }
}

}  // namespace

bool looks_like_edf(std::string_view head) {
  if (head.starts_with(bdf_magic)) return true;
  if (!head.starts_with(edf_magic) || head.size() < fixed_header_size) return false;
  return parse_number<std::size_t>(field_text(head.substr(184, 8))).has_value() &&
         parse_number<std::size_t>(field_text(head.substr(252, 4))).has_value();
}

std::unique_ptr<RecordingFile> open_edf(const Source& source, bool keep_header) {
  return std::make_unique<EdfFile>(source, keep_header);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail

namespace heartsight::inline HEARTSIGHT_ABI::io {

Recording parse_edf(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<double>(detail::open_edf, "EDF and BDF", bytes, name, options);
}
RecordingFloat32 parse_edf_float32(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<float>(detail::open_edf, "EDF and BDF", bytes, name, options);
}

std::vector<EdfAnnotation> parse_edf_annotations(std::span<const std::byte> bytes, std::string_view name) {
  const detail::MemorySource source(bytes, std::string{name});
  return detail::EdfFile(source, false).annotations();
}

std::vector<EdfAnnotation> read_edf_annotations(const std::filesystem::path& path) {
  const auto source = detail::open_file(path);
  return detail::EdfFile(*source, false).annotations();
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
