#include <heartsight/core/random.hpp>
#include <heartsight/drift/pca_reconstruction.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace pca_reconstruction_test {

namespace drift = heartsight::drift;
using drift::pca_reconstruction;
using heartsight::MatrixView;

namespace {

/// Three columns of which the second follows the first by `follow`.
std::vector<double> rows(std::size_t n, std::uint64_t seed, double follow) {
  heartsight::Random random(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = random.normal();
    values.insert(values.end(), {x, follow * x + std::sqrt(1.0 - follow * follow) * random.normal(), random.normal()});
  }
  return values;
}
MatrixView<const double> view(const std::vector<double>& values) {
  return {values.data(), values.size() / 3, 3};
}

}  // namespace

TEST(PcaReconstruction, SeesABrokenCorrelation) {
  const auto x = rows(600, 1, 0.9);
  const auto broken = pca_reconstruction(view(x), view(rows(300, 2, 0.0)));
  EXPECT_EQ(broken.n_components, 2U);
  EXPECT_GT(broken.current_error, 1.5 * broken.reference_error);
  EXPECT_LT(broken.p_value, 1e-10);
  EXPECT_GT(pca_reconstruction(view(x), view(rows(300, 3, 0.9))).p_value, 0.01);
}

TEST(PcaReconstruction, ItsSizeIsTheLevel) {
  constexpr int n_runs = 400;
  int n_alarms = 0;
  for (std::uint64_t run = 0; run < n_runs; ++run) {
    const auto r = pca_reconstruction(view(rows(200, 2 * run, 0.5)), view(rows(100, 2 * run + 1, 0.5)), {.seed = run});
    n_alarms += r.p_value < 0.05 ? 1 : 0;
  }
  // The fit is uncertain, too: errors of current and held-out rows share it, so that the level holds.
  EXPECT_NEAR(n_alarms / static_cast<double>(n_runs), 0.05, 4.0 * std::sqrt(0.05 * 0.95 / n_runs));
}

TEST(PcaReconstruction, RoundingIsNoDrift) {
  const auto dependent = [](std::size_t n, std::uint64_t seed, double mean, double third) {
    heartsight::Random random(seed);
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i) {
      const double x = random.normal(mean, 1.0);
      values.insert(values.end(), {x, 3.0 * x + 0.1, third * x});
    }
    return values;
  };
  for (const double offset : {0.0, 1e6}) {
    const auto x = dependent(400, 1, offset, -0.7);
    const auto moved = pca_reconstruction(view(x), view(dependent(400, 2, offset + 50.0, -0.7)));
    EXPECT_EQ(moved.current_error, 0.0) << offset;  // a shift along the one component
    EXPECT_EQ(moved.reference_error, 0.0) << offset;
    EXPECT_EQ(moved.p_value, 1.0) << offset;
    EXPECT_LT(pca_reconstruction(view(x), view(dependent(400, 2, offset, -0.71))).p_value, 1e-10) << offset;
  }
}

TEST(PcaReconstruction, DegenerateInputAndErrors) {
  const auto x = rows(50, 1, 0.3);
  const auto all = pca_reconstruction(view(x), view(x), {.variance = 1.0});
  EXPECT_EQ(all.n_components, 3U);
  EXPECT_EQ(all.p_value, 1.0);
  const std::vector<double> constant(90, 2.0);
  EXPECT_EQ(pca_reconstruction(view(constant), view(constant)).p_value, 1.0);
  using heartsight::test::raises;
  EXPECT_TRUE(raises<heartsight::ShapeError>([&] { (void)pca_reconstruction(view(rows(10, 1, 0.1)), view(x)); }, {"20"}));
  EXPECT_TRUE(
      raises<heartsight::DomainError>([&] { (void)pca_reconstruction(view(x), view(x), {.variance = 0.0}); }, {"variance"}));
}

}  // namespace pca_reconstruction_test
