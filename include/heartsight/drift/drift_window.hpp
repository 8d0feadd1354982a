#pragma once

#include <heartsight/drift/detail/slot_ring.hpp>
#include <heartsight/drift/drift_report.hpp>
#include <heartsight/drift/drift_state.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// The most recent part of a stream: a ring of states, the oldest of which is dropped as a whole.
///
/// By count: n_slots states of n_rows / n_slots rows each; the window holds between n_rows - n_rows / n_slots and n_rows of
/// the latest rows, once as many have come. By time: n_slots states of duration / n_slots each; time is what the caller
/// says, in any unit, and may go back within the present slot alone. Nothing here reads a clock. Equal for any split of the
/// rows into batches.
class DriftWindow {
 public:
  /// @throws DomainError n_slots = 0, n_rows is not a positive multiple of n_slots.
  [[nodiscard]] static DriftWindow by_count(std::shared_ptr<const DriftReference> reference, std::int64_t n_rows,
                                            std::size_t n_slots) {
    DriftState empty(std::move(reference));
    return DriftWindow(Ring::by_count("DriftWindow::by_count", "n_rows", std::move(empty), n_rows, n_slots));
  }
  /// @throws DomainError n_slots = 0, duration is not positive and finite.
  [[nodiscard]] static DriftWindow by_time(std::shared_ptr<const DriftReference> reference, double duration,
                                           std::size_t n_slots) {
    DriftState empty(std::move(reference));
    return DriftWindow(Ring::by_time("DriftWindow::by_time", std::move(empty), duration, n_slots));
  }

  /// Rows in the order of time. @throws ShapeError, DomainError as DriftState::update; the window goes by time.
  void update(std::span<const BatchColumn> batch) {
    ring_.require_count("DriftWindow::update");
    ring_.newest().check_batch(batch);  // what is wrong fails before anything is added
    const std::size_t n = std::visit([](const auto& span) { return span.size(); }, batch[0]);
    std::size_t done = 0;
    while (done < n) {
      if (ring_.newest().n_rows() == ring_.per_slot()) ring_.begin([](DriftState&) {});
      const auto room = static_cast<std::size_t>(ring_.per_slot() - ring_.newest().n_rows());
      const std::size_t part = std::min(room, n - done);
      ring_.newest().update(slice(batch, done, part));
      done += part;
    }
  }
  /// Rows that belong to one time. @throws DomainError as above; time is not finite, before the present slot, or 2^53 slots
  /// or more from 0; by count.
  void update(std::span<const BatchColumn> batch, double time) {
    ring_.at("DriftWindow::update", time, [&](DriftState& slot) { slot.update(batch); });
  }
  /// Nothing came until this time: the window by time forgets what is older. @throws DomainError as update.
  void advance(double time) {
    ring_.at("DriftWindow::advance", time, [](DriftState&) {});
  }

  /// All that the window holds, as one state.
  [[nodiscard]] DriftState state() const { return ring_.merged(); }
  [[nodiscard]] std::int64_t n_rows() const noexcept { return ring_.count(); }
  [[nodiscard]] DriftReport result(const CompareOptions& options = {}) const { return state().result(options); }
  [[nodiscard]] const std::shared_ptr<const DriftReference>& shared_reference() const noexcept {
    return ring_.newest().shared_reference();
  }

 private:
  using Ring = detail::SlotRing<DriftState>;
  explicit DriftWindow(Ring ring) : ring_(std::move(ring)) {}
  static std::vector<BatchColumn> slice(std::span<const BatchColumn> batch, std::size_t from, std::size_t count) {
    std::vector<BatchColumn> part;
    for (const BatchColumn& column : batch) {
      part.push_back(std::visit([&](const auto& span) -> BatchColumn { return span.subspan(from, count); }, column));
    }
    return part;
  }

  Ring ring_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
