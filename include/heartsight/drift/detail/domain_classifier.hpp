#pragma once

#include <heartsight/core/normal_distribution.hpp>
#include <heartsight/drift/detail/matrix_pair.hpp>
#include <heartsight/drift/detail/sorted_sample.hpp>
#include <heartsight/metrics/group_folds.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

/// Coefficients of the columns and, last, the intercept, which is not penalised. Newton's method with step halving.
inline Eigen::VectorXd ridge_logistic(const Matrix& x, const Eigen::VectorXd& y, double penalty) {
  const Eigen::Index k = x.cols();
  Eigen::VectorXd theta = Eigen::VectorXd::Zero(k + 1);
  const double share = y.mean();
  theta(k) = std::log(share / (1.0 - share));
  const auto score = [&](const Eigen::VectorXd& t) -> Eigen::VectorXd { return (x * t.head(k)).array() + t(k); };
  const auto loss = [&](const Eigen::VectorXd& t) {
    const Eigen::VectorXd z = score(t);
    double sum = 0.5 * penalty * t.head(k).squaredNorm();
    for (Eigen::Index i = 0; i < z.size(); ++i) {
      sum += std::max(z(i), 0.0) + std::log1p(std::exp(-std::abs(z(i)))) - y(i) * z(i);
    }
    return sum;
  };
  double current = loss(theta);
  for (int iteration = 0; iteration < 50; ++iteration) {
    const Eigen::VectorXd p = (1.0 + (-score(theta)).array().exp()).inverse();
    const Eigen::VectorXd residual = p - y;
    const Eigen::VectorXd weight = p.array() * (1.0 - p.array());
    Eigen::VectorXd gradient(k + 1);
    gradient.head(k) = x.transpose() * residual + penalty * theta.head(k);
    gradient(k) = residual.sum();
    Eigen::MatrixXd hessian(k + 1, k + 1);
    const Matrix weighted = x.array().colwise() * weight.array();
    hessian.topLeftCorner(k, k) = x.transpose() * weighted;
    hessian.topLeftCorner(k, k).diagonal().array() += penalty;
    hessian.topRightCorner(k, 1) = weighted.colwise().sum().transpose();
    hessian.bottomLeftCorner(1, k) = weighted.colwise().sum();
    hessian(k, k) = weight.sum() + 1e-9;
    const Eigen::VectorXd step = hessian.ldlt().solve(gradient);
    double size = 1.0;
    bool better = false;
    for (int halving = 0; halving < 30 && !better; ++halving, size *= 0.5) {
      const Eigen::VectorXd next = theta - size * step;
      const double value = loss(next);
      if (value <= current) {
        better = true;
        current = value;
        theta = next;
      }
    }
    if (!better || step.cwiseAbs().maxCoeff() < 1e-8) break;
  }
  return theta;
}

/// AUROC of scores, its DeLong variance, and what its variance would be without any relation.
struct FoldAuroc {
  double auroc;
  double variance;
  double null_variance;
};

inline FoldAuroc fold_auroc(const std::vector<double>& negative, const std::vector<double>& positive) {
  const auto n = static_cast<double>(negative.size());
  const auto m = static_cast<double>(positive.size());
  auto below = negative;
  auto above = positive;
  std::sort(below.begin(), below.end());
  std::sort(above.begin(), above.end());
  const auto placement = [](const std::vector<double>& sorted, double value) {
    const auto low = std::lower_bound(sorted.begin(), sorted.end(), value);
    const auto high = std::upper_bound(low, sorted.end(), value);
    return static_cast<double>(low - sorted.begin()) + 0.5 * static_cast<double>(high - low);
  };
  const auto moments = [](const std::vector<double>& values) {
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const auto count = static_cast<double>(values.size());
    return std::pair{mean, count > 1.0 ? squares / (count - 1.0) : 0.0};
  };
  std::vector<double> of_positive;
  for (const double value : positive) of_positive.push_back(placement(below, value) / n);
  std::vector<double> of_negative;
  for (const double value : negative) of_negative.push_back(1.0 - placement(above, value) / m);
  const auto [auroc, spread_positive] = moments(of_positive);
  const auto [same, spread_negative] = moments(of_negative);
  (void)same;
  // Ties lower the null variance: 1 - sum (t^3 - t) / (N^3 - N).
  std::vector<double> all = below;
  all.insert(all.end(), above.begin(), above.end());
  std::sort(all.begin(), all.end());
  double ties = 0.0;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t j = i;
    while (j < all.size() && all[j] == all[i]) ++j;
    const auto t = static_cast<double>(j - i);
    ties += t * (t * t - 1.0);
    i = j;
  }
  const double total = n + m;
  const double null_variance = (total + 1.0) / (12.0 * n * m) * (1.0 - ties / (total * (total * total - 1.0)));
  return {auroc, spread_positive / m + spread_negative / n, null_variance};
}

template <class Options, class Result>
void run_domain_classifier(MatrixView<const double> reference, MatrixView<const double> current, const Options& options,
                           Result& result) {
  constexpr auto where = "domain_classifier";
  check::positive(where, "penalty", options.penalty);
  check::at_least<std::size_t>(where, "n_folds", options.n_folds, 2);
  check::positive(where, "level", options.level);
  check::in_closed_range(where, "level", options.level, 0.0, 1.0);
  check_pair(where, reference, current, 2 * options.n_folds);
  const std::size_t n = reference.n_rows();
  const std::size_t total = n + current.n_rows();
  const std::size_t k = reference.n_cols();
  Matrix x = stacked(reference, current);
  if (options.squares) {
    const Matrix scaled = ColumnScale(x).apply(x);
    x.conservativeResize(Eigen::NoChange, as_index(2 * k));
    x.rightCols(as_index(k)) = scaled.array().square();
  }
  std::vector<std::int64_t> row(total);
  std::iota(row.begin(), row.end(), std::int64_t{0});
  std::vector<std::int64_t> side(total, 0);
  std::fill(side.begin() + static_cast<std::ptrdiff_t>(n), side.end(), 1);
  const auto fold = metrics::group_folds(row, side, options.n_folds, options.seed);
  const auto fit = [&](const std::vector<std::size_t>& rows, const ColumnScale*& scale_out, std::vector<ColumnScale>& keep) {
    Matrix part(as_index(rows.size()), x.cols());
    Eigen::VectorXd y(as_index(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      part.row(as_index(i)) = x.row(as_index(rows[i]));
      y(as_index(i)) = static_cast<double>(side[rows[i]]);
    }
    keep.emplace_back(part);
    scale_out = &keep.back();
    return ridge_logistic(keep.back().apply(part), y, options.penalty);
  };
  double excess = 0.0;
  double null_variance = 0.0;
  double variance = 0.0;
  const auto n_folds = static_cast<double>(options.n_folds);
  for (std::size_t f = 0; f < options.n_folds; ++f) {
    std::vector<std::size_t> training;
    for (std::size_t i = 0; i < total; ++i) {
      if (fold[i] != static_cast<std::int64_t>(f)) training.push_back(i);
    }
    std::vector<ColumnScale> keep;
    const ColumnScale* scale = nullptr;
    const Eigen::VectorXd theta = fit(training, scale, keep);
    std::vector<double> scores[2];
    for (std::size_t i = 0; i < total; ++i) {
      if (fold[i] != static_cast<std::int64_t>(f)) continue;
      const Matrix one = scale->apply(x.row(as_index(i)));
      scores[side[i]].push_back(one.row(0).dot(theta.head(x.cols()).transpose()));
    }
    const FoldAuroc part = fold_auroc(scores[0], scores[1]);
    excess += (part.auroc - 0.5) / n_folds;
    null_variance += part.null_variance / (n_folds * n_folds);
    variance += part.variance / (n_folds * n_folds);
  }
  result.auroc = 0.5 + excess;
  result.p_value = null_variance > 0.0 ? normal_survival(excess / std::sqrt(null_variance)) : 1.0;
  const double reach = normal_quantile(0.5 + 0.5 * options.level) * std::sqrt(variance);
  result.low = std::max(0.0, result.auroc - reach);
  result.high = std::min(1.0, result.auroc + reach);
  std::vector<std::size_t> all(total);
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::vector<ColumnScale> keep;
  const ColumnScale* scale = nullptr;
  const Eigen::VectorXd theta = fit(all, scale, keep);
  for (std::size_t j = 0; j < k; ++j) {
    const double square = options.squares ? theta(as_index(k + j)) : 0.0;
    result.coefficients.push_back(options.squares ? std::copysign(std::hypot(theta(as_index(j)), square), theta(as_index(j)))
                                                  : theta(as_index(j)));
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
