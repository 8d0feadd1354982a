#pragma once

#include <heartsight/core/check.hpp>

namespace heartsight::inline HEARTSIGHT_ABI {

/// A sampling rate in Hz: positive and finite, checked once where it enters.
class SamplingRate {
 public:
  /// @throws DomainError hz is not positive and finite.
  SamplingRate(double hz) : hz_(hz) { check::positive("SamplingRate", "hz", hz); }  // NOLINT: 500.0 reads as a rate

  [[nodiscard]] double hz() const noexcept { return hz_; }
  [[nodiscard]] double period_s() const noexcept { return 1.0 / hz_; }

  friend bool operator==(const SamplingRate&, const SamplingRate&) = default;

 private:
  double hz_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI
