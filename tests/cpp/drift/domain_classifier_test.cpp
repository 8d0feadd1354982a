#include <heartsight/core/random.hpp>
#include <heartsight/drift/domain_classifier.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace domain_classifier_test {

namespace drift = heartsight::drift;
using drift::domain_classifier;
using heartsight::MatrixView;

namespace {

std::vector<double> rows(std::size_t n, std::size_t k, std::uint64_t seed, double mean = 0.0, double sd = 1.0) {
  heartsight::Random random(seed);
  std::vector<double> values(n * k);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = random.normal(i % k == 0 ? mean : 0.0, i % k == 0 ? sd : 1.0);
  return values;
}
MatrixView<const double> view(const std::vector<double>& values, std::size_t k) {
  return {values.data(), values.size() / k, k};
}

}  // namespace

TEST(DomainClassifier, SeesAShiftAndAChangeOfSpread) {
  const auto x = rows(300, 3, 1);
  const auto moved = domain_classifier(view(x, 3), view(rows(300, 3, 2, 1.0), 3));
  EXPECT_NEAR(moved.auroc, 0.76, 0.05);  // Phi(1 / sqrt 2)
  EXPECT_LT(moved.p_value, 1e-10);
  EXPECT_LT(moved.low, moved.auroc);
  EXPECT_GT(std::abs(moved.coefficients[0]), 3.0 * std::abs(moved.coefficients[1]));
  const auto y = rows(300, 3, 2, 0.0, 2.0);
  EXPECT_LT(domain_classifier(view(x, 3), view(y, 3)).p_value, 1e-6);
  EXPECT_GT(domain_classifier(view(x, 3), view(y, 3), {.squares = false}).p_value, 1e-3);
}

TEST(DomainClassifier, HugeValuesDoNotOverflow) {
  const auto huge = [](std::vector<double> values) {
    for (double& value : values) value = std::ldexp(value, 664);
    return values;
  };
  const auto x = rows(300, 3, 1);
  const auto y = rows(300, 3, 2, 1.0);
  EXPECT_NEAR(domain_classifier(view(huge(x), 3), view(huge(y), 3)).auroc, domain_classifier(view(x, 3), view(y, 3)).auroc,
              1e-6);
}

TEST(DomainClassifier, ItsSizeIsTheLevel) {
  constexpr int n_runs = 400;
  int n_alarms = 0;
  for (std::uint64_t run = 0; run < n_runs; ++run) {
    const auto x = rows(60, 4, 2 * run + 1000);
    const auto y = rows(40, 4, 2 * run + 1001);
    n_alarms += domain_classifier(view(x, 4), view(y, 4), {.seed = run}).p_value < 0.05 ? 1 : 0;
  }
  EXPECT_NEAR(n_alarms / static_cast<double>(n_runs), 0.05, 4.0 * std::sqrt(0.05 * 0.95 / n_runs));
}

TEST(DomainClassifier, DegenerateInputAndErrors) {
  const std::vector<double> constant(60, 3.0);
  EXPECT_EQ(domain_classifier(view(constant, 2), view(constant, 2)).auroc, 0.5);
  EXPECT_GT(domain_classifier(view(constant, 2), view(constant, 2)).p_value, 0.4);
  const auto x = rows(30, 2, 1);
  auto bad = x;
  bad[5] = std::nan("");
  using heartsight::test::raises;
  EXPECT_TRUE(
      raises<heartsight::DomainError>([&] { (void)domain_classifier(view(x, 2), view(bad, 2)); }, {"current[2, 1]"}));
  EXPECT_TRUE(raises<heartsight::ShapeError>([&] { (void)domain_classifier(view(x, 2), view(x, 3)); }, {"columns"}));
  EXPECT_TRUE(raises<heartsight::ShapeError>(
      [&] { (void)domain_classifier(view(x, 2), view(std::vector<double>(8, 1.0), 2)); }, {"rows of current"}));
  EXPECT_TRUE(raises<heartsight::DomainError>([&] { (void)domain_classifier(view(x, 2), view(x, 2), {.penalty = 0.0}); },
                                              {"penalty"}));
}

}  // namespace domain_classifier_test
