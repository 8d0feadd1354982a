#include <heartsight/calibration/histogram_binning.hpp>

#include "cpp/calibration/calibrator_checks.hpp"

namespace histogram_binning_test {

namespace hs = heartsight;
using hs::calibration::HistogramBinning;
using hs::test::raises;

TEST(HistogramBinning, OwesWhatEveryCalibratorOwes) {
  hs::test::check_calibrator<HistogramBinning>("HistogramBinning", hs::test::Monotone::no);
}

TEST(HistogramBinning, ByHand) {
  HistogramBinning h;
  std::vector<double> p;
  std::vector<std::int64_t> y;
  for (int i = 0; i < 30; ++i) {
    p.push_back((i + 0.5) / 30.0);
    y.push_back(i % 2 == 0 || i >= 28 ? 1 : 0);
  }
  h.fit(p, y);
  ASSERT_EQ(h.shares().size(), 15U);
  EXPECT_EQ(h.shares().front(), 0.5);
  EXPECT_EQ(h.shares().back(), 1.0);
  EXPECT_EQ(h.edges().front(), p[2]);  // the third case opens the second bin
  EXPECT_EQ(h.transform(p[2]), 0.5);
  EXPECT_EQ(h.transform(1.0), 1.0);
  const HistogramBinning known({0.5}, {0.25, 0.75});
  EXPECT_EQ(known.transform(0.5), 0.75);
  EXPECT_EQ(known.transform(std::nextafter(0.5, 0.0)), 0.25);
  EXPECT_EQ(known.parameters(), (std::vector<double>{0.5, 0.25, 0.75}));
}

TEST(HistogramBinning, ParametersOutOfRange) {
  EXPECT_TRUE(raises<hs::ShapeError>([] { HistogramBinning({0.5}, {0.5}); }, {"shares"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { HistogramBinning({0.5, 0.5}, {0, 0, 0}); }, {"edges[1]"}));
  EXPECT_TRUE(raises<hs::DomainError>([] { HistogramBinning({}, {1.5}); }, {"shares[0]"}));
}

}  // namespace histogram_binning_test
