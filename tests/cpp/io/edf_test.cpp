#include <heartsight/io/edf.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cpp/io/temporary_folder.hpp"

namespace edf_test {

namespace hs = heartsight;
using hs::io::EdfAnnotation;
using hs::io::ReadOptions;

namespace {

std::string field(const std::string& text, std::size_t width) {
  std::string padded(width, ' ');
  std::copy(text.begin(), text.end(), padded.begin());
  return padded;
}

std::string little_endian(std::initializer_list<int> values, int n_bytes = 2) {
  std::string bytes;
  for (const int value : values) {
    for (int b = 0; b < n_bytes; ++b) bytes.push_back(static_cast<char>(value >> (8 * b) & 255));
  }
  return bytes;
}

struct Signal {
  std::string label;
  std::string unit;
  std::string physical_min, physical_max, digital_min, digital_max;
  int n_per_record = 0;
};

/// A file made from the published layout, field by field.
struct File {
  std::string version = "0";
  std::string patient, recording, date = "01.01.01";
  std::string kind;
  std::string n_records = "1", duration = "1";
  std::vector<Signal> signals;
  std::string data;

  [[nodiscard]] std::string bytes() const {
    std::string file;
    const auto put = [&](const std::string& text, std::size_t width) { file.append(field(text, width)); };
    put(version, 8);
    put(patient, 80);
    put(recording, 80);
    put(date, 8);
    put("00.00.00", 8);
    put(std::to_string(256 * (signals.size() + 1)), 8);
    put(kind, 44);
    put(n_records, 8);
    put(duration, 8);
    put(std::to_string(signals.size()), 4);
    const auto column = [&](std::size_t width, const auto& get) {
      for (const Signal& signal : signals) put(get(signal), width);
    };
    column(16, [](const Signal& s) { return s.label; });
    column(80, [](const Signal&) { return std::string("electrode"); });
    column(8, [](const Signal& s) { return s.unit; });
    column(8, [](const Signal& s) { return s.physical_min; });
    column(8, [](const Signal& s) { return s.physical_max; });
    column(8, [](const Signal& s) { return s.digital_min; });
    column(8, [](const Signal& s) { return s.digital_max; });
    column(80, [](const Signal&) { return std::string("HP:0.05Hz"); });
    column(8, [](const Signal& s) { return std::to_string(s.n_per_record); });
    column(32, [](const Signal&) { return std::string(); });
    return file + data;
  }
};

File two_rates() {
  File file;
  file.n_records = "2";
  file.signals = {{"ECG avr", "uV", "-1000", "1000", "-2000", "2000", 4}, {"Resp", "mmHg", "0", "100", "0", "200", 2}};
  file.data = little_endian({0, 2000, -2000, 1, 10, 200}) + little_endian({2, 3, 4, 5, 0, 20});
  return file;
}

File with_gap() {
  File file;
  file.kind = "EDF+D";
  file.n_records = "2";
  file.signals = {{"II", "mV", "-1", "1", "-100", "100", 2}, {"EDF Annotations", "", "-1", "1", "-32768", "32767", 10}};
  const auto list = [](std::string text) { return text.append(20 - text.size(), '\0'); };
  file.data = little_endian({1, 2}) + list(std::string("+0.5\x14\x14\0", 7)) + little_endian({3, 4}) +
              list(std::string("+3.5\x14\x14\0+1.5\x15"
                               "2\x14go\x14\0",
                               18));
  return file;
}

hs::Recording parse(const File& file, const ReadOptions& options = {}) {
  return hs::io::parse_edf(bytes_of(file.bytes()), "f.edf", options);
}
std::string error(const File& file) {
  return message_of<hs::FormatError>([&] { (void)parse(file); });
}
std::string error(const std::string& bytes) {
  return message_of<hs::FormatError>([&] { (void)hs::io::parse_edf(bytes_of(bytes), "f.edf"); });
}

std::vector<double> row(const hs::Recording& recording, std::size_t lead = 0) {
  const auto samples = recording.lead(lead);
  return {samples.begin(), samples.end()};
}

}  // namespace

TEST(Edf, GroupsUnitsAndValues) {
  const auto fast = parse(two_rates());
  EXPECT_EQ(fast.leads(), (std::vector<std::string>{"aVR"}));
  EXPECT_EQ(fast.units, (std::vector<std::string>{"mV"}));
  EXPECT_EQ(fast.sampling_rate().hz(), 4.0);
  EXPECT_EQ(row(fast), (std::vector<double>{0.0, 1.0, -1.0, 0.0005, 0.001, 0.0015, 0.002, 0.0025}));
  ASSERT_EQ(fast.groups.size(), 2U);
  EXPECT_EQ(fast.groups[1].leads, (std::vector<std::string>{"Resp"}));
  ReadOptions options;
  options.group = 1;
  const auto slow = parse(two_rates(), options);
  EXPECT_EQ(slow.sampling_rate().hz(), 2.0);
  EXPECT_EQ(slow.units, (std::vector<std::string>{"mmHg"}));
  EXPECT_EQ(row(slow), (std::vector<double>{5.0, 100.0, 0.0, 10.0}));
  options.group.reset();
  options.leads = {"resp"};
  EXPECT_THROW((void)parse(two_rates(), options), hs::DomainError) << "names other than the twelve are told by their case";
  options.leads = {"Resp"};
  options.start = 1;
  options.stop = 3;
  const auto part = parse(two_rates(), options);
  EXPECT_EQ(row(part), (std::vector<double>{100.0, 0.0}));
  EXPECT_EQ(part.start_s, 0.5);
}

TEST(Edf, Bdf) {
  File file;
  file.version =
      "\xFF"
      "BIOSEMI";
  file.kind = "24BIT";
  file.signals = {{"V1", "uV", "-262144", "262143", "-8388608", "8388607", 3}};
  file.data = little_endian({-1, 8388607, -8388608}, 3);
  const auto recording = parse(file);
  // 2^19 - 1 microvolts over 2^24 - 1 steps; the ends of the digital range are the ends of the physical one.
  const double gain = 524287.0 / 16777215.0;
  EXPECT_NEAR(recording.signal()(0, 0), (-262144.0 + 8388607.0 * gain) / 1000.0, 1e-9);
  EXPECT_NEAR(recording.signal()(0, 1), 262.143, 1e-9);
  EXPECT_NEAR(recording.signal()(0, 2), -262.144, 1e-9);
}

TEST(Edf, GapsAreMissingAndAnnotationsAreFromTheFirstSample) {
  const auto recording = parse(with_gap());
  ASSERT_EQ(recording.n_samples(), 8U) << "records at 0 s and 3 s, 2 Hz";
  EXPECT_EQ(recording.n_leads(), 1U) << "annotations are no channel";
  const std::vector<double> expected = {0.01, 0.02, NAN, NAN, NAN, NAN, 0.03, 0.04};
  for (std::size_t i = 0; i < 8; ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan(recording.signal()(0, i))) << i;
    } else {
      EXPECT_NEAR(recording.signal()(0, i), expected[i], 1e-15) << i;
    }
  }
  ReadOptions options;
  options.start = 5;
  options.stop = 7;
  const auto part = parse(with_gap(), options);
  EXPECT_TRUE(std::isnan(part.signal()(0, 0)));
  EXPECT_NEAR(part.signal()(0, 1), 0.03, 1e-15);
  EXPECT_EQ(hs::io::parse_edf_annotations(bytes_of(with_gap().bytes()), "f"),
            (std::vector<EdfAnnotation>{{1.0, 2.0, "go"}}));
  EXPECT_TRUE(hs::io::parse_edf_annotations(bytes_of(two_rates().bytes()), "f").empty());
}

TEST(Edf, AgeAndSexWithoutTheName) {
  File file = with_gap();
  file.patient = "MCH-0234567 F 02-MAY-1951 Haagse_Harry";
  file.recording = "Startdate 01-MAY-2001 PSG";
  ReadOptions options;
  auto recording = parse(file);
  EXPECT_EQ(recording.age_years, 49.0) << "a day before the birthday";
  EXPECT_EQ(recording.sex, hs::Sex::female);
  EXPECT_TRUE(recording.header_text.empty());
  options.keep_header = true;
  EXPECT_EQ(parse(file, options).header_text.front(), "patient: MCH-0234567 F 02-MAY-1951 Haagse_Harry");
  file.recording = "no date";
  file.date = "02.05.01";
  EXPECT_EQ(parse(file).age_years, 50.0);
  file.patient = "X M X X";
  EXPECT_EQ(parse(file).age_years, std::nullopt);
  EXPECT_EQ(parse(file).sex, hs::Sex::male);
  file = two_rates();
  file.patient = "MCH-0234567 F 02-MAY-1951 Haagse_Harry";
  EXPECT_EQ(parse(file).sex, hs::Sex::unknown) << "plain EDF does not say what the field holds";
  file = with_gap();
  file.patient = "X F 01-JAN-1900 X";
  recording = parse(file);
  EXPECT_EQ(recording.age_years, 90.0);
  EXPECT_TRUE(recording.age_censored);
}

TEST(Edf, EveryFaultNamesTheByte) {
  const std::string good = two_rates().bytes();
  EXPECT_EQ(error(good.substr(0, good.size() - 1)), "f.edf: byte 791: truncated: 2 data records of 12 bytes are promised");
  EXPECT_EQ(error(good + "x"), "f.edf: byte 792: data follow the last data record");
  EXPECT_EQ(error(good.substr(0, 255)), "f.edf: byte 255: truncated: the header has 256 bytes");
  EXPECT_EQ(error(good.substr(0, 300)), "f.edf: byte 300: truncated: the header of 2 signals has 768 bytes");
  EXPECT_EQ(error("1" + good.substr(1)), "f.edf: byte 0: is not an EDF or BDF file");
  File file = two_rates();
  file.n_records = "many";
  EXPECT_EQ(error(file), "f.edf: byte 236: the number of data records is not a number");
  file.n_records = "-2";
  EXPECT_EQ(error(file), "f.edf: byte 236: the number of data records is negative");
  file.n_records = "99999999";
  EXPECT_EQ(error(file), "f.edf: byte 792: truncated: 99999999 data records of 12 bytes are promised");
  file = two_rates();
  file.duration = "0";
  EXPECT_EQ(error(file), "f.edf: byte 244: the duration of a data record is 0");
  file.duration = "-1";
  EXPECT_EQ(error(file), "f.edf: byte 244: the duration of a data record is negative");
  file.duration = "nan";
  EXPECT_EQ(error(file), "f.edf: byte 244: the duration of a data record is negative");
  file = two_rates();
  file.signals[1].digital_max = "0";
  EXPECT_EQ(error(file), "f.edf: byte 504: the digital minimum is not below the digital maximum");
  file = two_rates();
  file.signals[0].physical_max = "-1000";
  EXPECT_EQ(error(file), "f.edf: byte 464: the physical minimum and maximum of the signal are equal");
  ReadOptions options;
  options.group = 1;
  EXPECT_EQ(parse(file, options).n_leads(), 1U) << "a signal without a scale spoils only itself";
  file.signals[0].physical_max = "inf";
  EXPECT_EQ(error(file), "f.edf: byte 464: the physical minimum or maximum is not finite");
  file = two_rates();
  file.signals[0].n_per_record = 9999999;
  EXPECT_EQ(error(file), "f.edf: byte 688: the file is shorter than one data record of this signal");
  file = with_gap();
  file.signals.erase(file.signals.begin());
  file.data = file.data.substr(4, 20);
  file.n_records = "1";
  EXPECT_EQ(error(file), "f.edf: the file has no signal but annotations");
}

TEST(Edf, MalformedAnnotationLists) {
  const auto with_list = [](const std::string& list) {
    File file = with_gap();
    file.data.replace(28, 20, (list + std::string(20, '\0')).substr(0, 20));
    return error(file);
  };
  EXPECT_EQ(with_list("+3.5\x14\x14"), "");
  EXPECT_EQ(with_list(""), "f.edf: byte 792: the data record does not state its time");
  EXPECT_EQ(with_list("3.5\x14\x14"), "f.edf: byte 796: the onset of an annotation is not a signed number of seconds");
  EXPECT_EQ(with_list("+3.5\x14"), "f.edf: byte 796: an annotation list holds no annotation");
  EXPECT_EQ(with_list("+3.5\x15-1\x14\x14"), "f.edf: byte 796: the duration of an annotation is not a number of seconds");
  EXPECT_EQ(with_list("+3.5\x14open"), "f.edf: byte 796: an annotation list is not closed");
  EXPECT_EQ(with_list("+0.9\x14\x14"), "f.edf: byte 792: the data record does not begin after the one before it");
  EXPECT_EQ(with_list("+1e12\x14\x14"), "f.edf: 1999999999997 samples are promised that no signal file holds");
}

TEST(Edf, RecordsThatAreStillWritten) {
  File file = two_rates();
  file.n_records = "-1";
  EXPECT_EQ(parse(file).n_samples(), 8U);
  file.data.pop_back();
  EXPECT_EQ(parse(file).n_samples(), 4U) << "a record that was cut off is not whole";
}

TEST(Edf, LongRecordsAreReadInParts) {
  File file;  // records beyond the size that is read at once
  file.n_records = "3";
  const int n = 100000;
  file.signals = {{"I", "mV", "-32768", "32767", "-32768", "32767", n},
                  {"II", "mV", "-32768", "32767", "-32768", "32767", n}};
  for (int r = 0; r < 3; ++r) {
    for (int s = 0; s < 2; ++s) {
      for (int i = 0; i < n; ++i) file.data += little_endian({(r * 7 + s * 3 + i) % 1000});
    }
  }
  const auto recording = parse(file);
  for (const std::size_t i : {0U, 99999U, 100000U, 250000U, 299999U}) {
    EXPECT_NEAR(recording.signal()(1, i), static_cast<double>((i / n * 7 + 3 + i % n) % 1000), 1e-9) << i;
  }
}

TEST(EdfWriter, RoundTripWithinHalfAStep) {
  std::vector<double> samples;
  for (int i = 0; i < 2 * 1080; ++i) samples.push_back(i < 1080 ? std::sin(i * 0.01) * 2.3456789 : 0.0);
  hs::Recording recording(samples, 360.0, {"II", "V1"});
  recording.sex = hs::Sex::female;
  recording.set_age(50.0);
  const std::vector<EdfAnnotation> annotations = {{0.25, std::nullopt, "N"}, {1.5, 0.5, "Vorhofflimmern \xC3\xA4"}};
  const auto bytes = hs::io::format_edf(recording, annotations);
  const auto read = hs::io::parse_edf(bytes, "w", {});
  ASSERT_EQ(read.n_samples(), 1080U) << "whole records divide the recording";
  EXPECT_EQ(read.sampling_rate().hz(), 360.0);
  EXPECT_EQ(read.leads(), recording.leads());
  EXPECT_EQ(read.sex, hs::Sex::female);
  EXPECT_EQ(read.age_years, std::nullopt);
  for (std::size_t i = 0; i < 1080; ++i) {
    ASSERT_NEAR(read.signal()(0, i), recording.signal()(0, i), 2.3457 / 65534) << i;
    ASSERT_EQ(read.signal()(1, i), 0.0) << i;
  }
  EXPECT_EQ(hs::io::parse_edf_annotations(bytes, "w"), annotations);
  const hs::RecordingFloat32 narrow({1.0F, -2.0F}, 1.0, {"I"});
  EXPECT_EQ(hs::io::parse_edf_float32(hs::io::format_edf(narrow), "w").signal()(0, 1), -2.0F);
}

TEST(EdfWriter, LengthsThatNothingDivides) {
  const hs::Recording recording(std::vector<double>(1009, 1.0), 500.0, {"I"});  // a prime
  const auto read = hs::io::parse_edf(hs::io::format_edf(recording), "w", {});
  EXPECT_EQ(read.n_samples(), 1500U) << "records of a second, the last filled up";
  EXPECT_EQ(read.signal()(0, 1499), 1.0);
  const hs::Recording slow(std::vector<double>(7, 1.0), 0.125, {"I"});
  EXPECT_EQ(hs::io::parse_edf(hs::io::format_edf(slow), "w", {}).sampling_rate().hz(), 0.125);
}

TEST(EdfWriter, Refusals) {
  const auto refused = [](const hs::Recording& recording, const std::vector<EdfAnnotation>& annotations = {}) {
    return message_of<hs::DomainError>([&] { (void)hs::io::format_edf(recording, annotations); });
  };
  const hs::Recording good({1.0, 2.0}, 2.0, {"I"});
  EXPECT_EQ(refused(good), "");
  EXPECT_EQ(refused(hs::Recording({1.0, NAN}, 2.0, {"I"})), "write_edf: recording.leads[0][1] = nan: must be finite");
  EXPECT_EQ(refused(hs::Recording({1.0}, 2.0, {"a name that is too long"})),
            "write_edf: recording.leads[0]: must be printable ASCII of at most 16 characters");
  EXPECT_EQ(refused(hs::Recording({1e9}, 2.0, {"I"})),
            "write_edf: recording.leads[0]: has values that 8 characters cannot state in their unit");
  EXPECT_EQ(refused(hs::Recording({1.0}, 1.0 / 3.0 * 1.1, {"I"})),
            "write_edf: recording.sampling_rate: no data record has a duration that 8 characters state exactly");
  EXPECT_EQ(refused(good, {{-1.0, std::nullopt, "x"}}), "write_edf: annotations[0].onset_s: must be finite, not negative");
  EXPECT_EQ(refused(good, {{1.0, NAN, "x"}}), "write_edf: annotations[0].duration_s: must be finite, not negative");
  EXPECT_EQ(refused(good, {{1.0, 1.0, "a\nb"}}),
            "write_edf: annotations[0].text: must be UTF-8 without control characters, and not empty");
  EXPECT_THROW((void)hs::io::format_edf(hs::Recording({}, 2.0, {"I"})), hs::ShapeError);
}

TEST(Edf, ReadFromDiskByItsContent) {
  const TemporaryFolder folder;
  const auto file = folder.write("patient7.dat", with_gap().bytes());
  const auto recording = hs::io::read_record(file);
  EXPECT_EQ(recording.id, "patient7");
  EXPECT_EQ(recording.n_samples(), 8U);
  EXPECT_EQ(hs::io::read_edf_annotations(file).size(), 1U);
  ReadOptions options;
  options.sampling_rate_hz = 2.0;
  EXPECT_THROW((void)hs::io::read_record(file, options), hs::DomainError) << "the file states its rate";
  hs::io::write_edf(folder.path() / "w.edf", hs::Recording({1.0, 2.0}, 2.0, {"I"}));
  EXPECT_EQ(hs::io::read_record(folder.path() / "w.edf").n_samples(), 2U);
}

}  // namespace edf_test
