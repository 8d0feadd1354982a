#include <heartsight/io/aecg.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include "cpp/io/temporary_folder.hpp"

namespace aecg_test {

namespace hs = heartsight;
using hs::io::ReadOptions;

namespace {

std::string sequence(const std::string& code, const std::string& value) {
  return "<component><sequence>\n<code code=\"" + code + "\"/><value>" + value + "</value></sequence></component>\n";
}
std::string times(const std::string& step, const std::string& unit = "s") {
  return sequence("TIME_ABSOLUTE", "<head value=\"20200801\"/><increment value=\"" + step + "\" unit=\"" + unit + "\"/>");
}
std::string lead(const std::string& code, const std::string& digits, const std::string& scale = "5",
                 const std::string& unit = "uV", const std::string& origin = "0") {
  return sequence(code, "<origin value=\"" + origin + "\" unit=\"mV\"/><scale value=\"" + scale + "\" unit=\"" + unit +
                            "\"/><digits>" + digits + "</digits>");
}
std::string set(const std::string& sequences) {
  return "<component><sequenceSet>\n" + sequences + "</sequenceSet></component>";
}
std::string document(const std::string& series) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AnnotatedECG xmlns=\"urn:hl7-org:v3\">\n"
         "<effectiveTime><low value=\"20200801120000\"/></effectiveTime>\n"
         "<componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject><id extension=\"4711\"/>"
         "<subjectDemographicPerson><name>Jane Doe</name><administrativeGenderCode code=\"F\"/>"
         "<birthTime value=\"19510802\"/></subjectDemographicPerson></trialSubject></subject></subjectAssignment>"
         "</componentOf></timepointEvent></componentOf>\n<component>\n<series>\n" +
         series + "</series></component></AnnotatedECG>\n";
}

hs::Recording parse(const std::string& text, const ReadOptions& options = {}) {
  return hs::io::parse_aecg(bytes_of(text), "f.xml", options);
}
std::string error(const std::string& text) {
  return message_of<hs::FormatError>([&] { (void)parse(text); });
}

const std::string rhythm =
    set(times("0.002") + lead("MDC_ECG_LEAD_II", "0 200 -1\n 7 ") + lead("MDC_ECG_LEAD_AVR", "1 2 3 4", "0.25", "mV", "-1"));
const std::string beat = "<derivation><derivedSeries><code code=\"REPRESENTATIVE_BEAT\"/>" +
                         set(times("1", "ms") + lead("MDC_ECG_LEAD_II", "9 9")) + "</derivedSeries></derivation>";

}  // namespace

TEST(Aecg, ValuesLeadsAgeAndSex) {
  const auto recording = parse(document("<code code=\"RHYTHM\"/>" + rhythm));
  EXPECT_EQ(recording.leads(), (std::vector<std::string>{"II", "aVR"}));
  EXPECT_EQ(recording.units, (std::vector<std::string>{"mV", "mV"}));
  EXPECT_EQ(recording.sampling_rate().hz(), 500.0);
  ASSERT_EQ(recording.n_samples(), 4U);
  EXPECT_EQ(recording.signal()(0, 1), 1.0) << "200 steps of 5 microvolts";
  EXPECT_EQ(recording.signal()(0, 2), -0.005);
  EXPECT_EQ(recording.signal()(1, 3), 0.0) << "4 * 0.25 mV - 1 mV";
  EXPECT_EQ(recording.age_years, 68.0) << "the day before the birthday";
  EXPECT_EQ(recording.sex, hs::Sex::female);
  EXPECT_EQ(recording.id, "");
}

TEST(Aecg, TheRhythmComesBeforeTheRepresentativeBeat) {
  const auto text = document(beat + rhythm);
  const auto recording = parse(text);
  EXPECT_EQ(recording.n_samples(), 4U);
  ASSERT_EQ(recording.groups.size(), 2U);
  EXPECT_EQ(recording.groups[1].sampling_rate_hz, 1000.0);
  ReadOptions options;
  options.group = 1;
  EXPECT_EQ(parse(text, options).signal()(0, 1), 0.045);
}

TEST(Aecg, EncodingsAndPrefixes) {
  const std::string plain = document(rhythm);
  std::string wide = "\xFF\xFE";
  for (const char c : plain) wide.append({c, '\0'});
  EXPECT_EQ(parse(wide).signal()(0, 1), 1.0);
  EXPECT_EQ(parse("\xEF\xBB\xBF" + plain).n_leads(), 2U);
  const TemporaryFolder folder;
  const auto recording = hs::io::read_record(folder.write("4.xml", wide));
  EXPECT_EQ(recording.id, "4");
  EXPECT_EQ(recording.n_leads(), 2U);
  EXPECT_EQ(hs::io::parse_record(
                bytes_of("<!DOCTYPE x [<!ENTITY a \"aa\">]><!-- c --><h:AnnotatedECG xmlns:h=\"urn:hl7-org:v3\">"
                         "<h:component><h:series><h:component><h:sequenceSet><h:component><h:sequence><h:code "
                         "code=\"TIME_RELATIVE\"/><h:value><h:increment value=\"1\"/></h:value></h:sequence>"
                         "<h:sequence><h:code code=\"MDC_ECG_LEAD_X\"/><h:value><h:scale value=\"2\" unit=\"mV\"/>"
                         "<h:digits>1 2</h:digits></h:value></h:sequence></h:component></h:sequenceSet>"
                         "</h:component></h:series></h:component></h:AnnotatedECG>"),
                "p")
                .leads(),
            (std::vector<std::string>{"X"}));
}

TEST(Aecg, EveryFaultNamesTheLine) {
  EXPECT_EQ(error(""), "f.xml: line 1: is not well-formed XML: No document element found");
  EXPECT_EQ(error(document(rhythm).substr(0, 900)).substr(0, 38), "f.xml: line 14: is not well-formed XML");
  EXPECT_EQ(error("<a/>"), "f.xml: line 1: the document is not an AnnotatedECG");
  EXPECT_EQ(error(document("")), "f.xml: line 2: the document has no series with leads");
  const auto with = [&](const std::string& sequences) { return error(document(set(sequences))); };
  EXPECT_EQ(with(lead("I", "1")), "f.xml: line 7: a sequence set has leads but no times");
  EXPECT_EQ(with(times("1") + times("1")), "f.xml: line 10: a sequence set has two sequences of times");
  EXPECT_EQ(with(times("0") + lead("I", "1")), "f.xml: line 9: the increment is not positive");
  EXPECT_EQ(with(times("-1") + lead("I", "1")), "f.xml: line 9: the increment is not positive");
  EXPECT_EQ(with(times("x") + lead("I", "1")), "f.xml: line 9: the increment is not a number");
  EXPECT_EQ(with(times("1", "h") + lead("I", "1")), "f.xml: line 9: the unit of the increment is not s, ms or us");
  EXPECT_EQ(with(times("1") + lead("I", "1 2") + lead("II", "1")),
            "f.xml: line 12: the lead has 1 samples, the first of the set has 2");
  EXPECT_EQ(with(times("1") + lead("I", "1 2.5")), "f.xml: line 11: digit 1 of the lead is not a whole number");
  EXPECT_EQ(with(times("1") + lead("I", "1", "0")), "f.xml: line 11: the scale is 0");
  EXPECT_EQ(with(times("1") + lead("I", "1", "nan")), "f.xml: line 11: the scale is not a number");
  EXPECT_EQ(with(times("1") + lead("P", "1", "1", "mmHg", "2")), "f.xml: line 11: origin and scale have different units");
  EXPECT_EQ(with(times("1") + sequence("I", "<digits>1</digits>")), "f.xml: line 10: the lead has no scale");
}

TEST(Aecg, DeepNestingAndManyEntitiesAreHarmless) {
  std::string deep;
  for (int i = 0; i < 200000; ++i) deep += "<component>";
  EXPECT_NE(error("<AnnotatedECG>" + deep), "");
  std::string closed = deep;
  for (int i = 0; i < 200000; ++i) closed += "</component>";
  EXPECT_EQ(error("<AnnotatedECG>" + closed + "</AnnotatedECG>"), "f.xml: line 1: the document has no series with leads");
  EXPECT_NE(error("<!DOCTYPE a [<!ENTITY x \"1 1 1\"><!ENTITY y \"&x;&x;&x;\">]>" +
                  document(set(times("1") + lead("I", "&y;"))).substr(38)),
            "")
      << "an entity is no digit";
}

TEST(AecgWriter, RoundTrip) {
  std::vector<double> samples;
  for (int i = 0; i < 2000; ++i) samples.push_back(std::sin(i * 0.01) * 1.2345678);
  hs::Recording recording(samples, 360.0, {"II", "V1"});
  recording.sex = hs::Sex::male;
  const auto bytes = hs::io::format_aecg(recording);
  const auto read = hs::io::parse_aecg(bytes, "w");
  EXPECT_EQ(read.sampling_rate().hz(), 360.0);
  EXPECT_EQ(read.leads(), recording.leads());
  EXPECT_EQ(read.sex, hs::Sex::male);
  for (std::size_t i = 0; i < 1000; ++i) ASSERT_NEAR(read.signal()(1, i), recording.signal()(1, i), 0.00005 + 1e-12) << i;
  const TemporaryFolder folder;
  hs::io::write_aecg(folder.path() / "w.xml", hs::RecordingFloat32({0.5F}, 1.0, {"I"}));
  EXPECT_EQ(hs::io::read_record(folder.path() / "w.xml").signal()(0, 0), 0.5);
}

TEST(AecgWriter, Refusals) {
  const auto refused = [](hs::Recording recording, const char* unit = "mV") {
    recording.units[0] = unit;
    return message_of<hs::DomainError>([&] { (void)hs::io::format_aecg(recording); });
  };
  EXPECT_EQ(refused(hs::Recording({1.0}, 1.0, {"I"})), "");
  EXPECT_EQ(refused(hs::Recording({1.0, NAN}, 1.0, {"I"})),
            "write_aecg: recording.leads[0][1] = nan: must lie in [-100000, 100000]");
  EXPECT_EQ(refused(hs::Recording({1.0}, 1.0, {"P"}), "mmHg"), "write_aecg: recording.units[0]: must be mV");
  EXPECT_EQ(refused(hs::Recording({1.0}, 1.0, {"a\"b"})),
            "write_aecg: recording.leads[0]: must be printable ASCII without blanks and markup");
  EXPECT_THROW((void)hs::io::format_aecg(hs::Recording({}, 1.0, {"I"})), hs::ShapeError);
}

}  // namespace aecg_test
