#pragma once

#include <heartsight/signal/detail/flush_denormals.hpp>
#include <heartsight/signal/sos.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__)
#define HEARTSIGHT_SOS_VECTORS 1
#else
#define HEARTSIGHT_SOS_VECTORS 0
#endif

namespace heartsight::inline HEARTSIGHT_ABI::signal::detail {

/// Up to four signals that go through one cascade side by side. A recursion waits for its own last result most of the time;
/// four of them at once fill that time.
inline constexpr std::size_t n_sos_lanes = 4;

/// First samples of the lanes and where the results go. A result may take the place of its sample.
struct LaneRows {
  std::array<const double*, n_sos_lanes> in{};
  std::array<double*, n_sos_lanes> out{};
};

/// Where a section's state of a lane lies among lane states: [section][first or second][lane].
constexpr std::size_t lane_state(std::size_t section, std::size_t which, std::size_t lane) noexcept {
  return (2 * section + which) * n_sos_lanes + lane;
}

using SectionSpan = std::span<const std::array<double, 6>>;

/// One lane through S sections in transposed direct form II; n samples, `step` apart. Every variant below computes the same
/// operations in the same order, which are SciPy's, so that all of them give the same bits.
template <std::size_t S>
void filter_lane(SectionSpan sections, const double* in, double* out, std::ptrdiff_t n, std::ptrdiff_t step,
                 double* states) noexcept {
  std::array<std::array<double, 6>, S> c;
  std::array<double, S> first;
  std::array<double, S> second;
  for (std::size_t s = 0; s < S; ++s) {
    c[s] = sections[s];
    first[s] = states[lane_state(s, 0, 0)];
    second[s] = states[lane_state(s, 1, 0)];
  }
  for (std::ptrdiff_t i = 0, at = 0; i < n; ++i, at += step) {
    double x = in[at];
    for (std::size_t s = 0; s < S; ++s) {
      const double y = c[s][0] * x + first[s];
      first[s] = c[s][1] * x - c[s][4] * y + second[s];
      second[s] = c[s][2] * x - c[s][5] * y;
      x = y;
    }
    out[at] = x;
  }
  for (std::size_t s = 0; s < S; ++s) {
    states[lane_state(s, 0, 0)] = first[s];
    states[lane_state(s, 1, 0)] = second[s];
  }
}

#if HEARTSIGHT_SOS_VECTORS

template <std::size_t Width>
struct VectorOf;
template <>
struct VectorOf<2> {
  typedef double Type __attribute__((vector_size(16)));  // NOLINT: an alias cannot carry the attribute everywhere
};
template <>
struct VectorOf<4> {
  typedef double Type __attribute__((vector_size(32)));  // NOLINT
};

/// Four lanes through S sections, in 4 / Width vectors.
template <std::size_t Width, std::size_t S>
[[gnu::always_inline]] inline void filter_four_lanes(SectionSpan sections, const LaneRows& rows, std::ptrdiff_t n,
                                                     std::ptrdiff_t step, double* states) noexcept {
  using Vector = typename VectorOf<Width>::Type;
  constexpr std::size_t n_vectors = n_sos_lanes / Width;
  Vector b0[S], b1[S], b2[S], a1[S], a2[S], first[S][n_vectors], second[S][n_vectors];
  for (std::size_t s = 0; s < S; ++s) {
    const auto& c = sections[s];
    for (std::size_t lane = 0; lane < Width; ++lane) {
      b0[s][lane] = c[0];
      b1[s][lane] = c[1];
      b2[s][lane] = c[2];
      a1[s][lane] = c[4];
      a2[s][lane] = c[5];
      for (std::size_t v = 0; v < n_vectors; ++v) {
        first[s][v][lane] = states[lane_state(s, 0, v * Width + lane)];
        second[s][v][lane] = states[lane_state(s, 1, v * Width + lane)];
      }
    }
  }
  const auto in = rows.in;
  const auto out = rows.out;
  for (std::ptrdiff_t i = 0, at = 0; i < n; ++i, at += step) {
    Vector x[n_vectors];
    for (std::size_t v = 0; v < n_vectors; ++v) {
      if constexpr (Width == 2) {
        x[v] = Vector{in[2 * v][at], in[2 * v + 1][at]};
      } else {
        x[v] = Vector{in[0][at], in[1][at], in[2][at], in[3][at]};
      }
    }
    for (std::size_t s = 0; s < S; ++s) {
      for (std::size_t v = 0; v < n_vectors; ++v) {
        const Vector y = b0[s] * x[v] + first[s][v];
        first[s][v] = b1[s] * x[v] - a1[s] * y + second[s][v];
        second[s][v] = b2[s] * x[v] - a2[s] * y;
        x[v] = y;
      }
    }
    for (std::size_t v = 0; v < n_vectors; ++v) {
      for (std::size_t lane = 0; lane < Width; ++lane) out[v * Width + lane][at] = x[v][lane];
    }
  }
  for (std::size_t s = 0; s < S; ++s) {
    for (std::size_t v = 0; v < n_vectors; ++v) {
      for (std::size_t lane = 0; lane < Width; ++lane) {
        states[lane_state(s, 0, v * Width + lane)] = first[s][v][lane];
        states[lane_state(s, 1, v * Width + lane)] = second[s][v][lane];
      }
    }
  }
}

template <std::size_t S>
[[gnu::noinline]] void filter_four_lanes_sse2(SectionSpan sections, const LaneRows& rows, std::ptrdiff_t n,
                                              std::ptrdiff_t step, double* states) noexcept {
  filter_four_lanes<2, S>(sections, rows, n, step, states);
}

template <std::size_t S>
[[gnu::noinline]] __attribute__((target("avx2"))) void filter_four_lanes_avx2(SectionSpan sections, const LaneRows& rows,
                                                                              std::ptrdiff_t n, std::ptrdiff_t step,
                                                                              double* states) noexcept {
  filter_four_lanes<4, S>(sections, rows, n, step, states);
}

#endif

template <std::size_t S>
void filter_lanes(SectionSpan sections, const LaneRows& rows, std::size_t n_lanes, std::ptrdiff_t n, std::ptrdiff_t step,
                  double* states, [[maybe_unused]] bool wide) noexcept {
#if HEARTSIGHT_SOS_VECTORS
  if (n_lanes > 1) {
    (wide ? filter_four_lanes_avx2<S> : filter_four_lanes_sse2<S>)(sections, rows, n, step, states);
    return;
  }
#endif
  for (std::size_t lane = 0; lane < n_lanes; ++lane) {
    filter_lane<S>(sections, rows.in[lane], rows.out[lane], n, step, states + lane);
  }
}

/// Whether four lanes go through one AVX2 register; the results have the same bits either way.
inline bool has_wide_lanes() noexcept {
#if HEARTSIGHT_SOS_VECTORS
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

/// n samples, `step` apart, of n_lanes lanes through all sections; states (lane_state) are those before and after.
inline void filter_rows(const SecondOrderSections& sos, LaneRows rows, std::size_t n_lanes, std::size_t n,
                        std::ptrdiff_t step, std::span<double> states, bool wide = has_wide_lanes()) noexcept {
  const FlushDenormals guard;
  if (n_lanes > 1) {
    // Lanes that are not there repeat the last one: they compute and write what it does.
    for (std::size_t lane = n_lanes; lane < n_sos_lanes; ++lane) {
      rows.in[lane] = rows.in[n_lanes - 1];
      rows.out[lane] = rows.out[n_lanes - 1];
      for (std::size_t at = lane; at < states.size(); at += n_sos_lanes) states[at] = states[at - 1];
    }
  }
  // Four sections at a time keep their states in registers; blocks stay in the cache from one four to the next.
  const std::size_t block = sos.size() <= 4 ? n : 1024;
  for (std::size_t begin = 0; begin < n; begin += block) {
    const auto length = static_cast<std::ptrdiff_t>(std::min(block, n - begin));
    LaneRows part = rows;
    for (std::size_t lane = 0; lane < n_sos_lanes; ++lane) {
      if (part.in[lane] == nullptr) continue;
      part.in[lane] += static_cast<std::ptrdiff_t>(begin) * step;
      part.out[lane] += static_cast<std::ptrdiff_t>(begin) * step;
    }
    for (std::size_t s = 0; s < sos.size(); s += 4) {
      const SectionSpan some = SectionSpan(sos.sections).subspan(s, std::min<std::size_t>(4, sos.size() - s));
      double* const some_states = states.data() + lane_state(s, 0, 0);
      switch (some.size()) {
        case 1:
          filter_lanes<1>(some, part, n_lanes, length, step, some_states, wide);
          break;
        case 2:
          filter_lanes<2>(some, part, n_lanes, length, step, some_states, wide);
          break;
        case 3:
          filter_lanes<3>(some, part, n_lanes, length, step, some_states, wide);
          break;
        default:
          filter_lanes<4>(some, part, n_lanes, length, step, some_states, wide);
      }
      for (std::size_t lane = 0; lane < n_sos_lanes; ++lane) part.in[lane] = part.out[lane];
    }
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal::detail
