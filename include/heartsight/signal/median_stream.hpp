#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/matrix_view.hpp>
#include <heartsight/signal/detail/median_filter.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::signal {

/// median_filter for signals that arrive in chunks. What process and, at the end, finish return, one after the other, is
/// median_filter of the whole exactly, however the signal is cut.
///
/// A sample's result comes with the sample (width - 1) / 2 later; at the start nothing comes before width / 2 + 1 samples
/// are there, and finish gives what is still owed. One process costs O(width) beside its samples.
class MedianStream {
 public:
  /// @throws DomainError width is out of range. @throws ShapeError n_leads = 0.
  explicit MedianStream(std::size_t width, std::size_t n_leads = 1, const MedianFilterOptions& options = {})
      : width_(width),
        sides_(detail::window_sides("MedianStream", width)),
        options_(options),
        median_(width),
        kept_(n_leads) {
    check::not_empty("MedianStream", "n_leads", n_leads);
  }

  /// Takes the next samples of every lead and returns those results that they complete.
  /// @param chunk (n_leads, n_samples), or (n_samples,) for one lead; n_samples may be 0 and differ from call to call.
  /// @return (n_leads, n_results) row-major. NaN policy: as median_filter.
  /// @throws ShapeError chunk has another number of leads.
  [[nodiscard]] std::vector<double> process(const MatrixView<const double>& chunk) { return process_chunk<double>(chunk); }
  [[nodiscard]] std::vector<float> process(const MatrixView<const float>& chunk) { return process_chunk<float>(chunk); }
  [[nodiscard]] std::vector<double> process(std::span<const double> chunk) {
    return process_chunk<double>({chunk.data(), 1, chunk.size()});
  }
  [[nodiscard]] std::vector<float> process(std::span<const float> chunk) {
    return process_chunk<float>({chunk.data(), 1, chunk.size()});
  }

  /// The results still owed, with the signal's end as edge; (n_leads, n_results). The object is then as newly made.
  [[nodiscard]] std::vector<double> finish() {
    std::vector<double> out;
    for (auto& kept : kept_) {
      const std::vector<double> samples(std::exchange(kept, {}));
      if (!is_started_) {
        const auto all = detail::median_filter<double>({samples.data(), 1, samples.size()}, width_, options_);
        out.insert(out.end(), all.begin(), all.end());
        continue;
      }
      std::vector<double> last = samples;
      for (std::size_t k = 0; k < sides_.after; ++k) {
        last.push_back(detail::extended_at(std::span<const double>(samples), static_cast<std::ptrdiff_t>(samples.size() + k),
                                           options_));
      }
      const std::size_t n = out.size();
      out.resize(n + sides_.after);
      median_.run(last.data(), sides_.after, out.data() + n);
    }
    is_started_ = false;
    return out;
  }

  /// Forgets all samples.
  void reset() {
    for (auto& kept : kept_) kept.clear();
    is_started_ = false;
  }

  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] std::size_t n_leads() const noexcept { return kept_.size(); }
  /// (width - 1) / 2 samples.
  [[nodiscard]] std::size_t delay() const noexcept { return sides_.after; }

 private:
  template <class T>
  std::vector<T> process_chunk(const MatrixView<const T>& chunk) {
    check::has_size("MedianStream.process", "leads of chunk", chunk.n_rows(), kept_.size());
    const bool starts = !is_started_ && kept_[0].size() + chunk.n_cols() > sides_.before;
    std::vector<T> out;
    std::vector<double> results;
    for (std::size_t lead = 0; lead < kept_.size(); ++lead) {
      auto& kept = kept_[lead];
      const auto row = chunk.row(lead);
      kept.insert(kept.end(), row.begin(), row.end());
      if (starts) {
        std::vector<double> first;
        for (std::size_t k = sides_.before; k > 0; --k) {
          first.push_back(detail::extended_at(std::span<const double>(kept), -static_cast<std::ptrdiff_t>(k), options_));
        }
        kept.insert(kept.begin(), first.begin(), first.end());
      }
      if (!(is_started_ || starts) || kept.size() < width_) continue;
      const std::size_t n_results = kept.size() - width_ + 1;
      results.resize(n_results);
      median_.run(kept.data(), n_results, results.data());
      for (const double result : results) out.push_back(static_cast<T>(result));
      kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(n_results));
    }
    is_started_ = is_started_ || starts;
    return out;
  }

  std::size_t width_;
  detail::WindowSides sides_;
  MedianFilterOptions options_;
  detail::RunningMedian<double> median_;
  std::vector<std::vector<double>> kept_;  // per lead: before the start all samples, then the last width - 1 with the edge
  bool is_started_ = false;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::signal
