#pragma once

#include <heartsight/features/recording_measurements.hpp>
#include <heartsight/pipeline/bundle.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// Score of each class of the bundle for one feature row, before the class's own calibrator: the weighted mean of the models
/// that score it, calibrated together with the others where the bundle does that.
[[nodiscard]] std::vector<double> class_scores(const Bundle& bundle, std::span<const double> features);

/// The same of one class alone: models that do not score it are left out.
[[nodiscard]] double class_score(const Bundle& bundle, std::span<const double> features, std::size_t class_index);

/// The leaf that each tree of each model ends in, models one after the other.
[[nodiscard]] std::vector<std::int32_t> leaves(const Bundle& bundle, std::span<const double> features);

/// Features of a prepared signal, and what they were taken from.
struct Extracted {
  std::vector<double> features;
  std::optional<features::Measurements> measurements;  ///< where the bundle's features are measurements
};

/// Features of a prepared signal (n_leads, n_samples) by the bundle's schema.
[[nodiscard]] Extracted extract(const Bundle& bundle, std::span<const double> signal, std::size_t n_samples);

/// Whether this build can compute the bundle's features. @throws FormatError when not, naming the definition.
void require_known_features(const Bundle& bundle);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
