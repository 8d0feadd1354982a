#include <heartsight/core/exact_sum.hpp>
#include <heartsight/core/random.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace exact_sum_test {

namespace hs = heartsight;
using hs::ExactSum;
using hs::test::raises;

namespace {

ExactSum sum_of(std::initializer_list<double> values) {
  ExactSum sum;
  for (const double v : values) sum.add(v);
  return sum;
}

}  // namespace

TEST(ExactSum, KeepsWhatFloatingPointLoses) {
  EXPECT_EQ(sum_of({}).value(), 0.0);
  EXPECT_EQ(sum_of({1e308, 1.0, -1e308}).value(), 1.0);
  EXPECT_EQ(sum_of({1e308, 1e308, -1e308}).value(), 1e308);
  EXPECT_EQ(sum_of({0.1, 0.2, 0.3, -0.6}).value(), 2.7755575615628914e-17);
  const double tiny = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(sum_of({tiny, 1e300, tiny, -1e300, -tiny}).value(), tiny);
  EXPECT_EQ(sum_of({std::numeric_limits<double>::max(), std::numeric_limits<double>::max()}).value(),
            std::numeric_limits<double>::infinity())
      << "the exact sum is larger than any double";
  EXPECT_EQ(sum_of({-3.5, 1.25}).value(), -2.25);
}

TEST(ExactSum, RoundsOnceToTheNearestAndTiesToEven) {
  const double one_up = std::nextafter(1.0, 2.0);
  EXPECT_EQ(sum_of({1.0, 0x1p-53}).value(), 1.0);
  EXPECT_EQ(sum_of({one_up, 0x1p-53}).value(), std::nextafter(one_up, 2.0));
  EXPECT_EQ(sum_of({1.0, 0x1p-53, 0x1p-300}).value(), one_up) << "one bit far below decides the tie";
  EXPECT_EQ(sum_of({1.0, 0x1p-53, -0x1p-300}).value(), 1.0);
  EXPECT_EQ(sum_of({-1.0, -0x1p-53, -0x1p-300}).value(), -one_up);
}

TEST(ExactSum, AnyOrderAndAnySplitGiveTheSameBits) {
  hs::Random random(7);
  std::vector<double> values(3000);
  for (auto& v : values) v = std::ldexp(random.normal(), static_cast<int>(random.below(400)) - 200);
  ExactSum all;
  for (const double v : values) all.add(v);
  for (int round = 0; round < 20; ++round) {
    random.shuffle(std::span(values));
    std::vector<ExactSum> parts(1 + random.below(9));
    for (const double v : values) parts[random.below(parts.size())].add(v);
    ExactSum merged;
    for (const auto& part : parts) merged.merge(part);
    EXPECT_TRUE(merged == all);
    EXPECT_EQ(merged.value(), all.value());
    EXPECT_EQ(merged.words(), all.words());
  }
  for (const double v : values) all.subtract(v);
  EXPECT_TRUE(all == ExactSum());
}

TEST(ExactSum, AgreesWithIntegers) {
  hs::Random random(11);
  ExactSum sum;
  std::int64_t integer = 0;
  for (int i = 0; i < 10000; ++i) {
    const auto v = static_cast<std::int64_t>(random.below(1U << 30)) - (1 << 29);
    sum.add(static_cast<double>(v));
    integer += v;
    EXPECT_EQ(sum.value(), static_cast<double>(integer));
  }
}

TEST(ExactSum, CountsWhatIsNotFinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(sum_of({1.0, infinity}).value(), infinity);
  EXPECT_EQ(sum_of({1.0, -infinity}).value(), -infinity);
  EXPECT_TRUE(std::isnan(sum_of({infinity, -infinity}).value()));
  EXPECT_TRUE(std::isnan(sum_of({1.0, std::nan("")}).value()));
  ExactSum sum = sum_of({1.0, infinity, std::nan("")});
  sum.subtract(infinity);
  sum.subtract(std::nan(""));
  EXPECT_EQ(sum.value(), 1.0) << "a window leaves what is not finite behind";
}

TEST(ExactSum, WordsComeBackAndWrongOnesAreRefused) {
  for (const ExactSum& sum : {sum_of({}), sum_of({1e300, -1e-300, 3.0}), sum_of({-5.0}), sum_of({1.0, std::nan("")})}) {
    EXPECT_TRUE(ExactSum::from_words(sum.words()) == sum);
  }
  const auto from = [](std::vector<std::int64_t> words) { return [=] { (void)ExactSum::from_words(words); }; };
  EXPECT_TRUE((raises<hs::FormatError>(from({0, 0, 0}), {"words that no sum gives"})));
  EXPECT_TRUE((raises<hs::FormatError>(from({0, 0, 0, -1, 5}), {"words that no sum gives"})));
  EXPECT_TRUE((raises<hs::FormatError>(from({0, 0, 0, 67, 5, 5}), {"words that no sum gives"})));
  EXPECT_TRUE((raises<hs::FormatError>(from({0, 0, 0, 0, 5, std::int64_t{1} << 32}), {"words that no sum gives"})));
  EXPECT_TRUE((raises<hs::FormatError>(from({0, 0, 0, 0, 5, 0}), {"words that no sum gives"})));
  EXPECT_TRUE((raises<hs::FormatError>(from({0, 0, 0, 3, 0, 1}), {"words that no sum gives"})));
  const std::int64_t most = std::int64_t{1} << 62;
  EXPECT_TRUE((raises<hs::FormatError>(from({most, 0, 0, 0}), {"words that no sum gives"})));
  EXPECT_TRUE((raises<hs::FormatError>(from({0, -most, 0, 0}), {"words that no sum gives"})));
  EXPECT_TRUE((raises<hs::FormatError>(from({0, 0, most, 0}), {"words that no sum gives"})));
}

}  // namespace exact_sum_test
