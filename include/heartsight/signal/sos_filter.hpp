#pragma once

#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/sosfilt.hpp>
#include <heartsight/signal/sos.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

struct SosFilterOptions {
  /// Start as if each lead's first sample had stood for ever, instead of at rest on 0: no jump at the start. The filter must
  /// have no pole at zero frequency.
  bool settle = false;
};

/// sosfilt for signals that arrive in chunks. The chunks' results, one after the other, are sosfilt's of the whole bit for
/// bit, however the signal is cut.
///
/// It copies as a value; a const object may be read by many threads, process needs one at a time. The delay is that of the
/// filter: for a Butterworth low-pass of order 4 about 0.42 / cut-off frequency seconds in its pass band.
class SosFilter {
 public:
  /// @throws ShapeError  sos is empty, or n_leads = 0.
  /// @throws DomainError a coefficient is not finite, an a0 is not 1; with settle, a section has a pole at zero frequency.
  explicit SosFilter(SecondOrderSections sos, std::size_t n_leads = 1, const SosFilterOptions& options = {})
      : sos_(std::move(sos)), n_leads_(n_leads), state_() {
    check_sections("SosFilter", sos_);
    check::not_empty("SosFilter", "n_leads", n_leads);
    if (options.settle) at_rest_ = detail::sosfilt_zi("SosFilter", sos_);
    reset();
  }

  /// The next samples of every lead, filtered.
  /// @param chunk (n_leads, n_samples), or (n_samples,) for one lead; n_samples may be 0 and differ from call to call.
  /// @return of the shape of chunk. NaN policy: propagate, as sosfilt; reset() forgets a NaN.
  /// @throws ShapeError chunk has another number of leads.
  [[nodiscard]] std::vector<double> process(const MatrixView<const double>& chunk) { return process_chunk(chunk); }
  [[nodiscard]] std::vector<float> process(const MatrixView<const float>& chunk) { return process_chunk(chunk); }
  [[nodiscard]] std::vector<double> process(std::span<const double> chunk) {
    return process_chunk(MatrixView<const double>(chunk.data(), 1, chunk.size()));
  }
  [[nodiscard]] std::vector<float> process(std::span<const float> chunk) {
    return process_chunk(MatrixView<const float>(chunk.data(), 1, chunk.size()));
  }

  /// Back to the start, as newly made.
  void reset() {
    state_.assign(2 * sos_.size() * n_leads_, 0.0);
    is_started_ = at_rest_.empty();
  }

  [[nodiscard]] const SecondOrderSections& sos() const noexcept { return sos_; }
  [[nodiscard]] std::size_t n_leads() const noexcept { return n_leads_; }
  /// (n_sections, n_leads, 2), the layout of sosfilt's state.
  [[nodiscard]] std::span<const double> state() const noexcept { return state_; }

 private:
  template <class T>
  std::vector<std::remove_const_t<T>> process_chunk(const MatrixView<T>& chunk) {
    using Value = std::remove_const_t<T>;
    check::has_size("SosFilter.process", "leads of chunk", chunk.n_rows(), n_leads_);
    std::vector<Value> out(n_leads_ * chunk.n_cols());
    if (chunk.n_cols() == 0) return out;
    if (!std::exchange(is_started_, true)) {
      for (std::size_t s = 0; s < sos_.size(); ++s) {
        for (std::size_t at = 0; at < 2 * n_leads_; ++at) {
          state_[2 * s * n_leads_ + at] = at_rest_[2 * s + at % 2] * static_cast<double>(chunk(at / 2, 0));
        }
      }
    }
    detail::sosfilt<Value>(sos_, chunk, state_, MatrixView<Value>(out.data(), n_leads_, chunk.n_cols()));
    return out;
  }

  SecondOrderSections sos_;
  std::size_t n_leads_;
  std::vector<double> at_rest_;  // empty without settle
  std::vector<double> state_;
  bool is_started_ = true;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
