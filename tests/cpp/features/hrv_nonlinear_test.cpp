#include <heartsight/features/hrv_nonlinear.hpp>

#include "cpp/features/nn_cases.hpp"
#include "cpp/raises.hpp"

#include <heartsight/features/hrv_time.hpp>

#include <cmath>
#include <limits>

namespace hrv_nonlinear_test {

namespace hs = heartsight;
using hs::features::hrv_nonlinear;
using hs::features::hrv_time;
using hs::features::HrvNonlinearOptions;
using hs::features::NnSeries;
using hs::test::raises;

TEST(HrvNonlinear, HandComputed) {
  const auto h = hrv_nonlinear(std::vector<double>{800, 860, 850, 790});  // differences 60, -10, -60
  const double mean = -10.0 / 3.0;
  const double squares = (60 - mean) * (60 - mean) + (-10 - mean) * (-10 - mean) + (-60 - mean) * (-60 - mean);
  EXPECT_NEAR(h.sd1_ms, std::sqrt(squares / 2 / 2), 1e-12);
  EXPECT_NEAR(h.guzik_index_percent, 100.0 * 60 / 130, 1e-12);
  EXPECT_NEAR(h.porta_index_percent, 100.0 * 2 / 3, 1e-12);
  EXPECT_NEAR(h.inflection_percent, 100.0 / 4, 1e-12);
  EXPECT_DOUBLE_EQ(h.csi, h.sd2_ms / h.sd1_ms);
  EXPECT_DOUBLE_EQ(h.cvi, std::log10(16.0 * h.sd1_ms * h.sd2_ms));
}

TEST(HrvNonlinear, Sd1IsSdsdOverRootTwoAcrossGapsToo) {
  auto nn = hs::test::swinging(300, 30.0, 0.1, 10.0);
  EXPECT_NEAR(hrv_nonlinear(nn).sd1_ms, hrv_time(nn).sdsd_ms / std::sqrt(2.0), 1e-12);
  nn[50] = nn[120] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NEAR(hrv_nonlinear(nn).sd1_ms, hrv_time(nn).sdsd_ms / std::sqrt(2.0), 1e-12);
}

TEST(HrvNonlinear, MinimumLengths) {
  const auto of = [](std::size_t n, bool enforced) {
    auto nn = hs::test::swinging(400, 30.0, 0.1, 10.0);
    nn.resize(n);
    return hrv_nonlinear(nn, {.minimum_lengths = enforced});
  };
  EXPECT_TRUE(std::isnan(of(199, true).sample_entropy));
  EXPECT_FALSE(std::isnan(of(200, true).sample_entropy));
  EXPECT_TRUE(std::isnan(of(99, true).approximate_entropy));
  EXPECT_FALSE(std::isnan(of(100, true).approximate_entropy));
  EXPECT_TRUE(std::isnan(of(63, true).dfa_alpha1));
  EXPECT_FALSE(std::isnan(of(64, true).dfa_alpha1));
  EXPECT_TRUE(std::isnan(of(255, true).dfa_alpha2));
  EXPECT_FALSE(std::isnan(of(256, true).dfa_alpha2));
  EXPECT_FALSE(std::isnan(of(63, false).dfa_alpha1));
}

TEST(HrvNonlinear, Degenerate) {
  for (const std::size_t n : {0U, 1U, 2U}) EXPECT_TRUE(std::isnan(hrv_nonlinear(std::vector<double>(n, 800.0)).sd1_ms)) << n;
  const auto constant = hrv_nonlinear(std::vector<double>(1000, 800.1));
  EXPECT_TRUE(constant.sd1_ms == 0.0 && constant.sd2_ms == 0.0 && constant.ellipse_area_ms2 == 0.0);
  for (const double v :
       {constant.csi, constant.cvi, constant.guzik_index_percent, constant.sample_entropy, constant.dfa_alpha1}) {
    EXPECT_TRUE(std::isnan(v));
  }
}

TEST(HrvNonlinear, ErrorsAndCalls) {
  const auto refuses = [](const HrvNonlinearOptions& options, const char* name) {
    return raises<hs::DomainError>([&] { (void)hrv_nonlinear(std::vector<double>{}, options); }, {"hrv_nonlinear", name});
  };
  EXPECT_TRUE(refuses({.entropy_dimension = 0}, "entropy_dimension"));
  EXPECT_TRUE(refuses({.entropy_tolerance = -0.1}, "entropy_tolerance"));
  EXPECT_TRUE(refuses({.alpha1_windows = {2, 16}}, "alpha1_windows"));
  EXPECT_TRUE(refuses({.alpha2_windows = {16, 16}}, "alpha2_windows"));
  EXPECT_EQ(hrv_nonlinear(std::vector<float>{800, 900, 850}).sd1_ms,
            hrv_nonlinear(std::vector<double>{800, 900, 850}).sd1_ms);
}

}  // namespace hrv_nonlinear_test
