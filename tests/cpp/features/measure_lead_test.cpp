#include <heartsight/features/measure_lead.hpp>

#include "cpp/raises.hpp"

#include <limits>

namespace measure_lead_test {

namespace hs = heartsight;
namespace ft = heartsight::features;
using hs::detection::WaveFiducials;
using hs::test::raises;

namespace {

constexpr double rate = 500.0;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// A lead of 1.2 s drawn with straight lines, the level at 0.3 mV: QRS from 400 to 500 ms, P from 200 to 300, T from 700.
struct DrawnBeat {
  std::vector<double> x = std::vector<double>(600, 0.3);
  WaveFiducials waves;

  DrawnBeat() {
    waves.p_onset = at(200.0);
    waves.p_peak = at(250.0);
    waves.p_offset = at(300.0);
    waves.qrs_onset = at(400.0);
    waves.qrs_peak = at(450.0);
    waves.qrs_offset = at(500.0);
    waves.t_onset = at(700.0);
    waves.t_peak = at(800.0);
    waves.t_offset = at(900.0);
  }
  static double at(double ms) { return ms * rate / 1000.0; }

  /// A triangle from first to last ms with its top in the middle.
  DrawnBeat& triangle(double first_ms, double last_ms, double height_mv) {
    const double first = at(first_ms);
    const double last = at(last_ms);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double u = (static_cast<double>(i) - first) / (last - first);
      if (u > 0.0 && u < 1.0) x[i] += height_mv * (1.0 - std::abs(2.0 * u - 1.0));
    }
    return *this;
  }
  [[nodiscard]] ft::LeadMeasurements measured(double error = 0.0) const {
    return ft::measure_lead(x, rate, waves, waves, error);
  }
};

}  // namespace

TEST(MeasureLead, QrsWavesOfAQRsComplex) {
  DrawnBeat beat;
  beat.triangle(400, 424, -0.2).triangle(424, 464, 1.5).triangle(464, 496, -0.6);
  const auto m = beat.measured();
  EXPECT_NEAR(m.q_amplitude_mv, -0.2, 1e-9);
  EXPECT_NEAR(m.q_duration_ms, 24.0, 2.1);
  EXPECT_NEAR(m.r_amplitude_mv, 1.5, 1e-9);
  EXPECT_NEAR(m.r_duration_ms, 40.0, 2.1);
  EXPECT_NEAR(m.s_amplitude_mv, -0.6, 1e-9);
  EXPECT_NEAR(m.s_duration_ms, 32.0, 2.1);
  EXPECT_EQ(m.r2_amplitude_mv, 0.0);
  EXPECT_EQ(m.s2_amplitude_mv, 0.0);
  EXPECT_NEAR(m.qrs_peak_to_peak_mv, 2.1, 1e-9);
  EXPECT_NEAR(m.qrs_area_mv_ms, 0.5 * (-24 * 0.2 + 40 * 1.5 - 32 * 0.6), 0.1);
  EXPECT_NEAR(m.qrs_absolute_area_mv_ms, 0.5 * (24 * 0.2 + 40 * 1.5 + 32 * 0.6), 0.1);
  EXPECT_NEAR(m.intrinsicoid_ms, 44.0, 1e-9);
  EXPECT_NEAR(m.q_share, 0.2 / 1.7, 1e-9);
  EXPECT_NEAR(m.r_share, 1.5 / 2.1, 1e-9);
  EXPECT_NEAR(m.qrs_duration_ms, 100.0, 1e-9);
  EXPECT_EQ(m.qrs_notches, 0.0);
}

TEST(MeasureLead, RSRPrimeAndQS) {
  DrawnBeat rsr;
  rsr.triangle(400, 430, 0.4).triangle(430, 460, -0.5).triangle(460, 496, 0.9);
  const auto m = rsr.measured();
  EXPECT_EQ(m.q_amplitude_mv, 0.0);
  EXPECT_NEAR(m.r_amplitude_mv, 0.4, 0.04);  // the top of the triangle lies between two samples
  EXPECT_NEAR(m.s_amplitude_mv, -0.5, 0.04);
  EXPECT_NEAR(m.r2_amplitude_mv, 0.9, 0.02);
  EXPECT_NEAR(m.intrinsicoid_ms, 78.0, 2.0);
  DrawnBeat qs;
  qs.triangle(404, 496, -1.0);
  const auto n = qs.measured();
  EXPECT_NEAR(n.q_amplitude_mv, -1.0, 1e-9);
  EXPECT_EQ(n.r_amplitude_mv, 0.0);
  EXPECT_EQ(n.s_amplitude_mv, 0.0);
  EXPECT_EQ(n.r_share, 0.0);
  EXPECT_EQ(n.q_share, 1.0);
  EXPECT_TRUE(std::isnan(n.intrinsicoid_ms));
}

TEST(MeasureLead, NotchesAreTurnsWithinAWave) {
  DrawnBeat beat;
  beat.triangle(400, 440, 1.0).triangle(430, 500, 1.0);  // never back at the level between
  const auto m = beat.measured();
  EXPECT_EQ(m.qrs_notches, 2.0);
  EXPECT_EQ(m.s_amplitude_mv, 0.0);
  EXPECT_EQ(m.r2_amplitude_mv, 0.0);
}

TEST(MeasureLead, SmallWavesAreNoiseWhereTheBeatIsNoisy) {
  DrawnBeat beat;
  beat.triangle(400, 424, -0.05).triangle(424, 480, 1.0);
  EXPECT_NEAR(beat.measured(0.0).q_amplitude_mv, -0.05, 1e-9);
  EXPECT_EQ(beat.measured(0.03).q_amplitude_mv, 0.0);
}

TEST(MeasureLead, AnElevatedSegmentIsNoWave) {
  DrawnBeat beat;
  beat.triangle(404, 440, 1.0).triangle(440, 480, -0.5);
  for (std::size_t i = 240; i < 350; ++i) beat.x[i] += 0.25 * std::min(1.0, (static_cast<double>(i) - 240.0) / 10.0);
  const auto m = beat.measured();
  EXPECT_EQ(m.r2_amplitude_mv, 0.0);
  EXPECT_NEAR(m.j_mv, 0.245, 0.02);
  EXPECT_NEAR(m.j40_mv, 0.25, 1e-9);
  EXPECT_NEAR(m.j60_mv, 0.25, 1e-9);
  EXPECT_NEAR(m.j80_mv, 0.25, 1e-9);
  EXPECT_NEAR(m.st_slope_mv_per_s, 0.0, 0.1);
}

TEST(MeasureLead, TheSegmentSlope) {
  DrawnBeat beat;
  beat.triangle(410, 490, 1.0);
  for (std::size_t i = 250; i < 350; ++i) beat.x[i] += 2.0 * (static_cast<double>(i) - 250.0) / rate;
  EXPECT_NEAR(beat.measured().st_slope_mv_per_s, 2.0, 1e-9);
  EXPECT_NEAR(beat.measured().j40_mv, 0.08, 1e-9);
}

TEST(MeasureLead, TAndP) {
  DrawnBeat beat;
  beat.triangle(410, 490, 1.0).triangle(700, 900, -0.4).triangle(200, 260, 0.1).triangle(260, 300, -0.05);
  const auto m = beat.measured();
  EXPECT_NEAR(m.t_amplitude_mv, -0.4, 1e-9);
  EXPECT_EQ(m.t_positive_mv, 0.0);
  EXPECT_NEAR(m.t_area_mv_ms, -0.5 * 200 * 0.4, 1e-6);
  EXPECT_NEAR(m.t_symmetry, 0.5, 0.02);
  EXPECT_NEAR(m.t_share, -0.4, 1e-9);
  EXPECT_NEAR(m.t_peak_to_end_ms, 100.0, 1e-9);
  EXPECT_NEAR(m.qt_ms, 500.0, 1e-9);
  EXPECT_NEAR(m.p_amplitude_mv, 0.1, 0.01);
  EXPECT_NEAR(m.p_negative_mv, -0.05, 0.01);
  EXPECT_NEAR(m.p_duration_ms, 100.0, 1e-9);
  EXPECT_NEAR(m.p_area_mv_ms, 0.5 * (60 * 0.1 - 40 * 0.05), 0.4);
  EXPECT_NEAR(m.p_terminal_force_mv_ms, -0.05 * 32.0, 0.4);  // below 0.01 mV for 32 of its 40 ms
}

TEST(MeasureLead, AbsentWaves) {
  DrawnBeat beat;
  beat.triangle(410, 490, 1.0);
  beat.waves.p_onset = beat.waves.p_peak = beat.waves.p_offset = missing;
  beat.waves.t_onset = beat.waves.t_peak = beat.waves.t_offset = missing;
  const auto m = beat.measured();
  EXPECT_EQ(m.p_amplitude_mv, 0.0);
  EXPECT_EQ(m.p_duration_ms, 0.0);
  EXPECT_TRUE(std::isnan(m.t_amplitude_mv));
  EXPECT_TRUE(std::isnan(m.qt_ms));
  EXPECT_NEAR(m.r_amplitude_mv, 1.0, 1e-9);
  beat.waves.qrs_onset = missing;
  const auto none = beat.measured();
  for (const auto& field : ft::lead_measurement_fields) EXPECT_TRUE(std::isnan(none.*field.value)) << field.name;
}

TEST(MeasureLead, MissingSamplesAndErrors) {
  DrawnBeat beat;
  beat.triangle(410, 490, 1.0).triangle(700, 900, 0.4);
  beat.x[400] = missing;
  EXPECT_TRUE(std::isnan(beat.measured().t_amplitude_mv));
  EXPECT_NEAR(beat.measured().r_amplitude_mv, 1.0, 1e-9);
  beat.x[220] = missing;
  EXPECT_TRUE(std::isnan(beat.measured().r_amplitude_mv));
  EXPECT_TRUE(std::isnan(ft::measure_lead(std::vector<double>{}, rate, beat.waves, beat.waves).r_amplitude_mv));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)ft::measure_lead(beat.x, 0.0, beat.waves, beat.waves); },
                                      {"measure_lead: sampling_rate"}));
}

}  // namespace measure_lead_test
