#pragma once

#include <heartsight/core/check.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

/// The most recent part of a stream as states, the oldest of which is dropped as a whole. By count: a slot is full at so
/// many rows. By time: a slot is a stretch of the time that the caller says. Nothing here reads a clock.
template <class State>
class SlotRing {
 public:
  /// @param where, name the function and the argument that an error names. @throws DomainError n_slots = 0, n is not a
  /// positive multiple of n_slots.
  static SlotRing by_count(std::string_view where, std::string_view name, State empty, std::int64_t n, std::size_t n_slots) {
    check::at_least<std::size_t>(where, "n_slots", n_slots, 1);
    check::at_least<std::int64_t>(where, name, n, 1);
    if (n_slots > static_cast<std::uint64_t>(n) || n % static_cast<std::int64_t>(n_slots) != 0) {
      check::detail::fail<DomainError>(where, name, std::to_string(n),
                                       "must be a multiple of n_slots = " + std::to_string(n_slots));
    }
    SlotRing ring(std::move(empty), n_slots, 0.0);
    ring.per_slot_ = n / static_cast<std::int64_t>(n_slots);
    return ring;
  }
  /// @throws DomainError n_slots = 0, duration is not positive and finite.
  static SlotRing by_time(std::string_view where, State empty, double duration, std::size_t n_slots) {
    check::at_least<std::size_t>(where, "n_slots", n_slots, 1);
    check::positive(where, "duration", duration);
    SlotRing ring(std::move(empty), n_slots, -std::numeric_limits<double>::infinity());
    ring.slot_duration_ = duration / static_cast<double>(n_slots);
    return ring;
  }

  /// Rows that a slot holds; 0 by time.
  [[nodiscard]] std::int64_t per_slot() const noexcept { return per_slot_; }
  [[nodiscard]] State& newest() noexcept { return slots_.back().state; }
  [[nodiscard]] const State& newest() const noexcept { return slots_.back().state; }

  /// @throws DomainError this one goes by time.
  void require_count(std::string_view where) const {
    if (per_slot_ == 0) check::detail::fail<DomainError>(where, "time", "", "this window goes by time");
  }
  /// Begins a slot with what add does to an empty state. When add throws, nothing has moved.
  template <class Add>
  void begin(Add&& add) {
    begin(newest_slot_ + 1.0, add);
  }
  /// Calls add on the slot of this time, which moves on to it; when add throws, nothing has.
  /// @throws DomainError by count; time is not finite, before the present slot, or 2^53 slots or more from 0.
  template <class Add>
  void at(std::string_view where, double time, Add&& add) {
    if (per_slot_ != 0) check::detail::fail<DomainError>(where, "time", check::detail::show(time), "goes by count");
    const double slot = std::floor(time / slot_duration_);
    if (!std::isfinite(slot)) check::detail::fail<DomainError>(where, "time", check::detail::show(time), "must be finite");
    if (std::abs(slot) >= 0x1p53) {  // slots beyond it are not told apart
      check::detail::fail<DomainError>(where, "time", check::detail::show(time), "is too large for slots of this duration");
    }
    if (slot < newest_slot_)
      check::detail::fail<DomainError>(where, "time", check::detail::show(time), "lies before the present slot");
    if (slot == newest_slot_) {
      add(newest());
    } else {
      begin(slot, add);
    }
  }
  /// Rows in the ring now, as its states count them.
  [[nodiscard]] std::int64_t count() const noexcept {
    std::int64_t n = 0;
    for (const Slot& slot : slots_) n += slot.state.n_rows();
    return n;
  }
  /// All that the ring holds, as one state.
  [[nodiscard]] State merged() const {
    State all = empty_;
    for (const Slot& slot : slots_) all.merge(slot.state);
    return all;
  }

 private:
  /// States stand where something came; empty slots of time cost nothing.
  struct Slot {
    double index;
    State state;
  };

  SlotRing(State empty, std::size_t n_slots, double first_slot)
      : empty_(std::move(empty)), n_slots_(n_slots), newest_slot_(first_slot) {
    slots_.push_back({first_slot, empty_});
  }
  template <class Add>
  void begin(double index, Add&& add) {
    State fresh = empty_;
    add(fresh);
    slots_.push_back({index, std::move(fresh)});
    newest_slot_ = index;
    while (slots_.front().index <= index - static_cast<double>(n_slots_)) slots_.pop_front();
  }

  State empty_;
  std::size_t n_slots_;
  double newest_slot_;
  std::deque<Slot> slots_;
  std::int64_t per_slot_ = 0;
  double slot_duration_ = 0.0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
