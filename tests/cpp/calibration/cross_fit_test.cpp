#include <heartsight/calibration/cross_fit.hpp>

#include "cpp/calibration/training_cases.hpp"
#include "cpp/raises.hpp"

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
