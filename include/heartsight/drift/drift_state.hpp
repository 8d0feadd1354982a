#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/exact_sum.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/core/state_bytes.hpp>
#include <heartsight/drift/detail/state_result.hpp>
#include <heartsight/drift/drift_reference.hpp>
#include <heartsight/drift/drift_report.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

/// The rows of one feature in a batch: numbers (NaN are missing), or codes of categories: DriftReference::code_of, -1 for a
/// missing one.
using BatchColumn = std::variant<std::span<const double>, std::span<const float>, std::span<const std::int64_t>>;

/// What a monitor has seen of a stream, as counts on the bins of a reference.
///
/// Counts and exact sums alone, so that updates and merges in any order and any split give the same state bit for bit, in
/// C++, in Python, and over machines. Below 64 KB per feature. Result: Kolmogorov-Smirnov from below, with the most it can
/// be above that, which is less than the largest bin's mass; Wasserstein with its bound, which is the sum over bins of width
/// times the mass of both; population stability index, Jensen-Shannon and Hellinger distances exactly as from the arrays.
class DriftState {
 public:
  explicit DriftState(std::shared_ptr<const DriftReference> reference) : reference_(std::move(reference)) {
    for (const ReferenceFeature& f : reference_->features()) features_.emplace_back(f.counts.size());
  }

  [[nodiscard]] const DriftReference& reference() const noexcept { return *reference_; }
  [[nodiscard]] const std::shared_ptr<const DriftReference>& shared_reference() const noexcept { return reference_; }
  [[nodiscard]] std::int64_t n_rows() const noexcept { return n_rows_; }
  [[nodiscard]] const std::vector<detail::FeatureState>& features() const noexcept { return features_; }

  /// Adds rows; columns are in the reference's order.
  /// @throws ShapeError   the number of columns is not the reference's, their sizes differ.
  /// @throws DomainError  numbers for a categorical feature or codes for a numeric one, a code out of range. Nothing is
  /// added
  ///                      then.
  void update(std::span<const BatchColumn> batch) {
    check_batch(batch);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      std::visit([&](const auto& span) { features_[i].add(span, *reference_, i); }, batch[i]);
    }
    n_rows_ += static_cast<std::int64_t>(size_of(batch[0]));
  }
  /// What update checks. @throws ShapeError, DomainError as update.
  void check_batch(std::span<const BatchColumn> batch) const {
    constexpr auto where = "DriftState::update";
    check::has_size(where, "batch", batch.size(), features_.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const ReferenceFeature& f = reference_->features()[i];
      check::same_size(where, reference_->features()[0].name, size_of(batch[0]), f.name, size_of(batch[i]));
      const auto* const codes = std::get_if<std::span<const std::int64_t>>(&batch[i]);
      if ((codes != nullptr) != (f.kind == ColumnKind::categorical)) {
        check::detail::fail<DomainError>(where, f.name, "", codes != nullptr ? "is numeric" : "is categorical");
      }
      if (codes != nullptr) {
        check::in_closed_range<std::int64_t>(where, f.name, *codes, -1, static_cast<std::int64_t>(f.categories.size()));
      }
    }
  }
  /// Rows of a matrix (n_rows, n_features), for a reference without categories. One row is a matrix of one.
  void update(MatrixView<const double> rows) {
    check::has_size("DriftState::update", "columns of rows", rows.n_cols(), features_.size());
    std::vector<std::vector<double>> columns(rows.n_cols(), std::vector<double>(rows.n_rows()));
    std::vector<BatchColumn> batch;
    for (std::size_t j = 0; j < rows.n_cols(); ++j) {
      for (std::size_t i = 0; i < rows.n_rows(); ++i) columns[j][i] = rows(i, j);
      batch.emplace_back(std::span<const double>(columns[j]));
    }
    update(batch);
  }

  /// Adds what another state has seen. @throws DomainError its reference differs.
  void merge(const DriftState& other) {
    if (other.reference_ != reference_ && other.reference_->fingerprint() != reference_->fingerprint()) {
      check::detail::fail<DomainError>("DriftState::merge", "other", "", "has another reference");
    }
    for (std::size_t i = 0; i < features_.size(); ++i) features_[i].merge(other.features_[i]);
    n_rows_ += other.n_rows_;
  }

  /// Tests what was seen against the reference; see compare. @throws DomainError as compare; preset reference, which needs
  /// the values.
  [[nodiscard]] DriftReport result(const CompareOptions& options = {}) const {
    detail::check_options("DriftState::result", options);
    if (options.preset == Preset::reference) {
      check::detail::fail<DomainError>("DriftState::result", "preset", "reference", "needs the values, not counts");
    }
    DriftReport report;
    report.options = options;
    for (std::size_t i = 0; i < features_.size(); ++i) {
      for (auto& row : detail::state_rows(reference_->features()[i], features_[i], options)) {
        report.columns.push_back(std::move(row));
      }
    }
    detail::decide(report);
    return report;
  }

  [[nodiscard]] std::vector<std::byte> to_bytes() const {
    StateWriter writer("DRFT", 1);
    writer.u64(reference_->fingerprint());
    writer.i64(n_rows_);
    writer.u64(features_.size());
    for (const auto& f : features_) f.write(writer);
    return writer.finish();
  }
  /// @throws FormatError the bytes are not those of a state, or damaged. @throws DomainError they belong to another
  /// reference.
  [[nodiscard]] static DriftState from_bytes(std::span<const std::byte> bytes,
                                             std::shared_ptr<const DriftReference> reference) {
    StateReader reader(bytes, "DRFT", 1);
    DriftState state(std::move(reference));
    if (reader.u64() != state.reference_->fingerprint()) {
      check::detail::fail<DomainError>("DriftState::from_bytes", "bytes", "", "belong to another reference");
    }
    state.n_rows_ = reader.i64();
    constexpr std::int64_t most_rows = std::int64_t{1} << 56;
    if (state.n_rows_ < 0 || state.n_rows_ > most_rows || reader.u64() != state.features_.size())
      reader.fail("number of rows or columns");
    for (auto& f : state.features_) f.read(reader, state.n_rows_);
    reader.finish();
    return state;
  }

 private:
  static std::size_t size_of(const BatchColumn& column) {
    return std::visit([](const auto& span) { return span.size(); }, column);
  }

  std::shared_ptr<const DriftReference> reference_;
  std::vector<detail::FeatureState> features_;
  std::int64_t n_rows_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
