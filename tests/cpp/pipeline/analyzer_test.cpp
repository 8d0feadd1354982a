#include <heartsight/pipeline/analyzer.hpp>

#include "cpp/pipeline/tiny_bundle.hpp"
#include "cpp/raises.hpp"

#include <heartsight/simulate/ecg.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <thread>

namespace analyzer_test {

namespace hs = heartsight;
using namespace hs::pipeline;
using hs::Recording;
using hs::simulate::EcgOptions;
using hs::test::raises;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

const Analyzer& analyzer() {
  static const Analyzer instance(hs::test::tiny_ecg_bundle());
  return instance;
}

Recording simulated(double rate = 100.0, const EcgOptions& options = {.seed = 3}) {
  return hs::simulate::ecg(rate, options).recording;
}

Report analyze(const Recording& r, const std::string& protocol = "") {
  return analyzer().analyze(r, {.protocol = protocol});
}

/// The same recording with other leads: sources by index, names as given.
Recording with_leads(const Recording& r, const std::vector<std::size_t>& rows, std::vector<std::string> names) {
  std::vector<double> samples;
  for (const std::size_t row : rows) samples.insert(samples.end(), r.lead(row).begin(), r.lead(row).end());
  return {std::move(samples), r.sampling_rate(), std::move(names)};
}

Recording first_samples(const Recording& r, std::size_t n) {
  std::vector<double> samples;
  for (std::size_t lead = 0; lead < r.n_leads(); ++lead) {
    samples.insert(samples.end(), r.lead(lead).begin(), r.lead(lead).begin() + static_cast<std::ptrdiff_t>(n));
  }
  return {std::move(samples), r.sampling_rate(), r.leads()};
}

bool mentions(const std::vector<std::string>& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& t) { return t.find(part) != std::string::npos; });
}

void expect_not_analyzed(const Recording& r, const std::string& reason) {
  const Report report = analyze(r);
  EXPECT_EQ(report.status, ReportStatus::not_analyzed) << reason;
  EXPECT_EQ(report.quality.verdict, "unacceptable");
  EXPECT_TRUE(mentions(report.quality.reasons, reason)) << reason << "; " << report.to_json();
  EXPECT_TRUE(report.probabilities.empty() && report.findings.empty() && report.actions.empty());
}

void expect_same_answer(const Report& a, const Report& b, double tolerance) {
  ASSERT_EQ(a.probabilities.size(), b.probabilities.size()) << a.to_json() << b.to_json();
  for (std::size_t k = 0; k < a.probabilities.size(); ++k) {
    EXPECT_NEAR(a.probabilities[k].probability, b.probabilities[k].probability, tolerance);
  }
}

}  // namespace

TEST(Analyzer, ACleanRecordingHasNoWarning) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Report report = analyze(simulated(100.0, {.white_noise_mv = 0.005, .seed = seed}));
    EXPECT_NE(report.status, ReportStatus::not_analyzed);
    EXPECT_TRUE(report.warnings.empty()) << seed << ": " << report.to_json();
    EXPECT_EQ(report.probabilities.size(), 5U);
    for (const auto& lead : report.quality.leads) EXPECT_EQ(lead.verdict, "usable");
    for (const auto& c : report.probabilities) {
      EXPECT_TRUE(0.0 <= c.low && c.low <= c.probability && c.probability <= c.high && c.high <= 1.0);
    }
    EXPECT_EQ(report.model_digest.size(), 64U);
    EXPECT_TRUE(report.input.resampling.empty());
  }
}

TEST(Analyzer, LeadsInAnyOrderAndUnderAnyAlias) {
  const Recording r = simulated();
  const Report expected = analyze(r);
  const Recording shuffled =
      with_leads(r, {11, 3, 0, 5, 1, 4, 2, 6, 7, 10, 9, 8},
                 {"v6", "AVR", "Lead I", "avf", "ii", "MDC_ECG_LEAD_AVL", "ECG III", "V1", "v2", "V5", "V4", "V3"});
  EXPECT_EQ(analyze(shuffled).probabilities, expected.probabilities);
  EXPECT_TRUE(analyze(shuffled).warnings.empty());
  const Recording more = with_leads(r, {6, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
                                    {"X", "I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"});
  EXPECT_EQ(analyze(more).probabilities, expected.probabilities);
}

TEST(Analyzer, MissingLimbLeadsAreDerivedFromAnyTwo) {
  const Recording r = simulated(100.0, {.white_noise_mv = 0.005, .seed = 4});
  const Report expected = analyze(r);
  for (std::size_t a = 0; a < 6; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      std::vector<std::size_t> rows = {a, b, 6, 7, 8, 9, 10, 11};
      std::vector<std::string> names;
      for (const std::size_t row : rows) names.push_back(r.leads()[row]);
      const Report report = analyze(with_leads(r, rows, names));
      expect_same_answer(report, expected, 1e-9);
      EXPECT_TRUE(mentions(report.warnings, "derived from other limb leads")) << a << b;
      EXPECT_EQ(std::count_if(report.quality.leads.begin(), report.quality.leads.end(),
                              [](const LeadQuality& q) { return mentions(q.reasons, "derived"); }),
                4);
    }
  }
  expect_not_analyzed(with_leads(r, {0, 6, 7, 8, 9, 10, 11}, {"I", "V1", "V2", "V3", "V4", "V5", "V6"}),
                      "leads II, III, aVR, aVL, aVF are missing");
}

TEST(Analyzer, AMissingChestLeadCannotBeDerived) {
  const Recording r = simulated();
  expect_not_analyzed(with_leads(r, {0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11},
                                 {"I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V4", "V5", "V6"}),
                      "lead V3 is missing");
  expect_not_analyzed(with_leads(r, {0}, {"MLII"}), "missing");
}

TEST(Analyzer, FlatLeadsAndLostElectrodes) {
  expect_not_analyzed(simulated(100.0, {.electrode_loss = {{hs::simulate::Electrode::V2, 0.0, 1e9}}}), "lead V2 is flat");
  Recording r = simulated();
  std::fill(r.signal().data(), r.signal().data() + 12 * r.n_samples(), 0.5);
  expect_not_analyzed(r, "leads I, II, III, aVR, aVL, aVF, V1, V2, V3, V4, V5, V6 are flat");
  const Report part = analyze(simulated(100.0, {.electrode_loss = {{hs::simulate::Electrode::V2, 2.0, 4.0}}}));
  EXPECT_NE(part.status, ReportStatus::not_analyzed);
  EXPECT_TRUE(mentions(part.warnings, "no change for more than a second in: V2"));
  EXPECT_EQ(part.quality.leads[7].verdict, "beats_only");
}

TEST(Analyzer, NoiseIsNotDiagnosed) {
  const Recording r = simulated();
  std::mt19937_64 random(5);
  for (const double size_mv : {0.03, 0.3, 3.0}) {
    std::normal_distribution<double> normal(0.0, size_mv);
    Recording white = r;
    std::generate_n(white.signal().data(), 12 * r.n_samples(), [&] { return normal(random); });
    expect_not_analyzed(white, "cannot be read");
    Recording drift = white;  // brown noise, without a fast component
    for (std::size_t i = 1; i < 12 * r.n_samples(); ++i) {
      drift.signal().data()[i] = 0.98 * drift.signal().data()[i - 1] + 0.1 * white.signal().data()[i];
    }
    expect_not_analyzed(drift, "");
  }
  Recording hum = simulated(500.0);
  for (std::size_t lead = 0; lead < 12; ++lead) {
    for (std::size_t i = 0; i < hum.n_samples(); ++i) {
      hum.signal()(lead, i) = 0.2 * std::sin(0.62831853 * static_cast<double>(i) + static_cast<double>(lead));
    }
  }
  expect_not_analyzed(hum, "mains");
  const Report muscle = analyze(simulated(500.0, {.muscle_noise_mv = 1.0, .seed = 3}));
  EXPECT_EQ(muscle.status, ReportStatus::not_analyzed);
  EXPECT_TRUE(mentions(muscle.quality.reasons, "noisy"));
}

TEST(Analyzer, OneLeadInPiecesMakesTheRecordingUnacceptable) {
  Recording r = simulated(500.0, {.white_noise_mv = 0.005, .seed = 3});
  for (std::size_t i = 1000; i < 3000; ++i) {
    r.signal()(9, i) += 3.0 * std::sin(2.0 * 3.14159265 * 0.4 * static_cast<double>(i - 1000) / 500.0);
  }
  expect_not_analyzed(r, "lead V4 cannot be read in");
  EXPECT_EQ(analyze(r).quality.leads[9].verdict, "unusable");
  EXPECT_TRUE(mentions(analyze(r).quality.leads[9].reasons, "wander"));
}

TEST(Analyzer, SwappedArmElectrodesAreSuspected) {
  Recording r = simulated(250.0, {.white_noise_mv = 0.005, .seed = 3});
  EXPECT_FALSE(mentions(analyze(r).warnings, "swapped"));
  for (std::size_t i = 0; i < r.n_samples(); ++i) {
    r.signal()(0, i) *= -1.0;
    std::swap(r.signal()(1, i), r.signal()(2, i));
    std::swap(r.signal()(3, i), r.signal()(4, i));
  }
  EXPECT_TRUE(mentions(analyze(r).warnings, "limb electrodes may be swapped"));
}

TEST(Analyzer, ShortGapsAreBridgedLongOnesAreNot) {
  const Recording r = simulated(100.0, {.white_noise_mv = 0.005, .seed = 3});
  Recording gap = r;
  for (std::size_t i = 300; i < 320; ++i) gap.signal()(8, i) = not_a_number;
  const Report bridged = analyze(gap);
  EXPECT_NE(bridged.status, ReportStatus::not_analyzed);
  EXPECT_TRUE(mentions(bridged.warnings, "bridged by straight lines in: V3"));
  for (const auto& c : bridged.probabilities) EXPECT_TRUE(std::isfinite(c.probability));
  for (std::size_t i = 300; i < 450; ++i) gap.signal()(8, i) = not_a_number;
  expect_not_analyzed(gap, "lead V3 has too many missing samples");
  Recording none = r;
  std::fill(none.signal().data(), none.signal().data() + 12 * none.n_samples(), not_a_number);
  expect_not_analyzed(none, "too many missing samples");
  Recording ends = r;
  ends.signal()(0, 0) = std::numeric_limits<double>::infinity();
  ends.signal()(0, 999) = not_a_number;
  EXPECT_TRUE(mentions(analyze(ends).warnings, "bridged by straight lines in: I"));
}

TEST(Analyzer, LengthsFromNothingToMoreThanTheWindow) {
  const Recording r = simulated(100.0, {.duration_s = 30.0, .white_noise_mv = 0.005, .seed = 3});
  for (const std::size_t n : {0U, 1U, 2U, 10U, 499U}) expect_not_analyzed(first_samples(r, n), "at least 5 s are needed");
  const Report half = analyze(first_samples(r, 500));
  EXPECT_NE(half.status, ReportStatus::not_analyzed);
  EXPECT_TRUE(mentions(half.warnings, "the model was made for 10 s"));
  const Report longer = analyze(r);
  EXPECT_TRUE(mentions(longer.warnings, "only the first 10 s of 30 s"));
  EXPECT_EQ(longer.input.window_stop_s, 10.0);
  EXPECT_EQ(longer.probabilities, analyze(first_samples(r, 1000)).probabilities);
}

TEST(Analyzer, AnyRate) {
  for (const double rate : {50.0, 99.9, 100.0, 128.0, 250.0, 257.0, 360.0, 500.0, 999.97, 1000.0, 2000.0}) {
    const Report report = analyze(simulated(rate, {.white_noise_mv = 0.002, .seed = 3}));
    EXPECT_NE(report.status, ReportStatus::not_analyzed) << rate << report.to_json();
    EXPECT_EQ(report.input.resampling.empty(), rate == 100.0) << rate;
    EXPECT_EQ(mentions(report.warnings, "detail above"), rate < 90.0) << rate;
    for (const auto& c : report.probabilities) EXPECT_TRUE(c.probability >= 0.0 && c.probability <= 1.0);
  }
  EXPECT_TRUE(analyze(simulated(360.0)).input.resampling.ends_with("5/18"));
  for (const double rate : {1e-300, 0.01, 1.0, 39.0, 2e5, 1e300}) {
    expect_not_analyzed(Recording(std::vector<double>(12 * 3000, 0.0), rate, simulated().leads()), "sampling rate");
  }
}

TEST(Analyzer, AnyVoltageUnit) {
  const Recording r = simulated();
  const Report expected = analyze(r);
  for (const auto& [unit, per_mv] :
       {std::pair<std::string, double>{"uV", 1e3}, {"V", 1e-3}, {"nV", 1e6}, {"\xC2\xB5V", 1e3}}) {
    Recording other = r;
    for (std::size_t i = 0; i < 12 * r.n_samples(); ++i) other.signal().data()[i] *= per_mv;
    other.units.assign(12, unit);
    expect_same_answer(analyze(other), expected, 1e-9);
  }
  Recording pressure = r;
  pressure.units[7] = "mmHg";
  expect_not_analyzed(pressure, "lead V2 is in mmHg");
  Recording forgotten = r;  // microvolts that say millivolts
  for (std::size_t i = 0; i < 12 * r.n_samples(); ++i) forgotten.signal().data()[i] *= 1e3;
  expect_not_analyzed(forgotten, "are not an ECG's");
}

TEST(Analyzer, SaysWhichFindingsHaveNoActionLeft) {
  Bundle bundle = hs::test::tiny_ecg_bundle();
  for (BundleClass& c : bundle.classes) c.threshold = 0.01;  // every class is found
  bundle.max_actions = 1;
  const Report cut = Analyzer(bundle).analyze(simulated());
  ASSERT_EQ(cut.findings.size(), 5U);
  ASSERT_EQ(cut.actions.size(), 1U);
  ASSERT_TRUE(mentions(cut.warnings, "only the 1 most urgent actions are shown"));
  const std::string& warning = *std::find_if(cut.warnings.begin(), cut.warnings.end(), [](const std::string& w) {
    return w.find("most urgent") != std::string::npos;
  });
  const auto& kept = cut.actions[0].because;
  EXPECT_FALSE(kept.empty());
  for (const std::string name : {"MI", "STTC", "CD", "HYP"}) {
    const bool has_action = std::find(kept.begin(), kept.end(), name) != kept.end();
    EXPECT_EQ(warning.find(name) == std::string::npos, has_action) << name << ": " << warning;
  }
  bundle.max_actions = 100;
  EXPECT_FALSE(mentions(Analyzer(bundle).analyze(simulated()).warnings, "most urgent"));
}

TEST(Analyzer, ThousandsOfLeadsOfOneNameEnd) {
  std::vector<std::string> names(20'000, "V1");
  const Recording r(std::vector<double>(names.size(), 0.0), 500.0, names);
  expect_not_analyzed(r, "leads I, II, III, aVR, aVL, aVF, V2, V3, V4, V5, V6 are missing");
}

TEST(Analyzer, DuplicateLeadsTheFirstIsUsed) {
  const Recording r = simulated();
  auto names = r.leads();
  names.emplace_back("v1");
  const Report report = analyze(with_leads(r, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0}, names));
  EXPECT_EQ(report.probabilities, analyze(r).probabilities);
  EXPECT_TRUE(mentions(report.warnings, "lead V1 is there more than once"));
}

TEST(Analyzer, WarningsFireOnTheirDefect) {
  Recording clipped = simulated(500.0, {.baseline_wander_mv = 0.0, .seed = 3});
  for (double& v : clipped.signal().row(10)) v = std::clamp(v, -0.02, 0.1);
  EXPECT_TRUE(mentions(analyze(clipped).warnings, "clipped) in: V5"));
  EXPECT_TRUE(mentions(analyze(simulated(500.0, {.white_noise_mv = 0.06, .seed = 3})).warnings, "strong noise in: I, II"));
  EXPECT_TRUE(mentions(analyze(simulated(500.0, {.baseline_wander_mv = 0.5, .seed = 3})).warnings, "baseline wanders"));
  Recording swapped = simulated();
  for (double& v : swapped.signal().row(2)) v = -v;
  EXPECT_TRUE(mentions(analyze(swapped).warnings, "contradict each other"));
  swapped.signal()(0, 500) = not_a_number;  // a gap does not hide it
  EXPECT_TRUE(mentions(analyze(swapped).warnings, "contradict each other"));
}

TEST(Analyzer, FloatAndDoubleAgree) {
  const Recording r = simulated();
  std::vector<float> samples(r.signal().data(), r.signal().data() + 12 * r.n_samples());
  const hs::RecordingFloat32 floats(samples, r.sampling_rate(), r.leads());
  expect_same_answer(analyzer().analyze(floats), analyze(r), 1e-6);
}

TEST(Analyzer, Protocols) {
  // NORM is likely when lead I's mean is above 0.1, MI when its spread is: both, either or none by construction.
  const Recording r = simulated();
  const Report standard = analyze(r);
  EXPECT_TRUE(standard.protocol.empty());
  const Report baseline = analyze(r, "mlops_phase1");
  ASSERT_EQ(baseline.findings.size(), 1U);
  EXPECT_TRUE(baseline.actions.empty());
  for (const auto& c : baseline.probabilities) EXPECT_LE(c.probability, baseline.findings[0].probability);
  const Report recommender = analyze(r, "clinical_recommender");
  for (const auto& f : recommender.findings) EXPECT_TRUE(f.probability > 0.3 && f.threshold == 0.3);
  EXPECT_FALSE(recommender.actions.empty());
  EXPECT_EQ(recommender.probabilities, standard.probabilities);
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)analyze(r, "cpsc2019"); }, {"Analyzer.analyze: protocol = cpsc2019"}));
}

TEST(Analyzer, NothingAboveItsThresholdIsIndeterminate) {
  Bundle b = hs::test::tiny_ecg_bundle();
  for (auto& c : b.classes) c.threshold = 1.0;
  const Report report = Analyzer(b).analyze(simulated());
  EXPECT_EQ(report.status, ReportStatus::indeterminate);
  EXPECT_TRUE(report.findings.empty() && report.actions.empty());
  EXPECT_EQ(report.probabilities.size(), 5U);
}

TEST(Analyzer, FindingsFallAndNormalBesideAbnormalIsSaid) {
  Bundle b = hs::test::tiny_ecg_bundle();
  for (auto& c : b.classes) c.threshold = 0.01;
  const Report report = Analyzer(b).analyze(simulated());
  ASSERT_EQ(report.findings.size(), 5U);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_LE(report.findings[i].probability, report.findings[i - 1].probability);
  EXPECT_LE(report.actions.size(), 5U);
  EXPECT_TRUE(mentions(report.warnings, "both normal and not"));
}

TEST(Analyzer, RefusesBundlesThatDoNotHold) {
  Bundle none = hs::test::tiny_bundle();
  none.golden = {};
  EXPECT_TRUE(raises<hs::FormatError>([&] { Analyzer a(none); }, {"golden", "no sample"}));
  Bundle wrong = hs::test::tiny_bundle();
  wrong.golden.probability[0] += 0.01;
  EXPECT_TRUE(raises<hs::FormatError>([&] { Analyzer a(wrong); }, {"golden sample 0", "NORM"}));
  Bundle small = hs::test::tiny_bundle();
  small.golden.leaf.clear();
  EXPECT_TRUE(raises<hs::FormatError>([&] { Analyzer a(small); }, {"golden.leaf"}));
  EXPECT_TRUE(raises<hs::FormatError>([] { (void)Analyzer::load("/no/such/file"); }, {"/no/such/file", "cannot be opened"}));
}

TEST(AddGolden, Errors) {
  Bundle b = hs::test::tiny_bundle();
  EXPECT_TRUE(raises<hs::DomainError>([&] { add_golden(b, 0); }, {"add_golden: n = 0"}));
  EXPECT_TRUE(raises<hs::DomainError>([&] { add_golden(b, 17); }, {"n = 17"}));
  Bundle unfitted = hs::test::tiny_bundle();
  unfitted.classes[0].calibrator = hs::calibration::Beta();
  EXPECT_TRUE(raises<hs::DomainError>([&] { add_golden(unfitted); }, {"classes[0].calibrator"}));
  Bundle narrow = hs::test::tiny_bundle();
  narrow.models[0].ensemble = hs::test::stump(3, 0, 0.0F, -1, 1);
  EXPECT_TRUE(raises<hs::DomainError>([&] { add_golden(narrow); }, {"models[0]", "3 features"}));
  Bundle other = hs::test::tiny_bundle();
  other.features.definition = "else/1";
  EXPECT_TRUE(raises<hs::FormatError>([&] { add_golden(other); }, {"else/1"}));
}

TEST(AnalyzerThreads, EightThreadsGiveTheSerialReports) {
  std::vector<Recording> recordings;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    recordings.push_back(simulated(seed % 3 == 0 ? 250.0 : 100.0, {.muscle_noise_mv = 0.02, .seed = seed}));
  }
  std::vector<Report> serial;
  for (const auto& r : recordings) serial.push_back(analyzer().analyze(r));
  std::vector<std::thread> threads;
  std::vector<int> differences(8, 0);
  for (std::size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const Analyzer copy = analyzer();  // copies share the bundle
      for (std::size_t k = 0; k < 2 * recordings.size(); ++k) {
        const std::size_t i = (k + t) % recordings.size();
        const Report report = (k % 2 == 0 ? copy : analyzer()).analyze(recordings[i]);
        differences[t] += report == serial[i] && report.to_json() == serial[i].to_json() ? 0 : 1;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::accumulate(differences.begin(), differences.end(), 0), 0);
  for (const std::size_t n_threads : {1U, 3U, 8U}) EXPECT_EQ(analyzer().analyze(recordings, n_threads), serial);
  EXPECT_TRUE(analyzer().analyze(std::vector<Recording>{}, 4).empty());
  EXPECT_TRUE(raises<hs::DomainError>([&] { (void)analyzer().analyze(recordings, 0); }, {"n_threads = 0"}));
}

}  // namespace analyzer_test
