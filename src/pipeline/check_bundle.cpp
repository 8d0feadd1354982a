#include "pipeline/check_bundle.hpp"

#include <heartsight/core/lead.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

std::size_t golden_length(const InputSpec& input) {
  return static_cast<std::size_t>(std::llround(input.sampling_rate_hz * input.duration_s));
}

std::size_t n_trees(const Bundle& bundle) {
  std::size_t n = 0;
  for (const auto& m : bundle.models) n += m.ensemble.n_trees();
  return n;
}

template <class Exception>
void check_bundle(const Bundle& b) {
  const auto require = [](bool holds, const std::string& field, const std::string& rule) {
    if (!holds) throw Exception("bundle: " + field + ": " + rule);
  };
  require(!b.name.empty(), "name", "must not be empty");
  require(b.input.kind == "ecg", "input.kind", "must be ecg");
  require(b.input.units == "mV", "input.units", "must be mV");
  require(!b.input.leads.empty(), "input.leads", "must not be empty");
  std::set<std::string> leads;
  for (const std::string& lead : b.input.leads) {
    require(!canonical_lead_name(lead).empty() && leads.insert(canonical_lead_name(lead)).second, "input.leads",
            "must be unique and not empty");
  }
  require(b.input.sampling_rate_hz >= 20.0 && b.input.sampling_rate_hz <= 1e4, "input.sampling_rate_hz",
          "must lie in [20, 1e4]");
  require(b.input.duration_s >= 1.0 && b.input.duration_s <= 3600.0, "input.duration_s", "must lie in [1, 3600]");
  require(!b.features.names.empty(), "features.names", "must not be empty");
  require(!b.classes.empty(), "classes", "must not be empty");
  const auto names = b.class_names();
  for (std::size_t i = 0; i < b.classes.size(); ++i) {
    const BundleClass& c = b.classes[i];
    const std::string field = "classes[" + std::to_string(i) + "]";
    require(!c.name.empty() && std::count(names.begin(), names.end(), c.name) == 1, field + ".name",
            "must be unique and not empty");
    require(std::visit([](const auto& fitted) { return fitted.is_fitted(); }, c.calibrator), field + ".calibrator",
            "is not fitted");
    require(c.threshold > 0.0 && c.threshold <= 1.0, field + ".threshold", "must lie in (0, 1]");
    require(
        c.band.score.size() >= 2 && c.band.low.size() == c.band.score.size() && c.band.high.size() == c.band.score.size(),
        field + ".band", "score, low and high must have one size, at least 2");
    for (std::size_t k = 0; k < c.band.score.size(); ++k) {
      require(c.band.score[k] >= 0.0 && c.band.score[k] <= 1.0 && (k == 0 || c.band.score[k] > c.band.score[k - 1]),
              field + ".band.score", "must increase within [0, 1]");
      require(c.band.low[k] >= 0.0 && c.band.low[k] <= c.band.high[k] && c.band.high[k] <= 1.0, field + ".band",
              "must be 0 <= low <= high <= 1");
    }
  }
  require(!b.models.empty(), "models", "must not be empty");
  std::vector<bool> scored(names.size(), false);
  for (std::size_t i = 0; i < b.models.size(); ++i) {
    const BundleModel& m = b.models[i];
    const std::string field = "models[" + std::to_string(i) + "]";
    require(m.weight > 0.0 && m.weight <= 1e6, field + ".weight", "must lie in (0, 1e6]");
    require(m.ensemble.n_features() == b.features.names.size(), field,
            "has " + std::to_string(m.ensemble.n_features()) + " features, the schema has " +
                std::to_string(b.features.names.size()));
    const bool one_vs_rest = m.classes.size() == 1 && m.ensemble.n_classes() == 2;
    require(one_vs_rest || (m.classes.size() > 1 && m.classes.size() == m.ensemble.n_classes()), field + ".classes",
            "must name the positive class of a binary model, or every class of a multi-class one");
    for (const auto& name : m.classes) {
      const auto place = std::find(names.begin(), names.end(), name) - names.begin();
      require(static_cast<std::size_t>(place) < names.size(), field + ".classes", name + " is not a class of the bundle");
      scored[static_cast<std::size_t>(place)] = true;
    }
  }
  for (std::size_t i = 0; i < names.size(); ++i) require(scored[i], "models", "none scores class " + names[i]);
  if (b.joint_calibrator) {
    require(b.joint_calibrator->is_fitted(), "joint_calibrator", "is not fitted");
    require(b.joint_calibrator->n_classes() == names.size(), "joint_calibrator", "must be for the classes of the bundle");
    require(names.size() >= 2, "joint_calibrator", "needs at least two classes");
    for (const BundleModel& m : b.models) {
      const std::set<std::string> scored_here(m.classes.begin(), m.classes.end());
      require(m.classes.size() == names.size() && scored_here.size() == names.size(), "joint_calibrator",
              "needs models that score every class once");
    }
  }
  require(b.band_level > 0.0 && b.band_level < 1.0, "band_level", "must lie in (0, 1)");
  require(b.max_actions >= 1 && b.max_actions <= 100, "actions.max", "must lie in [1, 100]");
  for (const ActionRule& rule : b.actions) {
    require(std::count(names.begin(), names.end(), rule.finding) == 1, "actions",
            rule.finding + " is not a class of the bundle");
    require(!rule.code.empty() && !rule.text.empty(), "actions", "code and text must not be empty");
  }
  require(b.drift_reference.quantile.size() == b.drift_reference.level.size() * b.features.names.size(), "drift_reference",
          "must have one quantile per level and feature");
  const auto& level = b.drift_reference.level;
  for (std::size_t i = 0; i < level.size(); ++i) {
    require(level[i] >= 0.0 && level[i] <= 1.0 && (i == 0 || level[i] > level[i - 1]), "drift_reference.level",
            "must increase within [0, 1]");
  }
  for (std::size_t i = 0; i < b.drift_reference.quantile.size(); ++i) {
    // NaN stands for a feature that had no value in the training data.
    require(i % level.size() == 0 || !(b.drift_reference.quantile[i] < b.drift_reference.quantile[i - 1]),
            "drift_reference.quantile", "must not decrease within a feature");
  }
  for (const SubgroupBaseline& g : b.subgroups) {
    require(g.n_positive.size() == names.size() && g.auroc.size() == names.size(), "subgroups",
            g.group + ": one entry per class");
    for (std::size_t k = 0; k < names.size(); ++k) {
      require(g.n_positive[k] >= 0 && g.n_positive[k] <= g.n, "subgroups", g.group + ": n_positive must lie in [0, n]");
      require(std::isnan(g.auroc[k]) || (g.auroc[k] >= 0.0 && g.auroc[k] <= 1.0), "subgroups",
              g.group + ": auroc must lie in [0, 1]");
    }
  }
  if (b.monitor_reference) {
    require(b.monitor_reference->classes() == names, "monitor_reference", "must be for the classes of the bundle");
    for (std::size_t k = 0; k < names.size(); ++k) {
      require(b.monitor_reference->thresholds()[k] == b.classes[k].threshold, "monitor_reference",
              "has another threshold for " + names[k]);
    }
  }
  const Golden& g = b.golden;
  require(g.n <= 1000, "golden.n", "must be at most 1000");
  require(g.signal.size() == g.n * b.input.leads.size() * golden_length(b.input), "golden.signal", "has a wrong size");
  require(std::all_of(g.signal.begin(), g.signal.end(), [](float v) { return std::isfinite(v); }), "golden.signal",
          "must be finite");
  require(g.probability.size() == g.n * names.size(), "golden.probability", "has a wrong size");
  require(g.leaf.size() == g.n * n_trees(b), "golden.leaf", "has a wrong size");
  require(g.probability_tolerance >= 0.0 && g.probability_tolerance <= 1e-3, "golden.probability_tolerance",
          "must lie in [0, 1e-3]");
}

template void check_bundle<DomainError>(const Bundle&);
template void check_bundle<FormatError>(const Bundle&);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
