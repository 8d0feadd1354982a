#pragma once

#include <heartsight/calibration/calibration_state.hpp>
#include <heartsight/core/export.hpp>
#include <heartsight/drift/detail/slot_ring.hpp>
#include <heartsight/drift/drift_state.hpp>
#include <heartsight/fairness/group_state.hpp>
#include <heartsight/pipeline/monitored_case.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::pipeline {

/// What later cases are compared with: counts of the signals, outputs and groups of cases that are as they should be.
///
/// Watched columns: the numbers of SignalProfile, heart_rate_bpm, those of HeartSoundProfile as sound_<name>,
/// probability_<class> for each class (of all these those that had a value), and "analyzed" (yes or no). Immutable; no value
/// of a single patient but the quantiles that are edges of bins.
class HEARTSIGHT_EXPORT MonitorReference {
 public:
  /// @param classes (k,) names, thresholds (k,), as in the bundle. @param cases at least 20, with k probabilities where
  /// analysed.
  /// @throws ShapeError sizes differ, fewer than 20 cases. @throws DomainError no case was analysed.
  MonitorReference(std::vector<std::string> classes, std::vector<double> thresholds, std::span<const MonitoredCase> cases);

  [[nodiscard]] const std::vector<std::string>& classes() const noexcept { return classes_; }
  [[nodiscard]] const std::vector<double>& thresholds() const noexcept { return thresholds_; }
  [[nodiscard]] std::int64_t n_cases() const noexcept { return n_cases_; }
  [[nodiscard]] const std::shared_ptr<const drift::DriftReference>& drift() const noexcept { return drift_; }
  /// What was decided in each group of the reference, per class.
  [[nodiscard]] const std::vector<fairness::GroupState>& groups() const noexcept { return groups_; }
  /// The same for equal references alone.
  [[nodiscard]] std::uint64_t fingerprint() const;

  [[nodiscard]] std::vector<std::byte> to_bytes() const;
  /// @throws FormatError bytes that to_bytes did not write.
  [[nodiscard]] static MonitorReference from_bytes(std::span<const std::byte> bytes);

 private:
  MonitorReference() = default;
  std::vector<std::string> classes_;
  std::vector<double> thresholds_;
  std::int64_t n_cases_ = 0;
  std::shared_ptr<const drift::DriftReference> drift_;
  std::vector<fairness::GroupState> groups_;
};

struct MonitorOptions {
  double alpha = 0.05;               ///< chance of any false alert in one result, drift, calibration and groups together
  double calibration_margin = 0.05;  ///< a smaller gap of observed rate and mean probability raises no alert
  double group_margin = 0.1;         ///< a smaller change of a group's rate raises no alert
  std::int64_t min_cases = 20;       ///< with fewer cases nothing is said
};

/// Something a person should look at.
struct MonitorAlert {
  std::string kind;     ///< "signal", "output", "quality", "calibration" or "group"
  std::string subject;  ///< the column, class, or class and group
  std::string reason;   ///< in words, with the numbers
  double p_value;       ///< corrected

  friend bool operator==(const MonitorAlert&, const MonitorAlert&) = default;
};

/// How the model does on one class.
struct MonitoredClass {
  std::string name;
  std::int64_t n_with_outcome;
  double mean_probability;  ///< of the cases with an outcome; NaN without one, like the rest
  double observed_rate;
  double brier_score;
  double expected_calibration_error;
  double auroc;
};

struct MonitorResult {
  std::int64_t n_cases = 0;
  std::int64_t n_analyzed = 0;
  bool enough = false;  ///< at least min_cases; else no alert is raised, and that is no all-clear
  std::vector<MonitorAlert> alerts;
  std::vector<std::string> not_compared;  ///< classes without enough outcomes, groups without enough cases here or there
  drift::DriftReport drift;
  std::vector<MonitoredClass> classes;
};

/// What has been seen since it was made: counts alone, so that any order and any split of the same cases give the same state
/// and the same bytes, in C++, in Python, and over workers.
class HEARTSIGHT_EXPORT MonitorState {
 public:
  explicit MonitorState(std::shared_ptr<const MonitorReference> reference);

  /// @throws ShapeError another number of probabilities or labels than classes. @throws DomainError a probability outside
  /// [0, 1]. Nothing is counted then.
  void add(const MonitoredCase& one);
  /// An outcome that became known after its case was counted: it counts for the calibration of its class alone. The case is
  /// not counted again, and stays among those without an outcome in its groups. @throws DomainError no such class, a value
  /// out of range.
  void add_outcome(std::size_t class_index, double probability, std::int64_t label);
  /// @throws DomainError another reference.
  void merge(const MonitorState& other);

  [[nodiscard]] std::int64_t n_cases() const noexcept { return drift_.n_rows(); }
  [[nodiscard]] std::int64_t n_analyzed() const noexcept { return n_analyzed_; }
  [[nodiscard]] const std::vector<calibration::CalibrationState>& calibration() const noexcept { return calibration_; }
  [[nodiscard]] const std::vector<fairness::GroupState>& groups() const noexcept { return groups_; }
  [[nodiscard]] const std::shared_ptr<const MonitorReference>& reference() const noexcept { return reference_; }

  /// Tests what was seen against the reference. Three families (drift, calibration, groups) have a third of alpha each, and
  /// are corrected (Holm) within; an alert needs a significant difference *and* one beyond the margin. @throws DomainError
  /// options.
  [[nodiscard]] MonitorResult result(const MonitorOptions& options = {}) const;

  [[nodiscard]] std::vector<std::byte> to_bytes() const;
  /// @throws FormatError bytes that to_bytes did not write. @throws DomainError of another reference.
  [[nodiscard]] static MonitorState from_bytes(std::span<const std::byte> bytes,
                                               std::shared_ptr<const MonitorReference> reference);

 private:
  std::shared_ptr<const MonitorReference> reference_;
  drift::DriftState drift_;
  std::vector<calibration::CalibrationState> calibration_;
  std::vector<fairness::GroupState> groups_;
  std::int64_t n_analyzed_ = 0;
};

/// The latest cases, as a ring of states, the oldest of which is dropped as a whole. By count: the window moves on by a slot
/// when the newest is full. By time: it moves on with the time that the caller says, in any unit; nothing here reads a
/// clock.
class HEARTSIGHT_EXPORT Monitor {
 public:
  /// By count. @param window cases looked at, a multiple of n_slots. @throws DomainError not so, or not positive.
  explicit Monitor(std::shared_ptr<const MonitorReference> reference, std::int64_t window = 1000, std::size_t n_slots = 10);
  /// By time. @param duration looked at, in the unit of the times that add is given: n_slots stretches of equal length.
  /// @throws DomainError n_slots = 0, duration is not positive and finite.
  [[nodiscard]] static Monitor by_time(std::shared_ptr<const MonitorReference> reference, double duration,
                                       std::size_t n_slots = 10);

  /// @throws as MonitorState::add; DomainError the window goes by time. The window stays where it was then.
  void add(const MonitoredCase& one);
  /// A case of this time, which may go back within the present slot alone. @throws as MonitorState::add; DomainError time is
  /// not finite, before the present slot, or 2^53 slots or more from 0; the window goes by count.
  void add(const MonitoredCase& one, double time);
  /// As MonitorState::add_outcome, in the newest part of the window: it counts when it came, not when its case did.
  /// @throws as that; DomainError the window goes by time.
  void add_outcome(std::size_t class_index, double probability, std::int64_t label);
  /// The same at this time. @throws as MonitorState::add_outcome and add.
  void add_outcome(std::size_t class_index, double probability, std::int64_t label, double time);
  /// Nothing came until this time: the window forgets what is older. @throws DomainError as add.
  void advance(double time);
  /// The cases of the window. By count between window * (1 - 1 / n_slots) and window, once it is full; by time those of the
  /// present slot and of the n_slots - 1 before it.
  [[nodiscard]] MonitorState state() const { return ring_.merged(); }
  [[nodiscard]] MonitorResult result(const MonitorOptions& options = {}) const { return state().result(options); }

 private:
  using Ring = drift::detail::SlotRing<MonitorState>;
  explicit Monitor(Ring ring) : ring_(std::move(ring)) {}
  Ring ring_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::pipeline
