#include <heartsight/features/summary_statistics.hpp>

#include "cpp/raises.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

namespace summary_statistics_test {

namespace hs = heartsight;
using hs::MatrixView;
using hs::features::summary_statistics;
using hs::test::raises;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// The definition, word for word, on a sorted copy.
std::vector<double> naive(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  const auto n = static_cast<double>(x.size());
  long double sum = 0.0L;
  for (const double v : x) sum += v;
  const auto mean = static_cast<double>(sum / static_cast<long double>(x.size()));
  long double squares = 0.0L;
  for (const double v : x) squares += (v - mean) * (v - mean);
  const double variance = static_cast<double>(squares) / n;
  const auto quartile = [&](double q) {
    const double place = q * (n - 1.0);
    const auto rank = static_cast<std::size_t>(place);
    const double next = x[std::min(rank + 1, x.size() - 1)];
    return x[rank] + (place - std::floor(place)) * (next - x[rank]);
  };
  return {mean,           std::sqrt(variance),  x.front(), x.back(), quartile(0.25), quartile(0.5),
          quartile(0.75), x.back() - x.front(), variance};
}

template <class T>
void expect_naive(const std::vector<T>& x) {
  const auto got = summary_statistics(MatrixView<const T>(x.data(), 1, x.size()));
  const auto wanted = naive({x.begin(), x.end()});
  for (std::size_t i = 0; i < 9; ++i) {
    ASSERT_NEAR(got[i], wanted[i], 1e-12 * std::max(1.0, std::abs(wanted[i]))) << "statistic " << i << ", n = " << x.size();
  }
}

bool same_bits(std::span<const double> a, std::span<const double> b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

}  // namespace

TEST(SummaryStatistics, ByHand) {
  const double x[] = {4, 1, 3, 2, 5};
  const auto got = summary_statistics(MatrixView<const double>(x, 1, 5));
  const double wanted[] = {3, std::sqrt(2.0), 1, 5, 2, 3, 4, 4, 2};
  for (std::size_t i = 0; i < 9; ++i) EXPECT_DOUBLE_EQ(got[i], wanted[i]) << i;
}

TEST(SummaryStatistics, EqualsItsDefinition) {
  std::mt19937_64 random(12);
  std::normal_distribution<double> normal;
  for (std::size_t n = 1; n <= 300; ++n) {
    std::vector<double> x(n);
    std::vector<float> y(n);
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = n % 3 == 0 ? std::round(normal(random)) : normal(random);
      y[i] = static_cast<float>(x[i]);
    }
    expect_naive(x);
    expect_naive(y);
    x[n / 2] = 1e4;
    expect_naive(x);
    if (HasFatalFailure()) return;
  }
  std::vector<double> flat(1000, 0.25);
  expect_naive(flat);
}

TEST(SummaryStatistics, EachLeadOnItsOwnAlsoInAStridedView) {
  const std::vector<double> x = {1, 2, 3, -99, 10, 20, 30, -99};
  const auto strided = summary_statistics(MatrixView<const double>(x.data(), 2, 3, 4));
  ASSERT_EQ(strided.size(), 18U);
  EXPECT_EQ(strided[0], 2.0);
  EXPECT_EQ(strided[9], 20.0);
  EXPECT_EQ(strided[9 + 2], 10.0);
}

TEST(SummaryStatistics, NanPolicies) {
  const double x[] = {1, not_a_number, 3, 4, 5, 6};
  const MatrixView<const double> view(x, 2, 3);
  const auto propagate = summary_statistics(view);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_TRUE(std::isnan(propagate[i]));
  EXPECT_EQ(propagate[9], 5.0);
  const auto omit = summary_statistics(view, {.nan_policy = hs::NanPolicy::omit});
  EXPECT_EQ(omit[0], 2.0);
  EXPECT_EQ(omit[3], 3.0);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)summary_statistics(view, {.nan_policy = hs::NanPolicy::reject}); },
                                      {"summary_statistics: signal[0, 1] = nan"}));
  const double nothing[] = {not_a_number};
  for (const double v : summary_statistics(MatrixView<const double>(nothing, 1, 1), {.nan_policy = hs::NanPolicy::omit})) {
    EXPECT_TRUE(std::isnan(v));
  }
}

TEST(SummaryStatistics, ANanAtAnyPlaceIsSeen) {
  for (std::size_t n = 1; n < 40; ++n) {
    for (std::size_t at = 0; at < n; ++at) {
      std::vector<double> x(n, 1.0);
      x[at] = not_a_number;
      for (const double v : summary_statistics(MatrixView<const double>(x.data(), 1, n))) ASSERT_TRUE(std::isnan(v));
    }
  }
}

TEST(SummaryStatistics, DegenerateInput) {
  const auto empty = summary_statistics(MatrixView<const double>(nullptr, 2, 0));
  EXPECT_EQ(empty.size(), 18U);
  for (const double v : empty) EXPECT_TRUE(std::isnan(v));
  const double one[] = {7.0};
  const double wanted[] = {7, 0, 7, 7, 7, 7, 7, 0, 0};
  EXPECT_TRUE(same_bits(summary_statistics(MatrixView<const double>(one, 1, 1)), wanted));
  const double with_infinity[] = {1, 2, infinity, 3, 4};
  const auto infinite = summary_statistics(MatrixView<const double>(with_infinity, 1, 5));
  EXPECT_EQ(infinite[0], infinity);
  EXPECT_TRUE(std::isnan(infinite[1]));
  EXPECT_EQ(infinite[2], 1.0);
  EXPECT_EQ(infinite[5], 3.0);
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)summary_statistics(MatrixView<const double>()); },
                                     {"summary_statistics: signal", "empty"}));
}

TEST(SummaryStatisticsThreads, ABatchEqualsItsRecordsBitForBit) {
  std::mt19937_64 random(4);
  std::normal_distribution<float> normal;
  constexpr std::size_t n_records = 70;
  std::vector<float> floats(n_records * 3 * 50);
  for (float& v : floats) v = normal(random);
  const std::vector<double> doubles(floats.begin(), floats.end());
  for (const std::size_t n_threads : {1U, 2U, 8U}) {
    const auto batch = summary_statistics(doubles, n_records, 3, 50, {}, n_threads);
    const auto float_batch = summary_statistics(floats, n_records, 3, 50, {}, n_threads);
    for (std::size_t i = 0; i < n_records; ++i) {
      const auto single = summary_statistics(MatrixView<const double>(doubles.data() + i * 150, 3, 50));
      ASSERT_TRUE(same_bits(std::span(batch).subspan(i * 27, 27), single));
      for (std::size_t k = 0; k < 27; ++k) ASSERT_NEAR(float_batch[i * 27 + k], single[k], 1e-6);
    }
  }
  EXPECT_TRUE(summary_statistics(std::vector<double>{}, 0, 12, 1000).empty());
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)summary_statistics(doubles, 2, 3, 4); }, {"signals", "size 24"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)summary_statistics(doubles, 2, 0, 4); }, {"n_leads"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)summary_statistics(doubles, n_records, 3, 50, {}, 0); }, {"n_threads"}));
}

TEST(SummaryStatisticsSchema, NamesLeadAfterLead) {
  const std::vector<std::string> leads(hs::standard_leads.begin(), hs::standard_leads.end());
  const auto schema = hs::features::summary_statistics_schema(leads);
  ASSERT_EQ(schema.names.size(), 108U);
  EXPECT_EQ(schema.names.front(), "I_mean");
  EXPECT_EQ(schema.names[9 * 3 + 4], "aVR_p25");
  EXPECT_EQ(schema.names.back(), "V6_variance");
  EXPECT_EQ(schema.fingerprint(), "3671acb16b13d585aa1d84eda9e2571f2ac18852ed296878ed675a469b2ff440");
  EXPECT_EQ(hs::features::summary_statistics_schema(std::vector<std::string>{"AVR"}).names[0], "aVR_mean");
}

}  // namespace summary_statistics_test
