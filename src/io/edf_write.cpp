#include <heartsight/io/edf.hpp>

#include <heartsight/core/check.hpp>
#include <io/source.hpp>
#include <io/write_file.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI::io {
namespace {

constexpr auto where = "write_edf";
constexpr std::size_t field_width = 8;
constexpr int digital_max = 32767;

[[noreturn]] void refuse(const std::string& name, const std::string& rule) {
  check::detail::fail<DomainError>(where, name, "", rule);
}

/// The shortest decimal text that reads back as the number; always without an exponent where that fits `width`.
std::string decimal(double value) {
  std::array<char, 400> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed).ptr;
  return {digits.data(), end};
}

double number_of(const std::string& text) {
  double value = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// A magnitude of at least `value` in at most 7 characters, for the minus sign takes one of 8.
std::string magnitude_text(double value, const std::string& name) {
  if (value == 0.0) return "1";
  for (int digits = 6; digits >= 0; --digits) {
    const double unit = std::pow(10.0, -digits);
    std::array<char, 400> text{};
    const double rounded = std::ceil(value / unit) * unit;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), rounded, std::chars_format::fixed, digits).ptr;
    const std::string shown(text.data(), end);
    if (shown.size() < field_width && number_of(shown) >= value) return shown;
  }
  refuse(name, "has values that 8 characters cannot state in their unit");
}

struct RecordLength {
  std::size_t n_samples = 0;
  std::string duration;
};

/// As many samples to a record as divide the recording, at most 1 s of them; else 1 s or less, the last record filled up.
/// Only such whose duration 8 characters state without changing the rate.
RecordLength record_length(double rate, std::size_t n_samples, std::size_t most_samples) {
  const auto second = std::max<std::size_t>(1, static_cast<std::size_t>(std::min(std::ceil(rate), 1.0e6)));
  const std::size_t longest = std::max<std::size_t>(1, std::min(second, most_samples));
  RecordLength filled;
  for (std::size_t size = longest; size >= 1; --size) {
    const std::string duration = decimal(static_cast<double>(size) / rate);
    if (duration.size() > field_width || static_cast<double>(size) / number_of(duration) != rate) continue;
    if (filled.n_samples == 0) filled = {size, duration};
    // Short records would spend more on their times than on their samples.
    if (n_samples % size == 0 && size >= (filled.n_samples + 9) / 10) return {size, duration};
  }
  // Slow or odd rates: a longer record may have a duration that fits.
  for (std::size_t size = longest + 1; filled.n_samples == 0 && size <= most_samples; ++size) {
    const std::string duration = decimal(static_cast<double>(size) / rate);
    if (duration.size() <= field_width && static_cast<double>(size) / number_of(duration) == rate) {
      filled = {size, duration};
    }
  }
  if (filled.n_samples == 0) {
    refuse("recording.sampling_rate", "no data record has a duration that 8 characters state exactly");
  }
  return filled;
}

class EdfWriter {
 public:
  void put(std::string_view text, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) bytes.push_back(static_cast<std::byte>(i < text.size() ? text[i] : ' '));
  }
  void put_sample(int value) {
    const auto word = static_cast<std::uint16_t>(static_cast<std::int16_t>(value));
    bytes.push_back(static_cast<std::byte>(word & 0xFFU));
    bytes.push_back(static_cast<std::byte>(word >> 8U));
  }
  void put_list(std::string_view text, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::byte>(i < text.size() ? text[i] : '\0'));
  }
  std::vector<std::byte> bytes;
};

/// The annotation lists of each record: its own time, then the annotations, spread evenly so that all records are equal.
std::vector<std::string> time_lists(const std::vector<EdfAnnotation>& annotations, std::size_t n_records,
                                    std::size_t record_size, double rate) {
  std::vector<std::string> lists;
  for (std::size_t r = 0; r < n_records; ++r) {
    lists.push_back("+" + decimal(static_cast<double>(r * record_size) / rate) + "\x14\x14" + std::string(1, '\0'));
  }
  for (std::size_t i = 0; i < annotations.size(); ++i) {
    const EdfAnnotation& one = annotations[i];
    const std::string name = check::detail::indexed("annotations", i);
    if (!(one.onset_s >= 0.0) || !std::isfinite(one.onset_s)) refuse(name + ".onset_s", "must be finite, not negative");
    if (one.duration_s && (!(*one.duration_s >= 0.0) || !std::isfinite(*one.duration_s))) {
      refuse(name + ".duration_s", "must be finite, not negative");
    }
    if (one.text.empty() || detail::to_utf8(one.text) != one.text ||
        std::any_of(one.text.begin(), one.text.end(), [](char c) { return c >= '\0' && c < ' '; })) {
      refuse(name + ".text", "must be UTF-8 without control characters, and not empty");
    }
    std::string list = "+" + decimal(one.onset_s + 0.0);  // no "+-0"
    if (one.duration_s) list += "\x15" + decimal(*one.duration_s + 0.0);
    lists[i * n_records / annotations.size()] += list + "\x14" + one.text + "\x14" + std::string(1, '\0');
  }
  return lists;
}

template <std::floating_point T>
std::vector<std::byte> format(const BasicRecording<T>& recording, const std::vector<EdfAnnotation>& annotations) {
  const std::size_t n_leads = recording.n_leads();
  const std::size_t n_samples = recording.n_samples();
  const double rate = recording.sampling_rate().hz();
  check::not_empty(where, "recording", n_samples);
  check::in_closed_range<std::size_t>(where, "recording.n_leads", n_leads, 1, 9998);

  std::vector<std::string> magnitudes;
  for (std::size_t l = 0; l < n_leads; ++l) {
    const std::string name = check::detail::indexed("recording.leads", l);
    if (recording.leads()[l].size() > 16 || !is_printable(recording.leads()[l])) {
      refuse(name, "must be printable ASCII of at most 16 characters");
    }
    if (recording.units[l].size() > field_width || !is_printable(recording.units[l])) {
      refuse(check::detail::indexed("recording.units", l), "must be printable ASCII of at most 8 characters");
    }
    check::all_finite(where, name, recording.lead(l));
    double largest = 0.0;
    for (const T value : recording.lead(l)) largest = std::max(largest, std::abs(static_cast<double>(value)));
    magnitudes.push_back(magnitude_text(largest, name));
  }

  constexpr std::size_t most_bytes = 61440;  // of a record, as EDF asks
  constexpr std::size_t list_allowance = 128;
  const std::size_t most_samples = (most_bytes - list_allowance) / (2 * n_leads);
  const RecordLength record = record_length(rate, n_samples, most_samples);
  const std::size_t n_records = (n_samples + record.n_samples - 1) / record.n_samples;
  if (n_records > 99'999'999) refuse("recording", "has more data records than 8 characters state");
  const std::vector<std::string> lists = time_lists(annotations, n_records, record.n_samples, rate);
  std::size_t list_size = 0;
  for (const std::string& list : lists) list_size = std::max(list_size, list.size());
  list_size += list_size % 2;

  EdfWriter writer;
  const std::size_t n_signals = n_leads + 1;
  const char* const sex = recording.sex == Sex::female ? "F" : recording.sex == Sex::male ? "M" : "X";
  writer.put("0", 8);
  writer.put(std::string("X ") + sex + " X X", 80);
  writer.put("Startdate X X X X", 80);
  writer.put("01.01.85", 8);
  writer.put("00.00.00", 8);
  writer.put(std::to_string(256 * (n_signals + 1)), 8);
  writer.put("EDF+C", 44);
  writer.put(std::to_string(n_records), 8);
  writer.put(record.duration, 8);
  writer.put(std::to_string(n_signals), 4);
  const auto column = [&](std::size_t width, const auto& lead_field, std::string_view annotation_field) {
    for (std::size_t l = 0; l < n_leads; ++l) writer.put(lead_field(l), width);
    writer.put(annotation_field, width);
  };
  const auto same = [](std::string text) { return [text = std::move(text)](std::size_t) { return text; }; };
  column(16, [&](std::size_t l) { return recording.leads()[l]; }, "EDF Annotations");
  column(80, same(""), "");
  column(8, [&](std::size_t l) { return recording.units[l]; }, "");
  column(8, [&](std::size_t l) { return "-" + magnitudes[l]; }, "-1");
  column(8, [&](std::size_t l) { return magnitudes[l]; }, "1");
  column(8, same(std::to_string(-digital_max)), "-32768");
  column(8, same(std::to_string(digital_max)), "32767");
  column(80, same(""), "");
  column(8, same(std::to_string(record.n_samples)), std::to_string(list_size / 2));
  column(32, same(""), "");
  for (std::size_t r = 0; r < n_records; ++r) {
    for (std::size_t l = 0; l < n_leads; ++l) {
      const double gain = number_of(magnitudes[l]) / digital_max;
      for (std::size_t i = 0; i < record.n_samples; ++i) {
        const std::size_t at = std::min(r * record.n_samples + i, n_samples - 1);
        writer.put_sample(static_cast<int>(std::lround(static_cast<double>(recording.lead(l)[at]) / gain)));
      }
    }
    writer.put_list(lists[r], list_size);
  }
  return std::move(writer.bytes);
}

}  // namespace

std::vector<std::byte> format_edf(const Recording& recording, const std::vector<EdfAnnotation>& annotations) {
  return format(recording, annotations);
}
std::vector<std::byte> format_edf(const RecordingFloat32& recording, const std::vector<EdfAnnotation>& annotations) {
  return format(recording, annotations);
}

void write_edf(const std::filesystem::path& path, const Recording& recording,
               const std::vector<EdfAnnotation>& annotations) {
  detail::write_file(path, format_edf(recording, annotations));
}
void write_edf(const std::filesystem::path& path, const RecordingFloat32& recording,
               const std::vector<EdfAnnotation>& annotations) {
  detail::write_file(path, format_edf(recording, annotations));
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
