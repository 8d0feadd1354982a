#include <heartsight/io/dicom.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "cpp/io/temporary_folder.hpp"

namespace dicom_test {

namespace hs = heartsight;
using hs::io::ReadOptions;

namespace {

std::string number(std::uint32_t value, std::size_t n_bytes) {
  std::string bytes;
  for (std::size_t b = 0; b < n_bytes; ++b) bytes.push_back(static_cast<char>(value >> (8 * b) & 255U));
  return bytes;
}

/// The encoder of one transfer syntax, after PS3.5.
struct Encoder {
  bool implicit = false;
  bool marked = false;  // sequences and items of undefined length

  [[nodiscard]] std::string element(std::uint32_t tag, const std::string& vr, std::string value,
                                    std::uint32_t undefined = 0) const {
    if (value.size() % 2 != 0) value.push_back(vr == "OW" || vr == "OB" ? '\0' : ' ');
    const auto length = undefined != 0 ? undefined : static_cast<std::uint32_t>(value.size());
    std::string bytes = number(tag >> 16U, 2);
    bytes.append(number(tag & 0xFFFFU, 2));
    const bool wide = vr == "SQ" || vr == "OW" || vr == "OB" || vr == "UN";
    if (implicit && (tag >> 16U) != 2) {
      bytes.append(number(length, 4));
    } else {
      bytes.append(vr);
      bytes.append(wide ? number(0, 2) + number(length, 4) : number(length, 2));
    }
    return bytes.append(value);
  }
  [[nodiscard]] std::string sequence(std::uint32_t tag, const std::vector<std::string>& items,
                                     const std::string& vr = "SQ") const {
    std::string body;
    for (const std::string& item : items) {
      body.append("\xFE\xFF\x00\xE0", 4);
      body.append(number(marked ? 0xFFFFFFFFU : static_cast<std::uint32_t>(item.size()), 4));
      body.append(item);
      if (marked) body.append("\xFE\xFF\x0D\xE0\0\0\0\0", 8);
    }
    if (marked) body.append("\xFE\xFF\xDD\xE0\0\0\0\0", 8);
    return element(tag, vr, body, marked ? 0xFFFFFFFFU : 0);
  }
};

struct Group {
  std::string interpretation = "SS";
  std::uint32_t bits = 16;
  std::uint32_t n_samples = 3;
  std::uint32_t n_channels = 2;
  std::string rate = "500";
  std::string originality = "ORIGINAL";
  std::string sensitivity = "2.5";
  std::string data = number(4, 2) + number(100, 2) + number(0xFFFFU, 2) + number(200, 2) + number(0x8000U, 2) + number(0, 2);
  std::string padding = number(0x8000U, 2);
};

std::string channel(const Encoder& e, const std::string& sensitivity, const std::string& code, const std::string& label) {
  const std::string source =
      e.sequence(0x003A0208U, {e.element(0x00080100U, "SH", code) + e.element(0x00080104U, "LO", "Lead III (Einthoven)")});
  std::string all = e.element(0x003A0203U, "SH", label) + source;
  if (!sensitivity.empty()) {
    all += e.element(0x003A0210U, "DS", sensitivity);
    all += e.sequence(0x003A0211U, {e.element(0x00080100U, "SH", "uV")});
    all += e.element(0x003A0212U, "DS", "2") + e.element(0x003A0213U, "DS", "-10");
  }
  return all;
}

std::string item(const Encoder& e, const Group& g) {
  std::string all = e.element(0x003A0004U, "CS", g.originality) + e.element(0x003A0005U, "US", number(g.n_channels, 2)) +
                    e.element(0x003A0010U, "UL", number(g.n_samples, 4)) + e.element(0x003A001AU, "DS", g.rate);
  all += e.sequence(0x003A0200U, {channel(e, g.sensitivity, "5.6.3-9-62", "x"), channel(e, "", "", "")});
  all += e.element(0x54001004U, "US", number(g.bits, 2)) + e.element(0x54001006U, "CS", g.interpretation);
  if (!g.padding.empty()) all += e.element(0x5400100AU, "OW", g.padding);
  return all + e.element(0x54001010U, "OW", g.data);
}

std::string file(const Encoder& e, const std::string& waveforms, const std::string& syntax = "",
                 const std::string& person = "") {
  const std::string uid = !syntax.empty() ? syntax : e.implicit ? "1.2.840.10008.1.2" : "1.2.840.10008.1.2.1";
  const std::string meta = e.element(0x00020010U, "UI", uid);
  const std::string who = e.element(0x00080020U, "DA", "20200801") + e.element(0x00100010U, "PN", "Doe^Jane") +
                          e.element(0x00100030U, "DA", "19510802") + e.element(0x00100040U, "CS", "F") + person;
  std::string bytes(128, '\0');
  bytes.append("DICM");
  bytes.append(e.element(0x00020000U, "UL", number(static_cast<std::uint32_t>(meta.size()), 4)));
  return bytes.append(meta).append(who).append(waveforms);
}
std::string file(const Encoder& e, const std::vector<Group>& groups, const std::string& person = "") {
  std::vector<std::string> items;
  for (const Group& g : groups) items.push_back(item(e, g));
  return file(e, e.sequence(0x54000100U, items), "", person);
}

hs::Recording parse(const std::string& bytes, const ReadOptions& options = {}) {
  return hs::io::parse_dicom(bytes_of(bytes), "f.dcm", options);
}
/// The message, without the position, which the tests of truncation look at.
std::string error(const std::string& bytes) {
  const std::string message = message_of<hs::FormatError>([&] { (void)parse(bytes); });
  const auto at = message.find(": byte ");
  return at == std::string::npos ? message : message.substr(message.find(": ", at + 2) + 2);
}

}  // namespace

TEST(Dicom, ValuesUnitsPaddingInEveryEncoding) {
  for (const bool implicit : {false, true}) {
    for (const bool marked : {false, true}) {
      const auto recording = parse(file({implicit, marked}, std::vector<Group>{Group{}}));
      EXPECT_EQ(recording.leads(), (std::vector<std::string>{"aVR", "III"})) << "the code, then the meaning";
      EXPECT_EQ(recording.units, (std::vector<std::string>{"mV", ""}));
      EXPECT_EQ(recording.sampling_rate().hz(), 500.0);
      ASSERT_EQ(recording.n_samples(), 3U);
      EXPECT_EQ(recording.signal()(0, 0), 0.010) << "4 * 2.5 * 2 - 10 microvolts";
      EXPECT_EQ(recording.signal()(0, 1), -0.015);
      EXPECT_TRUE(std::isnan(recording.signal()(0, 2))) << "padding";
      EXPECT_EQ(recording.signal()(1, 1), 200.0) << "no sensitivity: sample values";
      EXPECT_EQ(recording.age_years, 68.0);
      EXPECT_EQ(recording.sex, hs::Sex::female);
      EXPECT_EQ(recording.id, "");
      EXPECT_TRUE(recording.header_text.empty());
    }
  }
}

TEST(Dicom, AgeField) {
  const Encoder e;
  const auto age = [&](const std::string& text) {
    return parse(file(e, {Group{}}, e.element(0x00101010U, "AS", text))).age_years;
  };
  EXPECT_EQ(age("045Y"), 45.0);
  EXPECT_EQ(age("006M"), 0.5);
  EXPECT_EQ(age("120Y"), 90.0);
  EXPECT_EQ(age("x"), 68.0) << "from the dates";
}

TEST(Dicom, GroupsOriginalFirst) {
  Group beat;
  beat.originality = "DERIVED";
  beat.rate = "1000";
  Group slow;
  slow.rate = "250";
  const auto bytes = file({}, {beat, slow, Group{}});
  const auto recording = parse(bytes);
  ASSERT_EQ(recording.groups.size(), 3U);
  EXPECT_EQ(recording.groups[0].sampling_rate_hz, 500.0);
  EXPECT_EQ(recording.groups[1].sampling_rate_hz, 250.0);
  EXPECT_EQ(recording.groups[2].sampling_rate_hz, 1000.0);
}

TEST(Dicom, SampleKinds) {
  Group group;
  group.padding.clear();
  group.sensitivity.clear();
  const auto first = [&](const std::string& interpretation, std::uint32_t bits, const std::string& data) {
    group.interpretation = interpretation;
    group.bits = bits;
    group.n_samples = 1;
    group.data = data;
    return parse(file({}, {group})).signal()(0, 0);
  };
  EXPECT_EQ(first("SB", 8, "\xFE\x01"), -2.0);
  EXPECT_EQ(first("UB", 8, "\xFE\x01"), 254.0);
  EXPECT_EQ(first("US", 16, number(65535, 2) + number(0, 2)), 65535.0);
  EXPECT_EQ(first("SL", 32, number(0xFFFFFFFEU, 4) + number(0, 4)), -2.0);
  EXPECT_EQ(first("UL", 32, number(0xFFFFFFFEU, 4) + number(0, 4)), 4294967294.0);
}

TEST(Dicom, Faults) {
  const Encoder e;
  const auto with = [&](const auto& change) {
    Group group;
    change(group);
    return error(file(e, {group}));
  };
  EXPECT_EQ(error(file(e, std::string())), "f.dcm: the DICOM object holds no waveform");
  EXPECT_EQ(error(file(e, "", "1.2.840.10008.1.2.1.99")),
            "f.dcm: the transfer syntax (deflated explicit VR little endian) is not read: only explicit and implicit VR "
            "little endian are");
  EXPECT_EQ(error(file(e, "", "1.2.840.10008.1.2.2")).substr(0, 56),
            "f.dcm: the transfer syntax (explicit VR big endian) is n");
  EXPECT_EQ(with([](Group& g) { g.n_samples = 4; }), "4 samples of 2 channels do not have 12 bytes");
  EXPECT_EQ(with([](Group& g) { g.n_samples = 0xFFFFFFFFU; }), "4294967295 samples of 2 channels do not have 12 bytes");
  EXPECT_EQ(with([](Group& g) { g.n_channels = 3; }), "the group has 3 channels, but 2 are defined");
  EXPECT_EQ(with([](Group& g) { g.n_channels = 0; }), "the group has no channel");
  EXPECT_EQ(with([](Group& g) { g.rate = "0"; }), "the sampling frequency is not positive");
  EXPECT_EQ(with([](Group& g) { g.rate = "nan"; }), "the sampling frequency is not a number");
  EXPECT_EQ(with([](Group& g) { g.sensitivity = "0"; }), "the channel sensitivity is 0");
  EXPECT_EQ(with([](Group& g) { g.interpretation = "MB"; }),
            "samples of 16 bits interpreted as 'MB' are not read: only SB, UB, SS, US, SL and UL are");
  std::string deep;
  for (int i = 0; i < 40; ++i) deep = Encoder{false, true}.sequence(0x54000100U, {deep});
  EXPECT_EQ(error(file(e, deep)), "sequences are nested too deeply");
  const std::string good = file(e, {Group{}});
  EXPECT_EQ(message_of<hs::FormatError>([&] { (void)parse(good.substr(0, good.size() - 1)); }),
            "f.dcm: byte 230: truncated: the data element has 348 bytes");
  EXPECT_EQ(error(good.substr(0, 100)), "truncated: a DICOM file begins with 132 bytes");
  EXPECT_EQ(error(std::string(200, 'x')), "is not a DICOM file");
  std::string no_length(152, 'x');
  no_length.replace(128, 4, "DICM");
  EXPECT_EQ(error(no_length), "the file meta information does not begin with its length");
}

TEST(Dicom, UnknownSequenceWithImplicitContent) {
  const Encoder inner{true, true};
  const std::string private_sequence = Encoder{false, true}.element(
      0x00091001U, "UN", inner.sequence(0x00091002U, {inner.element(0x00091003U, "LO", "x")}).substr(8), 0xFFFFFFFFU);
  EXPECT_EQ(parse(file({}, {Group{}}, private_sequence)).n_samples(), 3U);
}

TEST(Dicom, ReadFromDiskByItsContent) {
  const TemporaryFolder folder;
  const auto recording = hs::io::read_record(folder.write("scan.bin", file({}, {Group{}})));
  EXPECT_EQ(recording.id, "scan");
  EXPECT_EQ(hs::io::parse_dicom_float32(bytes_of(file({}, {Group{}})), "f").signal()(0, 0), 0.010F);
}

TEST(DicomWriter, RoundTripWithMissingSamples) {
  std::vector<double> samples;
  for (int i = 0; i < 2 * 500; ++i) samples.push_back(i < 500 ? std::sin(i * 0.01) * 2.3456789 : 0.0);
  samples[7] = NAN;
  hs::Recording recording(samples, 360.0, {"aVR", "V4R"});
  recording.sex = hs::Sex::female;
  recording.set_age(7.9);
  const auto bytes = hs::io::format_dicom(recording);
  const auto read = hs::io::parse_dicom(bytes, "w");
  EXPECT_EQ(read.leads(), recording.leads());
  EXPECT_EQ(read.sampling_rate().hz(), 360.0);
  EXPECT_EQ(read.sex, hs::Sex::female);
  EXPECT_EQ(read.age_years, 7.0);
  for (std::size_t i = 0; i < 500; ++i) {
    ASSERT_EQ(std::isnan(read.signal()(0, i)), i == 7);
    if (i != 7) {
      ASSERT_NEAR(read.signal()(0, i), samples[i], 2.3457 / 65534) << i;
    }
    ASSERT_EQ(read.signal()(1, i), 0.0) << i;
  }
  EXPECT_EQ(hs::io::format_dicom(recording), bytes) << "nothing depends on when or where it is written";
  const TemporaryFolder folder;
  hs::io::write_dicom(folder.path() / "w.dcm", hs::RecordingFloat32(std::vector<float>(24, -1.0F), 100.0, {"I", "II"}));
  EXPECT_NEAR(hs::io::read_record(folder.path() / "w.dcm").signal()(0, 0), -1.0, 1.0 / 65534);
}

TEST(DicomWriter, Refusals) {
  const auto refused = [](const hs::Recording& recording) {
    return message_of<hs::DomainError>([&] { (void)hs::io::format_dicom(recording); });
  };
  EXPECT_EQ(refused(hs::Recording({1.0}, 500.0, {"I"})), "");
  EXPECT_EQ(refused(hs::Recording({1.0}, 500.0, {"ABP"})),
            "write_dicom: recording.leads[0]: is not a lead that ISO/IEEE 11073-10102 has a code for");
  EXPECT_EQ(refused(hs::Recording({INFINITY}, 500.0, {"I"})), "write_dicom: recording.leads[0]: has an infinite value");
  EXPECT_EQ(refused(hs::Recording({1.0e10}, 500.0, {"I"})),
            "write_dicom: recording.leads[0]: has values of no physiological size");
  EXPECT_EQ(refused(hs::Recording({1.0}, 250.0 / 3.0, {"I"})),
            "write_dicom: recording.sampling_rate: cannot be stated in 16 characters");
  const std::string rule =
      "write_dicom: recording: must have 200 to 1000 Hz and at most 24 leads, or 50 to 1000 Hz and at most 12: DICOM has no "
      "other ECG";
  EXPECT_EQ(refused(hs::Recording({1.0}, 49.0, {"I"})), rule);
  EXPECT_EQ(refused(hs::Recording({1.0}, 2000.0, {"I"})), rule);
  EXPECT_EQ(refused(hs::Recording(std::vector<double>(13), 100.0, std::vector<std::string>(13, "I"))), rule);
  hs::Recording pressure({1.0}, 500.0, {"I"});
  pressure.units[0] = "mmHg";
  EXPECT_EQ(refused(pressure), "write_dicom: recording.units[0]: must be mV");
  EXPECT_THROW((void)hs::io::format_dicom(hs::Recording({}, 500.0, {"I"})), hs::ShapeError);
}

}  // namespace dicom_test
