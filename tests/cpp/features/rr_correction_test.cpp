#include <heartsight/features/rr_correction.hpp>

#include "cpp/features/nn_cases.hpp"
#include "cpp/raises.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rr_correction_test {

namespace hs = heartsight;
using hs::features::correct_rr;
using hs::features::RrArtefact;
using hs::test::raises;

namespace {

std::vector<double> clean() {
  auto rr = hs::test::swinging(320, 25.0, 0.1, 8.0);
  rr.resize(390);
  return rr;
}

std::size_t count(const std::vector<RrArtefact>& artefact, RrArtefact kind) {
  return static_cast<std::size_t>(std::count(artefact.begin(), artefact.end(), kind));
}

}  // namespace

TEST(CorrectRr, LeavesACleanSeriesAlone) {
  const auto rr = clean();
  const auto result = correct_rr(rr);
  EXPECT_EQ(result.nn_ms, rr);
  EXPECT_EQ(count(result.artefact, RrArtefact::none), rr.size());
}

TEST(CorrectRr, PutsAMissedBeatBack) {
  const auto rr = clean();
  auto damaged = rr;
  damaged[100] += damaged[101];
  damaged.erase(damaged.begin() + 101);
  const auto result = correct_rr(damaged);
  EXPECT_EQ(result.artefact[100], RrArtefact::missed);
  EXPECT_EQ(count(result.artefact, RrArtefact::none), damaged.size() - 1);
  ASSERT_EQ(result.nn_ms.size(), rr.size());
  EXPECT_EQ(result.nn_ms[100], damaged[100] / 2.0);
  EXPECT_EQ(result.source[101], 100);
  EXPECT_EQ(result.source[102], 101);
}

TEST(CorrectRr, TakesAnExtraBeatOut) {
  const auto rr = clean();
  for (const double share : {0.3, 0.5, 0.8}) {
    auto damaged = rr;
    damaged[100] = share * rr[100];
    damaged.insert(damaged.begin() + 101, (1.0 - share) * rr[100]);
    const auto result = correct_rr(damaged);
    ASSERT_EQ(result.nn_ms.size(), rr.size()) << share;
    EXPECT_NEAR(result.nn_ms[100], rr[100], 1e-9) << share;
  }
}

TEST(CorrectRr, ReplacesAnEctopicBeat) {
  const auto rr = clean();
  for (const double shift : {-300.0, -200.0, 200.0, 300.0}) {
    auto damaged = rr;
    damaged[200] += shift;
    damaged[201] -= shift;
    const auto result = correct_rr(damaged);
    EXPECT_EQ(result.artefact[200], RrArtefact::ectopic) << shift;
    EXPECT_EQ(result.artefact[201], RrArtefact::ectopic) << shift;
    EXPECT_NEAR(result.nn_ms[200], rr[199] + (rr[202] - rr[199]) / 3.0, 1e-9);
    EXPECT_EQ(result.is_corrected[200], 1);
    EXPECT_EQ(count(result.artefact, RrArtefact::none), rr.size() - 2);
  }
}

TEST(CorrectRr, LongAndShort) {
  auto rr = clean();
  rr[100] += 350.0;
  rr[300] -= 350.0;
  const auto result = correct_rr(rr);
  EXPECT_EQ(result.artefact[100], RrArtefact::long_interval);
  EXPECT_EQ(result.artefact[300], RrArtefact::short_interval);
}

TEST(CorrectRr, Degenerate) {
  EXPECT_TRUE(correct_rr(std::vector<double>{}).nn_ms.empty());
  const std::vector<double> few = {800, 2000, 100};
  EXPECT_EQ(correct_rr(few).nn_ms, few);
  std::vector<double> constant(50, 800.0);
  constant[25] = 803.0;  // rounding to samples
  EXPECT_EQ(correct_rr(constant).nn_ms, constant);
  constant[25] = std::numeric_limits<double>::quiet_NaN();
  const auto gap = correct_rr(constant);
  EXPECT_EQ(gap.artefact[25], RrArtefact::gap);
  EXPECT_TRUE(std::isnan(gap.nn_ms[25]));
  EXPECT_EQ(gap.nn_ms.size(), 50U);
  // At both ends the nearest interval is kept level.
  std::vector<double> ends = {std::nan(""), 5.0, std::nan(""), 7.0, std::nan("")};
  hs::features::detail::interpolate_within(ends, 0, 5);
  EXPECT_EQ(ends, (std::vector<double>{5, 5, 6, 7, 7}));
}

TEST(CorrectRr, Errors) {
  EXPECT_TRUE(
      raises<hs::DomainError>([] { (void)correct_rr(std::vector<double>{800, -1}); }, {"correct_rr: rr_ms[1] = -1"}));
  const std::vector<float> rr = {800};
  for (const double bad : {0.0, std::nan("")}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)correct_rr(rr, {.alpha = bad}); }, {"alpha"}));
    EXPECT_TRUE(
        raises<hs::DomainError>([&] { (void)correct_rr(rr, {.minimum_threshold_ms = bad}); }, {"minimum_threshold_ms"}));
  }
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)correct_rr(rr, {.slope = -1.0}); }, {"slope"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)correct_rr(rr, {.intercept = -1.0}); }, {"intercept"}));
}

}  // namespace rr_correction_test
