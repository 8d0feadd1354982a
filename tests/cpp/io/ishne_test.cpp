#include <heartsight/io/ishne.hpp>

#include <gtest/gtest.h>

#include <algorithm>

#include "cpp/io/base64.hpp"
#include "cpp/io/temporary_folder.hpp"

namespace ishne_test {

namespace hs = heartsight;

namespace {

void put(std::string& file, std::size_t at, std::string_view text) {
  std::copy(text.begin(), text.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
}
void put_word(std::string& file, std::size_t at, int value) {
  put(file, at, little_endian_words({value}));
}
void put_long(std::string& file, std::size_t at, int value) {
  put(file, at, little_endian_words({value & 0xFFFF, value >> 16}));
}

/// Two leads (V1, generic), three samples, a variable block of 6 bytes; fields at the places of the specification.
std::string holter(int n_stated = 6) {
  std::string file(522, '\0');
  put(file, 0, "ISHNE1.0");
  put_long(file, 10, 6);
  put_long(file, 14, n_stated);
  put_long(file, 18, 522);
  put_long(file, 22, 528);
  put_word(file, 26, 1);
  put(file, 28, "Jane");
  put_word(file, 128, 2);
  for (const auto& [at, value] : {std::pair{132, 2}, {134, 8}, {136, 1951}, {138, 1}, {140, 8}, {142, 2020}}) {
    put_word(file, static_cast<std::size_t>(at), value);
  }
  put_word(file, 156, 2);
  for (std::size_t l = 0; l < 12; ++l) {
    put_word(file, 158 + 2 * l, l == 0 ? 11 : l == 1 ? 1 : -9);
    put_word(file, 206 + 2 * l, l == 0 ? 2500 : l == 1 ? 10000 : -9);
  }
  put_word(file, 272, 200);
  file.append("block!");
  return file.append(little_endian_words({400, -1, -400, 2, 32767, -32768}));
}

hs::Recording parse(const std::string& file, const hs::io::ReadOptions& options = {}) {
  return hs::io::parse_ishne(bytes_of(file), "f.ecg", options);
}
std::string error(const std::string& file) {
  return message_of<hs::FormatError>([&] { (void)parse(file); });
}

}  // namespace

TEST(Ishne, LeadsValuesAgeAndSex) {
  for (const int stated : {6, 3}) {  // of all leads, or of one
    const auto recording = parse(holter(stated));
    EXPECT_EQ(recording.leads(), (std::vector<std::string>{"V1", "lead 2"}));
    EXPECT_EQ(recording.sampling_rate().hz(), 200.0);
    ASSERT_EQ(recording.n_samples(), 3U);
    EXPECT_EQ(recording.signal()(0, 0), 1.0) << "400 * 2500 nV";
    EXPECT_EQ(recording.signal()(0, 1), -1.0);
    EXPECT_EQ(recording.signal()(1, 2), -327.68);
    EXPECT_EQ(recording.age_years, 68.0) << "the day before the birthday";
    EXPECT_EQ(recording.sex, hs::Sex::female);
    EXPECT_EQ(recording.id, "");
  }
  hs::io::ReadOptions options;
  options.leads = {"lead 2"};
  options.start = 1;
  options.stop = 2;
  EXPECT_EQ(parse(holter(), options).signal()(0, 0), 0.02);
}

TEST(Ishne, Checksum) {
  std::string file = holter();
  // CRC-16 (0x1021, start 0xFFFF) of bytes 10 to 527, computed with Python's binascii.crc_hqx(file[10:528], 0xFFFF).
  put_word(file, 8, 0x72B8);
  EXPECT_EQ(error(file), "");
  put_word(file, 8, 0x72B9);
  EXPECT_EQ(error(file), "f.ecg: byte 8: the header does not have its checksum");
}

TEST(Ishne, EveryFaultNamesTheByte) {
  EXPECT_EQ(error("ISHNE2.0"), "f.ecg: byte 0: is not an ISHNE Holter file");
  EXPECT_EQ(error(holter().substr(0, 521)), "f.ecg: byte 521: truncated: the header has 522 bytes");
  EXPECT_EQ(error(holter().substr(0, 539)),
            "f.ecg: byte 14: the number of samples is said to be 6, the file has 11 bytes of 2 leads");
  EXPECT_EQ(error(holter(4)), "f.ecg: byte 14: the number of samples is said to be 4, the file has 12 bytes of 2 leads");
  EXPECT_EQ(error(holter(-1)),
            "f.ecg: byte 14: the number of samples is said to be 4294967295, the file has 12 bytes of 2 leads");
  const auto with_word = [](std::size_t at, int value) {
    std::string file = holter();
    put_word(file, at, value);
    return error(file);
  };
  EXPECT_EQ(with_word(22, 100), "f.ecg: byte 22: the samples are said to begin at byte 100");
  EXPECT_EQ(with_word(22, 541), "f.ecg: byte 22: the samples are said to begin at byte 541");
  EXPECT_EQ(with_word(156, 0), "f.ecg: byte 156: the number of leads is not 1 to 12");
  EXPECT_EQ(with_word(156, 13), "f.ecg: byte 156: the number of leads is not 1 to 12");
  EXPECT_EQ(with_word(272, -1), "f.ecg: byte 272: the sampling rate is not positive");
  EXPECT_EQ(with_word(208, 0), "f.ecg: byte 208: the resolution of the lead is not positive");
}

TEST(Ishne, ReadFromDiskByItsContent) {
  const TemporaryFolder folder;
  EXPECT_EQ(hs::io::read_record(folder.write("h.ecg", holter())).id, "h");
  EXPECT_EQ(hs::io::parse_ishne_float32(bytes_of(holter()), "f").signal()(0, 0), 1.0F);
}

}  // namespace ishne_test
