#include <heartsight/signal/quality.hpp>

#include "cpp/raises.hpp"

#include <heartsight/simulate/ecg.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

namespace quality_test {

namespace hs = heartsight;
using hs::MatrixView;
using hs::signal::has_reason;
using hs::signal::quality;
using hs::signal::QualityGrade;
using hs::signal::QualityOptions;
using hs::signal::QualityReason;
using hs::signal::SignalQuality;
using hs::test::raises;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
const std::vector<std::string> names(hs::standard_leads.begin(), hs::standard_leads.end());

hs::Recording simulated(double rate_hz, const hs::simulate::EcgOptions& options) {
  return hs::simulate::ecg(rate_hz, options).recording;
}

SignalQuality of(const hs::Recording& r, bool in_mv = true) {
  return quality(r.signal(), r.sampling_rate(), {.leads = r.leads(), .amplitude_in_mv = in_mv});
}

double share(const SignalQuality& q, QualityGrade grade) {
  return static_cast<double>(std::count(q.grade.begin(), q.grade.end(), grade)) / static_cast<double>(q.grade.size());
}

std::vector<double> noise(std::size_t n, double sd, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(0.0, sd);
  std::vector<double> x(n);
  for (double& v : x) v = normal(random);
  return x;
}

void expect_only(const SignalQuality& q, std::size_t lead, std::size_t second, QualityReason reason) {
  EXPECT_EQ(q.reasons_of(lead, second), static_cast<hs::signal::QualityReasons>(reason)) << lead << " " << second;
}

}  // namespace

TEST(Quality, CleanRecordingsOfAnyRateRhythmAndShapeAreAcceptable) {
  using hs::simulate::Morphology;
  using hs::simulate::Rhythm;
  std::uint64_t seed = 0;
  for (const double rate : {50.0, 100.0, 128.0, 250.0, 257.0, 360.0, 500.0, 1000.0, 2000.0}) {
    for (const auto shape : {Morphology::normal, Morphology::myocardial_infarction, Morphology::st_t_change,
                             Morphology::conduction_disturbance, Morphology::hypertrophy}) {
      for (const double bpm : {45.0, 70.0, 150.0}) {
        const auto q = of(simulated(rate, {.heart_rate_bpm = bpm,
                                           .rhythm = bpm == 70.0 ? Rhythm::atrial_fibrillation : Rhythm::sinus,
                                           .morphology = shape,
                                           .baseline_wander_mv = 0.1,
                                           .white_noise_mv = 0.005,
                                           .seed = ++seed}));
        const bool wide = shape == Morphology::conduction_disturbance;
        if (wide && bpm == 150.0 && rate == 50.0) continue;  // ten samples a beat: not promised
        EXPECT_TRUE(q.acceptable) << rate << " " << bpm << " " << q.score;
        EXPECT_GE(share(q, QualityGrade::usable), wide           ? 0.7
                                                  : rate == 50.0 ? 0.8
                                                                 : 0.9)
            << rate << " " << bpm << " " << seed;
        EXPECT_LE(share(q, QualityGrade::unusable), rate == 50.0 ? 0.05 : 0.0) << rate << " " << bpm << " " << seed;
        EXPECT_FALSE(has_reason(q.verdict_reasons, QualityReason::reversed_limb_leads)) << seed;
      }
    }
  }
}

TEST(Quality, ALostElectrodeIsFlatWhereItIsLost) {
  using hs::simulate::Electrode;
  const auto r = simulated(500.0, {.white_noise_mv = 0.01, .electrode_loss = {{Electrode::V3, 2.0, 5.0}}, .seed = 4});
  const auto q = of(r);
  for (std::size_t lead = 0; lead < 12; ++lead) {
    for (std::size_t k = 0; k < 10; ++k) {
      if (lead == 8 && k >= 2 && k < 5) {
        EXPECT_EQ(q.grade_of(lead, k), QualityGrade::unusable);
        EXPECT_TRUE(has_reason(q.reasons_of(lead, k), QualityReason::flat));
      } else {
        EXPECT_FALSE(has_reason(q.reasons_of(lead, k), QualityReason::flat)) << lead << " " << k;
      }
    }
  }
  EXPECT_FALSE(q.acceptable);
  EXPECT_EQ(q.leads[8].verdict, QualityGrade::unusable);
  EXPECT_EQ(q.leads[7].verdict, QualityGrade::usable);
  EXPECT_DOUBLE_EQ(q.leads[8].unusable_share, 0.3);
  EXPECT_NEAR(q.score, 1.0 / (1.0 + std::exp(4.0 * (0.3 / 0.25 - 1.0))), 1e-12);
  const auto two = of(simulated(500.0, {.electrode_loss = {{Electrode::V3, 2.0, 4.0}}, .seed = 4}));
  EXPECT_TRUE(two.acceptable);  // two seconds of ten are less than a quarter
}

TEST(Quality, NoiseAloneIsUnacceptableAtAnyRateAndSize) {
  for (const double rate : {100.0, 250.0, 500.0, 1000.0}) {
    const auto n = static_cast<std::size_t>(10.0 * rate);
    for (const double sd : {0.02, 0.1, 1.0}) {
      const auto x = noise(12 * n, sd, 7);
      const auto q = quality(MatrixView<const double>(x, 12, n), rate, {.leads = names});
      EXPECT_FALSE(q.acceptable) << rate << " " << sd;
      EXPECT_GE(share(q, QualityGrade::unusable), 0.9) << rate << " " << sd;
      auto brown = x;
      for (std::size_t i = 1; i < brown.size(); ++i) brown[i] = 0.99 * brown[i - 1] + 0.1 * brown[i];
      EXPECT_FALSE(quality(MatrixView<const double>(brown, 12, n), rate).acceptable) << rate << " " << sd;
    }
    std::vector<double> mains(n);
    for (std::size_t i = 0; i < n; ++i) {
      mains[i] = 0.3 * std::sin(2.0 * std::numbers::pi * 50.0 * static_cast<double>(i) / rate + 0.5);
    }
    const auto q = quality(mains, rate);
    EXPECT_FALSE(q.acceptable) << rate;
    if (rate >= 250.0) {
      EXPECT_TRUE(has_reason(q.verdict_reasons, QualityReason::mains)) << rate;
    }
  }
}

TEST(Quality, GradesFallAsNoiseGrows) {
  double before = 0.0;
  for (const double sd : {0.0, 0.01, 0.03, 0.12, 0.3, 1.0}) {
    const auto q = of(simulated(500.0, {.muscle_noise_mv = sd, .seed = 11}));
    const double cost = 0.5 * share(q, QualityGrade::beats_only) + share(q, QualityGrade::unusable);
    EXPECT_GE(cost, before) << sd;
    before = cost;
    EXPECT_EQ(q.acceptable, sd < 0.1) << sd << " " << q.score;
    if (sd >= 0.1) {
      EXPECT_TRUE(has_reason(q.verdict_reasons, QualityReason::muscle)) << sd;
    }
  }
  EXPECT_GT(before, 0.9);
}

TEST(Quality, MainsOnAnEcgAreNamed) {
  for (const double hz : {50.0, 60.0}) {
    const auto q = of(simulated(500.0, {.mains_mv = 0.2, .mains_hz = hz, .seed = 2}));
    std::size_t named = 0;
    for (const auto reasons : q.reasons) named += has_reason(reasons, QualityReason::mains) ? 1U : 0U;
    EXPECT_GE(named, q.reasons.size() / 2) << hz;
  }
}

TEST(Quality, MissingClippedWanderAndJumpsInTheirSeconds) {
  const auto clean = simulated(500.0, {.white_noise_mv = 0.005, .seed = 5});
  {
    hs::Recording r = clean;
    for (std::size_t i = 1000; i < 1010; ++i) r.signal()(1, i) = not_a_number;                             // 2 %
    for (std::size_t i = 2000; i < 2200; ++i) r.signal()(1, i) = std::numeric_limits<double>::infinity();  // 40 %
    const auto q = of(r);
    expect_only(q, 1, 2, QualityReason::missing);
    EXPECT_EQ(q.grade_of(1, 2), QualityGrade::beats_only);
    EXPECT_EQ(q.grade_of(1, 4), QualityGrade::unusable);
    EXPECT_TRUE(has_reason(q.reasons_of(1, 4), QualityReason::missing));
    EXPECT_EQ(q.reasons_of(1, 7), 0U);
  }
  {
    hs::Recording r = clean;
    for (double& v : r.signal().row(7)) v = std::clamp(v, -0.2, 0.2);
    const auto q = of(r);
    EXPECT_TRUE(has_reason(q.leads[7].reasons, QualityReason::clipped));
    EXPECT_FALSE(has_reason(q.leads[6].reasons, QualityReason::clipped));
  }
  {
    hs::Recording r = clean;
    for (std::size_t i = 0; i < 5000; ++i) {
      r.signal()(10, i) += 3.0 * std::sin(2.0 * std::numbers::pi * 0.3 * static_cast<double>(i) / 500.0);
    }
    const auto q = of(r);
    EXPECT_TRUE(has_reason(q.leads[10].reasons, QualityReason::wander));
    EXPECT_EQ(q.leads[10].verdict, QualityGrade::unusable);
    EXPECT_FALSE(q.acceptable);
  }
  {
    hs::Recording r = clean;
    for (std::size_t i = 3100; i < 3200; ++i) r.signal()(11, i) += 15.0;
    const auto q = of(r);
    EXPECT_TRUE(has_reason(q.reasons_of(11, 6), QualityReason::loose));
    EXPECT_EQ(q.grade_of(11, 6), QualityGrade::unusable);
    EXPECT_TRUE(q.acceptable);
  }
}

TEST(Quality, SwappedLimbElectrodesAreSuspected) {
  std::size_t arms = 0;
  std::size_t leg = 0;
  constexpr std::size_t n = 40;
  for (std::uint64_t seed = 0; seed < n; ++seed) {
    const auto clean = simulated(250.0, {.white_noise_mv = 0.01, .seed = seed});
    EXPECT_FALSE(has_reason(of(clean).verdict_reasons, QualityReason::reversed_limb_leads)) << seed;
    hs::Recording r = clean;
    for (double& v : r.signal().row(0)) v = -v;
    std::swap_ranges(r.signal().row(1).begin(), r.signal().row(1).end(), r.signal().row(2).begin());
    std::swap_ranges(r.signal().row(3).begin(), r.signal().row(3).end(), r.signal().row(4).begin());
    const auto q = of(r);
    arms += has_reason(q.verdict_reasons, QualityReason::reversed_limb_leads) ? 1U : 0U;
    EXPECT_TRUE(q.acceptable);
    r = clean;  // right arm on the right leg: RA has the potential of LL, all but noise
    const auto hiss = noise(r.n_samples(), 0.01, seed);
    for (std::size_t i = 0; i < r.n_samples(); ++i) {
      const double three = clean.signal()(2, i);
      r.signal()(0, i) = -three;
      r.signal()(1, i) = hiss[i];
    }
    leg += has_reason(of(r).verdict_reasons, QualityReason::reversed_limb_leads) ? 1U : 0U;
    EXPECT_EQ(quality(r.signal(), r.sampling_rate()).verdict_reasons &
                  static_cast<hs::signal::QualityReasons>(QualityReason::reversed_limb_leads),
              0U);  // not without names
  }
  EXPECT_GE(arms, n * 9 / 10);
  EXPECT_GE(leg, n * 9 / 10);
}

TEST(Quality, AnyUnitAndOffsetWhereTheUnitIsNotKnown) {
  const auto clean =
      simulated(360.0, {.muscle_noise_mv = 0.04, .electrode_loss = {{hs::simulate::Electrode::V1, 3.0, 7.0}}});
  const auto wanted = of(clean, false);
  EXPECT_FALSE(wanted.acceptable);
  for (const double factor : {0.001, 200.0, 4096.0}) {
    hs::Recording r = clean;
    for (std::size_t lead = 0; lead < 12; ++lead) {
      for (double& v : r.signal().row(lead)) v = factor * (v + static_cast<double>(lead) - 5.0);
    }
    const auto q = of(r, false);
    EXPECT_EQ(q.grade, wanted.grade) << factor;
    EXPECT_EQ(q.acceptable, wanted.acceptable);
  }
  EXPECT_EQ(of(clean).leads[6].verdict, QualityGrade::unusable);
}

TEST(Quality, FloatAndDoubleAndShapesAgree) {
  const auto r = simulated(250.0, {.muscle_noise_mv = 0.05, .seed = 8});
  std::vector<float> narrow(12 * r.n_samples());
  std::vector<double> wide(narrow.size());
  for (std::size_t i = 0; i < narrow.size(); ++i) {
    narrow[i] = static_cast<float>(r.signal().data()[i]);
    wide[i] = narrow[i];
  }
  EXPECT_EQ(quality(MatrixView<const float>(narrow, 12, r.n_samples()), 250.0),
            quality(MatrixView<const double>(wide, 12, r.n_samples()), 250.0));
  const std::span<const double> one(wide.data(), r.n_samples());
  EXPECT_EQ(quality(one, 250.0), quality(MatrixView<const double>(wide.data(), 1, r.n_samples()), 250.0));
  const std::array<double, 4> array = {1, 2, 3, 4};
  const double plain[] = {1, 2, 3, 4};
  EXPECT_EQ(quality(array, 250.0), quality(plain, 250.0));
  const auto q = quality(std::vector<float>(500, 1.0F), 250.0);
  EXPECT_EQ(q.n_seconds, 2U);
}

TEST(Quality, DegenerateInput) {
  const auto none = quality(std::vector<double>{}, 100.0);
  EXPECT_FALSE(none.acceptable);
  EXPECT_EQ(none.score, 0.0);
  EXPECT_EQ(none.n_seconds, 0U);
  EXPECT_TRUE(has_reason(none.verdict_reasons, QualityReason::missing));
  const auto no_lead = quality(MatrixView<const double>(nullptr, 0, 10), 100.0);
  EXPECT_FALSE(no_lead.acceptable);
  for (const std::size_t n : {1U, 2U, 3U, 10U, 149U, 150U, 1000U}) {
    for (const double value : {0.0, 3.0, -1e300, not_a_number, std::numeric_limits<double>::infinity()}) {
      const auto q = quality(std::vector<double>(n, value), 100.0);
      EXPECT_EQ(q.n_seconds, n < 150 ? 1U : n == 150 ? 2U : 10U);
      EXPECT_FALSE(q.acceptable) << n << " " << value;
      expect_only(q, 0, 0, std::abs(value) < 1e9 ? QualityReason::flat : QualityReason::missing);
    }
  }
  for (const double rate : {20.0, 33.3, 1e5}) {
    for (const std::size_t n : {1U, 7U, 100U}) {
      EXPECT_GE(quality(noise(n, 1.0, n), rate).n_seconds, 1U);
      EXPECT_GE(quality(noise(n, 1.0, n), rate, {.leads = {}, .amplitude_in_mv = false}).n_seconds, 1U);
    }
  }
}

TEST(Quality, SecondsOfARateThatIsNoWholeNumber) {
  const auto start = hs::signal::detail::second_starts(2570, 257.0);
  EXPECT_EQ(start.size(), 11U);
  EXPECT_EQ(start[1], 257U);
  EXPECT_EQ(hs::signal::detail::second_starts(100, 33.3), (std::vector<std::size_t>{0, 33, 67, 100}));
  EXPECT_EQ(hs::signal::detail::second_starts(149, 100.0), (std::vector<std::size_t>{0, 149}));
  EXPECT_EQ(hs::signal::detail::second_starts(0, 100.0), (std::vector<std::size_t>{0}));
}

TEST(Quality, MeasuresOfHandMadeSignals) {
  const std::size_t n = 1000;
  const auto start = hs::signal::detail::second_starts(n, 100.0);
  const auto white = hs::signal::detail::measure_lead<double>(noise(n, 0.2, 1), 100.0, start, 1.0);
  double mean = 0.0;
  for (const auto& s : white.seconds) mean += s.noise / 10.0;
  EXPECT_NEAR(mean, 0.2, 0.02);
  std::vector<double> ramp(n);
  for (std::size_t i = 0; i < n; ++i) ramp[i] = 0.02 * static_cast<double>(i);  // 2 mV/s
  const auto line = hs::signal::detail::measure_lead<double>(ramp, 100.0, start, 0.5);
  EXPECT_NEAR(line.seconds[4].wander, 0.99, 1e-9);
  EXPECT_NEAR(line.seconds[4].range, 0.99, 1e-9);
  EXPECT_NEAR(line.seconds[4].swing, 0.0, 1e-9);
  EXPECT_NEAR(line.seconds[4].usual_slope, 0.02, 1e-9);
  std::vector<double> hum(5000);
  for (std::size_t i = 0; i < hum.size(); ++i) {
    hum[i] = 0.25 * std::cos(2.0 * std::numbers::pi * 60.0 * static_cast<double>(i) / 500.0 + 1.0);
  }
  const auto lead =
      hs::signal::detail::measure_lead<double>(hum, 500.0, hs::signal::detail::second_starts(5000, 500.0), 1.0);
  EXPECT_NEAR(lead.seconds[3].mains, 0.25, 0.005);
}

TEST(Quality, Errors) {
  const std::vector<double> x(100, 0.0);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)quality(x, 19.9); }, {"sampling_rate", "20"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)quality(x, 1.1e5); }, {"sampling_rate"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)quality(x, -1.0); }, {"hz"}));
  EXPECT_TRUE(raises<hs::ShapeError>([&] { (void)quality(x, 100.0, {.leads = {"I", "II"}}); }, {"leads", "size 2"}));
}

}  // namespace quality_test
