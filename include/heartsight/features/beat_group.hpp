#pragma once

#include <heartsight/version.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

enum class BeatKind : std::uint8_t {
  dominant,  ///< the beat that is measured
  ectopic,   ///< early, or wide and unlike the dominant one
  paced,     ///< another shape than the dominant one, behind a pacing spike
  other,
};

[[nodiscard]] constexpr std::string_view to_string(BeatKind kind) noexcept {
  switch (kind) {
    case BeatKind::dominant:
      return "dominant";
    case BeatKind::ectopic:
      return "ectopic";
    case BeatKind::paced:
      return "paced";
    case BeatKind::other:
      break;
  }
  return "other";
}

/// Beats of one shape.
struct BeatGroup {
  BeatKind kind = BeatKind::other;
  bool paced = false;  ///< at least half of its beats follow a pacing spike; the dominant group may be paced as well
  std::size_t n_beats = 0;
  double share = 0.0;  ///< of all beats given
  /// Median over its beats of the RR interval before over the median of the intervals around; NaN where there are none.
  double prematurity = std::numeric_limits<double>::quiet_NaN();
  double onset_s = 0.0;  ///< first steep slope of its complex, from the R peak (negative): a coarse QRS onset
  double end_s = 0.0;    ///< last steep slope of its complex, from the R peak

  friend bool operator==(const BeatGroup&, const BeatGroup&) = default;
};

/// What group_beats found.
struct BeatGroups {
  static constexpr std::int32_t none = -1;

  std::vector<BeatGroup> groups;      ///< the dominant one first, then by size
  std::vector<std::int32_t> group;    ///< (n_beats,) index in groups, or none
  std::vector<double> shift_samples;  ///< (n_beats,) what to add to the R peak to align the beat with its group; NaN without
  std::vector<double> similarity;     ///< (n_beats,) to the mean of its group, in [-1, 1]; NaN without

  friend bool operator==(const BeatGroups&, const BeatGroups&) = default;
};

struct BeatGroupOptions {
  double least_similarity = 0.85;  ///< in (0, 1)
  std::size_t max_groups = 12;     ///< 1 to 64
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
