#include <heartsight/core/error.hpp>
#include <heartsight/io/wfdb_samples.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "cpp/io/temporary_folder.hpp"

namespace wfdb_samples_test {

namespace hs = heartsight;

namespace {

using Values = std::vector<std::int32_t>;

Values decode(std::initializer_list<int> bytes, int format, std::optional<std::size_t> n = {}) {
  std::vector<std::byte> raw;
  for (const int byte : bytes) raw.push_back(static_cast<std::byte>(byte));
  return hs::io::decode_wfdb_samples(raw, format, n);
}

}  // namespace

// Bytes worked out by hand from https://physionet.org/physiotools/wag/signal-5.htm
TEST(WfdbSamples, EachFormatByHand) {
  EXPECT_EQ(decode({5, 0xFF, 2}, 8), (Values{5, 4, 6}));
  EXPECT_EQ(decode({0x34, 0x12, 0xFF, 0xFF}, 16), (Values{0x1234, -1}));
  EXPECT_EQ(decode({0x12, 0x34, 0x80, 0x00}, 61), (Values{0x1234, -32768}));
  EXPECT_EQ(decode({0, 128, 255}, 80), (Values{-128, 0, 127}));
  EXPECT_EQ(decode({0x00, 0x80, 0x00, 0x00}, 160), (Values{0, -32768}));
  EXPECT_EQ(decode({0x56, 0x34, 0x12, 0x00, 0x00, 0x80}, 24), (Values{0x123456, -8388608}));
  EXPECT_EQ(decode({0x78, 0x56, 0x34, 0x12, 0, 0, 0, 0x80}, 32), (Values{0x12345678, -2147483647 - 1}));
  EXPECT_EQ(decode({0x23, 0x81, 0x45}, 212), (Values{0x123, 0x845 - 0x1000}));
  // 310: 11 bits shifted left by one in each 16-bit word, the third value in the two upper fields.
  EXPECT_EQ(decode({0x02, 0x00, 0xFE, 0x07}, 310), (Values{1, -1, 0}));
  EXPECT_EQ(decode({0x00, 0x08, 0x00, 0x80}, 310), (Values{0, 0, 1 - 512}));
  // 311: three values of 10 bits in 32, least significant first, the upper 2 bits unused.
  const std::uint32_t word = 1U | (1023U << 10U) | (512U << 20U) | (3U << 30U);
  EXPECT_EQ(decode({static_cast<int>(word & 255U), static_cast<int>(word >> 8U & 255U), static_cast<int>(word >> 16U & 255U),
                    static_cast<int>(word >> 24U)},
                   311),
            (Values{1, -1, -512}));
}

TEST(WfdbSamples, PartialGroupsAtTheEnd) {
  EXPECT_EQ(decode({0x23, 0x81}, 212), (Values{0x123}));
  EXPECT_EQ(decode({0x23}, 212), Values{});
  EXPECT_EQ(decode({0x02, 0x00}, 310), (Values{1}));
  EXPECT_EQ(decode({0x02, 0x00, 0x00}, 310), (Values{1}));
  EXPECT_EQ(decode({0x01, 0x00}, 311), (Values{1}));
  EXPECT_EQ(decode({0x01, 0x00, 0x00}, 311), (Values{1, 0}));
  EXPECT_EQ(decode({1, 2, 3, 4}, 16, 1), (Values{0x0201}));
}

TEST(WfdbSamples, WideAndPlain212Agree) {
  std::vector<std::byte> bytes;
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) bytes.push_back(static_cast<std::byte>(random() & 255U));
  for (std::size_t n = 0; n <= 2000; n += n < 70 ? 1 : 193) {
    const auto values = hs::io::decode_wfdb_samples(bytes, 212, n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto at = [&](std::size_t k) { return std::to_integer<int>(bytes[i / 2 * 3 + k]); };
      int expected = i % 2 == 0 ? at(0) | (at(1) & 15) << 8 : at(2) | (at(1) >> 4) << 8;
      if (expected > 2047) expected -= 4096;
      ASSERT_EQ(values[i], expected) << "n = " << n << ", i = " << i;
    }
  }
}

TEST(WfdbSamples, MissingValues) {
  EXPECT_EQ(hs::io::wfdb_missing_value(212), -2048);
  EXPECT_EQ(hs::io::wfdb_missing_value(16), -32768);
  EXPECT_EQ(hs::io::wfdb_missing_value(524), -8388608);
  EXPECT_FALSE(hs::io::wfdb_missing_value(8).has_value());
}

TEST(WfdbSamples, Errors) {
  EXPECT_THROW((void)decode({1, 2, 3}, 17), hs::DomainError);
  EXPECT_THROW((void)decode({1, 2, 3}, 16, 2), hs::FormatError);
  EXPECT_THROW((void)decode({1, 2, 3}, 516), hs::FormatError);
  EXPECT_THROW((void)hs::io::wfdb_missing_value(1), hs::DomainError);
}

// fuzz/make_io_corpus.py wrote these streams: a byte that picks the fuzzer's format, then FLAC of this ramp.
TEST(WfdbSamples, FlacStreams) {
  for (const int bits : {8, 16, 24}) {
    const std::string file =
        std::string(HEARTSIGHT_SOURCE_DIR) + "/fuzz/corpus/io/wfdb_samples/" + std::to_string(500 + bits);
    std::ifstream stream(file, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(stream), {}};
    ASSERT_GT(content.size(), 1U) << file;
    const auto bytes = bytes_of(content).subspan(1);
    const auto values = hs::io::decode_wfdb_samples(bytes, 500 + bits);
    ASSERT_EQ(values.size(), 40U);
    for (int i = 0; i < 40; ++i) EXPECT_EQ(values[static_cast<std::size_t>(i)], i * 37 % (1 << bits) - (1 << (bits - 1)));
    if (bits > 8) {
      EXPECT_THROW((void)hs::io::decode_wfdb_samples(bytes, 508), hs::FormatError) << "too wide for the format";
    }
    EXPECT_THROW((void)hs::io::decode_wfdb_samples(bytes.first(bytes.size() - 4), 500 + bits), hs::FormatError);
    EXPECT_THROW((void)hs::io::decode_wfdb_samples(bytes, 500 + bits, 41), hs::FormatError);
  }
}

}  // namespace wfdb_samples_test
