#include <heartsight/io/scp.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>

#include "cpp/io/base64.hpp"
#include "cpp/io/temporary_folder.hpp"

namespace scp_test {

namespace hs = heartsight;

namespace {

std::string number(std::uint64_t value, std::size_t n_bytes) {
  std::string bytes;
  for (std::size_t b = 0; b < n_bytes; ++b) bytes.push_back(static_cast<char>(value >> (8 * b) & 255U));
  return bytes;
}

/// CRC-16 of CCITT, one bit after the other as the standard writes it: another way than the reader's.
std::string crc(std::string_view bytes) {
  std::uint32_t remainder = 0xFFFF;
  for (const char c : bytes) {
    for (int bit = 7; bit >= 0; --bit) {
      const bool carry = (remainder >> 15U & 1U) != (static_cast<unsigned char>(c) >> bit & 1U);
      remainder = (remainder << 1U & 0xFFFFU) ^ (carry ? 0x1021U : 0U);
    }
  }
  return number(remainder, 2);
}

std::string section(std::uint32_t id, const std::string& content) {
  std::string body = number(id, 2);
  body.append(number(static_cast<std::uint32_t>(content.size() + 16), 4));
  body.append("\x14\x14", 2);
  body.append(id == 0 ? std::string("SCPECG") : std::string(6, '\0'));
  body.append(content);
  return crc(body).append(body);
}

/// A file of sections by number, all checksums in place.
std::string file(const std::map<std::uint32_t, std::string>& contents) {
  std::string sections;
  std::string pointers;
  const std::uint32_t pointers_size = 16 + 10 * 12;
  for (std::uint32_t id = 0; id < 12; ++id) {
    pointers.append(number(id, 2));
    if (id == 0) {
      pointers.append(number(pointers_size, 4)).append(number(7, 4));
    } else if (!contents.contains(id)) {
      pointers.append(number(0, 8));
    } else {
      const std::string one = section(id, contents.at(id));
      pointers.append(number(static_cast<std::uint32_t>(one.size()), 4));
      pointers.append(number(static_cast<std::uint32_t>(6 + pointers_size + sections.size() + 1), 4));
      sections.append(one);
    }
  }
  const std::string rest = section(0, pointers).append(sections);
  std::string body = number(static_cast<std::uint32_t>(rest.size() + 6), 4);
  body.append(rest);
  return crc(body).append(body);
}

struct Lead {
  std::uint32_t first, last, id;
};
std::string leads(const std::vector<Lead>& all, std::uint32_t flags = 0) {
  std::string content = number(static_cast<std::uint32_t>(all.size()), 1);
  content.append(number(flags, 1));
  for (const Lead& lead : all) content.append(number(lead.first, 4)).append(number(lead.last, 4)).append(number(lead.id, 1));
  return content;
}
std::string waveforms(const std::vector<std::string>& data, std::uint32_t multiplier = 1000, std::uint32_t interval = 2000,
                      std::uint32_t differences = 0, std::uint32_t bimodal = 0) {
  std::string content = number(multiplier, 2);
  content.append(number(interval, 2)).append(number(differences, 1)).append(number(bimodal, 1));
  for (const std::string& one : data) content.append(number(static_cast<std::uint32_t>(one.size()), 2));
  for (const std::string& one : data) content.append(one);
  return content;
}

/// The bits of the default table.
std::string bits_of(int value) {
  if (value == 0) return "0";
  const int size = std::abs(value);
  std::string bits(static_cast<std::size_t>(std::min(size, 9)), '1');  // 100 is 1, 101 is -1, 1100 is 2, ...
  if (size <= 8) return bits.append(value > 0 ? "00" : "01");
  const int n_bits = value >= -128 && value <= 127 ? 8 : 16;
  bits.append(n_bits == 8 ? "0" : "1");
  for (int bit = n_bits - 1; bit >= 0; --bit) bits.push_back((value >> bit & 1) != 0 ? '1' : '0');
  return bits;
}
std::string packed(std::string bits) {
  while (bits.size() % 8 != 0) bits.push_back('0');
  std::string bytes;
  for (std::size_t i = 0; i < bits.size(); i += 8) {
    int byte = 0;
    for (std::size_t b = 0; b < 8; ++b) byte = byte * 2 + (bits[i + b] == '1' ? 1 : 0);
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}
std::string huffman(std::initializer_list<int> values) {
  std::string bits;
  for (const int value : values) bits.append(bits_of(value));
  return packed(bits);
}

const std::string default_tables = number(19999, 2);
const std::vector<Lead> two_leads = {{1, 3, 2}, {1, 3, 62}};

std::map<std::uint32_t, std::string> raw() {
  return {{3, leads(two_leads)}, {6, waveforms({little_endian_words({1000, -1, 0}), little_endian_words({5, 6, -32768})})}};
}

hs::Recording parse(const std::string& bytes) {
  return hs::io::parse_scp(bytes_of(bytes), "f.scp");
}
std::string error(const std::string& bytes) {
  return message_of<hs::FormatError>([&] { (void)parse(bytes); });
}
std::vector<double> row(const hs::Recording& recording, std::size_t lead) {
  const auto samples = recording.lead(lead);
  return {samples.begin(), samples.end()};
}

}  // namespace

TEST(Scp, RawSamples) {
  const auto recording = parse(file(raw()));
  EXPECT_EQ(recording.leads(), (std::vector<std::string>{"II", "aVR"}));
  EXPECT_EQ(recording.sampling_rate().hz(), 500.0);
  EXPECT_EQ(row(recording, 0), (std::vector<double>{1.0, -0.001, 0.0}));
  EXPECT_EQ(row(recording, 1), (std::vector<double>{0.005, 0.006, -32.768}));
  EXPECT_EQ(recording.id, "");
  EXPECT_EQ(recording.sex, hs::Sex::unknown);
}

TEST(Scp, DefaultHuffmanTableAndDifferences) {
  // Every code of its own, and both escapes.
  const std::initializer_list<int> all = {0,  1, -1, 2, -2, 3, -3,   4,   -4,  5,      -5,   6,
                                          -6, 7, -7, 8, -8, 9, -128, 127, 128, -32768, 32767};
  const auto plain = parse(file(
      {{2, default_tables}, {3, leads({{1, static_cast<std::uint32_t>(all.size()), 3}})}, {6, waveforms({huffman(all)})}}));
  std::size_t i = 0;
  for (const int value : all) EXPECT_EQ(plain.signal()(0, i++), value / 1000.0) << value;

  const auto with = [](std::uint32_t differences, std::initializer_list<int> values) {
    return row(
        parse(file(
            {{2, default_tables}, {3, leads({{1, 4, 3}})}, {6, waveforms({huffman(values)}, 2500, 1000, differences)}})),
        0);
  };
  EXPECT_EQ(with(1, {10, 1, -3, 0}), (std::vector<double>{0.025, 0.0275, 0.02, 0.02}));
  // 10, 12, then 2 * 12 - 10 + 1 = 15 and 2 * 15 - 12 - 4 = 14
  EXPECT_EQ(with(2, {10, 12, 1, -4}), (std::vector<double>{0.025, 0.03, 0.0375, 0.035}));
  EXPECT_EQ(with(1, {32767, 1, 0, 0})[1], -32768 * 0.0025) << "sums wrap at 16 bits";
}

TEST(Scp, TablesOfTheFile) {
  const auto code = [](std::uint32_t prefix, std::uint32_t all, std::uint32_t mode, int value, std::uint32_t bits) {
    return number(prefix, 1)
        .append(number(all, 1))
        .append(number(mode, 1))
        .append(number(static_cast<std::uint32_t>(value) & 0xFFFFU, 2))
        .append(number(bits, 4));
  };
  // Table 1: 0 is 7, 10 (stored with its first bit lowest) switches to table 2. Table 2: 0 is -100, 1 and 4 bits is 50 + n.
  const std::string tables = number(2, 2) + number(2, 2) + code(1, 1, 1, 7, 0) + code(2, 2, 0, 2, 1) + number(2, 2) +
                             code(1, 1, 1, -100, 0) + code(1, 5, 1, 50, 1);
  const auto recording = parse(file({{2, tables},
                                     {3, leads({{1, 5, 1}})},
                                     {6, waveforms({packed("0"
                                                           "0"
                                                           "10"
                                                           "0"
                                                           "10011"
                                                           "11111")})}}));
  EXPECT_EQ(row(recording, 0), (std::vector<double>{0.007, 0.007, -0.1, 0.053, 0.049}));
  EXPECT_EQ(error(file({{2, number(1, 2)}, {3, leads({{1, 5, 1}})}, {6, waveforms({"x"})}})),
            "f.scp: byte 158: the Huffman tables are damaged");
}

TEST(Scp, ReferenceBeatSubtraction) {
  // Beat of 4 ms at 1 kHz, fiducial at its second sample; complexes at samples 3 (type 0), 7 (type 1) and 9 (cut short).
  const auto qrs = [](std::uint32_t type, std::uint32_t first, std::uint32_t centre, std::uint32_t last) {
    return number(type, 2).append(number(first, 4)).append(number(centre, 4)).append(number(last, 4));
  };
  const std::string locations =
      number(4, 2) + number(2, 2) + number(3, 2) + qrs(0, 2, 3, 5) + qrs(1, 6, 7, 9) + qrs(0, 9, 9, 10);
  const auto recording = parse(file({{3, leads({{1, 10, 1}}, 1)},
                                     {4, locations},
                                     {5, waveforms({little_endian_words({10, 20, 30, 40})}, 2000, 1000)},
                                     {6, waveforms({little_endian_words({1, 1, 1, 1, 1, 1, 1, 1, 1, 1})}, 3000, 1000)}}));
  // Rhythm in steps of 3 microvolts, beat in steps of 2: samples 2 to 5 get 20, 40, 60 and 80, samples 9 and 10 get 40, 60.
  const std::vector<double> expected = {3, 23, 43, 63, 83, 3, 3, 3, 43, 63};
  for (std::size_t i = 0; i < 10; ++i) EXPECT_NEAR(recording.signal()(0, i), expected[i] / 1000.0, 1e-12) << i;
  // A short file whose zones all cover everything would ask for endless work.
  const std::string overlapping = number(4, 2) + number(2, 2) + number(2, 2) + qrs(0, 2, 3, 5) + qrs(0, 5, 6, 8);
  EXPECT_NE(error(file({{3, leads({{1, 10, 1}}, 1)},
                        {4, overlapping},
                        {5, waveforms({little_endian_words({10, 20, 30, 40})}, 2000, 1000)},
                        {6, waveforms({little_endian_words({1, 1, 1, 1, 1, 1, 1, 1, 1, 1})}, 3000, 1000)}}))
                .find("the zones of subtraction overlap"),
            std::string::npos);
  EXPECT_EQ(error(file({{3, leads({{1, 1, 1}}, 1)}, {6, waveforms({little_endian_words({1})})}})),
            "f.scp: section 4 (QRS locations, which reference beat subtraction needs) is missing");
  EXPECT_EQ(error(file({{3, leads({{1, 1, 1}}, 1)},
                        {4, locations},
                        {5, waveforms({little_endian_words({10, 20, 30, 40})}, 2000, 1000)},
                        {6, waveforms({little_endian_words({1})}, 3000, 2000)}})),
            "f.scp: byte 251: a reference beat of another rate than the rhythm's is not read");
}

TEST(Scp, LeadsOfDifferentTimes) {
  const auto recording = parse(
      file({{3, leads({{1, 2, 1}, {3, 3, 2}})}, {6, waveforms({little_endian_words({1, 2}), little_endian_words({3})})}}));
  ASSERT_EQ(recording.n_samples(), 3U);
  EXPECT_TRUE(std::isnan(recording.signal()(0, 2)));
  EXPECT_TRUE(std::isnan(recording.signal()(1, 1)));
  EXPECT_EQ(recording.signal()(1, 2), 0.003);
  EXPECT_EQ(parse(file({{3, leads({{0, 2, 1}})}, {6, waveforms({little_endian_words({1, 2})})}})).n_samples(), 2U)
      << "writers that count from 0";
}

TEST(Scp, AgeAndSex) {
  const auto with = [](const std::string& fields) {
    auto contents = raw();
    contents[1] = number(0, 1) + number(4, 2) + "Doe" + std::string(1, '\0') + fields + number(255, 1) + number(0, 2);
    return parse(file(contents));
  };
  const auto date = [](std::uint32_t tag, std::uint32_t year, std::uint32_t month, std::uint32_t day) {
    return number(tag, 1) + number(4, 2) + number(year, 2) + number(month, 1) + number(day, 1);
  };
  const std::string dates = date(5, 1951, 8, 2) + date(25, 2020, 8, 1);
  EXPECT_EQ(with(dates).age_years, 68.0) << "a day before the birthday";
  EXPECT_EQ(with(dates + number(4, 1) + number(3, 2) + number(6, 2) + number(2, 1)).age_years, 0.5) << "six months";
  EXPECT_EQ(with(number(8, 1) + number(1, 2) + number(2, 1)).sex, hs::Sex::female);
}

TEST(Scp, EveryFaultNamesTheByte) {
  const std::string good = file(raw());
  EXPECT_EQ(error(good.substr(0, good.size() - 1)), "f.scp: byte 2: the file is said to have 216 bytes, it has 215");
  EXPECT_EQ(error(good.substr(0, 21)), "f.scp: byte 21: truncated: an SCP-ECG file has at least 22 bytes");
  std::string damaged = good;
  damaged.back() = 'x';
  EXPECT_EQ(error(damaged), "f.scp: byte 0: the file does not have its checksum");
  damaged[0] = damaged[1] = '\0';  // not stated
  EXPECT_EQ(error(damaged), "f.scp: byte 178: section 6 does not have its checksum");
  const auto with = [](std::uint32_t id, const std::string& content) {
    auto contents = raw();
    contents[id] = content;
    return error(file(contents));
  };
  const std::string words = little_endian_words({1, 2, 3});
  EXPECT_EQ(with(6, waveforms({words, words}, 0)), "f.scp: byte 194: the amplitude multiplier is 0");
  EXPECT_EQ(with(6, waveforms({words, words}, 1, 0)), "f.scp: byte 196: the sample interval is 0");
  EXPECT_EQ(with(6, waveforms({words, words}, 1, 1, 3)),
            "f.scp: byte 198: differences of a higher order than 2 are not read");
  EXPECT_EQ(with(6, waveforms({words, words}, 1, 1, 0, 1)), "f.scp: byte 199: bimodal compression is not read");
  EXPECT_EQ(with(6, waveforms({words, words.substr(2)})), "f.scp: byte 210: lead 2 does not hold its 3 samples in 4 bytes");
  EXPECT_EQ(with(6, waveforms({words})), "f.scp: byte 200: truncated: lead 1 is said to have 6 bytes");
  EXPECT_EQ(with(6, ""), "f.scp: byte 194: truncated: the section ends here");
  EXPECT_EQ(error(file({{2, default_tables}, {3, leads({{1, 1, 1}})}, {6, waveforms({"\xFF\xFF"})}})),
            "f.scp: byte 211: lead 1 does not hold its 1 samples in 2 bytes")
      << "an escape that is cut short";
  EXPECT_EQ(with(3, leads({})), "f.scp: byte 158: the file has no lead");
  EXPECT_EQ(with(3, leads({{1, 0, 1}})), "f.scp: byte 160: a lead ends before it begins");
  EXPECT_EQ(with(3, leads({{1, 0xFFFFFFFFU, 1}})),
            "f.scp: byte 193: lead 1 does not hold its 4294967295 samples in 6 bytes");
  EXPECT_EQ(with(1, number(0, 1) + number(100, 2)), "f.scp: byte 161: truncated: a field of section 1");
  EXPECT_EQ(error(file({{3, leads(two_leads)}})), "f.scp: section 6 (rhythm data) is missing");
}

TEST(Scp, ReadFromDiskByItsContent) {
  const TemporaryFolder folder;
  EXPECT_EQ(hs::io::read_record(folder.write("s.scp", file(raw()))).id, "s");
  EXPECT_EQ(hs::io::parse_scp_float32(bytes_of(file(raw())), "f").signal()(0, 0), 1.0F);
}

}  // namespace scp_test
