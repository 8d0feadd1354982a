#include <heartsight/drift/reference_bins.hpp>

#include "cpp/raises.hpp"

#include <cmath>
#include <limits>

namespace reference_bins_test {

using heartsight::drift::ReferenceBins;
using Counts = std::vector<std::int64_t>;

TEST(ReferenceBins, QuantilesWithOpenTails) {
  std::vector<double> x(100);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(99 - i);
  const ReferenceBins bins(x, 4);
  EXPECT_EQ(bins.edges(), (std::vector<double>{25, 50, 75}));
  EXPECT_EQ(bins.counts(x), (Counts{25, 25, 25, 25}));
  EXPECT_EQ(bins.counts(std::vector<double>{-1e300, 1e300, std::nan(""), 50}), (Counts{1, 0, 1, 1}));
}

TEST(ReferenceBins, AFrequentValueHasABinToItself) {
  std::vector<double> x(50, 0.0);
  for (int i = 1; i <= 50; ++i) x.push_back(i);
  const ReferenceBins bins(x, 4);
  const auto counts = bins.counts(x);
  EXPECT_EQ(counts[bins.index_of(0.0)], 50);
  EXPECT_EQ(bins.index_of(-1.0), bins.index_of(0.0) - 1);
  EXPECT_GT(bins.index_of(1.0), bins.index_of(0.0));
}

TEST(ReferenceBins, AConstantHasThreeBins) {
  for (const std::size_t n_bins : {2U, 10U}) {
    const ReferenceBins bins(std::vector<double>(7, 3.0), n_bins);
    EXPECT_EQ(bins.counts(std::vector<double>{2, 3, 3, 4}), (Counts{1, 2, 1}));
  }
}

TEST(ReferenceBins, Errors) {
  EXPECT_TRUE(heartsight::test::raises<heartsight::ShapeError>([] { ReferenceBins(std::vector<double>{std::nan("")}, 4); },
                                                               {"ReferenceBins: reference"}));
  EXPECT_TRUE(
      heartsight::test::raises<heartsight::DomainError>([] { ReferenceBins(std::vector<double>{1}, 0); }, {"n_bins"}));
}

}  // namespace reference_bins_test
