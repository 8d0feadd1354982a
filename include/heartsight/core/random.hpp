#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/normal_distribution.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI {

/// Seeded random numbers. Integers and uniforms are equal on every platform and never change between versions: unlike
/// the distributions of <random>, whose algorithms each standard library chooses for itself.
///
/// Generator: xoshiro256++ (Blackman and Vigna 2021, DOI 10.1145/3460772), state filled by SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept {
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15U;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
      word = z ^ (z >> 31);
    }
  }

  /// 64 random bits.
  std::uint64_t bits() noexcept {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// Uniform on [0, 1), a multiple of 2^-53.
  double uniform() noexcept { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

  /// Uniform on [low, high).
  double uniform(double low, double high) noexcept { return low + (high - low) * uniform(); }

  /// Uniform on 0 .. n - 1 without bias. @throws DomainError n = 0.
  std::uint64_t below(std::uint64_t n) {
    check::at_least<std::uint64_t>("Random::below", "n", n, 1);
    const std::uint64_t limit = (0 - n) % n;  // 2^64 mod n: rejecting below it leaves a multiple of n
    std::uint64_t draw = bits();
    while (draw < limit) draw = bits();
    return draw % n;
  }

  /// Standard normal by inversion (Wichura 1988, AS 241, DOI 10.2307/2347330; relative error below 1e-15). One uniform
  /// gives one normal. Equal within one build; the last bit depends on the platform's log and sqrt.
  double normal() noexcept {
    const double u = (static_cast<double>(bits() >> 11) + 0.5) * 0x1.0p-53;  // open interval: no infinity
    return detail::inverse_normal(u);
  }
  double normal(double mean, double sd) noexcept { return mean + sd * normal(); }

  /// Fisher-Yates.
  template <class T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

  /// A generator of its own for a part of the work, so that what one part draws does not move the next.
  [[nodiscard]] Random fork() noexcept { return Random(bits()); }

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI
