#pragma once

#include <heartsight/calibration/calibration_band.hpp>
#include <heartsight/calibration/calibrator.hpp>
#include <heartsight/calibration/softmax_calibrator.hpp>
#include <heartsight/core/export.hpp>
#include <heartsight/features/feature_schema.hpp>
#include <heartsight/models/tree_ensemble.hpp>
#include <heartsight/pipeline/action.hpp>
#include <heartsight/pipeline/monitor.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// What a bundle's model expects to see.
struct InputSpec {
  std::string kind = "ecg";
  std::string units = "mV";
  std::vector<std::string> leads;  ///< in this order
  double sampling_rate_hz = 0.0;
  double duration_s = 0.0;

  friend bool operator==(const InputSpec&, const InputSpec&) = default;
};

/// One model of a bundle. Models that score one class are averaged by their weights before calibration.
struct BundleModel {
  std::vector<std::string> classes;  ///< one name: its positive class; or one per class of the model
  double weight = 1.0;               ///< positive
  models::TreeEnsemble ensemble;
};

/// One class that a bundle answers for.
struct BundleClass {
  std::string name;
  calibration::Calibrator calibrator;
  calibration::CalibrationBand band;
  double threshold = 0.5;  ///< on the calibrated probability
};

/// Quantiles of every feature over the training data: what later data are compared with.
struct DriftReference {
  std::vector<double> level;     ///< ascending in [0, 1]
  std::vector<double> quantile;  ///< (n_features, level.size())
};

/// Performance in one group of the training data, out of fold.
struct SubgroupBaseline {
  std::string group;  ///< such as "sex=female" or "age=65+"
  std::int64_t n = 0;
  std::vector<std::int64_t> n_positive;  ///< per class
  std::vector<double> auroc;             ///< per class; NaN where one outcome is missing

  friend bool operator==(const SubgroupBaseline&, const SubgroupBaseline&) = default;
};

/// Simulated inputs and what the bundle answered when it was made: replayed whenever it is loaded.
struct Golden {
  std::vector<float> signal;        ///< (n, n_leads, n_samples) at the model's rate; never a patient's
  std::vector<double> probability;  ///< (n, n_classes)
  std::vector<std::int32_t> leaf;   ///< (n, trees of all models)
  std::size_t n = 0;
  double probability_tolerance = 1e-6;  ///< absolute; leaves must be equal
};

struct DataLicence {
  std::string name;
  std::string licence;
  std::string source;  ///< DOI

  friend bool operator==(const DataLicence&, const DataLicence&) = default;
};

/// Everything between a recording and a report, in one file that holds no code: see docs/bundle-format.md.
struct Bundle {
  static constexpr int schema_version = 1;

  std::string name;
  std::string version;
  InputSpec input;
  features::FeatureSchema features;
  std::vector<BundleClass> classes;
  std::vector<BundleModel> models;
  /// For classes of which exactly one holds: calibrates the scores of all of them together, before the calibrator of each.
  /// Its columns stand in the order of `classes`. Every model has to score every class then; the scores are made shares of
  /// their sum.
  std::optional<calibration::SoftmaxCalibrator> joint_calibrator;
  std::string threshold_rule;
  double band_level = 0.95;
  std::vector<ActionRule> actions;
  std::size_t max_actions = 5;
  DriftReference drift_reference;
  std::vector<SubgroupBaseline> subgroups;
  /// What a Monitor behind this model compares with: null where there is none.
  std::shared_ptr<const MonitorReference> monitor_reference;
  Golden golden;
  std::string intended_use;
  std::vector<std::string> limits;
  std::vector<DataLicence> data_licences;
  std::string provenance = "{}";  ///< a JSON object: data, splits, seeds, versions, metrics with intervals
  std::string manifest_digest;    ///< SHA-256 of the manifest; set by reading

  [[nodiscard]] std::vector<std::string> class_names() const {
    std::vector<std::string> names;
    for (const auto& c : classes) names.push_back(c.name);
    return names;
  }
};

/// The same bundle with a monitor reference made from these cases, for its own classes and thresholds.
/// @param cases at least 20; their probabilities must be those of recordings that the model has not seen.
/// @throws as the constructor of MonitorReference.
[[nodiscard]] HEARTSIGHT_EXPORT Bundle with_monitor_reference(Bundle bundle, std::span<const MonitoredCase> cases);

/// The bytes of a bundle; equal bundles give equal bytes.
/// @throws DomainError the parts of the bundle contradict each other; the message names the field.
[[nodiscard]] HEARTSIGHT_EXPORT std::vector<std::byte> write_bundle(const Bundle& bundle);
HEARTSIGHT_EXPORT void write_bundle(const Bundle& bundle, const std::filesystem::path& path);

/// Reads a bundle: container, manifest digest, schema, the digest of every tensor, sizes, and every index of every tree are
/// checked. Golden inputs are replayed by Analyzer, which every use of a bundle goes through.
/// @throws FormatError naming what differs.
[[nodiscard]] HEARTSIGHT_EXPORT Bundle read_bundle(std::span<const std::byte> bytes);
[[nodiscard]] HEARTSIGHT_EXPORT Bundle read_bundle(const std::filesystem::path& path);

/// The manifest of a bundle file as it stands there (JSON), after the checks of read_bundle.
[[nodiscard]] HEARTSIGHT_EXPORT std::string read_manifest(const std::filesystem::path& path);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
