#include <heartsight/io/npy.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "cpp/io/temporary_folder.hpp"

namespace npy_test {

namespace hs = heartsight;
using hs::io::ReadOptions;

namespace {

ReadOptions two_leads() {
  ReadOptions options;
  options.sampling_rate_hz = 250.0;
  options.lead_names = {"I", "II"};
  return options;
}

/// fuzz/make_io_corpus.py writes these with NumPy: arange(10).reshape(2, 5) / 8 in several dtypes.
std::string corpus(const std::string& name) {
  std::ifstream stream(std::string(HEARTSIGHT_SOURCE_DIR) + "/fuzz/corpus/io/npy/" + name, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_FALSE(content.empty()) << name;
  return content;
}

std::string npy(const std::string& header, std::string_view data, char version = 1) {
  std::string text = std::string("\x93NUMPY") + version + '\0';
  text.push_back(static_cast<char>(header.size() & 255));
  text.push_back(static_cast<char>(header.size() >> 8));
  if (version > 1) text.append(2, '\0');
  return text.append(header).append(data);
}

std::string error(const std::string& content, const ReadOptions& options = two_leads()) {
  return message_of<hs::FormatError>([&] { (void)hs::io::parse_npy(bytes_of(content), "f.npy", options); });
}

}  // namespace

TEST(Npy, DtypesAndOrders) {
  for (const char* name : {"f8.npy", "f4.npy", "f2.npy", "fortran.npy", "big.npy", "u1.npy", "i8.npy"}) {
    const std::string content = corpus(name);
    const auto recording = hs::io::parse_npy(bytes_of(content), name, two_leads());
    ASSERT_EQ(recording.n_leads(), 2U) << name;
    ASSERT_EQ(recording.n_samples(), 5U) << name;
    const bool integer = std::string_view("big.npy u1.npy i8.npy").find(name) != std::string_view::npos;
    for (std::size_t i = 0; i < 10; ++i) {
      const double expected = integer ? static_cast<double>(i / 8) : static_cast<double>(i) / 8.0;
      EXPECT_EQ(recording.signal()(i / 5, i % 5), expected) << name << " " << i;
    }
    auto options = two_leads();
    options.leads = {"II"};
    options.start = 2;
    options.stop = 4;
    const auto part = hs::io::parse_npy_float32(bytes_of(content), name, options);
    ASSERT_EQ(part.n_samples(), 2U);
    EXPECT_EQ(part.signal()(0, 1), static_cast<float>(recording.signal()(1, 3))) << name;
  }
}

TEST(Npy, ArchivesStoredAndDeflated) {
  for (const char* name : {"stored.npz", "deflated.npz"}) {
    const std::string content = corpus(name);
    const auto recording = hs::io::parse_npy(bytes_of(content), name, {});
    EXPECT_EQ(recording.sampling_rate().hz(), 250.0);
    EXPECT_EQ(recording.leads(), (std::vector<std::string>{"I", "II"}));
    EXPECT_EQ(recording.signal()(1, 4), 9.0 / 8.0);
    ReadOptions contradiction;
    contradiction.sampling_rate_hz = 100.0;
    EXPECT_THROW((void)hs::io::parse_npy(bytes_of(content), name, contradiction), hs::DomainError);
    contradiction = {};
    contradiction.lead_names = {"I", "V1"};
    EXPECT_THROW((void)hs::io::parse_npy(bytes_of(content), name, contradiction), hs::DomainError);
    for (std::size_t size = 0; size < content.size(); ++size) {
      EXPECT_THROW((void)hs::io::parse_npy(bytes_of(content).first(size), name, {}), hs::FormatError) << size;
    }
  }
}

TEST(Npy, Versions2And3) {
  const std::string data(16, '\0');
  const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }\n";
  EXPECT_EQ(error(npy(header, data, 2)), "");
  EXPECT_EQ(error(npy(header, data, 3)), "");
  EXPECT_NE(error(npy(header, data, 4)).find("version"), std::string::npos);
}

TEST(Npy, AxesAreNeverGuessed) {
  const std::string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (5, 2), }\n";
  EXPECT_NE(error(npy(header, std::string(10, 'x'))).find("axes are never swapped"), std::string::npos);
  auto options = two_leads();
  options.lead_names.clear();
  EXPECT_THROW((void)hs::io::parse_npy(bytes_of(npy(header, "")), "f", options), hs::Error);
  options = two_leads();
  options.sampling_rate_hz.reset();
  const std::string content = corpus("f8.npy");
  EXPECT_THROW((void)hs::io::parse_npy(bytes_of(content), "f", options), hs::DomainError) << "the rate is never guessed";
}

TEST(Npy, DamagedHeadersAreRefused) {
  const auto with = [](const std::string& header) { return error(npy(header, std::string(80, 'x'))); };
  EXPECT_NE(with("{'descr': '|O', 'fortran_order': False, 'shape': (2, 5), }"), "");
  EXPECT_NE(with("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2, 5), }").find("structured"),
            std::string::npos);
  EXPECT_NE(with("{'descr': '<f16', 'fortran_order': False, 'shape': (2, 5), }"), "");
  EXPECT_NE(with("{'descr': '<f8', 'shape': (2, 5), }").find("missing"), std::string::npos);
  EXPECT_NE(with("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 5), 'x': 1}").find("unknown"), std::string::npos);
  EXPECT_NE(with("{'descr': '<f8', 'fortran_order': False, 'shape': (10,), }").find("two-dimensional"), std::string::npos);
  EXPECT_NE(with("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 6), }").find("truncated"), std::string::npos);
  EXPECT_NE(with("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }").find("truncated"),
            std::string::npos);
  EXPECT_NE(with("{'descr': '<f8', 'fortran_order': False, 'shape': (2, -5), }"), "");
  EXPECT_NE(with("__import__('os')"), "");
  EXPECT_NE(error("\x93NUMPY"), "");
  EXPECT_NE(error("PK\x03\x04"), "");
}

TEST(Npy, FilesAreKnownByTheirContent) {
  const TemporaryFolder folder;
  const auto recording = hs::io::read_record(folder.write("a.bin", corpus("deflated.npz")));
  EXPECT_EQ(recording.id, "a");
  EXPECT_EQ(hs::io::read_record(folder.write("b", corpus("f8.npy")), two_leads()).n_samples(), 5U);
}

}  // namespace npy_test
