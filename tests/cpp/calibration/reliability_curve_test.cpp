#include <heartsight/calibration/reliability_curve.hpp>

#include <heartsight/core/random.hpp>

#include "cpp/raises.hpp"

#include <array>

namespace reliability_curve_test {

namespace hs = heartsight;
using namespace hs::calibration;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST(ReliabilityCurve, ByHand) {
  const auto curve = reliability_curve(Numbers{0.2, 0.4, 0.9, 1.0}, Labels{0, 1, 1, 0}, {.n_bins = 2});
  ASSERT_EQ(curve.bins.size(), 2U);
  EXPECT_EQ(curve.bins[0].n, 2);
  EXPECT_NEAR(curve.bins[0].mean_probability, 0.3, 1e-15);
  EXPECT_EQ(curve.bins[0].observed, 0.5);
  EXPECT_NEAR(curve.expected_calibration_error, 0.325, 1e-15);
  EXPECT_NEAR(curve.maximum_calibration_error, 0.45, 1e-15);
  EXPECT_LT(curve.bins[0].low, 0.5);
  EXPECT_GT(curve.bins[0].high, 0.5);
}

TEST(ReliabilityCurve, EmptyBinsAreLeftOut) {
  EXPECT_EQ(reliability_curve(Numbers{0.05, 0.95}, Labels{0, 1}, {.n_bins = 10}).bins.size(), 2U);
}

TEST(ReliabilityCurve, EqualMassKeepsTiesTogether) {
  const auto sizes = [](const Numbers& p, std::size_t n_bins) {
    std::vector<std::int64_t> n;
    const auto curve = reliability_curve(p, Labels(p.size(), 1), {.n_bins = n_bins, .binning = Binning::equal_mass});
    for (const auto& bin : curve.bins) n.push_back(bin.n);
    return n;
  };
  using Sizes = std::vector<std::int64_t>;
  EXPECT_EQ(sizes({0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, 3), (Sizes{2, 2, 2}));
  EXPECT_EQ(sizes({0.1, 0.2, 0.2, 0.2, 0.5, 0.6}, 3), (Sizes{4, 2}));
  EXPECT_EQ(sizes({0.5, 0.5, 0.5}, 3), (Sizes{3}));
  EXPECT_EQ(sizes({0.3, 0.1, 0.2}, 15), (Sizes{1, 1, 1}));
  EXPECT_EQ(sizes({0.1, 0.2, 0.3, 0.4, 0.5}, 2), (Sizes{3, 2}));
}

TEST(ReliabilityCurve, LargeSetEqualsNaive) {
  hs::Random random(1);
  Numbers p;
  Labels y;
  Numbers gap(15, 0.0);
  for (int i = 0; i < 10'001; ++i) {
    p.push_back(i % 100 == 0 ? 1.0 : random.uniform());
    y.push_back(random.uniform() < 0.4 ? 1 : 0);
    gap[std::min(static_cast<std::size_t>(p.back() * 15.0), std::size_t{14})] += static_cast<double>(y.back()) - p.back();
  }
  double wanted = 0.0;
  for (const double g : gap) wanted += std::abs(g) / 10'001.0;
  EXPECT_NEAR(reliability_curve(p, y).expected_calibration_error, wanted, 1e-12);
}

TEST(ReliabilityCurve, Errors) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)reliability_curve(Numbers{0.5, 1.1}, Labels{0, 1}); },
                                      {"reliability_curve: probability[1]"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)reliability_curve(Numbers{0.5, std::nan("")}, Labels{0, 1}); },
                                      {"probability[1]"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)reliability_curve(Numbers{0.5, 1.0}, Labels{0, -1}); }, {"label[1]"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)reliability_curve(Numbers{}, Labels{}); }, {"probability"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)reliability_curve(Numbers{0.5}, Labels{1}, {.n_bins = 0}); }, {"n_bins"}));
  const std::array<float, 2> floats = {0.25F, 0.75F};
  EXPECT_EQ(reliability_curve(floats, Labels{0, 1}).bins.size(), 2U);
}

}  // namespace reliability_curve_test
