#include <heartsight/metrics/estimate.hpp>

#include "cpp/raises.hpp"

namespace estimate_test {

namespace hs = heartsight;

TEST(Estimate, LevelIsAShareOfOne) {
  EXPECT_NO_THROW(hs::metrics::detail::check_level("f", 0.95));
  for (const double level : {0.0, 1.0, -0.1, std::nan("")}) {
    EXPECT_TRUE(hs::test::raises<hs::DomainError>([&] { hs::metrics::detail::check_level("f", level); }, {"f: level"}));
  }
}

}  // namespace estimate_test
