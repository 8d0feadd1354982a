#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/drift/detail/domain_classifier.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

struct DomainClassifierOptions {
  double penalty = 1.0;           ///< L2 on standardised coefficients, as sum of squares / 2; positive
  bool squares = true;            ///< give the classifier the squares of the columns too, so that it sees changes of spread
  std::size_t n_folds = 5;        ///< at least 2
  std::size_t n_resamples = 199;  ///< permutations of the labels, which give the null its spread; at least 20
  std::uint64_t seed = 0;         ///< of folds and permutations
  double level = 0.95;            ///< of the interval
};

/// How well a classifier tells current rows from reference rows.
struct DomainClassifierResult {
  double auroc;  ///< cross-fitted: 0.5 when the tables look alike; the mean of the folds
  double low;    ///< interval of the AUROC
  double high;
  double p_value;                    ///< one-sided: how often a classifier does as well on tables of one distribution
  std::vector<double> coefficients;  ///< of the columns, standardised, in a fit to all rows: which columns tell them apart
};

/// Domain classifier test: L2-regularised logistic regression, cross-fitted, between the rows of two tables.
///
/// p: normal, with the spread of the statistic over permuted labels: folds share their training rows, so that the
/// Mann-Whitney variance alone would be too small. The interval is DeLong's, widened by the same ratio. The test sees
/// changes that no column shows alone, as far as they are linear (in the squares).
///
/// @param reference, current  (n, k), (m, k), finite; each with at least 2 rows per fold.
/// @throws ShapeError   columns differ, too few rows.
/// @throws DomainError  a value is not finite, an option is out of range.
/// NaN policy: reject. Constant columns tell nothing. Size by simulation in docs/drift.md.
/// O((n + m) k (k + n_resamples) n_folds). Source: Lopez-Paz and Oquab 2017, arXiv 1610.06545.
[[nodiscard]] inline DomainClassifierResult domain_classifier(MatrixView<const double> reference,
                                                              MatrixView<const double> current,
                                                              const DomainClassifierOptions& options = {}) {
  DomainClassifierResult result{};
  detail::run_domain_classifier(reference, current, options, result);
  return result;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
