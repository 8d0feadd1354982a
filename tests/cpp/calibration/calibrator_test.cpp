#include <heartsight/calibration/calibrator.hpp>

#include "cpp/raises.hpp"

namespace calibrator_test {

namespace hs = heartsight;
using namespace hs::calibration;
using hs::test::raises;

TEST(MakeCalibrator, ByItsKind) {
  for (const std::string_view kind : {"beta", "platt", "isotonic", "temperature", "histogram_binning", "venn_abers"}) {
    EXPECT_EQ(kind_of(make_calibrator(kind)), kind);
    EXPECT_FALSE(std::visit([](const auto& c) { return c.is_fitted(); }, make_calibrator(kind)));
  }
  EXPECT_TRUE(
      raises<hs::DomainError>([] { (void)make_calibrator("Beta"); }, {"make_calibrator: kind = Beta", "beta, platt"}));
}

TEST(MakeCalibrator, FromStoredParameters) {
  const std::vector<double> two = {2.0, -1.0};
  EXPECT_EQ(std::get<Platt>(make_calibrator("platt", two)).slope(), 2.0);
  EXPECT_EQ(std::get<Temperature>(make_calibrator("temperature", std::vector<double>{3.0})).temperature(), 3.0);
  EXPECT_EQ(std::get<Beta>(make_calibrator("beta", std::vector<double>{1, 2, 3})).c(), 3.0);
  EXPECT_EQ(std::get<Isotonic>(make_calibrator("isotonic", std::vector<double>{0.1, 0.9, 0.2, 0.8})).knot_scores(),
            (std::vector<double>{0.1, 0.9}));
}

TEST(MakeCalibrator, OfBinsAndOfTwoProbabilities) {
  const auto bins = std::get<HistogramBinning>(make_calibrator("histogram_binning", std::vector<double>{0.5, 0.2, 0.8}));
  EXPECT_EQ(bins.transform(0.6), 0.8);
  const auto pair = std::get<VennAbers>(make_calibrator("venn_abers", std::vector<double>{0.3, 0.7, 0.1, 0.4, 0.2, 0.6}));
  EXPECT_EQ(pair.interval(0.5).low, 0.1);
  EXPECT_EQ(pair.interval(0.5).high, 0.6);
  EXPECT_TRUE(
      raises<hs::ShapeError>([] { (void)make_calibrator("histogram_binning", std::vector<double>{}); }, {"parameters"}));
  EXPECT_TRUE(
      raises<hs::ShapeError>([] { (void)make_calibrator("venn_abers", std::vector<double>{0.5, 0.5}); }, {"size 3"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)make_calibrator("venn_abers", std::vector<double>{}); }, {"scores"}));
}

TEST(MakeCalibrator, WrongParameters) {
  const std::vector<double> three = {1, 2, 3};
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)make_calibrator("platt", three); }, {"parameters", "size 3", "size 2"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)make_calibrator("isotonic", three); }, {"parameters", "size 3"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)make_calibrator("isotonic", std::vector<double>{}); }, {"knot_scores"}));
  EXPECT_TRUE(raises<hs::ShapeError>([] { (void)make_calibrator("beta", std::vector<double>{}); }, {"parameters"}));
  EXPECT_TRUE(
      raises<hs::DomainError>([] { (void)make_calibrator("temperature", std::vector<double>{-1}); }, {"temperature"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)make_calibrator("median", three); }, {"kind = median"}));
}

}  // namespace calibrator_test
