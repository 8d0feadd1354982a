#include <heartsight/drift/chi_square.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace chi_square_test {

namespace drift = heartsight::drift;
using drift::chi_square;
using Counts = std::vector<std::int64_t>;

TEST(ChiSquare, ByHand) {
  const auto r = chi_square(Counts{40, 60}, Counts{60, 40});  // z = 2.83 squared
  EXPECT_NEAR(r.statistic, 8.0, 1e-13);
  EXPECT_NEAR(r.p_value, 0.004677734981047266, 1e-14);
  EXPECT_EQ(chi_square(Counts{10, 20, 0}, Counts{20, 40, 0}).p_value, 1.0);
}

TEST(ChiSquare, SmallCountsAreSplitAtRandom) {
  // 4 + 4 in two categories, all apart: 2 of 70 splits are as far; Fisher's p is 2 / 70.
  const auto r = chi_square(Counts{4, 0}, Counts{0, 4}, {.n_resamples = 20'000});
  EXPECT_NEAR(r.p_value, 2.0 / 70.0, 0.005);
  EXPECT_EQ(r.p_value, chi_square(Counts{4, 0}, Counts{0, 4}, {.n_resamples = 20'000}).p_value);
}

TEST(ChiSquare, DegenerateInputAndErrors) {
  EXPECT_TRUE(std::isnan(chi_square(Counts{0, 0}, Counts{1, 2}).p_value));
  EXPECT_EQ(chi_square(Counts{5}, Counts{9}).p_value, 1.0);
  EXPECT_TRUE(heartsight::test::raises<heartsight::ShapeError>([] { (void)chi_square(Counts{1}, Counts{1, 2}); },
                                                               {"chi_square: current"}));
  EXPECT_TRUE(heartsight::test::raises<heartsight::DomainError>([] { (void)chi_square(Counts{1, -1}, Counts{1, 2}); },
                                                                {"reference[1] = -1"}));
}

}  // namespace chi_square_test
