#pragma once

#include <heartsight/calibration/detail/logistic_fit.hpp>
#include <heartsight/calibration/detail/minimize.hpp>
#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/state_bytes.hpp>
#include <heartsight/metrics/detail/ranking.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::calibration {

enum class SoftmaxScaling : std::uint8_t {
  temperature,  ///< one factor for all logits (Guo et al. 2017, arXiv 1706.04599): keeps the order of the classes
  vector,       ///< a factor and an intercept per class (same source)
  dirichlet,    ///< a full matrix and intercepts, off-diagonal entries and intercepts shrunk (Kull et al. 2019, arXiv
                ///< 1910.12656)
};

[[nodiscard]] constexpr std::string_view to_string(SoftmaxScaling scaling) noexcept {
  constexpr std::string_view names[] = {"temperature", "vector", "dirichlet"};
  return names[static_cast<std::size_t>(scaling)];
}
/// @throws DomainError another name than "temperature", "vector" or "dirichlet".
[[nodiscard]] inline SoftmaxScaling softmax_scaling(std::string_view name) {
  for (const auto scaling : {SoftmaxScaling::temperature, SoftmaxScaling::vector, SoftmaxScaling::dirichlet}) {
    if (name == to_string(scaling)) return scaling;
  }
  check::detail::fail<DomainError>("SoftmaxCalibrator", "scaling", std::string(name),
                                   "must be temperature, vector or dirichlet");
}

struct SoftmaxCalibratorOptions {
  SoftmaxScaling scaling = SoftmaxScaling::dirichlet;
  double off_diagonal_penalty = 1e-3;  ///< of dirichlet: on the mean squared off-diagonal entry; at least 0
  double intercept_penalty = 1e-3;     ///< of vector and dirichlet: on the mean squared intercept; at least 0

  friend bool operator==(const SoftmaxCalibratorOptions&, const SoftmaxCalibratorOptions&) = default;
};

/// Calibration of multi-class probabilities: softmax(W ln p + b), fitted by maximum (penalised) likelihood.
///
/// Probabilities below 1e-12 count as 1e-12. The fit is convex and starts at the identity; weights are of cases.
/// NaN policy: reject. O(iterations * n k^2) to fit, O(k^2) per case.
class SoftmaxCalibrator {
 public:
  explicit SoftmaxCalibrator(const SoftmaxCalibratorOptions& options = {}) : options_(options) {
    check::at_least("SoftmaxCalibrator", "off_diagonal_penalty", options.off_diagonal_penalty, 0.0);
    check::at_least("SoftmaxCalibrator", "intercept_penalty", options.intercept_penalty, 0.0);
  }
  /// A calibrator of known parameters: matrix (k, k) row-major and intercept (k,).
  /// @throws ShapeError sizes do not fit. @throws DomainError a value is not finite.
  SoftmaxCalibrator(const SoftmaxCalibratorOptions& options, std::vector<double> matrix, std::vector<double> intercept)
      : SoftmaxCalibrator(options) {
    constexpr auto where = "SoftmaxCalibrator";
    check::not_empty(where, "intercept", intercept.size());
    check::has_size(where, "matrix", matrix.size(), intercept.size() * intercept.size());
    check::all_finite<double>(where, "matrix", matrix);
    check::all_finite<double>(where, "intercept", intercept);
    matrix_ = std::move(matrix);
    intercept_ = std::move(intercept);
  }

  /// @param probability (n, k), rows sum to 1 within 1e-6; k at least 2. @param class_index (n,) 0 .. k - 1.
  /// @param weight (n,) in [0, 1e12], or empty. @return *this.
  /// @throws ShapeError n = 0, k < 2, sizes differ. @throws DomainError out of range, or no case has weight.
  /// A class without a case is no error: its intercept is held by the penalty.
  SoftmaxCalibrator& fit(MatrixView<const double> probability, std::span<const std::int64_t> class_index,
                         std::span<const double> weight = {}) {
    constexpr auto where = "SoftmaxCalibrator.fit";
    const std::size_t n = class_index.size();
    const std::size_t k = probability.n_cols();
    check::not_empty(where, "class_index", n);
    check::same_size(where, "class_index", n, "probability", probability.n_rows());
    check::at_least<std::size_t>(where, "n_classes", k, 2);
    check::in_closed_range<std::int64_t>(where, "class_index", class_index, 0, static_cast<std::int64_t>(k) - 1);
    metrics::detail::check_weights(where, weight, n);
    const std::vector<double> x = logs(where, probability);
    double total = 0.0;
    for (std::size_t i = 0; i < n; ++i) total += weight.empty() ? 1.0 : weight[i];
    check::positive(where, "weight (sum)", total);

    const bool is_temperature = options_.scaling == SoftmaxScaling::temperature;
    const bool is_full = options_.scaling == SoftmaxScaling::dirichlet;
    const std::size_t n_matrix = is_temperature ? 1 : (is_full ? k * k : k);
    std::vector<double> theta(n_matrix + (is_temperature ? 0 : k), 0.0);
    for (std::size_t j = 0; j < n_matrix; ++j) theta[j] = !is_full || j % (k + 1) == 0 ? 1.0 : 0.0;

    const double kk = static_cast<double>(k);
    std::vector<double> z(k);
    const auto loss = [&](std::span<const double> t, std::span<double> gradient) {
      std::fill(gradient.begin(), gradient.end(), 0.0);
      double sum = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        const double w = (weight.empty() ? 1.0 : weight[i]) / total;
        if (w == 0.0) continue;
        const double* row = x.data() + i * k;
        for (std::size_t c = 0; c < k; ++c) {
          if (is_full) {
            z[c] = t[n_matrix + c];
            for (std::size_t j = 0; j < k; ++j) z[c] += t[c * k + j] * row[j];
          } else {
            z[c] = is_temperature ? t[0] * row[c] : t[c] * row[c] + t[n_matrix + c];
          }
        }
        const auto truth = static_cast<std::size_t>(class_index[i]);
        const double log_total = log_sum(z);
        sum -= w * (z[truth] - log_total);
        for (std::size_t c = 0; c < k; ++c) {
          const double g = w * (std::exp(z[c] - log_total) - (c == truth ? 1.0 : 0.0));
          if (is_full) {
            for (std::size_t j = 0; j < k; ++j) gradient[c * k + j] += g * row[j];
          } else {
            gradient[is_temperature ? 0 : c] += g * row[c];
          }
          if (!is_temperature) gradient[n_matrix + c] += g;
        }
      }
      if (is_full && options_.off_diagonal_penalty > 0.0) {
        const double scale = options_.off_diagonal_penalty / (kk * (kk - 1.0));
        for (std::size_t j = 0; j < n_matrix; ++j) {
          if (j % (k + 1) == 0) continue;
          sum += scale * t[j] * t[j];
          gradient[j] += 2.0 * scale * t[j];
        }
      }
      if (!is_temperature) {
        const double scale = options_.intercept_penalty / kk;
        for (std::size_t c = n_matrix; c < t.size(); ++c) {
          sum += scale * t[c] * t[c];
          gradient[c] += 2.0 * scale * t[c];
        }
      }
      return sum;
    };
    detail::minimize(theta, loss);
    matrix_.assign(k * k, 0.0);
    intercept_.assign(k, 0.0);
    for (std::size_t c = 0; c < k; ++c) {
      for (std::size_t j = 0; j < k; ++j) {
        matrix_[c * k + j] = is_full ? theta[c * k + j] : (c == j ? theta[is_temperature ? 0 : c] : 0.0);
      }
      if (!is_temperature) intercept_[c] = theta[n_matrix + c];
    }
    return *this;
  }

  /// Calibrated probabilities (n, k) row-major of probabilities (n, k).
  /// @throws NotFittedError before fit. @throws ShapeError another k. @throws DomainError a row is no probability vector.
  [[nodiscard]] std::vector<double> transform(MatrixView<const double> probability) const {
    constexpr auto where = "SoftmaxCalibrator.transform";
    if (!is_fitted()) throw NotFittedError(std::string(where) + ": call fit first");
    const std::size_t k = n_classes();
    check::has_size(where, "probability (columns)", probability.n_cols(), k);
    const std::vector<double> x = logs(where, probability);
    std::vector<double> result(x.size());
    std::vector<double> z(k);
    for (std::size_t i = 0; i < probability.n_rows(); ++i) {
      for (std::size_t c = 0; c < k; ++c) {
        z[c] = intercept_[c];
        for (std::size_t j = 0; j < k; ++j) z[c] += matrix_[c * k + j] * x[i * k + j];
      }
      const double log_total = log_sum(z);
      for (std::size_t c = 0; c < k; ++c) result[i * k + c] = std::exp(z[c] - log_total);
    }
    return result;
  }

  [[nodiscard]] bool is_fitted() const noexcept { return !intercept_.empty(); }
  [[nodiscard]] std::size_t n_classes() const noexcept { return intercept_.size(); }
  [[nodiscard]] const std::vector<double>& matrix() const noexcept { return matrix_; }        ///< (k, k) row-major
  [[nodiscard]] const std::vector<double>& intercept() const noexcept { return intercept_; }  ///< (k,)
  [[nodiscard]] const SoftmaxCalibratorOptions& options() const noexcept { return options_; }
  friend bool operator==(const SoftmaxCalibrator&, const SoftmaxCalibrator&) = default;

  /// Options and parameters, fitted or not: the same bytes on every machine.
  [[nodiscard]] std::vector<std::byte> to_bytes() const {
    StateWriter writer("SMAX", 1);
    writer.u8(static_cast<std::uint8_t>(options_.scaling));
    writer.f64(options_.off_diagonal_penalty);
    writer.f64(options_.intercept_penalty);
    writer.f64s(matrix_);
    writer.f64s(intercept_);
    return writer.finish();
  }
  /// @throws FormatError bytes that to_bytes did not write.
  [[nodiscard]] static SoftmaxCalibrator from_bytes(std::span<const std::byte> bytes) {
    StateReader reader(bytes, "SMAX", 1);
    SoftmaxCalibratorOptions options;
    const std::uint8_t scaling = reader.u8();
    if (scaling > static_cast<std::uint8_t>(SoftmaxScaling::dirichlet)) reader.fail("scaling");
    options.scaling = static_cast<SoftmaxScaling>(scaling);
    options.off_diagonal_penalty = reader.f64();
    options.intercept_penalty = reader.f64();
    auto matrix = reader.f64s();
    auto intercept = reader.f64s();
    reader.finish();
    try {
      if (matrix.empty() && intercept.empty()) return SoftmaxCalibrator(options);
      return SoftmaxCalibrator(options, std::move(matrix), std::move(intercept));
    } catch (const Error& error) {
      reader.fail(error.what());
    }
  }

 private:
  static double log_sum(std::span<const double> z) {
    const double top = *std::max_element(z.begin(), z.end());
    double sum = 0.0;
    for (const double v : z) sum += std::exp(v - top);
    return top + std::log(sum);
  }

  static std::vector<double> logs(const char* where, MatrixView<const double> probability) {
    std::vector<double> x(probability.n_rows() * probability.n_cols());
    for (std::size_t i = 0; i < probability.n_rows(); ++i) {
      double sum = 0.0;
      for (std::size_t c = 0; c < probability.n_cols(); ++c) {
        const double p = probability(i, c);
        check::in_closed_range(where, "probability", p, 0.0, 1.0);
        sum += p;
        x[i * probability.n_cols() + c] = std::log(std::max(p, detail::probability_margin));
      }
      if (std::abs(sum - 1.0) > 1e-6) {
        check::detail::fail<DomainError>(where, check::detail::indexed("probability", i), check::detail::show(sum),
                                         "a row must sum to 1");
      }
    }
    return x;
  }

  SoftmaxCalibratorOptions options_;
  std::vector<double> matrix_;
  std::vector<double> intercept_;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::calibration
