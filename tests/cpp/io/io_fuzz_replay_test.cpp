#include "../../../fuzz/io_targets.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace io_fuzz_replay_test {

// Replays the corpus of the fuzzers, every truncation of it and every byte of it damaged: no crash, no hang, no broken
// promise. Under the sanitizers this also finds reads out of bounds.
namespace fuzz = heartsight::fuzz;

namespace {

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class FuzzReplay : public testing::TestWithParam<fuzz::Target> {};

TEST_P(FuzzReplay, CorpusTruncatedAndDamaged) {
  const auto folder = std::filesystem::path(HEARTSIGHT_SOURCE_DIR) / "fuzz" / "corpus" / "io" / GetParam().name;
  std::size_t n_files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    ++n_files;
    std::string input = read(entry.path());
    const auto run = [&](std::size_t size) { GetParam().run(std::as_bytes(std::span(input.data(), size))); };
    run(input.size());
    if (input.size() > 2048) continue;
    for (std::size_t size = 0; size < input.size(); ++size) run(size);
    for (char& byte : input) {
      const char kept = byte;
      for (const unsigned flip : {0xFFU, 0x01U, 0x80U, 0x10U}) {
        byte = static_cast<char>(static_cast<unsigned char>(kept) ^ flip);
        run(input.size());
      }
      byte = kept;
    }
  }
  EXPECT_GT(n_files, 0U);
}

INSTANTIATE_TEST_SUITE_P(Io, FuzzReplay, testing::ValuesIn(fuzz::io_targets),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace

}  // namespace io_fuzz_replay_test
