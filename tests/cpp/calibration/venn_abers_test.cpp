#include <heartsight/calibration/venn_abers.hpp>

#include <random>
#include "cpp/calibration/calibrator_checks.hpp"

namespace venn_abers_test {

namespace hs = heartsight;
using hs::calibration::Isotonic;
using hs::calibration::VennAbers;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST(VennAbers, OwesWhatEveryCalibratorOwes) {
  hs::test::check_calibrator<VennAbers>("VennAbers");
}

TEST(VennAbers, EqualsTwoIsotonicFits) {
  std::mt19937_64 random(1);
  for (int repeat = 0; repeat < 60; ++repeat) {
    Numbers p;
    Labels y;
    const std::size_t n = 2 + static_cast<std::size_t>(repeat);
    for (std::size_t i = 0; i < n; ++i) {
      p.push_back(static_cast<double>(random() % (repeat % 2 == 0 ? 9 : 1000) + 1) / 1002.0);
      y.push_back(i < 2 ? static_cast<std::int64_t>(i) : static_cast<std::int64_t>(random() % 2));
    }
    VennAbers v;
    v.fit(p, y);
    Numbers scores = p;
    for (int k = 0; k <= 20; ++k) scores.push_back(k / 20.0);
    for (const double s : scores) {
      double answer[2];
      for (const std::int64_t label : {0, 1}) {
        Numbers with = p;
        Labels labels = y;
        with.push_back(s);
        labels.push_back(label);
        answer[label] = Isotonic().fit(with, labels).transform(s);
      }
      const auto got = v.interval(s);
      ASSERT_NEAR(got.low, answer[0], 1e-12) << repeat << " at " << s;
      ASSERT_NEAR(got.high, answer[1], 1e-12) << repeat << " at " << s;
      ASSERT_NEAR(v.transform(s), answer[1] / (1.0 - answer[0] + answer[1]), 1e-12);
      ASSERT_LE(got.low, got.high);
    }
  }
}

TEST(VennAbers, ParametersOutOfRange) {
  EXPECT_TRUE(raises<hs::ShapeError>([] { VennAbers({}, {}, {}); }, {"scores"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { VennAbers({0.5}, {0.5, 0.6}, {0.5}); }, {"low"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { VennAbers({0.5, 0.4}, {0, 0}, {1, 1}); }, {"scores[1]"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { VennAbers({0.4, 0.5}, {0.2, 0.1}, {1, 1}); }, {"scores[1]"}));
  EXPECT_TRUE(raises<hs::NotFittedError>([] { (void)VennAbers().interval(0.5); }, {"VennAbers.interval"}));
}

}  // namespace venn_abers_test
