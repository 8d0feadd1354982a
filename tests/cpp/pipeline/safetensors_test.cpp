#include <heartsight/pipeline/safetensors.hpp>

#include "cpp/raises.hpp"

#include <cstring>

namespace safetensors_test {

namespace hs = heartsight;
using namespace hs::pipeline;
using hs::test::raises;

namespace {

std::vector<std::byte> raw(const std::string& header, std::size_t n_data) {
  std::vector<std::byte> bytes(8 + header.size() + n_data);
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

void expect_refused(const std::string& header, std::size_t n_data, const std::vector<std::string>& parts) {
  const auto bytes = raw(header, n_data);
  EXPECT_TRUE(raises<hs::FormatError>([&] { (void)read_safetensors(bytes); }, parts)) << header;
}

}  // namespace

TEST(Safetensors, WhatIsWrittenIsRead) {
  SafetensorsFile file;
  file.tensors = {make_tensor("bytes", std::vector<std::uint8_t>{1, 2, 3}), make_tensor("doubles", std::vector<double>{0.5}),
                  make_tensor("none", std::vector<float>{})};
  file.metadata = {{"a", "1"}, {"b", "\"\n\xC3\xA4"}};
  const auto bytes = write_safetensors(file);
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ(length % 8, 0U);
  const auto again = read_safetensors(bytes);
  EXPECT_EQ(again.metadata, file.metadata);
  EXPECT_EQ(again.tensors.size(), 3U);
  for (const auto& t : file.tensors) EXPECT_EQ(again.at(t.name), t);
  EXPECT_EQ(write_safetensors(again), bytes);
  EXPECT_TRUE(raises<hs::FormatError>([&] { (void)again.at("x"); }, {"tensor x", "missing"}));
}

TEST(Safetensors, NamesThatCannotBeWritten) {
  SafetensorsFile twice;
  twice.tensors = {make_tensor("x", std::vector<double>{1}), make_tensor("x", std::vector<double>{2})};
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)write_safetensors(twice); }, {"write_safetensors", "x", "taken"}));
  SafetensorsFile reserved;
  reserved.tensors = {make_tensor("__metadata__", std::vector<double>{1})};
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)write_safetensors(reserved); }, {"__metadata__"}));
}

TEST(Safetensors, AnEmptyFileIsAFile) {
  EXPECT_TRUE(read_safetensors(raw("{}", 0)).tensors.empty());
}

TEST(Safetensors, EveryLieOfAHeaderIsNamed) {
  const std::string x = R"({"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})";
  EXPECT_NO_THROW((void)read_safetensors(raw(x, 4)));
  expect_refused(x, 5, {"cover 4 bytes", "holds 5"});
  expect_refused(x, 3, {"x.data_offsets", "3 bytes"});
  expect_refused("", 0, {"safetensors header"});
  expect_refused("[]", 0, {"must be an object"});
  expect_refused("{} {}", 0, {"safetensors header"});
  expect_refused("{\"x\":\"\xFF\"}", 0, {"safetensors header", "UTF-8"});
  expect_refused(R"({"x":1})", 0, {"x", "object"});
  expect_refused(R"({"x":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}})", 2, {"x.dtype", "BF16"});
  expect_refused(R"({"x":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}})", 4, {"data_offsets"});
  expect_refused(R"({"x":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}})", 4, {"shape[0]", "negative"});
  expect_refused(R"({"x":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}})", 4, {"shape[0]", "whole number"});
  expect_refused(R"({"x":{"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,4]}})", 4,
                 {"shape[0]", "too large"});
  expect_refused(R"({"x":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}})", 0, {"x.shape"});
  expect_refused(R"({"x":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0, {"x.shape"});
  expect_refused(R"({"x":{"dtype":"U8","shape":[4],"data_offsets":[0,3]}})", 4, {"data_offsets", "need 4 bytes"});
  expect_refused(R"({"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}})", 4, {"data_offsets", "two numbers"});
  expect_refused(
      R"({"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"y":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})", 3,
      {"hole or overlap at 1"});
  expect_refused(
      R"({"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", 3,
      {"hole or overlap at 2"});
  expect_refused(
      R"({"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1,
      {"\"x\"", "twice"});
  expect_refused(R"({"__metadata__":{"a":1}})", 0, {"__metadata__.a", "text"});
  expect_refused(R"({"__metadata__":[]})", 0, {"__metadata__", "object"});
}

TEST(Safetensors, TheLengthOfTheHeaderIsNotBelieved) {
  auto bytes = raw("{}", 0);
  for (const std::uint64_t lie : {std::uint64_t{3}, std::uint64_t{1} << 40, ~std::uint64_t{0}, ~std::uint64_t{0} - 7}) {
    std::memcpy(bytes.data(), &lie, 8);
    EXPECT_TRUE(raises<hs::FormatError>([&] { (void)read_safetensors(bytes); }, {"safetensors header", "says it has"}));
  }
  for (std::size_t size = 0; size < 8; ++size) {
    EXPECT_TRUE(raises<hs::FormatError>([&] { (void)read_safetensors(std::span(bytes).first(size)); }, {"at least 8"}));
  }
}

TEST(Safetensors, DeepNestingStopsAtOnce) {
  expect_refused(std::string(1'000'000, '['), 0, {"nested deeper than 64"});
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  expect_refused(objects, 0, {"nested deeper than 64"});
}

TEST(Safetensors, MessagesAreShortAndPrintable) {
  try {
    (void)read_safetensors(raw("{\"" + std::string(100'000, 'x') + "\xFF\x01\"", 0));
    FAIL();
  } catch (const hs::FormatError& error) {
    const std::string message = error.what();
    EXPECT_LT(message.size(), 300U);
    for (const char c : message) EXPECT_TRUE(c >= ' ' && c <= '~');
  }
}

}  // namespace safetensors_test
