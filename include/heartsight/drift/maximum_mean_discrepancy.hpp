#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/normal_distribution.hpp>
#include <heartsight/core/random.hpp>
#include <heartsight/drift/detail/matrix_pair.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

struct MaximumMeanDiscrepancyOptions {
  double bandwidth = 0.0;         ///< of exp(-d^2 / (2 bandwidth^2)) on standardised columns; 0: the median distance
  std::size_t block_size = 0;     ///< rows of each side in a block; 0: all at once up to 2,000 rows together, else sqrt(n)
  std::size_t n_resamples = 499;  ///< permutations, where all rows are taken at once; at least 99
  std::uint64_t seed = 0;         ///< of permutations and of the order of rows in blocks
};

struct MaximumMeanDiscrepancyResult {
  double statistic;        ///< unbiased estimate of MMD^2; may be negative
  double p_value;          ///< one-sided
  double bandwidth;        ///< that was used, in standard deviations
  std::size_t block_size;  ///< 0 when all rows were taken at once
};

namespace detail {

inline double rbf(const Matrix& x, std::size_t i, std::size_t j, double gamma) noexcept {
  return std::exp(-gamma * (x.row(as_index(i)) - x.row(as_index(j))).squaredNorm());
}

inline double median_distance(const Matrix& x, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> squared;
  const auto n = static_cast<std::uint64_t>(x.rows());
  for (int k = 0; k < 4000; ++k) {
    const auto i = static_cast<std::size_t>(random.below(n));
    const auto j = static_cast<std::size_t>(random.below(n));
    if (i != j) squared.push_back((x.row(as_index(i)) - x.row(as_index(j))).squaredNorm());
  }
  const auto middle = squared.begin() + static_cast<std::ptrdiff_t>(squared.size() / 2);
  std::nth_element(squared.begin(), middle, squared.end());
  return *middle > 0.0 ? std::sqrt(*middle) : 1.0;
}

}  // namespace detail

/// Maximum mean discrepancy of two tables with a Gaussian kernel.
///
/// Up to 2,000 rows together: the unbiased estimate over all pairs, p by permutation. More, or block_size given: the mean
/// over blocks of rows in random order, p from the blocks' own spread (normal; Zaremba, Gretton and Blaschko 2013,
/// arXiv 1307.1954); block_size 2 is the linear-time statistic. Columns are standardised over both tables together.
///
/// @param reference, current  (n, k), (m, k), finite, at least 4 rows each.
/// @throws ShapeError   columns differ, too few rows, fewer than 8 blocks.
/// @throws DomainError  a value is not finite, bandwidth is negative, block_size = 1, n_resamples is below 99.
/// NaN policy: reject; a bandwidth too small for a finite kernel gives NaN. O((n + m)^2 (k + n_resamples)) at once, O(n
/// block_size k) in blocks. Source: Gretton et al. 2012, jmlr.org/papers/v13/gretton12a.html.
[[nodiscard]] inline MaximumMeanDiscrepancyResult maximum_mean_discrepancy(
    MatrixView<const double> reference, MatrixView<const double> current,
    const MaximumMeanDiscrepancyOptions& options = {}) {
  constexpr auto where = "maximum_mean_discrepancy";
  check::at_least(where, "bandwidth", options.bandwidth, 0.0);
  check::at_least<std::size_t>(where, "n_resamples", options.n_resamples, 99);
  if (options.block_size == 1) check::at_least<std::size_t>(where, "block_size", options.block_size, 2);
  detail::check_pair(where, reference, current, 4);
  const std::size_t n = reference.n_rows();
  const std::size_t m = current.n_rows();
  const std::size_t total = n + m;
  detail::Matrix x = detail::stacked(reference, current);
  x = detail::ColumnScale(x).apply(x);
  const double bandwidth = options.bandwidth > 0.0 ? options.bandwidth : detail::median_distance(x, options.seed);
  const double gamma = 0.5 / (bandwidth * bandwidth);
  Random random(options.seed);
  const auto n_double = static_cast<double>(n);
  const auto m_double = static_cast<double>(m);
  constexpr std::size_t largest_at_once = 2000;
  if (options.block_size == 0 && total <= largest_at_once) {
    std::vector<float> kernel(total * total);
    for (std::size_t i = 0; i < total; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        kernel[i * total + j] = kernel[j * total + i] = i == j ? 0.0F : static_cast<float>(detail::rbf(x, i, j, gamma));
      }
    }
    std::vector<std::size_t> order(total);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<float> member(total);
    std::vector<double> row_sum(total);
    double all = 0.0;
    for (std::size_t i = 0; i < total; ++i) {
      row_sum[i] = std::accumulate(kernel.begin() + static_cast<std::ptrdiff_t>(i * total),
                                   kernel.begin() + static_cast<std::ptrdiff_t>((i + 1) * total), 0.0);
      all += row_sum[i];
    }
    const auto statistic = [&] {
      std::fill(member.begin(), member.end(), 0.0F);
      double from_x = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        member[order[i]] = 1.0F;
        from_x += row_sum[order[i]];
      }
      double xx = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        const float* const row = kernel.data() + order[i] * total;
        float parts[8] = {};
        std::size_t j = 0;
        for (; j + 8 <= total; j += 8) {
          for (std::size_t l = 0; l < 8; ++l) parts[l] += row[j + l] * member[j + l];
        }
        for (; j < total; ++j) parts[0] += row[j] * member[j];
        for (const float part : parts) xx += static_cast<double>(part);
      }
      const double xy = from_x - xx;
      const double yy = all - 2.0 * from_x + xx;
      return xx / (n_double * (n_double - 1.0)) + yy / (m_double * (m_double - 1.0)) - 2.0 * xy / (n_double * m_double);
    };
    const double observed = statistic();
    if (!std::isfinite(observed)) return {observed, observed - observed, bandwidth, 0};
    std::size_t n_beyond = 0;
    for (std::size_t r = 0; r < options.n_resamples; ++r) {
      random.shuffle(std::span(order));
      n_beyond += statistic() >= observed - 1e-9 ? 1U : 0U;
    }
    return {observed, (static_cast<double>(n_beyond) + 1.0) / (static_cast<double>(options.n_resamples) + 1.0), bandwidth,
            0};
  }
  const std::size_t smaller = std::min(n, m);
  const std::size_t block =
      options.block_size > 0 ? options.block_size
                             : std::max<std::size_t>(2, static_cast<std::size_t>(std::sqrt(static_cast<double>(smaller))));
  const std::size_t n_blocks = smaller / block;
  if (n_blocks < 8) {
    check::detail::fail<ShapeError>(where, "block_size", std::to_string(block),
                                    "must leave at least 8 blocks of the smaller table");
  }
  std::vector<std::size_t> rows_x(n);
  std::vector<std::size_t> rows_y(m);
  std::iota(rows_x.begin(), rows_x.end(), std::size_t{0});
  std::iota(rows_y.begin(), rows_y.end(), n);
  random.shuffle(std::span(rows_x));
  random.shuffle(std::span(rows_y));
  double mean = 0.0;
  double squares = 0.0;
  const auto b_double = static_cast<double>(block);
  for (std::size_t b = 0; b < n_blocks; ++b) {
    double within = 0.0;
    double across = 0.0;
    for (std::size_t i = b * block; i < (b + 1) * block; ++i) {
      for (std::size_t j = b * block; j < (b + 1) * block; ++j) {
        if (j < i) within += detail::rbf(x, rows_x[i], rows_x[j], gamma) + detail::rbf(x, rows_y[i], rows_y[j], gamma);
        if (j != i) across += detail::rbf(x, rows_x[i], rows_y[j], gamma);  // without pairs of one place: unbiased, as in
      }  // Gretton's linear-time statistic
    }
    const double value = (2.0 * within - 2.0 * across) / (b_double * (b_double - 1.0));
    const double off = value - mean;
    mean += off / static_cast<double>(b + 1);
    squares += off * (value - mean);
  }
  const auto count = static_cast<double>(n_blocks);
  const double error = std::sqrt(squares / (count - 1.0) / count);
  if (error > 0.0 || error != error) return {mean, normal_survival(mean / error), bandwidth, block};
  return {mean, mean > 0.0 ? 0.0 : 1.0, bandwidth, block};  // blocks all alike: the limit of a vanishing error
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
