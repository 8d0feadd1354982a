#include <io/muse_record.hpp>

#include <io/calendar.hpp>
#include <io/convert.hpp>
#include <io/decoded_file.hpp>
#include <io/text.hpp>
#include <io/xml_file.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

/// "12-31-1951"
std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
  if (text.size() != 10 || text[2] != '-' || text[5] != '-') return std::nullopt;
  const auto month = parse_number<unsigned>(text.substr(0, 2));
  const auto day = parse_number<unsigned>(text.substr(3, 2));
  const auto year = parse_number<int>(text.substr(6));
  if (!month || !day || !year) return std::nullopt;
  return calendar_day(*year, *month, *day);
}

class MuseReader {
 public:
  MuseReader(const Source& source, DecodedFile& file) : xml_(source), source_(source), file_(file) {
    const pugi::xml_node root = xml_.root();
    if (local_name(root.name()) != "RestingECG") xml_.fail_at(root, "the document is not a MUSE RestingECG");
    std::vector<Waveform> waveforms;
    // A document has a rhythm and a median waveform. Many with gaps between their leads would ask for much memory.
    constexpr std::size_t most_waveforms = 16;
    const std::vector<pugi::xml_node> nodes = children(root, "Waveform");
    if (nodes.size() > most_waveforms) xml_.fail_at(root, "has " + std::to_string(nodes.size()) + " waveforms, too many");
    for (const pugi::xml_node node : nodes) waveforms.push_back(read_waveform(node));
    std::erase_if(waveforms, [](const Waveform& w) { return w.channels.empty(); });
    if (waveforms.empty()) xml_.fail_at(root, "the document has no waveform with leads");
    std::stable_sort(waveforms.begin(), waveforms.end(), [](const Waveform& a, const Waveform& b) {
      return a.is_rhythm != b.is_rhythm ? a.is_rhythm : a.rate > b.rate;
    });
    for (Waveform& waveform : waveforms) file_.add_group(waveform.rate, std::move(waveform.channels));
    read_person(child(root, "PatientDemographics"), child(root, "TestDemographics"));
  }

 private:
  struct Waveform {
    double rate = 0.0;
    bool is_rhythm = false;
    std::vector<DecodedFile::Channel> channels;
  };

  double number_in(pugi::xml_node parent, std::string_view name) const {
    const pugi::xml_node node = child(parent, name);
    if (!node) xml_.fail_at(parent, std::string(name) + " is missing");
    return xml_.number(node, text_of(node), std::string(name).c_str());
  }
  std::size_t count_in(pugi::xml_node parent, std::string_view name) const {
    const double value = number_in(parent, name);
    constexpr double largest = 1.0e9;
    if (!(value >= 0.0 && value <= largest) || value != std::floor(value)) {
      xml_.fail_at(child(parent, name), std::string(name) + " is not a number of samples or bytes");
    }
    return static_cast<std::size_t>(value);
  }

  Waveform read_waveform(pugi::xml_node node) const {
    Waveform waveform;
    const std::vector<pugi::xml_node> nodes = children(node, "LeadData");
    if (nodes.empty()) return waveform;
    constexpr std::size_t most_leads = 64;
    if (nodes.size() > most_leads)
      xml_.fail_at(node, "has " + std::to_string(nodes.size()) + " leads, too many to be an ECG");
    waveform.is_rhythm = to_lower(text_of(child(node, "WaveformType"))) == "rhythm";
    const double exponent = child(node, "SampleExponent") ? number_in(node, "SampleExponent") : 0.0;
    waveform.rate = number_in(node, "SampleBase") * std::pow(10.0, exponent);
    if (!(waveform.rate > 0.0) || !std::isfinite(waveform.rate)) xml_.fail_at(node, "the sampling rate is not positive");
    std::vector<TimedLead> leads;
    for (const pugi::xml_node lead : nodes) {
      leads.push_back(read_lead(lead));
      const auto same = [&](const TimedLead& other) { return other.description.name == leads.back().description.name; };
      if (std::any_of(leads.begin(), leads.end() - 1, same)) xml_.fail_at(lead, "the lead stands twice");
    }
    waveform.channels = align_leads(source_.name(), std::move(leads));
    add_limb_leads(waveform.channels);
    return waveform;
  }

  TimedLead read_lead(pugi::xml_node node) const {
    TimedLead lead;
    lead.description = {canonical_lead_name(text_of(child(node, "LeadID"))), "mV"};
    if (lead.description.name.empty()) xml_.fail_at(node, "a lead has no LeadID");
    if (child(node, "LeadSampleSize") && count_in(node, "LeadSampleSize") != 2) {
      xml_.fail_at(node, "samples of other than 2 bytes are not read");
    }
    if (child(node, "LeadOffsetFirstSample")) lead.first_sample = count_in(node, "LeadOffsetFirstSample");
    const double per_bit = number_in(node, "LeadAmplitudeUnitsPerBit");
    if (!(per_bit > 0.0)) xml_.fail_at(node, "LeadAmplitudeUnitsPerBit is not positive");
    std::string unit_name = to_lower(text_of(child(node, "LeadAmplitudeUnits")));
    if (unit_name.empty()) unit_name = "microvolts";
    const UnitConversion unit = convert_unit(unit_name);
    if (unit.unit != "mV") xml_.fail_at(node, "LeadAmplitudeUnits is not a unit of voltage");
    const pugi::xml_node data = child(node, "WaveFormData");
    const auto bytes = decode_base64(text_of(data));
    if (!data || !bytes) xml_.fail_at(node, "WaveFormData is missing or not base64");
    const std::size_t n = count_in(node, "LeadSampleCountTotal");
    if (bytes->size() != 2 * n) {
      xml_.fail_at(node, "the lead is said to have " + std::to_string(n) + " samples, its data have " +
                             std::to_string(bytes->size()) + " bytes");
    }
    lead.values.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto word = static_cast<std::uint16_t>(std::to_integer<unsigned>((*bytes)[2 * i]) |
                                                   std::to_integer<unsigned>((*bytes)[2 * i + 1]) << 8U);
      lead.values.push_back(static_cast<std::int16_t>(word) * per_bit / unit.divisor * unit.factor);
    }
    return lead;
  }

  /// Puts what is absent of III, aVR, aVL and aVF behind lead II.
  static void add_limb_leads(std::vector<DecodedFile::Channel>& channels) {
    const auto find = [&](std::string_view name) {
      return std::find_if(channels.begin(), channels.end(),
                          [&](const DecodedFile::Channel& c) { return c.description.name == name; });
    };
    if (find("I") == channels.end() || find("II") == channels.end()) return;
    const std::vector<double> one = find("I")->values;
    const std::vector<double> two = find("II")->values;
    auto behind = find("II") + 1;
    const auto add = [&](const char* name, double (*value)(double, double)) {
      if (const auto there = find(name); there != channels.end()) return;
      std::vector<double> values(one.size());
      std::transform(one.begin(), one.end(), two.begin(), values.begin(), value);
      behind = channels.insert(behind, {{name, "mV"}, std::move(values)}) + 1;
    };
    add("III", [](double i, double ii) { return ii - i; });
    add("aVR", [](double i, double ii) { return -(i + ii) / 2.0; });
    add("aVL", [](double i, double ii) { return i - ii / 2.0; });
    add("aVF", [](double i, double ii) { return ii - i / 2.0; });
  }

  void read_person(pugi::xml_node patient, pugi::xml_node test) {
    const std::string gender = to_lower(text_of(child(patient, "Gender")));
    if (gender == "female" || gender == "f") file_.sex = Sex::female;
    if (gender == "male" || gender == "m") file_.sex = Sex::male;
    const auto age = parse_number<double>(text_of(child(patient, "PatientAge")));
    const std::string unit = to_lower(text_of(child(patient, "AgeUnits")));
    if (age && *age >= 0.0) file_.age_years = age_in_years(*age, unit.empty() ? 'y' : unit.front());
    if (!file_.age_years) {
      file_.age_years = whole_years(parse_date(text_of(child(patient, "DateofBirth"))),
                                    parse_date(text_of(child(test, "AcquisitionDate"))));
    }
  }

  XmlFile xml_;
  const Source& source_;
  DecodedFile& file_;
};

}  // namespace

bool looks_like_muse(std::string_view head) {
  return root_name(head) == "RestingECG";
}

std::unique_ptr<RecordingFile> open_muse(const Source& source, bool) {
  auto file = std::make_unique<DecodedFile>();
  const MuseReader reader(source, *file);
  return file;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail

namespace heartsight::inline HEARTSIGHT_ABI::io {

Recording parse_muse(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<double>(detail::open_muse, "MUSE XML", bytes, name, options);
}
RecordingFloat32 parse_muse_float32(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<float>(detail::open_muse, "MUSE XML", bytes, name, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
