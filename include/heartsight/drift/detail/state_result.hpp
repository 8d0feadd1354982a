#pragma once

#include <heartsight/core/exact_sum.hpp>
#include <heartsight/core/state_bytes.hpp>
#include <heartsight/drift/detail/compare.hpp>
#include <heartsight/drift/detail/decide.hpp>
#include <heartsight/drift/drift_reference.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift::detail {

/// What a state holds of one feature.
class FeatureState {
 public:
  explicit FeatureState(std::size_t n_bins) : counts_(n_bins, 0) {}

  [[nodiscard]] const std::vector<std::int64_t>& counts() const noexcept { return counts_; }
  [[nodiscard]] std::int64_t n_missing() const noexcept { return n_missing_; }
  [[nodiscard]] const ExactSum& low_sum() const noexcept { return low_sum_; }
  [[nodiscard]] const ExactSum& high_sum() const noexcept { return high_sum_; }

  template <std::floating_point T>
  void add(std::span<const T> values, const DriftReference& reference, std::size_t feature) {
    const BinSearch& search = reference.search(feature);
    const std::size_t last = counts_.size() - 1;
    const auto count = [&](std::size_t bin, T value) {
      if (bin != 0 && bin != last) {
        ++counts_[bin];
      } else if (value != value) {
        ++n_missing_;
      } else {
        ++counts_[bin];
        (bin == 0 ? low_sum_ : high_sum_).add(static_cast<double>(value));
      }
    };
    std::size_t i = 0;
    std::array<std::uint32_t, BinSearch::width> index;
    for (; i + BinSearch::width <= values.size(); i += BinSearch::width) {
      search.indices_of(std::span<const T, BinSearch::width>(values.data() + i, BinSearch::width), index);
      for (std::size_t k = 0; k < BinSearch::width; ++k) count(index[k], values[i + k]);
    }
    for (; i < values.size(); ++i) count(search.index_of(static_cast<double>(values[i])), values[i]);
  }
  void add(std::span<const std::int64_t> codes, const DriftReference&, std::size_t) {
    for (const std::int64_t code : codes) {
      if (code < 0) {
        ++n_missing_;
      } else {
        ++counts_[static_cast<std::size_t>(code)];
      }
    }
  }
  void merge(const FeatureState& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    n_missing_ += other.n_missing_;
    low_sum_.merge(other.low_sum_);
    high_sum_.merge(other.high_sum_);
  }
  void write(StateWriter& writer) const {
    writer.i64s(counts_);
    writer.i64(n_missing_);
    writer.i64s(low_sum_.words());
    writer.i64s(high_sum_.words());
  }
  void read(StateReader& reader, std::int64_t n_rows) {
    auto counts = reader.i64s();
    n_missing_ = reader.i64();
    bool fits = counts.size() == counts_.size() && n_missing_ >= 0 && n_missing_ <= n_rows;
    std::int64_t left = fits ? n_rows - n_missing_ : -1;
    for (const std::int64_t count : counts) {
      fits = fits && count >= 0 && count <= left;
      if (!fits) break;
      left -= count;
    }
    if (!fits || left != 0) reader.fail("the counts of a column contradict the number of rows");
    counts_ = std::move(counts);
    for (ExactSum* const sum : {&low_sum_, &high_sum_}) {
      const auto words = reader.i64s();
      *sum = ExactSum::from_words(words);
      // Infinities are values, NaN are missing: no more of them than rows.
      if (words[0] != 0 || words[1] < 0 || words[1] > n_rows || words[2] < 0 || words[2] > n_rows) {
        reader.fail("a sum of a column contradicts the number of rows");
      }
    }
  }

 private:
  std::vector<std::int64_t> counts_;
  std::int64_t n_missing_ = 0;
  ExactSum low_sum_;   ///< of the values below the reference's minimum
  ExactSum high_sum_;  ///< of those above its maximum
};

/// Integral over a width of |a linear function from d0 to d1|.
inline double absolute_area(double d0, double d1, double width) noexcept {
  const double a = std::abs(d0);
  const double b = std::abs(d1);
  if (d0 * d1 >= 0.0) return 0.5 * (a + b) * width;
  return 0.5 * (a * a + b * b) / (a + b) * width;
}

inline std::vector<ColumnDrift> state_rows(const ReferenceFeature& reference, const FeatureState& state,
                                           const CompareOptions& options) {
  ColumnDrift row;
  row.name = reference.name;
  row.kind = reference.kind;
  const std::vector<std::int64_t>& a = reference.counts;
  const std::vector<std::int64_t>& b = state.counts();
  row.method = method_for(row.kind, options.method);
  row.n_reference = sum_of(a);
  row.n_current = sum_of(b);
  if (reference.kind == ColumnKind::categorical) {
    row.categories = reference.categories;
    row.reference_counts = a;
    row.current_counts = b;
    if (b.back() > 0) {
      row.categories.emplace_back("(not in the reference)");
    } else {
      row.reference_counts.pop_back();
      row.current_counts.pop_back();
    }
    judge_categories(row, options);
  } else if (row.n_current > 0 && row.n_reference > 0) {
    NumericSummary summary{.ranks = RankSweep(row.n_reference, row.n_current, row.method == DriftMethod::cramer_von_mises),
                           .n = row.n_reference,
                           .m = row.n_current};
    const auto n = static_cast<double>(row.n_reference);
    const auto m = static_cast<double>(row.n_current);
    const std::vector<double>& edges = reference.edges;
    TiePattern pattern(n + m);
    NullGridBuilder grid(n + m);
    double f = 0.0;
    double g = 0.0;
    double ks_at_most = 0.0;
    double wasserstein_error = 0.0;
    std::int64_t seen_a = 0;
    std::int64_t seen_b = 0;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    // The edge above -inf is the lowest finite number, a place where no value need lie.
    const auto edge = [&](std::size_t i) {
      return edges[i] == std::numeric_limits<double>::lowest() && i > 0 ? edges[i - 1] : edges[i];
    };
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i] + b[i] > 0) {
        summary.ranks.add(a[i], b[i]);
        pattern.add(a[i] + b[i]);
        grid.add(edge(i == 0 ? 0 : i - 1), a[i] + b[i]);
      }
      const double f_before = f;
      const double g_before = g;
      seen_a += a[i];
      seen_b += b[i];
      f = static_cast<double>(seen_a) / n;
      g = static_cast<double>(seen_b) / m;
      if (i == 0 || i + 1 == a.size()) continue;  // tails: the reference has nothing there
      const double left = edges[i - 1];
      const double right = edges[i];
      const bool one_value = std::nextafter(left, infinity) >= right;
      if (!one_value && a[i] > 0 && b[i] > 0) {
        ks_at_most = std::max({ks_at_most, std::abs(f - g_before), std::abs(g - f_before)});
      }
      if (one_value) continue;
      if (std::isfinite(edge(i - 1)) && std::isfinite(right)) {
        if (f != g || f_before != g_before) {
          summary.wasserstein += absolute_area(f_before - g_before, f - g, right - left);
        }
        if (a[i] + b[i] > 0) wasserstein_error += (right - left) * ((f - f_before) + (g - g_before));
      } else if ((right == infinity && f != g) ||
                 (std::isfinite(left) && !std::isfinite(edge(i - 1)) && f_before != g_before)) {
        summary.wasserstein = infinity;  // a share is moved to an infinity or from there
      } else if (a[i] + b[i] > 0) {
        wasserstein_error = infinity;  // how far from the bin's finite edge its values lie is not known
      }
    }
    // Below the minimum F = 0 and above the maximum F = 1: exact from the sums of what lies there.
    if (b.front() > 0) {
      summary.wasserstein += (static_cast<double>(b.front()) * edges.front() - state.low_sum().value()) / m;
    }
    if (b.back() > 0 && edges.back() != infinity) {  // beyond an infinite maximum lies nothing
      summary.wasserstein += (state.high_sum().value() - static_cast<double>(b.back()) * edge(edges.size() - 1)) / m;
    }
    if (summary.wasserstein != summary.wasserstein) summary.wasserstein = infinity;  // sums beyond the largest number
    row.kolmogorov_smirnov_error = std::max(0.0, ks_at_most - summary.ranks.kolmogorov_smirnov());
    row.wasserstein_error = wasserstein_error;
    if (summary.ranks.tie_share() > tie_share_that_matters) summary.tie_variance = pattern.variance();
    summary.reference_sd = reference.sd;
    summary.grid = grid.take();
    summary.edges = reference.report_edges;
    summary.reference_counts.assign(summary.edges.size() + 1, 0);
    summary.current_counts = summary.reference_counts;
    std::size_t bin = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      while (bin < summary.edges.size() && i > 0 && edges[i - 1] >= summary.edges[bin]) ++bin;
      summary.reference_counts[bin] += a[i];
      summary.current_counts[bin] += b[i];
    }
    judge_numeric(row, std::move(summary), options);
  }
  const std::int64_t rows_a = row.n_reference + reference.n_missing;
  const std::int64_t rows_b = row.n_current + state.n_missing();
  row.missing_reference = rows_a == 0 ? 0.0 : static_cast<double>(reference.n_missing) / static_cast<double>(rows_a);
  row.missing_current = rows_b == 0 ? 0.0 : static_cast<double>(state.n_missing()) / static_cast<double>(rows_b);
  std::vector<ColumnDrift> rows;
  rows.push_back(std::move(row));
  if (reference.n_missing + state.n_missing() > 0) {
    rows.push_back(judge_missing(reference.name, reference.n_missing, rows_a, state.n_missing(), rows_b));
  }
  return rows;
}

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift::detail
