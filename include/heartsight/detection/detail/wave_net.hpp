#pragma once

#include <heartsight/detection/detail/wave_net_weights.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <span>

#if defined(__GNUC__) && defined(__x86_64__)
#define HEARTSIGHT_WAVE_NET_WIDE 1
#endif

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// What the network says of one beat in one lead.
struct WaveEstimate {
  static constexpr std::size_t n_marks = 9;  ///< in the order of WaveFiducials

  std::array<float, n_marks> position;  ///< working-rate samples from the first of the window
  std::array<float, n_marks> spread;    ///< standard deviation around it, same unit
  float p_logit;                        ///< log odds that there is a P wave
  float t_logit;
};

/// A small convolutional network: where, in a window around a beat, its waves begin, peak and end.
///
/// Input: three rows (WaveInput) of 144 samples at 125 Hz. A patch layer of 8 samples every 4, then convolutions of three
/// patches with rectifiers, the later ones added to what they got; per mark a map of 72 places 16 ms apart, whose local
/// centre of mass is the place; and two log odds from six pooled stretches. Weights: tools/train_delineator.py.
class WaveNet {
 public:
  static constexpr std::size_t n_samples = 144;
  static constexpr std::size_t n_rows = 3;

  /// @param input (3, 144), row-major.
  [[nodiscard]] static WaveEstimate run(std::span<const float, n_rows * n_samples> input) noexcept {
    Rows phases;
    split_phases(input, phases);
    Rows a;
    Rows b;
    std::array<float, n_maps * n_patches> maps;
#if defined(HEARTSIGHT_WAVE_NET_WIDE)
    if (has_avx2()) {
      run_avx2(phases, a, b, maps.data());
    } else {
      run_layers(phases, a, b, maps.data());
    }
#else
    run_layers(phases, a, b, maps.data());
#endif
    return read_maps(maps.data(), a);
  }

 private:
  static constexpr std::size_t n_patches = n_samples / 4;
  static constexpr std::size_t n_places = 2 * n_patches;
  static constexpr std::size_t n_maps = 2 * WaveEstimate::n_marks;
  static constexpr std::size_t lanes = 8;
  static constexpr std::size_t n_vectors = (n_patches + lanes - 1) / lanes;
  // Every row begins and ends with zeros, which the convolution reads beyond the window.
  static constexpr std::size_t first = lanes;
  static constexpr std::size_t stride = first + n_vectors * lanes + lanes;
  static constexpr std::size_t most_rows = std::max<std::size_t>(4 * n_rows, wave_net::width);

  struct Rows {
    alignas(32) std::array<float, most_rows * stride> values{};
    [[nodiscard]] float* row(std::size_t r) noexcept { return values.data() + r * stride + first; }
    [[nodiscard]] const float* row(std::size_t r) const noexcept { return values.data() + r * stride + first; }
  };

  // Every fourth sample makes a row: the patch layer becomes a convolution of neighbouring columns like all others.
  static void split_phases(std::span<const float, n_rows * n_samples> input, Rows& out) noexcept {
    for (std::size_t r = 0; r < n_rows; ++r) {
      for (std::size_t phase = 0; phase < 4; ++phase) {
        float* row = out.row(4 * r + phase);
        for (std::size_t p = 0; p < n_patches; ++p) row[p] = input[r * n_samples + 4 * p + phase];
      }
    }
  }

#if defined(__GNUC__)
  using Vector = float __attribute__((vector_size(4 * lanes)));
#endif

  /// out[o] = bias[o] + sum over i and k of weight[o / 2][i][k][o % 2] * in[i][column + k - reach], for two rows o at once.
  template <std::size_t n_taps, bool rectified>
  [[gnu::always_inline]] static inline void convolve_pair(const float* weight, const float* bias, const Rows& in,
                                                          std::size_t n_in, float* out0, float* out1) noexcept {
    constexpr std::ptrdiff_t reach = static_cast<std::ptrdiff_t>(n_taps / 2);
    constexpr std::size_t n_columns = n_vectors * lanes;
    alignas(32) float sums[2][n_columns];
#if defined(__GNUC__)
    Vector acc[2][n_vectors];
    for (std::size_t v = 0; v < n_vectors; ++v) {
      acc[0][v] = Vector{} + bias[0];
      acc[1][v] = Vector{} + bias[1];
    }
    for (std::size_t i = 0; i < n_in; ++i) {
      for (std::size_t k = 0; k < n_taps; ++k, weight += 2) {
        const float* x = in.row(i) + static_cast<std::ptrdiff_t>(k) - reach;
        for (std::size_t v = 0; v < n_vectors; ++v) {
          Vector samples;
          std::memcpy(&samples, x + v * lanes, sizeof samples);
          acc[0][v] += weight[0] * samples;
          acc[1][v] += weight[1] * samples;
        }
      }
    }
    std::memcpy(sums, acc, sizeof sums);
#else
    for (std::size_t c = 0; c < n_columns; ++c) {
      sums[0][c] = bias[0];
      sums[1][c] = bias[1];
    }
    for (std::size_t i = 0; i < n_in; ++i) {
      for (std::size_t k = 0; k < n_taps; ++k, weight += 2) {
        const float* x = in.row(i) + static_cast<std::ptrdiff_t>(k) - reach;
        for (std::size_t c = 0; c < n_columns; ++c) {
          sums[0][c] += weight[0] * x[c];
          sums[1][c] += weight[1] * x[c];
        }
      }
    }
#endif
    for (std::size_t c = 0; c < n_patches; ++c) {
      out0[c] = rectified ? std::max(sums[0][c], 0.0F) : sums[0][c];
      out1[c] = rectified ? std::max(sums[1][c], 0.0F) : sums[1][c];
    }
  }

  [[gnu::always_inline]] static inline void run_layers(const Rows& phases, Rows& a, Rows& b, float* maps) noexcept {
    for (std::size_t o = 0; o < wave_net::patch_width; o += 2) {
      convolve_pair<3, true>(wave_net::patch_weight + o * 4 * n_rows * 3, wave_net::patch_bias + o, phases, 4 * n_rows,
                             b.row(o), b.row(o + 1));
    }
    for (std::size_t o = 0; o < wave_net::width; o += 2) {
      convolve_pair<3, true>(wave_net::first_weight + o * wave_net::patch_width * 3, wave_net::first_bias + o, b,
                             wave_net::patch_width, a.row(o), a.row(o + 1));
    }
    for (std::size_t block = 0; block < wave_net::n_blocks; ++block) {
      const float* weight = wave_net::block_weight + block * wave_net::width * wave_net::width * 3;
      const float* bias = wave_net::block_bias + block * wave_net::width;
      for (std::size_t o = 0; o < wave_net::width; o += 2) {
        convolve_pair<3, true>(weight + o * wave_net::width * 3, bias + o, a, wave_net::width, b.row(o), b.row(o + 1));
      }
      for (std::size_t o = 0; o < wave_net::width; ++o) {
        float* to = a.row(o);
        const float* from = b.row(o);
        for (std::size_t c = 0; c < n_patches; ++c) to[c] += from[c];
      }
    }
    for (std::size_t o = 0; o < n_maps; o += 2) {
      convolve_pair<1, false>(wave_net::map_weight + o * wave_net::width, wave_net::map_bias + o, a, wave_net::width,
                              maps + o * n_patches, maps + (o + 1) * n_patches);
    }
  }

#if defined(HEARTSIGHT_WAVE_NET_WIDE)
  [[gnu::noinline]]
  __attribute__((target("avx2"))) static void run_avx2(const Rows& phases, Rows& a, Rows& b, float* maps) noexcept {
    run_layers(phases, a, b, maps);
  }
  static bool has_avx2() noexcept { return __builtin_cpu_supports("avx2") != 0; }
#endif

  /// The centre of mass within four places (64 ms) of the highest.
  static WaveEstimate read_maps(const float* maps, const Rows& last) noexcept {
    WaveEstimate result{};
    for (std::size_t mark = 0; mark < WaveEstimate::n_marks; ++mark) {
      std::array<float, n_places> map;
      for (std::size_t p = 0; p < n_patches; ++p) {
        for (std::size_t half = 0; half < 2; ++half) {
          map[2 * p + half] = maps[(2 * mark + half) * n_patches + p] + wave_net::place_bias[mark * n_places + 2 * p + half];
        }
      }
      const auto top = static_cast<std::ptrdiff_t>(std::max_element(map.begin(), map.end()) - map.begin());
      const std::ptrdiff_t from = std::max<std::ptrdiff_t>(0, top - 4);
      const std::ptrdiff_t to = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(n_places) - 1, top + 4);
      float mass = 0.0F;
      float centre = 0.0F;
      float square = 0.0F;
      for (std::ptrdiff_t place = from; place <= to; ++place) {
        const float weight = std::exp(map[static_cast<std::size_t>(place)] - map[static_cast<std::size_t>(top)]);
        const auto distance = static_cast<float>(place - top);
        mass += weight;
        centre += weight * distance;
        square += weight * distance * distance;
      }
      centre /= mass;
      result.position[mark] = 2.0F * (static_cast<float>(top) + centre) + 0.5F - wave_net::mark_bias[mark];
      result.spread[mark] = 2.0F * std::sqrt(std::max(0.0F, square / mass - centre * centre));
    }
    constexpr std::size_t n_pools = 6;
    constexpr std::size_t pool = n_patches / n_pools;
    float logits[2] = {wave_net::presence_bias[0], wave_net::presence_bias[1]};
    for (std::size_t row = 0; row < wave_net::width; ++row) {
      for (std::size_t q = 0; q < n_pools; ++q) {
        float mean = 0.0F;
        for (std::size_t c = 0; c < pool; ++c) mean += last.row(row)[q * pool + c];
        mean /= static_cast<float>(pool);
        for (std::size_t l = 0; l < 2; ++l) {
          logits[l] += wave_net::presence_weight[(l * wave_net::width + row) * n_pools + q] * mean;
        }
      }
    }
    result.p_logit = logits[0];
    result.t_logit = logits[1];
    return result;
  }
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
