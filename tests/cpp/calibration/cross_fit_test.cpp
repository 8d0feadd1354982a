#include <heartsight/calibration/cross_fit.hpp>
#include <heartsight/core/random.hpp>

#include "cpp/calibration/training_cases.hpp"
#include "cpp/raises.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace cross_fit_test {

namespace hs = heartsight;
using hs::calibration::cross_fit;
using hs::test::raises;

using Labels = std::vector<std::int64_t>;

// Change the label of one patient: that patient's own answers must not move, others' must.
TEST(CrossFit, NoCaseCalibratesItself) {
  const auto cases = hs::test::training_cases(120, 1, [](double s) { return s; });
  Labels group(cases.score.size());
  for (std::size_t i = 0; i < group.size(); ++i) group[i] = static_cast<std::int64_t>(i / 3);
  for (const char* kind : {"beta", "platt", "isotonic", "temperature"}) {
    // Folds are stratified by label, so the swap must keep the strata: exchange a patient's labels among its own rows.
    const auto before = cross_fit(kind, cases.score, cases.label, group);
    int moved = 0;
    for (std::size_t g = 0; g < 40; ++g) {
      auto changed = cases.label;
      std::swap(changed[3 * g], changed[3 * g + 2]);
      if (changed == cases.label) continue;
      const auto after = cross_fit(kind, cases.score, changed, group);
      for (std::size_t i = 3 * g; i < 3 * g + 3; ++i) ASSERT_EQ(after[i], before[i]) << kind << " " << i;
      moved += after != before ? 1 : 0;
    }
    EXPECT_GT(moved, 0) << kind;
  }
}

TEST(CrossFit, AnswersAreProbabilitiesAndSeeded) {
  const auto cases = hs::test::training_cases(200, 2, [](double s) { return s; });
  const auto a = cross_fit("beta", cases.score, cases.label);
  EXPECT_EQ(a, cross_fit("beta", cases.score, cases.label, {}, {.n_folds = 5, .seed = 0}));
  EXPECT_NE(a, cross_fit("beta", cases.score, cases.label, {}, {.n_folds = 5, .seed = 1}));
  for (const double p : a) EXPECT_TRUE(p >= 0.0 && p <= 1.0);
}

TEST(CrossFit, SeveralClassesTogether) {
  hs::Random random(4);
  const std::size_t n = 300;
  const std::size_t k = 3;
  std::vector<double> p;
  Labels y;
  Labels group;
  for (std::size_t i = 0; i < n; ++i) {
    std::array<double, 3> e{random.uniform(0.05, 1.0), random.uniform(0.05, 1.0), random.uniform(0.05, 1.0)};
    const double total = e[0] + e[1] + e[2];
    for (const double v : e) p.push_back(v / total);
    y.push_back(static_cast<std::int64_t>(i % k));
    group.push_back(static_cast<std::int64_t>(i / 3));  // every patient has each class once
  }
  const hs::MatrixView<const double> rows(p.data(), n, k);
  for (const auto scaling : {hs::calibration::SoftmaxScaling::temperature, hs::calibration::SoftmaxScaling::vector,
                             hs::calibration::SoftmaxScaling::dirichlet}) {
    const auto before = cross_fit({.scaling = scaling}, rows, y, group);
    ASSERT_EQ(before.size(), n * k);
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(before[k * i] + before[k * i + 1] + before[k * i + 2], 1.0, 1e-12);
    Labels changed = y;
    std::swap(changed[0], changed[1]);  // the strata and so the folds stay
    const auto after = cross_fit({.scaling = scaling}, rows, changed, group);
    EXPECT_TRUE(std::equal(before.begin(), before.begin() + 9, after.begin()));
    EXPECT_NE(after, before);
  }
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)cross_fit(hs::calibration::SoftmaxCalibratorOptions{}, rows, Labels{1}); },
                                     {"cross_fit", "class_index"}));
}

TEST(CrossFit, Errors) {
  const std::vector<double> p = {0.1, 0.2, 0.8, 0.9};
  const Labels y = {0, 0, 0, 1};
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)cross_fit("beta", p, Labels{1}); }, {"cross_fit: label"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)cross_fit("beta", p, y, Labels{1}); }, {"group"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)cross_fit("beta", p, y, Labels{1, 1, 1, 1}); }, {"n_folds"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)cross_fit("beta", p, y, {}, {.n_folds = 4}); }, {"both classes"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)cross_fit("spline", p, y, {}, {.n_folds = 2}); }, {"kind = spline"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)cross_fit("beta", std::vector<double>{}, Labels{}); }, {"empty"}));
}

}  // namespace cross_fit_test
