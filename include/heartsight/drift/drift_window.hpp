#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/drift/drift_report.hpp>
#include <heartsight/drift/drift_state.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
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
    check::at_least<std::size_t>("DriftWindow::by_count", "n_slots", n_slots, 1);
    check::at_least<std::int64_t>("DriftWindow::by_count", "n_rows", n_rows, 1);
    if (n_rows % static_cast<std::int64_t>(n_slots) != 0) {
      check::detail::fail<DomainError>("DriftWindow::by_count", "n_rows", std::to_string(n_rows),
                                       "must be a multiple of n_slots = " + std::to_string(n_slots));
    }
    DriftWindow window(std::move(reference), n_slots);
    window.rows_per_slot_ = n_rows / static_cast<std::int64_t>(n_slots);
    return window;
  }
  /// @throws DomainError n_slots = 0, duration is not positive and finite.
  [[nodiscard]] static DriftWindow by_time(std::shared_ptr<const DriftReference> reference, double duration,
                                           std::size_t n_slots) {
    check::at_least<std::size_t>("DriftWindow::by_time", "n_slots", n_slots, 1);
    check::positive("DriftWindow::by_time", "duration", duration);
    DriftWindow window(std::move(reference), n_slots);
    window.slot_duration_ = duration / static_cast<double>(n_slots);
    return window;
  }

  /// Rows in the order of time. @throws ShapeError, DomainError as DriftState::update; the window goes by time.
  void update(std::span<const BatchColumn> batch) {
    if (rows_per_slot_ == 0) check::detail::fail<DomainError>("DriftWindow::update", "time", "", "this window goes by time");
    slots_.back().check_batch(batch);  // what is wrong fails before anything is added
    const std::size_t n = std::visit([](const auto& span) { return span.size(); }, batch[0]);
    std::size_t done = 0;
    while (done < n) {
      if (slots_.back().n_rows() == rows_per_slot_) rotate();
      const auto room = static_cast<std::size_t>(rows_per_slot_ - slots_.back().n_rows());
      const std::size_t part = std::min(room, n - done);
      slots_.back().update(slice(batch, done, part));
      done += part;
    }
  }
  /// Rows that belong to one time. @throws DomainError as above; time is not finite, before the present slot, or 2^53 slots
  /// or more from 0; by count.
  void update(std::span<const BatchColumn> batch, double time) {
    constexpr auto where = "DriftWindow::update";
    if (rows_per_slot_ != 0) check::detail::fail<DomainError>(where, "time", check::detail::show(time), "goes by count");
    const double slot = std::floor(time / slot_duration_);
    if (!std::isfinite(slot)) check::detail::fail<DomainError>(where, "time", check::detail::show(time), "must be finite");
    if (std::abs(slot) >= 0x1p53) {  // slots beyond it are not told apart
      check::detail::fail<DomainError>(where, "time", check::detail::show(time), "is too large for slots of this duration");
    }
    if (slot < slot_)
      check::detail::fail<DomainError>(where, "time", check::detail::show(time), "lies before the present slot");
    DriftState added(reference_);
    added.update(batch);
    if (std::isfinite(slot_)) {
      const auto n_steps = static_cast<std::size_t>(std::min(slot - slot_, static_cast<double>(n_slots_)));
      for (std::size_t k = 0; k < n_steps; ++k) rotate();
    }
    slot_ = slot;
    slots_.back().merge(added);
  }

  /// All that the window holds, as one state.
  [[nodiscard]] DriftState state() const {
    DriftState all(reference_);
    for (const DriftState& slot : slots_) all.merge(slot);
    return all;
  }
  [[nodiscard]] std::int64_t n_rows() const noexcept {
    std::int64_t n = 0;
    for (const DriftState& slot : slots_) n += slot.n_rows();
    return n;
  }
  [[nodiscard]] DriftReport result(const CompareOptions& options = {}) const { return state().result(options); }
  [[nodiscard]] const std::shared_ptr<const DriftReference>& shared_reference() const noexcept { return reference_; }

 private:
  DriftWindow(std::shared_ptr<const DriftReference> reference, std::size_t n_slots)
      : reference_(std::move(reference)), n_slots_(n_slots) {
    slots_.emplace_back(reference_);
  }
  void rotate() {
    slots_.emplace_back(reference_);
    if (slots_.size() > n_slots_) slots_.pop_front();
  }
  static std::vector<BatchColumn> slice(std::span<const BatchColumn> batch, std::size_t from, std::size_t count) {
    std::vector<BatchColumn> part;
    for (const BatchColumn& column : batch) {
      part.push_back(std::visit([&](const auto& span) -> BatchColumn { return span.subspan(from, count); }, column));
    }
    return part;
  }

  std::shared_ptr<const DriftReference> reference_;
  std::size_t n_slots_;
  std::deque<DriftState> slots_;
  std::int64_t rows_per_slot_ = 0;
  double slot_duration_ = 0.0;
  double slot_ = -std::numeric_limits<double>::infinity();
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
