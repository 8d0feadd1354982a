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

TEST(ChiSquare, LargeTablesTakeNoLongerThanTheyNeed) {
  // 100,000 categories of one or two each: all are rare, and nothing but their number is known.
  const Counts ones(100'000, 1);
  Counts other(100'000, 1);
  const auto same = chi_square(ones, other);
  EXPECT_EQ(same.statistic, 0.0);
  EXPECT_EQ(same.p_value, 1.0);
  // 1,000 frequent categories that moved, and 5,000 rare ones.
  Counts a(6'000, 1);
  Counts b(6'000, 1);
  for (std::size_t i = 0; i < 1'000; ++i) {
    a[i] = 100;
    b[i] = i % 2 == 0 ? 130 : 70;
  }
  EXPECT_LT(chi_square(a, b).p_value, 1e-6);
  for (std::size_t i = 0; i < 1'000; ++i) b[i] = 100 + (i % 2 == 0 ? 1 : -1);
  EXPECT_GT(chi_square(a, b).p_value, 0.99);
  // One rare category among many frequent ones leaves the limit law as it is.
  Counts c(100'000, 100);
  Counts d = c;
  c.back() = 1;
  d.back() = 0;
  for (std::size_t i = 0; i + 1 < d.size(); ++i) d[i] += i % 2 == 0 ? 15 : -15;
  const auto spread = chi_square(c, d);
  EXPECT_NEAR(spread.p_value, chi_square(c, d, {.smallest_expected = 0.0}).p_value, 1e-12);
  // All frequent, but not for this caller: 99 draws or more, however many categories.
  const Counts hundred(20'000, 100);
  EXPECT_EQ(chi_square(hundred, hundred, {.smallest_expected = 1e9}).p_value, 1.0);
}

TEST(ChiSquare, HugeCountsAreSplitInNoTime) {
  constexpr std::int64_t huge = std::int64_t{1} << 50;
  const auto rare = [](std::int64_t here, std::int64_t there, std::int64_t half) {
    return chi_square(Counts{half, half, here}, Counts{half, half, there}).p_value;
  };
  // One rare case on either side is as likely here as there; six on one side are 2 / 64 but for the rest of the table.
  for (const std::int64_t half : {std::int64_t{1'000}, std::int64_t{1} << 30, std::int64_t{1} << 40, huge}) {
    EXPECT_EQ(rare(1, 1, half), 1.0) << half;
    EXPECT_NEAR(rare(6, 0, half), 0.05, 0.03) << half;
  }
  // Two categories whose statistic is 9, and a rare one whose split adds nothing or 2, as likely: between P(chi-square(1) >=
  // 9) and P(chi-square(1) >= 7), 0.0027 and 0.0082, on average 0.0054.
  const auto off = static_cast<std::int64_t>(1.5 * std::sqrt(static_cast<double>(huge)));
  const auto far = chi_square(Counts{huge + off, huge - off, 1}, Counts{huge - off, huge + off, 1}, {.n_resamples = 19'999});
  EXPECT_NEAR(far.statistic, 9.0, 1e-6);
  EXPECT_NEAR(far.p_value, 0.0054, 0.002);
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
