#include <heartsight/calibration/brier_decomposition.hpp>

#include <heartsight/core/random.hpp>

#include "cpp/raises.hpp"

namespace brier_decomposition_test {

namespace hs = heartsight;
using namespace hs::calibration;
using hs::test::raises;
using Labels = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST(BrierDecomposition, AddsUpExactly) {
  hs::Random random(1);
  for (const auto binning : {Binning::equal_width, Binning::equal_mass}) {
    for (const std::size_t n_bins : {1UL, 3UL, 15UL}) {
      Numbers p;
      Labels y;
      for (int i = 0; i < 200; ++i) {
        p.push_back(random.uniform());
        y.push_back(random.uniform() < p.back() ? 1 : 0);
      }
      const auto d = brier_decomposition(p, y, n_bins, binning);
      EXPECT_NEAR(d.reliability - d.resolution + d.uncertainty + d.within_bin_variance - d.within_bin_covariance, d.brier,
                  1e-14);
    }
  }
}

TEST(BrierDecomposition, ByHand) {
  const auto d = brier_decomposition(Numbers{0.25, 0.25, 0.75, 0.75}, Labels{0, 0, 1, 0}, 2);
  EXPECT_NEAR(d.brier, (0.0625 + 0.0625 + 0.0625 + 0.5625) / 4, 1e-15);
  EXPECT_NEAR(d.uncertainty, 0.1875, 1e-15);
  EXPECT_NEAR(d.reliability, 0.0625, 1e-15);
  EXPECT_NEAR(d.resolution, 0.0625, 1e-15);
  EXPECT_EQ(d.within_bin_variance, 0.0);
}

TEST(SpiegelhalterTest, ByHand) {
  // (y - p)(1 - 2p) summed: 0.8 * 0.6 + (-0.2) * 0.6; variance 2 * 0.36 * 0.16.
  const auto t = spiegelhalter_test(Numbers{0.2, 0.2}, Labels{1, 0});
  EXPECT_NEAR(t.z, 0.36 / std::sqrt(2 * 0.36 * 0.16), 1e-12);
  EXPECT_TRUE(t.p_value > 0.0 && t.p_value < 1.0);
  EXPECT_TRUE(std::isnan(spiegelhalter_test(Numbers{0.5, 1.0}, Labels{1, 1}).z));
}

TEST(BrierDecomposition, Errors) {
  EXPECT_TRUE(raises<hs::DomainError>([] { (void)brier_decomposition(Numbers{0.2}, Labels{1}, 0); }, {"n_bins"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)spiegelhalter_test(Numbers{}, Labels{}); }, {"spiegelhalter_test"}));
  EXPECT_TRUE(
      raises<hs::DomainError>([] { (void)spiegelhalter_test(std::vector<float>{1.5F}, Labels{1}); }, {"probability[0]"}));
  EXPECT_EQ(brier_decomposition(std::vector<float>{0.25F, 0.75F}, Labels{0, 1}).brier, 0.0625);
}

}  // namespace brier_decomposition_test
