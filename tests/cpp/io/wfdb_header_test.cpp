#include <heartsight/io/wfdb_header.hpp>

#include <gtest/gtest.h>

#include "cpp/io/temporary_folder.hpp"

namespace wfdb_header_test {

namespace hs = heartsight;
using hs::io::parse_wfdb_header;

TEST(WfdbHeader, EveryFieldOfASignalLine) {
  const auto header = parse_wfdb_header(
      "rec 1 125.5/1000(3.5) 10 8:26:04 26/10/1994\r\nsub/d.dat 16x4:2+24 200.5(-5)/uV 16 7 -12 -3 512 lead two \r\n", "h",
      true);
  EXPECT_EQ(header.record_name, "rec");
  EXPECT_EQ(header.frame_rate_hz, 125.5);
  EXPECT_EQ(header.counter_rate_hz, 1000.0);
  EXPECT_EQ(header.base_counter, 3.5);
  EXPECT_EQ(header.n_samples, 10U);
  EXPECT_EQ(header.base_time, "8:26:04");
  EXPECT_EQ(header.base_date, "26/10/1994");
  const hs::io::WfdbSignal expected{"sub/d.dat", 16, 4, 2, 24, 200.5, -5, "uV", 16, 7, -12, -3, 512, "lead two"};
  ASSERT_EQ(header.signals.size(), 1U);
  EXPECT_EQ(header.signals[0], expected);
}

TEST(WfdbHeader, MissingFieldsMeanWhatTheSpecificationSays) {
  const auto header = parse_wfdb_header("# comment first\n\nr 3\nd 16\nd 16 0 12 1024\nd 16 100\n", "h");
  EXPECT_EQ(header.frame_rate_hz, 250.0);
  EXPECT_FALSE(header.n_samples.has_value());
  EXPECT_EQ(header.signals[0].gain, 200.0);
  EXPECT_EQ(header.signals[0].units, "mV");
  EXPECT_EQ(header.signals[0].name, "signal 0");
  EXPECT_EQ(header.signals[1].gain, 200.0) << "gain 0 means uncalibrated: 200";
  EXPECT_EQ(header.signals[1].baseline, 1024) << "a missing baseline is the ADC zero";
  EXPECT_EQ(header.signals[1].initial_value, 1024) << "a missing initial value is the ADC zero";
  EXPECT_FALSE(header.signals[1].checksum.has_value());
}

TEST(WfdbHeader, Segments) {
  const auto header = parse_wfdb_header("rec/3 2 250 300\nlayout 0\nseg1 200\n~ 100\n", "h");
  EXPECT_TRUE(header.is_multi_segment);
  ASSERT_EQ(header.segments.size(), 3U);
  EXPECT_EQ(header.segments[2], (hs::io::WfdbSegment{"~", 100}));
}

TEST(WfdbHeader, AgeAndSexOfEveryWriting) {
  const auto parse = [](const std::string& comments) { return parse_wfdb_header("r 0\n" + comments, "h"); };
  EXPECT_EQ(parse("# Age: 63\n# Sex: Female\n").age_years, 63.0);
  EXPECT_EQ(parse("# Age: 63\n# Sex: Female\n").sex, hs::Sex::female);
  EXPECT_EQ(parse("#<age>: 51\n#<sex>: F\n").age_years, 51.0);
  EXPECT_EQ(parse("# <age>: 25  <sex>: M  <diagnoses>: (none)\n").sex, hs::Sex::male);
  EXPECT_EQ(parse("# <age>: 25  <sex>: M  <diagnoses>: (none)\n").age_years, 25.0);
  EXPECT_EQ(parse("# 69 M 1085 1629 x1\n").age_years, 69.0);
  EXPECT_EQ(parse("# 69 M 1085 1629 x1\n").sex, hs::Sex::male);
  EXPECT_FALSE(parse("# -1 F 1085 1629 x1\n").age_years.has_value());
  EXPECT_FALSE(parse("# age: n/a\n").age_years.has_value());
  EXPECT_FALSE(parse("# age: 3 months\n").age_years.has_value());
  EXPECT_FALSE(parse("# average: 12\n# Diagnosis age: 40\n# stage: 2\n").age_years.has_value());
  EXPECT_EQ(parse("# Age: 300\n").age_years, 90.0);
  EXPECT_TRUE(parse("# Age: 300\n").age_censored);
}

TEST(WfdbHeader, IdentifiersAreLeftBehind) {
  const std::string text = "r 0 100 10 8:26:04 26/10/1994\n# Name: Jane Doe\n# Age: 40\n";
  const auto header = parse_wfdb_header(text, "h");
  EXPECT_TRUE(header.comments.empty());
  EXPECT_TRUE(header.text.empty());
  EXPECT_TRUE(header.base_date.empty());
  EXPECT_EQ(header.age_years, 40.0);
  EXPECT_EQ(parse_wfdb_header(text, "h", true).comments.at(0), "Name: Jane Doe");
}

TEST(WfdbHeader, TextThatIsNotUtf8IsLatin1) {
  EXPECT_EQ(parse_wfdb_header("r 1\nd 16 200/\xB5V\n", "h").signals[0].units, "\xC2\xB5V");
}

TEST(WfdbHeader, ErrorsNameFileAndLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "h: line 0: the record line is missing"},
      {"r\n", "h: line 1: number of signals is missing"},
      {"r x\n", "h: line 1: number of signals 'x' is not an integer"},
      {"r -1\n", "h: line 1: number of signals = -1"},
      {"r 1 0\n", "h: line 1: sampling frequency '0' must be positive"},
      {"r 1 nan\n", "h: line 1: sampling frequency 'nan' is not a finite number"},
      {"r 1 250 99999999999999999999\n", "h: line 1: number of samples"},
      {"r 2\nd 16\n", "h: line 2: the header ends after 1 of 2 signals"},
      {"r 1\nd 16\n\nd 16\n", "h: line 4: more signals than the 1 stated"},
      {"r 1\nd 17\n", "h: line 2: signal format 17 is not known"},
      {"r 1\nd\n", "h: line 2: signal format is missing"},
      {"r 1\nd 16x0\n", "h: line 2: samples per frame = 0"},
      {"r 1\nd 16 inf\n", "h: line 2: gain 'inf' is not a finite number"},
      {"r 1\nd 16 200(1\n", "h: line 2: baseline has no closing parenthesis"},
      {"r 1\nd 16 200(1.5)\n", "h: line 2: baseline must be an integer"},
      {"r 1\nd 16 200 twelve\n", "h: line 2: ADC resolution 'twelve' is not an integer"},
      {"r 1\n/etc/passwd 16\n", "h: line 2: signal file '/etc/passwd' must name a file in the header's own folder"},
      {"r 1\n../d 16\n", "h: line 2: signal file '../d' must name a file"},
      {"r 1\na/../../d 16\n", "h: line 2: signal file"},
      {"r 1\n- 16\n", "h: line 2: signal file '-'"},
      {"r/1 1\n../s 10\n", "h: line 2: segment '../s' must name a file"},
      {"r/2 1\ns 10\n", "h: line 2: the header ends after 1 of 2 segments"},
      {"r/0 1\n", "h: line 1: number of segments = 0"},
  };
  for (const auto& [text, expected] : cases) {
    const std::string message = message_of<hs::FormatError>([&] { (void)parse_wfdb_header(text, "h"); });
    EXPECT_TRUE(message.starts_with(expected)) << "got '" << message << "' for '" << text << "'";
  }
}

TEST(WfdbHeader, ReadFromAFileWithAndWithoutExtension) {
  const TemporaryFolder folder;
  const auto file = folder.write("r.hea", "r 0 360 5\n");
  EXPECT_EQ(hs::io::read_wfdb_header(file).frame_rate_hz, 360.0);
  EXPECT_EQ(hs::io::read_wfdb_header(folder.path() / "r").frame_rate_hz, 360.0);
  EXPECT_THROW((void)hs::io::read_wfdb_header(folder.path() / "absent"), hs::FormatError);
}

}  // namespace wfdb_header_test
