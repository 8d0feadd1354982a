#include <io/sierra_record.hpp>

#include <io/calendar.hpp>
#include <io/decoded_file.hpp>
#include <io/text.hpp>
#include <io/xli.hpp>
#include <io/xml_file.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

/// "1951-12-31"
std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_number<int>(text.substr(0, 4));
  const auto month = parse_number<unsigned>(text.substr(5, 2));
  const auto day = parse_number<unsigned>(text.substr(8));
  if (!year || !month || !day) return std::nullopt;
  return calendar_day(*year, *month, *day);
}

/// Half of it, rounded down: -3 gives -2.
std::int64_t half(std::int64_t value) {
  return value >> 1;
}

class SierraReader {
 public:
  SierraReader(const Source& source, DecodedFile& file) : xml_(source), file_(file) {
    const pugi::xml_node root = xml_.root();
    if (local_name(root.name()) != "restingecgdata") xml_.fail_at(root, "the document is not a Sierra restingecgdata");
    const std::string type = text_of(descend(root, {"documentinfo", "documenttype"}));
    const std::string version = text_of(descend(root, {"documentinfo", "documentversion"}));
    constexpr std::array<std::string_view, 4> versions = {"1.03", "1.04", "1.04.01", "1.04.02"};
    if ((type != "SierraECG" && type != "PhilipsECG") ||
        std::find(versions.begin(), versions.end(), version) == versions.end()) {
      xml_.fail_at(root, "documents of type " + in_quotes(type) + ", version " + in_quotes(version) + ", are not read");
    }
    characteristics_ = descend(root, {"dataacquisition", "signalcharacteristics"});
    waveforms_ = descend(root, {"waveforms", "parsedwaveforms"});
    if (!waveforms_) xml_.fail_at(root, "the document has no parsedwaveforms");
    read_waveforms();
    const pugi::xml_node person = descend(root, {"patient", "generalpatientdata"});
    read_person(person, child(root, "dataacquisition").attribute("date").value());
  }

 private:
  /// A setting of the waveforms: the attribute where it is there, else the element of the signal characteristics.
  double setting(const char* attribute, std::initializer_list<std::string_view> elements, const char* what) const {
    if (const auto value = waveforms_.attribute(attribute)) return xml_.number(waveforms_, value.value(), what);
    for (const std::string_view element : elements) {
      if (const pugi::xml_node node = child(characteristics_, element)) return xml_.number(node, text_of(node), what);
    }
    xml_.fail_at(waveforms_, std::string(what) + " is missing");
  }

  std::vector<std::string> lead_names() const {
    std::vector<std::string> names;
    const double stated =
        setting("numberofleads", {"numberchannelsallocated", "numberchannelsvalid"}, "the number of leads");
    constexpr double most = 64;
    if (!(stated >= 1.0 && stated <= most) || stated != std::floor(stated)) {
      xml_.fail_at(waveforms_, "the number of leads is not 1 to 64");
    }
    const auto n = static_cast<std::size_t>(stated);
    std::string_view labels = waveforms_.attribute("leadlabels").value();
    const std::string kind = text_of(child(characteristics_, "acquisitiontype"));
    const bool is_standard = kind == "STD-12" || kind == "10-WIRE";
    for (std::size_t i = 0; i < n; ++i) {
      std::string name{next_token(labels)};
      if (name.empty() && is_standard && i < standard_leads.size()) name = standard_leads[i];
      names.push_back(name.empty() ? "channel " + std::to_string(i + 1) : canonical_lead_name(name));
    }
    return names;
  }

  void read_waveforms() {
    const double rate = setting("samplespersecond", {"samplingrate"}, "the sampling rate");
    const double resolution = setting("resolution", {"resolution", "signalresolution"}, "the resolution");
    const double bits = setting("bitspersample", {"bitspersample"}, "the number of bits");
    const double duration_ms = setting("durationperchannel", {}, "the duration");
    if (!(rate > 0.0)) xml_.fail_at(waveforms_, "the sampling rate is not positive");
    if (!(resolution > 0.0)) xml_.fail_at(waveforms_, "the resolution is not positive");
    if (bits != 16.0) xml_.fail_at(waveforms_, "samples of other than 16 bits are not read");
    const double n_samples = duration_ms * rate / 1000.0;
    constexpr double longest = 1.0e7;  // hours: this is a format of resting tracings
    if (!(n_samples >= 2.0 && n_samples <= longest) || n_samples != std::floor(n_samples)) {
      xml_.fail_at(waveforms_, "the duration is not that of a whole number of samples, at least 2");
    }
    std::string method = waveforms_.attribute("compression").value();
    if (method.empty()) method = waveforms_.attribute("compressmethod").value();
    if (std::string_view(waveforms_.attribute("dataencoding").value()) != "Base64" || method != "XLI") {
      xml_.fail_at(waveforms_, "waveforms of encoding " + in_quotes(waveforms_.attribute("dataencoding").value()) +
                                   " and compression " + in_quotes(method) + " are not read: only XLI in Base64 is");
    }
    const auto packed = decode_base64(text_of(waveforms_));
    if (!packed) xml_.fail_at(waveforms_, "the waveforms are not base64");
    const std::vector<std::string> names = lead_names();
    std::span<const std::byte> rest = *packed;
    std::vector<std::vector<std::int64_t>> samples;
    for (std::size_t l = 0; l < names.size(); ++l) {
      auto lead = decode_xli(rest, static_cast<std::size_t>(n_samples));
      if (!lead) xml_.fail_at(waveforms_, "the compressed lead " + std::to_string(l + 1) + " is damaged");
      samples.push_back(std::move(*lead));
    }
    restore_limb_leads(names, samples);
    std::vector<DecodedFile::Channel> channels;
    for (std::size_t l = 0; l < names.size(); ++l) {
      std::vector<double> values(samples[l].size());
      std::transform(samples[l].begin(), samples[l].end(), values.begin(),
                     [&](std::int64_t sample) { return static_cast<double>(sample) * resolution / 1000.0; });
      channels.push_back({{names[l], "mV"}, std::move(values)});
    }
    file_.add_group(rate, std::move(channels));
  }

  /// III, aVR, aVL and aVF are stored as what is left of their prediction, in whole steps.
  void restore_limb_leads(const std::vector<std::string>& names, std::vector<std::vector<std::int64_t>>& samples) const {
    std::array<std::vector<std::int64_t>*, 6> limb{};
    for (std::size_t i = 0; i < limb.size(); ++i) {
      const auto found = std::find(names.begin(), names.end(), standard_leads[i]);
      if (found != names.end()) limb[i] = &samples[static_cast<std::size_t>(found - names.begin())];
    }
    const auto& [one, two, three, avr, avl, avf] = limb;
    if (std::any_of(limb.begin() + 2, limb.end(), [](const auto* lead) { return lead != nullptr; }) &&
        (one == nullptr || two == nullptr || three == nullptr)) {
      xml_.fail_at(waveforms_, "limb leads are stored as differences from I, II and III, which are not all there");
    }
    if (three == nullptr) return;
    for (std::size_t i = 0; i < three->size(); ++i) {
      const std::int64_t a = (*one)[i];
      const std::int64_t b = (*two)[i];
      (*three)[i] = b - a - (*three)[i];
      const std::int64_t c = (*three)[i];
      if (avr != nullptr) (*avr)[i] = -(*avr)[i] - half(a + b);
      if (avl != nullptr) (*avl)[i] = half(a - c) - (*avl)[i];
      if (avf != nullptr) (*avf)[i] = half(b + c) - (*avf)[i];
    }
  }

  void read_person(pugi::xml_node person, std::string_view recorded) {
    const std::string word = to_lower(text_of(child(person, "sex")));
    if (word == "female") file_.sex = Sex::female;
    if (word == "male") file_.sex = Sex::male;
    const pugi::xml_node age = child(person, "age");
    for (const std::string_view unit : {"years", "months", "weeks", "days"}) {
      const auto number = parse_number<double>(text_of(child(age, unit)));
      const bool whole = number && (*number > 0.0 || unit == "days");  // 0 years and 6 months is half a year
      if (whole && *number >= 0.0 && !file_.age_years) file_.age_years = age_in_years(*number, unit.front());
    }
    if (!file_.age_years)
      file_.age_years = whole_years(parse_date(text_of(child(age, "dateofbirth"))), parse_date(recorded));
  }

  XmlFile xml_;
  DecodedFile& file_;
  pugi::xml_node characteristics_;
  pugi::xml_node waveforms_;
};

}  // namespace

bool looks_like_sierra(std::string_view head) {
  return root_name(head) == "restingecgdata";
}

std::unique_ptr<RecordingFile> open_sierra(const Source& source, bool) {
  auto file = std::make_unique<DecodedFile>();
  const SierraReader reader(source, *file);
  return file;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail

namespace heartsight::inline HEARTSIGHT_ABI::io {

Recording parse_sierra(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<double>(detail::open_sierra, "Philips Sierra XML", bytes, name, options);
}
RecordingFloat32 parse_sierra_float32(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<float>(detail::open_sierra, "Philips Sierra XML", bytes, name, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
