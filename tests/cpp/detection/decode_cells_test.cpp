#include <heartsight/detection/decode_cells.hpp>

#include "cpp/raises.hpp"

#include <cmath>

namespace decode_cells_test {

namespace hs = heartsight;
using hs::detection::decode_cells;
using hs::detection::DecodeCellsOptions;
using hs::test::raises;

namespace {

struct Cells {
  std::vector<double> offset = std::vector<double>(1174, 0.5);
  std::vector<double> confidence = std::vector<double>(1174, 0.0);
  void set(std::size_t cell, double where, double how_sure) {
    offset[cell] = where;
    confidence[cell] = how_sure;
  }
};

}  // namespace

TEST(DecodeCells, EachScaleCoversTheRecording) {
  Cells cells;
  cells.set(10, 0.5, 0.9);                    // (10 + 0.5) / 79 * 5000
  cells.set(79 + 60, 0.25, 0.8);              // (60 + 0.25) / 157 * 5000
  cells.set(79 + 157 + 200, 0.0, 0.7);        // 200 / 313 * 5000
  cells.set(79 + 157 + 313 + 500, 1.0, 0.6);  // 501 / 625 * 5000
  const auto found = decode_cells(cells.offset, cells.confidence);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_DOUBLE_EQ(found[0], 10.5 / 79.0 * 5000.0);
  EXPECT_DOUBLE_EQ(found[1], 60.25 / 157.0 * 5000.0);
  EXPECT_DOUBLE_EQ(found[2], 200.0 / 313.0 * 5000.0);
  EXPECT_DOUBLE_EQ(found[3], 501.0 / 625.0 * 5000.0);
}

TEST(DecodeCells, TheMoreConfidentSuppressesWithinEightySamples) {
  const DecodeCellsOptions one_scale{.cells_per_scale = {5000}};
  std::vector<double> offset(5000, 0.0);
  std::vector<double> confidence(5000, 0.0);
  confidence[1000] = 0.5;
  confidence[1080] = 0.9;  // exactly 80 away: suppresses
  confidence[1161] = 0.8;  // 81 away: stays
  confidence[1100] = 0.7;  // suppressed by 1080, and so suppresses nothing
  EXPECT_EQ(decode_cells(offset, confidence, one_scale), (std::vector<double>{1080.0, 1161.0}));
}

TEST(DecodeCells, MarginsAreKeptAndTheConfidenceLimitIsNot) {
  const DecodeCellsOptions one_scale{.cells_per_scale = {5000}};
  std::vector<double> offset(5000, 0.0);
  std::vector<double> confidence(5000, 0.0);
  confidence[249] = confidence[250] = 0.9;
  confidence[4750] = 0.9;
  confidence[4751] = 0.95;
  confidence[2000] = 0.4;
  confidence[3000] = std::nan("");
  offset[3500] = std::nan("");
  confidence[3500] = 0.9;
  EXPECT_EQ(decode_cells(offset, confidence, one_scale), (std::vector<double>{250.0, 4750.0}));
}

TEST(DecodeCells, RefusesWrongSizes) {
  Cells cells;
  cells.offset.pop_back();
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)decode_cells(cells.offset, cells.confidence); }, {"offset", "1174"}));
  cells.offset.push_back(0.0);
  cells.confidence.push_back(0.0);
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)decode_cells(cells.offset, cells.confidence); }, {"confidence"}));
  cells.confidence.pop_back();
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)decode_cells(cells.offset, cells.confidence, {.n_samples = 0.0}); },
                                      {"n_samples"}));
  EXPECT_TRUE(raises<hs::DomainError>(
      [&] { (void)decode_cells(cells.offset, cells.confidence, {.cells_per_scale = {1174, 0}}); }, {"cells_per_scale[1]"}));
  const std::size_t half = std::size_t{1} << 63;  // two of them add up to nothing
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)decode_cells({}, {}, {.cells_per_scale = {half, half}}); },
                                      {"cells_per_scale[0]"}));
  EXPECT_TRUE(raises<hs::DomainError>(
      [&] { (void)decode_cells(cells.offset, cells.confidence, {.suppression_samples = -1.0}); }, {"suppression_samples"}));
}

}  // namespace decode_cells_test
