#include "pipeline/prepare.hpp"

#include "pipeline/bridge_gaps.hpp"
#include "pipeline/lead_checks.hpp"
#include "pipeline/lead_unit.hpp"

#include <heartsight/core/order_statistics.hpp>
#include <heartsight/signal/quality.hpp>
#include <heartsight/signal/resample.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <set>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

namespace {

// Limits of the input checks. They are set where a clinical tracing is hardly ever beyond them: see docs/analyzer.md.
constexpr double max_flat_share = 0.5;       // more of a lead that never changes: nothing to measure
constexpr double max_clipped_share = 0.05;   // warn above
constexpr double max_missing_share = 0.1;    // more of a lead absent: not analysed
constexpr double max_gap_s = 1.0;            // a longer gap could hide a beat: not analysed
constexpr double max_noise_mv = 0.05;        // warn above
constexpr double max_wander_mv = 1.0;        // warn above
constexpr double min_spread_mv = 0.02;       // a lead below is flat in all but name
constexpr double max_plausible_mv = 25.0;    // warn above: probably not in mV
constexpr double min_share_of_window = 0.5;  // of the model's duration
constexpr double min_rate_hz = 40.0;         // a slower recording does not hold the QRS: not analysed
constexpr double max_rate_hz = 1e5;          // a faster one is no ECG

struct LimbLead {
  std::string_view name;
  double one;  // multiple of lead I
  double two;  // multiple of lead II
};
constexpr std::array<LimbLead, 6> limb_leads = {
    {{"I", 1.0, 0.0}, {"II", 0.0, 1.0}, {"III", -1.0, 1.0}, {"aVR", -0.5, -0.5}, {"aVL", 1.0, -0.5}, {"aVF", -0.5, 1.0}}};

const LimbLead* limb_lead(std::string_view name) {
  const auto found = std::find_if(limb_leads.begin(), limb_leads.end(), [&](const LimbLead& l) { return l.name == name; });
  return found == limb_leads.end() ? nullptr : &*found;
}

std::string shortest(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

/// What is wrong with leads, one sentence for all leads of which the same is to be said.
class LeadSentences {
 public:
  void add(const std::string& lead, const std::string& of_one, const std::string& of_many) {
    auto said = std::find_if(sentences_.begin(), sentences_.end(), [&](const Sentence& s) { return s.of_one == of_one; });
    if (said == sentences_.end()) said = sentences_.insert(said, {of_one, of_many, 0, {}});
    said->leads += (said->n_leads++ == 0 ? "" : ", ") + lead;
  }
  void append_to(std::vector<std::string>& texts) const {
    for (const Sentence& s : sentences_) {
      texts.push_back(s.n_leads == 1 ? "lead " + s.leads + s.of_one : "leads " + s.leads + s.of_many);
    }
  }

 private:
  struct Sentence {
    std::string of_one;
    std::string of_many;
    std::size_t n_leads;
    std::string leads;
  };
  std::vector<Sentence> sentences_;
};

/// One lead of the window in mV, by name, derived where it has to be.
template <std::floating_point T>
class LeadSource {
 public:
  LeadSource(const BasicRecording<T>& recording, std::size_t n_window) : recording_(recording), n_window_(n_window) {}

  [[nodiscard]] bool has(std::string_view name) const { return find_lead(recording_.leads(), name).has_value(); }

  /// The unit of a lead where it is no voltage.
  [[nodiscard]] std::optional<std::string> foreign_unit(std::string_view name) const {
    const auto index = find_lead(recording_.leads(), name);
    if (!index || *index >= recording_.units.size() || factor_to_mv(recording_.units[*index])) return std::nullopt;
    return recording_.units[*index];
  }

  [[nodiscard]] std::vector<double> lead(std::string_view name) const {
    const std::size_t index = *find_lead(recording_.leads(), name);
    const auto samples = recording_.lead(index).first(n_window_);
    std::vector<double> x(samples.begin(), samples.end());
    const double factor = index < recording_.units.size() ? factor_to_mv(recording_.units[index]).value_or(1.0) : 1.0;
    if (factor != 1.0) {
      for (double& v : x) v *= factor;
    }
    return x;
  }

  /// Two leads of the recording from which a missing limb lead follows, or nothing.
  [[nodiscard]] std::optional<std::array<std::string_view, 2>> parents_of(std::string_view name) const {
    if (limb_lead(name) == nullptr) return std::nullopt;
    std::vector<std::string_view> there;
    for (const LimbLead& l : limb_leads) {
      if (has(l.name) && !foreign_unit(l.name)) there.push_back(l.name);
    }
    if (there.size() < 2) return std::nullopt;
    return std::array{there[0], there[1]};
  }

  [[nodiscard]] std::vector<double> derived(std::string_view name, const std::array<std::string_view, 2>& parents) const {
    const LimbLead& a = *limb_lead(parents[0]);
    const LimbLead& b = *limb_lead(parents[1]);
    const LimbLead& wanted = *limb_lead(name);
    const double determinant = a.one * b.two - a.two * b.one;  // no two of the six limb leads are parallel
    const double weight_a = (wanted.one * b.two - wanted.two * b.one) / determinant;
    const double weight_b = (a.one * wanted.two - a.two * wanted.one) / determinant;
    const auto x = lead(parents[0]);
    const auto y = lead(parents[1]);
    std::vector<double> result(x.size());
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = weight_a * x[i] + weight_b * y[i];
    return result;
  }

 private:
  const BasicRecording<T>& recording_;
  std::size_t n_window_;
};

LeadQuality judge(const std::string& lead, const LeadChecks& c, std::size_t n_samples, double rate_hz) {
  LeadQuality quality{.lead = lead, .verdict = "usable", .reasons = {}};
  const auto unusable = [&](const char* reason) {
    quality.verdict = "unusable";
    quality.reasons.emplace_back(reason);
  };
  const auto beats_only = [&](const char* reason) {
    if (quality.verdict == "usable") quality.verdict = "beats_only";
    quality.reasons.emplace_back(reason);
  };
  const double missing_share = static_cast<double>(c.n_missing) / static_cast<double>(n_samples);
  if (missing_share > max_missing_share || static_cast<double>(c.longest_gap) > max_gap_s * rate_hz) {
    unusable("gaps");
  } else if (c.n_missing > 0) {
    beats_only("gaps");
  }
  if (c.n_missing == n_samples) return quality;
  if (c.flat_share > max_flat_share || c.spread_mv < min_spread_mv) {
    unusable("flat");
  } else if (static_cast<double>(c.longest_flat) > 1.0 * rate_hz) {
    beats_only("flat");
  }
  if (c.clipped_share > max_clipped_share && c.flat_share <= max_flat_share) beats_only("clipped");
  if (c.noise_mv > max_noise_mv) beats_only("noisy");
  if (c.wander_mv > max_wander_mv) beats_only("wander");
  return quality;
}

/// The word of a report for a reason of signal::quality.
std::string reason_word(signal::QualityReason reason) {
  if (reason == signal::QualityReason::missing) return "gaps";
  if (reason == signal::QualityReason::muscle) return "noisy";
  return std::string(signal::to_string(reason));
}

/// What signal::quality says of the leads that are there: it can make a lead's verdict worse and adds its reasons, and its
/// verdict on the whole counts.
void judge_seconds(const std::vector<std::string>& names, const std::vector<std::vector<double>>& leads, double rate_hz,
                   Quality& quality, std::vector<std::string>& warnings) {
  std::vector<double> samples;
  std::vector<std::size_t> there;
  signal::QualityOptions options;
  for (std::size_t i = 0; i < leads.size(); ++i) {
    if (leads[i].empty()) continue;
    samples.insert(samples.end(), leads[i].begin(), leads[i].end());
    there.push_back(i);
    options.leads.push_back(names[i]);
  }
  if (there.empty()) return;
  const std::size_t n = leads[there[0]].size();
  const auto judged = signal::quality(MatrixView<const double>(samples, there.size(), n), rate_hz, options);
  LeadSentences sentences;
  for (std::size_t k = 0; k < there.size(); ++k) {
    LeadQuality& lead = quality.leads[there[k]];
    const signal::LeadSummary& summary = judged.leads[k];
    std::string words;
    for (const signal::QualityReason reason : signal::quality_reasons) {
      if (!signal::has_reason(summary.reasons, reason)) continue;
      const std::string word = reason_word(reason);
      words += (words.empty() ? "" : ", ") + word;
      const bool worth_telling = summary.verdict != signal::QualityGrade::usable;
      if (worth_telling && std::find(lead.reasons.begin(), lead.reasons.end(), word) == lead.reasons.end()) {
        lead.reasons.push_back(word);
      }
    }
    if (summary.verdict == signal::QualityGrade::unusable && lead.verdict != "unusable") {
      lead.verdict = "unusable";
      const std::string cannot = " cannot be read in " + shortest(std::round(100.0 * summary.unusable_share)) + " % of ";
      sentences.add(lead.lead, cannot + "its seconds (" + words + ")", cannot + "their seconds (" + words + ")");
    } else if (summary.verdict == signal::QualityGrade::beats_only && lead.verdict == "usable") {
      lead.verdict = "beats_only";
    }
  }
  sentences.append_to(quality.reasons);
  if (!judged.acceptable && quality.reasons.empty()) {
    std::string words;
    for (const signal::QualityReason reason : signal::quality_reasons) {
      if (signal::has_reason(judged.verdict_reasons, reason)) words += (words.empty() ? "" : ", ") + reason_word(reason);
    }
    quality.reasons.push_back("the leads together are too disturbed to be read (" + words + ")");
  }
  if (signal::has_reason(judged.verdict_reasons, signal::QualityReason::reversed_limb_leads)) {
    warnings.emplace_back("the limb electrodes may be swapped: check them");
  }
}

void warn_per_reason(const std::vector<LeadQuality>& leads, std::vector<std::string>& warnings) {
  const std::array<std::pair<const char*, const char*>, 8> words = {{
      {"derived", "derived from other limb leads: "},
      {"gaps", "samples are missing and were bridged by straight lines in: "},
      {"flat", "no change for more than a second in: "},
      {"clipped", "the signal sits at its limits (clipped) in: "},
      {"noisy", "strong noise in: "},
      {"mains", "mains (50 or 60 Hz) in: "},
      {"loose", "jumps and slow movements as from a loose electrode in: "},
      {"wander", "the baseline wanders in: "},
  }};
  for (const auto& [reason, text] : words) {
    std::string names;
    for (const LeadQuality& lead : leads) {
      if (std::find(lead.reasons.begin(), lead.reasons.end(), reason) == lead.reasons.end()) continue;
      names += (names.empty() ? "" : ", ") + lead.lead;
    }
    if (!names.empty()) warnings.push_back(text + names);
  }
}

/// Einthoven: II = I + III. A lead that was derived satisfies it by construction.
void check_einthoven(const std::vector<std::string>& leads, const std::vector<std::vector<double>>& x,
                     std::vector<std::string>& warnings) {
  const auto one = find_lead(leads, "I");
  const auto two = find_lead(leads, "II");
  const auto three = find_lead(leads, "III");
  if (!one || !two || !three || x[*one].empty() || x[*two].empty() || x[*three].empty()) return;
  std::vector<double> gap;
  std::vector<double> size;
  for (std::size_t i = 0; i < x[*one].size(); ++i) {
    const double g = x[*one][i] + x[*three][i] - x[*two][i];
    if (!std::isfinite(g)) continue;
    gap.push_back(g);
    size.push_back(x[*two][i]);
  }
  if (gap.empty()) return;
  // A constant offset between amplifiers is no contradiction: what counts is how the gap moves.
  const double centre = median(std::span<const double>(gap));
  for (double& g : gap) g = std::abs(g - centre);
  const double spread = quantile(std::span<const double>(size), 0.99) - quantile(std::span<const double>(size), 0.01);
  const double typical = quantile(std::span<const double>(gap), 0.9);
  if (typical > 0.05 && typical > 0.1 * spread) {
    warnings.emplace_back(
        "leads I, II and III contradict each other (II should be I + III): check electrodes and lead names");
  }
}

}  // namespace

template <std::floating_point T>
PreparedInput prepare(const BasicRecording<T>& recording, const InputSpec& spec) {
  PreparedInput out;
  const double rate_hz = recording.sampling_rate().hz();
  out.summary = {.sampling_rate_hz = rate_hz,
                 .n_samples = recording.n_samples(),
                 .duration_s = recording.duration_s(),
                 .leads = recording.leads(),
                 .model_sampling_rate_hz = spec.sampling_rate_hz,
                 .resampling = {},
                 .window_start_s = 0.0,
                 .window_stop_s = 0.0};
  std::vector<std::string>& reasons = out.quality.reasons;

  if (rate_hz < min_rate_hz || rate_hz > max_rate_hz) {  // nothing is computed at such a rate
    reasons.push_back("the sampling rate of " + shortest(rate_hz) + " Hz is not one of an ECG, which has " +
                      shortest(min_rate_hz) + " to " + shortest(max_rate_hz) + " Hz");
    out.quality.verdict = "unacceptable";
    return out;
  }

  const auto wanted = static_cast<std::size_t>(std::llround(std::min(spec.duration_s * rate_hz, 1e15)));
  const std::size_t n_window = std::min(recording.n_samples(), std::max<std::size_t>(wanted, 1));
  out.summary.window_stop_s = static_cast<double>(n_window) / rate_hz;
  const bool too_short = static_cast<double>(n_window) < min_share_of_window * spec.duration_s * rate_hz;
  if (too_short) {
    reasons.push_back("the recording has " + shortest(recording.duration_s()) + " s, at least " +
                      shortest(min_share_of_window * spec.duration_s) + " s are needed");
  } else if (n_window < wanted) {
    out.warnings.push_back("the recording has " + shortest(recording.duration_s()) + " s; the model was made for " +
                           shortest(spec.duration_s) + " s");
  } else if (recording.n_samples() > n_window) {
    out.warnings.push_back("only the first " + shortest(spec.duration_s) + " s of " + shortest(recording.duration_s()) +
                           " s were analysed");
  }

  if (rate_hz < 0.9 * spec.sampling_rate_hz) {
    out.warnings.push_back("sampled at " + shortest(rate_hz) + " Hz, the model was made for " +
                           shortest(spec.sampling_rate_hz) + " Hz: detail above " + shortest(rate_hz / 2.0) +
                           " Hz is missing");
  }

  std::set<std::string> names;
  for (const std::string& lead : recording.leads()) {
    if (!names.insert(canonical_lead_name(lead)).second) {
      out.warnings.push_back("lead " + lead + " is there more than once; the first was used");
    }
  }

  const LeadSource<T> source(recording, n_window);
  LeadSentences sentences;
  std::vector<std::vector<double>> leads(spec.leads.size());
  double largest_mv = 0.0;
  for (std::size_t i = 0; i < spec.leads.size(); ++i) {
    const std::string& name = spec.leads[i];
    const auto foreign = source.foreign_unit(name);
    const bool recorded = source.has(name) && !foreign;
    const auto parents = recorded ? std::nullopt : source.parents_of(name);
    if (!recorded && !parents) {
      out.quality.leads.push_back({name, "unusable", {foreign ? "unit" : "missing"}});
      if (foreign) {
        sentences.add(name, " is in " + *foreign + ", not in a voltage", " are in " + *foreign + ", not in a voltage");
      } else {
        sentences.add(name, " is missing", " are missing");
      }
      continue;
    }
    leads[i] = recorded ? source.lead(name) : source.derived(name, *parents);
    LeadQuality quality{.lead = name, .verdict = "usable", .reasons = {}};
    if (n_window > 0) {
      const LeadChecks checks = check_lead(leads[i], rate_hz);
      largest_mv = std::max(largest_mv, checks.largest_mv);
      quality = judge(name, checks, n_window, rate_hz);
    }
    if (!recorded) quality.reasons.emplace_back("derived");
    if (quality.verdict == "unusable") {
      if (quality.reasons.front() == "gaps") {
        sentences.add(name, " has too many missing samples", " have too many missing samples");
      } else {
        sentences.add(name, " is flat", " are flat");
      }
    }
    out.quality.leads.push_back(std::move(quality));
  }
  sentences.append_to(reasons);
  judge_seconds(spec.leads, leads, rate_hz, out.quality, out.warnings);
  if (largest_mv > max_plausible_mv) {
    reasons.push_back("values up to " + shortest(largest_mv) + " mV are not an ECG's: the unit is wrong, or the signal is");
  }
  out.quality.verdict = reasons.empty() ? "acceptable" : "unacceptable";
  if (!reasons.empty()) return out;

  warn_per_reason(out.quality.leads, out.warnings);
  check_einthoven(spec.leads, leads, out.warnings);

  const bool resampled = rate_hz != spec.sampling_rate_hz;
  const auto ratio = resampled ? signal::resample_ratio(rate_hz, spec.sampling_rate_hz) : signal::ResampleRatio{1, 1};
  if (resampled) {
    out.summary.resampling =
        "polyphase FIR, Kaiser window (beta 5), " + std::to_string(ratio.up) + "/" + std::to_string(ratio.down);
  }
  const auto n_model = static_cast<std::size_t>(std::llround(spec.duration_s * spec.sampling_rate_hz));
  for (auto& x : leads) {
    bridge_gaps(x);
    if (resampled) {
      x = signal::resample_poly(std::span<const double>(x), ratio.up, ratio.down,
                                {.kaiser_beta = 5.0, .padding = signal::ResamplePadding::line});
    }
    if (x.size() > n_model) x.resize(n_model);  // the rate's rounding may give one sample more
    out.n_samples = x.size();
    out.signal.insert(out.signal.end(), x.begin(), x.end());
  }
  return out;
}

template PreparedInput prepare<double>(const BasicRecording<double>&, const InputSpec&);
template PreparedInput prepare<float>(const BasicRecording<float>&, const InputSpec&);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
