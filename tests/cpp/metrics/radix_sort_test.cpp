#include <heartsight/metrics/detail/radix_sort.hpp>

#include <gtest/gtest.h>

#include <heartsight/core/random.hpp>

#include <limits>

namespace radix_sort_test {

namespace hs = heartsight;
using namespace hs::metrics::detail;

namespace {

template <class T>
void check_keys(const std::vector<T>& ascending) {
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    EXPECT_EQ(number_of_key(ordered_key(ascending[i])), ascending[i]);
    if (i > 0) {
      EXPECT_LT(ordered_key(ascending[i - 1]), ordered_key(ascending[i]));
    }
  }
}

}  // namespace

TEST(OrderedKey, SortsAsNumbersDo) {
  using D = std::numeric_limits<double>;
  using F = std::numeric_limits<float>;
  check_keys<double>(
      {-D::infinity(), -D::max(), -1.0, -D::min(), -D::denorm_min(), 0.0, D::denorm_min(), 1.0, D::infinity()});
  check_keys<float>({-F::infinity(), -1.0F, -F::denorm_min(), 0.0F, F::denorm_min(), 1.0F, F::max(), F::infinity()});
  EXPECT_EQ(ordered_key(-0.0), ordered_key(0.0));
  EXPECT_EQ(ordered_key(-0.0F), ordered_key(0.0F));
}

TEST(RadixSort, EqualsStableSort) {
  struct Item {
    std::uint64_t key;
    std::uint32_t row;
    bool operator==(const Item&) const = default;
  };
  hs::Random random(1);
  for (const std::size_t n : {1UL, 2UL, 100UL, 1499UL, 1500UL, 20'000UL}) {
    for (const std::uint64_t mask : {~0ULL, 0xffULL, 0xfff000ULL, 0ULL}) {
      Buffer<Item> items(n);
      Buffer<std::uint64_t> keys(n);
      std::vector<Item> wanted;
      for (std::size_t i = 0; i < n; ++i) {
        items[i] = {random.bits() & mask, static_cast<std::uint32_t>(i)};
        keys[i] = items[i].key;
        wanted.push_back(items[i]);
      }
      std::stable_sort(wanted.begin(), wanted.end(), [](const Item& a, const Item& b) { return a.key < b.key; });
      radix_sort(items, [](const Item& item) { return item.key; });
      radix_sort(keys, [](std::uint64_t key) { return key; });
      EXPECT_TRUE(std::equal(wanted.begin(), wanted.end(), items.begin(), items.end())) << n;
      for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(keys[i], wanted[i].key);
    }
  }
}

TEST(SortKeys, EqualsSortHoweverTheValuesCrowd) {
  hs::Random random(2);
  const double infinity = std::numeric_limits<double>::infinity();
  for (const std::size_t n : {1UL, 2UL, 1499UL, 1500UL, 50'000UL}) {
    for (int shape = 0; shape < 6; ++shape) {
      Buffer<std::uint64_t> keys(n);
      std::vector<std::uint64_t> wanted;
      for (std::size_t i = 0; i < n; ++i) {
        double v = random.normal();
        if (shape == 1) v = std::exp(20.0 * v);                    // nearly all in one bucket
        if (shape == 2) v = static_cast<double>(random.below(5));  // ties
        if (shape == 3) v = 1.0;                                   // one value
        if (shape == 4 && i % 1000 == 0) v = i % 2000 == 0 ? infinity : -infinity;
        if (shape == 5) v = v * std::numeric_limits<double>::max() / 10;  // the range overflows
        keys[i] = ordered_key(v);
        wanted.push_back(keys[i]);
      }
      std::sort(wanted.begin(), wanted.end());
      sort_keys(keys, [](std::uint64_t key) { return number_of_key(key); });
      EXPECT_TRUE(std::equal(wanted.begin(), wanted.end(), keys.begin(), keys.end())) << n << " " << shape;
    }
  }
}

}  // namespace radix_sort_test
