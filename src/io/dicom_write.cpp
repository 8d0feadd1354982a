#include <heartsight/io/dicom.hpp>

#include <heartsight/core/check.hpp>
#include <heartsight/core/sha256.hpp>
#include <io/scp_leads.hpp>
#include <io/write_file.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace heartsight::inline HEARTSIGHT_ABI::io {
namespace {

constexpr auto where = "write_dicom";
constexpr int padding = -32768;
constexpr int digital_max = 32767;
constexpr std::string_view general_ecg = "1.2.840.10008.5.1.4.1.1.9.1.2";
constexpr std::string_view ambulatory_ecg = "1.2.840.10008.5.1.4.1.1.9.1.3";

[[noreturn]] void refuse(const std::string& name, const std::string& rule) {
  check::detail::fail<DomainError>(where, name, "", rule);
}

std::string little_endian(std::uint32_t value, std::size_t n_bytes) {
  std::string bytes;
  for (std::size_t b = 0; b < n_bytes; ++b) bytes.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * b))));
  return bytes;
}

/// One data element in explicit VR little endian.
std::string element(std::uint32_t tag, std::string_view vr, std::string_view value) {
  std::string bytes = little_endian(tag >> 16U, 2) + little_endian(tag & 0xFFFFU, 2);
  const std::size_t size = value.size() + value.size() % 2;
  bytes.append(vr);
  if (vr == "OB" || vr == "OW" || vr == "SQ") {
    bytes.append(2, '\0').append(little_endian(static_cast<std::uint32_t>(size), 4));
  } else {
    bytes.append(little_endian(static_cast<std::uint32_t>(size), 2));
  }
  bytes.append(value);
  if (size > value.size()) bytes.push_back(vr == "UI" || vr == "OB" || vr == "OW" ? '\0' : ' ');
  return bytes;
}

/// A sequence of one item.
std::string sequence(std::uint32_t tag, std::string_view item) {
  std::string body("\xFE\xFF\x00\xE0", 4);
  body.append(little_endian(static_cast<std::uint32_t>(item.size()), 4)).append(item);
  return element(tag, "SQ", body);
}

std::string code(std::uint32_t tag, std::string_view value, std::string_view scheme, std::string_view meaning) {
  return sequence(
      tag, element(0x00080100U, "SH", value) + element(0x00080102U, "SH", scheme) + element(0x00080104U, "LO", meaning));
}

/// An identifier that is made of what it names: 2.25 and a number of 128 bits, as DICOM allows without registration.
std::string uid_of(std::string_view kind, std::string_view content) {
  Sha256 sum;
  sum.update(kind);
  sum.update(content);
  std::string hex = sum.hex_digest().substr(0, 32);
  std::string digits;
  while (!hex.empty()) {
    unsigned remainder = 0;
    std::string quotient;
    for (const char c : hex) {
      const unsigned value = remainder * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
      remainder = value % 10;
      const unsigned digit = value / 10;
      if (digit != 0 || !quotient.empty())
        quotient.push_back(static_cast<char>(digit < 10 ? '0' + digit : 'a' + (digit - 10)));
    }
    digits.push_back(static_cast<char>('0' + remainder));
    hex = quotient;
  }
  std::reverse(digits.begin(), digits.end());
  return "2.25." + digits;
}

/// A decimal string of at most 16 characters, or nothing.
std::optional<std::string> decimal(double value) {
  std::array<char, 64> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string text(digits.data(), end);
  constexpr std::size_t longest = 16;
  if (text.size() > longest) return std::nullopt;
  return text;
}

/// The least step in microvolts, of ten digits, with which 16 bits reach the magnitude.
double step_uv(double magnitude_mv) {
  if (magnitude_mv == 0.0) return 1.0;
  const double least = magnitude_mv * 1000.0 / digital_max;
  std::array<char, 32> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), least * (1.0 + 1.0e-9), std::chars_format::scientific, 8)
          .ptr;
  double step = 0.0;
  std::from_chars(digits.data(), end, step);
  return step;
}

std::size_t lead_number(const std::string& lead, const std::string& name) {
  constexpr std::size_t n_leads = 73;
  for (std::size_t number = 1; number < n_leads; ++number) {
    if (detail::scp_lead_name(number) == lead) return number;
  }
  refuse(name, "is not a lead that ISO/IEEE 11073-10102 has a code for");
}

template <std::floating_point T>
std::string waveform(const BasicRecording<T>& recording, const std::string& rate) {
  const std::size_t n_leads = recording.n_leads();
  const std::size_t n_samples = recording.n_samples();
  std::string channels;
  std::vector<double> steps;
  for (std::size_t l = 0; l < n_leads; ++l) {
    const std::string name = check::detail::indexed("recording.leads", l);
    const std::string& lead = recording.leads()[l];
    const std::size_t number = lead_number(lead, name);
    if (recording.units[l] != "mV") refuse(check::detail::indexed("recording.units", l), "must be mV");
    double magnitude = 0.0;
    for (const T value : recording.lead(l)) {
      if (std::isinf(value)) refuse(name, "has an infinite value");
      if (!std::isnan(value)) magnitude = std::max(magnitude, std::abs(static_cast<double>(value)));
    }
    steps.push_back(step_uv(magnitude));
    const auto shown = decimal(steps.back());
    if (!shown || magnitude > 1.0e9) refuse(name, "has values of no physiological size");
    const std::string channel =
        element(0x003A0203U, "SH", lead) + code(0x003A0208U, "2:" + std::to_string(number), "MDC", "Lead " + lead) +
        element(0x003A0210U, "DS", *shown) + code(0x003A0211U, "uV", "UCUM", "microvolt") + element(0x003A0212U, "DS", "1") +
        element(0x003A0213U, "DS", "0") + element(0x003A0215U, "DS", "0") + element(0x003A021AU, "US", little_endian(16, 2));
    channels.append("\xFE\xFF\x00\xE0", 4)
        .append(little_endian(static_cast<std::uint32_t>(channel.size()), 4))
        .append(channel);
  }
  std::string data;
  data.reserve(2 * n_leads * n_samples);
  for (std::size_t i = 0; i < n_samples; ++i) {
    for (std::size_t l = 0; l < n_leads; ++l) {
      const double value = static_cast<double>(recording.lead(l)[i]);
      const long digital = std::isnan(value) ? padding : std::lround(value * 1000.0 / steps[l]);
      data.append(little_endian(static_cast<std::uint32_t>(digital) & 0xFFFFU, 2));
    }
  }
  return element(0x003A0004U, "CS", "ORIGINAL") +
         element(0x003A0005U, "US", little_endian(static_cast<std::uint32_t>(n_leads), 2)) +
         element(0x003A0010U, "UL", little_endian(static_cast<std::uint32_t>(n_samples), 4)) +
         element(0x003A001AU, "DS", rate) + element(0x003A0200U, "SQ", channels) +
         element(0x54001004U, "US", little_endian(16, 2)) + element(0x54001006U, "CS", "SS") +
         element(0x5400100AU, "OW", little_endian(0x8000U, 2)) + element(0x54001010U, "OW", data);
}

template <std::floating_point T>
std::vector<std::byte> format(const BasicRecording<T>& recording) {
  check::not_empty(where, "recording", recording.n_samples());
  const double hz = recording.sampling_rate().hz();
  const std::size_t n_leads = recording.n_leads();
  const bool is_general = hz >= 200.0 && n_leads <= 24;
  if (!(hz <= 1000.0 && (is_general || (hz >= 50.0 && n_leads <= 12)))) {
    refuse("recording",
           "must have 200 to 1000 Hz and at most 24 leads, or 50 to 1000 Hz and at most 12: DICOM has no other ECG");
  }
  constexpr std::size_t most_values = std::size_t{1} << 30;
  if (recording.n_samples() > most_values / n_leads) refuse("recording", "is longer than one DICOM waveform can be");
  const auto rate = decimal(hz);
  if (!rate) refuse("recording.sampling_rate", "cannot be stated in 16 characters");

  const std::string item = waveform(recording, *rate);
  const std::string instance = uid_of("instance", item);
  const std::string_view kind = is_general ? general_ecg : ambulatory_ecg;
  std::string age;
  if (recording.age_years) {
    age = std::to_string(static_cast<int>(std::floor(std::min(*recording.age_years, 999.0))));
    age.insert(0, 3 - age.size(), '0').push_back('Y');
  }
  const std::string_view sex = recording.sex == Sex::female ? "F" : recording.sex == Sex::male ? "M" : "";
  // The day that EDF+ uses for anonymous recordings: the dates of a waveform may not be empty.
  constexpr std::string_view no_day = "19850101";
  constexpr std::string_view no_time = "000000";
  const std::string data_set =
      element(0x00080016U, "UI", kind) + element(0x00080018U, "UI", instance) + element(0x00080020U, "DA", "") +
      element(0x00080023U, "DA", no_day) + element(0x0008002AU, "DT", std::string(no_day) + std::string(no_time)) +
      element(0x00080030U, "TM", "") + element(0x00080033U, "TM", no_time) + element(0x00080050U, "SH", "") +
      element(0x00080060U, "CS", "ECG") + element(0x00080070U, "LO", "") + element(0x00080090U, "PN", "") +
      element(0x00100010U, "PN", "") + element(0x00100020U, "LO", "") + element(0x00100030U, "DA", "") +
      element(0x00100040U, "CS", sex) + (age.empty() ? std::string() : element(0x00101010U, "AS", age)) +
      element(0x0020000DU, "UI", uid_of("study", item)) + element(0x0020000EU, "UI", uid_of("series", item)) +
      element(0x00200010U, "SH", "") + element(0x00200011U, "IS", "") + element(0x00200013U, "IS", "1") +
      element(0x00400555U, "SQ", "") + sequence(0x54000100U, item);
  const std::string meta = element(0x00020001U, "OB", std::string_view("\0\1", 2)) + element(0x00020002U, "UI", kind) +
                           element(0x00020003U, "UI", instance) + element(0x00020010U, "UI", "1.2.840.10008.1.2.1") +
                           element(0x00020012U, "UI", uid_of("implementation", "heartsight"));
  std::string file(128, '\0');
  file.append("DICM");
  file.append(element(0x00020000U, "UL", little_endian(static_cast<std::uint32_t>(meta.size()), 4)));
  file.append(meta).append(data_set);
  const auto bytes = std::as_bytes(std::span(file));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::vector<std::byte> format_dicom(const Recording& recording) {
  return format(recording);
}
std::vector<std::byte> format_dicom(const RecordingFloat32& recording) {
  return format(recording);
}

void write_dicom(const std::filesystem::path& path, const Recording& recording) {
  detail::write_file(path, format_dicom(recording));
}
void write_dicom(const std::filesystem::path& path, const RecordingFloat32& recording) {
  detail::write_file(path, format_dicom(recording));
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
