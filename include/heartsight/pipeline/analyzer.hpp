#pragma once

#include <heartsight/core/export.hpp>
#include <heartsight/core/recording.hpp>
#include <heartsight/pipeline/bundle.hpp>
#include <heartsight/pipeline/explanation.hpp>
#include <heartsight/pipeline/report.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

struct AnalyzeOptions {
  /// Empty for the default; "mlops_phase1" (the most probable class is the one finding, no action) or
  /// "clinical_recommender" (findings above 0.3, that system's actions in its own words).
  std::string protocol;
};

/// Turns recordings into reports with one bundle. Immutable: const calls are safe from any number of threads, and copies
/// share the bundle.
class HEARTSIGHT_EXPORT Analyzer {
 public:
  /// A bundle made in memory gets its digest here; after changing one that was read, clear its manifest_digest.
  /// @throws FormatError its parts contradict each other, or its golden inputs do not give the stored outputs, or it has
  /// none.
  explicit Analyzer(Bundle bundle);

  /// Reads and checks a bundle file. @throws FormatError naming what differs.
  [[nodiscard]] static Analyzer load(const std::filesystem::path& path);

  /// The report on one recording.
  ///
  /// Leads are found by name in any order; a missing limb lead is derived from two others. The rate is brought to the
  /// model's by polyphase resampling. The first duration_s of the bundle's input are analysed. A recording that cannot be
  /// analysed (missing, flat or mostly absent leads, too short, sampled below 40 Hz) is a report of status not_analyzed, not
  /// an error.
  /// @throws DomainError an unknown protocol.
  [[nodiscard]] Report analyze(const Recording& recording, const AnalyzeOptions& options = {}) const;
  [[nodiscard]] Report analyze(const RecordingFloat32& recording, const AnalyzeOptions& options = {}) const;

  /// Reports on many recordings, in their order, on n_threads threads that are joined before it returns.
  [[nodiscard]] std::vector<Report> analyze(std::span<const Recording> recordings, std::size_t n_threads,
                                            const AnalyzeOptions& options = {}) const;

  /// What the probabilities rest on: for each class, the parts of the tracing that would change its probability most if
  /// their numbers were those of a typical recording (the medians of the training data), all others staying as they are.
  ///
  /// Changes do not add up: parts that say the same can stand in for each other, and none of them moves the class alone.
  /// What moved the model is no cause of disease. Empty for a recording that cannot be analysed.
  /// @throws DomainError a class that the bundle does not have; smallest_change outside [0, 1].
  [[nodiscard]] std::vector<Explanation> explain(const Recording& recording, const ExplainOptions& options = {}) const;
  [[nodiscard]] std::vector<Explanation> explain(const RecordingFloat32& recording,
                                                 const ExplainOptions& options = {}) const;

  [[nodiscard]] const Bundle& bundle() const noexcept { return *bundle_; }

 private:
  std::shared_ptr<const Bundle> bundle_;
};

/// Fills a bundle's golden part from simulated recordings, one per morphology that it holds for.
/// @param n  how many, 1 to 16.
/// @throws DomainError n is out of range, a lead is none of the standard twelve, or the bundle's parts contradict each
/// other. @throws FormatError this version cannot compute its features.
HEARTSIGHT_EXPORT void add_golden(Bundle& bundle, std::size_t n = 3);

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
