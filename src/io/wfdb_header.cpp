#include <heartsight/io/wfdb_header.hpp>

#include <io/header_comments.hpp>
#include <io/source.hpp>
#include <io/text.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace heartsight::inline HEARTSIGHT_ABI::io {
namespace detail {
namespace {

constexpr std::array<int, 14> known_formats = {0, 8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 516, 524};
// 2^46 samples are 70 TB; products with the samples per frame stay below 2^62.
constexpr std::int64_t largest_count = std::int64_t{1} << 46;
constexpr std::int64_t largest_samples_per_frame = 65536;

/// Parses the fields of one header; it knows where it is, so that every message names file and line.
class HeaderParser {
 public:
  HeaderParser(std::string_view name, bool keep_header) : name_(name), keep_header_(keep_header) {}

  WfdbHeader parse(std::string_view text);

 private:
  [[noreturn]] void fail(const std::string& what) const { fail_at_line(name_, line_, what); }

  std::int64_t integer(std::string_view token, const char* field, std::int64_t low, std::int64_t high) const {
    const auto value = parse_number<std::int64_t>(token);
    if (!value) fail(std::string(field) + " '" + printable(token) + "' is not an integer");
    if (*value < low || *value > high) {
      fail(std::string(field) + " = " + std::to_string(*value) + " must lie in [" + std::to_string(low) + ", " +
           std::to_string(high) + "]");
    }
    return *value;
  }

  std::size_t count(std::string_view token, const char* field) const {
    return static_cast<std::size_t>(integer(token, field, 0, largest_count));
  }

  double real(std::string_view token, const char* field) const {
    const auto value = parse_number<double>(token);
    if (!value || !std::isfinite(*value)) fail(std::string(field) + " '" + printable(token) + "' is not a finite number");
    return *value;
  }

  /// A file or record name inside the header's own folder. A header comes from anywhere: it must not make us open
  /// /etc/passwd or ../../other, so absolute names, ".." and control characters are refused.
  std::string file_name(std::string_view token, const char* field) const {
    bool inside = !token.empty() && token.front() != '/' && token != "-" && token != ".";
    for (std::size_t begin = 0; begin <= token.size();) {
      const std::size_t end = std::min(token.find('/', begin), token.size());
      if (token.substr(begin, end - begin) == "..") inside = false;
      begin = end + 1;
    }
    for (const char c : token) {
      if (static_cast<unsigned char>(c) < 0x20U || c == '\x7f') inside = false;
    }
    if (!inside) {
      fail(std::string(field) + " '" + printable(token) + "' must name a file in the header's own folder or below it");
    }
    return std::string{token};
  }

  void record_line(std::string_view line);
  void signal_line(std::string_view line);
  void format_field(std::string_view token, WfdbSignal& signal) const;
  /// Returns true when the field states a baseline.
  bool gain_field(std::string_view token, WfdbSignal& signal) const;
  void segment_line(std::string_view line);

  std::string_view name_;
  bool keep_header_;
  std::size_t line_ = 0;
  std::size_t n_segments_ = 0;
  WfdbHeader header_;
};

WfdbHeader HeaderParser::parse(std::string_view text) {
  const std::string utf8 = to_utf8(text);
  std::string_view rest = utf8;
  Demographics demographics;
  bool has_record_line = false;
  while (!rest.empty()) {
    const std::string_view line = trim(next_line(rest));
    ++line_;
    if (keep_header_ && !line.empty()) header_.text.emplace_back(line);
    if (line.empty()) continue;
    if (line.front() == '#') {
      const std::string_view comment = trim(line.substr(1));
      demographics.read(comment);
      if (keep_header_) header_.comments.emplace_back(comment);
    } else if (!has_record_line) {
      record_line(line);
      has_record_line = true;
    } else if (header_.is_multi_segment) {
      if (header_.segments.size() == n_segments_) fail("more segments than the " + std::to_string(n_segments_) + " stated");
      segment_line(line);
    } else {
      if (header_.signals.size() == header_.n_signals) {
        fail("more signals than the " + std::to_string(header_.n_signals) + " stated");
      }
      signal_line(line);
    }
  }
  if (!has_record_line) fail("the record line is missing");
  if (header_.is_multi_segment ? header_.segments.size() < n_segments_ : header_.signals.size() < header_.n_signals) {
    fail("the header ends after " +
         (header_.is_multi_segment
              ? std::to_string(header_.segments.size()) + " of " + std::to_string(n_segments_) + " segments"
              : std::to_string(header_.signals.size()) + " of " + std::to_string(header_.n_signals) + " signals"));
  }
  if (demographics.age_years) {
    header_.age_censored = *demographics.age_years > 89.0;
    header_.age_years = header_.age_censored ? 90.0 : *demographics.age_years;
  }
  header_.sex = demographics.sex;
  return std::move(header_);
}

void HeaderParser::record_line(std::string_view line) {
  std::string_view name = next_token(line);
  if (const auto slash = name.rfind('/'); slash != std::string_view::npos) {
    header_.is_multi_segment = true;
    n_segments_ = static_cast<std::size_t>(integer(name.substr(slash + 1), "number of segments", 1, largest_count));
    name = name.substr(0, slash);
  }
  header_.record_name = std::string{name};
  if (name.empty()) fail("the record has no name");
  const std::string_view n_signals = next_token(line);
  if (n_signals.empty()) fail("number of signals is missing");
  header_.n_signals = count(n_signals, "number of signals");

  if (std::string_view rate = next_token(line); !rate.empty()) {
    const std::size_t slash = rate.find('/');
    if (slash != std::string_view::npos) {
      std::string_view counter = rate.substr(slash + 1);
      if (const std::size_t open = counter.find('('); open != std::string_view::npos) {
        if (counter.back() != ')') fail("base counter value has no closing parenthesis");
        header_.base_counter = real(counter.substr(open + 1, counter.size() - open - 2), "base counter value");
        counter = counter.substr(0, open);
      }
      header_.counter_rate_hz = real(counter, "counter frequency");
      rate = rate.substr(0, slash);
    }
    header_.frame_rate_hz = real(rate, "sampling frequency");
    if (!(header_.frame_rate_hz > 0.0) || header_.frame_rate_hz > 1.0e12) {
      fail("sampling frequency '" + printable(rate) + "' must be positive");
    }
  }
  if (const std::string_view n_samples = next_token(line); !n_samples.empty()) {
    const std::size_t value = count(n_samples, "number of samples");
    if (value != 0) header_.n_samples = value;  // 0 stands for "not known"
    // A layout header has length 0 by definition; its reader knows.
  }
  const std::string_view time = next_token(line);
  const std::string_view date = next_token(line);
  if (keep_header_) {
    header_.base_time = std::string{time};
    header_.base_date = std::string{date};
  }
}

void HeaderParser::format_field(std::string_view token, WfdbSignal& signal) const {
  // FORMAT[xSAMPLES_PER_FRAME][:SKEW][+BYTE_OFFSET]
  const auto part = [&](char mark) -> std::optional<std::string_view> {
    const std::size_t at = token.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    const std::size_t end = std::min(token.find_first_of("x:+", at + 1), token.size());
    return token.substr(at + 1, end - at - 1);
  };
  const std::string_view number = token.substr(0, std::min(token.find_first_of("x:+"), token.size()));
  signal.format = static_cast<int>(integer(number, "signal format", 0, 100000));
  if (std::find(known_formats.begin(), known_formats.end(), signal.format) == known_formats.end()) {
    fail("signal format " + std::to_string(signal.format) + " is not known");
  }
  if (std::count(token.begin(), token.end(), 'x') > 1 || std::count(token.begin(), token.end(), ':') > 1 ||
      std::count(token.begin(), token.end(), '+') > 1) {
    fail("signal format '" + printable(token) + "' states a field twice");
  }
  if (const auto text = part('x')) {
    signal.samples_per_frame = static_cast<std::size_t>(integer(*text, "samples per frame", 1, largest_samples_per_frame));
  }
  if (const auto text = part(':')) signal.skew = count(*text, "skew");
  if (const auto text = part('+')) signal.byte_offset = count(*text, "byte offset");
}

bool HeaderParser::gain_field(std::string_view token, WfdbSignal& signal) const {
  // GAIN[(BASELINE)][/UNITS]
  if (const std::size_t slash = token.find('/'); slash != std::string_view::npos) {
    if (slash + 1 < token.size()) signal.units = std::string{token.substr(slash + 1)};
    token = token.substr(0, slash);
  }
  bool has_baseline = false;
  if (const std::size_t open = token.find('('); open != std::string_view::npos) {
    if (token.back() != ')') fail("baseline has no closing parenthesis");
    const double baseline = real(token.substr(open + 1, token.size() - open - 2), "baseline");
    if (baseline != std::floor(baseline) || std::abs(baseline) > static_cast<double>(largest_count)) {
      fail("baseline must be an integer");
    }
    signal.baseline = static_cast<std::int64_t>(baseline);
    has_baseline = true;
    token = token.substr(0, open);
  }
  signal.gain = real(token, "gain");
  if (signal.gain == 0.0) signal.gain = 200.0;  // "uncalibrated": the specification's default
  if (std::abs(signal.gain) < 1.0e-100) fail("gain is too close to 0");
  return has_baseline;
}

void HeaderParser::signal_line(std::string_view line) {
  WfdbSignal signal;
  const std::string_view file = next_token(line);
  signal.file_name = file == "~" ? "~" : file_name(file, "signal file");
  const std::string_view format = next_token(line);
  if (format.empty()) fail("signal format is missing");
  format_field(format, signal);
  if ((signal.file_name == "~") != (signal.format == 0)) {
    // Writers differ in whether a signal without samples has format 0; the name decides.
    if (signal.file_name != "~") fail("format 0 has no samples, but a signal file is named");
    signal.format = 0;
  }

  bool has_baseline = false;
  constexpr std::int64_t low = -largest_count;
  if (const auto token = next_token(line); !token.empty()) has_baseline = gain_field(token, signal);
  if (const auto token = next_token(line); !token.empty()) {
    signal.adc_resolution = static_cast<int>(integer(token, "ADC resolution", 0, 1024));
  }
  if (const auto token = next_token(line); !token.empty()) signal.adc_zero = integer(token, "ADC zero", low, largest_count);
  if (!has_baseline) signal.baseline = signal.adc_zero;
  signal.initial_value = signal.adc_zero;
  if (const auto token = next_token(line); !token.empty()) {
    signal.initial_value = integer(token, "initial value", low, largest_count);
  }
  if (const auto token = next_token(line); !token.empty()) {
    signal.checksum = static_cast<std::int32_t>(
        integer(token, "checksum", std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
  }
  if (const auto token = next_token(line); !token.empty())
    signal.block_size = integer(token, "block size", low, largest_count);
  signal.name = std::string{trim(line)};
  if (signal.name.empty()) signal.name = "signal " + std::to_string(header_.signals.size());
  header_.signals.push_back(std::move(signal));
}

void HeaderParser::segment_line(std::string_view line) {
  WfdbSegment segment;
  const std::string_view name = next_token(line);
  segment.name = name == "~" ? "~" : file_name(name, "segment");
  const std::string_view n_samples = next_token(line);
  if (n_samples.empty()) fail("number of samples of the segment is missing");
  segment.n_samples = count(n_samples, "number of samples of the segment");
  header_.segments.push_back(std::move(segment));
}

}  // namespace
}  // namespace detail

WfdbHeader parse_wfdb_header(std::string_view text, std::string_view name, bool keep_header) {
  return detail::HeaderParser(name, keep_header).parse(text);
}

WfdbHeader read_wfdb_header(const std::filesystem::path& path, bool keep_header) {
  std::filesystem::path file = path;
  std::error_code ignored;
  if (path.extension() != ".hea" && !std::filesystem::is_regular_file(path, ignored)) file += ".hea";
  const auto source = detail::open_file(file);
  return parse_wfdb_header(detail::read_text(*source), source->name(), keep_header);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
