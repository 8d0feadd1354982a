#include <heartsight/calibration/isotonic.hpp>

#include "cpp/calibration/calibrator_checks.hpp"

#include <algorithm>
#include <map>
#include <random>

namespace isotonic_test {

namespace hs = heartsight;
using hs::calibration::Isotonic;
using hs::test::raises;

using Labels = std::vector<std::int64_t>;

TEST(Isotonic, OwesWhatEveryCalibratorOwes) {
  hs::test::check_calibrator<Isotonic>("Isotonic");
}

TEST(Isotonic, ByHand) {
  Isotonic c;
  c.fit(std::vector<double>{0.1, 0.2, 0.3, 0.4}, Labels{0, 1, 0, 1});  // 0.2 and 0.3 pool to a half
  EXPECT_EQ(c.knot_scores(), (std::vector<double>{0.1, 0.2, 0.3, 0.4}));
  EXPECT_EQ(c.knot_probabilities(), (std::vector<double>{0, 0.5, 0.5, 1}));
  EXPECT_EQ(c.transform(0.0), 0.0);
  EXPECT_NEAR(c.transform(0.15), 0.25, 1e-15);
  EXPECT_EQ(c.transform(0.25), 0.5);
  EXPECT_EQ(c.transform(1.0), 1.0);
}

TEST(Isotonic, EqualScoresGetEqualAnswers) {
  Isotonic c;
  c.fit(std::vector<double>{0.5, 0.5, 0.5, 0.5}, Labels{0, 1, 1, 1});
  EXPECT_EQ(c.transform(0.5), 0.75);
  EXPECT_EQ(c.transform(0.0), 0.75);
}

// Products of such weights underflow: the fit must be that of weights of 1, also where large weights are among them.
TEST(Isotonic, TinyWeights) {
  const std::vector<double> p = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
  const Labels y = {0, 0, 1, 0, 1, 0, 1, 1};
  Isotonic equal;
  equal.fit(p, y);
  for (const double w : {1e-150, 1e-170, 1e-300, 1e-320}) {
    Isotonic tiny;
    tiny.fit(p, y, std::vector<double>(p.size(), w));
    for (const double x : p) EXPECT_NEAR(tiny.transform(x), equal.transform(x), 1e-12);
  }
  Isotonic mixed;
  mixed.fit(p, y, std::vector<double>{1e-170, 1e-170, 1e-170, 1e-170, 1e-170, 1e-170, 1.0, 1e12});
  for (const double x : p) EXPECT_NEAR(mixed.transform(x), equal.transform(x), 1e-12);
}

// The minimax definition: the fit at i is the largest over j <= i of the smallest over k >= i of the mean of j..k.
TEST(Isotonic, EqualsTheMinimaxFormula) {
  std::mt19937_64 random(4);
  for (int repeat = 0; repeat < 30; ++repeat) {
    std::vector<double> p(40);
    Labels y(p.size());
    for (std::size_t i = 0; i < p.size(); ++i) {
      p[i] = static_cast<double>(random() % 25) / 25.0;
      y[i] = static_cast<std::int64_t>(random() % 2);
    }
    y[0] = 0;
    y[1] = 1;
    std::map<double, std::pair<double, double>> levels;  // score: sum, count
    for (std::size_t i = 0; i < p.size(); ++i) {
      levels[p[i]].first += static_cast<double>(y[i]);
      levels[p[i]].second += 1.0;
    }
    const std::vector<std::pair<double, std::pair<double, double>>> at(levels.begin(), levels.end());
    Isotonic c;
    c.fit(p, y);
    for (std::size_t i = 0; i < at.size(); ++i) {
      double best = -1.0;
      for (std::size_t j = 0; j <= i; ++j) {
        double smallest = 2.0;
        for (std::size_t k = i; k < at.size(); ++k) {
          double sum = 0.0;
          double count = 0.0;
          for (std::size_t m = j; m <= k; ++m) {
            sum += at[m].second.first;
            count += at[m].second.second;
          }
          smallest = std::min(smallest, sum / count);
        }
        best = std::max(best, smallest);
      }
      ASSERT_NEAR(c.transform(at[i].first), best, 1e-12);
    }
  }
}

TEST(Isotonic, KnotsOutOfRange) {
  EXPECT_TRUE(raises<hs::ShapeError>([] { Isotonic({}, {}); }, {"Isotonic: knot_scores"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { Isotonic({0.1, 0.2}, {0.5}); }, {"knot_probabilities"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { Isotonic({0.2, 0.1}, {0.5, 0.6}); }, {"knot[1]", "increase"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { Isotonic({0.1, 0.2}, {0.6, 0.5}); }, {"knot[1]", "decrease"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { Isotonic({0.1, 1.2}, {0.5, 0.6}); }, {"knot_scores[1]"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { Isotonic({0.1}, {std::nan("")}); }, {"knot_probabilities[0]"}));
}

}  // namespace isotonic_test
