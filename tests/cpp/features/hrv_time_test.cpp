#include <heartsight/features/hrv_time.hpp>

#include "cpp/features/nn_cases.hpp"
#include "cpp/raises.hpp"

#include <array>
#include <limits>
#include <random>

namespace hrv_time_test {

namespace hs = heartsight;
using hs::features::hrv_time;
using hs::features::HrvTime;
using hs::features::NnSeries;
using hs::test::raises;

TEST(HrvTime, HandComputed) {
  const auto t = hrv_time(std::vector<double>{800, 860, 850, 790});
  EXPECT_DOUBLE_EQ(t.mean_nn_ms, 825.0);
  EXPECT_DOUBLE_EQ(t.median_nn_ms, 825.0);
  EXPECT_DOUBLE_EQ(t.mean_hr_bpm, 60'000.0 / 825.0);
  EXPECT_DOUBLE_EQ(t.sdnn_ms, std::sqrt((25.0 * 25 + 35 * 35 + 25 * 25 + 35 * 35) / 3));
  EXPECT_DOUBLE_EQ(t.rmssd_ms, std::sqrt((3600.0 + 100 + 3600) / 3));
  EXPECT_NEAR(t.pnn50_percent, 200.0 / 3, 1e-12);  // 60 and -60 of 60, -10, -60
  EXPECT_NEAR(t.pnn20_percent, 200.0 / 3, 1e-12);
  EXPECT_DOUBLE_EQ(t.mad_nn_ms, 1.482602218505602 * 30.0);
  EXPECT_DOUBLE_EQ(t.iqr_nn_ms, 852.5 - 797.5);
  EXPECT_EQ(t.min_nn_ms, 790.0);
  EXPECT_EQ(t.max_nn_ms, 860.0);
  EXPECT_EQ(t.n_nn, 4.0);
}

TEST(HrvTime, ADifferenceOfExactly50IsNotAbove50) {
  EXPECT_EQ(hrv_time(std::vector<double>{800, 850}).pnn50_percent, 0.0);
  EXPECT_EQ(hrv_time(std::vector<double>{800, 850.5}).pnn50_percent, 100.0);
}

TEST(HrvTime, SegmentsOfFiveMinutes) {
  std::vector<double> nn(300, 1000.0);  // one segment, and the beat at 300 s starts the next
  nn.insert(nn.end(), 500, 600.0);
  nn.insert(nn.end(), 300, 1000.0);
  const auto t = hrv_time(nn);
  EXPECT_NEAR(t.duration_s, 900.0, 1e-9);
  // Ends at 300 s and 600 s fall into the next segment: 299 x 1000; 1000 and 499 x 600; 600 and 299 x 1000.
  const double b = (1000.0 + 499 * 600.0) / 500.0;
  const double c = (600.0 + 299 * 1000.0) / 300.0;
  const double mean = (1000.0 + b + c) / 3.0;
  EXPECT_NEAR(t.sdann_ms, std::sqrt(((1000 - mean) * (1000 - mean) + (b - mean) * (b - mean) + (c - mean) * (c - mean)) / 2),
              1e-9);
  EXPECT_TRUE(std::isnan(hrv_time(std::vector<double>(500, 1000.0)).sdann_ms));  // one whole segment
  std::vector<double> covered(1200, 1000.0);
  std::vector<std::uint8_t> is_nn(1200, 1);
  for (std::size_t i = 310; i < 500; ++i) is_nn[i] = 0;  // the second segment is covered by a third: left out
  covered[400] = 500.0;
  EXPECT_EQ(hrv_time(NnSeries(covered, is_nn)).sdann_ms, 0.0);
}

TEST(HrvTime, Histogram) {
  hs::features::HrvTimeOptions options{.histogram_bin_ms = 10.0, .minimum_lengths = false};
  const auto t = hrv_time(std::vector<double>{800, 801, 809, 810, 819, 795}, options);
  EXPECT_EQ(t.triangular_index, 2.0);  // 6 intervals, 3 in [800, 810)
}

/// All feet tried one after the other, with the error of the whole triangle.
TEST(HrvTime, TriangleEqualsItsDefinition) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> histogram(std::uniform_int_distribution<std::size_t>(1, 25)(random));
    for (double& v : histogram) v = static_cast<double>(std::uniform_int_distribution<int>(0, 30)(random));
    histogram.front() = histogram.back() = 1.0;
    const auto peak = static_cast<std::ptrdiff_t>(std::max_element(histogram.begin(), histogram.end()) - histogram.begin());
    const double height = histogram[static_cast<std::size_t>(peak)];
    const auto n = static_cast<std::ptrdiff_t>(histogram.size());
    double least = std::numeric_limits<double>::infinity();
    double wanted = 0.0;
    for (std::ptrdiff_t left = -1; left < peak; ++left) {
      for (std::ptrdiff_t right = peak + 1; right <= n; ++right) {
        double error = 0.0;
        for (std::ptrdiff_t k = 0; k < n; ++k) {
          double side = height;
          if (k < peak) side = std::max(0.0, height * static_cast<double>(k - left) / static_cast<double>(peak - left));
          if (k > peak) side = std::max(0.0, height * static_cast<double>(right - k) / static_cast<double>(right - peak));
          const double off = histogram[static_cast<std::size_t>(k)] - side;
          error += off * off;
        }
        if (error < least - 1e-9) {
          least = error;
          wanted = static_cast<double>(right - left);
        }
      }
    }
    // Equal errors may choose another foot; the triangle must be as good.
    const double got = hs::features::detail::triangle_base(histogram, 1.0);
    if (got != wanted) {
      const std::vector<double> left_counts(histogram.rend() - peak, histogram.rend());
      const std::vector<double> right_counts(histogram.begin() + peak + 1, histogram.end());
      const auto error = [&](const std::vector<double>& counts, std::size_t foot) {
        double sum = 0.0;
        for (std::size_t i = 1; i <= counts.size(); ++i) {
          const double off =
              counts[i - 1] - std::max(0.0, height * (1.0 - static_cast<double>(i) / static_cast<double>(foot)));
          sum += off * off;
        }
        return sum;
      };
      const double ours = error(left_counts, hs::features::detail::best_foot(left_counts, height)) +
                          error(right_counts, hs::features::detail::best_foot(right_counts, height));
      EXPECT_NEAR(ours, least, 1e-9) << round;
    }
  }
}

TEST(HrvTime, Lengths) {
  const auto is_none = [](double v) { return std::isnan(v); };
  const auto empty = hrv_time(std::vector<double>{});
  EXPECT_EQ(empty.n_nn, 0.0);
  EXPECT_TRUE(is_none(empty.mean_nn_ms) && is_none(empty.sdnn_ms) && is_none(empty.rmssd_ms));
  const auto one = hrv_time(std::vector<double>{800});
  EXPECT_TRUE(one.mean_nn_ms == 800.0 && is_none(one.sdnn_ms) && is_none(one.rmssd_ms) && is_none(one.pnn50_percent));
  const auto two = hrv_time(std::vector<double>{800, 810});
  EXPECT_TRUE(two.rmssd_ms == 10.0 && is_none(two.sdsd_ms));
  const auto nn = hs::test::swinging(600, 30.0, 0.1);
  EXPECT_TRUE(is_none(hrv_time(nn).tinn_ms));
  EXPECT_FALSE(is_none(hrv_time(nn, {.minimum_lengths = false}).tinn_ms));
  EXPECT_FALSE(is_none(hrv_time(hs::test::swinging(1200, 30.0, 0.1)).tinn_ms));
}

TEST(HrvTime, Constant) {
  const auto t = hrv_time(std::vector<double>(2000, 800.1));
  EXPECT_TRUE(t.sdnn_ms == 0.0 && t.rmssd_ms == 0.0 && t.pnn50_percent == 0.0 && t.triangular_index == 1.0);
}

TEST(HrvTime, ErrorsAndCalls) {
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), 2000.0}) {
    EXPECT_TRUE(raises<hs::DomainError>([&] { (void)hrv_time(std::vector<double>{800}, {.histogram_bin_ms = bad}); },
                                        {"histogram_bin_ms"}));
  }
  const std::vector<float> floats = {800, 820};
  const std::array<double, 2> array = {800, 820};
  EXPECT_EQ(hrv_time(floats).rmssd_ms, hrv_time(array).rmssd_ms);
}

}  // namespace hrv_time_test
