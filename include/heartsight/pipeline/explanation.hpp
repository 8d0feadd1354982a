#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/version.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// A number that the model went by, beside what is usual in the recordings that it learnt from.
struct ExplainedFeature {
  std::string name;   ///< as in the bundle's schema
  std::string unit;   ///< empty where the schema has none
  double value;       ///< NaN when it could not be measured
  double typical;     ///< the median
  double percentile;  ///< percent of those recordings that lie below, 0 to 100; NaN with the value

  friend bool operator==(const ExplainedFeature&, const ExplainedFeature&) = default;
};

/// Numbers of one part of the tracing in one group of leads, taken together.
struct Contribution {
  std::string part;                        ///< such as "ST segment"
  std::string leads;                       ///< such as "II, III, aVF", or "all leads"
  double probability_without;              ///< of the class, were these numbers typical and all others as they are
  std::vector<ExplainedFeature> features;  ///< those of them that move the class most, each by itself

  friend bool operator==(const Contribution&, const Contribution&) = default;
};

/// What one class's probability rests on.
struct Explanation {
  std::string name;
  double probability;
  std::vector<Contribution> contributions;  ///< by the size of the change, largest first

  /// In words, a line per contribution.
  [[nodiscard]] HEARTSIGHT_EXPORT std::string to_text() const;

  friend bool operator==(const Explanation&, const Explanation&) = default;
};

struct ExplainOptions {
  std::vector<std::string> classes = {};  ///< empty: the findings, or the most probable class where there is none
  std::size_t n_contributions = 5;        ///< at most so many for each class
  std::size_t n_features = 3;             ///< at most so many for each contribution
  double smallest_change = 0.01;          ///< of the probability; smaller ones are left out
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
