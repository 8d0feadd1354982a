#pragma once

#include <heartsight/features/nn_series.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

namespace detail {

/// Series longer than this are cut into equal blocks, and templates are compared within their block: comparing every pair is
/// quadratic, and a series without an end must not take a time without one. A day of beats is less.
inline constexpr std::size_t longest_template_block = 131'072;

/// Templates that match in all values but the last, and in all.
struct TemplateMatches {
  std::uint64_t shorter = 0;
  std::uint64_t longer = 0;
};

/// Of the templates [from, to), those within tolerance of (centre_y, centre_z). No branch, so that several go at a time.
#if defined(__GNUC__)
__attribute__((always_inline))
#endif
inline TemplateMatches count_matches(const double* y, const double* z, std::size_t from, std::size_t to, double centre_y,
                                     double centre_z, double tolerance) {
  TemplateMatches matches;
  for (std::size_t j = from; j < to; ++j) {
    const auto matches_y = static_cast<std::uint64_t>(std::abs(y[j] - centre_y) <= tolerance);
    matches.shorter += matches_y;
    matches.longer += matches_y & static_cast<std::uint64_t>(std::abs(z[j] - centre_z) <= tolerance);
  }
  return matches;
}

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2"), noinline)) inline TemplateMatches count_matches_avx2(const double* y, const double* z,
                                                                                    std::size_t from, std::size_t to,
                                                                                    double centre_y, double centre_z,
                                                                                    double tolerance) {
  return count_matches(y, z, from, to, centre_y, centre_z, tolerance);
}
#endif

/// Templates of dimension + 1 values, sorted by the first: those that match a given one lie side by side. A template that
/// ends with its run has NaN, which matches nothing, for its last value.
struct TemplateBlock {
  std::size_t dimension;
  std::vector<std::vector<double>> column;  // column[k][i]: value k of the template that is i-th by value 0

  TemplateBlock(std::span<const double> x, std::span<const std::size_t> start, std::span<const std::uint8_t> is_whole,
                std::size_t m)
      : dimension(m), column(m + 1) {
    std::vector<std::size_t> order(start.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[start[a]] < x[start[b]]; });
    for (std::size_t k = 0; k <= m; ++k) {
      for (const std::size_t i : order) {
        const bool is_there = k < m || is_whole[i] != 0;
        column[k].push_back(is_there ? x[start[i] + k] : std::numeric_limits<double>::quiet_NaN());
      }
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return column[0].size(); }

  /// Of the templates [from, to), whose first values match already, those that match template i.
  [[nodiscard]] TemplateMatches matches(std::size_t i, std::size_t from, std::size_t to, double tolerance) const {
    if (dimension == 2) {  // by far the most used
      const double* y = column[1].data();
      const double* z = column[2].data();
#if defined(__x86_64__) && defined(__GNUC__)
      if (__builtin_cpu_supports("avx2")) return count_matches_avx2(y, z, from, to, y[i], z[i], tolerance);
#endif
      return count_matches(y, z, from, to, y[i], z[i], tolerance);
    }
    TemplateMatches found;
    for (std::size_t j = from; j < to; ++j) {
      std::size_t k = 1;
      while (k <= dimension && std::abs(column[k][j] - column[k][i]) <= tolerance) ++k;
      found.shorter += k >= dimension ? 1U : 0U;
      found.longer += k > dimension ? 1U : 0U;
    }
    return found;
  }
};

/// Starts of the templates of `length` values that lie within one run, and whether one more value follows there.
struct TemplateStarts {
  std::vector<std::size_t> start;
  std::vector<std::uint8_t> is_whole;
};

/// The templates of a series, cut into equal blocks.
inline std::vector<TemplateStarts> template_starts(const NnSeries& nn, std::size_t length) {
  TemplateStarts all;
  for (std::size_t r = 0; r < nn.n_runs(); ++r) {
    for (std::size_t i = nn.run_begin(r); i + length <= nn.run_end(r); ++i) {
      all.start.push_back(i);
      all.is_whole.push_back(i + length < nn.run_end(r) ? 1 : 0);
    }
  }
  const std::size_t n = all.start.size();
  const std::size_t n_blocks = (n + longest_template_block - 1) / longest_template_block;
  std::vector<TemplateStarts> blocks(n_blocks);
  for (std::size_t b = 0; b < n_blocks; ++b) {
    const auto from = static_cast<std::ptrdiff_t>(b * n / n_blocks);
    const auto to = static_cast<std::ptrdiff_t>((b + 1) * n / n_blocks);
    blocks[b].start.assign(all.start.begin() + from, all.start.begin() + to);
    blocks[b].is_whole.assign(all.is_whole.begin() + from, all.is_whole.begin() + to);
  }
  return blocks;
}

/// Pairs of different templates that one more value follows.
inline TemplateMatches matching_pairs(std::span<const double> x, const TemplateStarts& starts, std::size_t dimension,
                                      double tolerance) {
  const std::vector<std::uint8_t> all(starts.start.size(), 1);  // starts are those of dimension + 1 values
  const TemplateBlock block(x, starts.start, all, dimension);
  const auto& first = block.column[0];
  TemplateMatches pairs;
  std::size_t end = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    while (end < block.size() && std::abs(first[end] - first[i]) <= tolerance) ++end;
    const auto found = block.matches(i, i + 1, end, tolerance);
    pairs.shorter += found.shorter;
    pairs.longer += found.longer;
  }
  return pairs;
}

/// Sums over the templates, for both lengths, of the logarithm of the share of templates that match, itself included.
struct LogShares {
  double shorter = 0.0;
  double n_shorter = 0.0;
  double longer = 0.0;
  double n_longer = 0.0;
};

inline LogShares log_shares(std::span<const double> x, const TemplateStarts& starts, std::size_t dimension,
                            double tolerance) {
  const TemplateBlock block(x, starts.start, starts.is_whole, dimension);
  const auto& first = block.column[0];
  const std::size_t n = block.size();
  LogShares shares;
  shares.n_shorter = static_cast<double>(n);
  for (const auto whole : starts.is_whole) shares.n_longer += whole;
  std::size_t begin = 0;
  std::size_t end = 0;
  for (std::size_t i = 0; i < n; ++i) {
    while (std::abs(first[i] - first[begin]) > tolerance) ++begin;
    while (end < n && std::abs(first[end] - first[i]) <= tolerance) ++end;
    const auto found = block.matches(i, begin, end, tolerance);
    shares.shorter += std::log(static_cast<double>(found.shorter) / shares.n_shorter);
    if (found.longer > 0) shares.longer += std::log(static_cast<double>(found.longer) / shares.n_longer);
  }
  return shares;
}

inline void check_entropy(const char* where, std::size_t dimension, double tolerance_ms) {
  check::in_closed_range<std::size_t>(where, "dimension", dimension, 1, 20);
  check::in_closed_range(where, "tolerance_ms", tolerance_ms, 0.0, 1e9);
}

}  // namespace detail

/// Sample entropy: -ln(A / B), where B pairs of templates of `dimension` successive intervals, and A of one interval more,
/// lie within tolerance of each other in every interval (Chebyshev distance, at most the tolerance).
///
/// Both are counted over the templates that one more interval follows, no template is compared with itself, and none crosses
/// a gap.
/// @param dimension    1 to 20; 2 by custom.
/// @param tolerance_ms 0.2 times the standard deviation by custom.
/// @return NaN where no pair matches at all (B = 0), infinity where none matches with one more interval (A = 0).
/// @throws DomainError dimension or tolerance_ms is out of range.
///
/// Every pair is compared whose first intervals match, which is quadratic with a small constant: 0.2 s for the 100,000 beats
/// of a day with AVX2, 2 s where all of them are alike. Beyond 131,072 templates the series is cut into equal blocks and
/// pairs are counted within blocks, so that time stays linear; that is the answer for such series, not an error. Equal to
/// NeuroKit2 0.2.13's entropy_sample within 1e-10 (tests/python/test_hrv.py).
/// @cite Richman and Moorman 2000, DOI 10.1152/ajpheart.2000.278.6.H2039
[[nodiscard]] inline double sample_entropy(const NnSeries& nn, std::size_t dimension, double tolerance_ms) {
  detail::check_entropy("sample_entropy", dimension, tolerance_ms);
  detail::TemplateMatches pairs;
  for (const auto& starts : detail::template_starts(nn, dimension + 1)) {
    const auto here = detail::matching_pairs(nn.nn_ms(), starts, dimension, tolerance_ms);
    pairs.shorter += here.shorter;
    pairs.longer += here.longer;
  }
  if (pairs.shorter == 0) return std::numeric_limits<double>::quiet_NaN();
  if (pairs.longer == 0) return std::numeric_limits<double>::infinity();
  return -std::log(static_cast<double>(pairs.longer) / static_cast<double>(pairs.shorter));
}

/// Approximate entropy: the mean logarithm of the share of templates of `dimension` intervals that lie within tolerance,
/// less that of one interval more; every template matches itself, so it is biased for short series. Arguments, gaps, blocks
/// and cost as of sample_entropy. NaN without a template. Equal to NeuroKit2 0.2.13's entropy_approximate within 1e-10.
/// @cite Pincus 1991, DOI 10.1073/pnas.88.6.2297
[[nodiscard]] inline double approximate_entropy(const NnSeries& nn, std::size_t dimension, double tolerance_ms) {
  detail::check_entropy("approximate_entropy", dimension, tolerance_ms);
  detail::LogShares total;
  for (const auto& starts : detail::template_starts(nn, dimension)) {
    const auto here = detail::log_shares(nn.nn_ms(), starts, dimension, tolerance_ms);
    total.shorter += here.shorter;
    total.n_shorter += here.n_shorter;
    total.longer += here.longer;
    total.n_longer += here.n_longer;
  }
  return total.shorter / total.n_shorter - total.longer / total.n_longer;  // 0 / 0: no template
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
