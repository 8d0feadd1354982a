#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/sha256.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// The names of a feature vector in their order, and the definition they follow. A model is trained on one schema and
/// refuses any other: equal numbers of columns are no proof of equal columns.
struct FeatureSchema {
  std::string definition;          ///< name and version of the extractor, such as "summary_statistics/1"
  std::vector<std::string> names;  ///< one per column

  /// SHA-256 over definition and names; changes when a name, the order or the definition changes.
  [[nodiscard]] std::string fingerprint() const {
    Sha256 hash;
    hash.update(definition);
    for (const auto& name : names) {
      hash.update("\n");
      hash.update(name);
    }
    return hash.hex_digest();
  }

  friend bool operator==(const FeatureSchema&, const FeatureSchema&) = default;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
