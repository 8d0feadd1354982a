#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/order_statistics.hpp>
#include <heartsight/features/beat_group.hpp>
#include <heartsight/features/detail/beat_places.hpp>
#include <heartsight/features/detail/beat_template.hpp>
#include <heartsight/features/pacing_spikes.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// RR interval before each beat over the median of the up to eight intervals around it; NaN for the first beat.
inline std::vector<double> prematurities(std::span<const std::int64_t> r_peaks) {
  std::vector<double> ratio(r_peaks.size(), std::numeric_limits<double>::quiet_NaN());
  std::array<double, 9> around{};
  for (std::size_t b = 1; b < r_peaks.size(); ++b) {
    const std::size_t first = b > 4 ? b - 4 : 1;
    const std::size_t last = std::min(r_peaks.size() - 1, b + 4);
    std::size_t n = 0;
    for (std::size_t i = first; i <= last; ++i) around[n++] = static_cast<double>(r_peaks[i] - r_peaks[i - 1]);
    std::nth_element(around.begin(), around.begin() + static_cast<std::ptrdiff_t>(n / 2),
                     around.begin() + static_cast<std::ptrdiff_t>(n));
    ratio[b] = static_cast<double>(r_peaks[b] - r_peaks[b - 1]) / around[n / 2];
  }
  return ratio;
}

/// Where the slope of a template, summed over leads, is first and last above 15 % of its greatest, in s from the R peak.
inline std::pair<double, double> steep_part(const BeatTemplate& group, std::size_t n_leads, const SnippetShape& shape) {
  std::vector<float> slope(shape.core, 0.0F);
  float steepest = 0.0F;
  for (std::size_t j = 1; j + 1 < shape.core; ++j) {
    for (std::size_t lead = 0; lead < n_leads; ++lead) {
      const float* x = group.centred.data() + lead * shape.core;
      slope[j] += std::abs(x[j + 1] - x[j - 1]);
    }
    steepest = std::max(steepest, slope[j]);
  }
  if (!(steepest > 0.0F)) return {0.0, 0.0};
  const auto steep = [&](float v) { return v > 0.15F * steepest; };
  const auto first = std::find_if(slope.begin(), slope.end(), steep) - slope.begin();
  const auto last =
      static_cast<std::ptrdiff_t>(shape.core) - 1 - (std::find_if(slope.rbegin(), slope.rend(), steep) - slope.rbegin());
  const auto seconds = [&](std::ptrdiff_t j) { return static_cast<double>(j - shape.before) / shape.rate_hz; };
  return {seconds(first - 1), seconds(last + 1)};
}

/// A template as a beat of its own, for comparing templates with each other.
inline bool alike(const BeatTemplate& a, const BeatTemplate& b, double least, std::size_t n_leads, const SnippetShape& shape,
                  ComparisonWork& work) {
  const Alignment best = align(a.mean, b, n_leads, shape, work);
  return best.similarity.value >= least && best.similarity.gain > 0.5 && best.similarity.gain < 2.0;
}

inline double median_of_finite(std::vector<double> values) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  return values.empty() ? std::numeric_limits<double>::quiet_NaN() : median(values);
}

/// The order in which groups are reported: the dominant one, then by size.
inline std::vector<std::size_t> group_order(const std::vector<BeatGroup>& groups) {
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return groups[a].n_beats > groups[b].n_beats; });
  if (order.empty()) return order;
  const auto width = [&](std::size_t g) { return groups[g].end_s - groups[g].onset_s; };
  const std::size_t most = groups[order[0]].n_beats;
  auto dominant = order.begin();
  for (auto g = order.begin() + 1; g != order.end() && 2 * groups[*g].n_beats >= most && groups[*g].n_beats > 1; ++g) {
    if (width(*g) < width(*dominant) - 0.02) dominant = g;
  }
  std::rotate(order.begin(), dominant, dominant + 1);
  return order;
}

template <std::floating_point T>
BeatGroups group_beats(MatrixView<const T> signal, double sampling_rate, std::span<const std::int64_t> r_peaks,
                       const BeatGroupOptions& options) {
  constexpr auto where = "group_beats";
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  check::in_closed_range(where, "sampling_rate", sampling_rate, 50.0, 20000.0);
  check::in_closed_range(where, "least_similarity", options.least_similarity, 0.01, 0.999);
  check::in_closed_range<std::size_t>(where, "max_groups", options.max_groups, 1, 64);
  check_beat_places(where, signal.n_cols(), sampling_rate, r_peaks);
  const std::size_t n_leads = signal.n_rows();
  const SnippetShape shape(sampling_rate);
  BeatGroups result;
  result.group.assign(r_peaks.size(), BeatGroups::none);
  result.shift_samples.assign(r_peaks.size(), nan);
  result.similarity.assign(r_peaks.size(), nan);

  std::vector<BeatTemplate> templates;
  Snippet beat;
  ComparisonWork work;
  for (std::size_t b = 0; b < r_peaks.size(); ++b) {
    take_snippet(signal, r_peaks[b], shape, beat);
    if (!beat.any) continue;
    Alignment best;
    best.similarity.value = options.least_similarity;
    std::int32_t to = BeatGroups::none;
    for (std::size_t g = 0; g < templates.size(); ++g) {
      const Alignment found = align(beat, templates[g], n_leads, shape, work);
      if (found.similarity.value < best.similarity.value || found.similarity.gain < 0.5 || found.similarity.gain > 2.0)
        continue;
      best = found;
      to = static_cast<std::int32_t>(g);
      if (found.similarity.value > 0.5 * (1.0 + options.least_similarity)) break;  // certain enough
    }
    if (to == BeatGroups::none && templates.size() < options.max_groups) {
      to = static_cast<std::int32_t>(templates.size());
      templates.push_back({.mean = beat, .centred = {}, .size = {}});
    }
    if (to == BeatGroups::none) continue;
    templates[static_cast<std::size_t>(to)].add(beat, best.lag, n_leads, shape);
    result.group[b] = to;
  }

  // The order of the beats must not decide: what began as two groups and became alike is one.
  std::vector<std::int32_t> joined(templates.size());
  std::iota(joined.begin(), joined.end(), 0);
  for (std::size_t a = 0; a < templates.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      if (joined[b] != static_cast<std::int32_t>(b) ||
          !alike(templates[a], templates[b], options.least_similarity, n_leads, shape, work))
        continue;
      const bool into_b = templates[b].n_beats >= templates[a].n_beats;
      if (!into_b) std::swap(templates[a], templates[b]);
      templates[b].n_beats += templates[a].n_beats;
      joined[a] = static_cast<std::int32_t>(b);
      break;
    }
  }

  std::vector<BeatGroup> groups(templates.size());
  std::vector<std::vector<double>> early(templates.size());
  std::vector<std::size_t> spiked(templates.size(), 0);
  const auto ratios = prematurities(r_peaks);
  const auto spikes = pacing_spikes<T>(signal, sampling_rate, r_peaks);
  for (std::size_t b = 0; b < r_peaks.size(); ++b) {
    if (result.group[b] == BeatGroups::none) continue;
    result.group[b] = joined[static_cast<std::size_t>(result.group[b])];
    const auto g = static_cast<std::size_t>(result.group[b]);
    take_snippet(signal, r_peaks[b], shape, beat);
    const Alignment found = align(beat, templates[g], n_leads, shape, work);
    result.shift_samples[b] = found.shift * static_cast<double>(shape.stride);
    result.similarity[b] = found.similarity.value;
    ++groups[g].n_beats;
    early[g].push_back(ratios[b]);
    if (spikes[b].found()) ++spiked[g];
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups[g].n_beats == 0) continue;
    groups[g].share = static_cast<double>(groups[g].n_beats) / static_cast<double>(r_peaks.size());
    groups[g].prematurity = median_of_finite(early[g]);
    groups[g].paced = 2 * spiked[g] >= groups[g].n_beats;
    std::tie(groups[g].onset_s, groups[g].end_s) = steep_part(templates[g], n_leads, shape);
  }

  std::vector<std::int32_t> place(groups.size(), BeatGroups::none);
  const auto order = group_order(groups);
  for (const std::size_t g : order) {
    if (groups[g].n_beats == 0) continue;
    place[g] = static_cast<std::int32_t>(result.groups.size());
    BeatGroup& group = result.groups.emplace_back(groups[g]);
    const BeatGroup& dominant = result.groups.front();
    const double width = group.end_s - group.onset_s;
    if (result.groups.size() == 1) {
      group.kind = BeatKind::dominant;
    } else if (group.paced) {
      group.kind = BeatKind::paced;
    } else if (group.prematurity < 0.88 || (width >= 0.12 && width > dominant.end_s - dominant.onset_s + 0.02 &&
                                            !alike(templates[g], templates[order.front()], 0.6, n_leads, shape, work))) {
      group.kind = BeatKind::ectopic;
    }
  }
  for (std::int32_t& g : result.group) {
    if (g != BeatGroups::none) g = place[static_cast<std::size_t>(g)];
  }
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
