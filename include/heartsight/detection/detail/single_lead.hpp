#pragma once

#include <heartsight/core/detail/read_ahead.hpp>
#include <heartsight/detection/detail/working_rate.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// One lead as the classical detectors take it: single precision, free of its offset, missing_value where there is no
/// sample. Converted where it is looked at.
template <std::floating_point T>
class SingleLead {
 public:
  explicit SingleLead(std::span<const T> signal) : signal_(signal) {
    std::vector<double> first;
    for (std::size_t i = 0; i < signal.size() && first.size() < 31; ++i) {
      if (is_present(signal[i])) first.push_back(static_cast<double>(signal[i]));
    }
    offset_ = median_of_present(std::move(first));
  }

  [[nodiscard]] std::int64_t begin() const noexcept { return 0; }
  [[nodiscard]] std::int64_t end() const noexcept { return static_cast<std::int64_t>(signal_.size()); }
  [[nodiscard]] float operator[](std::int64_t i) const noexcept { return sample(signal_[static_cast<std::size_t>(i)]); }

  /// Samples first .. last - 1; whether any of them is missing.
  bool read(std::int64_t first, std::int64_t last, std::vector<float>& x) const {
    x.resize(static_cast<std::size_t>(last - first));
    const T* const from = signal_.data() + first;
    float* const to = x.data();
    const std::size_t n = x.size();
    const SingleLead self = *this;  // in registers
    int any_missing = 0;
    heartsight::detail::read_ahead(from, n, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        to[i] = self.sample(from[i]);
        any_missing |= static_cast<int>(to[i] != to[i]);
      }
    });
    return any_missing != 0;
  }

 private:
  static bool is_present(T v) noexcept { return std::abs(static_cast<double>(v)) <= largest_amplitude; }  // not NaN
  [[nodiscard]] float sample(T v) const noexcept {
    const auto converted = static_cast<float>(static_cast<double>(v) - offset_);  // before the choice: loops become vectors
    return is_present(v) ? converted : missing_value;
  }

  std::span<const T> signal_;
  double offset_ = 0.0;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
