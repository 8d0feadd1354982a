#pragma once

#include <heartsight/features/summary_statistics.hpp>
#include <heartsight/pipeline/analyzer.hpp>
#include <heartsight/pipeline/bundle.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace heartsight::test {

/// "feature < threshold ? low : high" as a binary model; the values are margins.
inline models::TreeEnsemble stump(std::size_t n_features, std::int32_t feature, float threshold, double low, double high) {
  models::TreeArrays a;
  a.tree_offset = {0, 3};
  a.tree_group = {0};
  a.tree_weight = {1.0};
  a.split_feature = {feature, -1, -1};
  a.threshold = {threshold, 0, 0};
  a.left_child = {1, -1, -1};
  a.right_child = {2, -1, -1};
  a.default_left = {1, 0, 0};
  a.node_id = {0, 1, 2};
  a.leaf_value = {low, high};
  a.iteration_offset = {0, 1};
  a.base_margin = {0.0};
  a.n_features = static_cast<std::int64_t>(n_features);
  a.n_classes = 2;
  a.transform = models::Transform::sigmoid;
  a.objective = "binary:logistic";
  return models::TreeEnsemble(std::move(a));
}

struct TinyBundleOptions {
  std::vector<std::string> leads = {"I", "II"};
  double sampling_rate_hz = 50.0;
  double duration_s = 1.0;
  std::vector<std::string> classes = {"NORM", "MI"};
  std::size_t n_golden = 2;
};

/// A bundle whose answers can be read off: class k is likely when feature k of the first lead (mean, std, min ...) is high.
inline pipeline::Bundle tiny_bundle(const TinyBundleOptions& options = {}) {
  pipeline::Bundle b;
  b.name = "tiny";
  b.version = "1";
  b.input = {.leads = options.leads, .sampling_rate_hz = options.sampling_rate_hz, .duration_s = options.duration_s};
  b.features = features::summary_statistics_schema(options.leads);
  const auto n_features = b.features.names.size();
  for (std::size_t k = 0; k < options.classes.size(); ++k) {
    calibration::Calibrator calibrator = calibration::Beta(1.0, 1.0, 0.0);
    if (k % 4 == 1) calibrator = calibration::Isotonic({0.1, 0.5, 0.9}, {0.05, 0.5, 0.95});
    if (k % 4 == 2) calibrator = calibration::Platt(1.0, 0.0);
    if (k % 4 == 3) calibrator = calibration::Temperature(1.5);
    b.classes.push_back({.name = options.classes[k],
                         .calibrator = calibrator,
                         .band = {.score = {0.0, 0.5, 1.0}, .low = {0.0, 0.4, 0.8}, .high = {0.2, 0.6, 1.0}},
                         .threshold = 0.5});
    b.models.push_back({.classes = {options.classes[k]},
                        .weight = 1.0,
                        .ensemble = stump(n_features, static_cast<std::int32_t>(k), 0.1F,
                                          -1.5 - 0.125 * static_cast<double>(k), 1.5 + 0.125 * static_cast<double>(k))});
  }
  b.threshold_rule = "0.5 for every class";
  for (const auto& rule : pipeline::default_action_rules()) {
    for (const auto& name : options.classes) {
      if (rule.finding == name) b.actions.push_back(rule);
    }
  }
  b.drift_reference.level = {0.0, 0.5, 1.0};
  for (std::size_t f = 0; f < n_features; ++f)
    b.drift_reference.quantile.insert(b.drift_reference.quantile.end(), {-1, 0, 1});
  b.subgroups = {{.group = "sex=female",
                  .n = 10,
                  .n_positive = std::vector<std::int64_t>(options.classes.size(), 4),
                  .auroc = std::vector<double>(options.classes.size(), 0.75)}};
  b.intended_use = "tests";
  b.limits = {"made by hand"};
  b.data_licences = {{.name = "none", .licence = "CC0-1.0", .source = "made by hand"}};
  b.provenance = R"({"seed":1})";
  pipeline::add_golden(b, options.n_golden);
  return b;
}

/// The same for the 12 leads and five classes of the default model: 100 Hz, 10 s.
inline pipeline::Bundle tiny_ecg_bundle() {
  return tiny_bundle({.leads = {standard_leads.begin(), standard_leads.end()},
                      .sampling_rate_hz = 100.0,
                      .duration_s = 10.0,
                      .classes = {"NORM", "MI", "STTC", "CD", "HYP"},
                      .n_golden = 1});
}

}  // namespace heartsight::test
