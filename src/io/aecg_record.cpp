#include <io/aecg_record.hpp>

#include <io/calendar.hpp>
#include <io/convert.hpp>
#include <io/decoded_file.hpp>
#include <io/text.hpp>
#include <io/xml_file.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::io::detail {
namespace {

std::string_view code_of(pugi::xml_node node) {
  return child(node, "code").attribute("code").value();
}

/// The day of an HL7 time stamp: YYYYMMDD and anything behind.
std::optional<std::chrono::year_month_day> parse_day(std::string_view stamp) {
  if (stamp.size() < 8 || !std::all_of(stamp.begin(), stamp.begin() + 8, is_digit)) return std::nullopt;
  const auto part = [&](std::size_t first, std::size_t n) { return *parse_number<unsigned>(stamp.substr(first, n)); };
  return calendar_day(static_cast<int>(part(0, 4)), part(4, 2), part(6, 2));
}

std::string lead_name(std::string_view code) {
  constexpr std::string_view prefix = "MDC_ECG_LEAD_";
  if (code.starts_with(prefix)) code.remove_prefix(prefix.size());
  return std::string{code};
}

class AecgReader {
 public:
  AecgReader(const Source& source, DecodedFile& file) : xml_(source), file_(file) {
    if (local_name(xml_.root().name()) != "AnnotatedECG") xml_.fail_at(xml_.root(), "the document is not an AnnotatedECG");
    std::vector<pugi::xml_node> rhythms;
    std::vector<pugi::xml_node> beats;
    for (const pugi::xml_node component : children(xml_.root(), "component")) {
      for (const pugi::xml_node series : children(component, "series")) {
        (code_of(series) == "REPRESENTATIVE_BEAT" ? beats : rhythms).push_back(series);
        for (const pugi::xml_node derivation : children(series, "derivation")) {
          for (const pugi::xml_node derived : children(derivation, "derivedSeries")) beats.push_back(derived);
        }
      }
    }
    read_all(rhythms);
    read_all(beats);
    if (file.groups.empty()) xml_.fail_at(xml_.root(), "the document has no series with leads");
    read_person(rhythms.empty() ? beats.front() : rhythms.front());
  }

 private:
  struct Set {
    double rate = 0.0;
    std::vector<DecodedFile::Channel> channels;
  };

  void read_all(const std::vector<pugi::xml_node>& series) {
    std::vector<Set> sets;
    for (const pugi::xml_node one : series) {
      for (const pugi::xml_node component : children(one, "component")) {
        for (const pugi::xml_node set : children(component, "sequenceSet")) {
          Set read = read_set(set);
          if (!read.channels.empty()) sets.push_back(std::move(read));
        }
      }
    }
    std::stable_sort(sets.begin(), sets.end(), [](const Set& a, const Set& b) { return a.rate > b.rate; });
    for (Set& set : sets) file_.add_group(set.rate, std::move(set.channels));
  }

  Set read_set(pugi::xml_node node) {
    Set set;
    for (const pugi::xml_node component : children(node, "component")) {
      for (const pugi::xml_node sequence : children(component, "sequence")) {
        const std::string_view code = code_of(sequence);
        if (code == "TIME_ABSOLUTE" || code == "TIME_RELATIVE") {
          if (set.rate != 0.0) xml_.fail_at(sequence, "a sequence set has two sequences of times");
          set.rate = read_rate(sequence);
        } else {
          set.channels.push_back(read_lead(sequence, code));
          const std::size_t n = set.channels.front().values.size();
          if (set.channels.back().values.size() != n) {
            xml_.fail_at(sequence, "the lead has " + std::to_string(set.channels.back().values.size()) +
                                       " samples, the first of the set has " + std::to_string(n));
          }
        }
      }
    }
    if (!set.channels.empty() && set.rate == 0.0) xml_.fail_at(node, "a sequence set has leads but no times");
    return set;
  }

  /// The number in the attribute "value".
  double quantity(pugi::xml_node node, const char* what) const {
    return xml_.number(node, node.attribute("value").value(), what);
  }

  double read_rate(pugi::xml_node sequence) const {
    const pugi::xml_node increment = descend(sequence, {"value", "increment"});
    if (!increment) xml_.fail_at(sequence, "the sequence of times has no increment");
    const double step = quantity(increment, "the increment");
    const std::string_view unit = increment.attribute("unit").value();
    const double per_second = unit == "s" || unit.empty() ? 1.0 : unit == "ms" ? 1.0e3 : unit == "us" ? 1.0e6 : 0.0;
    if (per_second == 0.0) xml_.fail_at(increment, "the unit of the increment is not s, ms or us");
    const double rate = per_second / step;
    if (!(rate > 0.0) || !std::isfinite(rate)) xml_.fail_at(increment, "the increment is not positive");
    return rate;
  }

  DecodedFile::Channel read_lead(pugi::xml_node sequence, std::string_view code) const {
    const pugi::xml_node value = child(sequence, "value");
    const pugi::xml_node origin = child(value, "origin");
    const pugi::xml_node scale = child(value, "scale");
    const pugi::xml_node digits = child(value, "digits");
    if (code.empty()) xml_.fail_at(sequence, "a sequence has no code");
    if (!scale) xml_.fail_at(sequence, "the lead has no scale");
    if (!digits) xml_.fail_at(sequence, "the lead has no digits");
    const UnitConversion unit = convert_unit(scale.attribute("unit").value());
    double zero = 0.0;
    if (origin) {
      const UnitConversion origin_unit = convert_unit(origin.attribute("unit").value());
      zero = quantity(origin, "the origin") / origin_unit.divisor * origin_unit.factor;
      if (origin_unit.unit != unit.unit && zero != 0.0) xml_.fail_at(origin, "origin and scale have different units");
    }
    const double step = quantity(scale, "the scale");
    if (step == 0.0) xml_.fail_at(scale, "the scale is 0");
    DecodedFile::Channel lead{{lead_name(code), unit.unit}, {}};
    const std::string text = text_of(digits);
    std::string_view rest = text;
    while (true) {
      const auto begin = rest.find_first_not_of(" \t\r\n");
      if (begin == std::string_view::npos) break;
      rest.remove_prefix(begin);
      const auto end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
      const auto digit = parse_number<std::int64_t>(rest.substr(0, end));
      if (!digit) {
        xml_.fail_at(digits, "digit " + std::to_string(lead.values.size()) + " of the lead is not a whole number");
      }
      lead.values.push_back(static_cast<double>(*digit) * step / unit.divisor * unit.factor + zero);
      rest.remove_prefix(end);
    }
    return lead;
  }

  void read_person(pugi::xml_node series) {
    const pugi::xml_node person = descend(xml_.root(), {"componentOf", "timepointEvent", "componentOf", "subjectAssignment",
                                                        "subject", "trialSubject", "subjectDemographicPerson"});
    const std::string_view letter = child(person, "administrativeGenderCode").attribute("code").value();
    if (letter == "F") file_.sex = Sex::female;
    if (letter == "M") file_.sex = Sex::male;
    const auto time_of = [](pugi::xml_node node) {
      const pugi::xml_node time = child(node, "effectiveTime");
      for (const char* const part : {"low", "center"}) {
        if (const auto day = parse_day(child(time, part).attribute("value").value())) return day;
      }
      return parse_day(time.attribute("value").value());
    };
    auto at = time_of(series);
    if (!at) at = time_of(xml_.root());
    file_.age_years = whole_years(parse_day(child(person, "birthTime").attribute("value").value()), at);
  }

  XmlFile xml_;
  DecodedFile& file_;
};

}  // namespace

bool looks_like_aecg(std::string_view head) {
  return root_name(head) == "AnnotatedECG";
}

std::unique_ptr<RecordingFile> open_aecg(const Source& source, bool) {
  auto file = std::make_unique<DecodedFile>();
  const AecgReader reader(source, *file);
  return file;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io::detail

namespace heartsight::inline HEARTSIGHT_ABI::io {

Recording parse_aecg(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<double>(detail::open_aecg, "HL7 aECG", bytes, name, options);
}
RecordingFloat32 parse_aecg_float32(std::span<const std::byte> bytes, std::string_view name, const ReadOptions& options) {
  return detail::parse_recording<float>(detail::open_aecg, "HL7 aECG", bytes, name, options);
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
