#include <heartsight/core/sha256.hpp>

#include <gtest/gtest.h>

namespace sha256_test {

namespace hs = heartsight;

// FIPS 180-4 examples (NIST CSRC) and the empty message.
TEST(Sha256, FipsVectors) {
  EXPECT_EQ(hs::sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hs::sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hs::sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hs::sha256_hex("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                           "mnopqrstnopqrstu"),
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  EXPECT_EQ(hs::sha256_hex(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheSameAsTheWhole) {
  std::string text;
  for (int i = 0; i < 300; ++i) text.push_back(static_cast<char>(i * 7));
  const std::string whole = hs::sha256_hex(text);
  for (const std::size_t size : {1U, 3U, 63U, 64U, 65U}) {
    hs::Sha256 hash;
    for (std::size_t i = 0; i < text.size(); i += size) hash.update(std::string_view(text).substr(i, size));
    EXPECT_EQ(hash.hex_digest(), whole) << size;
  }
}

TEST(Sha256, EveryLengthAroundThePaddingDiffers) {
  std::vector<std::string> seen;
  for (std::size_t n = 50; n < 70; ++n) {
    seen.push_back(hs::sha256_hex(std::string(n, 'x')));
    for (std::size_t i = 0; i + 1 < seen.size(); ++i) EXPECT_NE(seen[i], seen.back());
  }
}

}  // namespace sha256_test
