#pragma once

#include <heartsight/core/check.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::drift {

struct AdwinOptions {
  double delta = 0.002;           ///< confidence: bound on the false alarms of one look; in (0, 1)
  std::size_t max_buckets = 5;    ///< of one size, before two are joined; at least 2
  std::int64_t min_length = 5;    ///< of either part of a cut; at least 1
  std::int64_t check_every = 32;  ///< values between two looks for a cut; at least 1
};

/// ADWIN: a window over a stream that grows while the mean stays and drops its older part when the two parts differ.
///
/// Exponential histogram: O(log n) memory and time per look. Parts of n0 and n1 values differ when their means are
/// further apart than sqrt(2/m v d) + 2/(3m) d with 1/m = 1/n0 + 1/n1, v the variance of the window, d = ln(2 ln(n) / delta)
/// (Bifet and Gavalda 2007, DOI 10.1137/1.9781611972771.42). NaN is skipped; infinities are a DomainError.
/// The bound is conservative: a look raises a false alarm more rarely than delta. Values far from normal or 0..1 should be
/// scaled.
class Adwin {
 public:
  /// @throws DomainError an option is out of range.
  explicit Adwin(const AdwinOptions& options = {}) : options_(options) {
    constexpr auto where = "Adwin";
    check::positive(where, "delta", options.delta);
    check::in_closed_range(where, "delta", options.delta, 0.0, 1.0);
    check::in_closed_range<std::size_t>(where, "max_buckets", options.max_buckets, 2, 1000);
    check::at_least<std::int64_t>(where, "min_length", options.min_length, 1);
    check::at_least<std::int64_t>(where, "check_every", options.check_every, 1);
  }

  /// Takes one value; true when the window was cut. @throws DomainError the value is infinite.
  bool update(double value) {
    if (value != value) return false;
    if (std::isinf(value)) check::detail::fail<DomainError>("Adwin::update", "value", "inf", "must be finite");
    buckets_.push_back({1, value, 0.0});
    compress();
    if (++since_look_ < options_.check_every) return false;
    since_look_ = 0;
    bool cut = false;
    while (drop_if_changed()) cut = true;
    return cut;
  }
  [[nodiscard]] std::int64_t size() const noexcept { return whole().n; }  ///< values in the window
  [[nodiscard]] double mean() const noexcept {
    const Bucket all = whole();
    return all.n > 0 ? all.mean : std::numeric_limits<double>::quiet_NaN();
  }
  [[nodiscard]] double variance() const noexcept {
    const Bucket all = whole();
    return all.n > 0 ? all.squares / static_cast<double>(all.n) : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  struct Bucket {
    std::int64_t n;
    double mean;
    double squares;  // sum of squared deviations from its mean
  };
  static Bucket joined(const Bucket& a, const Bucket& b) noexcept {
    if (a.n == 0) return b;
    if (b.n == 0) return a;
    const auto n_a = static_cast<double>(a.n);
    const auto n_b = static_cast<double>(b.n);
    const double off = b.mean - a.mean;
    return {a.n + b.n, a.mean + off * n_b / (n_a + n_b), a.squares + b.squares + off * off * n_a * n_b / (n_a + n_b)};
  }
  [[nodiscard]] Bucket whole() const noexcept {
    Bucket all{0, 0.0, 0.0};
    for (const Bucket& bucket : buckets_) all = joined(all, bucket);
    return all;
  }
  /// Oldest first, sizes falling: where more than max_buckets have one size, the two oldest of them become one.
  void compress() {
    std::size_t end = buckets_.size();
    while (end > 0) {
      std::size_t begin = end;
      while (begin > 0 && buckets_[begin - 1].n == buckets_[end - 1].n) --begin;
      if (end - begin <= options_.max_buckets) break;
      buckets_[begin] = joined(buckets_[begin], buckets_[begin + 1]);
      buckets_.erase(buckets_.begin() + static_cast<std::ptrdiff_t>(begin) + 1);
      end = begin + 1;
    }
  }
  bool drop_if_changed() {
    const Bucket all = whole();
    const auto n = static_cast<double>(all.n);
    if (all.n < 2 * options_.min_length) return false;
    const double variance = all.squares / n;
    const double d = std::log(2.0 * std::max(std::log(n), 1.0) / options_.delta);
    Bucket old{0, 0.0, 0.0};
    for (std::size_t i = 0; i + 1 < buckets_.size(); ++i) {
      old = joined(old, buckets_[i]);
      const std::int64_t n_new = all.n - old.n;
      if (old.n < options_.min_length || n_new < options_.min_length) continue;
      const double new_mean = (n * all.mean - static_cast<double>(old.n) * old.mean) / static_cast<double>(n_new);
      const double inverse = 1.0 / static_cast<double>(old.n) + 1.0 / static_cast<double>(n_new);
      const double bound = std::sqrt(2.0 * inverse * variance * d) + 2.0 / 3.0 * d * inverse;
      if (std::abs(old.mean - new_mean) > bound) {
        buckets_.erase(buckets_.begin(), buckets_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        return true;
      }
    }
    return false;
  }

  AdwinOptions options_;
  std::vector<Bucket> buckets_;
  std::int64_t since_look_ = 0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::drift
