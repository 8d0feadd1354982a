#include "pipeline/scoring.hpp"

#include <heartsight/features/measurement_schema.hpp>
#include <heartsight/features/measurements.hpp>
#include <heartsight/features/summary_statistics.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

void require_known_features(const Bundle& bundle) {
  const std::string fingerprint = bundle.features.fingerprint();
  for (const auto& known :
       {features::summary_statistics_schema(bundle.input.leads), features::measurement_schema(bundle.input.leads)}) {
    if (fingerprint == known.fingerprint()) return;
  }
  throw FormatError("bundle: features: definition \"" + bundle.features.definition + "\" with " +
                    std::to_string(bundle.features.names.size()) + " names is not one this version computes");
}

Extracted extract(const Bundle& bundle, std::span<const double> signal, std::size_t n_samples) {
  const MatrixView<const double> leads(signal.data(), bundle.input.leads.size(), n_samples);
  const bool measured = bundle.features.definition == features::measurement_schema({}).definition;
  if (!measured) return {.features = features::summary_statistics(leads), .measurements = std::nullopt};
  auto measurements = features::measurements(leads, bundle.input.sampling_rate_hz, bundle.input.leads);
  auto values = measurements.values();
  return {.features = std::move(values), .measurements = std::move(measurements)};
}

namespace {

/// Scores of all classes, or of one: the others' are NaN then.
std::vector<double> scores_of(const Bundle& bundle, std::span<const double> features, std::optional<std::size_t> only) {
  const std::vector<float> row(features.begin(), features.end());
  std::vector<double> sum(bundle.classes.size(), 0.0);
  std::vector<double> weight(bundle.classes.size(), 0.0);
  std::vector<double> probability;
  for (const BundleModel& model : bundle.models) {
    if (only && std::find(model.classes.begin(), model.classes.end(), bundle.classes[*only].name) == model.classes.end())
      continue;
    probability.resize(model.ensemble.n_classes());
    model.ensemble.predict_proba_row(row, probability);
    for (std::size_t k = 0; k < model.classes.size(); ++k) {
      const auto place = static_cast<std::size_t>(std::find_if(bundle.classes.begin(), bundle.classes.end(),
                                                               [&](const auto& c) { return c.name == model.classes[k]; }) -
                                                  bundle.classes.begin());
      sum[place] += model.weight * (model.classes.size() == 1 ? probability[1] : probability[k]);
      weight[place] += model.weight;
    }
  }
  for (std::size_t k = 0; k < sum.size(); ++k) sum[k] = std::clamp(sum[k] / weight[k], 0.0, 1.0);
  if (!bundle.joint_calibrator) return sum;
  // Leaves that are probabilities need not sum to 1 over the classes; the calibrator is one of shares.
  double total = 0.0;
  for (const double score : sum) total += score;
  for (double& score : sum) score = total > 0.0 ? score / total : 1.0 / static_cast<double>(sum.size());
  return bundle.joint_calibrator->transform(MatrixView<const double>(sum.data(), 1, sum.size()));
}

}  // namespace

std::vector<double> class_scores(const Bundle& bundle, std::span<const double> features) {
  return scores_of(bundle, features, std::nullopt);
}

double class_score(const Bundle& bundle, std::span<const double> features, std::size_t class_index) {
  return scores_of(bundle, features, class_index)[class_index];
}

std::vector<std::int32_t> leaves(const Bundle& bundle, std::span<const double> features) {
  std::vector<std::int32_t> all;
  const MatrixView<const double> row(features.data(), 1, features.size());
  for (const BundleModel& model : bundle.models) {
    std::vector<std::int32_t> leaf(model.ensemble.n_trees());
    model.ensemble.predict_leaf(row, MatrixView<std::int32_t>(leaf.data(), 1, leaf.size()));
    all.insert(all.end(), leaf.begin(), leaf.end());
  }
  return all;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
