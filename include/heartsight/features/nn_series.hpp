#pragma once

#include <heartsight/core/check.hpp>
#include <heartsight/core/order_statistics.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::features {

/// NN intervals with their gaps: what every index of heart rate variability is computed from.
///
/// A gap is an interval that is NaN, longer than 60 s, or marked as no NN interval. It splits the series into runs, and
/// nothing that relates neighbours (a difference, a template, a window) reaches across it. Time goes on through a gap: by
/// its own length where that is known, by the median NN interval where it is NaN or infinite.
class NnSeries {
 public:
  static constexpr double shortest_nn_ms = 10.0;
  static constexpr double longest_nn_ms = 60'000.0;
  [[nodiscard]] static constexpr bool is_interval(double ms) noexcept { return ms >= shortest_nn_ms && ms <= longest_nn_ms; }

  /// @param nn_ms (n,) ms. @param is_nn (n,) 0 for an interval that is not NN, or empty: all are.
  /// @throws DomainError an interval is 0 or negative. @throws ShapeError is_nn has another size.
  explicit NnSeries(std::span<const double> nn_ms, std::span<const std::uint8_t> is_nn = {}) { build(nn_ms, is_nn); }
  explicit NnSeries(std::span<const float> nn_ms, std::span<const std::uint8_t> is_nn = {}) { build(nn_ms, is_nn); }

  [[nodiscard]] std::size_t size() const noexcept { return nn_ms_.size(); }
  [[nodiscard]] std::size_t n_gaps() const noexcept { return n_gaps_; }
  /// Sum of the NN intervals, without the gaps.
  [[nodiscard]] double duration_s() const noexcept { return duration_s_; }

  /// (size(),) the intervals that are NN.
  [[nodiscard]] std::span<const double> nn_ms() const noexcept { return nn_ms_; }
  /// (size(),) the end of each, from the start of the series.
  [[nodiscard]] std::span<const double> time_s() const noexcept { return time_s_; }

  [[nodiscard]] std::size_t n_runs() const noexcept { return run_begin_.size(); }
  /// Index of the first interval of a run, and one beyond its last.
  [[nodiscard]] std::size_t run_begin(std::size_t run) const noexcept { return run_begin_[run]; }
  [[nodiscard]] std::size_t run_end(std::size_t run) const noexcept {
    return run + 1 < run_begin_.size() ? run_begin_[run + 1] : nn_ms_.size();
  }
  [[nodiscard]] std::span<const double> run(std::size_t index) const noexcept {
    return nn_ms().subspan(run_begin(index), run_end(index) - run_begin(index));
  }

  /// NN[i + 1] - NN[i] wherever no gap lies between them.
  [[nodiscard]] std::vector<double> differences() const {
    std::vector<double> d;
    for (std::size_t r = 0; r < n_runs(); ++r) {
      const auto x = run(r);
      for (std::size_t i = 1; i < x.size(); ++i) d.push_back(x[i] - x[i - 1]);
    }
    return d;
  }

  /// The same times and gaps with other values, (size(),): a series with its trend taken off.
  [[nodiscard]] NnSeries with_values(std::vector<double> nn_ms) const {
    check::has_size("NnSeries", "nn_ms", nn_ms.size(), size());
    NnSeries other = *this;
    other.nn_ms_ = std::move(nn_ms);
    return other;
  }

 private:
  template <std::floating_point T>
  void build(std::span<const T> nn_ms, std::span<const std::uint8_t> is_nn) {
    constexpr auto where = "NnSeries";
    if (!is_nn.empty()) check::same_size(where, "nn_ms", nn_ms.size(), "is_nn", is_nn.size());
    for (std::size_t i = 0; i < nn_ms.size(); ++i) {
      if (nn_ms[i] <= T{0}) {
        check::detail::fail<DomainError>(where, check::detail::indexed("nn_ms", i), check::detail::show(nn_ms[i]),
                                         "must be positive (or NaN for a gap)");
      }
    }
    const auto is_gap = [&](std::size_t i) {
      return !is_interval(static_cast<double>(nn_ms[i])) || (!is_nn.empty() && is_nn[i] == 0);
    };
    for (std::size_t i = 0; i < nn_ms.size(); ++i) {
      if (!is_gap(i)) nn_ms_.push_back(static_cast<double>(nn_ms[i]));
    }
    const double typical = nn_ms_.empty() ? 0.0 : median(nn_ms_);
    double now_ms = 0.0;
    bool starts_run = true;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < nn_ms.size(); ++i) {
      const auto value = static_cast<double>(nn_ms[i]);
      now_ms += std::isfinite(value) ? std::min(value, 86'400'000.0) : typical;
      if (is_gap(i)) {
        ++n_gaps_;
        starts_run = true;
        continue;
      }
      if (starts_run) run_begin_.push_back(kept);
      starts_run = false;
      time_s_.push_back(now_ms / 1000.0);
      duration_s_ += value / 1000.0;
      ++kept;
    }
  }

  std::vector<double> nn_ms_;
  std::vector<double> time_s_;
  std::vector<std::size_t> run_begin_;
  std::size_t n_gaps_ = 0;
  double duration_s_ = 0.0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::features
