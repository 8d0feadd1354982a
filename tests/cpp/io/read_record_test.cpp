#include <heartsight/io/read_record.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <type_traits>

#include "cpp/io/temporary_folder.hpp"

namespace read_record_test {

namespace hs = heartsight;
using hs::io::read_record;
using hs::io::read_record_float32;
using hs::io::ReadOptions;

namespace {

/// Two leads of three samples at 250 Hz in format 16, 100 units per mV: 1, 2, 3 mV and -1, -2 mV, missing.
void write_wfdb(const TemporaryFolder& folder, const std::string& header_name, const std::string& signal_name) {
  folder.write(header_name,
               "r 2 250 3\n" + signal_name + " 16 100/mV 16 0 0 0 0 I\n" + signal_name + " 16 100/mV 16 0 0 0 0 II\n");
  std::string bytes;
  for (const int value : {100, -100, 200, -200, 300, -32768}) {
    bytes.push_back(static_cast<char>(value & 255));
    bytes.push_back(static_cast<char>((value >> 8) & 255));
  }
  folder.write(signal_name, bytes);
}

void expect_the_wfdb_samples(const hs::Recording& recording) {
  ASSERT_EQ(recording.n_leads(), 2U);
  ASSERT_EQ(recording.n_samples(), 3U);
  EXPECT_EQ(recording.signal()(0, 2), 3.0);
  EXPECT_EQ(recording.signal()(1, 1), -2.0);
  EXPECT_TRUE(std::isnan(recording.signal()(1, 2)));
}

std::string corpus(const std::string& name) {
  std::ifstream stream(std::string(HEARTSIGHT_SOURCE_DIR) + "/fuzz/corpus/io/npy/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string refusal(const std::filesystem::path& path, const ReadOptions& options = {}) {
  return message_of<hs::FormatError>([&] { (void)read_record(path, options); });
}

}  // namespace

TEST(ReadRecord, WfdbByHeaderByNameAndBySignalFile) {
  const TemporaryFolder folder;
  write_wfdb(folder, "r.hea", "r.dat");
  for (const char* name : {"r.hea", "r", "r.dat"}) {
    const auto recording = read_record(folder.path() / name);
    expect_the_wfdb_samples(recording);
    EXPECT_EQ(recording.id, "r") << name;
  }
}

TEST(ReadRecord, TheContentDecidesNotTheName) {
  const TemporaryFolder folder;
  write_wfdb(folder, "header.txt", "samples.bin");
  expect_the_wfdb_samples(read_record(folder.path() / "header.txt"));

  ReadOptions csv;
  csv.sampling_rate_hz = 250.0;
  const auto table = read_record(folder.write("table.npy", "I,II\n1,4\n2,5\n"), csv);
  EXPECT_EQ(table.signal()(1, 1), 5.0);

  ReadOptions array = csv;
  array.lead_names = {"I", "II"};
  const auto numbers = read_record(folder.write("array.csv", corpus("f8.npy")), array);
  EXPECT_EQ(numbers.signal()(1, 4), 9.0 / 8.0);
}

TEST(ReadRecord, FloatIsTheDoubleRoundedOnce) {
  const TemporaryFolder folder;
  ReadOptions options;
  options.sampling_rate_hz = 100.0;
  const auto path = folder.write("t.csv", "I\n0.1\n0.30000001\n-7.123456789\n");
  const auto exact = read_record(path, options);
  const auto rounded = read_record_float32(path, options);
  static_assert(std::is_same_v<decltype(rounded), const hs::RecordingFloat32>);
  ASSERT_EQ(rounded.n_samples(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(rounded.signal()(0, i), static_cast<float>(exact.signal()(0, i)));
}

TEST(ReadRecord, WhatIsNoRecordingIsRefusedByName) {
  const TemporaryFolder folder;
  EXPECT_NE(refusal(folder.path() / "nothing"), "");
  EXPECT_NE(refusal(folder.path()), "");
  const std::string empty = refusal(folder.write("empty.csv", ""));
  EXPECT_NE(empty.find("empty.csv"), std::string::npos) << empty;
  EXPECT_NE(empty.find("is empty"), std::string::npos) << empty;
  const std::string noise = refusal(folder.write("noise.csv", std::string("\x01\x02\x00\xFF", 4)));
  EXPECT_NE(noise.find("is not in a format that can be read"), std::string::npos) << noise;
  EXPECT_NE(refusal(folder.write("lone.dat", std::string("\x01\x02\x03\x04", 4))), "") << "no header beside it";
}

TEST(ReadRecord, OptionsThatDoNotFitTheFormatAreRefused) {
  const TemporaryFolder folder;
  write_wfdb(folder, "r.hea", "r.dat");
  ReadOptions options;
  options.sampling_rate_hz = 250.0;
  EXPECT_THROW((void)read_record(folder.path() / "r.hea", options), hs::DomainError);
  const auto csv = folder.write("t.csv", "I\n1\n2\n");
  EXPECT_THROW((void)read_record(csv), hs::DomainError) << "a CSV carries no rate";
  options.lead_names = {"I"};
  EXPECT_THROW((void)read_record(csv, options), hs::DomainError) << "a CSV names its leads itself";
}

TEST(ReadRecord, BytesOfAnyFormatButWfdb) {
  hs::io::ReadOptions options;
  options.sampling_rate_hz = 250.0;
  const auto recording = hs::io::parse_record(bytes_of("I,II\n1,2\n3,4\n"), "upload", options);
  EXPECT_EQ(recording.n_leads(), 2U);
  EXPECT_EQ(recording.id, "");
  EXPECT_EQ(hs::io::parse_record_float32(bytes_of("I,II\n1,2\n3,4\n"), "upload", options).signal()(1, 1), 4.0F);
  EXPECT_EQ(message_of<hs::FormatError>([] { (void)hs::io::parse_record({}, "upload"); }), "upload: is empty");
  EXPECT_NE(message_of<hs::FormatError>([] {
              (void)hs::io::parse_record(bytes_of("\x01\x02\x03"), "upload");
            }).find("upload: is not in a format that can be read"),
            std::string::npos);
}

TEST(ReadRecord, NamesTheFileThatIsNotThere) {
  const TemporaryFolder folder;
  const std::string message = message_of<hs::FormatError>([&] { (void)hs::io::read_record(folder.path() / "absent"); });
  EXPECT_NE(message.find("absent: cannot be opened"), std::string::npos) << message;
}

}  // namespace read_record_test
