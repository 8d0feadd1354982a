#include <heartsight/io/muse.hpp>

#include <gtest/gtest.h>

#include <cmath>

#include "cpp/io/base64.hpp"
#include "cpp/io/temporary_folder.hpp"

namespace muse_test {

namespace hs = heartsight;
using hs::io::ReadOptions;

namespace {

std::string lead(const std::string& id, std::initializer_list<int> samples, const std::string& more = "",
                 const std::string& scale = "5") {
  return "<LeadData>\n<LeadSampleCountTotal>" + std::to_string(samples.size()) + "</LeadSampleCountTotal>" +
         "<LeadAmplitudeUnitsPerBit>" + scale + "</LeadAmplitudeUnitsPerBit>" + more + "<LeadID>" + id +
         "</LeadID><WaveFormData>\n" + base64(little_endian_words(samples)) + "\n</WaveFormData></LeadData>\n";
}
std::string waveform(const std::string& type, const std::string& leads, const std::string& base = "500",
                     const std::string& exponent = "0") {
  return "<Waveform><WaveformType>" + type + "</WaveformType><SampleBase>" + base + "</SampleBase><SampleExponent>" +
         exponent + "</SampleExponent>\n" + leads + "</Waveform>\n";
}
std::string document(const std::string& waveforms,
                     const std::string& age = "<PatientAge>95</PatientAge><AgeUnits>YEARS</AgeUnits>") {
  return "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!DOCTYPE RestingECG SYSTEM \"restecg.dtd\">\n"
         "<RestingECG><PatientDemographics><PatientID>4711</PatientID><PatientLastName>D\xF6</PatientLastName>" +
         age + "<DateofBirth>08-02-1951</DateofBirth><Gender>FEMALE</Gender></PatientDemographics>\n" +
         "<TestDemographics><AcquisitionDate>08-01-2020</AcquisitionDate></TestDemographics>\n" + waveforms +
         "</RestingECG>\n";
}

hs::Recording parse(const std::string& text, const ReadOptions& options = {}) {
  return hs::io::parse_muse(bytes_of(text), "f.xml", options);
}
std::string error(const std::string& text) {
  return message_of<hs::FormatError>([&] { (void)parse(text); });
}

}  // namespace

TEST(Muse, LimbLeadsAreDerived) {
  const auto recording =
      parse(document(waveform("Rhythm", lead("I", {100, -200}) + lead("II", {300, 40}) + lead("V1", {-1, 32767}))));
  EXPECT_EQ(recording.leads(), (std::vector<std::string>{"I", "II", "III", "aVR", "aVL", "aVF", "V1"}));
  EXPECT_EQ(recording.sampling_rate().hz(), 500.0);
  const std::vector<double> first = {0.5, 1.5, 1.0, -1.0, -0.25, 1.25, -0.005};
  for (std::size_t l = 0; l < first.size(); ++l) EXPECT_NEAR(recording.signal()(l, 0), first[l], 1e-15) << l;
  EXPECT_EQ(recording.signal()(6, 1), 32767 * 5.0 / 1000);
  EXPECT_EQ(recording.age_years, 90.0);
  EXPECT_TRUE(recording.age_censored);
  EXPECT_EQ(recording.sex, hs::Sex::female);
  EXPECT_EQ(recording.id, "");
}

TEST(Muse, StoredLimbLeadsStay) {
  const auto recording = parse(document(waveform("Rhythm", lead("II", {2}) + lead("III", {7}) + lead("I", {1}))));
  EXPECT_EQ(recording.leads(), (std::vector<std::string>{"II", "aVR", "aVL", "aVF", "III", "I"}));
  EXPECT_EQ(recording.signal()(4, 0), 0.035);
  EXPECT_EQ(parse(document(waveform("Rhythm", lead("II", {2}) + lead("V1", {7})))).n_leads(), 2U) << "one limb lead";
}

TEST(Muse, RhythmBeforeMedian) {
  const auto text = document(waveform("Median", lead("V1", {1, 2}), "1", "3") + waveform("Rhythm", lead("V1", {3, 4, 5})));
  const auto recording = parse(text);
  EXPECT_EQ(recording.n_samples(), 3U);
  EXPECT_EQ(recording.groups[1].sampling_rate_hz, 1000.0);
  ReadOptions options;
  options.group = 1;
  EXPECT_EQ(parse(text, options).signal()(0, 1), 0.010);
}

TEST(Muse, LeadsOfDifferentTimes) {
  const auto recording =
      parse(document(waveform("Rhythm", lead("V1", {1, 2}, "<LeadOffsetFirstSample>10</LeadOffsetFirstSample>") +
                                            lead("V2", {3}, "<LeadOffsetFirstSample>12</LeadOffsetFirstSample>"))));
  ASSERT_EQ(recording.n_samples(), 3U);
  EXPECT_EQ(recording.signal()(0, 0), 0.005);
  EXPECT_TRUE(std::isnan(recording.signal()(0, 2)));
  EXPECT_TRUE(std::isnan(recording.signal()(1, 1)));
  EXPECT_EQ(recording.signal()(1, 2), 0.015);
}

TEST(Muse, AgeFromTheDatesAndInMonths) {
  const auto rhythm = waveform("Rhythm", lead("V1", {1}));
  EXPECT_EQ(parse(document(rhythm, "")).age_years, 68.0) << "a day before the birthday";
  EXPECT_EQ(parse(document(rhythm, "<PatientAge>6</PatientAge><AgeUnits>MONTHS</AgeUnits>")).age_years, 0.5);
  EXPECT_EQ(parse(document(rhythm, "<PatientAge>44</PatientAge>")).age_years, 44.0);
}

TEST(Muse, EveryFaultNamesTheLine) {
  const auto with = [](const std::string& leads) { return error(document(waveform("Rhythm", leads))); };
  EXPECT_EQ(error("<a/>"), "f.xml: line 1: the document is not a MUSE RestingECG");
  EXPECT_EQ(error(document("")), "f.xml: line 3: the document has no waveform with leads");
  EXPECT_EQ(error(document(waveform("Rhythm", lead("I", {1}), "0"))), "f.xml: line 5: the sampling rate is not positive");
  EXPECT_EQ(error(document(waveform("Rhythm", lead("I", {1}), "x"))), "f.xml: line 5: SampleBase is not a number");
  EXPECT_EQ(error(document(waveform("Rhythm", lead("I", {1}), "5", "999"))),
            "f.xml: line 5: the sampling rate is not positive");
  EXPECT_EQ(with(lead("I", {})), "f.xml: the leads have no samples");
  EXPECT_EQ(with(lead("I", {1}) + lead("i", {1})), "f.xml: line 10: the lead stands twice");
  EXPECT_EQ(with(lead("I", {1}, "", "0")), "f.xml: line 6: LeadAmplitudeUnitsPerBit is not positive");
  EXPECT_EQ(with(lead("I", {1}, "", "nan")), "f.xml: line 7: LeadAmplitudeUnitsPerBit is not a number");
  EXPECT_EQ(with(lead("I", {1}, "<LeadAmplitudeUnits>DEGREES</LeadAmplitudeUnits>")),
            "f.xml: line 6: LeadAmplitudeUnits is not a unit of voltage");
  EXPECT_EQ(with(lead("I", {1}, "<LeadSampleSize>4</LeadSampleSize>")),
            "f.xml: line 6: samples of other than 2 bytes are not read");
  EXPECT_EQ(with(lead("", {1})), "f.xml: line 6: a lead has no LeadID");
  std::string many;
  for (int i = 0; i < 65; ++i) many.append(lead(std::string(1, 'X').append(std::to_string(i)), {1}));
  EXPECT_NE(with(many).find("has 65 leads, too many to be an ECG"), std::string::npos);
  for (const char* offset : {"1000000000", "8000000"}) {  // a file of half a kilobyte must not ask for half a gigabyte
    const std::string late = std::string("<LeadOffsetFirstSample>") + offset + "</LeadOffsetFirstSample>";
    EXPECT_NE(with(lead("V1", {1}) + lead("V2", {1}, late)).find("have next to none of them"), std::string::npos);
  }
  std::string damaged = document(waveform("Rhythm", lead("I", {1, 2})));
  damaged.replace(damaged.find("AQAC"), 4, "AQ!C");
  EXPECT_EQ(error(damaged), "f.xml: line 6: WaveFormData is missing or not base64");
  std::string lying = document(waveform("Rhythm", lead("I", {1, 2})));
  lying.replace(lying.find("Total>2"), 7, "Total>3");
  EXPECT_EQ(error(lying), "f.xml: line 6: the lead is said to have 3 samples, its data have 4 bytes");
}

TEST(Muse, ASmallDocumentCannotAskForMuchMemory) {
  // Two leads far apart: the time between them would be filled with NaN.
  const std::string far = "<LeadOffsetFirstSample>200000</LeadOffsetFirstSample>";
  std::string waveforms;
  for (int i = 0; i < 16; ++i) waveforms += waveform("Rhythm", lead("V1", {1}));
  EXPECT_EQ(parse(document(waveforms)).n_leads(), 1U);
  EXPECT_NE(error(document(waveforms + waveform("Rhythm", lead("V1", {1})))).find("17 waveforms"), std::string::npos);
  EXPECT_NE(error(document(waveform("Rhythm", lead("V1", {1}) + lead("V2", {1}, far)))).find("samples apart"),
            std::string::npos);
}

TEST(Muse, ReadFromDiskByItsContent) {
  const TemporaryFolder folder;
  const auto recording = hs::io::read_record(folder.write("MUSE_1.xml", document(waveform("Rhythm", lead("I", {1})))));
  EXPECT_EQ(recording.id, "MUSE_1");
  EXPECT_EQ(hs::io::parse_muse_float32(bytes_of(document(waveform("Rhythm", lead("I", {1})))), "f").signal()(0, 0), 0.005F);
}

}  // namespace muse_test
