#include <io/dicom_record.hpp>

#include <io/calendar.hpp>
#include <io/convert.hpp>
#include <io/dicom_elements.hpp>
#include <io/interleaved.hpp>
#include <io/scp_leads.hpp>
#include <io/text.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

/// "Lead aVR (Goldberger)" is aVR.
std::string lead_of_meaning(std::string_view meaning) {
  if (const auto bracket = meaning.find('('); bracket != std::string_view::npos) meaning = meaning.substr(0, bracket);
  if (meaning.starts_with("Lead ")) meaning.remove_prefix(5);
  return std::string{trim(meaning)};
}

/// The number behind the "5.6.3-9-" of SCP-ECG codes and the "2:" of MDC codes.
std::optional<std::size_t> scp_number(std::string_view code) {
  for (const std::string_view prefix : {"5.6.3-9-", "2:"}) {
    if (code.starts_with(prefix)) return parse_number<std::size_t>(code.substr(prefix.size()));
  }
  return std::nullopt;
}

/// "045Y", "011M", "003W", "010D"
std::optional<double> parse_age(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto number = parse_number<unsigned>(text.substr(0, text.size() - 1));
  return number ? age_in_years(*number, to_lower(text.back())) : std::nullopt;
}

std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
  if (text.size() < 8 || !std::all_of(text.begin(), text.begin() + 8, is_digit)) return std::nullopt;
  const auto part = [&](std::size_t first, std::size_t n) { return *parse_number<unsigned>(text.substr(first, n)); };
  return calendar_day(static_cast<int>(part(0, 4)), part(4, 2), part(6, 2));
}

struct DicomChannel {
  double factor = 1.0;
  double baseline = 0.0;
  UnitConversion unit;
};

struct DicomGroup {
  FileGroup description;
  std::vector<DicomChannel> channels;
  bool is_derived = false;
  bool is_signed = true;
  std::size_t sample_bytes = 2;
  std::uint64_t data_at = 0;
  std::optional<std::int64_t> padding;
};

class DicomFile final : public RecordingFile {
 public:
  explicit DicomFile(const Source& source) : source_(source) {
    const DicomElements elements = read_dicom_elements(source);
    const DicomElement* waveforms = find_element(elements, 0x54000100U);
    if (waveforms == nullptr || waveforms->items.empty()) fail(source.name(), "the DICOM object holds no waveform");
    for (const DicomElements& item : waveforms->items) multiplex_.push_back(read_group(item, waveforms->value_at));
    std::stable_sort(multiplex_.begin(), multiplex_.end(), [](const DicomGroup& a, const DicomGroup& b) {
      if (a.is_derived != b.is_derived) return b.is_derived;
      return a.description.sampling_rate_hz > b.description.sampling_rate_hz;
    });
    for (const DicomGroup& group : multiplex_) groups.push_back(group.description);
    const std::string letter = text(elements, 0x00100040U);
    if (letter == "F") sex = Sex::female;
    if (letter == "M") sex = Sex::male;
    age_years = parse_age(text(elements, 0x00101010U));
    if (!age_years) {
      auto at = parse_date(text(elements, 0x0008002AU));      // acquisition
      if (!at) at = parse_date(text(elements, 0x00080020U));  // study
      age_years = whole_years(parse_date(text(elements, 0x00100030U)), at);
    }
  }

  void read(std::size_t group, std::span<const std::size_t> channels, std::size_t start, std::size_t n,
            double* out) const override;

 private:
  [[nodiscard]] std::string text(const DicomElements& elements, std::uint32_t tag) const {
    return element_text(source_, find_element(elements, tag));
  }
  [[noreturn]] void refuse(std::uint64_t byte, const std::string& what) const { fail_at_byte(source_.name(), byte, what); }

  /// A required whole number of up to 4 bytes.
  std::uint64_t whole(const DicomElements& elements, std::uint32_t tag, std::uint64_t at, const char* what) const {
    const DicomElement* element = find_element(elements, tag);
    if (element == nullptr) refuse(at, std::string(what) + " is missing");
    if (element->length != 2 && element->length != 4) refuse(element->value_at, std::string(what) + " has no value");
    return static_cast<std::uint64_t>(integer(element->value_at, element->length, false));
  }
  /// An optional decimal string.
  std::optional<double> decimal(const DicomElements& elements, std::uint32_t tag, const char* what) const {
    const DicomElement* element = find_element(elements, tag);
    const std::string shown = element_text(source_, element);
    if (shown.empty()) return std::nullopt;
    const auto value = parse_number<double>(shown);
    if (!value || !std::isfinite(*value)) refuse(element->value_at, std::string(what) + " is not a number");
    return value;
  }
  std::int64_t integer(std::uint64_t at, std::size_t size, bool is_signed) const {
    std::array<std::byte, 4> bytes{};
    source_.read(at, std::span(bytes).first(size));
    return decode(bytes.data(), size, is_signed);
  }
  static std::int64_t decode(const std::byte* bytes, std::size_t size, bool is_signed) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= std::to_integer<std::uint32_t>(bytes[i]) << (8 * i);
    if (!is_signed) return value;
    const auto shift = static_cast<unsigned>(32 - 8 * size);
    return static_cast<std::int32_t>(value << shift) >> shift;
  }

  DicomGroup read_group(const DicomElements& item, std::uint64_t at) const;
  void read_channel(const DicomElements& item, std::uint64_t at, DicomGroup& group) const;

  const Source& source_;
  std::vector<DicomGroup> multiplex_;
};

DicomGroup DicomFile::read_group(const DicomElements& item, std::uint64_t at) const {
  DicomGroup group;
  const std::uint64_t n_channels = whole(item, 0x003A0005U, at, "the number of channels");
  const std::uint64_t n_samples = whole(item, 0x003A0010U, at, "the number of samples");
  const std::uint64_t bits = whole(item, 0x54001004U, at, "the number of bits allocated");
  const auto rate = decimal(item, 0x003A001AU, "the sampling frequency");
  if (!rate) refuse(at, "the sampling frequency is missing");
  if (!(*rate > 0.0)) refuse(at, "the sampling frequency is not positive");
  const std::string interpretation = text(item, 0x54001006U);
  const bool fits = (bits == 8 && (interpretation == "SB" || interpretation == "UB")) ||
                    (bits == 16 && (interpretation == "SS" || interpretation == "US")) ||
                    (bits == 32 && (interpretation == "SL" || interpretation == "UL"));
  if (!fits) {
    refuse(at, "samples of " + std::to_string(bits) + " bits interpreted as " + in_quotes(interpretation) +
                   " are not read: only SB, UB, SS, US, SL and UL are");
  }
  group.is_signed = interpretation.front() == 'S';
  group.sample_bytes = bits / 8;
  group.is_derived = text(item, 0x003A0004U) == "DERIVED";
  const DicomElement* definitions = find_element(item, 0x003A0200U);
  if (n_channels == 0) refuse(at, "the group has no channel");
  if (definitions == nullptr || definitions->items.size() != n_channels) {
    refuse(at, "the group has " + std::to_string(n_channels) + " channels, but " +
                   std::to_string(definitions == nullptr ? 0 : definitions->items.size()) + " are defined");
  }
  const DicomElement* data = find_element(item, 0x54001010U);
  if (data == nullptr) refuse(at, "the group has no waveform data");
  const std::uint64_t frame = n_channels * group.sample_bytes;
  const std::uint64_t size = frame * n_samples;  // below 2^16 * 4 * 2^32
  if (data->length != size + size % 2) {
    refuse(data->value_at, std::to_string(n_samples) + " samples of " + std::to_string(n_channels) +
                               " channels do not have " + std::to_string(data->length) + " bytes");
  }
  group.data_at = data->value_at;
  const DicomElement* padding = find_element(item, 0x5400100AU);
  if (padding != nullptr && padding->length >= group.sample_bytes) {
    group.padding = integer(padding->value_at, group.sample_bytes, group.is_signed);
  }
  group.description.sampling_rate_hz = *rate;
  group.description.n_samples = n_samples;
  for (const DicomElements& channel : definitions->items) read_channel(channel, definitions->value_at, group);
  return group;
}

void DicomFile::read_channel(const DicomElements& item, std::uint64_t at, DicomGroup& group) const {
  const auto coded = [&](std::uint32_t tag) {
    const DicomElement* sequence = find_element(item, tag);
    if (sequence == nullptr || sequence->items.empty()) return std::pair<std::string, std::string>{};
    return std::pair{text(sequence->items.front(), 0x00080100U), text(sequence->items.front(), 0x00080104U)};
  };
  const auto [code, meaning] = coded(0x003A0208U);
  std::string name = text(item, 0x003A0203U);
  const auto number = scp_number(code);
  if (number && *number > 0 && !scp_lead_name(*number).starts_with("SCP ")) name = scp_lead_name(*number);
  if (name.empty()) name = lead_of_meaning(meaning);
  if (name.empty()) name = "channel " + std::to_string(group.channels.size() + 1);

  DicomChannel channel;
  const auto sensitivity = decimal(item, 0x003A0210U, "the channel sensitivity");
  if (sensitivity) {
    channel.factor = *sensitivity * decimal(item, 0x003A0212U, "the sensitivity correction factor").value_or(1.0);
    channel.baseline = decimal(item, 0x003A0213U, "the channel baseline").value_or(0.0);
    if (channel.factor == 0.0 || !std::isfinite(channel.factor)) refuse(at, "the channel sensitivity is 0");
    channel.unit = convert_unit(coded(0x003A0211U).first);
  }
  group.description.channels.push_back({std::move(name), channel.unit.unit});
  group.channels.push_back(std::move(channel));
}

void DicomFile::read(std::size_t group, std::span<const std::size_t> channels, std::size_t start, std::size_t n,
                     double* out) const {
  const DicomGroup& from = multiplex_[group];
  const InterleavedLayout layout{from.data_at, from.channels.size(), from.sample_bytes};
  read_interleaved(source_, layout, channels, start, n, out, [&](std::size_t c, const std::byte* bytes) {
    const DicomChannel& channel = from.channels[c];
    const std::int64_t sample = decode(bytes, from.sample_bytes, from.is_signed);
    if (from.padding && sample == *from.padding) return std::numeric_limits<double>::quiet_NaN();
    const double value = static_cast<double>(sample) * channel.factor + channel.baseline;
    return value / channel.unit.divisor * channel.unit.factor;
  });
}

}  // namespace

bool looks_like_dicom(std::string_view head) {
  return head.size() >= 132 && head.substr(128, 4) == "DICM";
}

std::unique_ptr<RecordingFile> open_dicom(const Source& source, bool) {
  return std::make_unique<DicomFile>(source);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail

namespace heartsight::inline HEARTSIGHT_ABI::io {

Recording parse_dicom(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<double>(detail::open_dicom, "DICOM", bytes, name, options);
}
RecordingFloat32 parse_dicom_float32(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<float>(detail::open_dicom, "DICOM", bytes, name, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
