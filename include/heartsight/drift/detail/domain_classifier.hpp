#pragma once

#include <heartsight/core/normal_distribution.hpp>
#include <heartsight/core/random.hpp>
#include <heartsight/drift/detail/matrix_pair.hpp>
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

/// AUROC of scores and its DeLong variance.
struct FoldAuroc {
  double auroc;
  double variance;
};

inline FoldAuroc fold_auroc(std::vector<double> negative, std::vector<double> positive) {
  const auto n = static_cast<double>(negative.size());
  const auto m = static_cast<double>(positive.size());
  std::sort(negative.begin(), negative.end());
  std::sort(positive.begin(), positive.end());
  // Mean and sample variance of the placements of `values` among `others`, both ascending.
  const auto placements = [](const std::vector<double>& values, const std::vector<double>& others) {
    double mean = 0.0;
    double squares = 0.0;
    double count = 0.0;
    std::size_t below = 0;
    std::size_t up_to = 0;
    for (const double value : values) {
      while (below < others.size() && others[below] < value) ++below;
      up_to = std::max(up_to, below);
      while (up_to < others.size() && others[up_to] == value) ++up_to;
      const double placement = 0.5 * static_cast<double>(below + up_to) / static_cast<double>(others.size());
      count += 1.0;
      const double off = placement - mean;
      mean += off / count;
      squares += off * (placement - mean);
    }
    return std::pair{mean, count > 1.0 ? squares / (count - 1.0) : 0.0};
  };
  const auto [auroc, spread_positive] = placements(positive, negative);
  const double spread_negative = placements(negative, positive).second;
  return {auroc, spread_positive / m + spread_negative / n};
}

template <class Options, class Result>
void run_domain_classifier(MatrixView<const double> reference, MatrixView<const double> current, const Options& options,
                           Result& result) {
  constexpr auto where = "domain_classifier";
  check::positive(where, "penalty", options.penalty);
  check::at_least<std::size_t>(where, "n_folds", options.n_folds, 2);
  check::at_least<std::size_t>(where, "n_resamples", options.n_resamples, 20);
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
  // Labels permuted within folds, the same in all of them: what a classifier finds when there is nothing to be found.
  Random random(options.seed);
  std::vector<std::vector<std::size_t>> rows_of(options.n_folds);
  for (std::size_t i = 0; i < total; ++i) rows_of[static_cast<std::size_t>(fold[i])].push_back(i);
  std::vector<std::vector<std::uint8_t>> permuted(options.n_resamples, std::vector<std::uint8_t>(total));
  for (auto& labels : permuted) {
    for (const auto& rows : rows_of) {
      std::vector<std::uint8_t> part;
      for (const std::size_t i : rows) part.push_back(static_cast<std::uint8_t>(side[i]));
      random.shuffle(std::span(part));
      for (std::size_t i = 0; i < rows.size(); ++i) labels[rows[i]] = part[i];
    }
  }
  const auto rows_but = [&](std::size_t f) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < total; ++i) {
      if (fold[i] != static_cast<std::int64_t>(f)) rows.push_back(i);
    }
    return rows;
  };
  const auto part_of = [&](const std::vector<std::size_t>& rows) {
    Matrix part(as_index(rows.size()), x.cols());
    for (std::size_t i = 0; i < rows.size(); ++i) part.row(as_index(i)) = x.row(as_index(rows[i]));
    return part;
  };
  const auto labels_of = [&](const std::vector<std::size_t>& rows, const auto& labels) {
    Eigen::VectorXd y(as_index(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) y(as_index(i)) = static_cast<double>(labels[rows[i]]);
    return y;
  };
  const auto auroc_of = [&](const Matrix& test, const Eigen::VectorXd& coefficients, const std::vector<std::size_t>& rows,
                            const auto& labels) {
    const Eigen::VectorXd score = test * coefficients;
    std::vector<double> scores[2];
    for (std::size_t i = 0; i < rows.size(); ++i) scores[labels[rows[i]]].push_back(score(as_index(i)));
    return fold_auroc(std::move(scores[0]), std::move(scores[1]));
  };
  double excess = 0.0;
  double variance = 0.0;
  const auto n_folds = static_cast<double>(options.n_folds);
  std::vector<double> null_excess(options.n_resamples, 0.0);
  double null_variance_alone = 0.0;  // DeLong's, of one permutation: as if folds were independent
  for (std::size_t f = 0; f < options.n_folds; ++f) {
    const auto training_rows = rows_but(f);
    const Matrix raw = part_of(training_rows);
    const ColumnScale scale(raw);
    const Matrix training = scale.apply(raw);
    const Matrix test = scale.apply(part_of(rows_of[f]));
    const Eigen::VectorXd y = labels_of(training_rows, side);
    const Eigen::VectorXd theta = ridge_logistic(training, y, options.penalty);
    const FoldAuroc part = auroc_of(test, theta.head(x.cols()), rows_of[f], side);
    excess += (part.auroc - 0.5) / n_folds;
    variance += part.variance / (n_folds * n_folds);
    // Without a relation the first Newton step is the fit, and its matrix is the same for every permutation.
    const double share = y.mean();
    Eigen::MatrixXd hessian = training.transpose() * training * (share * (1.0 - share));
    hessian.diagonal().array() += options.penalty;
    const Eigen::LDLT<Eigen::MatrixXd> solver(hessian);
    for (std::size_t r = 0; r < options.n_resamples; ++r) {
      const Eigen::VectorXd residual = labels_of(training_rows, permuted[r]).array() - share;
      const Eigen::VectorXd coefficients = solver.solve(training.transpose() * residual);
      const FoldAuroc null = auroc_of(test, coefficients, rows_of[f], permuted[r]);
      null_excess[r] += (null.auroc - 0.5) / n_folds;
      null_variance_alone += null.variance / (n_folds * n_folds) / static_cast<double>(options.n_resamples);
    }
  }
  double null_variance = 0.0;
  for (const double value : null_excess) null_variance += value * value / static_cast<double>(options.n_resamples);
  result.auroc = 0.5 + excess;
  result.p_value = null_variance > 0.0 ? normal_survival(excess / std::sqrt(null_variance)) : 1.0;
  const double inflation = null_variance_alone > 0.0 ? std::max(1.0, null_variance / null_variance_alone) : 1.0;
  const double reach = normal_quantile(0.5 + 0.5 * options.level) * std::sqrt(variance * inflation);
  result.low = std::max(0.0, result.auroc - reach);
  result.high = std::min(1.0, result.auroc + reach);
  const ColumnScale scale(x);
  Eigen::VectorXd labels(as_index(total));
  for (std::size_t i = 0; i < total; ++i) labels(as_index(i)) = static_cast<double>(side[i]);
  const Eigen::VectorXd theta = ridge_logistic(scale.apply(x), labels, options.penalty);
  for (std::size_t j = 0; j < k; ++j) {
    const double square = options.squares ? theta(as_index(k + j)) : 0.0;
    result.coefficients.push_back(options.squares ? std::copysign(std::hypot(theta(as_index(j)), square), theta(as_index(j)))
                                                  : theta(as_index(j)));
  }
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
