#include <heartsight/features/median_beat.hpp>

#include <heartsight/features/beat_groups.hpp>

#include "cpp/features/beat_cases.hpp"
#include "cpp/raises.hpp"

#include <limits>
#include <random>

namespace median_beat_test {

namespace hs = heartsight;
namespace ft = heartsight::features;
using hs::test::GaussianBeats;
using hs::test::raises;

namespace {

ft::MedianBeat beat_of(const GaussianBeats& beats, const ft::MedianBeatOptions& options = {}) {
  return ft::median_beat(beats.view(), beats.sampling_rate, beats.r_peaks,
                         ft::group_beats(beats.view(), beats.sampling_rate, beats.r_peaks), 0, options);
}

double naive_middle_mean(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t out = (values.size() + 1) / 4;
  double sum = 0.0;
  for (std::size_t i = out; i < values.size() - out; ++i) sum += values[i];
  return sum / static_cast<double>(values.size() - 2 * out);
}

}  // namespace

TEST(MedianBeat, EqualBeatsGiveTheBeat) {
  GaussianBeats beats(500.0, 12.0);
  for (int b = 0; b < 11; ++b) beats.add(0.6 + b, 1.2);
  const auto m = beat_of(beats);
  ASSERT_EQ(m.n_beats, 11U);
  EXPECT_EQ(m.sampling_rate, 500.0);
  EXPECT_DOUBLE_EQ(m.rr_before_s, 1.0);
  for (std::size_t i = 0; i < m.n_window; ++i) {
    const double u = (static_cast<double>(i) - static_cast<double>(m.r_index)) / 5.0;
    ASSERT_NEAR(m.samples[i], 1.2 * std::exp(-0.5 * u * u), 1e-6) << i;
  }
  EXPECT_NEAR(m.noise_mv[0], 0.0, 1e-9);
}

TEST(MedianBeat, ColumnsAreMeansOfTheMiddleHalf) {
  std::mt19937 random(4);
  std::normal_distribution<double> normal(0.0, 1.0);
  for (std::size_t n = 1; n < 40; ++n) {
    ft::detail::ColumnSorter sorter(n);
    std::array<std::vector<double>, ft::detail::ColumnSorter::width> columns;
    for (std::size_t row = 0; row < n; ++row) {
      double* to = sorter.new_row();
      for (std::size_t k = 0; k < columns.size(); ++k) {
        to[k] = normal(random);
        columns[k].push_back(to[k]);
      }
    }
    std::array<double, ft::detail::ColumnSorter::width> out{};
    const double squares = sorter.middle_means(out.data());
    double expected_squares = 0.0;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      EXPECT_NEAR(out[k], naive_middle_mean(columns[k]), 1e-12) << n;
      for (const double v : columns[k]) expected_squares += (v - out[k]) * (v - out[k]);
    }
    EXPECT_NEAR(squares, expected_squares, 1e-9);
  }
}

TEST(MedianBeat, NoiseAndItsStandardErrorAreThoseThatWereAdded) {
  GaussianBeats beats(500.0, 62.0);
  for (int b = 0; b < 60; ++b) beats.add(0.6 + b, 1.2);
  std::mt19937 random(3);
  std::normal_distribution<double> normal(0.0, 0.05);
  for (double& v : beats.signal) v += normal(random);
  const auto m = beat_of(beats);
  EXPECT_NEAR(m.noise_mv[0], 0.05, 0.004);  // the level of each beat brings its own error
  double squares = 0.0;
  std::size_t n = 0;
  for (std::size_t i = m.r_index + 50; i < m.n_window; ++i) {
    squares += m.samples[i] * m.samples[i];
    ++n;
  }
  const double observed = std::sqrt(squares / static_cast<double>(n));
  EXPECT_NEAR(observed / m.standard_error_mv[0], 1.0, 0.25);
}

TEST(MedianBeat, SlowDriftAndOffsetAreTakenOut) {
  GaussianBeats beats(500.0, 12.0);
  for (int b = 0; b < 11; ++b) beats.add(0.6 + b, 1.2);
  const auto clean = beat_of(beats);
  for (std::size_t i = 0; i < beats.signal.size(); ++i) beats.signal[i] += 7.0 + 0.4 * static_cast<double>(i) / 500.0;
  const auto drifting = beat_of(beats);
  ASSERT_EQ(clean.n_window, drifting.n_window);
  for (std::size_t i = 0; i < clean.n_window; ++i) ASSERT_NEAR(clean.samples[i], drifting.samples[i], 0.02) << i;
}

TEST(MedianBeat, SlowSamplingGivesTheFineGrid) {
  GaussianBeats slow(100.0, 20.0);
  GaussianBeats fast(500.0, 20.0);
  for (int b = 0; b < 18; ++b) {
    for (GaussianBeats* beats : {&slow, &fast}) beats->add(0.6 + 1.0013 * b, 1.2, 0.014);
  }
  const auto a = beat_of(slow);
  const auto b = beat_of(fast);
  ASSERT_EQ(a.sampling_rate, 500.0);
  const auto peak = [](const ft::MedianBeat& m) { return *std::max_element(m.samples.begin(), m.samples.end()); };
  EXPECT_NEAR(peak(a), peak(b), 0.02);
  EXPECT_NEAR(peak(b), 1.2, 0.02);
}

TEST(MedianBeat, TheNextBeatDoesNotGetIn) {
  GaussianBeats beats(500.0, 32.0);
  double time = 0.6;
  for (int b = 0; b < 40; ++b) {
    beats.add(time, 1.2);
    time += b % 3 == 0 ? 0.45 : 0.9;
  }
  const auto m = beat_of(beats);
  EXPECT_LE(static_cast<double>(m.n_window - m.r_index) / 500.0, 0.75);
  for (std::size_t i = m.r_index + 60; i < m.n_window; ++i) ASSERT_NEAR(m.samples[i], 0.0, 1e-3) << i;
}

TEST(MedianBeat, GapsAndMissingLeads) {
  auto ecg = hs::simulate::ecg(500.0, {.seed = 5});
  const auto whole = ft::median_beat(hs::test::view_of(ecg), 500.0, ecg.truth.r_peaks,
                                     ft::group_beats(hs::test::view_of(ecg), 500.0, ecg.truth.r_peaks));
  for (double& v : ecg.recording.signal().row(6)) v = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 2000; i < 2600; ++i) ecg.recording.signal()(1, i) = std::numeric_limits<double>::quiet_NaN();
  const auto m = ft::median_beat(hs::test::view_of(ecg), 500.0, ecg.truth.r_peaks,
                                 ft::group_beats(hs::test::view_of(ecg), 500.0, ecg.truth.r_peaks));
  EXPECT_TRUE(std::isnan(m.lead(6)[m.r_index]));
  EXPECT_TRUE(std::isnan(m.noise_mv[6]));
  ASSERT_EQ(m.n_window, whole.n_window);
  for (std::size_t i = 0; i < m.n_window; ++i) EXPECT_NEAR(m.lead(1)[i], whole.lead(1)[i], 0.05);
}

TEST(MedianBeat, OneBeatAndNone) {
  GaussianBeats beats(500.0, 3.0);
  beats.add(1.5, 1.2);
  const auto one = beat_of(beats);
  EXPECT_EQ(one.n_beats, 1U);
  EXPECT_NEAR(one.samples[one.r_index], 1.2, 1e-6);
  EXPECT_TRUE(std::isnan(one.noise_mv[0]));
  EXPECT_TRUE(std::isnan(one.rr_before_s));
  beats.r_peaks.clear();
  const auto none = beat_of(beats);
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.n_window, 0U);
  EXPECT_TRUE(none.samples.empty());
}

TEST(MedianBeat, ManyBeatsAreSpreadEvenly) {
  GaussianBeats beats(250.0, 300.0);
  for (int b = 0; b < 298; ++b) beats.add(0.6 + b, b < 150 ? 1.0 : 1.4);
  const auto m = beat_of(beats, {.max_beats = 64});
  EXPECT_EQ(m.n_beats, 64U);
  EXPECT_NEAR(m.samples[m.r_index], 1.2, 0.06);  // half of one height, half of the other
}

TEST(MedianBeat, Errors) {
  GaussianBeats beats(500.0, 3.0);
  beats.add(1.5, 1.2);
  const auto groups = ft::group_beats(beats.view(), 500.0, beats.r_peaks);
  const auto call = [&](double rate, std::vector<std::int64_t> peaks, ft::MedianBeatOptions options = {}) {
    (void)ft::median_beat(beats.view(), rate, peaks, groups, 0, options);
  };
  EXPECT_TRUE(raises<hs::DomainError>([&] { call(1.0, {750}); }, {"median_beat: sampling_rate"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { call(500.0, {}); }, {"groups.group"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { call(500.0, {9000}); }, {"r_peaks[0]"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { call(500.0, {750}, {.before_s = 0.0}); }, {"before_s"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { call(500.0, {750}, {.max_beats = 0}); }, {"max_beats"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { call(500.0, {750}, {.target_rate_hz = 1.0}); }, {"target_rate_hz"}));
}

}  // namespace median_beat_test
