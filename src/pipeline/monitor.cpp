#include <heartsight/pipeline/monitor.hpp>

#include <heartsight/core/check.hpp>
#include <heartsight/core/poisson_binomial.hpp>
#include <heartsight/core/state_bytes.hpp>
#include <heartsight/fairness/equal_rates_p_value.hpp>
#include <heartsight/fairness/group_rate.hpp>
#include <heartsight/metrics/multiple_testing.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

namespace {

constexpr std::string_view output_prefix = "probability_";
constexpr std::string_view sound_prefix = "sound_";
constexpr std::string_view quality_column = "analyzed";

/// The numeric columns of a case, in the order of the reference: profile, heart rate, heart sounds, probabilities.
std::vector<std::string> column_names(const std::vector<std::string>& classes) {
  std::vector<std::string> names;
  for (const auto& field : signal::signal_profile_fields) names.emplace_back(field.name);
  names.emplace_back("heart_rate_bpm");
  for (const auto& field : signal::heart_sound_profile_fields) {
    names.push_back(std::string(sound_prefix).append(field.name));
  }
  for (const auto& name : classes) names.push_back(std::string(output_prefix).append(name));
  return names;
}

/// NaN where a case has none, as an ECG has no heart sounds.
std::vector<double> column_values(const MonitoredCase& one, std::size_t n_classes) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> values;
  for (const auto& field : signal::signal_profile_fields) values.push_back(one.profile.*field.value);
  values.push_back(one.heart_rate_bpm);
  for (const auto& field : signal::heart_sound_profile_fields) {
    values.push_back(one.heart_sounds ? (*one.heart_sounds).*field.value : nan);
  }
  for (std::size_t c = 0; c < n_classes; ++c) values.push_back(one.analyzed ? one.probability[c] : nan);
  return values;
}

void check_case(const char* where, const MonitoredCase& one, std::size_t n_classes) {
  if (!one.analyzed) return;
  check::has_size(where, "probability", one.probability.size(), n_classes);
  check::in_closed_range<double>(where, "probability", one.probability, 0.0, 1.0);
  if (one.label.empty()) return;
  check::has_size(where, "label", one.label.size(), n_classes);
  check::in_closed_range<std::int64_t>(where, "label", one.label, -1, 1);
}

std::string percent(double share) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f %%", 100.0 * share);
  return text.data();
}

std::string kind_of(const std::string& column) {
  if (column == quality_column) return "quality";
  return column.starts_with(output_prefix) ? "output" : "signal";
}

}  // namespace

MonitorReference::MonitorReference(std::vector<std::string> classes, std::vector<double> thresholds,
                                   std::span<const MonitoredCase> cases)
    : classes_(std::move(classes)), thresholds_(std::move(thresholds)), n_cases_(static_cast<std::int64_t>(cases.size())) {
  constexpr auto where = "MonitorReference";
  check::not_empty(where, "classes", classes_.size());
  check::same_size(where, "classes", classes_.size(), "thresholds", thresholds_.size());
  if (cases.size() < 20) {
    check::detail::fail<ShapeError>(where, "cases", check::detail::show(cases.size()), "must be at least 20");
  }
  for (const double threshold : thresholds_) groups_.emplace_back(threshold);
  std::int64_t n_analyzed = 0;
  for (const MonitoredCase& one : cases) {
    check_case(where, one, classes_.size());
    if (!one.analyzed) continue;
    ++n_analyzed;
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      for (const auto& group : one.groups)
        groups_[c].update(group, one.probability[c], one.label.empty() ? -1 : one.label[c]);
    }
  }
  if (n_analyzed == 0) check::detail::fail<DomainError>(where, "cases", "", "none was analysed");
  const auto names = column_names(classes_);
  std::vector<std::vector<double>> values(names.size());
  for (const MonitoredCase& one : cases) {
    const auto row = column_values(one, classes_.size());
    for (std::size_t k = 0; k < row.size(); ++k) values[k].push_back(row[k]);
  }
  std::vector<drift::ReferenceColumn> columns;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const bool any = std::any_of(values[k].begin(), values[k].end(), [](double v) { return std::isfinite(v); });
    // What the reference never had cannot be compared; bundles without measurements have no heart rate, an ECG no sounds.
    if (any) columns.emplace_back(drift::NumericReference{names[k], std::span<const double>(values[k])});
  }
  columns.emplace_back(drift::CategoricalReference{
      std::string(quality_column), {"no", "yes"}, {static_cast<std::int64_t>(cases.size()) - n_analyzed, n_analyzed}, 0});
  drift_ = std::make_shared<const drift::DriftReference>(columns);
}

std::uint64_t MonitorReference::fingerprint() const {
  return heartsight::fingerprint(to_bytes());
}

std::vector<std::byte> MonitorReference::to_bytes() const {
  StateWriter writer("MREF", 1);
  writer.u64(classes_.size());
  for (const auto& name : classes_) writer.text(name);
  writer.f64s(thresholds_);
  writer.i64(n_cases_);
  writer.nested(drift_->to_bytes());
  for (const auto& state : groups_) writer.nested(state.to_bytes());
  return writer.finish();
}

MonitorReference MonitorReference::from_bytes(std::span<const std::byte> bytes) {
  StateReader reader(bytes, "MREF", 1);
  MonitorReference reference;
  const std::uint64_t n_classes = reader.u64();
  if (n_classes == 0 || n_classes > bytes.size()) reader.fail("number of classes");
  for (std::uint64_t c = 0; c < n_classes; ++c) reference.classes_.push_back(reader.text());
  reference.thresholds_ = reader.f64s();
  if (reference.thresholds_.size() != n_classes) reader.fail("number of thresholds");
  reference.n_cases_ = reader.i64();
  if (reference.n_cases_ < 20) reader.fail("number of cases");
  reference.drift_ = std::make_shared<const drift::DriftReference>(drift::DriftReference::from_bytes(reader.nested()));
  const auto names = column_names(reference.classes_);
  const auto& features = reference.drift_->features();
  for (std::size_t k = 0; k < features.size(); ++k) {
    const bool last = k + 1 == features.size();
    const bool known = last ? features[k].name == quality_column && features[k].kind == drift::ColumnKind::categorical
                            : features[k].kind == drift::ColumnKind::numeric &&
                                  std::find(names.begin(), names.end(), features[k].name) != names.end();
    if (!known) reader.fail("a column that no monitor watches");
  }
  for (std::uint64_t c = 0; c < n_classes; ++c) {
    reference.groups_.push_back(fairness::GroupState::from_bytes(reader.nested()));
    if (reference.groups_.back().threshold() != reference.thresholds_[c]) reader.fail("thresholds disagree");
  }
  reader.finish();
  return reference;
}

MonitorState::MonitorState(std::shared_ptr<const MonitorReference> reference)
    : reference_(std::move(reference)), drift_(reference_->drift()), calibration_(reference_->classes().size()) {
  for (const double threshold : reference_->thresholds()) groups_.emplace_back(threshold);
}

void MonitorState::add(const MonitoredCase& one) {
  const std::size_t n_classes = reference_->classes().size();
  check_case("MonitorState::add", one, n_classes);
  // Groups first: their number is limited, and a case is counted whole or not at all.
  if (one.analyzed) {
    auto groups = groups_;
    for (std::size_t c = 0; c < n_classes; ++c) {
      for (const auto& group : one.groups)
        groups[c].update(group, one.probability[c], one.label.empty() ? -1 : one.label[c]);
    }
    groups_ = std::move(groups);
    for (std::size_t c = 0; c < n_classes; ++c) {
      calibration_[c].update(one.probability[c], one.label.empty() ? -1 : one.label[c]);
    }
    ++n_analyzed_;
  }
  const auto names = column_names(reference_->classes());
  const auto& features = reference_->drift()->features();
  const auto values = column_values(one, n_classes);
  std::vector<drift::BatchColumn> batch;
  const std::int64_t analyzed = one.analyzed ? 1 : 0;
  for (std::size_t k = 0; k + 1 < features.size(); ++k) {
    const auto column = std::find(names.begin(), names.end(), features[k].name) - names.begin();
    batch.emplace_back(std::span<const double>(values).subspan(static_cast<std::size_t>(column), 1));
  }
  batch.emplace_back(std::span<const std::int64_t>(&analyzed, 1));
  drift_.update(batch);
}

void MonitorState::add_outcome(std::size_t class_index, double probability, std::int64_t label) {
  constexpr auto where = "MonitorState::add_outcome";
  if (class_index >= calibration_.size()) {
    check::detail::fail<DomainError>(where, "class_index", check::detail::show(class_index), "there is no such class");
  }
  check::in_closed_range<std::int64_t>(where, "label", std::span(&label, 1), 0, 1);
  calibration_[class_index].update(probability, label);
}

void MonitorState::merge(const MonitorState& other) {
  if (other.reference_ != reference_ && other.reference_->fingerprint() != reference_->fingerprint()) {
    check::detail::fail<DomainError>("MonitorState::merge", "other", "", "has another reference");
  }
  auto groups = groups_;
  for (std::size_t c = 0; c < groups.size(); ++c) groups[c].merge(other.groups_[c]);
  groups_ = std::move(groups);
  drift_.merge(other.drift_);
  for (std::size_t c = 0; c < calibration_.size(); ++c) calibration_[c].merge(other.calibration_[c]);
  n_analyzed_ += other.n_analyzed_;
}

namespace {

/// An alert that is one if its corrected p-value says so.
struct Candidate {
  MonitorAlert alert;
  double p_value;
  bool beyond_margin;
};

void raise(std::vector<MonitorAlert>& alerts, std::vector<Candidate>& family, double alpha) {
  std::vector<double> p_values;
  for (const Candidate& c : family) p_values.push_back(c.p_value);
  const auto adjusted = metrics::holm(p_values);
  for (std::size_t i = 0; i < family.size(); ++i) {
    if (!(adjusted[i] < alpha) || !family[i].beyond_margin) continue;
    family[i].alert.p_value = adjusted[i];
    alerts.push_back(std::move(family[i].alert));
  }
}

void judge_calibration(std::vector<Candidate>& family, const std::string& name, const calibration::CalibrationState& state,
                       const MonitorOptions& options, std::vector<std::string>& not_compared) {
  if (state.n() < options.min_cases) {
    not_compared.push_back("calibration of " + name + ": " + std::to_string(state.n()) + " cases with an outcome");
    return;
  }
  std::vector<ProbabilityCount> risks;
  for (const auto& cell : state.curve(calibration::CalibrationState::n_bins)) {
    if (cell.n > 0) risks.push_back({std::clamp(cell.mean_probability, 0.0, 1.0), cell.n});
  }
  const double p = poisson_binomial_p_value(risks, state.n_positive());
  const double gap = state.observed_rate() - state.mean_probability();
  std::string reason = std::to_string(state.n_positive()) + " of " + std::to_string(state.n()) +
                       " cases with an outcome had it (" + percent(state.observed_rate()) + "), " +
                       percent(state.mean_probability()) + " was expected: the probabilities are too " +
                       (gap > 0.0 ? "low" : "high");
  family.push_back({{"calibration", name, std::move(reason), p}, p, std::abs(gap) >= options.calibration_margin});
}

/// What a decision was in a group, outcomes known or not.
fairness::Share share_of(fairness::GroupRate rate, const fairness::GroupCell& cell) {
  if (rate == fairness::GroupRate::selection_rate) return {cell.n_called(), cell.n()};
  return fairness::share_of(rate, cell.labelled);
}

void judge_groups(std::vector<Candidate>& family, const std::string& name, const fairness::GroupState& now,
                  const fairness::GroupState& before, const MonitorOptions& options,
                  std::vector<std::string>& not_compared) {
  for (const auto& [group, cell] : now.cells()) {
    const auto found = before.cells().find(group);
    if (found == before.cells().end()) {
      not_compared.push_back(name + ", " + group + ": the reference has no such case");
      continue;
    }
    for (const auto rate : {fairness::GroupRate::selection_rate, fairness::GroupRate::sensitivity}) {
      const std::array<fairness::Share, 2> both = {share_of(rate, cell), share_of(rate, found->second)};
      if (both[0].whole < options.min_cases || both[1].whole < options.min_cases) {
        if (rate == fairness::GroupRate::selection_rate) {
          not_compared.push_back(name + ", " + group + ": " + std::to_string(both[0].whole) + " cases, in the reference " +
                                 std::to_string(both[1].whole));
        }
        continue;
      }
      const double p = fairness::equal_rates_p_value(both);
      std::string what = rate == fairness::GroupRate::sensitivity ? "sensitivity" : "share of findings";
      std::string reason = what + " " + percent(both[0].value()) + " (" + std::to_string(both[0].part) + " of " +
                           std::to_string(both[0].whole) + "), in the reference " + percent(both[1].value()) + " (" +
                           std::to_string(both[1].part) + " of " + std::to_string(both[1].whole) + ")";
      const bool beyond = std::abs(both[0].value() - both[1].value()) >= options.group_margin;
      family.push_back({{"group", name + ", " + group, std::move(reason), p}, p, beyond});
    }
  }
}

}  // namespace

MonitorResult MonitorState::result(const MonitorOptions& options) const {
  constexpr auto where = "MonitorState::result";
  if (!(options.alpha > 0.0 && options.alpha < 1.0)) {
    check::detail::fail<DomainError>(where, "alpha", check::detail::show(options.alpha), "must be between 0 and 1");
  }
  check::in_closed_range(where, "calibration_margin", options.calibration_margin, 0.0, 1.0);
  check::in_closed_range(where, "group_margin", options.group_margin, 0.0, 1.0);
  check::at_least<std::int64_t>(where, "min_cases", options.min_cases, 1);
  const double alpha = options.alpha / 3.0;
  MonitorResult result;
  result.n_cases = n_cases();
  result.n_analyzed = n_analyzed_;
  result.enough = n_cases() >= options.min_cases;
  drift::CompareOptions compare;
  compare.alpha = alpha;
  compare.min_count = options.min_cases;
  result.drift = drift_.result(compare);
  std::vector<Candidate> calibration_family;
  std::vector<Candidate> group_family;
  for (std::size_t c = 0; c < calibration_.size(); ++c) {
    const auto& state = calibration_[c];
    const std::string& name = reference_->classes()[c];
    result.classes.push_back({name, state.n(), state.mean_probability(), state.observed_rate(), state.brier_score(),
                              state.expected_calibration_error(), state.auroc()});
    judge_calibration(calibration_family, name, state, options, result.not_compared);
    judge_groups(group_family, name, groups_[c], reference_->groups()[c], options, result.not_compared);
  }
  if (!result.enough) return result;
  for (const auto& column : result.drift.columns) {
    if (column.verdict != drift::Verdict::drift) continue;
    result.alerts.push_back({kind_of(column.name), column.name, column.reason, column.adjusted_p_value});
  }
  raise(result.alerts, calibration_family, alpha);
  raise(result.alerts, group_family, alpha);
  return result;
}

std::vector<std::byte> MonitorState::to_bytes() const {
  StateWriter writer("MNTR", 1);
  writer.u64(reference_->fingerprint());
  writer.i64(n_analyzed_);
  writer.nested(drift_.to_bytes());
  for (const auto& state : calibration_) writer.nested(state.to_bytes());
  for (const auto& state : groups_) writer.nested(state.to_bytes());
  return writer.finish();
}

MonitorState MonitorState::from_bytes(std::span<const std::byte> bytes, std::shared_ptr<const MonitorReference> reference) {
  StateReader reader(bytes, "MNTR", 1);
  MonitorState state(std::move(reference));
  if (reader.u64() != state.reference_->fingerprint()) {
    check::detail::fail<DomainError>("MonitorState::from_bytes", "bytes", "", "belong to another reference");
  }
  state.n_analyzed_ = reader.i64();
  state.drift_ = drift::DriftState::from_bytes(reader.nested(), state.reference_->drift());
  if (state.n_analyzed_ < 0 || state.n_analyzed_ > state.n_cases()) reader.fail("number of analysed cases");
  for (auto& c : state.calibration_) c = calibration::CalibrationState::from_bytes(reader.nested());
  for (std::size_t c = 0; c < state.groups_.size(); ++c) {
    state.groups_[c] = fairness::GroupState::from_bytes(reader.nested());
    if (state.groups_[c].threshold() != state.reference_->thresholds()[c]) reader.fail("thresholds disagree");
  }
  reader.finish();
  return state;
}

Monitor::Monitor(std::shared_ptr<const MonitorReference> reference, std::int64_t window, std::size_t n_slots)
    : ring_(Ring::by_count("Monitor", "window", MonitorState(std::move(reference)), window, n_slots)) {}

Monitor Monitor::by_time(std::shared_ptr<const MonitorReference> reference, double duration, std::size_t n_slots) {
  return Monitor(Ring::by_time("Monitor::by_time", MonitorState(std::move(reference)), duration, n_slots));
}

void Monitor::add(const MonitoredCase& one) {
  ring_.require_count("Monitor::add");
  if (ring_.newest().n_cases() < ring_.per_slot()) {
    ring_.newest().add(one);
  } else {
    ring_.begin([&](MonitorState& slot) { slot.add(one); });  // a wrong case must not move the window
  }
}

void Monitor::add(const MonitoredCase& one, double time) {
  ring_.at("Monitor::add", time, [&](MonitorState& slot) { slot.add(one); });
}

void Monitor::add_outcome(std::size_t class_index, double probability, std::int64_t label) {
  ring_.require_count("Monitor::add_outcome");
  ring_.newest().add_outcome(class_index, probability, label);
}

void Monitor::add_outcome(std::size_t class_index, double probability, std::int64_t label, double time) {
  ring_.at("Monitor::add_outcome", time, [&](MonitorState& slot) { slot.add_outcome(class_index, probability, label); });
}

void Monitor::advance(double time) {
  ring_.at("Monitor::advance", time, [](MonitorState&) {});
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
