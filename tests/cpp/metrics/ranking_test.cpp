#include <heartsight/metrics/ranking.hpp>

#include "cpp/raises.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace ranking_test {

namespace hs = heartsight;
using hs::metrics::auroc;
using hs::metrics::average_precision;
using hs::test::raises;

namespace {

using Labels = std::vector<std::int64_t>;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

/// The definition: all pairs.
double naive_auroc(const Labels& y, const std::vector<double>& s) {
  double sum = 0.0;
  double pairs = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    for (std::size_t k = 0; k < y.size(); ++k) {
      if (y[i] != 1 || y[k] != 0) continue;
      sum += s[i] > s[k] ? 1.0 : (s[i] == s[k] ? 0.5 : 0.0);
      pairs += 1.0;
    }
  }
  return sum / pairs;
}

}  // namespace

TEST(Auroc, ByHand) {
  EXPECT_EQ(auroc(Labels{0, 0, 1, 1}, std::vector<double>{0.1, 0.4, 0.35, 0.8}), 0.75);
  EXPECT_EQ(auroc(Labels{0, 1}, std::vector<double>{0.5, 0.5}), 0.5);
  EXPECT_EQ(auroc(Labels{0, 1}, std::vector<double>{-infinity, infinity}), 1.0);
  EXPECT_EQ(auroc(Labels{1, 0}, std::vector<double>{-infinity, infinity}), 0.0);
}

TEST(Auroc, EqualsAllPairsWithTies) {
  std::mt19937_64 random(1);
  for (int repeat = 0; repeat < 50; ++repeat) {
    Labels y(60);
    std::vector<double> s(y.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      y[i] = static_cast<std::int64_t>(random() % 2);
      s[i] = static_cast<double>(random() % 10);
    }
    y[0] = 0;
    y[1] = 1;
    ASSERT_NEAR(auroc(y, s), naive_auroc(y, s), 1e-12);
    std::vector<double> negative(s);
    for (double& v : negative) v = -v;
    ASSERT_NEAR(auroc(y, negative), 1.0 - auroc(y, s), 1e-12);
  }
}

TEST(AveragePrecision, ByHand) {
  // scikit-learn's own example: (1/1) * 0.5 + (2/3) * 0.5.
  EXPECT_NEAR(average_precision(Labels{0, 0, 1, 1}, std::vector<double>{0.1, 0.4, 0.35, 0.8}), 0.8333333333333333, 1e-15);
  EXPECT_EQ(average_precision(Labels{1, 1}, std::vector<double>{1, 2}), 1.0);
  EXPECT_EQ(average_precision(Labels{0, 1, 0, 1}, std::vector<double>{3, 3, 3, 3}), 0.5);  // all tied: the prevalence
}

TEST(Ranking, OneClassIsNan) {
  const std::vector<double> s = {1, 2};
  EXPECT_TRUE(std::isnan(auroc(Labels{1, 1}, s)));
  EXPECT_TRUE(std::isnan(auroc(Labels{0, 0}, s)));
  EXPECT_TRUE(std::isnan(average_precision(Labels{0, 0}, s)));
}

TEST(Ranking, Errors) {
  const std::vector<double> none;
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)auroc(Labels{}, none); }, {"auroc: label", "empty"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)auroc(Labels{1}, none); }, {"score", "size 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)auroc(Labels{0, 2}, std::vector<double>{1, 2}); }, {"label[1] = 2"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)average_precision(Labels{0, 1}, std::vector<double>{nan_value, 2}); },
                                      {"average_precision: score[0] = nan"}));
}

TEST(Ranking, CallableAsWritten) {
  const std::int64_t y[] = {0, 1, 1};
  const std::array<float, 3> floats = {0.5F, 0.25F, 1.0F};
  const double doubles[] = {0.5, 0.25, 1.0};
  EXPECT_EQ(auroc(y, floats), 0.5);
  EXPECT_EQ(auroc(y, doubles), 0.5);
  EXPECT_EQ(average_precision(std::vector<std::int64_t>{0, 1, 1}, std::span<const float>(floats)),
            average_precision(y, doubles));
}

TEST(Ranking, WeightsAreRepetitions) {
  std::mt19937_64 random(2);
  for (const std::size_t n : {30UL, 4000UL}) {
    Labels y;
    std::vector<double> s;
    std::vector<double> weight;
    Labels y_repeated;
    std::vector<double> s_repeated;
    for (std::size_t i = 0; i < n; ++i) {
      y.push_back(static_cast<std::int64_t>(random() % 2));
      s.push_back(static_cast<double>(random() % (n / 3)));
      weight.push_back(static_cast<double>(random() % 4));
      for (int k = 0; k < static_cast<int>(weight.back()); ++k) {
        y_repeated.push_back(y.back());
        s_repeated.push_back(s.back());
      }
    }
    EXPECT_NEAR(auroc(y, s, weight), auroc(y_repeated, s_repeated), 1e-12);
    EXPECT_NEAR(average_precision(y, s, weight), average_precision(y_repeated, s_repeated), 1e-12);
  }
  EXPECT_TRUE(std::isnan(auroc(Labels{0, 1}, std::vector<double>{1, 2}, std::vector<double>{1, 0})));
  EXPECT_TRUE(raises<hs::DomainError>(
      [] { (void)auroc(Labels{0, 1}, std::vector<double>{1, 2}, std::vector<double>{1, -1}); }, {"weight[1] = -1"}));
}

TEST(Auroc, LargeSetsHoweverTheScoresCrowd) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  for (int shape = 0; shape < 6; ++shape) {
    Labels y(20'000);
    std::vector<double> s(y.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      y[i] = static_cast<std::int64_t>(random() % 2);
      s[i] = normal(random) + static_cast<double>(y[i]);
      if (shape == 1) s[i] = std::exp(15.0 * s[i]);
      if (shape == 2) s[i] = std::round(s[i]);
      if (shape == 3) s[i] = 0.5;
      if (shape == 4 && i % 100 == 0) s[i] = i % 200 == 0 ? infinity : -infinity;
      if (shape == 5) s[i] *= 1e308;
    }
    const std::vector<double> ones(y.size(), 1.0);
    EXPECT_NEAR(auroc(y, s), auroc(y, s, ones), 1e-12) << shape;  // with weights it goes by a sort
  }
}

}  // namespace ranking_test
