#include <heartsight/simulate/ecg.hpp>

#include <heartsight/core/running_statistics.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ecg_test {

namespace hs = heartsight;
using namespace hs::simulate;

namespace {

constexpr std::array morphologies = {Morphology::normal, Morphology::myocardial_infarction, Morphology::st_t_change,
                                     Morphology::conduction_disturbance, Morphology::hypertrophy};

std::vector<double> samples(const SimulatedEcg& e) {
  const auto s = e.recording.signal();
  return {s.data(), s.data() + s.n_rows() * s.n_cols()};
}

const EcgOptions noisy{.rr_sd_s = 0.05,
                       .ventricular_ectopic_rate = 0.1,
                       .baseline_wander_mv = 0.3,
                       .mains_mv = 0.1,
                       .muscle_noise_mv = 0.05,
                       .white_noise_mv = 0.02,
                       .seed = 5};

/// Root mean square of lead i.
double power(const SimulatedEcg& e, std::size_t lead) {
  double sum = 0.0;
  for (const double v : e.recording.lead(lead)) sum += v * v;
  return std::sqrt(sum / static_cast<double>(e.recording.n_samples()));
}

hs::RunningStatistics rr_intervals(const SimulatedEcg& e) {
  hs::RunningStatistics s;
  for (std::size_t i = 1; i < e.truth.r_peaks.size(); ++i) {
    s.add(static_cast<double>(e.truth.r_peaks[i] - e.truth.r_peaks[i - 1]) / e.recording.sampling_rate().hz());
  }
  return s;
}

}  // namespace

TEST(SimulatedEcg, IsA12LeadRecording) {
  const auto e = ecg(500.0, {.duration_s = 7.3});
  EXPECT_EQ(e.recording.n_leads(), 12U);
  EXPECT_EQ(e.recording.n_samples(), 3650U);
  EXPECT_TRUE(std::equal(e.recording.leads().begin(), e.recording.leads().end(), hs::standard_leads.begin()));
  EXPECT_EQ(e.recording.id, "simulated");
  EXPECT_EQ(e.recording.units[0], "mV");
  for (const double v : samples(e)) ASSERT_TRUE(std::isfinite(v) && std::abs(v) < 10.0);
}

TEST(SimulatedEcg, EmptyAndSingleSample) {
  EXPECT_EQ(ecg(250.0, {.duration_s = 0.0}).recording.n_samples(), 0U);
  EXPECT_TRUE(ecg(250.0, {.duration_s = 0.0}).truth.r_peaks.empty());
  EXPECT_EQ(ecg(250.0, {.duration_s = 0.004}).recording.n_samples(), 1U);
}

TEST(SimulatedEcg, TheSeedDecidesEveryBit) {
  EXPECT_EQ(samples(ecg(250.0, noisy)), samples(ecg(250.0, noisy)));
  EcgOptions other = noisy;
  other.seed = 6;
  EXPECT_NE(samples(ecg(250.0, noisy)), samples(ecg(250.0, other)));
  EXPECT_NE(samples(ecg(250.0)), samples(ecg(250.0, {.seed = 1})));
  // Without variation between subjects the seed moves the beats, not their shape.
  const auto a = ecg(250.0, {.rr_sd_s = 0.0, .subject_variation = 0.0, .seed = 1});
  const auto b = ecg(250.0, {.rr_sd_s = 0.0, .subject_variation = 0.0, .seed = 2});
  const auto peak = [](const SimulatedEcg& e) {
    return *std::max_element(e.recording.lead(1).begin(), e.recording.lead(1).end());
  };
  EXPECT_NEAR(peak(a), peak(b), 0.05);
}

// Einthoven and Goldberger, with noise, because it enters at the electrodes.
TEST(SimulatedEcg, LimbLeadsFollowFromTwo) {
  for (const Morphology m : morphologies) {
    EcgOptions options = noisy;
    options.morphology = m;
    const auto e = ecg(250.0, options);
    const auto s = e.recording.signal();
    for (std::size_t i = 0; i < s.n_cols(); ++i) {
      const double one = s(0, i);
      const double two = s(1, i);
      ASSERT_NEAR(s(2, i), two - one, 1e-12);
      ASSERT_NEAR(s(3, i), -(one + two) / 2, 1e-12);
      ASSERT_NEAR(s(4, i), one - two / 2, 1e-12);
      ASSERT_NEAR(s(5, i), two - one / 2, 1e-12);
    }
  }
}

TEST(SimulatedEcg, RPeaksAreWhereTheQrsIsLargest) {
  for (const double rate : {100.0, 257.0, 1000.0}) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const auto e = ecg(rate, {.seed = seed});
      const auto two = e.recording.lead(1);
      ASSERT_GE(e.truth.r_peaks.size(), 9U);
      for (const std::int64_t r : e.truth.r_peaks) {
        const auto around = static_cast<std::int64_t>(0.1 * rate);
        std::int64_t largest = r;
        for (std::int64_t i = std::max<std::int64_t>(0, r - around); i <= r + around && i < std::ssize(two); ++i) {
          if (std::abs(two[static_cast<std::size_t>(i)]) > std::abs(two[static_cast<std::size_t>(largest)])) largest = i;
        }
        EXPECT_LE(std::abs(static_cast<double>(largest - r)), 1.0 + 0.004 * rate) << rate << " Hz, seed " << seed;
      }
    }
  }
}

TEST(SimulatedEcg, TruthOfEveryMorphologyHangsTogether) {
  for (const Morphology m : morphologies) {
    const auto e =
        ecg(1000.0, {.duration_s = 60.0, .morphology = m, .ventricular_ectopic_rate = 0.15, .atrial_ectopic_rate = 0.1});
    const auto& t = e.truth;
    ASSERT_EQ(t.p.size(), t.r_peaks.size());
    ASSERT_EQ(t.beat_type.size(), t.r_peaks.size());
    ASSERT_EQ(t.lead_peaks.size(), t.r_peaks.size());
    for (std::size_t b = 0; b < t.r_peaks.size(); ++b) {
      const auto r = static_cast<double>(t.r_peaks[b]);
      EXPECT_TRUE(b == 0 || t.r_peaks[b] > t.r_peaks[b - 1]);
      EXPECT_TRUE(t.qrs[b].onset < r && r < t.qrs[b].offset);
      EXPECT_NEAR(t.qrs[b].peak, r, 0.51);
      EXPECT_TRUE(t.t[b].onset < t.t[b].peak && t.t[b].peak < t.t[b].offset && t.t[b].peak > r);
      if (t.beat_type[b] == 'V') {
        EXPECT_TRUE(std::isnan(t.p[b].onset) && std::isnan(t.p[b].peak) && std::isnan(t.p[b].offset));
      } else {
        EXPECT_TRUE(t.p[b].onset < t.p[b].peak && t.p[b].peak < t.p[b].offset && t.p[b].peak < r);
      }
      for (const std::int64_t peak : t.lead_peaks[b]) EXPECT_LT(std::abs(static_cast<double>(peak) - r), 150.0);
    }
  }
}

TEST(SimulatedEcg, PolarityIsTheSignAtTheLeadsPeak) {
  for (const Morphology m : morphologies) {
    const auto e = ecg(500.0, {.morphology = m, .seed = 3});
    const auto upside_down = ecg(500.0, {.morphology = m, .inverted = true, .seed = 3});
    for (std::size_t lead = 0; lead < 12; ++lead) {
      EXPECT_EQ(upside_down.truth.lead_polarity[lead], -e.truth.lead_polarity[lead]);
      double sum = 0.0;
      for (const auto& peaks : e.truth.lead_peaks) sum += e.recording.lead(lead)[static_cast<std::size_t>(peaks[lead])];
      EXPECT_GT(sum * e.truth.lead_polarity[lead], 0.0) << "morphology " << static_cast<int>(m) << ", lead " << lead;
      for (std::size_t i = 0; i < e.recording.n_samples(); ++i) {
        ASSERT_EQ(upside_down.recording.lead(lead)[i], -e.recording.lead(lead)[i]);
      }
    }
  }
}

TEST(SimulatedEcg, RateAndVariabilityAreAsAsked) {
  for (const double bpm : {40.0, 70.0, 150.0}) {
    const auto rr = rr_intervals(ecg(1000.0, {.duration_s = 300.0, .heart_rate_bpm = bpm, .rr_sd_s = 0.03, .seed = 2}));
    EXPECT_NEAR(rr.mean(), 60.0 / bpm, 0.01);
    EXPECT_NEAR(rr.sd(), 0.03, 0.006);
  }
  EXPECT_LT(rr_intervals(ecg(1000.0, {.duration_s = 60.0, .rr_sd_s = 0.0})).sd(), 0.001);
}

TEST(SimulatedEcg, EctopicBeatsComeEarlyAndAPauseFollows) {
  const auto e = ecg(500.0, {.duration_s = 300.0, .rr_sd_s = 0.0, .ventricular_ectopic_rate = 0.2, .seed = 1});
  const auto& t = e.truth;
  int n_ectopic = 0;
  for (std::size_t b = 1; b + 1 < t.r_peaks.size(); ++b) {
    if (t.beat_type[b] != 'V') continue;
    ++n_ectopic;
    const double before = static_cast<double>(t.r_peaks[b] - t.r_peaks[b - 1]) / 500.0;
    const double after = static_cast<double>(t.r_peaks[b + 1] - t.r_peaks[b]) / 500.0;
    EXPECT_LT(before, 0.75 * 60.0 / 70.0);
    EXPECT_GT(after, 1.25 * 60.0 / 70.0);
    EXPECT_GT(t.qrs[b].offset - t.qrs[b].onset, 0.12 * 500.0);  // wide
  }
  // One in five of those beats that may be ectopic (never right after another): about 58 of 350.
  EXPECT_GT(n_ectopic, 35);
  EXPECT_LT(n_ectopic, 85);
  const auto atrial = ecg(500.0, {.duration_s = 60.0, .atrial_ectopic_rate = 0.3, .seed = 1}).truth.beat_type;
  EXPECT_GT(std::count(atrial.begin(), atrial.end(), 'A'), 5);
  EXPECT_EQ(std::count(atrial.begin(), atrial.end(), 'V'), 0);
}

TEST(SimulatedEcg, FibrillationIsIrregularAndHasNoP) {
  const auto e = ecg(500.0, {.duration_s = 120.0, .rhythm = Rhythm::atrial_fibrillation, .seed = 1});
  const auto rr = rr_intervals(e);
  EXPECT_GT(rr.sd() / rr.mean(), 0.18);
  for (const WaveTruth& p : e.truth.p) EXPECT_TRUE(std::isnan(p.peak));
}

TEST(SimulatedEcg, ALostElectrodeIsAFlatLineWhereItIsNeeded) {
  const auto e =
      ecg(250.0, {.white_noise_mv = 0.05, .electrode_loss = {{Electrode::V3, 2.0, 4.0}, {Electrode::RA, 6.0, 1e9}}});
  const auto is_flat = [&](std::size_t lead, std::size_t from, std::size_t to) {
    const auto x = e.recording.lead(lead).subspan(from, to - from);
    return std::all_of(x.begin(), x.end(), [](double v) { return v == 0.0; });
  };
  for (std::size_t lead = 0; lead < 12; ++lead) {
    EXPECT_EQ(is_flat(lead, 500, 1000), lead == 8) << lead;
    EXPECT_EQ(is_flat(lead, 1500, 2500), lead != 2) << lead;  // III = LL - LA needs no RA
    EXPECT_FALSE(is_flat(lead, 1000, 1500)) << lead;
  }
}

TEST(SimulatedEcg, NoiseHasTheSizeAskedFor) {
  const EcgOptions quiet{.seed = 9};
  for (const auto& [options, sd] : {std::pair{EcgOptions{.white_noise_mv = 0.1, .seed = 9}, 0.1},
                                    std::pair{EcgOptions{.muscle_noise_mv = 0.1, .seed = 9}, 0.1}}) {
    auto with = ecg(500.0, options);
    const auto without = ecg(500.0, quiet);
    for (std::size_t i = 0; i < 12 * with.recording.n_samples(); ++i) {
      with.recording.signal().data()[i] -= without.recording.signal().data()[i];
    }
    // Lead I is the difference of two electrodes of equal noise.
    EXPECT_NEAR(power(with, 0), sd * std::sqrt(2.0), 0.15 * sd);
  }
}

TEST(SimulatedEcg, MorphologiesDiffer) {
  for (std::size_t a = 0; a < morphologies.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const EcgOptions same{.rr_sd_s = 0.0, .subject_variation = 0.0};
      EcgOptions x = same;
      x.morphology = morphologies[a];
      EcgOptions y = same;
      y.morphology = morphologies[b];
      auto difference = ecg(250.0, x);
      const auto other = ecg(250.0, y);
      for (std::size_t i = 0; i < 12 * other.recording.n_samples(); ++i) {
        difference.recording.signal().data()[i] -= other.recording.signal().data()[i];
      }
      double largest = 0.0;
      for (std::size_t lead = 0; lead < 12; ++lead) largest = std::max(largest, power(difference, lead));
      EXPECT_GT(largest, 0.05) << a << " " << b;
    }
  }
}

}  // namespace ecg_test
