#include <heartsight/core/error.hpp>
#include <heartsight/io/annotation.hpp>

#include <gtest/gtest.h>

#include "cpp/io/temporary_folder.hpp"

namespace annotation_test {

namespace hs = heartsight;
using hs::io::Annotation;
using hs::io::AnnotationList;

namespace {

AnnotationList parse(std::initializer_list<int> words) {
  std::vector<std::byte> bytes;
  for (const int word : words) {
    bytes.push_back(static_cast<std::byte>(word & 255));
    bytes.push_back(static_cast<std::byte>(word >> 8));
  }
  return hs::io::parse_annotations(bytes, "a.atr");
}
constexpr int word(int code, int low) {
  return code << 10 | low;
}

AnnotationList example() {
  AnnotationList list;
  list.items = {{0, "+", 0, 0, 0, "(AFIB"}, {18, "N", 0, 0, 0, ""},      {18, "V", -3, 1, 0, ""},
                {1041, "/", 0, 1, -1, ""},  {1042, "[42]", 0, 0, 5, ""}, {5'000'000'000, "\"", 0, 0, 5, "note"}};
  return list;
}

}  // namespace

TEST(Annotation, BytesByHand) {
  const auto list = parse({word(1, 5), word(59, 0), 1, 2, word(5, 3), word(61, 0xFE), word(62, 2), word(60, 7), word(8, 1),
                           word(63, 3), 'a' | 'b' << 8, 'c', word(0, 0)});
  ASSERT_EQ(list.items.size(), 3U);
  EXPECT_EQ(list.items[0], (Annotation{5, "N", 0, 0, 0, ""}));
  EXPECT_EQ(list.items[1], (Annotation{5 + 65536 + 2 + 3, "V", -2, 2, 7, ""}));
  EXPECT_EQ(list.items[2], (Annotation{65536 + 11, "A", 0, 2, 7, "abc"})) << "chan and num carry over, subtype does not";
  EXPECT_EQ(list.beats(), (std::vector<std::int64_t>{5, 65546, 65547}));
}

TEST(Annotation, WrittenAndReadAgain) {
  const auto list = example();
  EXPECT_EQ(hs::io::parse_annotations(hs::io::format_annotations(list), "x"), list);
  EXPECT_EQ(hs::io::parse_annotations(hs::io::format_annotations({}), "x"), AnnotationList{});
  auto described = list;
  described.sampling_rate_hz = 360.5;
  described.custom_symbols = {{42, "%", "a description"}, {43, "&", ""}};
  described.items[4].symbol = "%";
  EXPECT_EQ(hs::io::parse_annotations(hs::io::format_annotations(described), "x"), described);
}

TEST(Annotation, EverySymbolRoundTrips) {
  AnnotationList list;
  for (int code = 1; code < 50; ++code) {
    if (const auto symbol = hs::io::annotation_symbol(code)) {
      list.items.push_back({code, std::string{*symbol}, 0, 0, 0, ""});
      EXPECT_EQ(hs::io::annotation_code(*symbol), code);
    }
  }
  EXPECT_EQ(list.items.size(), 39U);
  EXPECT_EQ(hs::io::parse_annotations(hs::io::format_annotations(list), "x"), list);
}

TEST(Annotation, BeatsAreTheseSymbols) {
  for (const char* symbol :
       {"N", "L", "R", "B", "A", "a", "J", "S", "V", "r", "F", "e", "j", "n", "E", "/", "f", "Q", "?"}) {
    EXPECT_TRUE((Annotation{0, symbol, 0, 0, 0, ""}.is_beat())) << symbol;
  }
  for (const char* symbol : {"+", "~", "|", "\"", "[", "!", "x", "(", ")", "p", "t", "u", "", "NL"}) {
    EXPECT_FALSE((Annotation{0, symbol, 0, 0, 0, ""}.is_beat())) << symbol;
  }
}

TEST(Annotation, DamagedFilesAreRefused) {
  EXPECT_THROW(parse({}), hs::FormatError) << "no end mark";
  EXPECT_THROW(parse({word(1, 5)}), hs::FormatError) << "no end mark";
  EXPECT_THROW(parse({word(59, 0), 1}), hs::FormatError);
  EXPECT_THROW(parse({word(1, 5), word(63, 9), 'a'}), hs::FormatError);
  EXPECT_THROW(parse({word(62, 1), word(0, 0)}), hs::FormatError) << "a field without annotation";
  EXPECT_THROW(parse({word(50, 1), word(0, 0)}), hs::FormatError) << "undefined code";
  EXPECT_THROW(parse({word(59, 0), 0xFFFF, 0xFFFE, word(1, 0), word(0, 0)}), hs::FormatError) << "before the record";
  EXPECT_THROW(parse({word(1, 5), word(0, 0), word(1, 5)}), hs::FormatError) << "data after the end";
  EXPECT_EQ(parse({word(1, 5), word(0, 0), 0, 0}).items.size(), 1U) << "padding with zeros is fine";
  const std::string message = message_of<hs::FormatError>([] { parse({word(1, 5), word(50, 1), word(0, 0)}); });
  EXPECT_EQ(message, "a.atr: byte 2: code 50 is not defined");
}

TEST(Annotation, WhatCannotBeWrittenIsRefused) {
  const auto refused = [](const Annotation& item) {
    AnnotationList list;
    list.items = {item};
    EXPECT_THROW((void)hs::io::format_annotations(list), hs::DomainError);
  };
  refused({-1, "N", 0, 0, 0, ""});
  refused({0, "no", 0, 0, 0, ""});
  refused({0, "[50]", 0, 0, 0, ""});
  refused({0, "N", 128, 0, 0, ""});
  refused({0, "N", 0, 256, 0, ""});
  refused({0, "N", 0, 0, -129, ""});
  refused({0, "N", 0, 0, 0, std::string(256, 'x')});
  refused({0, "N", 0, 0, 0, std::string("x\0", 2)});
  refused({0, "\"", 0, 0, 0, "## time resolution: 1"});
  AnnotationList backwards;
  backwards.items = {{5, "N", 0, 0, 0, ""}, {4, "N", 0, 0, 0, ""}};
  EXPECT_THROW((void)hs::io::format_annotations(backwards), hs::DomainError);
}

TEST(Annotation, Files) {
  const TemporaryFolder folder;
  hs::io::write_annotation(folder.path() / "r.atr", example());
  EXPECT_EQ(hs::io::read_annotation(folder.path() / "r.atr"), example());
  EXPECT_THROW(hs::io::write_annotation(folder.path() / "absent" / "r.atr", example()), hs::FormatError);
  auto bad = example();
  bad.items[0].symbol = "";
  EXPECT_THROW(hs::io::write_annotation(folder.path() / "r.atr", bad), hs::DomainError);
  EXPECT_EQ(hs::io::read_annotation(folder.path() / "r.atr"), example()) << "a failed write leaves the file";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "nothing is left beside it";
}

}  // namespace annotation_test
