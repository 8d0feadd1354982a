#pragma once

#include <heartsight/detection/detail/lead_part.hpp>
#include <heartsight/detection/detail/wave_input.hpp>
#include <heartsight/detection/wave_shape.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// The crest between two boundaries that stands nearest to where it is expected, from the line through both; to a fraction
/// of a sample. The expected place where there is none, or where it is further than 16 ms away (a notched wave: which of
/// its crests is meant is the network's to say).
inline float crest_near(const WaveWindow& window, float onset, float expected, float offset) noexcept {
  constexpr float reach = 2.5F;          // 20 ms
  constexpr float farthest_move = 2.0F;  // 16 ms
  const auto n = static_cast<std::ptrdiff_t>(WaveWindow::n);
  const auto from = std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(std::ceil(onset)));
  const auto to = std::min<std::ptrdiff_t>(n - 2, static_cast<std::ptrdiff_t>(std::floor(offset)));
  if (to - from < 2) return expected;
  const auto smooth = [&](std::ptrdiff_t i) {
    const auto& x = window.samples();
    const auto at = static_cast<std::size_t>(i);
    return 0.25F * x[at - 1] + 0.5F * x[at] + 0.25F * x[at + 1];
  };
  const float left = smooth(from);
  const float slope = (smooth(to) - left) / static_cast<float>(to - from);
  const auto height = [&](std::ptrdiff_t i) { return smooth(i) - left - slope * static_cast<float>(i - from); };
  std::ptrdiff_t best = -1;
  float most = 0.0F;
  for (std::ptrdiff_t i = from + 1; i < to; ++i) {
    const float away = (static_cast<float>(i) - expected) / reach;
    const float weighted = std::abs(height(i)) * std::exp(-0.5F * away * away);
    if (weighted > most) {
      most = weighted;
      best = i;
    }
  }
  if (best < 0 || std::abs(static_cast<float>(best) - expected) > farthest_move) return expected;
  const float a = height(best - 1);
  const float b = height(best);
  const float c = height(best + 1);
  const float bend = a - 2.0F * b + c;
  const float step = bend == 0.0F ? 0.0F : std::clamp(0.5F * (a - c) / bend, -1.0F, 1.0F);
  return static_cast<float>(best) + step;
}

/// The shape of a P or T wave. A part against the main direction counts from 0.35 of the main part's height.
inline WaveShape wave_shape(const WaveWindow& window, float onset, float offset) noexcept {
  constexpr float least_part = 0.35F;
  const auto n = static_cast<std::ptrdiff_t>(WaveWindow::n);
  const auto from = std::clamp<std::ptrdiff_t>(std::lround(onset), 0, n - 1);
  const auto to = std::clamp<std::ptrdiff_t>(std::lround(offset), 0, n - 1);
  if (to - from < 2) return WaveShape::absent;
  const auto& x = window.samples();
  const float left = x[static_cast<std::size_t>(from)];
  const float slope = (x[static_cast<std::size_t>(to)] - left) / static_cast<float>(to - from);
  float up = 0.0F;
  float down = 0.0F;
  std::ptrdiff_t up_at = from;
  std::ptrdiff_t down_at = from;
  for (std::ptrdiff_t i = from; i <= to; ++i) {
    const float height = x[static_cast<std::size_t>(i)] - left - slope * static_cast<float>(i - from);
    if (height > up) up = height, up_at = i;
    if (-height > down) down = -height, down_at = i;
  }
  if (up == 0.0F && down == 0.0F) return WaveShape::absent;
  if (down < least_part * up) return WaveShape::upright;
  if (up < least_part * down) return WaveShape::inverted;
  return up_at < down_at ? WaveShape::up_down : WaveShape::down_up;
}

/// The dominant deflection of a complex from the line through its ends, at the recording's own rate: (sample, height).
template <class T>
std::pair<double, double> dominant_deflection(const LeadPart<T>& lead, double onset, double offset, double otherwise) {
  std::pair<double, double> best{otherwise, 0.0};
  if (!std::isfinite(onset) || !std::isfinite(offset)) return best;  // an end that is missing bounds nothing
  const std::int64_t from = std::max<std::int64_t>(lead.begin(), std::llround(onset));
  const std::int64_t to = std::min<std::int64_t>(lead.end() - 1, std::llround(offset));
  const auto at = [&](std::int64_t i) { return static_cast<double>(lead[i]); };
  if (to <= from || !std::isfinite(at(from)) || !std::isfinite(at(to))) return best;
  const double slope = (at(to) - at(from)) / static_cast<double>(to - from);
  for (std::int64_t i = from + 1; i < to; ++i) {
    const double height = at(i) - at(from) - slope * static_cast<double>(i - from);
    if (std::abs(height) > std::abs(best.second)) best = {static_cast<double>(i), height};
  }
  return best;
}

/// The letters of a complex (see QrsShape). Heights count from the level at its onset.
template <class T>
QrsShape qrs_shape(const LeadPart<T>& lead, double onset, double offset) {
  constexpr double least = 0.06;
  if (!std::isfinite(onset) || !std::isfinite(offset)) return {};
  const std::int64_t from = std::max<std::int64_t>(lead.begin(), std::llround(onset));
  const std::int64_t to = std::min<std::int64_t>(lead.end() - 1, std::llround(offset));
  if (to - from < 2) return {};
  const auto height = [&](std::int64_t i) {
    const double v = static_cast<double>(lead[i]) - static_cast<double>(lead[from]);
    return std::isfinite(v) ? v : 0.0;
  };
  double largest = 0.0;
  for (std::int64_t i = from; i <= to; ++i) largest = std::max(largest, std::abs(height(i)));
  if (largest == 0.0) return {};
  // Runs above and below the limits, each by its extremum; neighbours of one sign are one deflection.
  std::array<double, 5> parts{};  // q, r, s, r', s' at most: what follows is noise
  std::size_t n_parts = 0;
  for (std::int64_t i = from; i <= to; ++i) {
    const double h = height(i);
    if (std::abs(h) < least * largest) continue;
    const bool same = n_parts > 0 && (parts[n_parts - 1] > 0.0) == (h > 0.0);
    if (same) {
      if (std::abs(h) > std::abs(parts[n_parts - 1])) parts[n_parts - 1] = h;
    } else if (n_parts < parts.size()) {
      parts[n_parts++] = h;
    }
  }
  QrsShape shape;
  const auto add = [&](char letter, double h, bool prime) {
    const bool large = std::abs(h) >= 0.5 * largest;
    shape.push_back(large ? letter : static_cast<char>(letter - 'A' + 'a'));
    if (prime) shape.push_back('\'');
  };
  if (n_parts == 1 && parts[0] < 0.0) return "QS";
  std::size_t n_r = 0;
  std::size_t n_s = 0;
  for (std::size_t i = 0; i < n_parts; ++i) {
    if (parts[i] > 0.0) {
      add('R', parts[i], n_r++ > 0);
    } else if (n_r == 0) {
      add('Q', parts[i], false);
    } else {
      add('S', parts[i], n_s++ > 0);
    }
  }
  return shape;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
