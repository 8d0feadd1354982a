#include <heartsight/metrics/bootstrap.hpp>

#include "cpp/raises.hpp"

#include <numeric>

namespace bootstrap_test {

namespace hs = heartsight;
using namespace hs::metrics;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

namespace {

WeightedFigure mean_of(const Numbers& x) {
  return [&x](std::span<const double> w) {
    double sum = 0.0;
    double total = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += w[i] * x[i];
      total += w[i];
    }
    return sum / total;
  };
}

Numbers normals(std::size_t n, std::uint64_t seed) {
  hs::Random random(seed);
  Numbers x(n);
  for (double& v : x) v = random.normal();
  return x;
}

}  // namespace

TEST(Bootstrap, MeanOfNormals) {
  const Numbers x = normals(400, 1);
  const auto got = bootstrap_interval(x.size(), {}, mean_of(x), {.n_resamples = 2000});
  double squares = 0.0;
  for (const double v : x) squares += (v - got.value) * (v - got.value);
  const double standard_error = std::sqrt(squares) / 400.0;
  EXPECT_NEAR(got.standard_error, standard_error, 0.1 * standard_error);
  EXPECT_NEAR(got.low, got.value - 1.96 * standard_error, 0.3 * standard_error);
  EXPECT_NEAR(got.high, got.value + 1.96 * standard_error, 0.3 * standard_error);
  EXPECT_EQ(got.n_groups, 400U);
  EXPECT_EQ(got.n_undefined, 0U);
}

TEST(Bootstrap, ThreadsDoNotMatterAndSeedsDo) {
  const Numbers x = normals(1000, 2);
  const auto one = bootstrap_interval(x.size(), {}, mean_of(x), {.n_resamples = 200, .seed = 5});
  const auto four = bootstrap_interval(x.size(), {}, mean_of(x), {.n_resamples = 200, .seed = 5, .n_threads = 4});
  EXPECT_EQ(one.low, four.low);
  EXPECT_EQ(one.high, four.high);
  EXPECT_NE(one.low, bootstrap_interval(x.size(), {}, mean_of(x), {.n_resamples = 200, .seed = 6}).low);
}

TEST(Bootstrap, CopiesOfAPatientTellNothingNew) {
  const Numbers x = normals(100, 3);
  Numbers copies;
  Labels patient;
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (int k = 0; k < 4; ++k) {
      copies.push_back(x[i]);
      patient.push_back(static_cast<std::int64_t>(1000 - i));
    }
  }
  const BootstrapOptions options{.n_resamples = 300, .method = BootstrapMethod::percentile};
  const auto by_case = bootstrap_interval(x.size(), {}, mean_of(x), options);
  const auto by_patient = bootstrap_interval(copies.size(), patient, mean_of(copies), options);
  EXPECT_NEAR(by_patient.low, by_case.low, 1e-12);
  EXPECT_NEAR(by_patient.high, by_case.high, 1e-12);
  EXPECT_EQ(by_patient.n_groups, 100U);
}

TEST(Bootstrap, BcaLeansWhereTheFigureIsSkewed) {
  Numbers x = normals(60, 4);
  for (double& v : x) v = std::exp(v);
  const auto plain = bootstrap_interval(x.size(), {}, mean_of(x), {.method = BootstrapMethod::percentile});
  const auto bca = bootstrap_interval(x.size(), {}, mean_of(x), {});
  EXPECT_GT(bca.high, plain.high);
  EXPECT_GT(bca.low, plain.low);
}

TEST(Bootstrap, BasicMirrorsPercentile) {
  const Numbers x = normals(50, 5);
  const auto plain = bootstrap_interval(x.size(), {}, mean_of(x), {.method = BootstrapMethod::percentile});
  const auto basic = bootstrap_interval(x.size(), {}, mean_of(x), {.method = BootstrapMethod::basic});
  EXPECT_NEAR(basic.low, 2 * plain.value - plain.high, 1e-15);
  EXPECT_NEAR(basic.high, 2 * plain.value - plain.low, 1e-15);
}

TEST(Bootstrap, UndefinedResamples) {
  const Numbers x = {1, 2, 3};
  const auto never = bootstrap_interval(3, {}, [](std::span<const double>) { return std::nan(""); }, {});
  EXPECT_TRUE(std::isnan(never.value) && std::isnan(never.low));
  EXPECT_EQ(never.n_undefined, 1000U);
  const auto seldom =
      bootstrap_interval(3, {}, [&](std::span<const double> w) { return w[0] > 0 ? 1.0 : std::nan(""); }, {});
  EXPECT_EQ(seldom.value, 1.0);
  EXPECT_TRUE(std::isnan(seldom.high));  // 30 % have no value
}

TEST(Bootstrap, OneGroupHasNoInterval) {
  const Numbers x = {1, 2, 3};
  for (const auto method : {BootstrapMethod::percentile, BootstrapMethod::basic, BootstrapMethod::bca}) {
    const auto one = bootstrap_interval(3, Labels{7, 7, 7}, mean_of(x), {.method = method});
    EXPECT_EQ(one.value, 2.0);
    EXPECT_TRUE(std::isnan(one.low) && std::isnan(one.high) && std::isnan(one.standard_error));
    EXPECT_EQ(one.n_groups, 1U);
    EXPECT_EQ(one.n_undefined, 0U);
  }
  EXPECT_TRUE(std::isnan(bootstrap_interval(1, {}, mean_of(x), {}).low));
  EXPECT_FALSE(std::isnan(bootstrap_interval(3, Labels{7, 7, 8}, mean_of(x), {}).low));
}

TEST(Bootstrap, QuantilesBesideInfinity) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const Numbers up = {1, 2, inf};
  EXPECT_EQ(detail::sorted_quantile(up, 0.5), 2.0);  // a whole rank: no part of the step to infinity
  EXPECT_EQ(detail::sorted_quantile(up, 0.75), inf);
  EXPECT_EQ(detail::sorted_quantile(up, 1.0), inf);
  EXPECT_EQ(detail::sorted_quantile(Numbers{-inf, 2, inf}, 0.25), -inf);
  EXPECT_EQ(detail::sorted_quantile(Numbers{-inf, 2, inf}, 0.5), 2.0);
}

TEST(Bootstrap, Errors) {
  const auto figure = [](std::span<const double>) { return 0.0; };
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)bootstrap_interval(0, {}, figure); }, {"cases"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)bootstrap_interval(2, Labels{1}, figure); }, {"group"}));
  EXPECT_TRUE(
      raises<hs::DomainError>([&] { (void)bootstrap_interval(2, {}, figure, {.n_resamples = 5}); }, {"n_resamples"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)bootstrap_interval(2, {}, figure, {.level = 1.5}); }, {"level"}));
}

}  // namespace bootstrap_test
