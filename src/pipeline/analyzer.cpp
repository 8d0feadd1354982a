#include <heartsight/pipeline/analyzer.hpp>

#include "pipeline/check_bundle.hpp"
#include "pipeline/explain.hpp"
#include "pipeline/prepare.hpp"
#include "pipeline/scoring.hpp"

#include <heartsight/core/parallel_for.hpp>
#include <heartsight/detection/detail/pacing_spike.hpp>
#include <heartsight/features/rhythm.hpp>
#include <heartsight/features/statements.hpp>
#include <heartsight/features/voltage_criteria.hpp>
#include <heartsight/simulate/ecg.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

namespace {

constexpr std::string_view clinical_recommender = "clinical_recommender";
constexpr std::string_view mlops_phase1 = "mlops_phase1";
constexpr double clinical_recommender_threshold = 0.3;

std::vector<ClassProbability> calibrated(const Bundle& bundle, std::span<const double> scores) {
  std::vector<ClassProbability> result;
  for (std::size_t k = 0; k < scores.size(); ++k) {
    const BundleClass& c = bundle.classes[k];
    const double p = std::visit([&](const auto& fitted) { return fitted.transform(scores[k]); }, c.calibrator);
    const auto [low, high] = c.band.at(scores[k]);
    // The band comes from resampling and the probability from all data: at the edges one may leave the other.
    result.push_back({c.name, p, std::min(low, p), std::max(high, p), c.threshold});
  }
  return result;
}

/// A finding whose every action fell to the limit must not look like one that asks for nothing.
void warn_of_cut_actions(Report& report, const Bundle& bundle, std::span<const FindingScore> scores) {
  const auto all = recommend_actions(bundle.actions, scores, bundle.actions.size());
  const auto asked = [](const std::vector<Action>& actions, const std::string& finding) {
    return std::any_of(actions.begin(), actions.end(), [&](const Action& a) {
      return std::find(a.because.begin(), a.because.end(), finding) != a.because.end();
    });
  };
  std::string names;
  for (const FindingScore& f : scores) {
    if (asked(all, f.name) && !asked(report.actions, f.name)) names += (names.empty() ? "" : ", ") + f.name;
  }
  if (!names.empty()) {
    report.warnings.push_back("only the " + std::to_string(bundle.max_actions) + " most urgent actions are shown; none of " +
                              names + " is among them");
  }
}

void decide(Report& report, const Bundle& bundle) {
  auto& findings = report.findings;
  if (report.protocol == mlops_phase1) {
    findings.push_back(*std::max_element(report.probabilities.begin(), report.probabilities.end(),
                                         [](const auto& a, const auto& b) { return a.probability < b.probability; }));
  } else {
    for (ClassProbability c : report.probabilities) {
      if (report.protocol == clinical_recommender) {
        c.threshold = clinical_recommender_threshold;
        if (c.probability > c.threshold) findings.push_back(std::move(c));
      } else if (c.probability >= c.threshold) {
        findings.push_back(std::move(c));
      }
    }
    std::stable_sort(findings.begin(), findings.end(),
                     [](const auto& a, const auto& b) { return a.probability > b.probability; });
  }
  report.status = findings.empty() ? ReportStatus::indeterminate : ReportStatus::findings;

  std::vector<FindingScore> scores;
  for (const Finding& f : findings) scores.push_back({f.name, f.probability});
  if (report.protocol.empty()) {
    report.actions = recommend_actions(bundle.actions, scores, bundle.max_actions);
    warn_of_cut_actions(report, bundle, scores);
    if (findings.size() > 1 &&
        std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.name == "NORM"; })) {
      report.warnings.emplace_back("the model finds this recording both normal and not: treat it as not normal until read");
    }
  } else if (report.protocol == clinical_recommender) {
    report.actions = recommend_actions_clinical_recommender(bundle.actions, scores);
  }
}

/// What a reader looks at first, in the order of a printed tracing.
constexpr std::array<std::string_view, 10> reported_measurements = {
    "heart_rate", "p_duration",     "pr_interval", "qrs_duration", "qt",
    "qtc_bazett", "qtc_fridericia", "p_axis",      "qrs_axis",     "t_axis"};

/// Whether at least half of the beats are paced, by the model's leads at the recording's own rate: at the model's a spike is
/// gone.
template <std::floating_point T>
bool is_paced(const BasicRecording<T>& recording, const std::vector<std::string>& model_leads,
              const std::vector<double>& r_peaks_s) {
  std::vector<detection::detail::LeadPart<T>> leads;
  for (const std::string& name : model_leads) {
    if (const auto row = find_lead(recording.leads(), name)) leads.emplace_back(recording.lead(*row));
  }
  const double rate = recording.sampling_rate().hz();
  const auto n_paced = static_cast<std::size_t>(std::count_if(r_peaks_s.begin(), r_peaks_s.end(), [&](double at) {
    return detection::detail::is_paced_beat<T>(leads, rate, std::llround(at * rate));
  }));
  return n_paced > 0 && 2 * n_paced >= r_peaks_s.size();
}

template <std::floating_point T>
void report_measurements(Report& report, const features::Measurements& measurements, const BasicRecording<T>& recording) {
  for (const std::int64_t peak : measurements.beats.r_peaks) {
    report.r_peaks_s.push_back(report.input.window_start_s + static_cast<double>(peak) / measurements.beats.sampling_rate);
  }
  for (const std::string_view name : reported_measurements) {
    const auto field = std::find_if(features::global_measurement_fields.begin(), features::global_measurement_fields.end(),
                                    [&](const auto& f) { return f.name == name; });
    const double value = measurements.global.*field->value;
    if (!std::isfinite(value)) continue;
    const double uncertainty = measurements.global_uncertainty.*field->value;
    report.measurements.push_back({std::string(name), value, std::string(field->unit),
                                   std::isfinite(uncertainty) ? std::optional(uncertainty) : std::nullopt});
  }
  // The model's features know neither sex nor spikes, as in its training; the criteria do.
  features::Measurements judged = measurements;
  judged.sex = recording.sex;
  judged.global.cornell_product_mv_ms =
      features::voltage_criteria(judged.by_lead, features::StandardLeadIndex(judged.leads), judged.sex,
                                 judged.global.qrs_duration_ms, judged.global.qrs_axis_deg)
          .cornell_product_mv_ms;
  if (is_paced(recording, measurements.leads, report.r_peaks_s)) judged.global.paced = 1.0;
  // A file may claim any age; one that cannot be is an unknown one.
  const bool age_is_known = recording.age_years && *recording.age_years >= 0.0 && *recording.age_years <= 150.0;
  report.statements = features::statements(judged, {.age_years = age_is_known ? recording.age_years : std::nullopt});
}

/// The classes know nothing of the rhythm: a tracing in fibrillation may look normal to them, and must not pass as such.
void warn_of_rhythm(Report& report, const features::Measurements& measurements, std::span<const double> signal,
                    std::size_t n_samples) {
  const MatrixView<const double> leads(signal.data(), signal.size() / n_samples, n_samples);
  const auto& beats = measurements.beats;
  if (features::rhythm(leads, beats.sampling_rate, beats, measurements.groups).verdict !=
      features::RhythmVerdict::atrial_fibrillation_suspected) {
    return;
  }
  report.warnings.emplace_back(
      "the rhythm is irregular as in atrial fibrillation, which the classes of this model do not cover: have it read");
}

template <std::floating_point T>
Report analyze_one(const Bundle& bundle, const BasicRecording<T>& recording, const AnalyzeOptions& options) {
  if (!options.protocol.empty() && options.protocol != clinical_recommender && options.protocol != mlops_phase1) {
    check::detail::fail<DomainError>("Analyzer.analyze", "protocol", options.protocol,
                                     "must be empty, mlops_phase1 or clinical_recommender");
  }
  Report report;
  report.id = recording.id;
  report.protocol = options.protocol;
  report.model_name = bundle.name;
  report.model_version = bundle.version;
  report.model_digest = bundle.manifest_digest;
  PreparedInput input = prepare(recording, bundle.input);
  report.input = std::move(input.summary);
  report.quality = std::move(input.quality);
  report.warnings = std::move(input.warnings);
  if (report.quality.verdict != "acceptable") return report;
  const Extracted extracted = extract(bundle, input.signal, input.n_samples);
  if (extracted.measurements) {
    report_measurements(report, *extracted.measurements, recording);
    if (report.protocol.empty()) warn_of_rhythm(report, *extracted.measurements, input.signal, input.n_samples);
  }
  report.probabilities = calibrated(bundle, class_scores(bundle, extracted.features));
  decide(report, bundle);
  return report;
}

template <std::floating_point T>
std::vector<Explanation> explain_one(const Bundle& bundle, const BasicRecording<T>& recording,
                                     const ExplainOptions& options) {
  const auto names = bundle.class_names();
  for (const std::string& wanted : options.classes) {
    if (std::find(names.begin(), names.end(), wanted) == names.end()) {
      check::detail::fail<DomainError>("Analyzer.explain", "classes", wanted, "is not a class of the bundle");
    }
  }
  check::in_closed_range("Analyzer.explain", "smallest_change", options.smallest_change, 0.0, 1.0);
  const PreparedInput input = prepare(recording, bundle.input);
  if (input.quality.verdict != "acceptable") return {};
  const auto features = extract(bundle, input.signal, input.n_samples).features;
  std::vector<std::string> classes = options.classes;
  if (classes.empty()) {
    Report report;
    report.probabilities = calibrated(bundle, class_scores(bundle, features));
    decide(report, bundle);
    for (const Finding& finding : report.findings) classes.push_back(finding.name);
    if (classes.empty()) {
      classes.push_back(
          std::max_element(report.probabilities.begin(), report.probabilities.end(), [](const auto& a, const auto& b) {
            return a.probability < b.probability;
          })->name);
    }
  }
  std::vector<Explanation> result;
  for (const std::string& name : classes) {
    const auto place = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    result.push_back(explain_class(bundle, features, place, options));
  }
  return result;
}

struct GoldenOutput {
  std::vector<double> probability;
  std::vector<std::int32_t> leaf;
};

GoldenOutput golden_output(const Bundle& bundle, std::span<const float> signal) {
  const std::vector<double> samples(signal.begin(), signal.end());
  const auto features = extract(bundle, samples, signal.size() / bundle.input.leads.size()).features;
  GoldenOutput out{.probability = {}, .leaf = leaves(bundle, features)};
  for (const auto& c : calibrated(bundle, class_scores(bundle, features))) out.probability.push_back(c.probability);
  return out;
}

void replay_golden(const Bundle& bundle) {
  const Golden& golden = bundle.golden;
  if (golden.n == 0) throw FormatError("bundle: golden: has no sample to replay");
  const std::size_t n_signal = golden.signal.size() / golden.n;
  const std::size_t n_leaves = golden.leaf.size() / golden.n;
  for (std::size_t i = 0; i < golden.n; ++i) {
    const auto out = golden_output(bundle, std::span(golden.signal).subspan(i * n_signal, n_signal));
    const std::string which = "bundle: golden sample " + std::to_string(i) + ": ";
    for (std::size_t t = 0; t < n_leaves; ++t) {
      if (out.leaf[t] != golden.leaf[i * n_leaves + t]) {
        throw FormatError(which + "tree " + std::to_string(t) + " ends in leaf " + std::to_string(out.leaf[t]) +
                          ", stored is " + std::to_string(golden.leaf[i * n_leaves + t]));
      }
    }
    for (std::size_t k = 0; k < bundle.classes.size(); ++k) {
      const double stored = golden.probability[i * bundle.classes.size() + k];
      if (!(std::abs(out.probability[k] - stored) <= golden.probability_tolerance)) {
        throw FormatError(which + "probability of " + bundle.classes[k].name + " is " + std::to_string(out.probability[k]) +
                          ", stored is " + std::to_string(stored));
      }
    }
  }
}

}  // namespace

Analyzer::Analyzer(Bundle bundle) {
  check_bundle<FormatError>(bundle);  // the walks below rely on its sizes
  require_known_features(bundle);
  replay_golden(bundle);
  if (bundle.manifest_digest.empty()) bundle = read_bundle(write_bundle(bundle));  // one digest, however it came here
  bundle_ = std::make_shared<const Bundle>(std::move(bundle));
}

Analyzer Analyzer::load(const std::filesystem::path& path) {
  Bundle bundle = read_bundle(path);
  try {
    return Analyzer(std::move(bundle));
  } catch (const FormatError& error) {
    throw FormatError(path.string() + ": " + error.what());
  }
}

Report Analyzer::analyze(const Recording& recording, const AnalyzeOptions& options) const {
  return analyze_one(*bundle_, recording, options);
}

Report Analyzer::analyze(const RecordingFloat32& recording, const AnalyzeOptions& options) const {
  return analyze_one(*bundle_, recording, options);
}

std::vector<Explanation> Analyzer::explain(const Recording& recording, const ExplainOptions& options) const {
  return explain_one(*bundle_, recording, options);
}

std::vector<Explanation> Analyzer::explain(const RecordingFloat32& recording, const ExplainOptions& options) const {
  return explain_one(*bundle_, recording, options);
}

std::vector<Report> Analyzer::analyze(std::span<const Recording> recordings, std::size_t n_threads,
                                      const AnalyzeOptions& options) const {
  std::vector<Report> reports(recordings.size());
  parallel_for(recordings.size(), n_threads, [&](std::size_t i) { reports[i] = analyze(recordings[i], options); });
  return reports;
}

void add_golden(Bundle& bundle, std::size_t n) {
  check::in_closed_range<std::size_t>("add_golden", "n", n, 1, 16);
  bundle.golden = {};
  check_bundle<DomainError>(bundle);
  require_known_features(bundle);
  using simulate::Morphology;
  constexpr std::array morphologies = {Morphology::normal, Morphology::myocardial_infarction, Morphology::st_t_change,
                                       Morphology::conduction_disturbance, Morphology::hypertrophy};
  bundle.golden.n = n;
  for (std::size_t i = 0; i < n; ++i) {
    simulate::EcgOptions options;
    options.duration_s = bundle.input.duration_s;
    options.morphology = morphologies[i % morphologies.size()];
    options.baseline_wander_mv = 0.05;
    options.muscle_noise_mv = 0.01;
    options.seed = 1000 + i;
    const auto simulated = simulate::ecg(bundle.input.sampling_rate_hz, options);
    std::vector<float> signal;
    for (const std::string& lead : bundle.input.leads) {
      const auto index = find_lead(simulated.recording.leads(), lead);
      if (!index) throw DomainError("add_golden: lead " + lead + " is not one that can be simulated");
      for (const double v : simulated.recording.lead(*index)) signal.push_back(static_cast<float>(v));
    }
    const GoldenOutput out = golden_output(bundle, signal);
    bundle.golden.signal.insert(bundle.golden.signal.end(), signal.begin(), signal.end());
    bundle.golden.probability.insert(bundle.golden.probability.end(), out.probability.begin(), out.probability.end());
    bundle.golden.leaf.insert(bundle.golden.leaf.end(), out.leaf.begin(), out.leaf.end());
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
