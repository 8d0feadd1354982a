#pragma once

#include <heartsight/core/matrix_view.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features::detail {

/// The sizes of what is compared between beats: the QRS complex with the begin of the ST segment, on means of about 8 ms.
struct SnippetShape {
  explicit SnippetShape(double sampling_rate)
      : stride(std::max<std::int64_t>(1, std::llround(sampling_rate / 125.0))),
        rate_hz(sampling_rate / static_cast<double>(stride)),
        before(steps(0.10)),
        core(static_cast<std::size_t>(before + steps(0.14))),
        reach(steps(0.06)),
        coarse(steps(0.016)) {}

  [[nodiscard]] std::int64_t steps(double seconds) const noexcept {
    return std::max<std::int64_t>(1, std::llround(seconds * rate_hz));
  }
  [[nodiscard]] std::size_t length() const noexcept { return core + 2 * static_cast<std::size_t>(reach); }

  std::int64_t stride;  ///< samples per mean
  double rate_hz;       ///< means per second
  std::int64_t before;  ///< means before the R peak
  std::size_t core;     ///< means that are compared
  std::int64_t reach;   ///< R peaks may be this far apart: detectors change from R to S
  std::int64_t coarse;  ///< first step of the search for the best alignment
};

/// One beat, or the mean of a group of beats: (n_leads, length) with room to either side for being shifted.
struct Snippet {
  std::vector<float> values;
  std::vector<std::uint8_t> present;  ///< per lead: 0 where a sample is missing
  bool any = false;
};

template <std::floating_point T>
void take_snippet(MatrixView<const T> signal, std::int64_t r_peak, const SnippetShape& shape, Snippet& out) {
  const std::size_t length = shape.length();
  out.values.resize(signal.n_rows() * length);
  out.present.assign(signal.n_rows(), 1);
  out.any = false;
  const std::int64_t first = r_peak - (shape.before + shape.reach) * shape.stride;
  const auto n = static_cast<std::int64_t>(signal.n_cols());
  const auto scale = 1.0F / static_cast<float>(shape.stride);
  for (std::size_t lead = 0; lead < signal.n_rows(); ++lead) {
    const auto x = signal.row(lead);
    float* to = out.values.data() + lead * length;
    float total = 0.0F;
    for (std::size_t j = 0; j < length; ++j) {
      const std::int64_t from = first + static_cast<std::int64_t>(j) * shape.stride;
      float sum = 0.0F;
      for (std::int64_t i = from; i < from + shape.stride; ++i) {
        // A beat next to either end of the recording is continued with its last sample.
        sum += static_cast<float>(x[static_cast<std::size_t>(std::clamp<std::int64_t>(i, 0, n - 1))]);
      }
      to[j] = sum * scale;
      total += to[j];
    }
    if (!std::isfinite(total)) {
      out.present[lead] = 0;
      std::fill(to, to + length, 0.0F);
      continue;
    }
    const float mean = total / static_cast<float>(length);  // keeps the sums below small: no cancellation under an offset
    for (std::size_t j = 0; j < length; ++j) to[j] -= mean;
    out.any = true;
  }
}

/// The typical beat of a group, ready to be compared with: the core of each lead has mean 0.
struct BeatTemplate {
  Snippet mean;
  std::vector<float> centred;  ///< (n_leads, core)
  std::vector<float> size;     ///< per lead: root of the sum of squares of its row in centred
  std::size_t n_beats = 0;

  void prepare(std::size_t n_leads, const SnippetShape& shape) {
    centred.resize(n_leads * shape.core);
    size.resize(n_leads);
    for (std::size_t lead = 0; lead < n_leads; ++lead) {
      const float* from = mean.values.data() + lead * shape.length() + shape.reach;
      float* to = centred.data() + lead * shape.core;
      float total = 0.0F;
      for (std::size_t j = 0; j < shape.core; ++j) total += from[j];
      const float level = total / static_cast<float>(shape.core);
      float squares = 0.0F;
      for (std::size_t j = 0; j < shape.core; ++j) {
        to[j] = from[j] - level;
        squares += to[j] * to[j];
      }
      size[lead] = mean.present[lead] != 0 ? std::sqrt(squares) : 0.0F;
    }
  }

  /// Takes in a beat that lies `lag` steps later; old beats fade, so that a slow change of shape is followed.
  void add(const Snippet& beat, std::int64_t lag, std::size_t n_leads, const SnippetShape& shape) {
    ++n_beats;
    const auto weight = 1.0F / static_cast<float>(std::min<std::size_t>(n_beats, 50));
    const auto length = static_cast<std::int64_t>(shape.length());
    for (std::size_t lead = 0; lead < n_leads; ++lead) {
      if (beat.present[lead] == 0) continue;
      const float* from = beat.values.data() + lead * shape.length();
      float* to = mean.values.data() + lead * shape.length();
      const float share = mean.present[lead] != 0 ? weight : 1.0F;
      for (std::int64_t j = 0; j < length; ++j)
        to[j] += share * (from[std::clamp<std::int64_t>(j + lag, 0, length - 1)] - to[j]);
      mean.present[lead] = 1;
    }
    prepare(n_leads, shape);
  }
};

/// Sums over two rows of numbers.
struct Products {
  float dot;      ///< of x and t
  float sum;      ///< of x
  float squares;  ///< of x
};

inline Products products(const float* x, const float* t, std::size_t n) noexcept {
  // Four sums each: a compiler may not reorder them on its own.
  constexpr std::size_t lanes = 4;
  std::size_t j = 0;
#if defined(__GNUC__)
  typedef float Lanes __attribute__((vector_size(16)));
  Lanes dot = {};
  Lanes sum = {};
  Lanes squares = {};
  for (; j + lanes <= n; j += lanes) {
    Lanes a;
    Lanes b;
    std::memcpy(&a, x + j, sizeof(a));
    std::memcpy(&b, t + j, sizeof(b));
    dot += a * b;
    sum += a;
    squares += a * a;
  }
#else
  std::array<float, lanes> dot{};
  std::array<float, lanes> sum{};
  std::array<float, lanes> squares{};
  for (; j + lanes <= n; j += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) {
      dot[k] += x[j + k] * t[j + k];
      sum[k] += x[j + k];
      squares[k] += x[j + k] * x[j + k];
    }
  }
#endif
  Products p{dot[0] + dot[1] + dot[2] + dot[3], sum[0] + sum[1] + sum[2] + sum[3],
             squares[0] + squares[1] + squares[2] + squares[3]};
  for (; j < n; ++j) {
    p.dot += x[j] * t[j];
    p.sum += x[j];
    p.squares += x[j] * x[j];
  }
  return p;
}

struct Similarity {
  double value = 0.0;  ///< in [-1, 1]
  double gain = 0.0;   ///< size of the beat over that of the template, median of the leads
};

/// Space for compare(), so that it does not allocate.
struct ComparisonWork {
  std::vector<float> r;
  std::vector<float> weight;
  std::vector<float> sizes;
  std::vector<float> gain;
};

/// How alike a beat, moved by `lag` steps, is to a template: the mean over leads of the correlation of the complex, weighted
/// by the leads' sizes, of which none counts more than twice the median; the worst sixth of the leads is left out, because
/// an electrode that comes loose must not make a new kind of beat.
inline Similarity compare(const Snippet& beat, std::int64_t lag, const BeatTemplate& with, std::size_t n_leads,
                          const SnippetShape& shape, ComparisonWork& work) {
  work.r.clear();
  work.weight.clear();
  work.gain.clear();
  for (std::size_t lead = 0; lead < n_leads; ++lead) {
    if (beat.present[lead] == 0 || with.size[lead] <= 0.0F) continue;
    const float* x = beat.values.data() + lead * shape.length() + (shape.reach + lag);
    const float* t = with.centred.data() + lead * shape.core;
    const Products p = products(x, t, shape.core);
    const float x_squares = std::max(0.0F, p.squares - p.sum * p.sum / static_cast<float>(shape.core));
    const float product = std::sqrt(x_squares) * with.size[lead];
    work.r.push_back(product > 0.0F ? p.dot / product : 0.0F);
    work.weight.push_back(with.size[lead]);
    work.gain.push_back(std::sqrt(x_squares) / with.size[lead]);
  }
  const std::size_t n = work.r.size();
  if (n == 0) return {};
  work.sizes = work.weight;
  std::nth_element(work.sizes.begin(), work.sizes.begin() + static_cast<std::ptrdiff_t>(n / 2), work.sizes.end());
  const float cap = 2.0F * work.sizes[n / 2];
  for (std::size_t left_out = 0; left_out < n / 6; ++left_out) {
    const auto worst = std::min_element(work.r.begin(), work.r.end()) - work.r.begin();
    work.weight[static_cast<std::size_t>(worst)] = 0.0F;
    work.r[static_cast<std::size_t>(worst)] = 2.0F;  // never the least again; its weight is 0
  }
  double total = 0.0;
  double weights = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double w = std::min(work.weight[i], cap);
    total += w * static_cast<double>(work.r[i]);
    weights += w;
  }
  std::nth_element(work.gain.begin(), work.gain.begin() + static_cast<std::ptrdiff_t>(n / 2), work.gain.end());
  return {weights > 0.0 ? total / weights : 0.0, work.gain[n / 2]};
}

struct Alignment {
  Similarity similarity;
  std::int64_t lag = 0;  ///< steps
  double shift = 0.0;    ///< steps, with the fraction at which a parabola through the similarities peaks
};

/// The best alignment of a beat with a template within the shape's reach.
inline Alignment align(const Snippet& beat, const BeatTemplate& with, std::size_t n_leads, const SnippetShape& shape,
                       ComparisonWork& work) {
  Alignment best;
  best.similarity.value = -2.0;
  const auto look = [&](std::int64_t lag) {
    const Similarity s = compare(beat, lag, with, n_leads, shape, work);
    if (s.value > best.similarity.value) best = {s, lag, static_cast<double>(lag)};
  };
  look(0);  // first, so that it wins where nothing is better
  for (std::int64_t lag = shape.coarse; lag <= shape.reach; lag += shape.coarse) {
    look(-lag);
    look(lag);
  }
  const std::int64_t centre = best.lag;
  for (std::int64_t lag = std::max(-shape.reach, centre - shape.coarse + 1);
       lag <= std::min(shape.reach, centre + shape.coarse - 1); ++lag) {
    if (lag != centre) look(lag);
  }
  if (std::abs(best.lag) < shape.reach) {
    const double left = compare(beat, best.lag - 1, with, n_leads, shape, work).value;
    const double right = compare(beat, best.lag + 1, with, n_leads, shape, work).value;
    const double bend = left - 2.0 * best.similarity.value + right;
    if (bend < 0.0) best.shift += std::clamp(0.5 * (left - right) / bend, -0.5, 0.5);
  }
  return best;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features::detail
