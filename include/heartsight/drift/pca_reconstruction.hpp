#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/random.hpp>
#include <heartsight/drift/anderson_darling.hpp>
#include <heartsight/drift/detail/matrix_pair.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

struct PcaReconstructionOptions {
  double variance = 0.65;  ///< share of the variance that the kept components explain at least; in (0, 1]
  std::uint64_t seed = 0;  ///< of the split of the reference
};

struct PcaReconstructionResult {
  double reference_error;  ///< mean distance of a held-out reference row from its reconstruction, in standard deviations
  double current_error;    ///< the same of a current row
  std::size_t n_components;
  double statistic;  ///< Anderson-Darling of the two samples of errors
  double p_value;
};

/// Change of the correlations between columns: how well principal components of the reference reconstruct current rows.
///
/// Scale and components come from one random half of the reference; the errors of the other half, which the fit has not
/// seen, are the null for those of the current rows, and the two are compared by anderson_darling.
///
/// @param reference, current  (n, k), (m, k), finite; at least 20 rows of reference and 2 of current, k at least 2.
/// @throws ShapeError columns differ, too few rows or columns. @throws DomainError a value is not finite, variance is out of
///         (0, 1]. NaN policy: reject. With all components kept every error is 0 and p is 1;
///         errors that rounding explains are 0. O((n + m) k^2 + k^3).
/// Caveat: a shift along the kept components leaves no error; test the columns as well (compare).
[[nodiscard]] inline PcaReconstructionResult pca_reconstruction(MatrixView<const double> reference,
                                                                MatrixView<const double> current,
                                                                const PcaReconstructionOptions& options = {}) {
  constexpr auto where = "pca_reconstruction";
  check::positive(where, "variance", options.variance);
  check::in_closed_range(where, "variance", options.variance, 0.0, 1.0);
  detail::check_pair(where, reference, current, 2);
  check::at_least<std::size_t>(where, "columns", reference.n_cols(), 2);
  if (reference.n_rows() < 20) {
    check::detail::fail<ShapeError>(where, "rows of reference", std::to_string(reference.n_rows()), "must be at least 20");
  }
  const std::size_t n = reference.n_rows();
  const std::size_t half = n / 2;
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(options.seed).shuffle(std::span(order));
  const detail::Matrix all = detail::stacked(reference, current);
  detail::Matrix training(detail::as_index(half), all.cols());
  detail::Matrix held_out(detail::as_index(n - half), all.cols());
  for (std::size_t i = 0; i < n; ++i) {
    auto row = i < half ? training.row(detail::as_index(i)) : held_out.row(detail::as_index(i - half));
    row = all.row(detail::as_index(order[i]));
  }
  const detail::ColumnScale scale(training);
  training = scale.apply(training);
  const Eigen::MatrixXd covariance = training.transpose() * training / static_cast<double>(half);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  const Eigen::VectorXd& values = solver.eigenvalues();  // ascending
  const double wanted = options.variance * values.sum();
  Eigen::Index n_components = 0;
  for (double sum = 0.0; n_components < values.size() && (n_components == 0 || sum < wanted * (1.0 - 1e-12));
       ++n_components) {
    sum += values(values.size() - 1 - n_components);
  }
  const Eigen::MatrixXd basis = solver.eigenvectors().rightCols(n_components);
  const double rounding_of_means = 1e-14 * (scale.mean.array() / scale.sd.array()).matrix().norm();
  const auto errors = [&](const detail::Matrix& rows) {
    const detail::Matrix scaled = scale.apply(rows);
    const detail::Matrix rest = scaled - (scaled * basis) * basis.transpose();
    std::vector<double> result(static_cast<std::size_t>(rows.rows()));
    for (std::size_t i = 0; i < result.size(); ++i) {
      const double error = rest.row(detail::as_index(i)).norm();
      const double rounding = 1e-10 * scaled.row(detail::as_index(i)).norm() + rounding_of_means;
      result[i] = error <= rounding ? 0.0 : error;  // else, where columns follow from others, digits of noise are tested
    }
    return result;
  };
  const std::vector<double> a = errors(held_out);
  const std::vector<double> b = errors(all.bottomRows(detail::as_index(current.n_rows())));
  const auto mean = [](const std::vector<double>& v) {
    return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
  };
  if (n_components == values.size()) return {mean(a), mean(b), static_cast<std::size_t>(n_components), 0.0, 1.0};
  const TestResult test = anderson_darling(a, b);
  return {mean(a), mean(b), static_cast<std::size_t>(n_components), test.statistic, test.p_value};
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
