#include <heartsight/io/aecg.hpp>

#include <heartsight/core/check.hpp>
#include <io/write_file.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <string>

namespace heartsight::inline HEARTSIGHT_ABI::io {
namespace {

constexpr auto where = "write_aecg";
constexpr double steps_per_mv = 1.0e4;  // 0.1 microvolt

// The nil UUID and "X" say "no identifier" to readers that crash on an id without root or extension (BioSig 2.5).
constexpr std::string_view document_head = R"(<?xml version="1.0" encoding="UTF-8"?>
<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" classCode="OBS" moodCode="EVN">
  <id root="00000000-0000-0000-0000-000000000000"/>
  <code code="93000" codeSystem="2.16.840.1.113883.6.12" codeSystemName="CPT-4"/>
  <effectiveTime nullFlavor="NI"/>
  <componentOf>
    <timepointEvent>
      <componentOf>
        <subjectAssignment>
          <subject>
            <trialSubject>
              <id root="00000000-0000-0000-0000-000000000000" extension="X"/>
              <subjectDemographicPerson>
                <administrativeGenderCode code=")";
constexpr std::string_view series_head = R"(" codeSystem="2.16.840.1.113883.5.1"/>
              </subjectDemographicPerson>
            </trialSubject>
          </subject>
        </subjectAssignment>
      </componentOf>
    </timepointEvent>
  </componentOf>
  <component>
    <series classCode="OBSSER" moodCode="EVN">
      <code code="RHYTHM" codeSystem="2.16.840.1.113883.5.4"/>
      <effectiveTime nullFlavor="NI"/>
      <component>
        <sequenceSet classCode="OBSCOR" moodCode="EVN">
          <component>
            <sequence classCode="OBS" moodCode="EVN">
              <code code="TIME_RELATIVE" codeSystem="2.16.840.1.113883.5.4"/>
              <value xsi:type="GLIST_PQ">
                <head value="0" unit="s"/>
                <increment value=")";
constexpr std::string_view times_tail = R"(" unit="s"/>
              </value>
            </sequence>
          </component>
)";
constexpr std::string_view lead_head = R"(          <component>
            <sequence classCode="OBS" moodCode="EVN">
              <code code="MDC_ECG_LEAD_)";
constexpr std::string_view lead_values = R"(" codeSystem="2.16.840.1.113883.6.24" codeSystemName="MDC"/>
              <value xsi:type="SLIST_PQ">
                <origin value="0" unit="uV"/>
                <scale value="0.1" unit="uV"/>
                <digits>)";
constexpr std::string_view lead_tail = R"(</digits>
              </value>
            </sequence>
          </component>
)";
constexpr std::string_view document_tail = R"(        </sequenceSet>
      </component>
    </series>
  </component>
</AnnotatedECG>
)";

template <class Number>
void append_number(std::string& text, Number value) {
  std::array<char, 32> digits{};
  text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

bool is_plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '<' && c != '>' && c != '&' && c != '"';
  });
}

template <std::floating_point T>
std::vector<std::byte> format(const BasicRecording<T>& recording) {
  check::not_empty(where, "recording", recording.n_samples());
  std::string text{document_head};
  text.append(recording.sex == Sex::female ? "F" : recording.sex == Sex::male ? "M" : "UN");
  text.append(series_head);
  append_number(text, 1.0 / recording.sampling_rate().hz());
  text.append(times_tail);
  for (std::size_t l = 0; l < recording.n_leads(); ++l) {
    const std::string name = check::detail::indexed("recording.leads", l);
    if (!is_plain(recording.leads()[l])) {
      check::detail::fail<DomainError>(where, name, "", "must be printable ASCII without blanks and markup");
    }
    if (recording.units[l] != "mV") {
      check::detail::fail<DomainError>(where, check::detail::indexed("recording.units", l), "", "must be mV");
    }
    text.append(lead_head).append(recording.leads()[l]).append(lead_values);
    for (std::size_t i = 0; i < recording.n_samples(); ++i) {
      const double value = static_cast<double>(recording.lead(l)[i]);
      if (!(std::abs(value) <= 1.0e5)) {
        check::in_closed_range<double>(where, check::detail::indexed(name, i), value, -1.0e5, 1.0e5);
      }
      if (i > 0) text.push_back(' ');
      append_number(text, static_cast<std::int64_t>(std::llround(value * steps_per_mv)));
    }
    text.append(lead_tail);
  }
  text.append(document_tail);
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::vector<std::byte> format_aecg(const Recording& recording) {
  return format(recording);
}
std::vector<std::byte> format_aecg(const RecordingFloat32& recording) {
  return format(recording);
}

void write_aecg(const std::filesystem::path& path, const Recording& recording) {
  detail::write_file(path, format_aecg(recording));
}
void write_aecg(const std::filesystem::path& path, const RecordingFloat32& recording) {
  detail::write_file(path, format_aecg(recording));
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::io
