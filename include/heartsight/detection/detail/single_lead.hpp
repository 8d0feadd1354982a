#pragma once

#include <heartsight/detection/detail/dominant_deflection.hpp>
#include <heartsight/detection/detail/track.hpp>
#include <heartsight/detection/detail/working_rate.hpp>
#include <heartsight/detection/qrs_detection.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace heartsight::inline HEARTSIGHT_ABI::detection::detail {

/// One lead as the classical detectors take it, and what all of them do with the places they find.
class SingleLead {
 public:
  template <class T>
  SingleLead(std::span<const T> signal, double sampling_rate) : sampling_rate_(sampling_rate) {
    const auto is_present = [](T v) { return std::abs(static_cast<double>(v)) <= largest_amplitude; };  // not NaN
    std::vector<double> first;
    for (std::size_t i = 0; i < signal.size() && first.size() < 31; ++i) {
      if (is_present(signal[i])) first.push_back(static_cast<double>(signal[i]));
    }
    any_present_ = !first.empty();
    const double offset = median_of_present(std::move(first));
    float* raw = raw_.grow(static_cast<std::int64_t>(signal.size()));
    std::int64_t n_present = 0;
    for (std::size_t i = 0; i < signal.size(); ++i) {
      const bool present = is_present(signal[i]);
      raw[i] = present ? static_cast<float>(static_cast<double>(signal[i]) - offset) : missing_value;
      n_present += present ? 1 : 0;
    }
    any_missing_ = n_present != raw_.end();
  }

  [[nodiscard]] bool any_present() const noexcept { return any_present_; }
  [[nodiscard]] double sampling_rate() const noexcept { return sampling_rate_; }

  [[nodiscard]] std::int64_t n_samples() const noexcept { return raw_.end(); }

  /// Samples first .. last - 1 with their gaps bridged by straight lines, the ends held.
  void bridged(std::int64_t first, std::int64_t last, std::vector<float>& x) const {
    x.assign(raw_.at(first), raw_.at(first) + (last - first));
    if (!any_missing_) return;
    std::size_t i = 0;
    while (i < x.size()) {
      if (std::isfinite(x[i])) {
        ++i;
        continue;
      }
      std::size_t stop = i;
      while (stop < x.size() && !std::isfinite(x[stop])) ++stop;
      const float left = i > 0 ? x[i - 1] : stop < x.size() ? x[stop] : 0.0F;
      const float right = stop < x.size() ? x[stop] : left;
      const float step = (right - left) / static_cast<float>(stop - i + 1);
      for (std::size_t k = i; k < stop; ++k) x[k] = left + step * static_cast<float>(k - i + 1);
      i = stop;
    }
  }
  /// All of them.
  [[nodiscard]] std::vector<float> bridged() const {
    std::vector<float> x;
    bridged(0, n_samples(), x);
    return x;
  }

  /// Turns the places of beats (ascending) into R peaks: the extremum of the dominant deflection within 75 ms, up or down as
  /// the larger one is, with a mild preference for what the beats within 3 s do. Places in a gap are dropped.
  void report(const std::vector<std::int64_t>& places, std::size_t lead, std::size_t n_leads, QrsDetection& result) const {
    struct Placed {
      std::int64_t at;
      Deflections deflections;
    };
    DeflectionFinder deflections(sampling_rate_, 0.075);
    std::vector<Placed> placed;
    for (const std::int64_t place : places) {
      if (std::isfinite(raw_[place])) placed.push_back({place, deflections(raw_, place)});
    }
    const auto reach = static_cast<std::int64_t>(3.0 * sampling_rate_);
    std::size_t first = 0;
    std::int64_t votes = 0;
    for (std::size_t i = 0; i < placed.size(); ++i) {
      while (placed[first].at < placed[i].at - reach) ++first;
      double lean = 0.0;
      double n = 0.0;
      for (std::size_t j = first; j < placed.size() && placed[j].at <= placed[i].at + reach; ++j) {
        lean += placed[j].deflections.lean();
        n += 1.0;
      }
      const Deflections& d = placed[i].deflections;
      votes += d.up > d.down ? 1 : d.down > d.up ? -1 : 0;
      const std::int64_t at = d.up * std::exp(0.4 * lean / n) >= d.down ? d.up_at : d.down_at;
      if (!result.r_peaks.empty() && at <= result.r_peaks.back()) continue;
      result.r_peaks.push_back(at);
      result.confidence.push_back(std::numeric_limits<double>::quiet_NaN());
    }
    result.polarity.assign(n_leads, 0);
    result.polarity[lead] = votes > 0 ? 1 : votes < 0 ? -1 : 0;
    if (!result.r_peaks.empty()) result.leads_used = {lead};
    judge_seconds(result);
  }

 private:
  // A second is unusable when half of it is missing or all that is present is one value.
  void judge_seconds(QrsDetection& result) const {
    for (std::int64_t k = 0;; ++k) {
      const auto from = static_cast<std::int64_t>(std::ceil(static_cast<double>(k) * sampling_rate_));
      const auto to =
          std::min(raw_.end(), static_cast<std::int64_t>(std::ceil(static_cast<double>(k + 1) * sampling_rate_)));
      if (from >= raw_.end()) return;
      const std::span<const float> x(raw_.at(from), static_cast<std::size_t>(to - from));
      const auto is_there = [](float v) { return std::isfinite(v); };
      const auto n_present = any_missing_ ? std::count_if(x.begin(), x.end(), is_there) : to - from;
      const auto one = std::find_if(x.begin(), x.end(), is_there);
      const bool varies = std::any_of(one, x.end(), [&](float v) { return std::isfinite(v) && v != *one; });
      if (2 * n_present > to - from && varies) continue;
      if (!result.unusable.empty() && result.unusable.back().last == from) {
        result.unusable.back().last = to;
      } else {
        result.unusable.push_back({from, to});
      }
    }
  }

  double sampling_rate_;
  Track<float> raw_;
  bool any_present_ = false;
  bool any_missing_ = false;
};

}  // namespace heartsight::inline HEARTSIGHT_ABI::detection::detail
