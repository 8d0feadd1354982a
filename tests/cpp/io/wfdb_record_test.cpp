#include <heartsight/io/read_record.hpp>
#include <heartsight/io/wfdb_record.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "cpp/io/temporary_folder.hpp"

namespace wfdb_record_test {

namespace hs = heartsight;
using hs::io::read_record;
using hs::io::ReadOptions;

namespace {

/// 16-bit samples, least significant byte first.
std::string words(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) {
    bytes.push_back(static_cast<char>(value & 255));
    bytes.push_back(static_cast<char>(value >> 8 & 255));
  }
  return bytes;
}

std::vector<double> row(const hs::Recording& recording, std::size_t lead = 0) {
  const auto samples = recording.lead(lead);
  return {samples.begin(), samples.end()};
}

hs::Recording parse(const std::map<std::string, std::string>& files, const ReadOptions& options = {}) {
  hs::io::WfdbFiles views;
  for (const auto& [name, content] : files) views[name] = bytes_of(content);
  return hs::io::parse_wfdb_record(views, "r.hea", options);
}

std::string error(const std::map<std::string, std::string>& files, const ReadOptions& options = {}) {
  return message_of<hs::FormatError>([&] { (void)parse(files, options); });
}

void expect_equal(const std::vector<double>& actual, const std::vector<double>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan(actual[i])) << i;
    } else {
      EXPECT_EQ(actual[i], expected[i]) << i;
    }
  }
}

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST(WfdbRecord, PhysicalValuesUnitsAndMissingSamples) {
  const auto recording =
      parse({{"r.hea",
              "r 4 500 3\nd 16 200(10)/mV 0 0 0 0 0 avr\nd 16 2/uV 0 0 0 0 0 II\nd 16 1(0)/V 0 0 0 0 0 X\n"
              "d 16 4/mmHg 0 0 0 0 0 ABP\n"},
             {"d", words({210, 2000, 1, 40, -32768, -32768, -32768, -32768, 11, 1, -1, 1})}});
  EXPECT_EQ(recording.leads(), (std::vector<std::string>{"aVR", "II", "X", "ABP"}));
  EXPECT_EQ(recording.units, (std::vector<std::string>{"mV", "mV", "mV", "mmHg"}));
  EXPECT_EQ(recording.id, "r");
  EXPECT_EQ(recording.sampling_rate().hz(), 500.0);
  expect_equal(row(recording, 0), {1.0, missing, 1.0 / 200.0});
  expect_equal(row(recording, 1), {1.0, missing, 0.5 / 1000.0});
  expect_equal(row(recording, 2), {1000.0, missing, -1000.0});
  expect_equal(row(recording, 3), {10.0, missing, 0.25});
}

TEST(WfdbRecord, LeadsAndRange) {
  const std::map<std::string, std::string> files = {{"r.hea", "r 2 100\nd 16 1 0 0 0 0 0 I\nd 16 1 0 0 0 0 0 II\n"},
                                                    {"d", words({1, 2, 3, 4, 5, 6, 7, 8})}};
  ReadOptions options;
  options.leads = {"ii", "I", "ii"};
  options.start = 1;
  options.stop = 3;
  const auto part = parse(files, options);
  EXPECT_EQ(part.leads(), (std::vector<std::string>{"II", "I", "II"}));
  expect_equal(row(part, 0), {4, 6});
  expect_equal(row(part, 1), {3, 5});
  expect_equal(row(part, 2), {4, 6});
  EXPECT_EQ(part.start_s, 0.01);
  EXPECT_EQ(part.groups.at(0).n_samples, 4U) << "counted from the file, for the header is silent";
  options.start = 3;
  EXPECT_EQ(parse(files, options).n_samples(), 0U);
  options.start = 4;
  EXPECT_THROW((void)parse(files, options), hs::DomainError);
  options.start = 0;
  options.stop = 5;
  EXPECT_THROW((void)parse(files, options), hs::DomainError);
  options.stop.reset();
  options.leads = {"V1"};
  EXPECT_THROW((void)parse(files, options), hs::DomainError);
  options.leads.clear();
  options.max_values = 7;
  EXPECT_THROW((void)parse(files, options), hs::DomainError);
}

TEST(WfdbRecord, SeveralRates) {
  const std::map<std::string, std::string> files = {
      {"r.hea", "r 3 50 2\nd 16 1 0 0 0 0 0 ABP\nd 16x2 1 0 0 0 0 0 I\nd 16 1 0 0 0 0 0 RESP\n"},
      {"d", words({10, 1, 2, 20, 11, 3, 4, 21})}};
  const auto fast = parse(files);
  EXPECT_EQ(fast.sampling_rate().hz(), 100.0);
  expect_equal(row(fast), {1, 2, 3, 4});
  ASSERT_EQ(fast.groups.size(), 2U);
  EXPECT_EQ(fast.groups[1], (hs::ChannelGroup{50.0, 2, {"ABP", "RESP"}}));
  ReadOptions options;
  options.group = 1;
  expect_equal(row(parse(files, options), 1), {20, 21});
  options.group = 2;
  EXPECT_THROW((void)parse(files, options), hs::DomainError);
  options.group.reset();
  options.group_rate_hz = 50.0;
  expect_equal(row(parse(files, options)), {10, 11});
  options.group_rate_hz = 60.0;
  EXPECT_THROW((void)parse(files, options), hs::DomainError);
  options.group_rate_hz.reset();
  options.leads = {"RESP"};
  expect_equal(row(parse(files, options)), {20, 21});
  options.leads = {"RESP", "I"};
  EXPECT_THROW((void)parse(files, options), hs::DomainError) << "leads of two rates are not one matrix";
  options.leads = {"I"};
  options.start = 1;
  options.stop = 3;
  expect_equal(row(parse(files, options)), {2, 3});
}

TEST(WfdbRecord, SkewMovesASignalAndItsEndIsMissing) {
  const std::map<std::string, std::string> files = {{"r.hea", "r 2 100 4\nd 16 1\nd 16:1 1\n"},
                                                    {"d", words({1, 0, 2, 11, 3, 12, 4, 13})}};
  expect_equal(row(parse(files), 0), {1, 2, 3, 4});
  expect_equal(row(parse(files), 1), {11, 12, 13, missing});
  ReadOptions options;
  options.start = 2;
  expect_equal(row(parse(files, options), 1), {13, missing});
}

TEST(WfdbRecord, Format8RangeIsSummedFromTheStart) {
  const std::map<std::string, std::string> files = {{"r.hea", "r 2 100 4\nd 8 1(0) 8 0 5\nd 8 1(0) 8 0 -7\n"},
                                                    {"d", std::string("\x00\x00\x01\x02\x01\x02\xFF\xFE", 8)}};
  expect_equal(row(parse(files), 0), {5, 6, 7, 6});
  expect_equal(row(parse(files), 1), {-7, -5, -3, -5});
  ReadOptions options;
  options.start = 2;
  expect_equal(row(parse(files, options), 1), {-3, -5});
}

TEST(WfdbRecord, SegmentsOfFixedLayout) {
  std::map<std::string, std::string> files = {{"r.hea", "r/3 1 100 5\na 2\n~ 1\nb 2\n# Age: 50\n"},
                                              {"a.hea", "a 1 100 2\nda 16 1 0 0 0 0 0 I\n"},
                                              {"b.hea", "b 1 100 2\ndb 16 1/uV 0 0 0 0 0 I\n"},
                                              {"da", words({1, 2})},
                                              {"db", words({3000, 4000})}};
  expect_equal(row(parse(files)), {1, 2, missing, 3, 4});
  EXPECT_EQ(parse(files).age_years, 50.0);
  ReadOptions options;
  options.start = 3;
  expect_equal(row(parse(files, options)), {3, 4});
  auto broken = files;
  broken["r.hea"] = "r/3 1 100 6\na 2\n~ 1\nb 2\n";
  EXPECT_NE(error(broken).find("6 samples, its segments have 5"), std::string::npos);
  broken = files;
  broken["b.hea"] = "b 1 200 2\ndb 16 1 0 0 0 0 0 I\n";
  EXPECT_NE(error(broken).find("b.hea: has another sampling frequency"), std::string::npos);
  broken["b.hea"] = "b 1 100 2\ndb 16 1 0 0 0 0 0 II\n";
  EXPECT_NE(error(broken).find("another name"), std::string::npos);
  broken["b.hea"] = "b 1 100 2\ndb 16 1/mmHg 0 0 0 0 0 I\n";
  EXPECT_NE(error(broken).find("another unit"), std::string::npos);
  broken["b.hea"] = "b/1 1 100 2\na 2\n";
  EXPECT_NE(error(broken).find("a segment may not have segments itself"), std::string::npos);
  broken["r.hea"] = "r/1 1 100 2\nr 2\n";
  EXPECT_NE(error(broken).find("a segment may not have segments itself"), std::string::npos);
}

TEST(WfdbRecord, SegmentsOfVariableLayout) {
  std::map<std::string, std::string> files = {
      {"r.hea", "r/4 2 100 5\nlayout 0\na 2\n~ 1\nb 2\n"},
      {"layout.hea", "layout 2 100 0\n~ 0 1/mV 0 0 0 0 0 I\n~ 0 1/mmHg 0 0 0 0 0 ABP\n"},
      {"a.hea", "a 1 100 2\nda 16 2/mmHg 0 0 0 0 0 ABP\n"},
      {"b.hea", "b 2 100 2\ndb 16 1/mmHg 0 0 0 0 0 ABP\ndb 16 1 0 0 0 0 0 I\n"},
      {"da", words({80, 90})},
      {"db", words({70, 1, 71, 2})}};
  expect_equal(row(parse(files), 0), {missing, missing, missing, 1, 2});
  expect_equal(row(parse(files), 1), {40, 45, missing, 70, 71});
  files["a.hea"] = "a 1 100 2\nda 16 2/mmHg 0 0 0 0 0 PAP\n";
  EXPECT_NE(error(files).find("not in the layout"), std::string::npos);
}

TEST(WfdbRecord, TruncatedAndBoastfulFiles) {
  const std::string header = "r 1 100 3\nd 16 1\n";
  EXPECT_EQ(error({{"r.hea", header}, {"d", words({1, 2})}}),
            "d: byte 4: truncated: the header promises 3 frames, the file holds 2");
  EXPECT_NE(error({{"r.hea", header}}).find("d: cannot be opened"), std::string::npos);
  EXPECT_NE(error({{"r.hea", "r 1 100 70000000000000\nd 16 1\n"}, {"d", words({1})}}).find("truncated"), std::string::npos);
  EXPECT_NE(error({{"r.hea", "r 1 100 1000000000\n~ 0\n"}}).find("no signal file holds"), std::string::npos);
  EXPECT_NE(error({{"r.hea", "r/2 1 100\n~ 1000000000\na 1\n"}, {"a.hea", "a 1 100 1\nd 16\n"}, {"d", words({1})}})
                .find("no signal file holds"),
            std::string::npos);
  EXPECT_NE(error({{"r.hea", "r 0 100 3\n"}}).find("has no signal"), std::string::npos);
  EXPECT_NE(error({{"r.hea", "r 2 100 1\nd 16\nd 212\n"}, {"d", words({1, 2})}}).find("differ in format"),
            std::string::npos);
  EXPECT_NE(error({{"r.hea", "r 3 100 1\nd 16\ne 16\nd 16\n"}, {"d", words({1, 2})}, {"e", words({1})}}).find("together"),
            std::string::npos);
}

TEST(WfdbRecord, Checksums) {
  ReadOptions options;
  options.verify_checksums = true;
  const std::string samples = words({1, 2, -5, 30000, 30000, 30000});
  const int sum = 1 + 2 - 5 + 90000;  // written modulo 65536, with or without sign
  for (const int written : {sum - 65536, sum - 2 * 65536}) {
    const std::string header = "r 1 100 6\nd 16 1 0 0 1 " + std::to_string(written) + " 0 I\n";
    EXPECT_EQ(parse({{"r.hea", header}, {"d", samples}}, options).n_samples(), 6U);
  }
  const std::string header = "r 1 100 6\nd 16 1 0 0 1 7 0 I\n";
  EXPECT_NE(error({{"r.hea", header}, {"d", samples}}, options).find("checksum"), std::string::npos);
  EXPECT_EQ(error({{"r.hea", header}, {"d", samples}}), "") << "not compared unless asked for";
}

TEST(WfdbRecord, PathsThatNameARecord) {
  const TemporaryFolder folder;
  folder.write("r.hea", "r 1 100 2\nr.dat 16 1 0 0 0 0 0 I\n# Name: Jane\n# Sex: F\n");
  folder.write("r.dat", words({1, 2}));
  for (const char* name : {"r.hea", "r", "r.dat"}) {
    const auto recording = read_record(folder.path() / name);
    expect_equal(row(recording), {1, 2});
    EXPECT_EQ(recording.id, "r");
    EXPECT_EQ(recording.sex, hs::Sex::female);
    EXPECT_TRUE(recording.header_text.empty());
  }
  ReadOptions options;
  options.keep_header = true;
  EXPECT_EQ(read_record(folder.path() / "r", options).header_text.at(2), "# Name: Jane");
  options = {};
  options.sampling_rate_hz = 100.0;
  EXPECT_THROW((void)read_record(folder.path() / "r", options), hs::DomainError) << "the header states the rate";
  EXPECT_EQ(hs::io::read_record_float32(folder.path() / "r").signal()(0, 1), 2.0F);

  folder.write("header-by-content.txt", "r 1 100 2\nr.dat 16 1 0 0 0 0 0 I\n");
  expect_equal(row(read_record(folder.path() / "header-by-content.txt")), {1, 2});
  folder.write("lonely.dat", words({1, 2}));
  EXPECT_THROW((void)read_record(folder.path() / "lonely.dat"), hs::FormatError);
  folder.write("empty", "");
  EXPECT_NE(message_of<hs::FormatError>([&] { (void)read_record(folder.path() / "empty"); }).find("is empty"),
            std::string::npos);
  EXPECT_THROW((void)read_record(folder.path()), hs::FormatError) << "a folder";
  EXPECT_THROW((void)read_record(folder.path() / "absent"), hs::FormatError);
}

TEST(WfdbRecord, FloatIsTheRoundedDouble) {
  std::string samples;
  for (int i = 0; i < 5000; ++i) samples += words({i * 13 % 4000 - 2000, i % 7});
  const std::string header = "r 2 100 5000\nd 16 213.7/uV 0 0 0 0 0 I\nd 16 3\n";
  const hs::io::WfdbFiles files = {{"r.hea", bytes_of(header)}, {"d", bytes_of(samples)}};
  const auto doubles = hs::io::parse_wfdb_record(files, "r.hea");
  const auto floats = hs::io::parse_wfdb_record_float32(files, "r.hea");
  for (std::size_t lead = 0; lead < 2; ++lead) {
    for (std::size_t i = 0; i < 5000; ++i) {
      ASSERT_EQ(floats.signal()(lead, i), static_cast<float>(doubles.signal()(lead, i)));
    }
  }
  EXPECT_EQ(doubles.signal()(0, 17), (17 * 13 % 4000 - 2000) / 213.7 / 1000.0);
}

}  // namespace wfdb_record_test
