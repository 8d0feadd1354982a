#include <heartsight/core/state_bytes.hpp>

#include "cpp/raises.hpp"

namespace state_bytes_test {

namespace hs = heartsight;
using hs::test::raises;

namespace {

std::vector<std::byte> example() {
  hs::StateWriter writer("TEST", 2);
  writer.u8(7);
  writer.u32(1U << 31);
  writer.u64(1ULL << 63);
  writer.i64(-5);
  writer.f64(-0.1);
  writer.text("sex");
  writer.i64s(std::vector<std::int64_t>{1, -2, 3});
  writer.f64s(std::vector<double>{0.5});
  writer.nested(std::vector<std::byte>{std::byte{9}});
  return writer.finish();
}

}  // namespace

TEST(StateBytes, RoundTrip) {
  const auto bytes = example();
  hs::StateReader reader(bytes, "TEST", 3);
  EXPECT_EQ(reader.version(), 2U);
  EXPECT_EQ(reader.u8(), 7);
  EXPECT_EQ(reader.u32(), 1U << 31);
  EXPECT_EQ(reader.u64(), 1ULL << 63);
  EXPECT_EQ(reader.i64(), -5);
  EXPECT_EQ(reader.f64(), -0.1);
  EXPECT_EQ(reader.text(), "sex");
  EXPECT_EQ(reader.i64s(), (std::vector<std::int64_t>{1, -2, 3}));
  EXPECT_EQ(reader.f64s(), (std::vector<double>{0.5}));
  EXPECT_EQ(reader.nested().size(), 1U);
  reader.finish();
}

TEST(StateBytes, TheLayoutIsFixed) {
  hs::StateWriter writer("ABCD", 1);
  writer.u32(0x01020304);
  const auto bytes = writer.finish();
  const std::vector<int> expected = {'H', 'S', 'S', 'T', 'A', 'B', 'C', 'D', 1, 0, 0, 0, 4, 3, 2, 1};
  ASSERT_EQ(bytes.size(), expected.size() + 8);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(std::to_integer<int>(bytes[i]), expected[i]) << i;
}

TEST(StateBytes, EveryDamageIsFound) {
  const auto good = example();
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= std::byte{1};
    EXPECT_THROW((hs::StateReader(bad, "TEST", 3)), hs::FormatError) << i;
    EXPECT_THROW((hs::StateReader(std::span(good).first(i), "TEST", 3)), hs::FormatError) << i;
  }
  EXPECT_TRUE((raises<hs::FormatError>([&] { hs::StateReader(good, "ELSE", 3); }, {"offset 4: is of another kind"})));
  EXPECT_TRUE(
      (raises<hs::FormatError>([&] { hs::StateReader(good, "TEST", 1); }, {"version 2, this release reads 1 to 1"})));
}

TEST(StateBytes, LengthsAreCheckedBeforeMemoryIsAskedFor) {
  hs::StateWriter writer("TEST", 1);
  writer.u64(1ULL << 61);
  const auto bytes = writer.finish();
  EXPECT_TRUE(
      (raises<hs::FormatError>([&] { (void)hs::StateReader(bytes, "TEST", 1).f64s(); }, {"is more than the bytes hold"})));
  EXPECT_TRUE(
      (raises<hs::FormatError>([&] { (void)hs::StateReader(bytes, "TEST", 1).text(); }, {"is more than the bytes hold"})));
  EXPECT_TRUE(
      (raises<hs::FormatError>([&] { hs::StateReader(bytes, "TEST", 1).finish(); }, {"has bytes after its last field"})));
  hs::StateReader reader(bytes, "TEST", 1);
  (void)reader.u64();
  EXPECT_TRUE((raises<hs::FormatError>([&] { (void)reader.u8(); }, {"offset 20: ends early"})));
  EXPECT_TRUE((raises<hs::DomainError>([] { hs::StateWriter("LONGER", 1); }, {"four letters"})));
}

TEST(StateBytes, FingerprintTellsContentApart) {
  auto bytes = example();
  const auto before = hs::fingerprint(bytes);
  EXPECT_EQ(hs::fingerprint(bytes), before);
  bytes[3] ^= std::byte{4};
  EXPECT_NE(hs::fingerprint(bytes), before);
}

}  // namespace state_bytes_test
