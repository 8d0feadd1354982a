#include "../../../fuzz/state_targets.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace state_fuzz_replay_test {

// Replays the corpus of the fuzzers of states, and damages and cuts it here and there: no crash, no broken promise.
namespace fuzz = heartsight::fuzz;

namespace {

class StateFuzzReplay : public testing::TestWithParam<fuzz::Target> {};

TEST_P(StateFuzzReplay, CorpusTruncatedAndDamaged) {
  const auto folder = std::filesystem::path(HEARTSIGHT_SOURCE_DIR) / "fuzz" / "corpus" / "state" / GetParam().name;
  std::size_t n_files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    ++n_files;
    std::ifstream stream(entry.path(), std::ios::binary);
    std::string input{std::istreambuf_iterator<char>(stream), {}};
    const auto run = [&](std::size_t size) { GetParam().run(std::as_bytes(std::span(input.data(), size))); };
    run(input.size());
    const std::size_t step = 1 + input.size() / (input.size() > 4096 ? 50 : 150);  // each takes longer than a parser's
    for (std::size_t size = 0; size < input.size(); size += step) run(size);
    for (std::size_t i = 0; i < input.size(); i += step) {
      const char kept = input[i];
      for (const unsigned flip : {0xFFU, 0x01U, 0x80U}) {
        input[i] = static_cast<char>(static_cast<unsigned char>(kept) ^ flip);
        run(input.size());
      }
      input[i] = kept;
    }
  }
  EXPECT_GT(n_files, 0U);
}

INSTANTIATE_TEST_SUITE_P(State, StateFuzzReplay, testing::ValuesIn(fuzz::state_targets),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace

}  // namespace state_fuzz_replay_test
