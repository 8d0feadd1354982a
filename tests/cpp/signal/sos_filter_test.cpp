#include <heartsight/signal/sos_filter.hpp>

#include <heartsight/signal/filter_design.hpp>
#include <heartsight/signal/sosfilt.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace sos_filter_test {

namespace hs = heartsight;
using hs::signal::butterworth;
using hs::signal::sosfilt;
using hs::signal::SosFilter;
using hs::test::raises;

namespace {

template <class T>
std::vector<T> noise(std::size_t n) {
  std::mt19937 random(12);
  std::normal_distribution<T> normal;
  std::vector<T> result(n);
  for (T& x : result) x = T{5} + normal(random);
  return result;
}

template <class T>
void expect_chunks_equal_whole(std::size_t n_leads) {
  const std::size_t n = 3000;
  const auto sos = butterworth(3, 250.0, {.low_hz = 0.5, .high_hz = 40.0});
  const auto x = noise<T>(n_leads * n);
  const auto whole = sosfilt(sos, hs::MatrixView<const T>(x.data(), n_leads, n));
  std::mt19937 random(8);
  for (const std::size_t longest : {1, 3, 100, 1500, 5000}) {
    std::uniform_int_distribution<std::size_t> length(0, longest);
    SosFilter filter(sos, n_leads);
    for (std::size_t begin = 0; begin < n;) {
      const std::size_t count = std::min(n - begin, length(random));
      const auto part = filter.process(hs::MatrixView<const T>(x.data() + begin, n_leads, count, n));
      ASSERT_EQ(part.size(), n_leads * count);
      for (std::size_t lead = 0; lead < n_leads; ++lead) {
        for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(part[lead * count + i], whole[lead * n + begin + i]);
      }
      begin += count;
    }
  }
}

}  // namespace

TEST(SosFilter, AnyChunkingEqualsTheWhole) {
  for (const std::size_t n_leads : {1, 2, 5, 12}) {
    expect_chunks_equal_whole<double>(n_leads);
    expect_chunks_equal_whole<float>(n_leads);
  }
}

TEST(SosFilter, ResetStartsAgain) {
  const auto x = noise<double>(200);
  SosFilter filter(butterworth(2, 250.0, {.low_hz = 5.0}));
  EXPECT_EQ(filter.n_leads(), 1U);
  EXPECT_EQ(filter.sos().size(), 1U);
  const auto first = filter.process(x);
  EXPECT_NE(filter.state()[0], 0.0);
  EXPECT_NE(filter.process(x), first);
  filter.reset();
  EXPECT_EQ(filter.state()[0], 0.0);
  EXPECT_EQ(filter.process(x), first);
  (void)filter.process(std::vector<double>{std::numeric_limits<double>::quiet_NaN()});
  EXPECT_TRUE(std::isnan(filter.process(x)[199]));
  filter.reset();
  EXPECT_EQ(filter.process(x), first);
}

TEST(SosFilter, SettleHasNoJump) {
  const auto sos = butterworth(2, 250.0, {.low_hz = 0.5});
  const std::vector<double> x = {1, 1, 1, 1, -7, -7, -7, -7};
  SosFilter filter(sos, 2, {.settle = true});
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(filter.process(hs::MatrixView<const double>(x.data(), 2, 0, 4)).empty());  // decides nothing yet
    for (const double y : filter.process(hs::MatrixView<const double>(x.data(), 2, 2, 4))) EXPECT_NEAR(y, 0.0, 1e-11);
    for (const double y : filter.process(hs::MatrixView<const double>(x.data() + 2, 2, 2, 4))) EXPECT_NEAR(y, 0.0, 1e-11);
    filter.reset();
  }
}

TEST(SosFilter, Errors) {
  const auto sos = butterworth(2, 250.0, {.low_hz = 0.5});
  EXPECT_TRUE(raises<hs::ShapeError>([] { SosFilter({}); }, {"SosFilter: sos"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { SosFilter(sos, 0); }, {"SosFilter: n_leads"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { SosFilter({{{1, 0, 0, 1, -1, 0}}}, 1, {.settle = true}); }, {"zero frequency"}));
  SosFilter filter(sos, 3);
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)filter.process(std::vector<double>(5)); }, {"leads of chunk", "3"}));
}

TEST(SosFilter, CallableAsWritten) {
  const auto sos = butterworth(2, 250.0, {.low_hz = 0.5});
  const std::array<double, 4> array = {1, 2, 3, 4};
  const float plain[] = {1, 2, 3, 4};
  EXPECT_EQ(SosFilter(sos).process(array), sosfilt(sos, array));
  EXPECT_EQ(SosFilter(sos).process(plain), sosfilt(sos, plain));
}

}  // namespace sos_filter_test
