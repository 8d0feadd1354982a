#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/state_bytes.hpp>
#include <heartsight/drift/detail/bin_search.hpp>
#include <heartsight/drift/detail/compare.hpp>
#include <heartsight/drift/drift_report.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// A column of numbers that a reference is made from. NaN are missing.
struct NumericReference {
  std::string name;
  std::variant<std::span<const double>, std::span<const float>> values;
};

/// A column of categories that a reference is made from, already counted.
struct CategoricalReference {
  std::string name;
  std::vector<std::string> categories;
  std::vector<std::int64_t> counts;
  std::int64_t n_missing = 0;
};

using ReferenceColumn = std::variant<NumericReference, CategoricalReference>;

/// What a reference remembers of a column: counts, never values of single rows beyond the quantiles that are edges.
struct ReferenceFeature {
  std::string name;
  ColumnKind kind = ColumnKind::numeric;
  std::vector<double>
      edges;  ///< numeric: at most 4,002, ascending; the first is the minimum, the last lies above the maximum
  std::vector<double> report_edges;  ///< numeric: the deciles among them
  std::vector<std::string> categories;
  std::vector<std::int64_t> counts;  ///< edges + 1 of bins, or categories + 1; the last of those is for new categories
  std::int64_t n_missing = 0;
  double sd = 0.0;  ///< numeric: population standard deviation of the finite values

  [[nodiscard]] std::int64_t n_values() const noexcept { return detail::sum_of(counts); }
};

/// The reference window of a drift monitor: each column on at most 4,000 bins at its quantiles and two open tails.
///
/// Immutable. Deciles of the reference are edges among the others, so that the population stability index, Jensen-Shannon
/// and Hellinger distances of a state equal those of the arrays exactly. Its bytes are equal on every machine.
class DriftReference {
 public:
  static constexpr std::size_t n_quantiles = 4000;

  /// @throws ShapeError   no column, a column without a value, sizes differ.
  /// @throws DomainError  two columns or two categories share a name, a count is negative.
  explicit DriftReference(std::span<const ReferenceColumn> columns) {
    check::not_empty("DriftReference", "columns", columns.size());
    for (const ReferenceColumn& column : columns) {
      features_.push_back(std::visit([](const auto& c) { return make(c); }, column));
    }
    finish();
  }

  [[nodiscard]] const std::vector<ReferenceFeature>& features() const noexcept { return features_; }
  /// The same for equal references alone.
  [[nodiscard]] std::uint64_t fingerprint() const noexcept { return fingerprint_; }
  /// The code of a category in a batch: its place, or the number of categories for one that the reference lacks.
  /// @throws DomainError the feature is not categorical.
  [[nodiscard]] std::int64_t code_of(std::size_t feature, std::string_view category) const {
    if (features_.at(feature).kind != ColumnKind::categorical) {
      check::detail::fail<DomainError>("code_of", "feature", features_[feature].name, "must be categorical");
    }
    const auto& codes = codes_[feature];
    const auto found = codes.find(category);
    return found == codes.end() ? static_cast<std::int64_t>(codes.size()) : found->second;
  }
  [[nodiscard]] const detail::BinSearch& search(std::size_t feature) const noexcept { return searches_[feature]; }

  [[nodiscard]] std::vector<std::byte> to_bytes() const {
    StateWriter writer("DREF", 1);
    writer.u64(features_.size());
    for (const ReferenceFeature& f : features_) {
      writer.text(f.name);
      writer.u8(f.kind == ColumnKind::numeric ? 0 : 1);
      writer.f64s(f.edges);
      writer.u64(f.categories.size());
      for (const auto& category : f.categories) writer.text(category);
      writer.i64s(f.counts);
      writer.i64(f.n_missing);
      writer.f64(f.sd);
      writer.f64s(f.report_edges);
    }
    return writer.finish();
  }
  /// @throws FormatError the bytes are not those of a reference, or damaged.
  [[nodiscard]] static DriftReference from_bytes(std::span<const std::byte> bytes) {
    StateReader reader(bytes, "DREF", 1);
    DriftReference reference;
    const std::uint64_t n = reader.u64();
    if (n == 0 || n > bytes.size()) reader.fail("number of columns");
    for (std::uint64_t i = 0; i < n; ++i) {
      ReferenceFeature f;
      f.name = reader.text();
      const std::uint8_t kind = reader.u8();
      if (kind > 1) reader.fail("kind of a column");
      f.kind = kind == 0 ? ColumnKind::numeric : ColumnKind::categorical;
      f.edges = reader.f64s();
      const std::uint64_t n_categories = reader.u64();
      if (n_categories > bytes.size()) reader.fail("number of categories");
      for (std::uint64_t k = 0; k < n_categories; ++k) f.categories.push_back(reader.text());
      f.counts = reader.i64s();
      f.n_missing = reader.i64();
      f.sd = reader.f64();
      f.report_edges = reader.f64s();
      const std::size_t n_bins = 1 + (kind == 0 ? f.edges.size() : f.categories.size());
      const auto ascending = [](const std::vector<double>& values) {
        return std::adjacent_find(values.begin(), values.end(), [](double a, double b) { return !(a < b); }) == values.end();
      };
      const bool fits = f.counts.size() == n_bins && f.n_missing >= 0 && f.edges.size() < detail::BinSearch::max_edges &&
                        (kind == 1) == f.edges.empty() && ascending(f.edges) && ascending(f.report_edges) &&
                        std::includes(f.edges.begin(), f.edges.end(), f.report_edges.begin(), f.report_edges.end()) &&
                        (f.sd >= 0.0 || std::isnan(f.sd));
      constexpr std::int64_t largest = std::int64_t{1} << 52;
      if (!fits || std::any_of(f.counts.begin(), f.counts.end(), [](std::int64_t c) { return c < 0 || c > largest; })) {
        reader.fail("the column " + std::to_string(i) + " contradicts itself");
      }
      reference.features_.push_back(std::move(f));
    }
    reader.finish();
    try {
      reference.finish();
    } catch (const DomainError& error) {
      reader.fail(error.what());
    }
    return reference;
  }

 private:
  DriftReference() = default;

  static ReferenceFeature make(const NumericReference& column) {
    const detail::SortedSample sorted = detail::sorted_side(column.values);
    check::not_empty("DriftReference", column.name, sorted.values.size());
    ReferenceFeature f;
    f.name = column.name;
    // A column of few distinct values has a bin for each; others have their quantiles.
    std::vector<double> distinct;
    for (std::size_t i = 0; i < sorted.values.size() && distinct.size() <= n_quantiles / 2; ++i) {
      if (distinct.empty() || sorted.values[i] > distinct.back()) distinct.push_back(sorted.values[i]);
    }
    if (distinct.size() <= n_quantiles / 2) {
      for (const double value : distinct) {
        detail::push_edge(f.edges, value);
        detail::push_edge(f.edges, value);
      }
    } else {
      for (std::size_t i = 0; i < n_quantiles; ++i) {
        detail::push_edge(f.edges, sorted.values[detail::quantile_rank(i, sorted.values.size(), n_quantiles)]);
      }
    }
    const double above = std::nextafter(sorted.values.back(), std::numeric_limits<double>::infinity());
    if (above > f.edges.back()) f.edges.push_back(above);
    f.report_edges = detail::quantile_edges(sorted.values, detail::n_report_bins);
    f.counts = detail::counts_between(sorted.values, f.edges);
    f.n_missing = sorted.n_missing;
    f.sd = detail::finite_sd(sorted.values);
    return f;
  }
  static ReferenceFeature make(const CategoricalReference& column) {
    check::same_size("DriftReference", "categories", column.categories.size(), "counts", column.counts.size());
    check::in_closed_range<std::int64_t>("DriftReference", "counts", column.counts, 0, std::int64_t{1} << 52);
    check::at_least<std::int64_t>("DriftReference", "n_missing", column.n_missing, 0);
    ReferenceFeature f;
    f.name = column.name;
    f.kind = ColumnKind::categorical;
    f.categories = column.categories;
    f.counts = column.counts;
    f.counts.push_back(0);
    f.n_missing = column.n_missing;
    if (f.n_values() == 0) check::not_empty("DriftReference", column.name, 0);
    return f;
  }
  void finish() {
    std::set<std::string> names;
    for (const ReferenceFeature& f : features_) {
      if (!names.insert(f.name).second) {
        check::detail::fail<DomainError>("DriftReference", "columns", f.name, "two columns have this name");
      }
      std::int64_t left = (std::int64_t{1} << 56) - std::min(f.n_missing, std::int64_t{1} << 56);
      for (const std::int64_t count : f.counts) left = count > left ? -1 : left - count;
      if (left < 0 || f.n_missing > std::int64_t{1} << 56) {
        check::detail::fail<DomainError>("DriftReference", f.name, "", "counts more than 2^56 rows");
      }
      std::map<std::string, std::int64_t, std::less<>> codes;
      for (const auto& category : f.categories) {
        if (!codes.emplace(category, static_cast<std::int64_t>(codes.size())).second) {
          check::detail::fail<DomainError>("DriftReference", f.name, category, "two categories have this name");
        }
      }
      codes_.push_back(std::move(codes));
      searches_.emplace_back(f.edges);
    }
    const auto bytes = to_bytes();
    fingerprint_ = heartsight::fingerprint(bytes);
  }

  std::vector<ReferenceFeature> features_;
  std::vector<std::map<std::string, std::int64_t, std::less<>>> codes_;
  std::vector<detail::BinSearch> searches_;
  std::uint64_t fingerprint_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
