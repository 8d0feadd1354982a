#pragma once

#include <heartsight/features/detail/moments.hpp>
#include <heartsight/features/fluctuation_analysis.hpp>
#include <heartsight/features/hrv_field.hpp>
#include <heartsight/features/sample_entropy.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

struct HrvNonlinearOptions {
  std::size_t entropy_dimension = 2;
  double entropy_tolerance = 0.2;                        ///< times the standard deviation of the intervals
  std::array<std::size_t, 2> alpha1_windows = {4, 16};   ///< in beats
  std::array<std::size_t, 2> alpha2_windows = {16, 64};  ///< in beats
  bool minimum_lengths = true;
  friend bool operator==(const HrvNonlinearOptions&, const HrvNonlinearOptions&) = default;
};

struct HrvNonlinear {
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  double sd1_ms = none;
  double sd2_ms = none;
  double sd1_sd2_ratio = none;
  double ellipse_area_ms2 = none;
  double csi = none;
  double cvi = none;
  double csi_modified_ms = none;
  double guzik_index_percent = none;
  double porta_index_percent = none;
  double inflection_percent = none;
  double sample_entropy = none;
  double approximate_entropy = none;
  double dfa_alpha1 = none;
  double dfa_alpha2 = none;
};

inline constexpr std::array hrv_nonlinear_fields = {
    HrvField<HrvNonlinear>{"sd1_ms", &HrvNonlinear::sd1_ms, "deviation across the line of identity; SDSD / sqrt(2)"},
    HrvField<HrvNonlinear>{"sd2_ms", &HrvNonlinear::sd2_ms, "deviation along the line of identity"},
    HrvField<HrvNonlinear>{"sd1_sd2_ratio", &HrvNonlinear::sd1_sd2_ratio, "sd1 / sd2"},
    HrvField<HrvNonlinear>{"ellipse_area_ms2", &HrvNonlinear::ellipse_area_ms2, "pi sd1 sd2"},
    HrvField<HrvNonlinear>{"csi", &HrvNonlinear::csi, "cardiac sympathetic index, sd2 / sd1"},
    HrvField<HrvNonlinear>{"cvi", &HrvNonlinear::cvi, "cardiac vagal index, log10(16 sd1 sd2)"},
    HrvField<HrvNonlinear>{"csi_modified_ms", &HrvNonlinear::csi_modified_ms, "4 sd2^2 / sd1"},
    HrvField<HrvNonlinear>{"guzik_index_percent", &HrvNonlinear::guzik_index_percent,
                           "share of lengthenings in the sum of distances from the line of identity"},
    HrvField<HrvNonlinear>{"porta_index_percent", &HrvNonlinear::porta_index_percent,
                           "share of shortenings among the differences that are not 0"},
    HrvField<HrvNonlinear>{"inflection_percent", &HrvNonlinear::inflection_percent,
                           "share of intervals at which lengthening turns to shortening or back (PIP)"},
    HrvField<HrvNonlinear>{"sample_entropy", &HrvNonlinear::sample_entropy, "see sample_entropy()"},
    HrvField<HrvNonlinear>{"approximate_entropy", &HrvNonlinear::approximate_entropy, "see approximate_entropy()"},
    HrvField<HrvNonlinear>{"dfa_alpha1", &HrvNonlinear::dfa_alpha1, "short-term fluctuation exponent"},
    HrvField<HrvNonlinear>{"dfa_alpha2", &HrvNonlinear::dfa_alpha2, "long-term fluctuation exponent"},
};

namespace detail {

inline void poincare(const NnSeries& nn, HrvNonlinear& result) {
  std::vector<double> across;
  std::vector<double> along;
  double n_inflections = 0.0;
  for (std::size_t r = 0; r < nn.n_runs(); ++r) {
    const auto x = nn.run(r);
    for (std::size_t i = 1; i < x.size(); ++i) {
      across.push_back((x[i] - x[i - 1]) / std::numbers::sqrt2);
      along.push_back((x[i] + x[i - 1]) / std::numbers::sqrt2);
      if (i > 1 && (x[i] - x[i - 1]) * (x[i - 1] - x[i - 2]) < 0.0) n_inflections += 1.0;
    }
  }
  if (across.size() < 2) return;
  const double sd1 = standard_deviation(across);
  const double sd2 = standard_deviation(along);
  result.sd1_ms = sd1;
  result.sd2_ms = sd2;
  result.ellipse_area_ms2 = std::numbers::pi * sd1 * sd2;
  if (sd1 > 0.0 && sd2 > 0.0) {
    result.sd1_sd2_ratio = sd1 / sd2;
    result.csi = sd2 / sd1;
    result.cvi = std::log10(16.0 * sd1 * sd2);
    result.csi_modified_ms = 4.0 * sd2 * sd2 / sd1;
  }
  double longer = 0.0;
  double total = 0.0;
  double n_shorter = 0.0;
  double n_changed = 0.0;
  for (const double v : across) {
    longer += v > 0.0 ? v : 0.0;
    total += std::abs(v);
    n_shorter += v < 0.0 ? 1.0 : 0.0;
    n_changed += v != 0.0 ? 1.0 : 0.0;
  }
  if (n_changed > 0.0) {
    result.guzik_index_percent = 100.0 * longer / total;
    result.porta_index_percent = 100.0 * n_shorter / n_changed;
  }
  result.inflection_percent = 100.0 * n_inflections / static_cast<double>(nn.size());
}

inline HrvNonlinear hrv_nonlinear(const NnSeries& nn, const HrvNonlinearOptions& options) {
  constexpr auto where = "hrv_nonlinear";
  check::in_closed_range(where, "entropy_tolerance", options.entropy_tolerance, 0.0, 100.0);
  check::in_closed_range<std::size_t>(where, "entropy_dimension", options.entropy_dimension, 1, 20);
  const auto check_windows = [](const char* name, const std::array<std::size_t, 2>& windows) {
    check::in_closed_range<std::size_t>(where, name, windows[0], 3, 99'999);
    check::in_closed_range<std::size_t>(where, name, windows[1], windows[0] + 1, 100'000);
  };
  check_windows("alpha1_windows", options.alpha1_windows);
  check_windows("alpha2_windows", options.alpha2_windows);
  HrvNonlinear result;
  poincare(nn, result);
  const double deviation = standard_deviation(nn.nn_ms());
  if (!(deviation > 0.0)) return result;  // nothing varies
  const auto has = [&](double n) { return !options.minimum_lengths || static_cast<double>(nn.size()) >= n; };
  const double tolerance_ms = options.entropy_tolerance * deviation;
  if (has(200)) result.sample_entropy = sample_entropy(nn, options.entropy_dimension, tolerance_ms);
  if (has(std::pow(10.0, static_cast<double>(options.entropy_dimension)))) {
    result.approximate_entropy = approximate_entropy(nn, options.entropy_dimension, tolerance_ms);
  }
  const auto exponent = [&](const std::array<std::size_t, 2>& windows) {
    return has(4.0 * static_cast<double>(windows[1])) ? fluctuation_exponent(nn, windows[0], windows[1])
                                                      : HrvNonlinear::none;
  };
  result.dfa_alpha1 = exponent(options.alpha1_windows);
  result.dfa_alpha2 = exponent(options.alpha2_windows);
  return result;
}

}  // namespace detail
}  // namespace heartsight::inline HEARTSIGHT_ABI::features
