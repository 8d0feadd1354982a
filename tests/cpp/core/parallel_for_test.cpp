#include <heartsight/core/parallel_for.hpp>

#include "cpp/raises.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace parallel_for_test {

namespace hs = heartsight;
using hs::test::raises;

TEST(ParallelForThreads, CallsEveryIndexOnce) {
  for (const std::size_t n : {0U, 1U, 2U, 7U, 1000U}) {
    for (const std::size_t n_threads : {1U, 2U, 8U, 64U}) {
      for (const std::size_t grain : {0U, 1U, 3U, 5000U}) {
        std::vector<std::atomic<int>> calls(n);
        hs::parallel_for(n, n_threads, [&](std::size_t i) { ++calls[i]; }, grain);
        for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(calls[i], 1) << n << " " << n_threads << " " << grain;
      }
    }
  }
}

TEST(ParallelForThreads, TheFirstExceptionIsRethrownAndStopsTheRest) {
  for (const std::size_t n_threads : {1U, 4U}) {
    std::atomic<int> calls{0};
    const auto body = [&](std::size_t i) {
      ++calls;
      if (i == 3) throw std::out_of_range("three");
    };
    EXPECT_THROW(hs::parallel_for(100'000, n_threads, body), std::out_of_range);
    EXPECT_LT(calls, 100'000);
  }
}

TEST(ParallelFor, NoThreadIsAnError) {
  EXPECT_TRUE(raises<hs::DomainError>([] { hs::parallel_for(1, 0, [](std::size_t) {}); }, {"parallel_for: n_threads = 0"}));
}

// A pool that outlived the call would leave the child waiting for threads that do not exist there.
TEST(ParallelForThreads, AForkAfterwardsWorks) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "ThreadSanitizer does not start threads after a fork";
#endif
  std::atomic<int> sum{0};
  hs::parallel_for(100, 4, [&](std::size_t i) { sum += static_cast<int>(i); });
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::atomic<int> again{0};
    hs::parallel_for(100, 4, [&](std::size_t i) { again += static_cast<int>(i); });
    _exit(again == 4950 ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(sum, 4950);
}

}  // namespace parallel_for_test
