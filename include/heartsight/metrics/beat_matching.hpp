#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::metrics {

/// Detected beats against reference beats.
struct BeatMatch {
  std::int64_t n_matched = 0;                ///< pairs (true positives)
  std::int64_t n_extra = 0;                  ///< detections without a reference beat (false positives)
  std::int64_t n_missed = 0;                 ///< reference beats without a detection (false negatives)
  std::vector<std::int64_t> offset_samples;  ///< per pair: detection minus reference, in the order of time

  /// n_matched / (n_matched + n_missed); NaN without reference beats.
  [[nodiscard]] double sensitivity() const noexcept { return share(n_matched, n_matched + n_missed); }
  /// n_matched / (n_matched + n_extra); NaN without detections.
  [[nodiscard]] double positive_predictive_value() const noexcept { return share(n_matched, n_matched + n_extra); }
  /// Harmonic mean of the two, 2 n_matched / (2 n_matched + n_extra + n_missed); NaN when there is nothing on either side.
  [[nodiscard]] double f1() const noexcept { return share(2 * n_matched, 2 * n_matched + n_extra + n_missed); }
  friend bool operator==(const BeatMatch&, const BeatMatch&) = default;

 private:
  static double share(std::int64_t part, std::int64_t whole) noexcept {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : std::numeric_limits<double>::quiet_NaN();
  }
};

namespace detail {

inline void check_ascending(const char* where, const char* name, std::span<const std::int64_t> beats) {
  // Differences of samples must not overflow.
  constexpr std::int64_t largest = std::int64_t{1} << 61;
  check::in_closed_range<std::int64_t>(where, name, beats, -largest, largest);
  for (std::size_t i = 1; i < beats.size(); ++i) {
    if (beats[i] < beats[i - 1]) {
      check::detail::fail<DomainError>(where, check::detail::indexed(name, i), check::detail::show(beats[i]),
                                       "must not be smaller than the one before");
    }
  }
}

}  // namespace detail

/// Pairs reference beats and detections one to one, no further apart than the tolerance.
///
/// The number of pairs is the largest possible. Where one of two neighbours could stand in a pair, the nearer does.
///
/// @param reference, detected ascending samples.
/// @param tolerance_samples largest distance of a pair, inclusive; at least 0. EC57 uses 150 ms.
/// @throws DomainError a series descends, or the tolerance is negative or NaN.
/// O(n_reference + n_detected).
[[nodiscard]] inline BeatMatch match_beats(std::span<const std::int64_t> reference, std::span<const std::int64_t> detected,
                                           double tolerance_samples) {
  check::at_least("match_beats", "tolerance_samples", tolerance_samples, 0.0);
  detail::check_ascending("match_beats", "reference", reference);
  detail::check_ascending("match_beats", "detected", detected);
  constexpr std::size_t nothing = std::numeric_limits<std::size_t>::max();
  const auto distance = [&](std::size_t r, std::size_t d) {
    return std::abs(static_cast<double>(detected[d]) - static_cast<double>(reference[r]));
  };
  // First come, first served gives the largest number of pairs on a line.
  std::vector<std::size_t> partner(reference.size(), nothing);
  std::vector<char> taken(detected.size(), 0);
  for (std::size_t r = 0, d = 0; r < reference.size() && d < detected.size();) {
    if (distance(r, d) <= tolerance_samples) {
      partner[r] = d;
      taken[d] = 1;
      ++r;
      ++d;
    } else if (detected[d] < reference[r]) {
      ++d;
    } else {
      ++r;
    }
  }
  // Then each pair moves to a free nearer neighbour on either side, which changes no count.
  for (std::size_t r = reference.size(); r-- > 0;) {
    std::size_t& d = partner[r];
    while (d != nothing && d + 1 < detected.size() && taken[d + 1] == 0 && distance(r, d + 1) < distance(r, d)) {
      taken[d] = 0;
      taken[++d] = 1;
    }
  }
  std::vector<char> paired(reference.size(), 0);
  for (std::size_t r = 0; r < reference.size(); ++r) paired[r] = partner[r] != nothing ? 1 : 0;
  for (std::size_t r = 0; r < reference.size(); ++r) {
    std::size_t& d = partner[r];
    if (d == nothing) continue;
    const auto move_to = [&](std::size_t other) {
      taken[d] = 0;
      taken[other] = 1;
      d = other;
    };
    while (d + 1 < detected.size() && taken[d + 1] == 0 && distance(r, d + 1) < distance(r, d)) move_to(d + 1);
    while (d > 0 && taken[d - 1] == 0 && distance(r, d - 1) < distance(r, d)) move_to(d - 1);
    std::size_t nearest = r;
    if (r > 0 && paired[r - 1] == 0 && distance(r - 1, d) < distance(nearest, d)) nearest = r - 1;
    if (r + 1 < reference.size() && paired[r + 1] == 0 && distance(r + 1, d) < distance(nearest, d)) nearest = r + 1;
    if (nearest != r) {
      paired[r] = 0;
      paired[nearest] = 1;
      partner[nearest] = d;
      d = nothing;
    }
  }
  BeatMatch match;
  for (std::size_t r = 0; r < reference.size(); ++r) {
    if (partner[r] == nothing) continue;
    ++match.n_matched;
    match.offset_samples.push_back(detected[partner[r]] - reference[r]);
  }
  match.n_missed = static_cast<std::int64_t>(reference.size()) - match.n_matched;
  match.n_extra = static_cast<std::int64_t>(detected.size()) - match.n_matched;
  return match;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::metrics
