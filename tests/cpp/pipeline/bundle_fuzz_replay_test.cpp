#include "../../../fuzz/bundle_fuzz.cpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace bundle_fuzz_replay_test {

// Replays the corpus of bundle_fuzz: what it found once stays repaired.
TEST(BundleFuzzReplay, Corpus) {
  std::size_t n_files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(HEARTSIGHT_SOURCE_DIR) / "fuzz/corpus/bundle")) {
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string input{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size()), 0);
    ++n_files;
  }
  EXPECT_GT(n_files, 0U);
}

// Bundles of schema version 1 stay readable: this file was written by version 0.1.0.
TEST(BundleFuzzReplay, TheFirstBundleStillLoads) {
  const auto analyzer =
      hs::pipeline::Analyzer::load(std::filesystem::path(HEARTSIGHT_SOURCE_DIR) / "fuzz/corpus/bundle/tiny.heartsight");
  EXPECT_EQ(analyzer.bundle().name, "tiny");
}

}  // namespace bundle_fuzz_replay_test
