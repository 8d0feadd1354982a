#pragma once

#include <heartsight/core/check.hpp>

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
    return inverse_normal(u);
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
  static double polynomial(const std::array<double, 8>& c, double x) noexcept {
    double sum = c[7];
    for (std::size_t i = 7; i-- > 0;) sum = sum * x + c[i];
    return sum;
  }

  static double inverse_normal(double u) noexcept {
    static constexpr std::array<double, 8> a = {3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427,
                                                13731.693765509461125, 45921.953931549871457, 67265.770927008700853,
                                                33430.575583588128105, 2509.0809287301226727};
    static constexpr std::array<double, 8> b = {1.0,
                                                42.313330701600911252,
                                                687.18700749205790830,
                                                5394.1960214247511077,
                                                21213.794301586595867,
                                                39307.895800092710610,
                                                28729.085735721942674,
                                                5226.4952788528545610};
    static constexpr std::array<double, 8> c = {1.42343711074968357734,   4.63033784615654529590,   5.76949722146069140550,
                                                3.64784832476320460504,   1.27045825245236838258,   0.241780725177450611770,
                                                0.0227238449892691845833, 7.74545014278341407640e-4};
    static constexpr std::array<double, 8> d = {1.0,
                                                2.05319162663775882187,
                                                1.67638483018380384940,
                                                0.689767334985100004550,
                                                0.148103976427480074590,
                                                0.0151986665636164571966,
                                                5.47593808499534494600e-4,
                                                1.05075007164441684324e-9};
    static constexpr std::array<double, 8> e = {
        6.65790464350110377720,   5.46378491116411436990,    1.78482653991729133580,    0.296560571828504891230,
        0.0265321895265761230930, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static constexpr std::array<double, 8> f = {1.0,
                                                0.599832206555887937690,
                                                0.136929880922735805310,
                                                0.0148753612908506148525,
                                                7.86869131145613259100e-4,
                                                1.84631831751005468180e-5,
                                                1.42151175831644588870e-7,
                                                2.04426310338993978564e-15};
    const double q = u - 0.5;
    if (std::abs(q) <= 0.425) {
      const double r = 0.180625 - q * q;
      return q * polynomial(a, r) / polynomial(b, r);
    }
    const double r = std::sqrt(-std::log(q < 0.0 ? u : 1.0 - u));
    const double x =
        r <= 5.0 ? polynomial(c, r - 1.6) / polynomial(d, r - 1.6) : polynomial(e, r - 5.0) / polynomial(f, r - 5.0);
    return q < 0.0 ? -x : x;
  }

  std::array<std::uint64_t, 4> state_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI
